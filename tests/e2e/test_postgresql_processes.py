"""Three servers over one PostgreSQL database: nothing that is acknowledged is lost, doubled or told twice."""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import make_url, select

from tests.e2e.acknowledged import faults, log_until_killed
from tests.e2e.rest import Refused, RestClient
from tests.postgresql import new_database
from tests.receivers import open_receiver
from tests.servers import RunningServer, start_trialog
from trialog.store.double_keys import to_keys
from trialog.store.postgresql import create_postgresql_engine
from trialog.store.tables import runs, series

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no PostgreSQL for tests on Windows")

Result = TypeVar("Result")

SERVERS = 3
CLIENTS = 20
ENVIRONMENT = {"MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http", "TRIALOG_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32"}


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    with new_database() as address:
        yield address


@pytest.fixture(scope="module")
def servers(uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[RunningServer]]:
    """Servers that were started at the same moment on a database without tables."""
    with ExitStack() as running:
        contexts = [
            start_trialog(tmp_path_factory.mktemp("server"), "--backend-store-uri", uri, environment=ENVIRONMENT)
            for _ in range(SERVERS)
        ]
        yield at_once([partial(running.enter_context, context) for context in contexts])


def at_once(jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """Run jobs, each in a thread of its own, and return their results."""
    with ThreadPoolExecutor(len(jobs)) as threads:
        return [future.result() for future in [threads.submit(job) for job in jobs]]


def was_taken(rest: RestClient, path: str, body: dict[str, Any], *, or_else: int) -> bool:
    """Send a request, and tell whether it was done or refused with a status."""
    try:
        rest.post(path, body)
    except Refused as refused:
        if refused.status != or_else:
            raise
        return False
    return True


def point(key: int, step: int) -> dict[str, Any]:
    # Distinct values in an order that has nothing to do with that of the steps.
    return {"key": f"key_{key}", "value": float((step * 7919 + key) % 1009), "timestamp": step, "step": step}


def is_logged_by(number: int, one: dict[str, Any]) -> bool:
    """Tell whether a writer logs a point: each has half of them, and every third all have."""
    return bool((one["step"] + number) % 2) or one["step"] % 3 == 0


def test_of_writers_to_one_run_none_loses_what_another_wrote(servers: Sequence[RunningServer], uri: str) -> None:
    keys, steps = 6, 40
    with RestClient(servers[0].url) as rest:
        run_id = rest.create_run()
    everything = [point(key, step) for key in range(keys) for step in range(steps)]

    def write(number: int) -> str | None:
        """Log points in an order of its own, tags, and a param in dispute; return its value if it was the first."""
        points = [one for one in everything if is_logged_by(number, one)]
        random.Random(number).shuffle(points)  # noqa: S311  any order will do
        with RestClient(servers[number % SERVERS].url) as rest:
            for begin in range(0, len(points), 20):
                tags = [{"key": f"tag_{number}_{begin}", "value": "set"}]
                rest.post("runs/log-batch", {"run_id": run_id, "metrics": points[begin : begin + 20], "tags": tags})
            param = {"run_id": run_id, "key": "disputed", "value": str(number)}
            return str(number) if was_taken(rest, "runs/log-parameter", param, or_else=400) else None

    winners = [value for value in at_once([partial(write, number) for number in range(9)]) if value is not None]

    with RestClient(servers[1].url) as rest:
        run = rest.get("runs/get", run_id=run_id)["run"]["data"]
        histories = {key: rest.history(run_id, f"key_{key}") for key in range(keys)}
    assert [param["value"] for param in run["params"]] == winners
    batches = [range(0, sum(is_logged_by(number, one) for one in everything), 20) for number in range(9)]
    tags = {f"tag_{number}_{begin}" for number in range(9) for begin in batches[number]}
    assert tags <= {tag["key"] for tag in run["tags"]}
    for key, history in histories.items():
        wanted = [point(key, step) for step in range(steps)]
        assert sorted(history, key=lambda one: int(one["step"])) == wanted
    assert {one["key"]: one for one in run["metrics"]} == {f"key_{key}": point(key, steps - 1) for key in range(keys)}
    of_run = select(series.c.key, series.c.count, series.c.min_value, series.c.max_value).join(
        runs, runs.c.id == series.c.run
    )
    with create_postgresql_engine(make_url(uri)).connect() as connection:
        rows = connection.execute(of_run.where(runs.c.run_id == run_id)).all()
    summaries = {key: numbers for key, *numbers in rows}
    for key, history in histories.items():
        values = to_keys([one["value"] for one in history])
        assert summaries[f"key_{key}"] == [steps, min(values), max(values)]


def test_versions_are_numbered_without_gaps_and_one_is_in_production(servers: Sequence[RunningServer]) -> None:
    with RestClient(servers[0].url) as rest:
        rest.post("registered-models/create", {"name": "shared"})

    def register(number: int) -> tuple[str, bool]:
        """Make a version and promote it; return its number and whether it was in production for a time."""
        with RestClient(servers[number % SERVERS].url) as rest:
            made = rest.post("model-versions/create", {"name": "shared", "source": f"s3://bucket/{number}"})
            version: str = made["model_version"]["version"]
            body = {"name": "shared", "version": version, "stage": "Production", "archive_existing_versions": True}
            # Of two promotions at the same moment one wins.
            return version, was_taken(rest, "model-versions/transition-stage", body, or_else=409)

    made = at_once([partial(register, number) for number in range(CLIENTS)])

    assert sorted(int(version) for version, _ in made) == list(range(1, CLIENTS + 1))
    with RestClient(servers[1].url) as rest:
        found = rest.get("model-versions/search", filter="name='shared'", max_results=100)["model_versions"]
    stages = {one["version"]: one["current_stage"] for one in found}
    promoted = [stages[version] for version, was_promoted in made if was_promoted]
    assert sorted(promoted) == ["Archived"] * (len(promoted) - 1) + ["Production"]
    assert {stages[version] for version, was_promoted in made if not was_promoted} <= {"None"}


def test_a_change_through_any_server_is_told_once(servers: Sequence[RunningServer]) -> None:
    names = [f"told_{number}" for number in range(12)]
    with open_receiver() as receiver:
        with RestClient(servers[0].url) as rest:
            events = [{"entity": "REGISTERED_MODEL", "action": "CREATED"}]
            rest.post("webhooks", {"name": "w", "url": receiver.url, "events": events})
            for number, name in enumerate(names):
                with RestClient(servers[number % SERVERS].url) as other:
                    other.post("registered-models/create", {"name": name})
            receiver.wait_for(len(names))
            # Of one webhook all come in turn: once this one has come, nothing else is under way.
            rest.post("registered-models/create", {"name": "last"})
        received = receiver.wait_for(len(names) + 1)
    assert [one.content["data"]["name"] for one in received] == [*names, "last"]
    assert len({one.delivery_id for one in received}) == len(names) + 1


def test_a_killed_server_costs_nothing_and_the_others_go_on(
    servers: Sequence[RunningServer], uri: str, tmp_path: Path
) -> None:
    with start_trialog(tmp_path, "--backend-store-uri", uri) as fourth:
        logs = log_until_killed(fourth, clients=4, answers=300)
    assert all(log.acknowledged for log in logs)
    # What it had begun is undone at once, so that nobody waits for it.
    assert faults(servers[0], logs) == []
    with RestClient(servers[1].url) as rest:
        for log in logs:
            rest.log_metric(log.run_id, "afterwards", 1.0, step=0)
