"""A store that this process has open as the destination of a stream."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from trialog.contracts import RunStore
from trialog.entities import NewRun
from trialog.sdk.spool.parts import Part
from trialog.wire.log_stream_conversions import read_log_part


class StoreDestination:
    """A run of a store.

    Args:
        runs: The runs of the store.
        loop: The event loop that the store was opened in; it runs in another thread than who sends.
        run_id: The run.
        writer: Name of the stream.
        begun: What to begin the run with; None for one that is there.
        model_ids: The logged models that points may be of; who may open a store may measure all of them.
    """

    def __init__(
        self,
        runs: RunStore,
        loop: asyncio.AbstractEventLoop,
        run_id: str,
        writer: str,
        begun: NewRun | None = None,
        model_ids: tuple[str, ...] = (),
    ) -> None:
        self._runs = runs
        self._loop = loop
        self._run_id = run_id
        self._writer = writer
        self._begun = begun
        self._model_ids = model_ids

    def begin(self) -> None:
        """See `Destination.begin`."""
        if self._begun is not None:
            self._wait(self._runs.create(self._begun))

    def apply(self, part: Part) -> None:
        """See `Destination.apply`."""
        read = read_log_part(
            part.content, writer=self._writer, start=part.start, end=part.end, model_ids=self._model_ids
        )
        self._wait(self._runs.apply_log(self._run_id, read))

    def _wait(self, doing: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(doing, self._loop).result()
