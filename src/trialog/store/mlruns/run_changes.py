"""Reads what a run or a logged model has now, as far as it differs from what is remembered of it."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from trialog.entities import INT64_MAX, Metric
from trialog.store.mlruns.files import FoundFile, read_part
from trialog.store.mlruns.index_tables import MetricMark
from trialog.store.mlruns.left_out import Notes, Reason, Unreadable
from trialog.store.mlruns.points import ParsedPoints

_PIECE_BYTES: Final = 4 * 1024 * 1024
_TAIL_BYTES: Final = 64

Parser: TypeAlias = Callable[[str, bytes], ParsedPoints]


# How far a file was read of which nothing counts any more: it is longer than any.
_NOT_AT_ALL: Final = MetricMark(INT64_MAX, 0, 0, b"", 0)


class MetricChange(NamedTuple):
    """What is new in the file of a metric.

    Args:
        key: Name of the metric.
        is_anew: Whether all that is known of it no longer counts.
        points: The points that were added.
    """

    key: str
    is_anew: bool
    points: list[Metric]


class MetricChanges(NamedTuple):
    """What is new in the files of metrics.

    Args:
        changes: Of each file that differs.
        gone: Metrics whose files are no longer there.
        marks: How far all files were read now.
        is_whole: Whether there is nothing more to read.
    """

    changes: list[MetricChange]
    gone: list[str]
    marks: Mapping[str, MetricMark]
    is_whole: bool


class Budget:
    """How much may still be read before what was read is written.

    Args:
        most_bytes: So many bytes.
    """

    def __init__(self, most_bytes: int) -> None:
        self.left = most_bytes

    def take(self, count: int) -> None:
        """Note that so many bytes were read."""
        self.left -= count

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is to be read."""
        return self.left <= 0


def read_metric_changes(
    files: list[FoundFile],
    known: Mapping[str, MetricMark],
    shown: str,
    notes: Notes,
    budget: Budget,
    parse: Parser,
) -> MetricChanges:
    """Return what is new in the files of metrics.

    Args:
        files: All of them, as they are now.
        known: How far each was read before.
        shown: What notes call their folder.
        notes: Takes what cannot be served.
        budget: How much may be read.
        parse: Reads the lines of such a file.
    """
    changes: list[MetricChange] = []
    marks: dict[str, MetricMark] = {}
    is_whole = True
    for file in files:
        before = known.get(file.name)
        if before is not None and (before.mtime, before.size) == (file.mtime, file.size):
            marks[file.name] = before
        elif budget.is_spent:
            is_whole = False
            if before is not None:
                marks[file.name] = before
            continue
        else:
            try:
                change, mark = _read_change(file, before, budget, parse)
            except FileNotFoundError:
                continue  # it was taken away between the two looks
            except Unreadable as error:
                notes.add(error.reason, f"{shown}/{file.name}", error.detail)
                continue
            changes.append(change)
            marks[file.name] = mark
            is_whole = is_whole and (mark.mtime, mark.size) == (file.mtime, file.size)
        _note_lines(marks[file.name], f"{shown}/{file.name}", notes)
    gone = [key for key in known if key not in marks]
    return MetricChanges(changes, gone, marks, is_whole)


def from_the_beginning(known: Mapping[str, MetricMark]) -> Mapping[str, MetricMark]:
    """Return how far files were read, if all are to be read again; once that was begun, how far it is.

    Args:
        known: How far each was read.
    """
    if any(mark.mtime == 0 for mark in known.values()):
        return known
    return dict.fromkeys(known, _NOT_AT_ALL)


def _read_change(
    file: FoundFile, before: MetricMark | None, budget: Budget, parse: Parser
) -> tuple[MetricChange, MetricMark]:
    start, bad_lines, is_anew = 0, 0, True
    # One that did not grow and was changed all the same was written anew, and so was one whose end is another.
    if before is not None and file.size >= before.offset and (file.size > before.size or before.size < before.offset):
        tail_start = before.offset - len(before.tail)
        if read_part(file.path, tail_start, len(before.tail)) == before.tail:
            start, bad_lines, is_anew = before.offset, before.bad_lines, False
    content = read_part(file.path, start, min(_PIECE_BYTES, file.size - start))
    budget.take(len(content) + 64)
    parsed = parse(file.name, content)
    length = parsed.length
    is_at_end = start + len(content) >= file.size
    if not length and not is_at_end:
        raise Unreadable(Reason.TOO_LARGE, "it has a line without an end")
    offset = start + length
    tail = content[max(0, length - _TAIL_BYTES) : length] or (
        before.tail if before is not None and not is_anew else b""
    )
    # Where more is to be read, time and size are those of no file: the next look goes on.
    mtime, size = (file.mtime, file.size) if is_at_end else (0, offset - 1)
    return MetricChange(file.name, is_anew, parsed.points), MetricMark(
        offset, mtime, size, tail, bad_lines + parsed.bad_lines
    )


def _note_lines(mark: MetricMark, shown: str, notes: Notes) -> None:
    if mark.bad_lines:
        notes.add(Reason.BAD_LINE, shown, f"{mark.bad_lines} of them", mark.bad_lines)
    if mark.mtime and mark.offset < mark.size:
        notes.add(Reason.HALF_LINE, shown)
