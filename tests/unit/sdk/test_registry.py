"""Registering, promoting and rolling back through the async client, on a real server."""

import asyncio
import json
import math
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.servers import start_trialog
from tests.unit.sdk.answering import CUT, answer, answering
from trialog.aio import ModelRegistry
from trialog.entities import ViewType
from trialog.errors import (
    Conflict,
    ConnectionFailed,
    InvalidParameter,
    ResourceAlreadyExists,
    ResourceNotFound,
    TrialogError,
)
from trialog.remote.settings import connection_settings
from trialog.sdk.experiments import Experiments
from trialog.sdk.models import Models
from trialog.sdk.transport import Transport

pytestmark = pytest.mark.anyio

PATH = "artifacts/models/lstm.pt"
LABEL = "2025-10-12T15-30-00"
METRICS = {"roc_auc": 0.71, "sharpe": math.nan}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture
async def registry(url: str) -> AsyncIterator[ModelRegistry]:
    async with ModelRegistry(url) as opened:
        yield opened


async def test_a_version_shows_what_it_was_registered_with(registry: ModelRegistry) -> None:
    made = await registry.register_model(
        name="hybrid_cnn_lstm",
        version=LABEL,
        model_path=PATH,
        metrics=METRICS,
        params={"layers": 3},
        tags={"symbol": "BTCUSDT"},
        description="с утра",
    )
    assert (made.version, made.label, made.stage, made.model_path) == (1, LABEL, "None", PATH)
    assert made.metrics["roc_auc"] == 0.71
    assert math.isnan(made.metrics["sharpe"])
    assert (made.params, made.tags, made.description) == ({"layers": "3"}, {"symbol": "BTCUSDT"}, "с утра")
    assert abs(datetime.now(UTC) - made.created_at) < timedelta(minutes=5)
    for again in (
        await registry.get_model("hybrid_cnn_lstm", version=LABEL),
        await registry.get_model("hybrid_cnn_lstm", version=1),
        await registry.get_model("hybrid_cnn_lstm"),
    ):
        assert str(again) == str(made), "equal but for NaN, which equals nothing"


async def test_the_same_label_with_the_same_content_is_the_same_version(registry: ModelRegistry) -> None:
    first = await registry.register_model("again", 1728729000, model_path=PATH, metrics=METRICS, params={"a": 1})
    assert first.label == "1728729000"
    second = await registry.register_model("again", 1728729000, model_path=PATH, metrics=METRICS, params={"a": 1})
    assert (second.version, second.run_id) == (first.version, first.run_id)
    with pytest.raises(ResourceAlreadyExists, match="differs in model_path, metrics, params"):
        await registry.register_model(
            "again", 1728729000, model_path="elsewhere", metrics={"roc_auc": 0.5}, params={"b": 1}
        )
    assert [version.version for version in await registry.list_versions("again")] == [1]


async def test_the_same_label_registered_by_many_at_once_is_one_version(registry: ModelRegistry) -> None:
    made = await asyncio.gather(
        *[registry.register_model("crowd", "x-1", model_path=PATH, metrics={"f1": 0.5}) for _ in range(6)]
    )
    assert {version.version for version in made} == {1}
    assert len(await registry.list_versions("crowd")) == 1
    best = await registry.best_run("crowd", "f1")
    assert (best.run_id, best.compared) == (made[0].run_id, 1), "runs of those who came late are gone"


async def test_nothing_stays_of_what_is_refused(registry: ModelRegistry) -> None:
    with pytest.raises(InvalidParameter, match="is no label"):
        await registry.register_model("refused", "latest", model_path=PATH, metrics={"f1": 0.5})
    with pytest.raises(InvalidParameter, match="metrics"):
        await registry.register_model("refused", "v-1", model_path=PATH, metrics={"": 0.5})
    with pytest.raises(InvalidParameter, match="name"):
        await registry.register_model(
            "re:fused", "v-1", model_path=PATH, metrics={"f1": 0.5}, experiment_name="refused"
        )
    for name in ("refused", "re:fused"):
        with pytest.raises(ResourceNotFound, match=name):
            await registry.list_versions(name)
    with pytest.raises(ResourceNotFound, match="no experiment with the name or id 'refused'"):
        await registry.best_run("refused", "f1")


async def test_metrics_go_to_the_run_that_is_named(registry: ModelRegistry) -> None:
    first = await registry.register_model("named-run", model_path=PATH, metrics={"f1": 0.5})
    second = await registry.register_model("named-run", model_path=PATH, metrics={"r2": 0.9}, run_id=first.run_id)
    assert (second.run_id, second.metrics) == (first.run_id, {"f1": 0.5, "r2": 0.9})


async def test_promotion_roll_back_and_history(registry: ModelRegistry) -> None:
    for label in ("v-1", "v-2"):
        await registry.register_model("promoted", label, model_path=f"{label}.pt")
    first = await registry.promote("promoted", "v-1", reason="the first")
    assert (first.version, first.stage, first.stage_reason) == (1, "Production", "the first")
    second = await registry.promote("promoted", 2, gate={"p_value": 0.01}, expected_version=1)
    assert (await registry.get_model("promoted", stage="production")).version == second.version == 2
    assert (await registry.get_model("promoted", 1)).stage == "Archived"
    with pytest.raises(Conflict, match="holds version 2"):
        await registry.promote("promoted", 1, expected_version=1)
    back = await registry.roll_back("promoted", reason="worse")
    assert (back.version, back.stage) == (1, "Production")
    moves = await registry.history("promoted", version=2)
    assert [(move.operation, move.from_stage, move.to_stage) for move in moves] == [
        ("rollback", "Production", "Archived"),
        ("promote", "None", "Production"),
    ]
    assert (moves[0].reason, moves[1].gate) == ("worse", {"p_value": 0.01})
    assert len(await registry.history("promoted", stage="Production", max_results=2)) == 2


async def test_models_are_listed_with_what_is_where(registry: ModelRegistry) -> None:
    await registry.register_model("listed-a", model_path=PATH)
    await registry.promote("listed-a", "latest", "Staging")
    await registry.register_model("listed-b 'q' \"q\"", model_path=PATH)
    found = await registry.list_models("name LIKE 'listed-%'")
    assert [(model.name, model.latest_versions) for model in found] == [
        ("listed-a", {"Staging": 1}),
        ("listed-b 'q' \"q\"", {"None": 1}),
    ]
    assert [version.version for version in await registry.list_versions("listed-b 'q' \"q\"")] == [1]
    assert len(await registry.list_models(max_results=1)) == 1


async def test_the_newest_hundred_versions_are_listed_unless_told_otherwise(registry: ModelRegistry, url: str) -> None:
    with closing(Transport(connection_settings(url, {}))) as transport:
        models = Models(transport)
        models.create("many")
        for _ in range(102):
            models.create_version("many", PATH)
    assert [one.version for one in await registry.list_versions("many")] == list(range(102, 2, -1))
    assert len(await registry.list_versions("many", max_results=None)) == 102


async def test_what_is_not_there_is_said_so(registry: ModelRegistry) -> None:
    with pytest.raises(ResourceNotFound, match="nobody"):
        await registry.get_model("nobody")
    with pytest.raises(ResourceNotFound, match="nobody"):
        await registry.list_versions("nobody")
    await registry.register_model("only", model_path=PATH)
    with pytest.raises(ResourceNotFound, match="Production"):
        await registry.get_model("only", stage="Production")
    with pytest.raises(InvalidParameter, match="by one of version, stage and alias"):
        await registry.get_model("only", 1, alias="champion")


async def test_a_cancelled_call_leaves_a_client_that_works(registry: ModelRegistry) -> None:
    await registry.register_model("cancelled", model_path=PATH)
    tasks = [asyncio.create_task(registry.get_model("cancelled")) for _ in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(one) for one in ended[::2]} == {asyncio.CancelledError}
    assert all(getattr(one, "version", None) == 1 for one in ended[1::2])
    assert (await registry.get_model("cancelled")).version == 1


async def test_closing_does_not_wait_for_a_server_that_keeps_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        registry = ModelRegistry(f"http://127.0.0.1:{silent.getsockname()[1]}")
        asked = asyncio.create_task(registry.get_model("m"))
        connection, _ = await asyncio.to_thread(silent.accept)
        with connection:
            await asyncio.to_thread(connection.recv, 1)
            await registry.close()
            with pytest.raises(ConnectionFailed, match=r"closed|gave no whole answer"):
                await asked


async def test_a_closed_client_says_so() -> None:
    registry = ModelRegistry("http://127.0.0.1:1")
    await registry.close()
    with pytest.raises(ConnectionFailed, match="This ModelRegistry is closed"):
        await registry.get_model("m")
    await registry.close()


async def test_closing_ends_what_had_no_turn_yet_with_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        registry = ModelRegistry(f"http://127.0.0.1:{silent.getsockname()[1]}")
        asked = [asyncio.create_task(registry.get_model("m")) for _ in range(20)]
        connection, _ = await asyncio.to_thread(silent.accept)
        with connection:
            await registry.close()
            ended = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(one) for one in ended} == {ConnectionFailed}


RUN = {
    "run": {
        "info": {
            "run_id": "r1",
            "run_uuid": "r1",
            "experiment_id": "1",
            "run_name": "m",
            "user_id": "",
            "status": "RUNNING",
            "artifact_uri": "mlflow-artifacts:/1/r1",
            "lifecycle_stage": "active",
        },
        "data": {},
        "inputs": {},
    }
}
MODEL = {"registered_model": {"name": "m", "creation_timestamp": 1, "last_updated_timestamp": 1}}
REFUSED = {"error_code": "INVALID_PARAMETER_VALUE", "message": "Not so.", "code": "model_version.invalid_source"}


@pytest.mark.parametrize(
    ("ending", "is_run_kept"),
    [(CUT, True), (answer(400, json.dumps(REFUSED).encode()), False)],
    ids=["nobody knows whether the version was made", "it was refused"],
)
async def test_the_run_of_a_version_goes_only_if_there_is_surely_no_version(ending: bytes, is_run_kept: bool) -> None:
    made = [{"experiment_id": "1"}, RUN, {}, {"run_info": RUN["run"]["info"]}, MODEL]
    said = [answer(404, b'{"error_code": "RESOURCE_DOES_NOT_EXIST"}')]
    said += [answer(200, json.dumps(one).encode()) for one in made]
    with answering([*said, ending, answer(200)]) as server:
        async with ModelRegistry(server.url) as registry:
            with pytest.raises(TrialogError, match=r"Not so|gave no whole answer"):
                await registry.register_model("m", model_path=PATH, metrics={"f1": 0.5})
    asked = [first.split()[1].removeprefix("/api/2.0/mlflow/") for first, _ in server.requests]
    assert asked[6] == "model-versions/create"
    assert asked[7:] == ([] if is_run_kept else ["runs/delete"])


def test_its_import_is_light() -> None:
    heavy = {"alembic", "asyncio", "click", "http", "httpx", "numpy", "rich", "sqlalchemy", "ssl", "uvicorn", "yaml"}
    script = "import sys, trialog.aio; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert "trialog" in loaded
    assert heavy & set(loaded) == set()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"metrics": {"ro$c": 1}}, r"metrics\['ro\$c'\]"),
        ({"metrics": {"roc": "high"}}, r"metrics\['roc'\].*'high'"),
        ({"metrics": {"roc": True}}, r"metrics\['roc'\].*True"),
        ({"metrics": {"roc": None}}, r"metrics\['roc'\].*None"),
        ({"metrics": {3: 1.0}}, "key of metrics must be text, not 3"),
        ({"metrics": [1.0]}, "metrics must be a dictionary"),
        ({"params": {"lr": None}}, r"params\['lr'\].*None"),
        ({"params": {"long": "x" * 7000}}, r"params\['long'\].*6000"),
        ({"tags": {"t": None}}, r"tags\['t'\].*None"),
        ({"model_path": ""}, "model_path is empty"),
        ({"model_path": "../x"}, r"model_path '\.\./x'"),
        ({"model_path": "/models/x.pt"}, "model_path '/models/x.pt'.*run_id"),
        ({"model_path": 3}, "model_path must be a text or a path, not 3"),
        ({"model_path": "x" * 3000}, "model_path"),
        ({"description": "x" * 200_000}, "description"),
    ],
    ids=str,
)
async def test_a_refusal_names_the_argument_and_leaves_nothing(
    registry: ModelRegistry, url: str, arguments: dict[str, Any], named: str
) -> None:
    given = {"model_path": PATH, "metrics": {"f1": 0.5}, **arguments}
    with pytest.raises(InvalidParameter, match=named) as caught:
        await registry.register_model("left-nothing", "v-1", **given)
    assert "source" not in caught.value.message
    with pytest.raises(ResourceNotFound, match="left-nothing"):
        await registry.list_versions("left-nothing")
    with closing(Transport(connection_settings(url, {}))) as transport:
        assert Experiments(transport).search("name = 'left-nothing'", view_type=ViewType.ALL) == []


async def test_what_a_gate_measured_is_a_dictionary(registry: ModelRegistry) -> None:
    with pytest.raises(InvalidParameter, match="gate must be a dictionary"):
        await registry.promote("any", 1, gate="x")  # type: ignore[arg-type]  # what a caller may try
    with pytest.raises(InvalidParameter, match="gate holds what JSON cannot"):
        await registry.promote("any", 1, gate={"p": object()})
