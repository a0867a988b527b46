"""Puts another version in place when one is promoted, while requests go on.

The new one is fetched and loaded beside the old one and has to answer its input example first. One that cannot be put
in place leaves the old one serving, and is tried again later; so does a tracking server that is gone.
"""

import asyncio
import gc
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, TypeVar

from trialog.errors import ResourceNotFound, TrialogError
from trialog.serving.holder import ModelHolder
from trialog.serving.measures import Measures
from trialog.serving.model import ServedModel
from trialog.serving.source import FoundModel, ModelSource, try_example

Result = TypeVar("Result")

_LONGEST_PAUSE_SECONDS: Final = 300.0
_MOST_DOUBLINGS: Final = 16

_logger = logging.getLogger("trialog.serving")


class ModelWatcher:
    """Asks every few seconds which version a URI names.

    Args:
        source: Is asked, and loads.
        holder: Holds the model that is served.
        measures: Counts.
        pause_seconds: Pause between two questions.
        threads: Ask and load; nobody waits for them when the process ends.
    """

    def __init__(
        self, source: ModelSource, holder: ModelHolder, measures: Measures, pause_seconds: float, threads: Executor
    ) -> None:
        self._threads = threads
        self._source = source
        self._holder = holder
        self._measures = measures
        self._pause_seconds = pause_seconds
        # Whether the last question got no answer; a server that stays away is spoken of once.
        self._is_unanswered = False
        self._broken: FoundModel | None = None
        self._failures = 0
        self._try_again_at = 0.0

    async def run(self) -> None:
        """Watch until it is cancelled."""
        while True:
            await asyncio.sleep(self._pause_seconds)
            found = await self._ask()
            if found is not None:
                await self._follow(found)

    async def _ask(self) -> FoundModel | None:
        try:
            found = await self._in_thread(self._source.find)
        except TrialogError as error:
            self._measures.question_failed()
            if not self._is_unanswered:
                self._is_unanswered = True
                why = "names nothing now" if isinstance(error, ResourceNotFound) else "cannot be asked for"
                _logger.warning(
                    "the model %s; version %s goes on serving: %s [%s]",
                    why,
                    self._holder.current.version,
                    error.message,
                    error.code,
                )
            return None
        if self._is_unanswered:
            self._is_unanswered = False
            _logger.info("the tracking server answers again")
        return found

    async def _follow(self, found: FoundModel) -> None:
        """Put in place what was found, if that is another version and not one that just failed."""
        if found.version == self._holder.current.version:
            self._broken = None
            return
        if found == self._broken and time.monotonic() < self._try_again_at:
            return
        began = time.monotonic()
        try:
            served = await self._in_thread(lambda: self._load(found))
        except TrialogError as error:
            self._note_failure(found, error)
            return
        before = self._holder.current.version
        self._holder.replace(served)
        self._measures.changed()
        self._broken = None
        _let_go_of_old()
        _logger.info("%s serves in place of %s, loaded in %.1f s", found.title, before, time.monotonic() - began)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _load(self, found: FoundModel) -> ServedModel:
        served = self._source.load(found)
        try_example(served)
        self._source.accept(found)
        return served

    def _note_failure(self, found: FoundModel, error: TrialogError) -> None:
        self._failures = self._failures + 1 if found == self._broken else 1
        self._broken = found
        pause = min(self._pause_seconds * 2.0 ** min(self._failures, _MOST_DOUBLINGS), _LONGEST_PAUSE_SECONDS)
        self._try_again_at = time.monotonic() + pause
        self._measures.change_failed()
        _logger.error(
            "%s cannot be put in place, version %s goes on serving; tried again in %.0f s: %s [%s]",
            found.title,
            self._holder.current.version,
            pause,
            error.message,
            error.code,
        )


def _let_go_of_old() -> None:
    # What was there when the server became ready is never looked at by the collector, and a model that has circles in
    # it would stay for good.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
