"""Each process has a folder of its own, which others take over when it is dead and not before."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.sdk.spool.leaving import leave_stream
from trialog.errors import DamagedData
from trialog.sdk.spool.folder import ProcessFolder, process_folders
from trialog.sdk.spool.left_run import LeftRun
from trialog.sdk.spool.lock import FileLock
from trialog.sdk.spool.spooled_run import RUN_FILE, SpooledRun, read_run, write_run
from trialog.sdk.spool.sync import left_behind, sync, throw_away
from trialog.sdk.transport import Transport

RUN = SpooledRun(run_id="0" * 32, writer="w1", tracking_uri="http://localhost:5000", tags={"a": "б"}, begins=True)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_run(tmp_path, RUN)
    assert read_run(tmp_path) == RUN


def test_a_file_that_does_not_say_which_run_it_is_of_is_told_of(tmp_path: Path) -> None:
    (tmp_path / RUN_FILE).write_bytes(b'{"run_id": 5}')
    with pytest.raises(DamagedData, match=r"run\.json does not say which run"):
        read_run(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    process = ProcessFolder.make(tmp_path / "state" / "spool")
    folder = process.make_run(RUN)
    write_run(folder, RUN)
    for path in (process.path.parent, process.path, folder):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / RUN_FILE).stat().st_mode) == 0o600
    process.let_go()


def test_a_folder_is_held_while_its_process_lives_and_gone_with_the_last_run(tmp_path: Path) -> None:
    process = ProcessFolder.make(tmp_path)
    folder = process.make_run(RUN)
    assert list(process_folders(tmp_path)) == [process.path]
    assert ProcessFolder.hold(process.path) is None, "not even by the same process"
    process.let_go()
    again = ProcessFolder.hold(process.path)
    assert again is not None
    folder.rmdir()
    again.let_go()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ask", [left_behind, throw_away, lambda root: sync(root, no_server)])
def test_what_is_called_otherwise_is_somebody_elses(tmp_path: Path, ask: Callable[[Path], list[LeftRun]]) -> None:
    files = [tmp_path / "profile" / name for name in ("lock", "passwords", "photos/first.png")]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("mine", encoding="utf-8")
    assert ask(tmp_path) == []
    assert [file.read_text(encoding="utf-8") for file in files] == ["mine"] * 3


def test_the_folder_of_one_process_may_be_named_too(tmp_path: Path) -> None:
    folder = leave_stream(tmp_path, RUN, points=3)
    assert [left.folder for left in left_behind(folder.parent)] == [folder]


def test_ids_of_runs_lead_out_of_no_folder(tmp_path: Path) -> None:
    process = ProcessFolder.make(tmp_path)
    folder = process.make_run(SpooledRun(run_id="../../x", writer="w", tracking_uri="u"))
    assert folder.parent == process.path
    folder.rmdir()
    process.let_go()


def test_a_lock_whose_file_was_removed_is_not_held(tmp_path: Path) -> None:
    assert FileLock.take(tmp_path / "gone" / "lock") is None


def no_server(run: SpooledRun) -> Transport:
    raise AssertionError(f"nobody is to be asked about {run}")


HOLDER = """
import sys
from pathlib import Path
from trialog.sdk.spool.folder import ProcessFolder
process = ProcessFolder.make(Path(sys.argv[1]))
print(process.path, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        assert ProcessFolder.hold(path) is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    held = ProcessFolder.hold(path)
    assert held is not None
    held.let_go()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_takes_nothing_away_and_holds_nothing(tmp_path: Path) -> None:
    process = ProcessFolder.make(tmp_path)
    process.make_run(RUN)
    code = f"""
import os, sys
from pathlib import Path
from trialog.sdk.spool.spool import Spool
from trialog.sdk.spool.folder import ProcessFolder
from trialog.sdk.spool.spooled_run import SpooledRun
root = Path({str(tmp_path)!r}) / "forked"
spool = Spool(root, sends=False)
log = spool.open_run(SpooledRun(run_id="a", writer="w", tracking_uri="u"), lambda: None)
log.stream.log_point("loss", 1.0, 1, 0)
child = os.fork()
if child == 0:
    own = spool.open_run(SpooledRun(run_id="a", writer="w2", tracking_uri="u"), lambda: None)
    own.stream.log_point("loss", 1.0, 1, 1)
    assert own.folder.parent != log.folder.parent
    try:
        log.stream.log_point("loss", 1.0, 1, 2)
    except Exception as error:
        assert error.code == "run.log_closed", error
    else:
        raise AssertionError("the stream is the other process's")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert ProcessFolder.hold(log.folder.parent) is None
log.stream.log_point("loss", 1.0, 1, 3)
assert len(list(root.iterdir())) == 2
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    process.let_go()
