"""The requests to one model: those that wait, those that are under way, and what is asked next, in which thread."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from trialog.contracts.lasting_threads import LastingThreads
from trialog.errors import DeadlineExceeded
from trialog.serving.asking import Ask, Asked, ask_both_ways, ask_singly, ask_together
from trialog.serving.experience import Experience
from trialog.serving.model import ServedModel
from trialog.serving.model_input import ModelInput
from trialog.serving.row_wise import is_row_wise

_COMPARED: Final = 4
_MOST_BYTES: Final = 64 * 1024 * 1024
# What is known of rows says nothing of those that are far larger, such as long texts.
_QUICK_BYTES: Final = 256 * 1024
# A prediction that takes longer than this does not hold up those that are quick.
_PATIENCE_SECONDS: Final = 0.05


class PredictionMeasures(Protocol):
    """Counts what is asked of models; called on the event loop alone."""

    def waiting(self, change: int) -> None:
        """Count requests that begin to wait for the model, or wait no more.

        Args:
            change: How many more; negative if there are fewer.
        """

    def predicted(self, requests: int, rows: int, seconds: float) -> None:
        """Count one call of the model.

        Args:
            requests: How many requests it was for.
            rows: How many rows.
            seconds: How long it took.
        """


@dataclass(frozen=True, slots=True)
class Limits:
    """How models are asked.

    Args:
        batches: Whether rows of several requests may go in together.
        batch_rows: How many rows go in together at most.
        seconds: How long a request may take; 0 for as long as it takes.
        threads: How many predictions are under way at a time.
    """

    batches: bool
    batch_rows: int
    seconds: float
    threads: int


class Waiting:
    """One request.

    Args:
        given: What it asks.
        answer: What is waited for.

    Attributes:
        timer: Ends it when it takes too long.
        is_counted: Whether it is among those that wait, as the measures know it.
    """

    __slots__ = ("answer", "given", "is_counted", "timer")

    def __init__(self, given: ModelInput, answer: "asyncio.Future[Any]") -> None:
        self.given = given
        self.answer = answer
        self.timer: asyncio.TimerHandle | None = None
        self.is_counted = False

    @property
    def bytes(self) -> int:
        """How large it is."""
        return sum(int(array.nbytes) for array in self.given.arrays)


class Lane:
    """Asks one model. All of it happens on the event loop, but for predictions that are not known to be quick.

    Args:
        served: The model.
        limits: How it is asked.
        threads: Run what is not known to be quick.
        measures: Counts.
    """

    def __init__(
        self, served: ServedModel, limits: Limits, threads: LastingThreads, measures: PredictionMeasures
    ) -> None:
        self.served = served
        self._limits = limits
        self._threads = threads
        self._measures = measures
        self._loop = asyncio.get_running_loop()
        self._experience = Experience(is_known=is_row_wise(served.model), batches=limits.batches)
        self._waiting: deque[Waiting] = deque()
        # By when they began.
        self._under_way: dict[int, tuple[float, Sequence[Waiting]]] = {}
        self._begun = 0
        self._is_scheduled = False

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._waiting)

    def unanswered(self) -> "list[asyncio.Future[Any]]":
        """Return what is still waited for."""
        groups = [self._waiting, *(group for _, group in self._under_way.values())]
        return [asked.answer for group in groups for asked in group if not asked.answer.done()]

    def ask(self, given: ModelInput) -> "asyncio.Future[Any]":
        """Begin a request.

        Args:
            given: What it asks.

        Returns:
            What will come of it.
        """
        asked = Waiting(given, self._loop.create_future())
        self._waiting.append(asked)
        self._schedule()
        return asked.answer

    def _schedule(self) -> None:
        # Whatever else the event loop has read by then is there as well when the model is asked.
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        """Ask what can be asked now."""
        self._is_scheduled = False
        while group := self._next_group():
            ask = self._choose(group)
            several = [asked.given for asked in group]
            if ask is not ask_both_ways and self._is_quick(several):
                self._settle(group, ask(self.served, several))
                if self._waiting:
                    self._schedule()
                return
            self._begin(group, ask, several)
        for asked in self._waiting:
            if not asked.is_counted:
                self._watch(asked)
                asked.is_counted = True
                self._measures.waiting(1)

    def _is_quick(self, several: Sequence[ModelInput]) -> bool:
        """Tell whether inputs are few and small enough to be predicted here and now."""
        return (
            sum(one.rows for one in several) <= self._experience.quick_rows
            and sum(one.size for one in several) <= _QUICK_BYTES
        )

    def _next_group(self) -> list[Waiting]:
        """Take requests that can go in together from those that wait; none if nothing may begin now."""
        most = 1 if self._experience.batches else self._limits.threads
        if len(self._under_way) < most:
            return self._take(self._limits.batch_rows)
        if self._is_held_up():
            return self._take(self._experience.quick_rows, is_strict=True)
        return []

    def _is_held_up(self) -> bool:
        latest = self._loop.time() - _PATIENCE_SECONDS
        return any(began <= latest for began, _ in self._under_way.values())

    def _take(self, most_rows: int, *, is_strict: bool = False) -> list[Waiting]:
        """Take the first request that waits, and all that can go in with it.

        Args:
            most_rows: How many rows go in together.
            is_strict: Whether the first one, too, may have no more.
        """
        group: list[Waiting] = []
        left: deque[Waiting] = deque()
        rows = size = 0
        while self._waiting:
            asked = self._waiting.popleft()
            if asked.answer.done():
                self._leave(asked)
            elif not group:
                if is_strict and asked.given.rows > most_rows:
                    left.append(asked)
                    continue
                group, rows = [asked], asked.given.rows
                if not (self._waiting and self._experience.gathers and _is_joined(asked.given)):
                    break
                size = asked.bytes
            elif (
                rows + asked.given.rows <= most_rows
                and _go_together(group[0].given, asked.given)
                and size + asked.bytes <= _MOST_BYTES
            ):
                group.append(asked)
                rows += asked.given.rows
                size += asked.bytes
            else:
                left.append(asked)
        self._waiting.extendleft(reversed(left))
        return group

    def _choose(self, group: list[Waiting]) -> Ask:
        """Return how a group is asked about; what is too much for a comparison waits again."""
        if len(group) == 1:
            return ask_singly
        if not self._experience.is_time_to_compare:
            return ask_together
        self._waiting.extendleft(reversed(group[_COMPARED:]))
        del group[_COMPARED:]
        return ask_both_ways

    def _begin(self, group: Sequence[Waiting], ask: Ask, several: Sequence[ModelInput]) -> None:
        """Ask in another thread."""
        self._begun += 1
        number = self._begun
        self._under_way[number] = (self._loop.time(), group)
        for asked in group:
            self._watch(asked)
            self._count_off(asked)

        def end(future: Future[Asked]) -> None:
            # The loop may have ended meanwhile, and nobody waits any more.
            with suppress(RuntimeError, CancelledError):
                self._loop.call_soon_threadsafe(self._end, number, group, future.result())

        self._threads.submit(ask, self.served, several).add_done_callback(end)
        if self._experience.batches:
            self._loop.call_later(_PATIENCE_SECONDS, self._schedule)

    def _end(self, number: int, group: Sequence[Waiting], done: Asked) -> None:
        self._under_way.pop(number, None)
        self._settle(group, done)
        if self._waiting:
            self._schedule()

    def _settle(self, group: Iterable[Waiting], done: Asked) -> None:
        self._experience.learn(done)
        self._measures.predicted(len(done.outcomes), done.rows, done.seconds)
        for asked, (predictions, error) in zip(group, done.outcomes, strict=True):
            self._leave(asked)
            if asked.answer.done():
                continue
            if error is None:
                asked.answer.set_result(predictions)
            else:
                asked.answer.set_exception(error)

    def _watch(self, asked: Waiting) -> None:
        if self._limits.seconds and asked.timer is None:
            asked.timer = self._loop.call_later(self._limits.seconds, self._expire, asked)

    def _leave(self, asked: Waiting) -> None:
        """Note that nothing more is to be done for a request."""
        if asked.timer is not None:
            asked.timer.cancel()
        self._count_off(asked)

    def _count_off(self, asked: Waiting) -> None:
        if asked.is_counted:
            asked.is_counted = False
            self._measures.waiting(-1)

    def _expire(self, asked: Waiting) -> None:
        """End a request that took too long. What is under way for it goes on, and nobody learns what comes of it."""
        if not asked.answer.done():
            asked.answer.set_exception(
                DeadlineExceeded(
                    "serving.timeout",
                    f"The model gave no answer within {self._limits.seconds:g} seconds; send fewer rows at a time, or "
                    "start the server with a longer --timeout.",
                    seconds=self._limits.seconds,
                )
            )
        if asked in self._waiting:
            self._waiting.remove(asked)
            self._leave(asked)
        for number, (_, group) in list(self._under_way.items()):
            # A prediction that nobody waits for must not hold up the others, should it never end.
            if all(one.answer.done() for one in group):
                del self._under_way[number]
                self._schedule()


def _is_joined(given: ModelInput) -> bool:
    # Of nothing at all a model says by itself that it is too little.
    return given.layout is not None and given.rows > 0


def _go_together(one: ModelInput, other: ModelInput) -> bool:
    return _is_joined(other) and one.layout == other.layout and one.params == other.params
