"""What a dead process left is read up to what is not whole, and behind it in the next file."""

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.sdk.spool.left_stream import LeftStream
from trialog.sdk.spool.parts import read_part
from trialog.sdk.spool.stream import LogStream, Series
from trialog.wire.log_stream_format import CELL_BYTES, EntryKind, PointEntry, decode

SMALL = 1024


def write(folder: Path, points: int, *, text_at: int | None = None) -> LogStream:
    stream = LogStream(folder, segment_bytes=SMALL)
    for step in range(points):
        if step == text_at:
            stream.log_text(EntryKind.PARAM, {"key": "k", "value": "x" * 200})
        stream.log_point("loss", 0.5, 1000, step)
    return stream


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.stream"))


def steps_read(folder: Path) -> tuple[list[int], list[tuple[int, int]]]:
    """Steps of all points that are read, and the places that cannot be."""
    stream = LeftStream(folder)
    place, steps, gaps = stream.kept_from, list[int](), list[tuple[int, int]]()
    while place < stream.written:
        part = read_part(stream, place, 7)
        if part is None:
            gaps.append((place, stream.after_damage(place)))
            place = gaps[-1][1]
            continue
        entries = [entry for _, entry in decode(part.content)]
        steps += [entry.step for entry in entries if isinstance(entry, PointEntry)]
        place = part.end
    return steps, gaps


def test_all_that_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path, 300, text_at=100).close()
    assert steps_read(tmp_path) == (list(range(300)), [])


def test_a_stream_whose_process_did_not_close_it_is_read_to_its_end(tmp_path: Path) -> None:
    write(tmp_path, 40)
    assert files(tmp_path)[-1].stat().st_size % SMALL == 0, "room is left behind what was written"
    assert steps_read(tmp_path) == (list(range(40)), [])


@given(cut=st.integers(1, CELL_BYTES - 1))
def test_a_record_that_the_end_of_the_process_cut_off_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("stream")
    stream = write(folder, 9)
    stream.log_point("loss", -1.0, -1, -1)
    stream.close()
    path = files(folder)[-1]
    content = path.read_bytes()
    path.write_bytes(content[:-CELL_BYTES] + content[-CELL_BYTES:][:cut] + bytes(CELL_BYTES - cut) + bytes(SMALL))
    assert steps_read(folder) == (list(range(9)), [])


def test_a_text_that_the_end_of_the_process_cut_off_is_passed_over(tmp_path: Path) -> None:
    stream = LogStream(tmp_path, segment_bytes=SMALL)
    stream.log_point("loss", 0.5, 1, 0)
    before = stream.written
    stream.log_text(EntryKind.PARAM, {"key": "k", "value": "x" * 200})
    stream.close()
    [path] = files(tmp_path)
    path.write_bytes(path.read_bytes()[: before + 3 * CELL_BYTES].ljust(SMALL, b"\0"))
    assert steps_read(tmp_path)[0] == [0]


def test_a_file_that_is_cut_short_is_read_as_far_as_it_goes_and_the_next_one_too(tmp_path: Path) -> None:
    write(tmp_path, 100).close()
    first, second = files(tmp_path)[:2]
    whole = [entry.step for _, entry in decode(first.read_bytes()) if isinstance(entry, PointEntry)]
    first.write_bytes(first.read_bytes()[: -3 * CELL_BYTES - 5])
    steps, gaps = steps_read(tmp_path)
    assert steps == [step for step in range(100) if step not in whole[-4:]]
    assert gaps == [(int(second.stem) - 4 * CELL_BYTES, int(second.stem))]


@pytest.mark.parametrize("which", [0, 1, -1])
def test_what_follows_a_damaged_record_in_its_file_is_not_sent_and_known_to_be_missing(
    tmp_path: Path, which: int
) -> None:
    write(tmp_path, 100).close()
    path = files(tmp_path)[which]
    content = bytearray(path.read_bytes())
    points = [(end, entry.step) for end, entry in decode(bytes(content)) if isinstance(entry, PointEntry)]
    end, step = points[2]
    content[end - 9] ^= 1
    path.write_bytes(content)
    steps, gaps = steps_read(tmp_path)
    lost = range(step, points[-1][1] + 1)
    assert steps == [one for one in range(100) if one not in lost]
    assert gaps == [(int(path.stem) + end - CELL_BYTES, int(path.stem) + len(content))]


def test_a_file_that_is_gone_is_known_to_be_missing(tmp_path: Path) -> None:
    write(tmp_path, 100).close()
    names = files(tmp_path)
    gone = [entry.step for _, entry in decode(names[1].read_bytes()) if isinstance(entry, PointEntry)]
    names[1].unlink()
    steps, gaps = steps_read(tmp_path)
    assert steps == [step for step in range(100) if step not in gone]
    assert gaps == [(int(names[1].stem), int(names[2].stem))]


def test_series_are_told_with_the_models_that_they_measure(tmp_path: Path) -> None:
    stream = LogStream(tmp_path, segment_bytes=SMALL)
    for step in range(100):
        stream.log_point(Series("loss", "m-1") if step > 50 else "loss", 0.5, 1, step)
    stream.close()
    left = LeftStream(tmp_path)
    place, models = 0, list[tuple[str, ...]]()
    while (part := read_part(left, place, 10)) is not None:
        models.append(part.model_ids)
        place = part.end
    assert models[0] == ()
    assert models[-1] == ("m-1",)


def test_an_empty_folder_is_an_empty_stream(tmp_path: Path) -> None:
    assert steps_read(tmp_path) == ([], [])


def test_the_checksum_of_nothing_is_not_nothing() -> None:
    assert zlib.crc32(bytes(CELL_BYTES - 4)) != 0
