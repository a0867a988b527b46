"""`trialog gc` against a real server and beside it, and a server that is killed while it removes."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from tests.e2e.acknowledged import kill
from tests.e2e.rest import RestClient
from tests.servers import RunningServer, start_trialog
from trialog.cli import trialog

Call = Callable[..., Result]
BIN = "/api/trialog/v1/bin"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def call(server: RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls `trialog gc`; it must end with a code."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(trialog, ["gc", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


def store_of(server: RunningServer) -> tuple[str, ...]:
    return (
        "--backend-store-uri",
        f"sqlite:///{(server.directory / 'trialog.db').as_posix()}",
        "--artifacts-destination",
        str(server.directory / "artifacts"),
    )


def binned_run(server: RunningServer, *, points: int = 3) -> str:
    """Id of a deleted run with points and a file."""
    with RestClient(server.url) as rest:
        run_id = rest.create_run()
        for start in range(0, points, 1000):
            metrics = [
                {"key": "loss", "value": step / 3, "timestamp": step, "step": step}
                for step in range(start, min(start + 1000, points))
            ]
            rest.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
        file = f"{server.url}/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/model.txt"
        httpx.put(file, content=b"weights", trust_env=False).raise_for_status()
        rest.post("runs/delete", {"run_id": run_id})
    return run_id


def is_there(server: RunningServer, run_id: str) -> bool:
    answer = httpx.get(f"{server.url}/api/2.0/mlflow/runs/get", params={"run_id": run_id}, trust_env=False)
    return answer.status_code == 200


def files_of(server: RunningServer, run_id: str) -> list[Path]:
    return list((server.directory / "artifacts").glob(f"*/{run_id}"))


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_dry_run_says_what_would_go_and_removes_nothing(server: RunningServer, call: Call) -> None:
    run_id = binned_run(server)
    for place in ((), store_of(server)):
        said = document(call("--dry-run", "--json", "--run-ids", run_id, *place))
        assert (said["runs"], said["points"], said["experiments"]) == (1, 3, 0)
        assert said["estimated_bytes"] > 0
        assert (said["artifact_bytes"], said["all_artifacts_counted"]) == (len(b"weights"), True)
        printed = call("--dry-run", "--run-ids", run_id, *place).stdout
        assert "Points of metrics:  3" in printed
        assert "Files of artifacts: 7 B" in printed
    nowhere = document(call("--dry-run", "--json", *store_of(server)[:2], "--artifacts-destination", "nowhere"))
    assert nowhere["artifact_bytes"] is None
    assert is_there(server, run_id)
    assert files_of(server, run_id)


def test_a_variable_that_is_not_set_does_not_empty_the_bin(server: RunningServer, call: Call) -> None:
    run_id = binned_run(server)
    for option in ("--run-ids", "--experiment-ids", "--logged-model-ids"):
        for value in ("", " , "):
            assert "it names nothing" in call(option, value, code=2).output
    assert is_there(server, run_id)


@pytest.mark.parametrize("beside", [False, True], ids=["through-the-server", "beside-it"])
def test_a_run_goes_with_its_files(server: RunningServer, call: Call, beside: bool) -> None:
    run_id, other = binned_run(server), binned_run(server)
    result = call("--run-ids", run_id, *(store_of(server) if beside else ()))
    assert "Removed for good: 0 experiments, 1 runs, 0 logged models, 3 points of metrics." in result.stdout
    assert not is_there(server, run_id)
    assert not files_of(server, run_id)
    assert is_there(server, other)
    assert files_of(server, other)


def test_the_whole_bin_is_emptied_but_for_what_is_too_new(server: RunningServer, call: Call) -> None:
    run_ids = [binned_run(server) for _ in range(3)]
    assert document(call("--older-than", "1d", "--json"))["runs"] == 0
    assert all(is_there(server, run_id) for run_id in run_ids)
    report = document(call("--json"))
    assert report["runs"] >= 3
    assert report["is_done"] is True
    assert not any(is_there(server, run_id) for run_id in run_ids)


def test_what_cannot_be_is_refused_and_nothing_removed(
    server: RunningServer, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = binned_run(server)
    with RestClient(server.url) as rest:
        active = rest.create_run()
    for arguments, said in (
        (("--run-ids", f"{run_id},{active}"), "is active and not in the bin"),
        (("--run-ids", f"{run_id},nothing"), "not found"),
        (("--older-than", "soon"), "is no age"),
        (("--run-ids", run_id, "--older-than", "1d"), "was deleted later than asked"),
        (("--backend-store-uri", "sqlite:///nothing.db"), "There is no store"),
        ((*store_of(server)[:2], "--artifacts-destination", "nowhere"), "There is no folder of artifacts"),
    ):
        with pytest.raises(Exception, match=said):
            call(*arguments)
    assert "goes with --backend-store-uri" in call("--keep-artifacts", code=2).output
    assert "not both" in call(*store_of(server), "--tracking-uri", server.url, code=2).output
    assert is_there(server, run_id)
    assert is_there(server, active)


def test_an_empty_request_does_not_empty_the_bin(server: RunningServer) -> None:
    run_id = binned_run(server)
    for body in ({}, {"run_ids": [run_id], "everything": True}, {"run_ids": [run_id], "evrything": True}):
        answer = httpx.post(f"{server.url}{BIN}/remove", json=body, trust_env=False)
        assert answer.status_code == 400, answer.text
    assert is_there(server, run_id)


def test_files_may_be_kept(server: RunningServer, call: Call) -> None:
    run_id = binned_run(server)
    result = call("--run-ids", run_id, "--keep-artifacts", *store_of(server)[:2])
    assert f"Files of {run_id} were left" in result.output
    assert not is_there(server, run_id)
    assert files_of(server, run_id)


def test_a_server_that_is_killed_while_it_removes_leaves_nothing_by_half(tmp_path: Path) -> None:
    with start_trialog(tmp_path) as server:
        large = [binned_run(server, points=20_000) for _ in range(3)]
        kept = binned_run(server, points=2000)
        httpx.post(f"{server.url}/api/2.0/mlflow/runs/restore", json={"run_id": kept}, trust_env=False)
        asking = threading.Thread(target=_empty, args=(server.url,))
        asking.start()
        while all(is_there(server, run_id) for run_id in large):
            pass
        kill(server)
        asking.join()
    with closing(sqlite3.connect(tmp_path / "trialog.db")) as connection, connection:
        # As if the time of its lease were over.
        connection.execute("UPDATE trialog_leases SET expires_at = 0")
    with start_trialog(tmp_path) as server:
        with RestClient(server.url) as rest:
            for run_id in large:
                # Whoever is still there is there as a whole.
                assert not is_there(server, run_id) or len(rest.history(run_id, "loss")) == 20_000
            assert len(rest.history(kept, "loss")) == 2000
        result = CliRunner().invoke(trialog, ["gc", "--tracking-uri", server.url])
        assert result.exit_code == 0, result.output
        assert not any(is_there(server, run_id) for run_id in large)
        assert [files_of(server, run_id) for run_id in large] == [[], [], []]
        assert files_of(server, kept)
    with closing(sqlite3.connect(tmp_path / "trialog.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for table in ("runs", "series"):
            assert connection.execute(f"SELECT count(*) FROM trialog_{table}").fetchone() == (1,)  # noqa: S608  two names
        assert connection.execute("SELECT count(*) FROM trialog_removals").fetchone() == (0,)


def _empty(url: str) -> None:
    try:
        httpx.post(f"{url}{BIN}/remove", json={"everything": True}, trust_env=False, timeout=60)
    except httpx.HTTPError:
        return
