"""Asks models on behalf of requests: together where that is faster, in threads where it takes long, never too many."""

import asyncio
import os
from typing import Any, Final, Protocol

from trialog.contracts.lasting_threads import LastingThreads
from trialog.errors import TemporarilyUnavailable
from trialog.serving.lane import Lane, Limits, PredictionMeasures
from trialog.serving.model import ServedModel
from trialog.serving.model_input import ModelInput

_MOST_THREADS: Final = 32


class Predictor(Protocol):
    """Asks models on behalf of requests."""

    async def predict(self, served: ServedModel, given: ModelInput) -> Any:
        """Return what a model predicts.

        Args:
            served: The model.
            given: What the request asks, held against the signature already.

        Raises:
            TemporarilyUnavailable: Too many requests wait (`serving.overloaded`), or the server is about to end
                (`serving.stopping`).
            DeadlineExceeded: It took too long (`serving.timeout`).
            Exception: Whatever the model raises.
        """


class BatchingPredictor:
    """Asks models; one of each event loop.

    Rows of several requests that wait at the same time go into the model together, where it is of a library that
    predicts each row by itself, where that was seen to give the same, and where it was measured to be faster. What a
    model was measured to predict quickly it predicts at once; all else runs in threads, and the event loop goes on.

    Args:
        batches: Whether rows of several requests may go in together.
        max_batch_rows: How many rows go in together at most.
        max_waiting: How many requests wait at most.
        timeout_seconds: How long a request may take; 0 for as long as it takes.
        threads: How many predictions are under way at a time; None for a few more than there are processors.
        measures: Counts; None if nobody asks.
    """

    def __init__(
        self,
        *,
        batches: bool = True,
        max_batch_rows: int = 4096,
        max_waiting: int = 1024,
        timeout_seconds: float = 60.0,
        threads: int | None = None,
        measures: PredictionMeasures | None = None,
    ) -> None:
        count = min(_MOST_THREADS, (os.cpu_count() or 1) + 4) if threads is None else threads
        self._limits = Limits(batches, max_batch_rows, timeout_seconds, count)
        self._max_waiting = max_waiting
        self._measures = _Nobody() if measures is None else measures
        self._threads = LastingThreads(count, "predict")
        self._lanes: list[Lane] = []
        self._is_closing = False

    async def predict(self, served: ServedModel, given: ModelInput) -> Any:
        """Return what a model predicts; see `Predictor.predict`."""
        if self._is_closing:
            raise _stopping()
        lane = self._lanes[0] if self._lanes and self._lanes[0].served is served else self._lane(served)
        if lane.waiting >= self._max_waiting:
            raise TemporarilyUnavailable(
                "serving.overloaded",
                f"{lane.waiting} requests wait for the model already; try again in a moment.",
                waiting=lane.waiting,
            )
        return await lane.ask(given)

    async def close(self, seconds: float) -> None:
        """Refuse what comes from now on, and wait until what came before is answered.

        Args:
            seconds: For how long; what has no answer by then gets none.
        """
        self._is_closing = True
        answers = [answer for lane in self._lanes for answer in lane.unanswered()]
        if answers:
            await asyncio.wait(answers, timeout=seconds)
        for answer in answers:
            if not answer.done():
                answer.set_exception(_stopping())
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _lane(self, served: ServedModel) -> Lane:
        """Return the requests to a model; it becomes the first one."""
        lane = next((one for one in self._lanes if one.served is served), None)
        others = [one for one in self._lanes if one is not lane and one.unanswered()]
        lane = lane or Lane(served, self._limits, self._threads, self._measures)
        self._lanes = [lane, *others]
        return lane


class _Nobody:
    """Counts nothing."""

    def waiting(self, change: int) -> None:
        """Count nothing."""

    def predicted(self, requests: int, rows: int, seconds: float) -> None:
        """Count nothing."""


def _stopping() -> TemporarilyUnavailable:
    return TemporarilyUnavailable("serving.stopping", "The server is about to end; ask another one, or try again.")
