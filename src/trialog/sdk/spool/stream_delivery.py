"""The way of one stream to its run: part by part, each applied once, and what is refused set aside."""

import shutil
from collections import Counter
from collections.abc import Callable
from typing import Final

from trialog.errors import Conflict, TrialogError
from trialog.sdk.spool.destination import RunDestination
from trialog.sdk.spool.faults import concerns_run, is_refusal
from trialog.sdk.spool.parts import MOST_POINTS, Part, StreamSource, halves_of, read_part
from trialog.sdk.spool.refused import Refused, RefusedLog, refused_part
from trialog.wire.log_stream_format import CELL_BYTES

FULL_PART_BYTES: Final = MOST_POINTS * CELL_BYTES
# Of one series, one after the other: then the server is not asked about the others of the series any more.
_MOST_REFUSED_POINTS: Final = 8
_DAMAGED: Final = "log_stream.damaged"
_OUT_OF_STEP: Final = "log_stream.out_of_step"


class _Ban:
    """A series whose points are refused one and all."""

    def __init__(self, error: TrialogError) -> None:
        self.error = error
        self.noted = 0


class StreamDelivery:
    """The way of one stream to its run. One thread uses it.

    Args:
        stream: The stream.
        destination: Its run.
        refused: Takes what the run refuses.
        dropped: Returns how much of what was logged there was no room for.
        until: Returns a place of the stream that is not to be passed now; None if there is no such place.
    """

    def __init__(
        self,
        stream: StreamSource,
        destination: RunDestination,
        refused: RefusedLog,
        dropped: Callable[[], int],
        until: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._stream = stream
        self._destination = destination
        self._refused = refused
        self._dropped = dropped
        self._until = until
        self._told_dropped = 0
        self._in_a_row: Counter[int] = Counter()
        self._bans: dict[int, _Ban] = {}
        self.arrived = stream.kept_from
        self.is_given_up = False

    @property
    def left(self) -> int:
        """How many bytes have not arrived and may still."""
        return 0 if self.is_given_up else self._stream.written - self.arrived

    @property
    def has_work(self) -> bool:
        """Whether there is something to send now."""
        if self.is_given_up:
            return False
        return self._ready > 0 or not self._destination.is_begun or self._is_drop_untold

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to send, now or later."""
        return self.is_given_up or not (self.left or self.has_work)

    @property
    def _ready(self) -> int:
        """How many bytes may be sent now."""
        # In this order: what stands before the end is believed not to be beyond the place, which is said before
        # anything is written there.
        end, place = self._stream.written, self._until()
        return (end if place is None else min(end, place)) - self.arrived

    @property
    def _is_drop_untold(self) -> bool:
        return not self.left and self._dropped() > self._told_dropped

    def send(self) -> bool:
        """Send one part.

        Returns:
            Whether so much is left that the next one would be as long as a part can be.

        Raises:
            TrialogError: Nobody answers, or may send now.
            OSError: What was written cannot be read, or what was refused not be kept.
        """
        if self.is_given_up:
            return False
        try:
            self._destination.begun()
            self._send_part()
        except TrialogError as error:
            if not is_refusal(error):
                raise
            self._give_up(error)
            return False
        return self._ready >= FULL_PART_BYTES

    def _send_part(self) -> None:
        ready = self._ready
        if ready > 0:
            most_points = min(MOST_POINTS, ready // CELL_BYTES)
            part = read_part(self._stream, self.arrived, most_points, without=self._bans)
            if part is None:
                self._pass_damage()
            else:
                self._deliver(part)
            self._stream.forget(self.arrived)
        if self._is_drop_untold:
            count = self._dropped()
            self._destination.tell_dropped(count)
            self._told_dropped = count

    def _deliver(self, part: Part) -> None:
        try:
            self._destination.apply(part)
        except TrialogError as error:
            if error.code == _OUT_OF_STEP:
                self._find_step(part, error)
            elif error.code == _DAMAGED:
                self._deliver_checked(part, error)
            elif not is_refusal(error) or concerns_run(error):
                raise
            else:
                self._find_refused(part, error)
            return
        for number in part.series:
            self._in_a_row.pop(number, None)
        self._note_kept_back(part)
        self.arrived = part.end

    def _find_step(self, part: Part, error: TrialogError) -> None:
        """Go on where the server stands: an answer was lost, or another process sent what this one left."""
        applied = error.values.get("applied")
        if not isinstance(error, Conflict) or not isinstance(applied, float | int):
            raise error
        place = int(applied)
        if place < self._stream.kept_from:
            # The server was set back to an earlier day. What is gone here too is passed over, and told of.
            self._lose(place, self._stream.kept_from, error)
            self.arrived = self._stream.kept_from
        elif place <= self._stream.written and place != part.start:
            self.arrived = place
        else:
            raise error

    def _deliver_checked(self, part: Part, error: TrialogError) -> None:
        whole = read_part(self._stream, part.start, without=self._bans, checks=True)
        if whole is None:
            self._pass_damage()
        elif whole.end >= part.end:
            # Nothing is wrong with it here: it was damaged on its way, or is of a form that the server does not know.
            raise error
        else:
            self._deliver(whole)

    def _pass_damage(self) -> None:
        """Go on behind what cannot be read, and keep its file."""
        start, end = self.arrived, self._stream.after_damage(self.arrived)
        damaged = self._stream.path_of(start)
        kept = damaged.with_suffix(".damaged")
        shutil.copyfile(damaged, kept)
        self._refused.add(
            Refused(
                what="damage",
                code="spool.damaged",
                message=f"Something in {damaged.name} is not what was written, and what follows it in that file cannot"
                f" be believed. It was not sent; the file is kept as {kept.name}.",
                start=start,
                count=max(1, (end - start) // CELL_BYTES),
                file=kept.name,
            )
        )
        self._skip(start, end)
        self.arrived = end

    def _lose(self, start: int, end: int, error: TrialogError) -> None:
        self._refused.add(
            Refused(
                what="damage",
                code=error.code,
                message="The server had taken this once and has it no more, as after a restored backup; neither has"
                " this client.",
                start=start,
                count=max(1, (end - start) // CELL_BYTES),
            )
        )
        self._skip(start, end)

    def _skip(self, start: int, end: int) -> None:
        """Have the stream go on behind what is not sent."""
        self._destination.apply(Part(start, end))

    def _find_refused(self, part: Part, error: TrialogError) -> None:
        halves = halves_of(part, self._stream, self._bans)
        if halves is None:
            self._set_aside(part, error)
            return
        for half in halves:
            # Where another process sent on meanwhile, this one begins anew.
            if self.arrived == half.start:
                self._deliver(half)

    def _set_aside(self, part: Part, error: TrialogError) -> None:
        # First kept, then passed over: whatever happens between, it is not lost.
        self._refused.add(refused_part(part, error))
        self._skip(part.start, part.end)
        self.arrived = part.end
        for number in part.series:
            self._in_a_row[number] += 1
            if self._in_a_row[number] >= _MOST_REFUSED_POINTS:
                self._bans[number] = _Ban(error)

    def _note_kept_back(self, part: Part) -> None:
        for number, cells in part.kept_back.items():
            ban = self._bans[number]
            # Halves of a part hold what it held.
            if part.end > ban.noted:
                one = {number}
                said = Part(part.start, part.end, self._stream.describe(one) + cells, frozenset(one))
                self._refused.add(refused_part(said._replace(model_ids=tuple(self._stream.models_of(one))), ban.error))
                ban.noted = part.end

    def _give_up(self, error: TrialogError) -> None:
        """Set everything aside that is left, in one step: it stays where it is."""
        self._refused.add(
            Refused(
                what="stream",
                code=error.code,
                message=error.message,
                start=self.arrived,
                count=max(1, self.left // CELL_BYTES),
            )
        )
        self.is_given_up = True
