"""What is logged arrives once and whole, whatever the server does meanwhile."""

import math
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.sdk.faulty_proxy import LOSE_ANSWER, FaultyProxy, Reply, faulty_proxy, refusal
from tests.e2e.sdk.spooling import LONG, close_opened, files_in, new_run, opens, points_on, run_on, steps_on
from tests.servers import RunningServer, start_trialog
from trialog.entities import RunStatus
from trialog.sdk.spool.refused import read_refused
from trialog.sdk.spool.spool import Spool
from trialog.sdk.spool.sync import sync
from trialog.wire.log_stream_format import EntryKind
from trialog.wire.messages.base import EmptyResponse

PARTS = "/log?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    yield
    close_opened()


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close(0)


@pytest.fixture
def proxy(server: RunningServer) -> Iterator[FaultyProxy]:
    with faulty_proxy(server.url) as proxy:
        yield proxy


def test_all_that_is_logged_arrives_and_leaves_nothing_behind(
    server: RunningServer, spool: Spool, tmp_path: Path
) -> None:
    run = new_run(server.url, run_name="first", tags={"team": "risk"}, start_time=1000)
    log = spool.open_run(run, opens(server.url))
    log.stream.log_text(EntryKind.PARAM, {"key": "lr", "value": "0.1"})
    for step in range(25_000):
        log.stream.log_point("loss", 1 / (step + 1), 1000 + step, step)
    log.close("FINISHED", 99_000)
    assert log.flush(LONG).is_nothing
    stored = run_on(server.url, run.run_id)
    assert (stored.info.run_name, stored.info.status, stored.info.end_time) == ("first", RunStatus.FINISHED, 99_000)
    assert {param.key: param.value for param in stored.data.params} == {"lr": "0.1"}
    assert {tag.key: tag.value for tag in stored.data.tags}["team"] == "risk"
    assert steps_on(server.url, run.run_id) == list(range(25_000))
    assert spool.close(LONG) == {}
    assert files_in(tmp_path / "spool") == []


def test_odd_values_and_a_clock_that_goes_back_arrive_as_they_are(server: RunningServer, spool: Spool) -> None:
    run = new_run(server.url)
    log = spool.open_run(run, opens(server.url))
    values = [math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, -0.0]
    for step, value in enumerate(values):
        log.stream.log_point("loss", value, 10_000 - step, step)
    assert log.flush(LONG).is_nothing
    points = sorted(points_on(server.url, run.run_id, "loss"), key=lambda point: point.step)
    # A store keeps an infinite value as the largest finite one, as MLflow's does.
    assert math.isnan(points[0].value)
    assert [point.value for point in points[3:]] == values[3:]
    assert [point.timestamp for point in points] == [10_000 - step for step in range(len(values))]


def test_files_arrive_as_they_were_when_they_were_logged_and_before_the_run_ends(
    server: RunningServer, spool: Spool, proxy: FaultyProxy, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "weights.bin").write_bytes(bytes(range(256)) * 100_000)
    (folder / "empty.txt").touch()
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    assert log.add_artifact(folder, "model")
    assert log.add_content("привет".encode(), "notes/приве т.txt")
    (folder / "deep" / "weights.bin").write_bytes(b"changed later")
    log.stream.log_point("loss", 1.0, 1, 0)
    log.close("FINISHED", 5)
    assert log.flush(LONG).is_nothing
    stored = server.directory / "artifacts" / run_on(server.url, run.run_id).info.artifact_uri.partition(":/")[2]
    assert files_in(stored) == ["model/deep/weights.bin", "model/empty.txt", "notes/приве т.txt"]
    assert (stored / "model/deep/weights.bin").read_bytes() == bytes(range(256)) * 100_000
    assert run_on(server.url, run.run_id).info.status == RunStatus.FINISHED
    asked = [path for path, _ in proxy.requests]
    assert PARTS in asked[-1], "the status comes last"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_that_fails_for_a_while_costs_nothing(
    server: RunningServer, spool: Spool, proxy: FaultyProxy, status: int
) -> None:
    codes = {500: "INTERNAL_ERROR", 503: "TEMPORARILY_UNAVAILABLE", 429: "REQUEST_LIMIT_EXCEEDED"}
    proxy.behaves = lambda path, number: refusal(status, codes[status]) if proxy.is_first_try(path) else None
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    for step in range(25_000):
        log.stream.log_point("loss", 1.0, 1, step)
    log.close("FINISHED")
    assert log.flush(LONG).is_nothing
    assert steps_on(server.url, run.run_id) == list(range(25_000))


def test_a_server_that_asks_to_be_left_alone_is(server: RunningServer, spool: Spool, proxy: FaultyProxy) -> None:
    def behaves(path: str, number: int) -> Reply | None:
        return refusal(429, "REQUEST_LIMIT_EXCEEDED", retry_after_seconds=2) if number == 1 else None

    proxy.behaves = behaves
    log = spool.open_run(new_run(proxy.url), opens(proxy.url))
    log.stream.log_point("loss", 1.0, 1, 0)
    assert log.flush(LONG).is_nothing
    first, second = (time for _, time in proxy.requests[:2])
    assert second - first >= 2


def test_an_answer_that_is_lost_doubles_nothing(server: RunningServer, spool: Spool, proxy: FaultyProxy) -> None:
    proxy.behaves = lambda path, number: LOSE_ANSWER if proxy.is_first_try(path) else None
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    for step in range(35_000):
        log.stream.log_point("loss", 1.0, 1, step)
    log.close("FINISHED")
    assert log.flush(LONG).is_nothing
    assert steps_on(server.url, run.run_id) == list(range(35_000))


def test_a_slow_server_does_not_hold_up_who_logs(server: RunningServer, spool: Spool, proxy: FaultyProxy) -> None:
    goes_on = threading.Event()

    def behaves(path: str, number: int) -> None:
        goes_on.wait(LONG)

    proxy.behaves = behaves
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    for step in range(20_000):
        log.stream.log_point("loss", 1.0, 1, step)
    left = log.flush(0)
    assert left.points >= 20_000, "nothing has arrived, and who logs was not held up"
    goes_on.set()
    assert log.flush(LONG).is_nothing
    assert steps_on(server.url, run.run_id) == list(range(20_000))


def test_a_server_that_is_killed_and_comes_back_has_everything_once(spool: Spool, tmp_path: Path) -> None:
    points = 150_000
    with start_trialog(tmp_path / "server") as server, faulty_proxy(server.url) as counted:
        run = new_run(counted.url)
        log = spool.open_run(run, opens(counted.url))

        def behaves(path: str, number: int) -> None:
            if counted.count(PARTS) == 4:
                server.process.kill()
                server.process.wait()

        counted.behaves = behaves
        for step in range(points):
            log.stream.log_point("loss", 1.0, 1000 + step, step)
        log.close("FINISHED")
        server.process.wait(LONG)
        left = log.flush(0)
        assert left.points > 0
    port = int(server.url.rpartition(":")[2])
    assert spool.close(0)
    with start_trialog(tmp_path / "server", port=port) as again:
        [done] = sync(tmp_path / "spool", lambda _: opens(again.url)())
        assert done.is_done
        assert steps_on(again.url, run.run_id) == list(range(points))
        assert run_on(again.url, run.run_id).info.status == RunStatus.FINISHED


def test_the_sender_goes_on_by_itself_when_a_killed_server_comes_back(spool: Spool, tmp_path: Path) -> None:
    points = 120_000
    with start_trialog(tmp_path / "server") as server:
        run = new_run(server.url)
        log = spool.open_run(run, opens(server.url))
        for step in range(points // 2):
            log.stream.log_point("loss", 1.0, 1000 + step, step)
        server.process.kill()
        server.process.wait()
        for step in range(points // 2, points):
            log.stream.log_point("loss", 1.0, 1000 + step, step)
    left = log.flush(0.1)
    assert left.points > 0
    with start_trialog(tmp_path / "server", port=int(server.url.rpartition(":")[2])) as again:
        log.close("FINISHED")
        assert log.flush(LONG).is_nothing
        assert steps_on(again.url, run.run_id) == list(range(points))


def test_what_is_refused_is_set_aside_with_its_reason_and_keeps_nothing_else_back(
    server: RunningServer, spool: Spool, proxy: FaultyProxy
) -> None:
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    log.stream.log_text(EntryKind.PARAM, {"key": "long", "value": "x" * 7000})
    log.stream.log_text(EntryKind.PARAM, {"key": "lr", "value": "0.1"})
    log.stream.log_text(EntryKind.PARAM, {"key": "lr", "value": "0.2"})
    for step in range(5_000):
        log.stream.log_point("loss", 1.0, -1 if step == 1234 else step, step)
    log.add_content(b"secret", "../../outside.txt")
    log.add_content(b"kept", "inside.txt")
    log.close("FINISHED")
    left = log.flush(LONG)
    assert (left.points, left.artifacts, left.refused) == (0, 0, 4)
    assert steps_on(server.url, run.run_id) == [step for step in range(5_000) if step != 1234]
    stored = run_on(server.url, run.run_id)
    assert {param.key: param.value for param in stored.data.params} == {"lr": "0.1"}
    assert stored.info.status == RunStatus.FINISHED
    refused = {(one.what, one.key or one.path): one for one in read_refused(log.folder)}
    assert refused.keys() == {
        ("text", "long"),
        ("text", "lr"),
        ("points", "loss"),
        ("artifact", "../../outside.txt"),
    }
    assert refused["points", "loss"].step == 1234
    assert "7000" in refused["text", "long"].message or "6000" in refused["text", "long"].message
    assert refused["text", "lr"].code == "param.changed"
    assert proxy.count(PARTS) < 100


def test_a_series_that_is_refused_as_a_whole_is_not_asked_about_point_by_point(
    server: RunningServer, spool: Spool, proxy: FaultyProxy
) -> None:
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    for step in range(15_000):
        log.stream.log_point("loss", 1.0, 1, step)
        log.stream.log_point("../outside", 1.0, 1, step)
    log.close("FINISHED")
    assert log.flush(LONG).refused == 15_000
    assert steps_on(server.url, run.run_id) == list(range(15_000))
    assert sum(one.count for one in read_refused(log.folder)) == 15_000
    assert proxy.count(PARTS) < 150


def test_a_run_that_was_deleted_is_given_up_in_one_step(
    server: RunningServer, spool: Spool, proxy: FaultyProxy
) -> None:
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    log.stream.log_point("loss", 1.0, 1, 0)
    assert log.flush(LONG).is_nothing
    opens(server.url)().call("delete_run", EmptyResponse, run_id=run.run_id)
    before = len(proxy.requests)
    for step in range(30_000):
        log.stream.log_point("loss", 1.0, 1, step)
    log.close("FINISHED")
    left = log.flush(LONG)
    assert len(proxy.requests) - before == 1
    assert left.refused >= 30_000
    assert left.fault is not None
    assert "deleted" in left.fault
    assert [one.what for one in read_refused(log.folder)] == ["stream"]
    assert files_in(log.folder), "all is kept, for the run may be restored"


def test_who_may_not_log_now_keeps_everything_until_she_may(
    server: RunningServer, spool: Spool, proxy: FaultyProxy
) -> None:
    proxy.behaves = lambda path, number: refusal(401, "UNAUTHENTICATED") if number <= 2 else None
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    log.stream.log_point("loss", 1.0, 1, 0)
    log.flush(0.5)
    log.close("FINISHED")
    left = log.flush(LONG)
    assert left.is_nothing
    assert steps_on(server.url, run.run_id) == [0]


def test_another_server_than_trialog_is_told_of_and_nothing_is_lost(
    server: RunningServer, spool: Spool, proxy: FaultyProxy
) -> None:
    def behaves(path: str, number: int) -> Reply | None:
        is_ours = path.startswith("/api/trialog")
        return (404, {"Content-Type": "text/html"}, b"<h1>Not Found</h1>") if is_ours else None

    proxy.behaves = behaves
    log = spool.open_run(new_run(proxy.url), opens(proxy.url))
    log.stream.log_point("loss", 1.0, 1, 0)
    left = log.flush(1.0)
    assert left.points > 0
    assert left.refused == 0
    assert left.fault is not None
    assert "another server than Trialog" in left.fault


def test_what_there_was_no_room_for_is_told_of_on_the_run(
    server: RunningServer, proxy: FaultyProxy, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", most_bytes=1024 * 1024, most_artifact_bytes=1000)
    goes_on = threading.Event()

    def behaves(path: str, number: int) -> None:
        goes_on.wait(LONG)

    proxy.behaves = behaves
    run = new_run(proxy.url)
    log = spool.open_run(run, opens(proxy.url))
    for step in range(100_000):
        log.stream.log_point("loss", 1.0, 1, step)
    assert log.add_content(b"x" * 900, "small.bin")
    assert not log.add_content(b"x" * 900, "large.bin")
    dropped = log.flush(0).dropped
    assert dropped > 1
    goes_on.set()
    log.close("FINISHED")
    log.flush(LONG)
    kept = steps_on(server.url, run.run_id)
    assert kept == list(range(100_000 - dropped + 1))
    assert {tag.key: tag.value for tag in run_on(server.url, run.run_id).data.tags}["trialog.dropped"] == str(dropped)
    assert run_on(server.url, run.run_id).info.status == RunStatus.FINISHED, "that has room of its own"
    assert spool.close(LONG) == {}


def test_runs_that_begin_where_there_is_no_experiment_yet_make_one(server: RunningServer, spool: Spool) -> None:
    runs = [new_run(server.url, experiment_name="brand new") for _ in range(4)]
    logs = [spool.open_run(run, opens(server.url)) for run in runs]
    for log in logs:
        log.close("FINISHED")
    assert spool.flush(LONG) == {}
    assert len({run_on(server.url, run.run_id).info.experiment_id for run in runs}) == 1


def test_a_file_for_a_folder_of_the_servers_machine_gets_there(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    arguments = ("--no-serve-artifacts", "--default-artifact-root", str(root))
    with start_trialog(tmp_path / "server", *arguments) as server:
        spool = Spool(tmp_path / "spool")
        run = new_run(server.url)
        log = spool.open_run(run, opens(server.url))
        log.add_content(b"small", "small.txt")
        log.add_content(bytes(11 * 1024 * 1024), "large.bin")
        log.add_content(b"", "empty.txt")
        log.close("FINISHED")
        assert log.flush(LONG).is_nothing
        stored = Path(run_on(server.url, run.run_id).info.artifact_uri.removeprefix("file://"))
        assert files_in(stored) == ["empty.txt", "large.bin", "small.txt"]
        assert spool.close(LONG) == {}
