"""What pages show: experiments with what is in them, names and groups of runs, a run as a whole, what is first seen."""

import math

import pytest

from tests.contract.backends import Promise
from tests.contract.registry_samples import move, new_model
from tests.contract.samples import new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import (
    PARENT_RUN_TAG,
    Dataset,
    DatasetInput,
    LoggedModelStatus,
    Metric,
    ModelInput,
    ModelOutput,
    NewLoggedModel,
    NewModelVersion,
    Param,
    RunSearch,
    RunStatus,
    Tag,
    ViewType,
    Visibility,
)
from trialog.entities.experiment_overview import ExperimentOrder, ExperimentOverviewSearch
from trialog.entities.run_groups import GroupEntity, GroupMetric, GroupOrder, RunGroup, RunGroupSearch
from trialog.entities.run_keys import CommonValue, KeyKind, RunKeySearch
from trialog.entities.run_overview import ModelRole
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.store import run_groups

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.OVERVIEWS)]

NOTHING = Visibility(is_default_visible=False)


async def found_by(store: Store, query: ExperimentOverviewSearch) -> list[str]:
    return [one.experiment.experiment_id for one in (await store.overviews.experiments(query)).items]


async def test_an_experiment_says_how_many_runs_it_has_of_each_status(store: Store) -> None:
    experiment_id = (await store.experiments.create("Ежи/колючие", tags=[Tag("team", "quants")])).experiment_id
    for place, status in enumerate((RunStatus.FINISHED, RunStatus.FINISHED, RunStatus.FAILED, None)):
        run_id = await new_run(store, experiment_id, start_time=100 + place)
        if status is not None:
            await store.runs.update(run_id, status=status)
    await store.runs.delete(await new_run(store, experiment_id, start_time=999))
    await new_run(store, experiment_id, start_time=None)

    page = await store.overviews.experiments(ExperimentOverviewSearch(search="ЕЖИ/"))
    [found] = page.items
    assert (page.total, page.next_page_token) == (1, None)
    assert (found.experiment.name, found.experiment.tags) == ("Ежи/колючие", [Tag("team", "quants")])
    assert found.runs_by_status == {RunStatus.FINISHED: 2, RunStatus.FAILED: 1, RunStatus.RUNNING: 2}
    assert (found.deleted_runs, found.counts_are_exact, found.last_run_time) == (1, True, 103)

    await store.experiments.delete(experiment_id)
    in_bin = await store.overviews.experiments(ExperimentOverviewSearch(view_type=ViewType.DELETED_ONLY))
    assert [sum(one.runs_by_status.values()) for one in in_bin.items] == [6]
    assert in_bin.items[0].last_run_time == 999


async def test_experiments_come_by_last_activity_name_or_age_page_by_page(store: Store) -> None:
    quiet, b, a = [(await store.experiments.create(name)).experiment_id for name in ("quiet", "b", "a")]
    await new_run(store, b, start_time=50)
    await new_run(store, a, start_time=40)

    assert await found_by(store, ExperimentOverviewSearch()) == [b, a, quiet, "0"]
    assert (await found_by(store, ExperimentOverviewSearch(descending=False)))[:2] == [a, b]
    by_name = ExperimentOverviewSearch(order_by=ExperimentOrder.NAME, descending=False)
    assert await found_by(store, by_name) == ["0", a, b, quiet]
    by_id = ExperimentOverviewSearch(quiet, order_by=ExperimentOrder.CREATION_TIME)
    assert await found_by(store, by_id) == [quiet]

    seen, token = [], None
    while True:
        page = await store.overviews.experiments(ExperimentOverviewSearch(max_results=1, page_token=token))
        seen += [one.experiment.experiment_id for one in page.items]
        assert page.total == 4
        token = page.next_page_token
        if token is None:
            break
    assert seen == [b, a, quiet, "0"]


async def test_a_search_for_experiments_takes_every_character_for_itself(store: Store) -> None:
    await store.experiments.create("a_b 100%")
    await store.experiments.create("axb 1000")
    assert len((await store.overviews.experiments(ExperimentOverviewSearch(search="A_B"))).items) == 1
    assert len((await store.overviews.experiments(ExperimentOverviewSearch(search="100%"))).items) == 1
    assert (await store.overviews.experiments(ExperimentOverviewSearch(search="a\\"))).items == []


async def test_only_experiments_that_may_be_read_are_listed_and_counted(store: Store) -> None:
    mine, other = [await new_experiment(store) for _ in range(2)]
    visible = Visibility(is_default_visible=False, exceptions=frozenset({mine}))
    await new_run(store, mine)
    await new_run(store, other)
    page = await store.overviews.experiments(ExperimentOverviewSearch(visible=visible))
    assert ([one.experiment.experiment_id for one in page.items], page.total) == ([mine], 1)
    home = await store.overviews.home(10, experiments=visible, models=NOTHING)
    assert (home.experiments, home.runs, home.running_count) == (1, 1, 1)
    assert [run.info.experiment_id for run in home.running] == [mine]
    nothing = await store.overviews.home(10, experiments=NOTHING, models=NOTHING)
    assert (nothing.experiments, nothing.runs, nothing.running, nothing.failed) == (0, 0, [], [])


async def test_home_shows_what_runs_what_failed_and_what_is_in_production(store: Store) -> None:
    first, second = [await new_experiment(store) for _ in range(2)]
    running = [await new_run(store, experiment, start_time=start) for experiment, start in ((first, 1), (second, 2))]
    failed = [await new_run(store, first, start_time=start) for start in (5, 4, 6)]
    for run_id in failed:
        await store.runs.update(run_id, status=RunStatus.FAILED, end_time=9)
    await new_run(store, first, start_time=None)
    await store.runs.delete(await new_run(store, first, start_time=7))
    name = await registered(store, failed[0])

    home = await store.overviews.home(2)
    assert [run.info.run_id for run in home.running] == running[::-1]
    assert [run.info.run_id for run in home.failed] == [failed[2], failed[0]]
    assert home.running[0].experiment_name == (await store.experiments.get(second)).name
    assert (home.experiments, home.runs, home.running_count, home.registered_models) == (3, 6, 3, 1)
    assert home.in_production == []

    await move(store, name, 1, reason="because")
    [model] = (await store.overviews.home(2)).in_production
    assert (model.model.name, model.latest, list(model.versions)) == (name, 1, [1])
    overview = model.versions[1]
    assert overview.run is not None
    assert overview.run.run_id == failed[0]
    assert overview.arrival is not None
    assert overview.arrival.reason == "because"


async def registered(store: Store, run_id: str) -> str:
    """Name of a new registered model with a version from a run."""
    name = await new_model(store)
    source = f"runs:/{run_id}/model"
    await store.model_versions.create(NewModelVersion(name, source, source, run_id=run_id))
    return name


async def test_names_of_what_runs_logged_are_found_by_any_part_of_them(store: Store) -> None:
    experiment_id, other = [await new_experiment(store) for _ in range(2)]
    await store.runs.log_batch(
        await new_run(store, experiment_id, tags=[Tag("team", "a")]),
        metrics=[Metric("val_loss", 1.0, 1), Metric("Loss", 1.0, 1), Metric("acc", 1.0, 1)],
        params=[Param("lr", "0.1"), Param("Слой", "2")],
    )
    await store.runs.log_batch(await new_run(store, other), metrics=[Metric("elsewhere", 1.0, 1)])

    async def keys(kind: KeyKind, search: str = "", max_results: int = 100) -> tuple[list[str], int]:
        found = await store.overviews.keys(RunKeySearch((experiment_id,), kind, search, max_results=max_results))
        assert (found.values, found.is_complete) == ([], True)
        return found.keys, found.total

    assert await keys(KeyKind.METRIC) == (["Loss", "acc", "val_loss"], 3)
    assert await keys(KeyKind.METRIC, "LOSS") == (["Loss", "val_loss"], 2)
    assert await keys(KeyKind.METRIC, max_results=1) == (["Loss"], 3)
    assert await keys(KeyKind.PARAM, "сло") == (["Слой"], 1)
    assert await keys(KeyKind.TAG) == (["mlflow.runName", "team"], 2)
    both = await store.overviews.keys(RunKeySearch((experiment_id, other), KeyKind.METRIC, "e"))
    assert both.keys == ["elsewhere"]
    assert (await store.overviews.keys(RunKeySearch((), KeyKind.PARAM))).keys == []


async def test_the_commonest_values_of_a_param_come_first(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for value in ("0.1", "0.01", "0.1", "x" * 501, "adam"):
        await store.runs.log_param(await new_run(store, experiment_id), Param("lr", value))
    found = await store.overviews.keys(RunKeySearch((experiment_id,), KeyKind.PARAM, key="lr", max_results=2))
    assert (found.values, found.total) == ([CommonValue("0.1", 2), CommonValue("0.01", 1)], 3)
    some = await store.overviews.keys(RunKeySearch((experiment_id,), KeyKind.PARAM, "01", key="lr"))
    assert some.values == [CommonValue("0.01", 1)]
    with pytest.raises(InvalidParameter, match="no common values"):
        await store.overviews.keys(RunKeySearch((experiment_id,), KeyKind.METRIC, key="loss"))


async def grouped(store: Store, experiment_id: str) -> None:
    """Make runs of two learning rates, one without and one in the bin."""
    measured = (("10", 1.0), ("9", 3.0), ("10", 2.0), ("9", math.nan), (None, 7.0), ("10", None))
    for rate, loss in measured:
        run_id = await new_run(store, experiment_id)
        if rate is not None:
            await store.runs.log_param(run_id, Param("lr", rate))
        if loss is not None:
            await store.runs.log_metric(run_id, Metric("loss", loss, 1))
    hidden = await new_run(store, experiment_id)
    await store.runs.log_param(hidden, Param("lr", "10"))
    await store.runs.delete(hidden)


async def test_runs_of_one_value_make_a_group_with_what_their_metrics_come_to(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await grouped(store, experiment_id)
    runs = RunSearch((experiment_id,))
    asked = RunGroupSearch(runs, GroupEntity.PARAM, "lr", ("loss", "never"))
    found = await store.overviews.groups(asked)
    nothing = GroupMetric(0, None, None, None)
    assert found.groups == [
        RunGroup("10", 3, {"loss": GroupMetric(2, 1.0, 1.5, 2.0), "never": nothing}),
        RunGroup("9", 2, {"loss": GroupMetric(1, 3.0, 3.0, 3.0), "never": nothing}),
        RunGroup(None, 1, {"loss": GroupMetric(1, 7.0, 7.0, 7.0), "never": nothing}),
    ]
    assert (found.total, found.runs, found.is_complete, found.next_page_token) == (3, 6, True, None)


@pytest.mark.parametrize(
    ("order_by", "descending", "expected"),
    [
        (GroupOrder.VALUE, False, ["9", "10", None]),
        (GroupOrder.VALUE, True, ["10", "9", None]),
        (GroupOrder.COUNT, False, ["9", "10", None]),
        (GroupOrder.METRIC_MIN, False, ["10", "9", None]),
        (GroupOrder.METRIC_MEAN, True, ["9", "10", None]),
        (GroupOrder.METRIC_MAX, True, ["9", "10", None]),
    ],
)
async def test_groups_are_ordered_and_paged(
    store: Store, order_by: GroupOrder, *, descending: bool, expected: list[str | None]
) -> None:
    experiment_id = await new_experiment(store)
    await grouped(store, experiment_id)
    seen: list[str | None] = []
    token = None
    while True:
        page = await store.overviews.groups(
            RunGroupSearch(
                RunSearch((experiment_id,)),
                GroupEntity.PARAM,
                "lr",
                ("loss",),
                order_by,
                "loss" if order_by.value.startswith("metric") else None,
                descending,
                1,
                token,
            )
        )
        seen += [group.value for group in page.groups]
        token = page.next_page_token
        if token is None:
            break
    assert seen == expected


async def test_values_that_were_logged_for_a_model_too_count_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = await new_experiment(store)
    model = await store.logged_models.create(NewLoggedModel(experiment_id))
    for values in ((1.0, 5.0), (2.0,)):
        run_id = await new_run(store, experiment_id, tags=[Tag("team", "a")])
        for step, value in enumerate(values):
            owner = model.model_id if step else None
            await store.runs.log_metric(run_id, Metric("loss", value, step, step, model_id=owner))
    asked = RunGroupSearch(RunSearch((experiment_id,)), GroupEntity.TAG, "team", ("loss",))
    one_by_one = await store.overviews.groups(asked)
    monkeypatch.setattr(run_groups, "_FEW_RUNS", 0)
    assert await store.overviews.groups(asked) == one_by_one
    assert one_by_one.groups == [RunGroup("a", 2, {"loss": GroupMetric(2, 2.0, 3.5, 5.0)})]


async def test_runs_are_grouped_by_attribute_and_tag_of_those_that_match(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await grouped(store, experiment_id)
    await new_run(store, experiment_id, tags=[Tag("team", "a")])
    matching = RunSearch((experiment_id,), "metrics.loss > 0")
    by_status = await store.overviews.groups(RunGroupSearch(matching, GroupEntity.ATTRIBUTE, "status"))
    assert [(group.value, group.count) for group in by_status.groups] == [("RUNNING", 4)]
    by_place = await store.overviews.groups(RunGroupSearch(matching, GroupEntity.ATTRIBUTE, "experiment_id"))
    assert [group.value for group in by_place.groups] == [experiment_id]
    by_team = await store.overviews.groups(RunGroupSearch(RunSearch((experiment_id,)), GroupEntity.TAG, "team"))
    assert [(group.value, group.count) for group in by_team.groups] == [("a", 1), (None, 6)]
    with pytest.raises(InvalidParameter, match="not grouped by the attribute 'artifact_uri'"):
        await store.overviews.groups(RunGroupSearch(matching, GroupEntity.ATTRIBUTE, "artifact_uri"))
    with pytest.raises(InvalidParameter, match="must be one of metrics"):
        await store.overviews.groups(
            RunGroupSearch(matching, GroupEntity.TAG, "team", order_by=GroupOrder.METRIC_MAX, order_metric="loss")
        )


async def test_a_run_is_seen_as_a_whole(store: Store) -> None:
    experiment_id = await new_experiment(store)
    parent = await new_run(store, experiment_id, run_name="parent")
    run_id = await new_run(store, experiment_id, tags=[Tag(PARENT_RUN_TAG, parent), Tag("team", "a")])
    children = [
        await new_run(store, experiment_id, start_time=start, tags=[Tag(PARENT_RUN_TAG, run_id)]) for start in (1, 2)
    ]
    await store.runs.log_batch(
        run_id,
        metrics=[
            *(Metric("loss", value, step, step) for step, value in enumerate((3.0, 1.0, 2.0))),
            Metric("nothing", math.nan, 5),
            Metric("system/cpu", 0.5, 5),
        ],
        params=[Param("lr", "0.1")],
    )
    long_schema = Dataset("long", "2", "local", "{}", schema="x" * 70_000)
    used = DatasetInput(Dataset("train", "1", "local", "{}", schema="{}"), [Tag("mlflow.data.context", "training")])
    await store.runs.log_inputs(run_id, datasets=[used, DatasetInput(long_schema)])
    model = await store.logged_models.create(NewLoggedModel(experiment_id, "forest", source_run_id=run_id))
    await store.logged_models.finalize(model.model_id, LoggedModelStatus.READY)
    await store.runs.log_outputs(run_id, [ModelOutput(model.model_id, 3)])
    await store.runs.log_inputs(run_id, models=[ModelInput("m-" + "0" * 32)])
    name = await registered(store, run_id)

    found = await store.overviews.run(run_id)
    assert found.info == (await store.runs.get(run_id)).info
    assert found.experiment_name == (await store.experiments.get(experiment_id)).name
    loss, nothing = found.metrics
    assert (loss.key, loss.count, loss.last, loss.last_step, loss.first) == ("loss", 3, 2.0, 2, 3.0)
    assert (loss.least, loss.least_step, loss.greatest, loss.greatest_step) == (1.0, 1, 3.0, 0)
    assert math.isnan(nothing.last)
    assert (nothing.least, nothing.greatest) == (None, None)
    assert [one.key for one in found.system_metrics] == ["system/cpu"]
    assert (found.metric_count, found.system_metric_count, found.param_count) == (2, 1, 1)
    assert found.params == [Param("lr", "0.1")]
    assert [tag.key for tag in found.tags] == [PARENT_RUN_TAG, "mlflow.runName", "team"]
    assert [(one.name, one.schema, one.context) for one in found.datasets] == [
        ("train", "{}", "training"),
        ("long", None, None),
    ]
    made, gone = found.logged_models
    assert (made.role, made.step, made.name, made.status) == (ModelRole.OUTPUT, 3, "forest", LoggedModelStatus.READY)
    assert (gone.role, gone.step, gone.name) == (ModelRole.INPUT, None, None)
    assert [(one.name, one.version) for one in found.versions] == [(name, 1)]
    assert found.parent is not None
    assert found.parent.run_id == parent
    assert ([one.run_id for one in found.children], found.child_count) == (children[::-1], 2)

    hidden = await store.overviews.run(run_id, experiments=NOTHING, models=NOTHING)
    assert (hidden.parent, hidden.children, hidden.child_count, hidden.versions) == (None, [], 0, [])
    assert [(one.model_id, one.artifact_uri) for one in hidden.logged_models if one.role is ModelRole.OUTPUT] == [
        (model.model_id, None)
    ]
    with pytest.raises(ResourceNotFound, match="not found"):
        await store.overviews.run("0" * 32)
