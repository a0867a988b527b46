"""Programs that log, as their users run them: how they end, what they fork and spawn, and where no server is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.servers import start_trialog
from trialog.sdk.client import Client
from trialog.sdk.entities import Run

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked on this system")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture
def client(url: str) -> Client:
    return Client(url)


class Program:
    """A program that logs, in a folder of its own.

    Args:
        folder: The folder.
        url: Where it logs to.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {name: text for name, text in os.environ.items() if not name.startswith("MLFLOW_")} | {
            "MLFLOW_TRACKING_URI": url,
            "TRIALOG_SPOOL_FOLDER": str(folder / "spool"),
            "TRIALOG_SOURCE": "tags",
        }

    def run(self, text: str, *, code: int = 0, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end, and check how it ended."""
        path = self.folder / "program.py"
        path.write_text(dedent(text), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(path)],
            env=self.environment | environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done

    @property
    def left(self) -> list[str]:
        """Files of the spool that are still there."""
        spool = self.folder / "spool"
        return sorted(path.relative_to(spool).as_posix() for path in spool.rglob("*.stream"))


@pytest.fixture
def program(tmp_path: Path, url: str) -> Program:
    return Program(tmp_path, url)


def run_named(client: Client, name: str) -> Run:
    [found] = client.search_runs(["0"], f"attributes.run_name = '{name}'")
    return found


@pytest.mark.parametrize(
    ("end", "code", "status"),
    [("", 0, "FINISHED"), ("raise SystemExit(0)", 0, "FINISHED"), ("1 / 0", 1, "FAILED")],
    ids=["end", "exit", "error"],
)
def test_a_run_that_nobody_ended_ends_with_the_program(
    program: Program, client: Client, end: str, code: int, status: str
) -> None:
    program.run(
        f"""
        import trialog
        trialog.start_run(run_name="ends as {status} {code} {end}")
        for step in range(5000):
            trialog.log_metric("loss", step, step=step)
        {end}
        """,
        code=code,
    )
    run = run_named(client, f"ends as {status} {code} {end}")
    assert run.info.status == status
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 5000
    assert program.left == []


def test_what_is_noted_beside_a_run_that_nobody_ended_arrives_with_it(program: Program, client: Client) -> None:
    done = program.run(
        """
        import trialog

        trialog.log_metric("loss", 0.5)
        print(trialog.active_run().info.run_id)
        """,
        TRIALOG_SOURCE="",
    )
    assert done.stderr == ""
    files = {file.path for file in client.list_artifacts(done.stdout.strip(), "source")}
    assert "source/requirements.txt" in files


def test_what_is_logged_to_runs_behind_their_end_arrives_whatever_is_sent_first(
    program: Program, client: Client
) -> None:
    done = program.run(
        """
        import trialog
        ids = []
        for number in range(12):
            with trialog.start_run() as run:
                trialog.log_metric("before", number)
            ids.append(run.info.run_id)
            if number % 2:
                trialog.log_metric("behind", number, run_id=run.info.run_id)
            else:
                with trialog.start_run(run_id=run.info.run_id):
                    trialog.log_metric("behind", number)
        print(*ids)
        """,
        TRIALOG_MODE="offline",
    )
    synced = subprocess.run(
        [sys.executable, "-m", "trialog", "sync", "--json"],
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert synced.returncode == 0, synced.stdout
    runs = [client.get_run(run_id) for run_id in done.stdout.split()]
    assert [(run.data.metrics, run.info.status) for run in runs] == [
        ({"before": number, "behind": number}, "FINISHED") for number in range(12)
    ]


def test_a_program_goes_on_where_no_server_is_and_loses_nothing(program: Program, client: Client, url: str) -> None:
    done = program.run(
        """
        import trialog
        trialog.set_experiment("far away")
        with trialog.start_run(run_name="alone") as run:
            trialog.log_param("lr", 0.1)
            for step in range(1000):
                trialog.log_metric("loss", 1 / (step + 1), step=step)
            trialog.log_text("hello", "notes/hello.txt")
        print(run.info.run_id)
        """,
        MLFLOW_TRACKING_URI="http://127.0.0.1:9",
        TRIALOG_FLUSH_SECONDS="0.5",
    )
    run_id = done.stdout.strip()
    assert done.stderr.count("TrackingWarning") <= 3
    assert "127.0.0.1:9" in done.stderr
    assert "trialog sync" in done.stderr
    assert program.left
    synced = subprocess.run(
        [sys.executable, "-m", "trialog", "sync", str(program.folder / "spool"), "--tracking-uri", url, "--json"],
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert synced.returncode == 0, synced.stderr
    run = client.get_run(run_id)
    experiment = client.get_experiment_by_name("far away")
    assert experiment is not None
    assert (run.info.run_name, run.info.status, run.info.experiment_id) == (
        "alone",
        "FINISHED",
        experiment.experiment_id,
    )
    assert run.data.params == {"lr": "0.1"}
    assert len(client.get_metric_history(run_id, "loss")) == 1000
    assert [file.path for file in client.list_artifacts(run_id, "notes")] == ["notes/hello.txt"]
    assert program.left == []


def test_a_program_that_is_offline_from_the_start_asks_nobody(program: Program, client: Client) -> None:
    done = program.run(
        """
        import trialog
        trialog.set_experiment("offline")
        with trialog.start_run(run_name="offline"):
            trialog.log_metric("loss", 0.5)
        """,
        TRIALOG_MODE="offline",
    )
    assert done.stderr == ""
    assert program.left
    assert client.get_experiment_by_name("offline") is None


@FORKS
def test_a_forked_process_logs_to_the_same_run_and_leaves_its_end_to_the_first(
    program: Program, client: Client
) -> None:
    program.run(
        """
        import os, trialog
        with trialog.start_run(run_name="forked"):
            for step in range(100):
                trialog.log_metric("parent", step, step=step)
            child = os.fork()
            if child == 0:
                for step in range(100):
                    trialog.log_metric("child", step, step=step)
                left = trialog.flush(60)
                os._exit(len(left))
            _, status = os.waitpid(child, 0)
            assert status == 0, status
            assert trialog.Client().get_run(trialog.active_run().info.run_id).info.status == "RUNNING"
            for step in range(100, 200):
                trialog.log_metric("parent", step, step=step)
        """
    )
    run = run_named(client, "forked")
    assert run.info.status == "FINISHED"
    assert [point.step for point in client.get_metric_history(run.info.run_id, "parent")] == list(range(200))
    assert [point.step for point in client.get_metric_history(run.info.run_id, "child")] == list(range(100))


@pytest.mark.parametrize("method", [pytest.param("fork", marks=FORKS), "spawn"])
def test_workers_of_a_pool_log_to_runs_of_their_own(program: Program, client: Client, method: str) -> None:
    program.run(
        f"""
        import multiprocessing, trialog

        def work(number):
            with trialog.start_run(run_name=f"{method}-{{number}}", nested=True) as run:
                for step in range(200):
                    trialog.log_metric("number", number, step=step)
            return run.info.run_id

        if __name__ == "__main__":
            with trialog.start_run(run_name="pool by {method}"):
                with multiprocessing.get_context("{method}").Pool(2) as pool:
                    ids = pool.map(work, range(4))
                    pool.close()
                    pool.join()
            assert len(set(ids)) == 4
        """
    )
    for number in range(4):
        run = run_named(client, f"{method}-{number}")
        assert run.info.status == "FINISHED"
        assert len(client.get_metric_history(run.info.run_id, "number")) == 200
    assert run_named(client, f"pool by {method}").info.status == "FINISHED"
    assert program.left == []


@FORKS
def test_a_forked_worker_that_ends_without_a_word_sends_what_it_logged(program: Program, client: Client) -> None:
    program.run(
        """
        import multiprocessing, trialog

        def work():
            for step in range(300):
                trialog.log_metric("worker", step, step=step)

        with trialog.start_run(run_name="worker"):
            trialog.log_metric("before", 1.0)
            process = multiprocessing.get_context("fork").Process(target=work)
            process.start()
            process.join()
            assert process.exitcode == 0
        """
    )
    run = run_named(client, "worker")
    assert run.info.status == "FINISHED"
    assert len(client.get_metric_history(run.info.run_id, "worker")) == 300


def test_importing_loads_nothing_heavy(program: Program) -> None:
    done = program.run(
        """
        import json, sys
        import trialog
        bare = set(sys.modules)
        trialog.start_run
        print(json.dumps([sorted(bare), sorted(sys.modules)]))
        """
    )
    bare, used = (set(names) for names in json.loads(done.stdout))
    heavy = {"alembic", "asyncio", "click", "numpy", "pandas", "psutil", "rich", "sqlalchemy", "uvicorn", "yaml"}
    assert not bare & (heavy | {"msgspec", "http.client", "ssl", "threading", "subprocess"})
    assert not used & heavy
