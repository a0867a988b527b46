"""Sends what is logged, in a thread of its own: a training never waits for it."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

from trialog.errors import PermissionDenied, TrialogError, Unauthenticated
from trialog.sdk.spool.faults import is_of_other_server, pause_asked

# What is logged within this time goes together.
_PAUSE_SECONDS: Final = 0.5
_FIRST_REST_SECONDS: Final = 0.5
_LONGEST_REST_SECONDS: Final = 30.0
# While somebody waits for what was logged to arrive.
_LONGEST_REST_IN_FLUSH: Final = 2.0
# Somebody has to do something before it can go on.
_REST_FOR_PEOPLE_SECONDS: Final = 30.0
# So many pauses without anything to send, and the thread sleeps until something is written.
_PAUSES_BEFORE_SLEEP: Final = 8
# A server that asks for more is asked again nevertheless.
_LONGEST_ASKED_SECONDS: Final = 3600.0


class Delivery(Protocol):
    """Something that is sent piece by piece."""

    @property
    def has_work(self) -> bool:
        """Whether there is something to send now."""
        ...

    def send(self) -> bool:
        """Send a piece, and tell whether to go on at once.

        Raises:
            TrialogError: It cannot be sent now.
            OSError: It cannot be read.
        """
        ...

    def watch(self, wake: Callable[[], None]) -> bool:
        """Have somebody woken when there is something to send, unless there is already.

        Returns:
            Whether there is nothing.
        """
        ...

    def sent(self) -> None:
        """Take note of an attempt, whatever came of it."""
        ...


class _Turn:
    """When a delivery is tried next."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.due = 0.0
        self.rest = 0.0
        self.asked = 0.0
        self.fault: Exception | None = None


class Sender:
    """Sends all that it is given, in a thread that begins with the first and sleeps while there is nothing.

    Args:
        name: What the thread is called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._turns: list[_Turn] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_woken = False
        self._is_hurried = False
        self._is_stopping = False
        self._waiting = 0

    def add(self, delivery: Delivery) -> None:
        """Send something too."""
        with self._changed:
            self._turns.append(_Turn(delivery))
            if self._thread is None and not self._is_stopping:
                thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                # Where the system has no thread left, or the interpreter ends, what is written stays in its files; the
                # next run tries again.
                with suppress(RuntimeError):
                    thread.start()
                    self._thread = thread
            self._is_woken = True
            self._changed.notify_all()

    def remove(self, delivery: Delivery) -> None:
        """Send something no more."""
        with self._changed:
            self._turns = [turn for turn in self._turns if turn.delivery is not delivery]

    def wake(self) -> None:
        """Look whether there is something to send."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def fault_of(self, delivery: Delivery) -> Exception | None:
        """Return why a delivery does not go on at the moment."""
        with self._changed:
            return next((turn.fault for turn in self._turns if turn.delivery is delivery), None)

    def hurry(self) -> None:
        """Send now what could wait for its turn."""
        with self._changed:
            self._is_hurried = True
            self._changed.notify_all()

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Let nothing wait longer than it must, for somebody waits for it."""
        with self._changed:
            self._waiting += 1
            now = time.monotonic()
            for turn in self._turns:
                # Whoever asked to be left alone is.
                turn.due = min(turn.due, max(now, turn.asked))
        self.hurry()
        try:
            yield
        finally:
            with self._changed:
                self._waiting -= 1

    def wait_until(self, is_done: Callable[[], bool], seconds: float) -> bool:
        """Wait for something that sending brings about.

        Args:
            is_done: Tells whether it is done.
            seconds: So long at most.

        Returns:
            Whether it is done.
        """
        with self._changed:
            return self._changed.wait_for(is_done, timeout=seconds)

    def stop(self) -> None:
        """Send no more; what was not sent stays in its files."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()

    def _run(self) -> None:
        idle = 0
        while not self._is_stopping:
            pause, has_sent = self._take_turns()
            idle = 0 if has_sent or pause is not None else idle + 1
            if pause is None and idle > _PAUSES_BEFORE_SLEEP and self._is_nothing_left():
                self._sleep()
                idle = 0
            else:
                self._rest(_PAUSE_SECONDS if pause is None else pause)

    def _take_turns(self) -> tuple[float | None, bool]:
        """Send a piece of each delivery whose turn it is.

        Returns:
            In how many seconds the next turn is, None if nothing is left to send; and whether something was sent.
        """
        with self._changed:
            turns, self._is_woken, self._is_hurried = list(self._turns), False, False
        pauses, has_sent = [], False
        for turn in turns:
            if self._is_stopping:
                break
            if turn.delivery.has_work and turn.due <= time.monotonic():
                self._take(turn)
                has_sent = has_sent or turn.fault is None
                turn.delivery.sent()
                with self._changed:
                    self._changed.notify_all()
            if turn.delivery.has_work:
                pauses.append(max(0.0, turn.due - time.monotonic()))
        return min(pauses, default=None), has_sent

    def _take(self, turn: _Turn) -> None:
        try:
            goes_on = turn.delivery.send()
        # One delivery that cannot go on keeps none of the others, whatever it is that it meets.
        except Exception as error:
            self._put_off(turn, error)
        else:
            now = time.monotonic()
            turn.fault, turn.rest, turn.asked = None, 0.0, 0.0
            turn.due = now if goes_on or self._waiting else now + _PAUSE_SECONDS

    def _put_off(self, turn: _Turn, error: Exception) -> None:
        now = time.monotonic()
        turn.fault = error
        turn.rest = min(max(_FIRST_REST_SECONDS, turn.rest * 2), _LONGEST_REST_SECONDS)
        rest = turn.rest
        if isinstance(error, Unauthenticated | PermissionDenied) or (
            isinstance(error, TrialogError) and is_of_other_server(error)
        ):
            rest = _REST_FOR_PEOPLE_SECONDS
        if self._waiting:
            rest = min(rest, _LONGEST_REST_IN_FLUSH)
        turn.asked = now + min(pause_asked(error), _LONGEST_ASKED_SECONDS)
        # Clients that lost a server together must not come back together.
        turn.due = max(turn.asked, now + rest * random.uniform(0.75, 1.25))  # noqa: S311  no secret

    def _is_nothing_left(self) -> bool:
        """Have each delivery wake this thread, unless one has something to send."""
        with self._changed:
            deliveries = [turn.delivery for turn in self._turns]
        # Not under the lock: a writer that wakes has its own.
        return all(delivery.watch(self.wake) for delivery in deliveries)

    def _sleep(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_woken or self._is_hurried or self._is_stopping)
        self._rest(_PAUSE_SECONDS)

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_hurried or self._is_stopping, timeout=seconds)
