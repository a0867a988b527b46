"""Streams of what processes log read back as they were written, and end where they are damaged."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.wire.log_stream_format import (
    CELL_BYTES,
    FIRST_KIND,
    Entry,
    EntryKind,
    PointEntry,
    TextEntry,
    decode,
    encode_point,
    encode_text,
)

INT64 = st.integers(-(2**63), 2**63 - 1)
POINTS = st.builds(PointEntry, st.integers(0, FIRST_KIND - 1), INT64, st.floats(allow_nan=True), INT64)
TEXTS = st.builds(TextEntry, st.sampled_from(EntryKind), st.binary(max_size=200))
ENTRIES = st.lists(st.one_of(POINTS, TEXTS), max_size=20)


def written(entries: list[Entry]) -> bytes:
    return b"".join(
        encode_point(*entry) if isinstance(entry, PointEntry) else encode_text(EntryKind(entry.kind), entry.text)
        for entry in entries
    )


def as_bits(entry: Entry) -> object:
    return (*entry[:2], struct.pack("<d", entry.value), entry.step) if isinstance(entry, PointEntry) else entry


@given(ENTRIES)
def test_what_is_written_is_read(entries: list[Entry]) -> None:
    content = written(entries)
    read = list(decode(content))
    assert [as_bits(entry) for _, entry in read] == [as_bits(entry) for entry in entries]
    assert len(content) % CELL_BYTES == 0
    assert (read[-1][0] if read else 0) == len(content)


@given(ENTRIES, st.integers(0, 300))
def test_room_that_is_left_is_the_end(entries: list[Entry], room: int) -> None:
    content = written(entries)
    assert len(list(decode(content + bytes(room)))) == len(entries)


@given(ENTRIES, st.data())
def test_an_entry_that_was_not_finished_is_left_out_and_those_before_it_are_read(
    entries: list[Entry], data: st.DataObject
) -> None:
    content = written(entries)
    cut = data.draw(st.integers(0, len(content)))
    ends = [end for end, _ in decode(content)]
    torn = content[:cut] + bytes(len(content) - cut)
    whole = [end for end, _ in decode(torn)]
    # What was cut off may have been zeros.
    assert whole[: sum(end <= cut for end in ends)] == [end for end in ends if end <= cut]
    assert whole == ends[: len(whole)]


@given(ENTRIES.filter(bool), st.data())
def test_a_changed_byte_ends_the_stream_there(entries: list[Entry], data: st.DataObject) -> None:
    content = bytearray(written(entries))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    before = [end for end, _ in decode(written(entries)) if end <= place]
    read = [end for end, _ in decode(bytes(content))]
    assert read[: len(before)] == before
    # The zeros behind a text are of no meaning.
    assert len(read) in {len(before), len(entries)}


@given(st.binary(max_size=400))
def test_foreign_bytes_are_read_as_nothing_or_refused(content: bytes) -> None:
    assert all(0 < end <= len(content) for end, _ in decode(content))


def test_a_point_takes_32_bytes_and_nan_stays_nan() -> None:
    [(end, point)] = decode(encode_point(7, 1000, math.nan, -1))
    assert isinstance(point, PointEntry)
    assert (end, point.series, point.timestamp, point.step) == (CELL_BYTES, 7, 1000, -1)
    assert math.isnan(point.value)


@pytest.mark.parametrize("point", [(0, 2**63, 1.0, 0), (0, 0, 1.0, -(2**63) - 1), (2**32, 0, 1.0, 0)])
def test_a_number_that_does_not_fit_is_refused(point: tuple[int, int, float, int]) -> None:
    with pytest.raises(struct.error, match=r"format|range|argument"):
        encode_point(*point)
