"""What pages show of a workspace: nothing of another, whatever names it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.contract.test_workspaces import Things, fill, store
from trialog.entities import (
    PARENT_RUN_TAG,
    Cause,
    ModelInput,
    ModelOutput,
    ModelStage,
    NewModelVersion,
    NewRegisteredModel,
    NewRun,
    Operation,
    Param,
    RunSearch,
    RunStatus,
    StageChange,
    Tag,
    Visibility,
)
from trialog.entities.experiment_overview import ExperimentOverviewSearch
from trialog.entities.model_overview import ModelOverviewSearch
from trialog.entities.run_columns import RunAttribute, RunColumnChoice
from trialog.entities.run_groups import GroupEntity, RunGroupSearch
from trialog.entities.run_keys import KeyKind, RunKeySearch
from trialog.entities.store_state import Changes, ChangeSearch
from trialog.errors import ResourceNotFound
from trialog.store.sql_store import SqlStore

__all__ = ["store"]

pytestmark = pytest.mark.anyio

RUN_ID = RunColumnChoice((RunAttribute.RUN_ID,), params=("depth",))


async def filled(store: SqlStore) -> Things:
    """Make one of everything in a workspace of its own, in Production and running."""
    await store.workspaces.create("team-a")
    things = await fill(store.in_workspace("team-a"))
    moved = StageChange("shared", 1, ModelStage.PRODUCTION, Cause(Operation.TRANSITION))
    await things.store.model_versions.change_stage(moved)
    return things


async def seen(store: SqlStore) -> dict[str, Any]:
    """Return what pages show that name nothing."""
    home = await store.overviews.home(10)
    experiments = await store.overviews.experiments(ExperimentOverviewSearch())
    models = await store.overviews.models(ModelOverviewSearch())
    return {
        "counts": (home.experiments, home.runs, home.running_count, home.registered_models),
        "running": [run.experiment_name for run in home.running],
        "failed": [run.experiment_name for run in home.failed],
        "in production": [one.model.name for one in home.in_production],
        "experiments": ([one.experiment.name for one in experiments.items], experiments.total),
        "models": ([one.model.name for one in models.items], models.total),
    }


async def test_pages_of_a_workspace_show_what_is_in_it_alone(store: SqlStore) -> None:
    before = await seen(store)
    things = await filled(store)
    failed = await things.store.runs.create(NewRun(things.experiment_id, start_time=5))
    await things.store.runs.update(failed.info.run_id, status=RunStatus.FAILED)
    running = await things.store.runs.create(NewRun(things.experiment_id, start_time=6))
    assert await seen(things.store) == {
        "counts": (1, 3, 2, 1),
        "running": ["shared"],
        "failed": ["shared"],
        "in production": ["shared"],
        "experiments": (["shared"], 1),
        "models": (["shared"], 1),
    }
    assert running.info.run_id == (await things.store.overviews.home(1)).running[0].info.run_id
    nothing: dict[str, Any] = {"counts": (0, 0, 0, 0), "experiments": ([], 0), "models": ([], 0)}
    assert await seen(store) == before
    assert await seen(store.in_workspace("team-b")) == before | nothing
    # The state is that of the whole server.
    assert await store.overviews.state() == await things.store.overviews.state()
    assert (await store.overviews.state()).runs == 3


NAMED: dict[str, Callable[[SqlStore, Things], Awaitable[object]]] = {
    "run": lambda other, it: other.overviews.run(it.run_id),
    "model": lambda other, it: other.overviews.model("shared", max_results=10),
}


@pytest.mark.parametrize("asked", NAMED.values(), ids=list(NAMED))
async def test_what_is_named_in_another_workspace_is_not_there(
    store: SqlStore, asked: Callable[[SqlStore, Things], Awaitable[object]]
) -> None:
    things = await filled(store)
    await asked(things.store, things)
    with pytest.raises(ResourceNotFound):
        await asked(store, things)


@pytest.mark.parametrize("kind", KeyKind)
async def test_names_of_what_was_logged_in_another_workspace_are_not_offered(store: SqlStore, kind: KeyKind) -> None:
    things = await filled(store)
    query = RunKeySearch((things.experiment_id,), kind)
    assert (await things.store.overviews.keys(query)).total > 0
    found = await store.overviews.keys(query)
    assert (found.keys, found.total, found.is_complete) == ([], 0, True)


async def test_groups_columns_and_common_values_have_nothing_of_another_workspace(store: SqlStore) -> None:
    things = await filled(store)
    named = (things.experiment_id,)
    values = RunKeySearch(named, KeyKind.PARAM, key="depth")
    assert [one.value for one in (await things.store.overviews.keys(values)).values] == ["3"]
    assert (await store.overviews.keys(values)).values == []
    for entity, key in ((GroupEntity.PARAM, "depth"), (GroupEntity.ATTRIBUTE, "experiment_id")):
        groups = RunGroupSearch(RunSearch(named), entity, key, ("loss",))
        assert (await things.store.overviews.groups(groups)).runs == 1
        assert (await store.overviews.groups(groups)).groups == []
    assert (await things.store.runs.columns_of([things.run_id], RUN_ID)).params["depth"] == ["3"]
    columns = await store.runs.columns_of([things.run_id], RUN_ID)
    assert (columns.count, columns.unknown_run_ids) == (0, (things.run_id,))
    assert (await store.runs.search_columns(RunSearch(named), RUN_ID)).count == 0


async def changes_of(store: SqlStore, things: Things, since: str = "") -> Changes:
    return await store.overviews.changes(ChangeSearch((things.experiment_id,), (things.run_id,), since))


async def test_nothing_changes_of_another_workspace(store: SqlStore) -> None:
    things = await filled(store)
    here, there = await changes_of(store, things), await changes_of(things.store, things)
    assert (here.running, here.gone_run_ids) == (0, (things.run_id,))
    assert (there.running, there.gone_run_ids) == (1, ())
    await things.store.runs.log_batch(things.run_id, params=[Param("width", "4")])
    await things.store.runs.create(NewRun(things.experiment_id))
    now = await changes_of(store, things, here.token)
    assert (now.new_runs, now.running, now.changed_run_ids, now.gone_run_ids) == (0, 0, (), (things.run_id,))
    # What an answer in another workspace saw helps nobody to see it here.
    elsewhere = await changes_of(store, things, there.token)
    assert (elsewhere.new_runs, elsewhere.running, elsewhere.changed_run_ids) == (0, 0, ())
    now = await changes_of(things.store, things, there.token)
    assert (now.new_runs, now.running, now.changed_run_ids, now.gone_run_ids) == (1, 2, (things.run_id,), ())


async def test_a_run_does_not_show_what_of_another_workspace_names_it_or_is_named_by_it(store: SqlStore) -> None:
    things = await filled(store)
    mine = (await store.runs.create(NewRun("0", tags=(Tag(PARENT_RUN_TAG, things.run_id),)))).info.run_id
    await store.runs.log_inputs(mine, models=[ModelInput(things.model_id)])
    await store.runs.log_outputs(mine, [ModelOutput(things.model_id, 1)])
    theirs = await things.store.runs.create(NewRun(things.experiment_id, tags=(Tag(PARENT_RUN_TAG, mine),)))
    await things.store.model_versions.create(NewModelVersion("shared", "s", "s", run_id=mine))

    found = await store.overviews.run(mine)
    assert (found.parent, found.children, found.child_count, found.versions) == (None, [], 0, [])
    assert {(one.model_id, one.name, one.artifact_uri) for one in found.logged_models} == {
        (things.model_id, None, None)
    }
    there = await things.store.overviews.run(things.run_id)
    assert (there.children, [one.version for one in there.versions]) == ([], [1])
    assert (await things.store.overviews.run(theirs.info.run_id)).parent is None


@pytest.mark.parametrize("hidden", ["in another workspace", "may not be read"])
async def test_a_model_does_not_show_what_a_run_logged_that_is_hidden(store: SqlStore, hidden: str) -> None:
    things = await filled(store)
    other, experiments = store, None
    if hidden == "may not be read":
        other, experiments = things.store, Visibility(True, frozenset({things.experiment_id}))
    await other.registered_models.create(NewRegisteredModel("mine"))
    await other.model_versions.create(NewModelVersion("mine", "s", "s", run_id=things.run_id))
    await other.model_versions.change_stage(StageChange("mine", 1, ModelStage.PRODUCTION, Cause(Operation.TRANSITION)))
    details = await other.overviews.model("mine", max_results=10, experiments=experiments)
    assert [(row.overview.run, row.overview.metrics, row.params) for row in details.rows] == [(None, [], [])]
    listed = (await other.overviews.models(ModelOverviewSearch("mine", experiments=experiments))).items
    home = (await other.overviews.home(10, experiments=experiments)).in_production
    for overview in (details.overview, *listed, *(one for one in home if one.model.name == "mine")):
        assert [(one.run, one.metrics) for one in overview.versions.values()] == [(None, [])]
    assert len(listed) == 1
    if experiments is not None:
        [row] = (await other.overviews.model("mine", max_results=10)).rows
        assert ([metric.key for metric in row.overview.metrics], len(row.params)) == (["loss"], 1)
