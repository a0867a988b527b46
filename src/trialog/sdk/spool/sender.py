"""Sends what is logged, in a thread of its own: a training never waits for it."""

import random
import threading
from collections.abc import Callable
from typing import Final, Protocol

from trialog.errors import Conflict, ConnectionFailed, TemporarilyUnavailable, TooManyRequests, TrialogError
from trialog.sdk.spool.parts import Part, StreamSource, halves_of, read_part

_PAUSE_SECONDS: Final = 0.25
_FIRST_REST_SECONDS: Final = 0.5
_LONGEST_REST_SECONDS: Final = 30.0
_PASSING: Final = (ConnectionFailed, TemporarilyUnavailable, TooManyRequests)


class Destination(Protocol):
    """Where one stream goes."""

    def begin(self) -> None:
        """Begin the run that the stream is of, if that was not done.

        Raises:
            TrialogError: It cannot be.
        """
        ...

    def apply(self, part: Part) -> None:
        """Apply a part of the stream.

        Raises:
            TrialogError: It is refused, or nobody answers.
        """
        ...


class SentStream(StreamSource, Protocol):
    """A stream that is being sent."""

    @property
    def written(self) -> int:
        """Where it ends."""
        ...

    @property
    def kept_from(self) -> int:
        """Where what is kept of it begins."""
        ...

    def forget(self, place: int) -> None:
        """Remove what lies before a place."""
        ...


class Delivery:
    """The way of one stream to where it goes.

    Args:
        stream: The stream.
        destination: Where it goes.
        set_aside: Is told of each entry that was refused, and why.
    """

    def __init__(
        self, stream: SentStream, destination: Destination, set_aside: Callable[[Part, TrialogError], None]
    ) -> None:
        self.stream = stream
        self.arrived = stream.kept_from
        self._destination = destination
        self._set_aside = set_aside
        self._is_begun = False

    @property
    def left(self) -> int:
        """How many bytes were not sent."""
        return self.stream.written - self.arrived

    def send(self) -> bool:
        """Send one part, and tell whether there was one.

        Raises:
            TrialogError: Nobody answers, or the run cannot be begun.
            OSError: What was written cannot be read.
        """
        if not self._is_begun:
            self._destination.begin()
            self._is_begun = True
        part = read_part(self.stream, self.arrived)
        if part is None:
            return False
        self._deliver(part)
        self.stream.forget(self.arrived)
        return True

    def _deliver(self, part: Part) -> None:
        try:
            self._destination.apply(part)
        except _PASSING:
            raise
        except Conflict as conflict:
            applied = conflict.values.get("applied")
            if not isinstance(applied, float | int) or not self.stream.kept_from <= applied <= self.stream.written:
                raise
            # An answer was lost, or another process sent what this one left.
            self.arrived = int(applied)
        except TrialogError as error:
            self._find_refused(part, error)
        else:
            self.arrived = part.end

    def _find_refused(self, part: Part, error: TrialogError) -> None:
        halves = halves_of(part, self.stream)
        if halves is None:
            self._set_aside(part, error)
            # The stream goes on behind what was refused.
            self._destination.apply(Part(part.start, part.end, b""))
            self.arrived = part.end
            return
        for half in halves:
            # Where another process sent on meanwhile, this one begins anew.
            if self.arrived == half.start:
                self._deliver(half)


class Sender(threading.Thread):
    """Sends all streams of this process until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(name="trialog-sender", daemon=True)
        self._deliveries: list[Delivery] = []
        self._changed = threading.Condition()
        self._is_wanted = False
        self._is_stopping = False
        self.fault: TrialogError | OSError | None = None

    def add(self, delivery: Delivery) -> None:
        """Send a further stream."""
        with self._changed:
            self._deliveries.append(delivery)
            self._changed.notify_all()

    def remove(self, delivery: Delivery) -> None:
        """Send a stream no more."""
        with self._changed:
            self._deliveries.remove(delivery)

    def flush(self, seconds: float, *deliveries: Delivery) -> int:
        """Wait until what is written was sent, and return how many bytes were not.

        Args:
            seconds: So long at most.
            deliveries: Of which streams; all if none is named.
        """
        with self._changed:
            named = deliveries or tuple(self._deliveries)
            ends = [(delivery, delivery.stream.written) for delivery in named]
            self._is_wanted = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: all(one.arrived >= end for one, end in ends), timeout=seconds)
            return sum(max(0, end - one.arrived) for one, end in ends)

    def stop(self) -> None:
        """Send no more; what was not sent stays in its files."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()

    def run(self) -> None:
        """Send, and rest where nobody answers."""
        rest = 0.0
        while not self._is_stopping:
            has_sent, fault = self._send_each()
            self.fault = fault
            if fault is not None:
                rest = min(max(_FIRST_REST_SECONDS, rest * 2), _LONGEST_REST_SECONDS)
                # Clients that lost a server together must not come back together.
                self._rest(rest * random.uniform(0.75, 1.25))  # noqa: S311  no secret
            else:
                rest = 0.0
                if not has_sent:
                    self._rest(_PAUSE_SECONDS)

    def _send_each(self) -> tuple[bool, TrialogError | OSError | None]:
        with self._changed:
            deliveries = list(self._deliveries)
        has_sent, fault = False, None
        for delivery in deliveries:
            if delivery.left:
                try:
                    has_sent = delivery.send() or has_sent
                except (TrialogError, OSError) as error:
                    # One stream that cannot go on keeps none of the others.
                    fault = error
                with self._changed:
                    self._changed.notify_all()
        return has_sent, fault

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or self._is_wanted, timeout=seconds)
            self._is_wanted = False
