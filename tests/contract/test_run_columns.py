"""The table of runs in columns."""

import math

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import bits, new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import (
    PARENT_RUN_TAG,
    Dataset,
    DatasetInput,
    Metric,
    MetricSummaryKind,
    Param,
    RunSearch,
    Tag,
    ViewType,
)
from trialog.entities.run_columns import RunAttribute, RunColumnChoice, RunCount
from trialog.errors import InvalidParameter

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.OWN_API)]


async def make_runs(store: Store, experiment_id: str) -> list[str]:
    """Make runs a to e, the newest first: each lacks something that others have."""
    runs = [
        await new_run(store, experiment_id, run_name=name, start_time=100 - place) for place, name in enumerate("abcde")
    ]
    values = (0.5, math.nan, math.inf, -0.0)
    for step, (run_id, value) in enumerate(zip(runs, values, strict=False)):
        await store.runs.log_batch(
            run_id,
            metrics=[Metric("loss", 9.0, 1, 0), Metric("loss", value, 2, step + 1), Metric("unread", 1.0, 1)],
            params=[Param("lr", f"0.{step}")] if step % 2 else [],
            tags=[Tag("note", "漢 \n")] if step == 2 else [],
        )
    return runs


async def test_columns_have_a_value_for_each_run_in_the_order_of_the_search(store: Store) -> None:
    experiment_id = await new_experiment(store)
    runs = await make_runs(store, experiment_id)
    choice = RunColumnChoice(
        (RunAttribute.RUN_ID, RunAttribute.RUN_NAME, RunAttribute.STATUS, RunAttribute.EXPERIMENT_ID),
        metrics=("loss", "never"),
        params=("lr",),
        tags=("note", "mlflow.runName"),
    )
    found = await store.runs.search_columns(RunSearch((experiment_id,)), choice)

    assert found.count == 5
    assert found.attributes == {
        RunAttribute.RUN_ID: runs,
        RunAttribute.RUN_NAME: list("abcde"),
        RunAttribute.STATUS: ["RUNNING"] * 5,
        RunAttribute.EXPERIMENT_ID: [experiment_id] * 5,
    }
    assert list(found.metrics) == ["loss", "never"]
    loss = [None if value is None else bits(value) for value in found.metrics["loss"]]
    assert loss == [*map(bits, (0.5, math.nan, math.inf, -0.0)), None]
    assert found.metrics["never"] == [None] * 5
    assert found.params == {"lr": [None, "0.1", None, "0.3", None]}
    assert found.tags == {"note": [None, None, "漢 \n", None, None], "mlflow.runName": list("abcde")}
    assert (found.total, found.next_page_token) == (RunCount(5, is_exact=True), None)


async def test_every_attribute_can_be_a_column(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id, start_time=None)
    await store.runs.update(run_id, end_time=77)
    await store.runs.delete(run_id)
    query = RunSearch((experiment_id,), view_type=ViewType.ALL)
    (info,) = [run.info for run in (await store.runs.search(query)).items]

    found = await store.runs.search_columns(query, RunColumnChoice(tuple(RunAttribute)))
    row = {attribute.value: values[0] for attribute, values in found.attributes.items()}
    deleted_time = row["deleted_time"]
    assert isinstance(deleted_time, int)
    assert deleted_time > 1_700_000_000_000
    own: dict[str, object] = {
        "deleted_time": deleted_time,
        "duration": None,
        "parent_run_id": None,
        "child_count": 0,
        "datasets": [],
    }
    assert row == {name.value: getattr(info, name) for name in RunAttribute if name not in own} | own
    assert (row["start_time"], row["end_time"], row["lifecycle_stage"]) == (None, 77, "deleted")


async def test_pages_and_tokens_are_those_of_a_search(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await make_runs(store, experiment_id)
    query = RunSearch((experiment_id,), "params.lr LIKE '%' or metrics.loss > 0", ("metrics.loss DESC",), max_results=2)
    choice = RunColumnChoice((RunAttribute.RUN_NAME,))

    first = await store.runs.search_columns(query, choice)
    assert first.attributes == {RunAttribute.RUN_NAME: ["c", "a"]}
    assert first.total == RunCount(4, is_exact=True)
    second = await store.runs.search(
        RunSearch(query.experiment_ids, query.filter, query.order_by, page_token=first.next_page_token, max_results=1)
    )
    assert [run.info.run_name for run in second.items] == ["d"]
    last = await store.runs.search_columns(
        RunSearch(query.experiment_ids, query.filter, query.order_by, page_token=second.next_page_token), choice
    )
    assert last.attributes == {RunAttribute.RUN_NAME: ["b"]}
    assert (last.total, last.next_page_token) == (None, None)


async def test_a_page_without_columns_or_runs_is_only_counted(store: Store) -> None:
    experiment_id = await new_experiment(store)
    nothing = await store.runs.search_columns(RunSearch((experiment_id,)), RunColumnChoice(metrics=("loss",)))
    assert (nothing.count, nothing.metrics, nothing.total) == (0, {"loss": []}, RunCount(0, is_exact=True))
    await make_runs(store, experiment_id)
    counted = await store.runs.search_columns(RunSearch((experiment_id,), max_results=1), RunColumnChoice(()))
    assert (counted.count, counted.attributes, counted.total) == (1, {}, RunCount(5, is_exact=True))


async def test_runs_tell_how_long_they_took_and_what_they_belong_to(store: Store) -> None:
    experiment_id = await new_experiment(store)
    parent = await new_run(store, experiment_id, start_time=100)
    children = [
        await new_run(store, experiment_id, start_time=200 + place, tags=[Tag(PARENT_RUN_TAG, parent)])
        for place in range(2)
    ]
    await store.runs.update(children[0], end_time=1234)
    datasets = [DatasetInput(Dataset(name, "1", "local", "{}")) for name in ("train", "test")]
    await store.runs.log_inputs(children[1], datasets=datasets)

    own = (
        RunAttribute.DELETED_TIME,
        RunAttribute.DURATION,
        RunAttribute.PARENT_RUN_ID,
        RunAttribute.CHILD_COUNT,
        RunAttribute.DATASETS,
    )
    found = await store.runs.search_columns(RunSearch((experiment_id,)), RunColumnChoice((RunAttribute.RUN_ID, *own)))
    assert found.attributes == {
        RunAttribute.RUN_ID: [children[1], children[0], parent],
        RunAttribute.DELETED_TIME: [None, None, None],
        RunAttribute.DURATION: [None, 1034, None],
        RunAttribute.PARENT_RUN_ID: [parent, parent, None],
        RunAttribute.CHILD_COUNT: [0, 0, 2],
        RunAttribute.DATASETS: [["train", "test"], [], []],
    }


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (MetricSummaryKind.LAST, [2.0, math.nan]),
        (MetricSummaryKind.MIN, [1.0, None]),
        (MetricSummaryKind.MAX, [3.0, None]),
        (MetricSummaryKind.FIRST, [3.0, math.nan]),
    ],
)
async def test_any_summary_of_a_metric_can_be_a_column(
    store: Store, summary: MetricSummaryKind, expected: list[float | None]
) -> None:
    experiment_id = await new_experiment(store)
    first, second = [await new_run(store, experiment_id, start_time=start) for start in (2, 1)]
    for step, value in enumerate((3.0, 1.0, 2.0)):
        await store.runs.log_metric(first, Metric("loss", value, step, step))
    await store.runs.log_metric(second, Metric("loss", math.nan, 1))
    choice = RunColumnChoice((), metrics=("loss",), summary=summary)
    found = await store.runs.search_columns(RunSearch((experiment_id,)), choice)
    shown = [None if value is None else bits(value) for value in found.metrics["loss"]]
    assert shown == [None if value is None else bits(value) for value in expected]


async def test_runs_that_are_named_come_in_the_order_of_their_names(store: Store) -> None:
    experiment_id = await new_experiment(store)
    runs = await make_runs(store, experiment_id)
    await store.runs.delete(runs[1])
    named = [runs[3], "0" * 32, runs[1], runs[3]]
    choice = RunColumnChoice((RunAttribute.RUN_NAME, RunAttribute.LIFECYCLE_STAGE), metrics=("loss",), params=("lr",))

    found = await store.runs.columns_of(named, choice)
    assert (found.count, found.total, found.next_page_token) == (2, None, None)
    assert found.attributes == {
        RunAttribute.RUN_NAME: ["d", "b"],
        RunAttribute.LIFECYCLE_STAGE: ["active", "deleted"],
    }
    assert found.params == {"lr": ["0.3", "0.1"]}
    assert found.unknown_run_ids == ("0" * 32,)


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_not_more_runs_can_be_named_than_a_page_has(store: Store) -> None:
    with pytest.raises(InvalidParameter, match="1000"):
        await store.runs.columns_of([f"{number:032x}" for number in range(1001)], RunColumnChoice())


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_what_is_too_much_or_no_question_is_refused(store: Store) -> None:
    experiment_id = await new_experiment(store)
    names = tuple(f"m{number}" for number in range(301))
    with pytest.raises(InvalidParameter, match="300"):
        await store.runs.search_columns(RunSearch((experiment_id,)), RunColumnChoice(metrics=names))
    large = RunSearch((experiment_id,), max_results=50_000)
    with pytest.raises(InvalidParameter, match="at most 1000000 values, not 50000 of each of 21 columns") as refused:
        await store.runs.search_columns(large, RunColumnChoice(metrics=names[:20]))
    assert refused.value.code == "run.too_many_values"
    with pytest.raises(InvalidParameter, match="max_results"):
        await store.runs.search_columns(RunSearch((experiment_id,), max_results=0), RunColumnChoice())
    with pytest.raises(InvalidParameter, match="nothing"):
        await store.runs.search_columns(RunSearch((experiment_id,), "nothing ="), RunColumnChoice())
