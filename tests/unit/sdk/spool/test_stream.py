"""What is written to a stream is in its files at once, in the order in which it was written."""

import json
import os
import signal
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.errors import Conflict
from trialog.sdk.spool.left_stream import LeftStream
from trialog.sdk.spool.open_streams import OpenStreams
from trialog.sdk.spool.parts import read_part
from trialog.sdk.spool.stream import LogStream, Series, segment_name
from trialog.wire.log_stream_format import CELL_BYTES, Entry, EntryKind, PointEntry, TextEntry, decode

SMALL = 1024


def entries_sent(stream: LogStream, most_points: int = 7) -> list[Entry]:
    """All that is sent of a stream, part by part, without what says again what series are of."""
    place, entries = stream.kept_from, list[Entry]()
    while (part := read_part(stream, place, most_points)) is not None:
        assert (part.start, part.end > part.start) == (place, True)
        known: set[int] = set()
        for _, entry in decode(part.content):
            if isinstance(entry, TextEntry) and entry.kind == EntryKind.SERIES:
                known |= {int(entry.text.split(b'"number": ')[1].split(b",")[0])}
            elif isinstance(entry, PointEntry):
                assert entry.series in known, "each part says what its series are of"
                entries.append(entry)
            else:
                entries.append(entry)
        place = part.end
    assert place == stream.written
    return entries


@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.sampled_from(["loss", "accuracy", "точность"]), st.floats(allow_nan=False), st.integers(0, 99)
            ),
            st.text(max_size=300),
        ),
        max_size=60,
    )
)
def test_everything_is_sent_once_and_in_order_however_many_files_there_are(
    tmp_path_factory: pytest.TempPathFactory, logged: list[tuple[str, float, int] | str]
) -> None:
    stream = LogStream(tmp_path_factory.mktemp("stream"), segment_bytes=SMALL)
    for one in logged:
        if isinstance(one, str):
            stream.log_text(EntryKind.PARAM, {"key": "k", "value": one})
        else:
            stream.log_point(one[0], one[1], 1000, one[2])
    sent = entries_sent(stream)
    expected = [one if isinstance(one, str) else one[1:] for one in logged]
    assert [(entry.value, entry.step) if isinstance(entry, PointEntry) else _value(entry) for entry in sent] == expected
    stream.close()


def _value(entry: TextEntry) -> str:
    value: str = json.loads(entry.text)["value"]
    return value


def test_files_whose_content_has_arrived_are_removed_and_what_is_left_can_be_read_by_itself(tmp_path: Path) -> None:
    stream = LogStream(tmp_path, segment_bytes=SMALL)
    for step in range(100):
        stream.log_point("loss", 0.5, 1000, step)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) > 3
    assert names[0] == segment_name(0)
    stream.forget(stream.written)
    [left] = tmp_path.iterdir()
    assert left.name == names[-1]
    entries = [entry for _, entry in decode(left.read_bytes())]
    assert isinstance(entries[0], TextEntry)
    assert isinstance(entries[-1], PointEntry)
    assert entries[-1].step == 99


def test_threads_write_to_one_stream_without_losing_a_point(tmp_path: Path) -> None:
    stream = LogStream(tmp_path, segment_bytes=SMALL)

    def log(key: str) -> None:
        for step in range(300):
            stream.log_point(key, 1.0, 1, step)

    threads = [threading.Thread(target=log, args=key) for key in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    points = [entry for entry in entries_sent(stream) if isinstance(entry, PointEntry)]
    steps: dict[int, list[int]] = {}
    for point in points:
        steps.setdefault(point.series, []).append(point.step)
    assert list(steps.values()) == [list(range(300))] * 4


def test_more_than_may_be_kept_is_dropped_and_counted_and_what_follows_is_written_again(tmp_path: Path) -> None:
    stream = LogStream(tmp_path, segment_bytes=SMALL, most_bytes=3 * SMALL)
    for step in range(200):
        stream.log_point("loss", 0.5, 1, step)
    assert stream.dropped > 0
    assert stream.fault is not None
    assert "not sent" in str(stream.fault)
    kept = [entry for entry in entries_sent(stream) if isinstance(entry, PointEntry)]
    assert [point.step for point in kept] == list(range(len(kept)))
    assert len(kept) + stream.dropped == 200
    stream.forget(stream.written)
    stream.log_point("loss", 0.5, 1, 999)
    assert [entry.step for entry in entries_sent(stream) if isinstance(entry, PointEntry)][-1] == 999


def test_series_of_a_model_and_a_dataset_are_told_apart(tmp_path: Path) -> None:
    stream = LogStream(tmp_path)
    stream.log_point("loss", 1.0, 1, 0)
    stream.log_point(Series("loss", "m-1"), 2.0, 1, 0)
    stream.log_point(Series("loss", None, "train", "abc"), 3.0, 1, 0)
    points = [entry for entry in entries_sent(stream) if isinstance(entry, PointEntry)]
    assert len({point.series for point in points}) == 3


def test_nothing_is_written_to_a_closed_stream(tmp_path: Path) -> None:
    stream = LogStream(tmp_path)
    stream.close()
    with pytest.raises(Conflict, match="has ended"):
        stream.log_point("loss", 1.0, 1, 0)


WRITER = """
import sys
from pathlib import Path
from trialog.sdk.spool.stream import LogStream
stream = LogStream(Path(sys.argv[1]), segment_bytes=65536)
step = 0
while True:
    stream.log_point("loss", 0.5, 1, step)
    step += 1
    if step % 1000 == 0:
        print(step, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_what_a_killed_process_wrote_is_in_its_files(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = 0
        while said < 20_000:
            said = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        said = max([said, *(int(line) for line in process.stdout.read().split())])
    steps: list[int] = []
    for path in sorted(tmp_path.iterdir()):
        steps += [entry.step for _, entry in decode(path.read_bytes()) if isinstance(entry, PointEntry)]
    assert steps == list(range(len(steps)))
    assert len(steps) >= said


def test_a_point_takes_32_bytes_of_disk(tmp_path: Path) -> None:
    stream = LogStream(tmp_path)
    stream.log_point("loss", 1.0, 1, 0)
    before = stream.written
    stream.log_point("loss", 1.0, 1, 1)
    assert stream.written - before == CELL_BYTES


def test_who_watches_is_woken_once_by_what_is_written_next(tmp_path: Path) -> None:
    stream = LogStream(tmp_path)
    woken: list[int] = []
    assert stream.watch(0, lambda: woken.append(1))
    stream.log_point("loss", 1.0, 1, 0)
    stream.log_point("loss", 1.0, 1, 1)
    assert woken == [1]
    assert not stream.watch(0, lambda: woken.append(2)), "something is there already"
    assert stream.watch(stream.written, lambda: woken.append(3))
    stream.log_text(EntryKind.TAG, {"key": "k"})
    assert woken == [1, 3]
    assert len(entries_sent(stream)) == 3


def test_points_leave_room_for_how_the_run_ends(tmp_path: Path) -> None:
    stream = LogStream(tmp_path, most_bytes=1024 * 1024)
    for step in range(100_000):
        stream.log_point("loss", 0.5, 1, step)
    dropped = stream.dropped
    assert dropped > 0
    stream.log_text(EntryKind.STATUS, {"status": "FINISHED"})
    assert stream.dropped == dropped


def test_what_is_not_described_is_not_written_either(tmp_path: Path) -> None:
    stream = LogStream(tmp_path, segment_bytes=SMALL, most_bytes=SMALL)
    for number in range(100):
        stream.log_point(f"metric {number}", 0.5, 1, 0)
    assert stream.dropped > 0
    entries_sent(stream)
    stream.forget(stream.written)


FULL_DISK = """
import resource, sys
from pathlib import Path
from trialog.sdk.spool.stream import LogStream
stream = LogStream(Path(sys.argv[1]), segment_bytes=65536)
stream.log_point("loss", 0.5, 1, 0)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for step in range(1, 10_000):
    stream.log_point("loss", 0.5, 1, step)
print(stream.dropped, stream.written, stream.fault)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such limit")
def test_a_full_disk_costs_what_is_logged_then_and_not_the_training(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split(" ", 2)
    steps = [
        entry.step
        for path in sorted(tmp_path.glob("*.stream"))
        for _, entry in decode(path.read_bytes())
        if isinstance(entry, PointEntry)
    ]
    assert steps == list(range(10_000 - int(said[0])))
    assert int(said[0]) > 0
    assert "large" in said[2].lower()


INTERRUPTED = """
import signal, sys
from pathlib import Path
from trialog.sdk.spool.stream import LogStream

stream = LogStream(Path(sys.argv[1]), segment_bytes=8 * 1024)
handled = 0

def handle(*_):
    global handled
    handled += 1
    number = handled
    stream.log_point(f"handled{number % 50}", float(number), number, number)

signal.signal(signal.SIGALRM, handle)
signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
for step in range(15_000):
    stream.log_point(f"loss{step % 50}", float(step), step, step)
signal.setitimer(signal.ITIMER_REAL, 0)
stream.close()
print(handled, stream.dropped)
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no such signals")
def test_the_handler_of_a_signal_may_log_while_the_training_does(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    handled, dropped = map(int, done.stdout.split())
    names: dict[int, str] = {}
    points: dict[str, list[int]] = {}
    for path in sorted(tmp_path.glob("*.stream")):
        content = path.read_bytes()
        place = 0
        for place, entry in decode(content):  # noqa: B007  where the last one ends
            if isinstance(entry, PointEntry):
                points.setdefault(names[entry.series].rstrip("0123456789"), []).append(entry.step)
                assert entry.step % 50 == int(names[entry.series].lstrip("abcdefghijklmnopqrstuvwxyz"))
            else:
                said = json.loads(entry.text)
                names[said["number"]] = said["key"]
        assert place == len(content), "no hole is left"
    assert sorted(points["loss"]) == list(range(15_000))
    assert len(set(points.get("handled", []))) == handled - dropped


def test_ctrl_c_at_any_moment_loses_nothing_that_is_logged_after_it(tmp_path: Path) -> None:
    interrupted = set[int]()
    for moment in range(1, 100):
        folder = tmp_path / str(moment)
        folder.mkdir()
        stream = LogStream(folder, segment_bytes=64 * 1024)
        for step in range(2040):
            stream.log_point("loss", 1.0, 1, step)
        calls = count(1)

        def interrupt(frame: FrameType, event: str, _: object, calls: "count[int]" = calls, at: int = moment) -> None:
            # The interpreter looks for signals behind each call.
            ours = frame.f_code.co_filename.endswith(("stream.py", "segment.py"))
            if event in ("call", "c_return") and ours and next(calls) == at:
                raise KeyboardInterrupt

        sys.setprofile(interrupt)
        try:
            for step in range(2040, 2060):
                stream.log_point("loss", 1.0, 1, step)
        except KeyboardInterrupt:
            interrupted.add(len(list(folder.iterdir())))
        finally:
            sys.setprofile(None)
        for step in range(3000, 3100):
            stream.log_point("loss", 1.0, 1, step)
        stream.close()
        assert stream.dropped == 0
        left = LeftStream(folder)
        content = b""
        while len(content) < left.written:
            content += left.read(len(content), left.written)
        steps = [entry.step for _, entry in decode(content) if isinstance(entry, PointEntry)]
        assert [step for step in steps if step >= 3000] == list(range(3000, 3100)), moment
        assert [step for step in steps if step < 2040] == list(range(2040)), moment
    assert interrupted == {1, 2}, "before and behind the new file"


def test_only_so_many_files_are_open_and_each_stream_goes_on_in_its_own(tmp_path: Path) -> None:
    opened = OpenStreams(most=3)
    streams = []
    for number in range(10):
        (tmp_path / str(number)).mkdir()
        streams.append(LogStream(tmp_path / str(number), open_streams=opened))
    for step in range(20):
        for stream in streams:
            stream.log_point("loss", 0.5, 1, step)
            assert len(list(stream.folder.glob("*.stream"))) == 1, "no new file for what rested"
    if Path("/proc/self/maps").exists():
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8").count(str(tmp_path))
        assert mapped == 3
    for stream in streams:
        assert [entry.step for entry in entries_sent(stream) if isinstance(entry, PointEntry)] == list(range(20))
        stream.close()


def test_threads_whose_streams_take_turns_lose_no_point(tmp_path: Path) -> None:
    opened = OpenStreams(most=2)
    streams = []
    for number in range(6):
        (tmp_path / str(number)).mkdir()
        streams.append(LogStream(tmp_path / str(number), segment_bytes=SMALL, open_streams=opened))

    def write(first: int) -> None:
        for step in range(first, 500, 3):
            for stream in streams:
                stream.log_point("loss", 0.5, 1, step)

    threads = [threading.Thread(target=write, args=(first,)) for first in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for stream in streams:
        steps = [entry.step for entry in entries_sent(stream, 100) if isinstance(entry, PointEntry)]
        assert sorted(steps) == list(range(500))
        assert stream.dropped == 0
        stream.close()


def test_the_handler_of_a_signal_may_log_while_streams_take_turns(tmp_path: Path) -> None:
    for moment in range(1, 60):
        opened = OpenStreams(most=1)
        streams = []
        for number in range(3):
            folder = tmp_path / f"{moment}-{number}"
            folder.mkdir()
            streams.append(LogStream(folder, open_streams=opened))
            streams[-1].log_point("loss", 0.5, 1, 0)
        calls = count(1)

        def interrupt(
            frame: FrameType,
            event: str,
            _: object,
            calls: "count[int]" = calls,
            at: int = moment,
            streams: list[LogStream] = streams,
        ) -> None:
            # The interpreter looks for signals behind each call.
            ours = frame.f_code.co_filename.endswith(("stream.py", "streams.py", "segment.py"))
            if event in ("call", "return", "c_return") and ours and next(calls) == at:
                for stream in reversed(streams):
                    stream.log_point("handled", 0.5, 1, 0)

        sys.setprofile(interrupt)
        try:
            for stream in streams:
                stream.log_point("loss", 0.5, 1, 1)
        finally:
            sys.setprofile(None)
        for stream in streams:
            stream.log_point("loss", 0.5, 1, 2)
            stream.close()
            assert stream.dropped == 0
            steps = [entry.step for entry in entries_sent(stream) if isinstance(entry, PointEntry)]
            assert sorted(steps) in ([0, 0, 1, 2], [0, 1, 2]), moment


def test_a_resting_file_that_somebody_removed_is_followed_by_a_new_one(tmp_path: Path) -> None:
    stream = LogStream(tmp_path)
    stream.log_point("loss", 0.5, 1, 0)
    assert stream.rest()
    (tmp_path / segment_name(0)).unlink()
    begin = stream.written
    stream.log_point("loss", 0.5, 1, 1)
    assert [path.name for path in tmp_path.glob("*.stream")] == [segment_name(begin)]
    stream.close()
