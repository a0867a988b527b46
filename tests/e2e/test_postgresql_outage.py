"""A PostgreSQL database that goes away and returns, or is not what a store needs, as users of the server see it."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.e2e.acknowledged import Logging, faults
from tests.e2e.rest import Refused, RestClient
from tests.postgresql_server import RestartableServer, restartable_server
from tests.servers import RunningServer, start_trialog
from trialog.config import PROXIED_ARTIFACT_ROOT
from trialog.errors import ConfigurationError
from trialog.store import open_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no PostgreSQL for tests on Windows")

API = "/api/2.0/mlflow"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def database() -> Iterator[RestartableServer]:
    with restartable_server() as server:
        yield server


def post(server: RunningServer, path: str, body: dict[str, object]) -> httpx.Response:
    return httpx.post(f"{server.url}{API}/{path}", json=body, trust_env=False, timeout=PATIENCE_SECONDS)


def keep_logging(server: RunningServer, log: Logging, over: threading.Event, wrong: list[str]) -> None:
    """Log until it is over; a point whose answer was an error is logged again, as clients do."""
    with RestClient(server.url) as rest:
        while not over.is_set():
            log.sent = log.acknowledged + 1
            try:
                rest.log_metric(log.run_id, "loss", 1 / (log.acknowledged + 3), step=log.acknowledged)
            except Refused as refused:
                if refused.status != 503:
                    wrong.append(str(refused))
            else:
                log.acknowledged += 1


def test_a_database_that_restarts_costs_no_write_and_no_restart(database: RestartableServer, tmp_path: Path) -> None:
    with start_trialog(tmp_path, "--backend-store-uri", database.uri) as server:
        with RestClient(server.url) as rest:
            logs = [Logging(rest.create_run()) for _ in range(4)]
        over, wrong = threading.Event(), list[str]()
        threads = [threading.Thread(target=keep_logging, args=(server, log, over, wrong)) for log in logs]
        for thread in threads:
            thread.start()
        try:
            wait_for_points(logs, 20)
            # The connections are cut while they are used, once and again.
            for _ in range(5):
                database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='trialog'"
                )
            wait_for_points(logs, 20)
            database.stop()
            refused = post(server, "runs/create", {"experiment_id": "0"})
            read = httpx.get(f"{server.url}{API}/runs/get?run_id={logs[0].run_id}", trust_env=False)
            health = httpx.get(f"{server.url}/health", trust_env=False)
            database.start()
            wait_for_points(logs, 20)
        finally:
            over.set()
            for thread in threads:
                thread.join(PATIENCE_SECONDS)
        assert wrong == []
        assert faults(server, logs) == []
    for answer, consequence in ((refused, "nothing was written"), (read, "nothing was read")):
        assert answer.status_code == 503
        assert answer.json()["error_code"] == "TEMPORARILY_UNAVAILABLE"
        assert consequence in answer.json()["message"]
        assert int(answer.headers["retry-after"]) > 0
    assert health.status_code == 200


def wait_for_points(logs: list[Logging], count: int) -> None:
    """Wait until each client has logged so many more."""
    wanted = [log.acknowledged + count for log in logs]
    pause, end = threading.Event(), PATIENCE_SECONDS * 20
    while any(log.acknowledged < least for log, least in zip(logs, wanted, strict=True)):
        pause.wait(0.05)
        end -= 1
        assert end, "the clients got no further"


async def refusal(uri: str) -> str:
    """Return what is said of a database in which no store can be opened."""
    with pytest.raises(ConfigurationError, match=r"cannot be opened|keeps text") as refused:
        await open_store(uri, default_artifact_root=PROXIED_ARTIFACT_ROOT)
    return str(refused.value)


@pytest.mark.anyio
async def test_a_database_that_cannot_be_used_is_named_with_the_reason_and_no_secret(
    database: RestartableServer,
) -> None:
    database.execute(
        "CREATE ROLE guarded LOGIN PASSWORD 'right-one'",
        "CREATE ROLE mere LOGIN",
        "CREATE DATABASE plain",
        "CREATE DATABASE old_text ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    database.ask_for_passwords("guarded")
    host = database.uri.partition("?")[2]

    said = await refusal(f"postgresql://guarded:wrong-one@/plain?{host}")
    assert "password authentication failed" in said
    said += await refusal(f"postgresql:///plain?user=guarded&password=wrong-one&{host}")
    assert "wrong-one" not in said
    assert "GRANT CREATE" in await refusal(f"postgresql://mere@/plain?{host}")
    assert "ENCODING 'UTF8'" in await refusal(f"postgresql://postgres@/old_text?{host}")
    assert "does not exist" in await refusal(f"postgresql://postgres@/none?{host}")
    assert "Check that PostgreSQL runs there" in await refusal("postgresql://u:p@127.0.0.1:1/none")


def test_defaults_of_the_database_change_nothing(database: RestartableServer, tmp_path: Path) -> None:
    database.execute(
        "CREATE DATABASE careful",
        "ALTER DATABASE careful SET default_transaction_read_only = on",
        "ALTER DATABASE careful SET default_transaction_isolation = 'serializable'",
        "ALTER DATABASE careful SET synchronous_commit = off",
    )
    host = database.uri.partition("?")[2]
    for number, option in enumerate(("", "&pgbouncer=true")):
        uri = f"postgresql://postgres@/careful?{host}{option}"
        with (
            start_trialog(tmp_path / str(number), "--backend-store-uri", uri) as server,
            RestClient(server.url) as rest,
        ):
            run_id = rest.create_run()
            rest.log_metric(run_id, "loss", 1.0, step=0)
            assert len(rest.history(run_id, "loss")) == 1
    with psycopg.connect(f"postgresql://postgres@/careful?{host}") as connection:
        assert connection.execute("SELECT count(*) FROM trialog_runs").fetchone() == (2,)
