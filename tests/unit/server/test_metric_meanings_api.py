"""What metrics mean and the best run, asked over HTTP as a page, a script and curl do."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.in_process import error_of, in_process_client

pytestmark = pytest.mark.anyio

MLFLOW = "/api/2.0/mlflow"
TRIALOG = "/api/trialog/v1"
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "metrics.md"
OVERRIDES = f"{TRIALOG}/metric-meanings/overrides"


async def new_experiment(client: httpx.AsyncClient, name: str) -> str:
    answer = await client.post(f"{MLFLOW}/experiments/create", json={"name": name})
    experiment_id: str = answer.json()["experiment_id"]
    return experiment_id


async def new_run(client: httpx.AsyncClient, experiment_id: str, **metrics: float | str) -> str:
    created = await client.post(f"{MLFLOW}/runs/create", json={"experiment_id": experiment_id, "start_time": 1})
    run_id: str = created.json()["run"]["info"]["run_id"]
    points = [{"key": key, "value": value, "timestamp": 1, "step": 0} for key, value in metrics.items()]
    body = {"run_id": run_id, "metrics": points, "params": [{"key": "ticker", "value": "BTC"}]}
    assert (await client.post(f"{MLFLOW}/runs/log-batch", json=body)).status_code == 200
    return run_id


async def meanings(client: httpx.AsyncClient, **query: Any) -> dict[str, dict[str, Any]]:
    answer = await client.get(f"{TRIALOG}/metric-meanings", params=query)
    assert answer.status_code == 200, answer.text
    return {one["metric"]: one for one in answer.json()["meanings"]}


async def test_a_page_asks_for_all_metrics_of_an_experiment_and_settles_what_is_open(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        experiment_id = await new_experiment(client, "bot")
        await new_run(client, experiment_id, roc_auc=0.5129, total_return=0.032, threshold=0.5)
        found = await meanings(client, experiment_id=experiment_id)
        assert list(found) == ["roc_auc", "threshold", "total_return"]
        assert found["threshold"]["direction"] == "none"
        assert found["roc_auc"]["thresholds"] == [0.5, 0.6, 0.7, 0.8]
        asked = found["total_return"]
        assert (asked["ambiguous"], asked["scale"], asked["logged"]) == (
            True,
            None,
            {"least": 0.032, "greatest": 0.032},
        )
        (choice,) = [choice for choice in asked["choices"] if choice["suggested"]]
        assert choice["scale"] == 100

        place = f"{TRIALOG}/experiments/{experiment_id}/metric-meanings/total_return"
        said = await client.put(place, json={"scale": choice["scale"]})
        assert said.status_code == 200
        assert said.json()["override"]["actor"] == "anybody"
        settled = (await meanings(client, experiment_id=experiment_id))["total_return"]
        assert (settled["ambiguous"], settled["scale"], settled["target"]) == (False, 100, 0.05)
        assert settled["sources"]["scale"] == {"origin": "experiment", "pattern": "total_return"}
        assert (await meanings(client, metric="total_return"))["total_return"]["ambiguous"]

        assert (await client.delete(place)).json() == {}
        assert (await meanings(client, experiment_id=experiment_id))["total_return"] == asked


async def test_patterns_with_slashes_and_stars_stand_in_the_address(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        body = {"direction": "lower", "thresholds": [4, 3, 2, 1], "target": 2, "unit": "%"}
        said = await client.put(f"{OVERRIDES}/val/*", json=body)
        assert said.json()["override"] | {"last_updated_timestamp": 0} == {
            "pattern": "val/*",
            "last_updated_timestamp": 0,
            "actor": "anybody",
            "direction": "lower",
            "unit": "percent",
            "thresholds": [4.0, 3.0, 2.0, 1.0],
            "target": 2.0,
        }
        found = await meanings(client, metric=["val/x", "x"])
        assert [found[name]["direction"] for name in ("val/x", "x")] == ["lower", "none"]
        listed = (await client.get(OVERRIDES)).json()["overrides"]
        assert [one["pattern"] for one in listed] == ["val/*"]
        assert (await client.delete(f"{OVERRIDES}/val/%2A")).status_code == 200
        assert (await client.get(OVERRIDES)).json() == {"overrides": []}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Say at least one of"),
        ({"direction": "up"}, "one of higher, lower, none"),
        ({"direction": "higher", "thresholds": [1, 2, 3]}, "4 thresholds stand between them; 3 were given"),
        ({"direction": "higher", "thresholds": []}, "0 were given"),
        ({"direction": "higher", "thresholds": [1, 2, 2, 3]}, "greater than the one before it, but 2 comes after 2"),
        ({"direction": "lower", "thresholds": [1, 2, 3, 4]}, "less than the one before it, but 2 comes after 1"),
        ({"direction": "higher", "thresholds": [1, 2, 3, "NaN"]}, "Thresholds must be finite"),
        ({"direction": "higher", "thresholds": [1, 2, 3, "Infinity"]}, "Thresholds must be finite"),
        ({"direction": "higher", "target": "NaN"}, "target must be a finite number"),
        ({"thresholds": [1, 2, 3, 4]}, "that of 'business' is not known: say direction"),
        ({"target": 1}, "that of 'business' is not known: say direction"),
        ({"direction": "none", "target": 1}, "with direction 'none' no value is better"),
        ({"direction": "higher", "target": 1, "without": ["target"]}, "named under without"),
        ({"without": ["direction"]}, "one of thresholds, target"),
        ({"scale": 0}, "a number above 0"),
        ({"scale": -100}, "a number above 0"),
        ({"scale": "NaN"}, "a number above 0"),
        ({"scale": "Infinity"}, "a number above 0"),
        ({"unit": "  "}, "The unit must be a visible word"),
        ({"unit": "a\nb"}, "The unit must be a visible word"),
        ({"unit": "x" * 51}, "exceeds the maximum length of 50"),
        ({"thresholds": "many"}, "thresholds"),
        ({"pattern": "other", "scale": 1}, "is not what its path names"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    tmp_path: Path, body: dict[str, Any], sentence: str
) -> None:
    async with in_process_client(tmp_path) as client:
        status, code, message = error_of(await client.put(f"{OVERRIDES}/business", json=body))
        assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
        assert sentence in message
        assert (await client.get(OVERRIDES)).json() == {"overrides": []}


async def test_names_that_no_metric_can_have_are_refused(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        for pattern in ("a%3Fb", "a%00b", "a//b", "x" * 251, "%F0%9F%8F%86"):
            answer = await client.put(f"{OVERRIDES}/{pattern}", json={"direction": "higher"})
            assert error_of(answer)[0] == 400
        missing = await client.put(f"{TRIALOG}/experiments/77/metric-meanings/x", json={"direction": "higher"})
        assert error_of(missing)[:2] == (404, "RESOURCE_DOES_NOT_EXIST")
        for query in ({}, {"metric": [f"m{number}" for number in range(1001)]}, {"experiment_id": "x"}):
            assert error_of(await client.get(f"{TRIALOG}/metric-meanings", params=query))[0] == 400
        assert error_of(await client.get(f"{TRIALOG}/metric-meanings", params={"experiment_id": "77"}))[0] == 404
        assert error_of(await client.get(OVERRIDES, params={"experiment_id": "77"}))[0] == 404


async def test_a_pattern_has_few_stars(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        assert (await client.put(f"{OVERRIDES}/a*b*c*d*e*", json={"direction": "higher"})).status_code == 200
        answer = await client.put(f"{OVERRIDES}/a*b*c*d*e*f*", json={"direction": "higher"})
        assert answer.status_code == 400
        assert answer.json()["code"] == "metric_meaning.too_many_stars"
        assert [one["pattern"] for one in (await client.get(OVERRIDES)).json()["overrides"]] == ["a*b*c*d*e*"]


async def test_bands_of_a_known_metric_take_over_its_direction(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        said = await client.put(f"{OVERRIDES}/rmse", json={"thresholds": [20, 10, 5, 2]})
        assert said.json()["override"]["direction"] == "lower"
        wrong = await client.put(f"{OVERRIDES}/rmse", json={"thresholds": [2, 5, 10, 20]})
        assert "lower values are better" in error_of(wrong)[2]
        assert (await meanings(client, metric="rmse"))["rmse"]["thresholds"] == [20, 10, 5, 2]


async def test_the_best_run_is_found_in_one_call(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        first, second = [await new_experiment(client, name) for name in ("one", "two")]
        await new_run(client, first, val_accuracy=0.61, loss="NaN")
        winner = await new_run(client, second, val_accuracy=0.85, loss="-Infinity")
        await new_run(client, second, val_accuracy="NaN")

        body = {"metric": "val_accuracy", "experiment_ids": [first], "experiment_names": ["two"]}
        posted = await client.post(f"{TRIALOG}/runs/best", json=body)
        assert posted.status_code == 200
        answer = posted.json()
        assert answer["run"] == (await client.get(f"{MLFLOW}/runs/get", params={"run_id": winner})).json()["run"]
        assert (answer["value"], answer["direction"], answer["compared"], answer["skipped"]) == (0.85, "higher", 2, 1)
        assert answer["direction_source"] == {"origin": "default", "pattern": "accuracy"}
        assert (answer["ties"], answer["tie_count"]) == ([winner], 1)
        flat = answer["flat"]
        assert (flat["run_id"], flat["metrics.val_accuracy"], flat["params.ticker"]) == (winner, 0.85, "BTC")
        assert flat["metrics.loss"] == "-Infinity"
        assert json.loads(posted.text) == answer

        got = await client.get(f"{TRIALOG}/runs/best", params=body)
        assert got.json() == answer
        lowest = await client.post(
            f"{TRIALOG}/runs/best", json=body | {"direction": "lower", "filter": "params.ticker='BTC'"}
        )
        assert (lowest.json()["value"], lowest.json()["direction_source"]) == (0.61, None)


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({}, 400, "Missing value for required parameter 'metric'"),
        ({"metric": "accuracy"}, 400, "Say in which experiments to look"),
        ({"metric": "accuracy", "experiment_ids": ["x"]}, 400, "Invalid experiment ID 'x'"),
        ({"metric": "accuracy", "experiment_ids": ["77"]}, 404, "No Experiment with id=77"),
        ({"metric": "accuracy", "experiment_ids": ["0"], "summary": "median"}, 400, "last, min, max, first"),
        ({"metric": "accurcy", "experiment_ids": ["0"]}, 404, "Did you mean accuracy?"),
        ({"metric": "accuracy", "experiment_ids": ["0"], "filter": "no filter"}, 400, "Invalid"),
        ({"metric": "accuracy", "experiment_ids": ["0"], "filter": "metrics.accuracy > 2"}, 404, "matches the filter"),
    ],
)
async def test_a_wrong_question_for_the_best_run_is_answered_clearly(
    tmp_path: Path, body: dict[str, Any], status: int, sentence: str
) -> None:
    async with in_process_client(tmp_path) as client:
        await new_run(client, "0", accuracy=0.5)
        found, _, message = error_of(await client.post(f"{TRIALOG}/runs/best", json=body))
        assert found == status
        assert sentence in message


async def test_the_commands_of_the_guide_work_as_they_stand_there(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8").replace("\\\n", " ")
    commands = [
        shlex.split(line) for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()
    ]
    async with in_process_client(tmp_path) as client:
        for name in ("model_training", "auto_retraining"):
            await new_run(client, await new_experiment(client, name), val_accuracy=0.8, roc_auc=0.6, rmse=3.0)
        asked = 0
        for command in filter(None, commands):
            assert command[0] == "curl"
            method = command[command.index("-X") + 1] if "-X" in command else "GET"
            (address,) = (word for word in command if word.startswith("http:"))
            body = json.loads(command[command.index("-d") + 1]) if "-d" in command else None
            answer = await client.request(method, address.partition(":5000")[2], json=body)
            assert answer.status_code == 200, (command, answer.text)
            asked += 1
        assert asked >= 8
        assert (await meanings(client, experiment_id="1"))["rmse"]["thresholds"] == [20, 10, 5, 2]
