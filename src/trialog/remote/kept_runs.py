"""Runs that were read a moment ago: a table asks for its rows right after it asked which there are."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from trialog.entities import Run

_SECONDS: Final = 5.0
_MOST_RUNS: Final = 5_000
_MOST_PLACES: Final = 100_000


class KeptRuns:
    """Runs that were read less than a few seconds ago, and of more the experiment, which never changes."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, tuple[float, Run]] = OrderedDict()
        self._places: OrderedDict[str, str] = OrderedDict()

    def keep(self, runs: Iterable[Run]) -> None:
        """Keep runs that were just read."""
        now = time.monotonic()
        for run in runs:
            run_id = run.info.run_id
            self._runs[run_id] = (now, run)
            self._runs.move_to_end(run_id)
            self._places[run_id] = run.info.experiment_id
            self._places.move_to_end(run_id)
        while len(self._runs) > _MOST_RUNS:
            self._runs.popitem(last=False)
        while len(self._places) > _MOST_PLACES:
            self._places.popitem(last=False)

    def get(self, run_id: str) -> Run | None:
        """Return a run that was just read; None if none was."""
        kept = self._runs.get(run_id)
        if kept is None:
            return None
        since, run = kept
        if time.monotonic() - since > _SECONDS:
            del self._runs[run_id]
            return None
        return run

    def experiment_of(self, run_id: str) -> str | None:
        """Return the experiment of a run that was read before; None if it is not known."""
        return self._places.get(run_id)

    def forget(self, run_id: str) -> None:
        """Let go of a run that was changed."""
        self._runs.pop(run_id, None)

    def forget_all(self) -> None:
        """Let go of all runs, of which some were changed."""
        self._runs.clear()
