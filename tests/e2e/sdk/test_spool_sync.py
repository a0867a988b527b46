"""What dead processes left is sent by `trialog sync`: all of it, once, and what was refused is named."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.e2e.sdk.faulty_proxy import faulty_proxy
from tests.e2e.sdk.spooling import LONG, close_opened, files_in, new_run, opens, run_on, steps_on, trialog
from tests.servers import RunningServer, start_trialog
from trialog.entities import RunStatus
from trialog.sdk.spool.destination import RunDestination
from trialog.sdk.spool.left_run import LeftRun
from trialog.sdk.spool.spool import Spool
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.spool.sync import left_behind, sync, throw_away
from trialog.sdk.transport import Transport
from trialog.wire.log_stream_format import CELL_BYTES, EntryKind
from trialog.wire.messages.artifacts import ListArtifactsResponse
from trialog.wire.messages.base import EmptyResponse


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    yield
    close_opened()


def to(url: str) -> Transport:
    return opens(url)()


def leave(root: Path, run: SpooledRun, points: int) -> Path:
    """Log offline, and end; return the run's folder."""
    spool = Spool(root, sends=False)
    log = spool.open_run(run, lambda: to(run.tracking_uri))
    log.stream.log_text(EntryKind.PARAM, {"key": "lr", "value": "0.1"})
    for step in range(points):
        log.stream.log_point("loss", 1.0, 1000 + step, step)
    log.add_content(b"hello", "notes/hello.txt")
    log.close("FINISHED", 99)
    assert log.flush(0).points > points
    spool.close(0)
    return log.folder


WRITER = """
import sys
from pathlib import Path
import msgspec
from trialog.sdk.spool.spool import Spool
from trialog.sdk.spool.spooled_run import SpooledRun
run = msgspec.json.decode(sys.argv[2], type=SpooledRun)
log = Spool(Path(sys.argv[1]), sends=False).open_run(run, lambda: None)
step = 0
while True:
    log.stream.log_point("loss", 0.5, 1000 + step, step)
    step += 1
    if step % 1000 == 0:
        print(step, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_what_a_killed_process_logged_is_sent_by_the_command_once(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url, run_name="killed")
    command = [sys.executable, "-c", WRITER, str(tmp_path), msgspec.json.encode(run).decode()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = 0
        while said < 50_000:
            said = int(process.stdout.readline())
        assert left_behind(tmp_path) == [], "its process lives"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        said = max([said, *(int(line) for line in process.stdout.read().split())])
    planned = trialog("sync", str(tmp_path), "--dry-run", "--json")
    [shown] = json.loads(planned.stdout)["runs"]
    assert (planned.returncode, shown["run_id"], shown["records_sent"]) == (1, run.run_id, 0)
    done = trialog("sync", TRIALOG_SPOOL_FOLDER=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "killed" in done.stdout
    assert "All has arrived." in done.stdout
    steps = steps_on(server.url, run.run_id)
    assert steps == list(range(len(steps)))
    assert len(steps) >= said
    assert run_on(server.url, run.run_id).info.status == RunStatus.RUNNING
    assert list(tmp_path.iterdir()) == []
    again = trialog("sync", str(tmp_path))
    assert (again.returncode, again.stdout) == (0, f"Nothing is left in {tmp_path}.\n")


def test_what_was_logged_offline_arrives_with_its_files(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url, experiment_name="made when it is sent", run_name="offline", start_time=7)
    leave(tmp_path, run, 30_000)
    [done] = sync(tmp_path, lambda run: to(run.tracking_uri))
    assert done.is_done
    assert (done.sent_artifacts, done.points, done.sent_points > 30_000) == (1, 0, True)
    stored = run_on(server.url, run.run_id)
    assert (stored.info.run_name, stored.info.start_time, stored.info.status) == ("offline", 7, RunStatus.FINISHED)
    assert steps_on(server.url, run.run_id) == list(range(30_000))
    folder = server.directory / "artifacts" / stored.info.artifact_uri.partition(":/")[2]
    assert files_in(folder) == ["notes/hello.txt"]
    assert sync(tmp_path, lambda run: to(run.tracking_uri)) == []


def test_it_may_be_interrupted_and_repeated(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    leave(tmp_path, run, 45_000)

    def interrupts(left: LeftRun) -> None:
        if left.sent_points > 15_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(tmp_path, lambda run: to(run.tracking_uri), interrupts)
    reached = len(steps_on(server.url, run.run_id))
    assert 0 < reached < 45_000
    [done] = sync(tmp_path, lambda run: to(run.tracking_uri))
    assert done.is_done
    assert steps_on(server.url, run.run_id) == list(range(45_000))


def test_two_at_the_same_time_do_each_others_work_no_harm(server: RunningServer, tmp_path: Path) -> None:
    runs = [new_run(server.url) for _ in range(6)]
    for run in runs:
        leave(tmp_path, run, 3_000)
    found: list[LeftRun] = []
    threads = [
        threading.Thread(target=lambda: found.extend(sync(tmp_path, lambda run: to(run.tracking_uri))))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(left.run.run_id for left in found if left.run) == sorted(run.run_id for run in runs)
    assert all(steps_on(server.url, run.run_id) == list(range(3_000)) for run in runs)
    assert list(tmp_path.iterdir()) == []


def test_without_a_server_everything_stays_and_the_command_says_so(tmp_path: Path) -> None:
    run = new_run("http://127.0.0.1:9", run_name="waiting")
    folder = leave(tmp_path, run, 100)
    failed = trialog("sync", str(tmp_path))
    assert failed.returncode == 1
    assert "No server answers at http://127.0.0.1:9" in failed.stderr
    assert str(folder) in failed.stderr
    assert len(left_behind(tmp_path)) == 1


def test_it_can_be_sent_elsewhere(server: RunningServer, tmp_path: Path) -> None:
    run = new_run("http://127.0.0.1:9")
    leave(tmp_path, run, 100)
    done = trialog("sync", str(tmp_path), "--tracking-uri", server.url, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert steps_on(server.url, run.run_id) == list(range(100))


def test_it_can_be_sent_to_a_store_that_the_command_opens_itself(tmp_path: Path) -> None:
    store = f"sqlite:///{(tmp_path / 'trialog.db').as_posix()}"
    run = new_run(store)
    leave(tmp_path / "spool", run, 100)
    said = trialog("sync", str(tmp_path / "spool"))
    assert said.returncode == 1
    assert f"{store} comes from the folder that is sent" in said.stderr
    assert not (tmp_path / "trialog.db").exists(), "only the folder named it"
    done = trialog("sync", str(tmp_path / "spool"), "--json", MLFLOW_TRACKING_URI=store)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["is_done"], document["runs"][0]["files_sent"]) == (True, 1)


def test_a_database_that_a_folder_names_is_not_asked_with_the_password_of_the_environment(tmp_path: Path) -> None:
    folder = leave(tmp_path, new_run("postgresql://somebody@127.0.0.1:9/theirs"), 3)
    said = trialog("sync", str(tmp_path), PGPASSWORD="mine")
    assert said.returncode == 1
    assert "postgresql://somebody@127.0.0.1:9/theirs comes from the folder that is sent" in said.stderr
    assert "--tracking-uri" in said.stderr
    assert files_in(folder)


def test_what_is_refused_is_named_and_kept_until_somebody_decides(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    spool = Spool(tmp_path, sends=False)
    log = spool.open_run(run, lambda: to(server.url))
    log.stream.log_text(EntryKind.PARAM, {"key": "lr", "value": "0.1"})
    log.stream.log_text(EntryKind.PARAM, {"key": "lr", "value": "0.2"})
    log.stream.log_point("loss", 1.0, 1, 0)
    log.add_content(b"x", "../outside.txt")
    log.close("FINISHED")
    spool.close(0)
    for arguments in ((), ("--refused",)):
        said = trialog("sync", str(tmp_path), *arguments)
        assert said.returncode == 1
        assert "param 'lr' = '0.2' was refused" in said.stderr
        assert "file '../outside.txt' was refused" in said.stderr
        assert str(log.folder / "refused.jsonl") in said.stderr
    assert steps_on(server.url, run.run_id) == [0]
    asked = trialog("sync", str(tmp_path), "--discard-refused")
    assert asked.returncode == 1, "nobody has said yes"
    assert left_behind(tmp_path)[0].refused
    done = trialog("sync", str(tmp_path), "--discard-refused", "--yes")
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_was_refused_can_be_sent_again_when_nothing_is_in_its_way(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    leave(tmp_path, run, 100)
    refuses = True

    def behaves(path: str, number: int) -> tuple[int, dict[str, str], bytes] | None:
        is_wrong = "/log?" in path or "notes" in path
        body = b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "Not today.", "code": "test.no", "values": {}}'
        # What has nothing in it is taken: the stream goes on behind what was refused.
        return (400, {"Content-Type": "application/json"}, body) if refuses and is_wrong and number % 2 else None

    with faulty_proxy(server.url, behaves) as proxy:
        [left] = sync(tmp_path, lambda _: to(proxy.url))
        assert left.refused
        assert not left.is_done
        refuses = False
        [left] = sync(tmp_path, lambda _: to(proxy.url))
        assert left.refused, "not without being told"
        [left] = sync(tmp_path, lambda _: to(proxy.url), again=True)
    assert left.is_done
    assert steps_on(server.url, run.run_id) == list(range(100))
    stored = run_on(server.url, run.run_id)
    assert {param.key: param.value for param in stored.data.params} == {"lr": "0.1"}
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_deleted_waits_until_it_is_restored(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    RunDestination(run, opens(server.url)).begun()
    to(server.url).call("delete_run", EmptyResponse, run_id=run.run_id)
    leave(tmp_path, run, 20_000)
    with faulty_proxy(server.url) as proxy:
        [left] = sync(tmp_path, lambda _: to(proxy.url))
        assert [one.what for one in left.refused] == ["stream"]
        assert proxy.count("/log?") == 1
    to(server.url).call("restore_run", EmptyResponse, run_id=run.run_id)
    [left] = sync(tmp_path, lambda run: to(run.tracking_uri))
    assert left.is_done
    assert steps_on(server.url, run.run_id) == list(range(20_000))


def test_what_was_given_up_can_be_thrown_away(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url, begins=False)
    leave(tmp_path, run, 10)
    [left] = sync(tmp_path, lambda run: to(run.tracking_uri))
    assert left.refused[0].code == "run.not_found"
    throw_away(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_damage_is_told_of_and_everything_around_it_arrives(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    folder = leave(tmp_path, run, 30_000)
    path = sorted(folder.glob("*.stream"))[1]
    content = bytearray(path.read_bytes())
    content[len(content) // 2 // CELL_BYTES * CELL_BYTES + 20] ^= 1
    path.write_bytes(content)
    said = trialog("sync", str(tmp_path))
    assert said.returncode == 1
    assert "spool.damaged" in said.stderr
    steps = steps_on(server.url, run.run_id)
    missing = sorted(set(range(30_000)) - set(steps))
    assert missing == list(range(missing[0], missing[-1] + 1))
    assert 0 < len(missing) < 10_000
    assert steps[-1] == 29_999
    assert run_on(server.url, run.run_id).info.status == RunStatus.FINISHED
    assert [name for name in files_in(folder) if name.endswith(".damaged")]


def test_a_stream_whose_beginning_arrived_already_goes_on_behind_it(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    spool = Spool(tmp_path)
    log = spool.open_run(run, opens(server.url))
    for step in range(1_500):
        log.stream.log_point("loss", 1.0, 1, step)
    assert log.flush(LONG).is_nothing
    spool._senders.stop()
    for step in range(1_500, 4_000):
        log.stream.log_point("loss", 1.0, 1, step)
    spool.close(0)
    [left] = sync(tmp_path, lambda run: to(run.tracking_uri))
    assert left.is_done
    assert steps_on(server.url, run.run_id) == list(range(4_000))


def test_a_damaged_file_keeps_no_other_one(server: RunningServer, tmp_path: Path) -> None:
    run = new_run(server.url)
    spool = Spool(tmp_path, sends=False)
    log = spool.open_run(run, lambda: to(server.url))
    for name in ("first", "second", "third"):
        log.add_content(b"hello", f"{name}.txt")
    log.close("FINISHED", 99)
    spool.close(0)
    # As a cut of power leaves it, and as a system writes beside files that are copied to a stick.
    (log.folder / "artifacts" / "000000000001.json").write_bytes(b"")
    (log.folder / "artifacts" / "._000000000002.content").write_bytes(b"resource fork")
    [left] = sync(tmp_path, lambda run: to(run.tracking_uri))
    assert [(one.what, one.code, one.path) for one in left.refused] == [
        ("artifact", "spool.damaged", "000000000001.refused")
    ]
    assert left.artifacts == 0
    listed = to(server.url).call("list_artifacts", ListArtifactsResponse, run_id=run.run_id)
    assert [file.path for file in listed.files] == ["second.txt", "third.txt"]
    assert (log.folder / "artifacts" / "000000000001.refused").read_bytes() == b"hello"


@pytest.mark.skipif(sys.platform == "win32", reason="links take rights there")
def test_a_planted_link_sends_no_file_of_the_user(server: RunningServer, tmp_path: Path) -> None:
    secret = tmp_path / "id_rsa"
    secret.write_text("secret", encoding="utf-8")
    run = new_run(server.url)
    folder = leave(tmp_path / "spool", run, 3)
    copy = folder / "artifacts" / "000000000001.content"
    copy.unlink()
    copy.symlink_to(secret)
    [left] = sync(tmp_path / "spool", lambda run: to(run.tracking_uri))
    assert [one.code for one in left.refused] == ["spool.damaged"]
    listed = to(server.url).call("list_artifacts", ListArtifactsResponse, run_id=run.run_id)
    assert listed.files == []
    throw_away(tmp_path / "spool")
    assert secret.read_text(encoding="utf-8") == "secret"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_what_another_user_planted_is_not_sent(server: RunningServer, tmp_path: Path) -> None:
    folder = leave(tmp_path, new_run(server.url), 3)
    os.chown(folder, 54321, -1)
    said = trialog("sync", str(tmp_path))
    assert said.returncode == 1
    assert "belongs to another user" in said.stderr
    assert files_in(folder)


def test_a_folder_that_does_not_say_which_run_it_is_of_stays(server: RunningServer, tmp_path: Path) -> None:
    folder = leave(tmp_path, new_run(server.url), 10)
    (folder / "run.json").write_text("{}")
    said = trialog("sync", str(tmp_path))
    assert said.returncode == 1
    assert "does not say which run" in said.stderr
    assert files_in(folder)
