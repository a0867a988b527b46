"""Streams of what processes log are applied once, in order, whole or not at all."""

import asyncio
from uuid import uuid4

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, params_of, tags_of
from trialog.contracts import Store
from trialog.entities import Dataset, DatasetInput, Metric, NewRun, Param, RunSearch, RunStatus, Tag
from trialog.entities.log_stream import LogPart
from trialog.errors import Conflict, EndpointNotFound, InvalidParameter, ResourceAlreadyExists, ResourceNotFound

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.OWN_API)]

POINTS = tuple(Metric("loss", 1 / (step + 1), 1000 + step, step) for step in range(5))


def part(start: int, end: int, **content: object) -> LogPart:
    return LogPart("writer1", start, end, **content)  # type: ignore[arg-type]  # each test gives what fits


async def test_a_part_is_applied_with_everything_in_it(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.apply_log(
        run_id,
        part(
            0,
            320,
            metrics=POINTS,
            params=(Param("lr", "0.1"),),
            tags={"team": "risk", "gone": None},
            datasets=(DatasetInput(Dataset("iris", "d1", "local", "{}"), [Tag("mlflow.data.context", "training")]),),
            status=RunStatus.FINISHED,
            end_time=2000,
        ),
    )
    run = await store.runs.get(run_id)
    assert [(metric.key, metric.value, metric.step) for metric in run.metrics] == [("loss", 0.2, 4)]
    assert params_of(run) == {"lr": "0.1"}
    assert tags_of(run)["team"] == "risk"
    assert "gone" not in tags_of(run)
    assert [used.dataset.name for used in run.dataset_inputs] == ["iris"]
    assert (run.info.status, run.info.end_time) == (RunStatus.FINISHED, 2000)


async def test_a_part_that_comes_again_changes_nothing(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.apply_log(run_id, part(0, 64, tags={"team": "risk"}))
    await store.runs.apply_log(run_id, part(64, 128, tags={"team": "fraud"}))
    await store.runs.apply_log(run_id, part(0, 64, tags={"team": "risk"}))
    await store.runs.apply_log(run_id, part(64, 128, tags={"team": "risk"}))
    assert tags_of(await store.runs.get(run_id))["team"] == "fraud"


@pytest.mark.parametrize(("start", "end"), [(64, 96), (128, 192), (0, 128)])
async def test_a_part_that_does_not_follow_is_refused_and_told_what_would(store: Store, start: int, end: int) -> None:
    run_id = await new_run(store)
    await store.runs.apply_log(run_id, part(0, 96, metrics=POINTS[:1]))
    if end <= 96:
        await store.runs.apply_log(run_id, part(start, end, params=(Param("late", "1"),)))
    else:
        with pytest.raises(Conflict, match="applied up to 96") as caught:
            await store.runs.apply_log(run_id, part(start, end, params=(Param("late", "1"),)))
        assert caught.value.values["applied"] == 96
    assert params_of(await store.runs.get(run_id)) == {}


async def test_a_refused_part_changes_nothing_and_the_stream_goes_on_without_it(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.apply_log(run_id, part(0, 64, params=(Param("lr", "0.1"),)))
    with pytest.raises(InvalidParameter, match="Changing param values"):
        await store.runs.apply_log(run_id, part(64, 128, params=(Param("lr", "0.2"),), metrics=POINTS))
    assert (await store.runs.get(run_id)).metrics == []
    # The client set the param aside.
    await store.runs.apply_log(run_id, part(64, 128, metrics=POINTS))
    assert len((await store.runs.get(run_id)).metrics) == 1


async def test_streams_of_two_processes_to_one_run_do_not_touch_each_other(store: Store) -> None:
    run_id = await new_run(store)
    for writer in ("a", "b"):
        await store.runs.apply_log(run_id, LogPart(writer, 0, 32, params=(Param(writer, "1"),)))
    assert params_of(await store.runs.get(run_id)) == {"a": "1", "b": "1"}


@pytest.mark.parametrize(
    "wrong",
    [
        LogPart("", 0, 32),
        LogPart("a/b", 0, 32),
        LogPart("x" * 65, 0, 32),
        LogPart("a", 32, 32),
        LogPart("a", -32, 32),
        LogPart("a", 0, 32, metrics=(Metric("loss", 1.0, -1, 0),)),
        LogPart("a", 0, 32, metrics=(Metric("loss", 1.0, 1, 0), Metric("../loss", 1.0, 1, 0))),
        LogPart("a", 0, 32, params=(Param("k", "x" * 6001),)),
        LogPart("a", 0, 32, tags={"x" * 251: None}),
        LogPart("a", 0, 32, metrics=(Metric("loss", 1.0, 1, 0),) * 10_001),
    ],
)
async def test_what_breaks_a_limit_is_refused(store: Store, wrong: LogPart) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter):
        await store.runs.apply_log(run_id, wrong)
    await store.runs.apply_log(run_id, LogPart("a", 0, 32, params=(Param("still", "1"),)))
    assert (await store.runs.get(run_id)).metrics == []


async def test_a_stream_to_a_run_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(ResourceNotFound, match="not found"):
        await store.runs.apply_log("0" * 32, part(0, 32))


async def test_a_stream_to_a_deleted_run_is_refused(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.delete(run_id)
    with pytest.raises(InvalidParameter, match="deleted"):
        await store.runs.apply_log(run_id, part(0, 32, metrics=POINTS))


async def test_a_client_chooses_the_id_of_a_run_and_may_begin_it_again(store: Store) -> None:
    experiment_id = await new_experiment(store)
    begun = NewRun(experiment_id, "ada", "first", 1000, (Tag("team", "risk"),), uuid4().hex)
    made = await store.runs.create(begun)
    assert (made.info.run_id, made.info.run_name, made.info.status) == (begun.run_id, "first", RunStatus.RUNNING)
    await store.runs.apply_log(made.info.run_id, part(0, 64, params=(Param("lr", "0.1"),), status=RunStatus.FINISHED))
    again = await store.runs.create(begun)
    assert again == await store.runs.get(made.info.run_id)
    assert params_of(again) == {"lr": "0.1"}
    assert again.info.status == RunStatus.FINISHED


async def test_clients_that_begin_a_run_at_the_same_time_begin_one(store: Store) -> None:
    begun = NewRun(await new_experiment(store), run_name="one", run_id=uuid4().hex)
    made = await asyncio.gather(*(store.runs.create(begun) for _ in range(5)))
    assert {run.info.run_id for run in made} == {begun.run_id}
    found = await store.runs.search(RunSearch((begun.experiment_id,), "", ()))
    assert len(found.items) == 1


async def test_an_id_that_another_experiment_has_is_refused(store: Store) -> None:
    run_id = uuid4().hex
    await store.runs.create(NewRun(await new_experiment(store), run_id=run_id))
    with pytest.raises(ResourceAlreadyExists, match="not in this experiment"):
        await store.runs.create(NewRun(await new_experiment(store), run_id=run_id))


@pytest.mark.parametrize("run_id", ["", "x" * 32, "A" * 32, "0" * 31, "0" * 33, "../" + "0" * 29])
async def test_an_id_that_is_none_is_refused(store: Store, run_id: str) -> None:
    with pytest.raises((InvalidParameter, EndpointNotFound)):
        await store.runs.create(NewRun(await new_experiment(store), run_id=run_id))
