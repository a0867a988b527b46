"""What pages ask, over HTTP: each page in one request."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.in_process import error_of, in_process_client

pytestmark = pytest.mark.anyio

MLFLOW = "/api/2.0/mlflow"
TRIALOG = "/api/trialog/v1"
MLMODEL = """flavors:
  python_function:
    loader_module: mlflow.sklearn
  sklearn:
    pickled_model: model.pkl
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
"""


async def post(client: httpx.AsyncClient, path: str, **body: Any) -> Any:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def get(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def new_run(client: httpx.AsyncClient, start_time: int = 1, **tags: str) -> dict[str, Any]:
    pairs = [{"key": key.replace("__", "."), "value": value} for key, value in tags.items()]
    body = {"experiment_id": "0", "start_time": start_time, "run_name": f"run {start_time}", "tags": pairs}
    info: dict[str, Any] = (await post(client, f"{MLFLOW}/runs/create", **body))["run"]["info"]
    return info


async def log(client: httpx.AsyncClient, run_id: str, **metrics: float | str) -> None:
    points = [{"key": key, "value": value, "timestamp": 10, "step": 2} for key, value in metrics.items()]
    await post(client, f"{MLFLOW}/runs/log-batch", run_id=run_id, metrics=points)


async def new_version(client: httpx.AsyncClient, name: str, run_id: str) -> None:
    await post(client, f"{MLFLOW}/model-versions/create", name=name, source=f"runs:/{run_id}/model", run_id=run_id)


async def test_an_empty_store_says_so(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        assert await get(client, f"{TRIALOG}/home") == {
            "is_empty": True,
            "counts": {"experiments": 1, "runs": 0, "running": 0, "registered_models": 0, "are_exact": True},
            "running": [],
            "failed": [],
            "in_production": [],
        }
        await new_run(client)
        assert (await get(client, f"{TRIALOG}/home", max_results=1))["is_empty"] is False


async def test_home_shows_what_is_in_production_with_the_metric_that_tells_best(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        run = await new_run(client, 7)
        await log(client, run["run_id"], loss=0.5, edge=3.0)
        override = f"{TRIALOG}/metric-meanings/overrides/edge"
        said = await client.put(override, json={"direction": "higher", "thresholds": [1, 2, 3, 4]})
        assert said.is_success
        await post(client, f"{MLFLOW}/registered-models/create", name="forest")
        await new_version(client, "forest", run["run_id"])
        await post(client, "/mlflow/models/promote", model_name="forest", version=1, stage="Production", force=True)
        home = await get(client, f"{TRIALOG}/home")
        models = await post(client, f"{TRIALOG}/models/overview", search="FOR")

    assert [(one["run_id"], one["experiment_name"], one["start_time"]) for one in home["running"]] == [
        (run["run_id"], "Default", 7)
    ]
    [production] = home["in_production"]
    assert production["name"] == "forest"
    assert production["version"]["key_metric"] == {
        "key": "edge",
        "value": 3.0,
        "step": 2,
        "timestamp": 10,
        "band": "good",
        "meets_target": None,
        "reading": {"direction": "higher", "unit": "none", "scale": 1.0, "is_ambiguous": False},
    }
    [model] = models["models"]
    assert (models["total"], model["version_count"], model["permission"]) == (1, 1, "MANAGE")
    assert model["production"] == model["latest"] == production["version"]
    assert model["staging"] is None
    assert (model["production"]["by"], model["production"]["run_name"]) == ("anybody", "run 7")


async def test_experiments_are_listed_with_runs_by_status(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        note = [{"key": "mlflow.note.content", "value": "# Why"}, {"key": "a", "value": "b"}]
        made = await post(client, f"{MLFLOW}/experiments/create", name="fx/eur", tags=note)
        await new_run(client, 5)
        found = await post(client, f"{TRIALOG}/experiments/overview", max_results=1)
        rest = await post(client, f"{TRIALOG}/experiments/overview", max_results=1, page_token=found["next_page_token"])
    [default], [other] = found["experiments"], rest["experiments"]
    assert (default["name"], default["run_count"], default["runs_by_status"]) == ("Default", 1, {"RUNNING": 1})
    assert (default["last_run_time"], default["permission"], found["total"]) == (5, "MANAGE", 2)
    assert (other["experiment_id"], other["note"], other["tags"]["a"]) == (made["experiment_id"], "# Why", "b")
    assert (other["run_count"], other["last_run_time"], "next_page_token" in rest) == (0, None, False)


async def test_one_request_says_all_of_a_run(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        parent = await new_run(client)
        run = await new_run(client, 2, mlflow__parentRunId=parent["run_id"], mlflow__note__content="Why")
        await new_run(client, 3, mlflow__parentRunId=run["run_id"])
        await log(client, run["run_id"], r2=0.95, odd="NaN", **{"system/cpu": "Infinity"})
        found = await get(client, f"{TRIALOG}/runs/{run['run_id']}")
        missing = await client.get(f"{TRIALOG}/runs/{'0' * 32}")

    assert found["info"] == run
    assert (found["experiment_name"], found["permission"], found["note"]) == ("Default", "MANAGE", "Why")
    odd, r2 = found["metrics"]
    assert (odd["last"], odd["min"], odd["band"]) == ("NaN", None, None)
    assert (r2["last"], r2["max"], r2["count"], r2["reading"]["direction"]) == (0.95, 0.95, 1, "higher")
    assert found["system_metrics"][0]["last"] == "Infinity"
    assert (found["metric_count"], found["system_metric_count"], found["tag_count"]) == (2, 1, 3)
    assert found["parent"]["run_id"] == parent["run_id"]
    assert ([child["run_name"] for child in found["children"]], found["child_count"]) == (["run 3"], 1)
    assert error_of(missing)[1] == "RESOURCE_DOES_NOT_EXIST"


async def test_a_run_with_thousands_of_metrics_is_one_answer(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        run = await new_run(client)
        for start in range(0, 5000, 1000):
            await log(client, run["run_id"], **{f"m{number}": 1.0 for number in range(start, start + 1000)})
        found = await get(client, f"{TRIALOG}/runs/{run['run_id']}")
    assert (len(found["metrics"]), found["metric_count"]) == (5000, 5000)


async def test_the_models_of_a_run_say_what_their_files_say(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        run = await new_run(client)
        made = await post(
            client, f"{MLFLOW}/logged-models", experiment_id="0", name="forest", source_run_id=run["run_id"]
        )
        model = made["model"]["info"]
        await post(
            client, f"{MLFLOW}/runs/outputs", run_id=run["run_id"], models=[{"model_id": model["model_id"], "step": 1}]
        )
        for uri, name, content in (
            (model["artifact_uri"], "MLmodel", MLMODEL),
            (model["artifact_uri"], "input_example.json", "{}"),
            (f"{run['artifact_uri']}/old", "MLmodel", "&a [*a]"),
        ):
            place = uri.removeprefix("mlflow-artifacts:/")
            await client.put(f"/api/2.0/mlflow-artifacts/artifacts/{place}/{name}", content=content)
        history = {"artifact_path": "old", "flavors": {}, "utc_time_created": "now", "run_id": run["run_id"]}
        for path in ("old", "../../x", "gone"):
            said = json.dumps({**history, "artifact_path": path})
            await post(client, f"{MLFLOW}/runs/log-model", run_id=run["run_id"], model_json=said)
        found = await get(client, f"{TRIALOG}/runs/{run['run_id']}/models")
        seen = await get(client, f"{TRIALOG}/runs/{run['run_id']}")

    forest, old, *others = found["models"]
    assert forest["model_uri"] == f"models:/{model['model_id']}"
    assert (forest["name"], forest["flavors"]) == ("forest", ["python_function", "sklearn"])
    assert forest["signature"]["inputs"] == [{"type": "double", "name": "x", "required": True}]
    assert (forest["input_example"], forest["size_bytes"]) == ("input_example.json", len(MLMODEL) + 2)
    assert (old["model_uri"], old["has_files"]) == (f"runs:/{run['run_id']}/old", True)
    assert (old["signature"], old["flavors"]) == (None, [])
    assert [(one["path"], one["has_files"]) for one in others] == [("../../x", False), ("gone", False)]
    assert found["total"] == 4
    assert seen["model_paths"] == ["old", "../../x", "gone"]
    assert seen["logged_models"][0]["name"] == "forest"


async def test_versions_of_a_model_stand_side_by_side(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        run = await new_run(client)
        await log(client, run["run_id"], loss=0.5, odd="NaN")
        place = run["artifact_uri"].removeprefix("mlflow-artifacts:/")
        await client.put(f"/api/2.0/mlflow-artifacts/artifacts/{place}/model/MLmodel", content=MLMODEL)
        await post(client, f"{MLFLOW}/registered-models/create", name="forest")
        for _ in range(3):
            await new_version(client, "forest", run["run_id"])
        await post(client, "/mlflow/models/promote", model_name="forest", version=2, stage="Production", reason="good")
        found = await get(client, f"{TRIALOG}/models/forest", max_results=2)
        rest = await get(client, f"{TRIALOG}/models/forest", before_version=found["next_before_version"])
        missing = await client.get(f"{TRIALOG}/models/never")

    assert [row["summary"]["version"] for row in found["versions"]] == [3, 2]
    assert [row["summary"]["version"] for row in rest["versions"]] == [1]
    assert (found["next_before_version"], rest["next_before_version"]) == (2, None)
    row = found["versions"][0]
    assert row["metrics"] == {"loss": 0.5, "odd": "NaN"}
    assert (row["flavors"], row["source"]) == (["python_function", "sklearn"], f"runs:/{run['run_id']}/model")
    assert found["signatures"][row["signature_id"]]["inputs"][0]["name"] == "x"
    assert found["readings"]["loss"]["direction"] == "lower"
    assert [(move["version"], move["to_stage"], move["reason"]) for move in found["moves"]] == [
        (2, "Production", "good")
    ]
    assert (found["model"]["production"]["version"], found["has_more_moves"]) == (2, False)
    assert error_of(missing)[0] == 404


async def test_names_and_groups_of_runs(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        for start, rate in ((1, "0.1"), (2, "0.1"), (3, "0.2")):
            run = await new_run(client, start)
            await log(client, run["run_id"], loss=float(start), big=1.7e308)
            await post(client, f"{MLFLOW}/runs/log-parameter", run_id=run["run_id"], key="lr", value=rate)
        place = {"experiment_ids": ["0"]}
        keys = await post(client, f"{TRIALOG}/runs/keys", **place, kind="metric", search="LO")
        values = await post(client, f"{TRIALOG}/runs/keys", **place, kind="param", key="lr")
        groups = await post(
            client, f"{TRIALOG}/runs/groups", **place, group_by="param", key="lr", metrics=["loss", "big"]
        )
        refused = await client.post(f"{TRIALOG}/runs/groups", json={**place, "group_by": "metric", "key": "lr"})
    assert keys == {"keys": ["loss"], "values": [], "total": 1, "is_complete": True}
    assert values["values"] == [{"value": "0.1", "runs": 2}, {"value": "0.2", "runs": 1}]
    assert [(one["value"], one["count"]) for one in groups["groups"]] == [("0.1", 2), ("0.2", 1)]
    assert groups["groups"][0]["metrics"]["loss"] == {"count": 2, "min": 1.0, "mean": 1.5, "max": 2.0}
    assert groups["groups"][0]["metrics"]["big"]["mean"] == pytest.approx(1.7e308)
    assert error_of(refused)[0] == 400


async def test_what_is_on_the_screen_is_read_anew_when_it_changed(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        run, other = [await new_run(client, start) for start in (1, 2)]
        asked: dict[str, Any] = {"experiment_ids": ["0"], "run_ids": [run["run_id"], other["run_id"]]}
        first = await post(client, f"{TRIALOG}/changes", **asked)
        assert (first["has_changed"], first["running"]) == (False, 2)
        await log(client, run["run_id"], loss=0.25)
        found = await get(client, f"{TRIALOG}/changes", **asked, since=first["token"])
        assert (found["has_changed"], found["changed_run_ids"]) == (True, [run["run_id"]])
        read = await post(
            client, f"{TRIALOG}/runs/columns", run_ids=[*found["changed_run_ids"], "gone"], metrics=["loss"]
        )
        assert (read["metrics"], read["unknown_run_ids"]) == ({"loss": [0.25]}, ["gone"])
        both = await client.post(f"{TRIALOG}/runs/columns", json={**asked, "metrics": ["loss"]})
        assert "not both" in error_of(both)[2]


async def test_the_table_marks_the_best_runs_of_all_that_match(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        runs = [await new_run(client, start) for start in (1, 2, 3)]
        for run, loss in zip(runs, (0.5, 0.25, 0.25), strict=True):
            await log(client, run["run_id"], loss=loss, unknown=1.0)
        place = {"experiment_ids": ["0"], "max_results": 1}
        found = await post(client, f"{TRIALOG}/runs/columns", **place, star="loss")
        some = await post(client, f"{TRIALOG}/runs/columns", **place, filter="metrics.loss > 0.3", star="loss")
        unknown = await post(client, f"{TRIALOG}/runs/columns", **place, star="unknown")
        never = await post(client, f"{TRIALOG}/runs/columns", **place, star="never")
        more = await post(client, f"{TRIALOG}/runs/columns", **place, star="loss", page_token=found["next_page_token"])
    best = {"metric": "loss", "run_ids": [runs[1]["run_id"], runs[2]["run_id"]], "direction": "lower", "code": None}
    assert found["star"] == best
    assert some["star"]["run_ids"] == [runs[0]["run_id"]]
    assert (unknown["star"]["run_ids"], unknown["star"]["code"]) == ([], "best_run.unknown_direction")
    assert never["star"]["direction"] is None
    assert "star" not in more


async def test_the_server_says_how_it_is(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, backend_store_uri="postgresql://ada:secret@db/trialog") as client:
        found = await get(client, f"{TRIALOG}/status")
    assert (found["store_kind"], found["store"]["address"]) == ("postgresql", "postgresql://ada:***@db/trialog")
    assert (found["has_accounts"], found["has_workspaces"], found["is_open"]) == (False, False, False)
    assert found["counts"] == {
        "experiments": 1,
        "runs": 0,
        "logged_models": 0,
        "registered_models": 0,
        "model_versions": 0,
    }
    assert found["store"]["size_bytes"] > 0
    assert "secret" not in json.dumps(found)
