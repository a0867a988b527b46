"""Runs as a table, with pandas and without."""

import math
import sys
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest

from trialog.entities import LifecycleStage, Metric, Param, RunStatus, Tag
from trialog.sdk import search
from trialog.sdk.entities.conversions import run_of
from trialog.sdk.flat_runs import FlatRuns, flat_row
from trialog.wire.messages.runs import RunDataMessage, RunInfoMessage, RunInputsMessage, RunMessage

BASE = ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"]


def run(number: int, end_time: int | None = None, **logged: Any) -> RunMessage:
    return RunMessage(
        RunInfoMessage(
            run_id=f"r{number}",
            run_uuid=f"r{number}",
            experiment_id="0",
            run_name="n",
            user_id="u",
            status=RunStatus.FINISHED,
            artifact_uri="a",
            lifecycle_stage=LifecycleStage.ACTIVE,
            start_time=1_700_000_000_123,
            end_time=end_time,
        ),
        RunDataMessage(**logged),
        RunInputsMessage(),
    )


RUNS = [
    run(0, metrics=[Metric("a", 1.5, 0, 0)]),
    run(1, 1_700_000_001_000, metrics=[Metric("b", math.nan, 0, 0)], params=[Param("p", "x")]),
    run(2, metrics=[Metric("a", -0.0, 0, 0)], tags=[Tag("t", "y")]),
]


def flat(runs: list[RunMessage]) -> FlatRuns:
    table = FlatRuns()
    for one in runs:
        table.add(one)
    return table


def test_a_data_frame_has_a_column_for_whatever_any_run_has() -> None:
    frame = flat(RUNS).data_frame()
    assert list(frame.columns) == [*BASE, "metrics.a", "metrics.b", "params.p", "tags.t"]
    assert frame["metrics.a"].isna().tolist() == [False, True, False]
    assert frame["metrics.b"].isna().tolist() == [True, True, True]
    assert math.copysign(1, frame["metrics.a"][2]) == -1
    assert frame["params.p"].isna().tolist() == [True, False, True]
    assert frame["start_time"][0] == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
    assert frame["end_time"].isna().tolist() == [True, False, True]
    assert frame.loc[frame["metrics.a"].idxmax()].run_id == "r0"


def test_without_runs_there_are_columns_still() -> None:
    frame = flat([]).data_frame()
    assert (list(frame.columns), len(frame)) == (BASE, 0)
    assert flat([]).rows() == []


def test_rows_have_the_same_keys() -> None:
    rows = flat(RUNS).rows()
    assert [list(row) for row in rows] == [[*BASE, "metrics.a", "metrics.b", "params.p", "tags.t"]] * 3
    assert [row["metrics.a"] for row in rows] == [1.5, None, -0.0]
    assert math.isnan(rows[1]["metrics.b"])
    assert rows[1]["end_time"] == datetime(2023, 11, 14, 22, 13, 21, tzinfo=UTC)
    assert rows[0]["end_time"] is None
    known = {key: value for key, value in rows[0].items() if value is not None or key == "end_time"}
    assert flat_row(run_of(RUNS[0])) == known


def test_without_pandas_tables_are_rows_and_that_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    search._say_that_pandas_is_missing.cache_clear()
    # Python takes what stands so for not installed.
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.warns(UserWarning, match="pandas is not installed"):
        assert search.table_of_runs(RUNS) == flat(RUNS).rows()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert search.table_of_runs(RUNS)[0]["run_id"] == "r0"
