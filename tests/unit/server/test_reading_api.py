"""Curves and the table of runs, asked over HTTP as a page and a script do."""

import math
import re
import runpy
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.in_process import error_of, in_process_client
from trialog.server.api.reading import asks_for_json

pytestmark = pytest.mark.anyio

MLFLOW = "/api/2.0/mlflow"
CURVES = "/api/trialog/v1/metrics/curves"
COLUMNS = "/api/trialog/v1/runs/columns"
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "reading.md"
BINARY = "application/vnd.trialog.curves"
JSON = {"Accept": "application/json"}


async def new_run(client: httpx.AsyncClient, *values: float | str) -> str:
    created = await client.post(f"{MLFLOW}/runs/create", json={"experiment_id": "0", "start_time": 1})
    run_id: str = created.json()["run"]["info"]["run_id"]
    points = [{"key": "loss", "value": value, "timestamp": 10, "step": step} for step, value in enumerate(values)]
    assert (await client.post(f"{MLFLOW}/runs/log-batch", json={"run_id": run_id, "metrics": points})).is_success
    return run_id


def decoded_as_the_guide_says(content: bytes, directory: Path) -> dict[tuple[str, str], dict[str, Any]]:
    (program,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (directory / "guide.py").write_text(program, encoding="utf-8")
    curves: dict[tuple[str, str], dict[str, Any]] = runpy.run_path(str(directory / "guide.py"))["decode_curves"](
        content
    )
    return curves


async def test_both_forms_of_a_curve_say_the_same(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        values: list[float | str] = [0.5, "NaN", "Infinity", "-Infinity", -0.0]
        run_id = await new_run(client, *values)
        asked = {"run_ids": [run_id], "keys": ["loss", "other"]}
        as_json = await client.post(CURVES, json=asked, headers=JSON)
        as_bytes = await client.post(CURVES, json=asked)

    common = {"run_id": run_id, "is_thinned": False}
    assert as_json.json() == {
        "axis": "step",
        "curves": [
            {**common, "key": "loss", "total": 5, "steps": [0, 1, 2, 3, 4], "timestamps": [10] * 5, "values": values},
            {**common, "key": "other", "total": 0, "steps": [], "timestamps": [], "values": []},
        ],
        "unknown_run_ids": [],
        "damaged_curves": [],
    }
    assert as_bytes.headers["content-type"] == BINARY
    assert (as_bytes.content[:8], len(as_bytes.content) % 8) == (b"TRIALOG1", 0)
    curves = decoded_as_the_guide_says(as_bytes.content, tmp_path)
    assert list(curves) == [(run_id, "loss"), (run_id, "other")]
    loss = curves[run_id, "loss"]
    assert (loss["steps"], loss["timestamps"]) == ((0, 1, 2, 3, 4), (10,) * 5)
    assert math.isnan(loss["values"][1])
    assert [str(value) for value in loss["values"]] == ["0.5", "nan", "inf", "-inf", "-0.0"]
    assert curves[run_id, "other"]["values"] == ()


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("", False),
        ("*/*", False),
        ("text/html, */*;q=0.8", False),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/json, text/plain, */*", True),
        (f"{BINARY}, application/json", False),
        (f"{BINARY};q=0.5, application/json", True),
        ("application/json;q=0", False),
        ("application/json;q=high", True),
    ],
)
def test_who_names_json_gets_json(accept: str, is_json: bool) -> None:
    assert asks_for_json(accept) == is_json


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        (CURVES, {"run_ids": []}, "request.missing_parameter"),
        (CURVES, {"run_ids": ["a"] * 101}, "request.too_many"),
        (CURVES, {"keys": None}, "request.missing_parameter"),
        (CURVES, {"axis": "epoch"}, "value.invalid"),
        (CURVES, {"start": "soon"}, "value.invalid"),
        (CURVES, {"start": 2, "end": 1}, "curve.empty_range"),
        (CURVES, {"max_points": 5}, "request.out_of_bounds"),
        (CURVES, {"keys": [f"m{number}" for number in range(600)], "max_points": 2000}, "curve.too_many_points"),
        (CURVES, {"points": 5}, "request.unknown_field"),
        (COLUMNS, {"attributes": ["color"]}, "value.invalid"),
        (COLUMNS, {"metrics": [f"m{number}" for number in range(301)]}, "request.too_many"),
        (COLUMNS, {"metrics": ["a"] * 200, "params": ["a"] * 101}, "request.too_many_at_once"),
        (COLUMNS, {"max_results": 50_001}, "request.out_of_bounds"),
        (COLUMNS, {"metric": ["loss"]}, "request.unknown_field"),
    ],
)
async def test_a_wrong_question_is_refused_with_a_code(
    client: httpx.AsyncClient, path: str, change: dict[str, object], code: str
) -> None:
    asked = {"run_ids": ["a"], "keys": ["loss"]} if path == CURVES else {"experiment_ids": ["0"]}
    answer = await client.post(path, json=asked | change)
    assert error_of(answer)[:2] == (400, "INVALID_PARAMETER_VALUE")
    assert answer.json()["code"] == code


async def test_a_long_curve_and_a_long_table_are_answered_whole(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        run_id = await new_run(client, *range(1000))
        asked = {"run_ids": [run_id], "keys": ["loss"], "max_points": 100}
        (thinned,) = (await client.post(CURVES, json=asked, headers=JSON)).json()["curves"]
        assert (thinned["total"], thinned["is_thinned"]) == (1000, True)
        assert (thinned["values"][0], thinned["values"][-1], len(thinned["steps"]) <= 100) == (0, 999, True)
        table = (await client.post(COLUMNS, json={"experiment_ids": ["0"], "metrics": ["loss", "no"]})).json()
        assert table == {
            "count": 1,
            "attributes": {"run_id": [run_id]},
            "metrics": {"loss": [999], "no": [None]},
            "params": {},
            "tags": {},
            "total": 1,
            "total_is_exact": True,
        }
