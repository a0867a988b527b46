"""Runs are begun, nested, taken up again and ended as MLflow's users know it."""

import asyncio
import os
import threading
from typing import Any

import pytest

import trialog
from tests.unit.sdk.fluent.conftest import Stored
from trialog.errors import InvalidParameter
from trialog.sdk.fluent.background import Background


def test_a_run_has_what_it_was_begun_with(stored: Stored) -> None:
    experiment = trialog.set_experiment("begun")
    with trialog.start_run(run_name="first", tags={"team": "risk"}, description="**why**") as run:
        assert trialog.active_run() is run
        assert run.info.experiment_id == experiment.experiment_id
        assert run.info.status == "RUNNING"
    assert trialog.active_run() is None
    found = stored(run.info.run_id)
    assert found.info.run_name == "first"
    assert found.info.status == "FINISHED"
    assert (found.info.end_time or 0) >= (found.info.start_time or 1)
    assert found.data.tags["team"] == "risk"
    assert found.data.tags["mlflow.note.content"] == "**why**"
    assert found.data.tags["mlflow.runName"] == "first"


def test_a_run_without_a_name_is_given_one_that_it_keeps(stored: Stored) -> None:
    with trialog.start_run() as run:
        pass
    assert run.info.run_name
    assert stored(run.info.run_id).info.run_name == run.info.run_name


def test_a_block_that_fails_ends_its_run_as_failed(stored: Stored) -> None:
    with pytest.raises(ZeroDivisionError, match="division"), trialog.start_run() as run:
        trialog.log_metric("loss", 1 / 0)
    assert stored(run.info.run_id).info.status == "FAILED"


@pytest.mark.usefixtures("tracked")
def test_a_second_run_begins_inside_another_one_only_if_that_is_said() -> None:
    with trialog.start_run() as outer:
        with pytest.raises(InvalidParameter, match="nested=True"):
            trialog.start_run()
        with trialog.start_run(nested=True) as inner:
            assert trialog.active_run() is inner
        assert trialog.active_run() is outer


def test_runs_that_a_block_leaves_open_inside_it_end_with_it(stored: Stored) -> None:
    def train() -> None:
        with trialog.start_run(nested=True) as run:
            begun.extend([run, trialog.start_run(nested=True), trialog.start_run(nested=True)])
            raise ZeroDivisionError("too early")

    begun: list[trialog.ActiveRun] = []
    with trialog.start_run() as around:
        with pytest.raises(ZeroDivisionError, match="too early"):
            train()
        assert trialog.active_run() is around
    assert [stored(run.info.run_id).info.status for run in begun] == ["FAILED"] * 3
    assert stored(around.info.run_id).info.status == "FINISHED"


def test_a_nested_run_is_part_of_the_one_around_it(stored: Stored) -> None:
    with trialog.start_run() as outer, trialog.start_run(nested=True) as inner:
        trialog.log_metric("loss", 0.5)
    assert stored(inner.info.run_id).data.tags["mlflow.parentRunId"] == outer.info.run_id
    assert stored(inner.info.run_id).data.metrics == {"loss": 0.5}
    assert stored(outer.info.run_id).data.metrics == {}


def test_a_run_is_taken_up_again_with_what_it_had(stored: Stored) -> None:
    with trialog.start_run() as run:
        trialog.log_metric("loss", 0.5, step=1)
        trialog.log_param("lr", 0.1)
    with trialog.start_run(run_id=run.info.run_id) as again:
        assert again.data.metrics == {"loss": 0.5}
        trialog.log_metric("loss", 0.25, step=2)
    found = stored(run.info.run_id)
    assert found.data.metrics == {"loss": 0.25}
    assert found.data.params == {"lr": "0.1"}
    assert found.info.status == "FINISHED"


def test_the_environment_names_the_run_once(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    with trialog.start_run() as run:
        pass
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    with trialog.start_run() as again:
        assert again.info.run_id == run.info.run_id
    assert "MLFLOW_RUN_ID" not in os.environ
    assert stored(run.info.run_id).info.status == "FINISHED"


def test_what_is_logged_without_a_run_begins_one(stored: Stored) -> None:
    trialog.log_metric("loss", 1.5)
    run = trialog.active_run()
    assert run is not None
    trialog.end_run("KILLED")
    found = stored(run.info.run_id)
    assert found.data.metrics == {"loss": 1.5}
    assert found.info.status == "KILLED"


@pytest.mark.usefixtures("tracked")
def test_a_run_ends_only_as_runs_can() -> None:
    with trialog.start_run(), pytest.raises(InvalidParameter, match="FINISHED"):
        trialog.end_run("DONE")


@pytest.mark.usefixtures("tracked")
def test_ending_a_run_where_none_is_active_does_nothing() -> None:
    trialog.end_run()
    assert trialog.active_run() is None


def test_a_run_that_was_ended_inside_its_block_is_ended_once(stored: Stored) -> None:
    with trialog.start_run() as run:
        trialog.end_run("KILLED")
    assert stored(run.info.run_id).info.status == "KILLED"


def test_each_thread_has_a_run_of_its_own(stored: Stored) -> None:
    seen: list[object] = []

    def work(number: int) -> None:
        seen.append(trialog.active_run())
        with trialog.start_run(run_name=f"thread-{number}") as run:
            for step in range(50):
                trialog.log_metric("number", number, step=step)
            ids[number] = run.info.run_id

    ids: dict[int, str] = {}
    with trialog.start_run() as outer:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert trialog.active_run() is outer
    assert seen == [None] * 4
    assert [stored(ids[number]).data.metrics for number in range(4)] == [{"number": number} for number in range(4)]
    assert stored(outer.info.run_id).data.metrics == {}


def test_each_task_has_a_run_of_its_own(stored: Stored) -> None:
    async def work(number: int, begun: asyncio.Barrier) -> str:
        with trialog.start_run(nested=True) as run:
            await begun.wait()
            trialog.log_metric("number", number)
        return run.info.run_id

    async def both() -> list[str]:
        begun = asyncio.Barrier(2)
        return list(await asyncio.gather(work(1, begun), work(2, begun)))

    first, second = asyncio.run(both())
    assert stored(first).data.metrics == {"number": 1}
    assert stored(second).data.metrics == {"number": 2}


def test_the_run_that_was_active_last_is_told_with_what_it_has(stored: Stored) -> None:
    with trialog.start_run() as run:
        trialog.log_metric("loss", 0.5)
    last = trialog.last_active_run()
    assert last is not None
    assert last.info.run_id == run.info.run_id
    assert last.data.metrics == {"loss": 0.5}
    assert last == stored(run.info.run_id)


def test_an_experiment_is_named_by_the_environment(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "from the environment")
    with trialog.start_run() as run:
        pass
    experiment = trialog.get_experiment_by_name("from the environment")
    assert experiment is not None
    assert stored(run.info.run_id).info.experiment_id == experiment.experiment_id


@pytest.mark.usefixtures("tracked")
def test_ctrl_c_while_a_run_ends_leaves_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Background) -> None:
        raise KeyboardInterrupt

    run = trialog.start_run()
    monkeypatch.setattr(Background, "stop", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trialog.end_run()
    assert trialog.Client().get_run(run.info.run_id).info.status == "FINISHED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"tags": {"long": "x" * 8001}},
        {"tags": {"": "no name"}},
        {"tags": {"path": "\udcff"}},
        {"run_name": "n" * 501},
        {"run_name": "\udcff"},
        {"description": "x" * 8001},
    ],
)
def test_a_tag_that_cannot_be_is_left_out_and_not_the_run(stored: Stored, wrong: dict[str, Any]) -> None:
    tags = {"team": "risk", **wrong.pop("tags", {})}
    with pytest.warns(trialog.TrackingWarning), trialog.start_run(tags=tags, **wrong) as run:
        trialog.log_metric("loss", 0.5)
    found = stored(run.info.run_id)
    assert found.data.metrics == {"loss": 0.5}
    assert found.data.tags["team"] == "risk"
    assert found.info.run_name


def test_a_block_that_ends_in_another_thread_ends_its_run(stored: Stored) -> None:
    run = trialog.start_run()
    thread = threading.Thread(target=run.__exit__, args=(None, None, None))
    thread.start()
    thread.join()
    assert stored(run.info.run_id).info.status == "FINISHED"


def test_a_block_ends_its_run_also_where_that_was_taken_up_again_inside(stored: Stored) -> None:
    with trialog.start_run() as run:
        trialog.end_run()
        trialog.start_run(run_id=run.info.run_id)
    assert trialog.active_run() is None
    assert stored(run.info.run_id).info.status == "FINISHED"
