"""Workspaces, as their contract promises them: what is in one is not there in another, by name or by id."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.contract.account_stores import sql
from tests.contract.trialog_store import open_postgresql_store, open_sqlite_store
from trialog.entities import (
    Cause,
    Dataset,
    DatasetInput,
    ExperimentSearch,
    HistorySearch,
    LoggedModelSearch,
    Metric,
    ModelStage,
    ModelVersionSearch,
    NewLoggedModel,
    NewModelVersion,
    NewRegisteredModel,
    NewRun,
    NewWebhook,
    Operation,
    Param,
    PermissionLevel,
    RegisteredModelSearch,
    ResourceType,
    RunSearch,
    StageChange,
    Tag,
    WebhookAction,
    WebhookEntity,
    WebhookEvent,
)
from trialog.entities.bin import BinKind, BinSelection
from trialog.entities.curve import CurveSearch
from trialog.entities.metric_meaning import Direction, MeaningStatement
from trialog.entities.workspace import MAX_WORKSPACES, WorkspaceDeletionMode
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.store.sql_store import SqlStore

pytestmark = pytest.mark.anyio

OPENED = {"sqlite": open_sqlite_store, "postgresql": open_postgresql_store}
CREATED = WebhookEvent(WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED)
RESTRICT, MOVE, REMOVE = (
    WorkspaceDeletionMode.RESTRICT,
    WorkspaceDeletionMode.SET_DEFAULT,
    WorkspaceDeletionMode.CASCADE,
)
WHOLE_BIN = BinSelection()


@pytest.fixture(params=list(OPENED.values()), ids=list(OPENED))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with request.param(tmp_path) as opened:
        yield sql(opened)


class Things(NamedTuple):
    """One of everything, in one workspace."""

    store: SqlStore
    experiment_id: str
    run_id: str
    model_id: str
    webhook_id: str


async def fill(store: SqlStore, name: str = "shared", owner: int | None = None) -> Things:
    """Make one of everything in the workspace of a store."""
    experiment = await store.experiments.create(name, tags=[Tag("of", "it")], owner=owner)
    run = await store.runs.create(NewRun(experiment.experiment_id))
    await store.runs.log_batch(
        run.info.run_id,
        metrics=[Metric("loss", 0.5, 1, 1)],
        params=[Param("depth", "3")],
        tags=[Tag("kind", "of it")],
    )
    dataset = Dataset(f"{name} data", "abc", "local", "here")
    await store.runs.log_inputs(run.info.run_id, datasets=[DatasetInput(dataset)])
    model = await store.logged_models.create(NewLoggedModel(experiment.experiment_id, name))
    await store.registered_models.create(NewRegisteredModel(name), owner=owner)
    version = NewModelVersion(name, f"models:/{model.model_id}", model.artifact_uri, run_id=run.info.run_id)
    await store.model_versions.create(version)
    await store.registered_models.set_alias(name, "champion", 1, Cause(Operation.SET_ALIAS))
    await store.model_versions.change_stage(StageChange(name, 1, ModelStage.STAGING, Cause(Operation.TRANSITION)))
    await store.metric_meanings.set("loss", MeaningStatement(direction=Direction.LOWER), actor="ada")
    webhook = await store.webhooks.create(NewWebhook("hook", "https://hooks.example/in", (CREATED,)))
    return Things(store, experiment.experiment_id, run.info.run_id, model.model_id, webhook.webhook_id)


async def content(store: SqlStore) -> dict[str, Any]:
    """Return what searches and reads find in the workspace of a store."""
    experiments = (await store.experiments.search(ExperimentSearch(100))).items
    ids = [experiment.experiment_id for experiment in experiments]
    return {
        "experiments": [(one.name, one.tags) for one in experiments if one.name != "Default"],
        "runs": (await store.runs.search(RunSearch(tuple(ids)))).items,
        "logged models": (await store.logged_models.search(LoggedModelSearch(tuple(ids), max_results=100))).items,
        "datasets": await store.datasets.search(ids),
        "registered models": (await store.registered_models.search(RegisteredModelSearch(max_results=100))).items,
        "versions": (await store.model_versions.search(ModelVersionSearch(max_results=100))).items,
        "webhooks": (await store.webhooks.list_page(max_results=100)).items,
        "meanings": await store.metric_meanings.overrides(),
        "bin": (await store.bin.look(WHOLE_BIN)).runs,
    }


EMPTY = {
    "experiments": [],
    "runs": [],
    "logged models": [],
    "datasets": [],
    "registered models": [],
    "versions": [],
    "webhooks": [],
    "meanings": [],
    "bin": 0,
}


async def names_of(store: SqlStore) -> list[str]:
    return [workspace.name for workspace in (await store.workspaces.catalog()).workspaces]


async def test_the_default_workspace_is_always_there(store: SqlStore) -> None:
    assert await names_of(store) == ["default"]
    assert (await store.workspaces.get("default")).default_artifact_root is None
    for mode in WorkspaceDeletionMode:
        with pytest.raises(InvalidParameter, match="reserved and cannot be deleted"):
            await store.workspaces.delete("default", mode, actor="ada")
    with pytest.raises(ResourceAlreadyExists, match="already exists"):
        await store.workspaces.create("default")


async def test_a_workspace_is_made_changed_and_deleted(store: SqlStore) -> None:
    made = await store.workspaces.create("team-a", description="those who trade", default_artifact_root="s3://bucket/a")
    assert (made.name, made.description, made.default_artifact_root) == (
        "team-a",
        "those who trade",
        "s3://bucket/a",
    )
    assert await store.workspaces.get("team-a") == made
    assert await names_of(store) == ["default", "team-a"]
    with pytest.raises(ResourceAlreadyExists, match="'team-a' already exists"):
        await store.workspaces.create("team-a")
    changed = await store.workspaces.update("team-a", description="")
    assert (changed.description, changed.default_artifact_root) == (None, "s3://bucket/a")
    assert (await store.workspaces.update("team-a", default_artifact_root="")).default_artifact_root is None
    await store.workspaces.delete("team-a", RESTRICT, actor="ada")
    assert await names_of(store) == ["default"]
    for work in (store.workspaces.get("team-a"), store.workspaces.delete("team-a", RESTRICT, actor="ada")):
        with pytest.raises(ResourceNotFound, match="Workspace 'team-a' not found"):
            await work


@pytest.mark.parametrize(
    "name", ["", "a", "A-team", "team_a", "-team", "team-", "te am", "workspaces", "api", "x" * 64, "team/a", "..", "é"]
)
async def test_what_no_workspace_can_be_called_is_refused(store: SqlStore, name: str) -> None:
    for work in (store.workspaces.create(name), store.workspaces.get(name)):
        with pytest.raises(InvalidParameter, match="for parameter 'workspace'"):
            await work
    assert await names_of(store) == ["default"]


@pytest.mark.parametrize(
    "root",
    [
        "folder",
        "./folder",
        "runs:/abc/model",
        "s3://bucket/a#b",
        "s3://bucket/a?x=../y",
        "s3:" + "x" * 5000,
        "mlflow-artifacts:/7",
        "MLFLOW-ARTIFACTS://localhost/7",
    ],
)
async def test_a_root_that_could_be_read_in_two_ways_or_is_the_servers_is_refused(store: SqlStore, root: str) -> None:
    with pytest.raises(InvalidParameter):
        await store.workspaces.create("team-a", default_artifact_root=root)
    await store.workspaces.create("team-b")
    with pytest.raises(InvalidParameter):
        await store.workspaces.update("team-b", default_artifact_root=root)
    assert await names_of(store) == ["default", "team-b"]


async def test_there_are_only_so_many(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_WORKSPACES == 1000
    monkeypatch.setattr("trialog.store.workspaces.MAX_WORKSPACES", 2)
    await store.workspaces.create("team-a")
    with pytest.raises(Conflict, match="as many as there may be"):
        await store.workspaces.create("team-b")
    await store.workspaces.delete("team-a", RESTRICT, actor="ada")
    await store.workspaces.create("team-b")


async def test_artifacts_of_a_workspace_lie_in_its_own_folder(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    await store.workspaces.create("team-b", default_artifact_root="s3://bucket/b/")
    made = [
        await one.experiments.create("x") for one in (store, store.in_workspace("team-a"), store.in_workspace("team-b"))
    ]
    assert [one.artifact_location for one in made] == [
        f"mlflow-artifacts:/{made[0].experiment_id}",
        f"mlflow-artifacts:/workspaces/team-a/{made[1].experiment_id}",
        f"s3://bucket/b/{made[2].experiment_id}",
    ]


async def test_one_workspace_finds_nothing_of_another(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    await store.workspaces.create("team-b")
    things = await fill(store.in_workspace("team-a"))
    there = await content(things.store)
    assert all(there[what] for what in EMPTY if what != "bin")
    for other in (store, store.in_workspace("team-b"), store.in_workspace("team-c")):
        assert await content(other) == EMPTY
    # The same names, once more.
    await fill(store.in_workspace("team-b"))
    await fill(store)
    assert await content(things.store) == there


BY_ID: dict[str, Callable[[SqlStore, Things], Awaitable[object]]] = {
    "experiments.get": lambda other, it: other.experiments.get(it.experiment_id),
    "experiments.get_by_name": lambda other, it: other.experiments.get_by_name("shared"),
    "experiments.rename": lambda other, it: other.experiments.rename(it.experiment_id, "taken"),
    "experiments.delete": lambda other, it: other.experiments.delete(it.experiment_id),
    "experiments.restore": lambda other, it: other.experiments.restore(it.experiment_id),
    "experiments.set_tag": lambda other, it: other.experiments.set_tag(it.experiment_id, Tag("a", "b")),
    "experiments.delete_tag": lambda other, it: other.experiments.delete_tag(it.experiment_id, "of"),
    "runs.create": lambda other, it: other.runs.create(NewRun(it.experiment_id)),
    "runs.get": lambda other, it: other.runs.get(it.run_id),
    "runs.update": lambda other, it: other.runs.update(it.run_id, run_name="taken"),
    "runs.delete": lambda other, it: other.runs.delete(it.run_id),
    "runs.restore": lambda other, it: other.runs.restore(it.run_id),
    "runs.log_batch": lambda other, it: other.runs.log_batch(it.run_id, params=[Param("a", "b")]),
    "runs.log_metric": lambda other, it: other.runs.log_metric(it.run_id, Metric("a", 1.0, 1, 1)),
    "runs.log_param": lambda other, it: other.runs.log_param(it.run_id, Param("a", "b")),
    "runs.set_tag": lambda other, it: other.runs.set_tag(it.run_id, Tag("a", "b")),
    "runs.delete_tag": lambda other, it: other.runs.delete_tag(it.run_id, "kind"),
    "runs.log_inputs": lambda other, it: other.runs.log_inputs(it.run_id),
    "runs.log_outputs": lambda other, it: other.runs.log_outputs(it.run_id, []),
    "metrics.history": lambda other, it: other.metrics.history(it.run_id, "loss"),
    "logged_models.create": lambda other, it: other.logged_models.create(NewLoggedModel(it.experiment_id)),
    "logged_models.get": lambda other, it: other.logged_models.get(it.model_id),
    "logged_models.delete": lambda other, it: other.logged_models.delete(it.model_id),
    "logged_models.set_tags": lambda other, it: other.logged_models.set_tags(it.model_id, [Tag("a", "b")]),
    "logged_models.log_params": lambda other, it: other.logged_models.log_params(it.model_id, [Param("a", "b")]),
    "registered_models.get": lambda other, it: other.registered_models.get("shared"),
    "registered_models.rename": lambda other, it: other.registered_models.rename("shared", "taken"),
    "registered_models.delete": lambda other, it: other.registered_models.delete("shared", Cause(Operation.DELETE)),
    "registered_models.get_by_alias": lambda other, it: other.registered_models.get_by_alias("shared", "champion"),
    "model_versions.get": lambda other, it: other.model_versions.get("shared", 1),
    "model_versions.set_tag": lambda other, it: other.model_versions.set_tag("shared", 1, Tag("a", "b")),
    "model_versions.delete": lambda other, it: other.model_versions.delete("shared", 1, Cause(Operation.DELETE)),
    "model_versions.history": lambda other, it: other.model_versions.history(HistorySearch("shared")),
    "model_versions.occupants_at": lambda other, it: other.model_versions.occupants_at(
        "shared", ModelStage.STAGING, 2**62
    ),
    "model_versions.occupancy": lambda other, it: other.model_versions.occupancy("shared", ModelStage.STAGING),
    "model_versions.stage_history": lambda other, it: other.model_versions.stage_history("shared", ModelStage.STAGING),
    "webhooks.get": lambda other, it: other.webhooks.get(it.webhook_id),
    "webhooks.delete": lambda other, it: other.webhooks.delete(it.webhook_id),
    "webhooks.deliveries": lambda other, it: other.webhooks.deliveries(it.webhook_id, max_results=10),
    "metric_meanings.delete": lambda other, it: other.metric_meanings.delete("loss"),
    "metric_meanings.set": lambda other, it: other.metric_meanings.set(
        "loss", MeaningStatement(unit="s"), experiment_id=it.experiment_id, actor="ada"
    ),
    "bin.find": lambda other, it: other.bin.find(BinSelection(run_ids=(it.run_id,)), BinKind.RUN),
}


@pytest.mark.parametrize("asked", BY_ID.values(), ids=list(BY_ID))
async def test_what_is_named_in_another_workspace_is_not_there(
    store: SqlStore, asked: Callable[[SqlStore, Things], Awaitable[object]]
) -> None:
    await store.workspaces.create("team-a")
    things = await fill(store.in_workspace("team-a"))
    before = await content(things.store)
    with pytest.raises(ResourceNotFound):
        await asked(store, things)
    assert await content(things.store) == before
    assert await content(store) == EMPTY


async def test_searches_that_name_what_is_of_another_workspace_find_nothing(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    it = await fill(store.in_workspace("team-a"))
    named = (it.experiment_id,)
    assert (await store.runs.search(RunSearch(named))).items == []
    assert (await store.runs.search(RunSearch(named, "metrics.loss < 1"))).items == []
    assert (await store.logged_models.search(LoggedModelSearch(named, max_results=10))).items == []
    assert await store.datasets.search(named) == []
    assert await store.metrics.ranges(named) == []
    assert (await store.metrics.rank(named, "loss", highest=False)).compared == 0
    assert await store.metrics.history_of_runs([it.run_id], "loss", max_results=10) == []
    assert await store.metrics.sampled_history_of_runs([it.run_id], "loss", max_results=10) == []
    curves = await store.metrics.curves(CurveSearch((it.run_id,), ("loss",)))
    assert (curves.curves, curves.unknown_run_ids) == ([], [it.run_id])
    found = ModelVersionSearch(f"run_id = '{it.run_id}'", max_results=10)
    assert (await store.model_versions.search(found)).items == []
    assert await store.resources.runs([it.run_id]) == {}
    assert await store.resources.logged_models([it.model_id]) == {}
    assert await store.resources.experiments([it.experiment_id]) == frozenset()
    assert await store.resources.experiments_of_names(["shared"]) == {}
    assert await store.resources.registered_models(["shared"]) == {}
    assert set(await it.store.resources.runs([it.run_id])) == {it.run_id}


async def test_points_are_not_logged_for_a_model_of_another_workspace(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    it = await fill(store.in_workspace("team-a"))
    mine = await store.runs.create(NewRun("0"))
    with pytest.raises(ResourceNotFound, match="Logged model with ID"):
        await store.runs.log_metric(mine.info.run_id, Metric("loss", 1.0, 1, 1, model_id=it.model_id))
    await store.registered_models.create(NewRegisteredModel("mine"))
    with pytest.raises(ResourceNotFound, match="Logged model with ID"):
        await store.model_versions.create(NewModelVersion("mine", "s", "s", model_id=it.model_id))
    assert (await it.store.logged_models.get(it.model_id)).metrics == []


async def test_a_version_holds_nothing_of_another_workspace(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    run = await store.runs.create(NewRun("0"))
    other = store.in_workspace("team-a")
    await other.registered_models.create(NewRegisteredModel("mine"))
    # Clients may write whatever id they know.
    await other.model_versions.create(NewModelVersion("mine", "s", "s", run_id=run.info.run_id))
    await store.runs.delete(run.info.run_id)
    looked = await store.bin.look(WHOLE_BIN)
    assert (looked.runs, looked.held_count) == (1, 0)
    found = await store.bin.find(WHOLE_BIN, BinKind.RUN)
    assert (await store.bin.begin("me", found, WHOLE_BIN)).begun == 1


async def test_each_workspace_has_a_bin_of_its_own(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    other = store.in_workspace("team-a")
    experiment = await other.experiments.create("mine")
    for _ in range(2):
        run = await other.runs.create(NewRun(experiment.experiment_id))
        await other.runs.delete(run.info.run_id)
    assert (await store.bin.look(WHOLE_BIN)).runs == 0
    assert await store.bin.find(WHOLE_BIN, BinKind.RUN) == []
    assert (await other.bin.look(WHOLE_BIN)).runs == (await store.every_bin.look(WHOLE_BIN)).runs == 2
    # A step ends when its time is over.
    while found := await other.bin.find(WHOLE_BIN, BinKind.RUN):
        await other.bin.begin("me", found, WHOLE_BIN)
    assert (await store.bin.pending(), (await store.bin.look(WHOLE_BIN)).being_removed) == ([], 0)
    pending = await other.bin.pending()
    assert len(pending) == 2
    assert await store.every_bin.pending() == pending


async def test_webhooks_are_told_of_their_own_workspace_alone(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    other = store.in_workspace("team-a")
    hooks = [
        (await one.webhooks.create(NewWebhook("hook", "https://hooks.example/in", (CREATED,)))).webhook_id
        for one in (store, other)
    ]
    await other.registered_models.create(NewRegisteredModel("theirs"))
    told = [
        len(await one.webhooks.deliveries(hook, max_results=9)) for one, hook in zip((store, other), hooks, strict=True)
    ]
    assert told == [0, 1]


async def test_who_makes_something_owns_it_in_its_workspace(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    ada = await store.accounts.users.create("ada", None)
    await fill(store.in_workspace("team-a"), owner=ada.user_id)
    held = await store.accounts.permissions.of_user(ada.user_id)
    assert set(held) == {"team-a"}
    assert {(one.resource_type, one.permission) for one in held["team-a"]} == {
        (ResourceType.EXPERIMENT, PermissionLevel.MANAGE),
        (ResourceType.REGISTERED_MODEL, PermissionLevel.MANAGE),
    }


async def test_a_workspace_with_anything_in_it_is_not_deleted_unasked(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    other = store.in_workspace("team-a")
    experiment = await other.experiments.create("mine")
    await other.experiments.delete(experiment.experiment_id)
    with pytest.raises(Conflict, match=r"still contains 1 experiments, .*SET_DEFAULT.*CASCADE"):
        await store.workspaces.delete("team-a", RESTRICT, actor="ada")
    assert (await other.experiments.get(experiment.experiment_id)).name == "mine"
    await store.workspaces.create("team-b")
    things = await fill(store.in_workspace("team-b"))
    before = await content(things.store)
    with pytest.raises(Conflict, match="1 experiments, 1 registered models or prompts, 1 webhooks, 1 statements"):
        await store.workspaces.delete("team-b", RESTRICT, actor="ada")
    assert await content(things.store) == before
    assert await names_of(store) == ["default", "team-a", "team-b"]


async def test_what_is_in_a_workspace_moves_to_the_default_one(store: SqlStore) -> None:
    ada = await store.accounts.users.create("ada", None)
    await store.workspaces.create("team-a")
    things = await fill(store.in_workspace("team-a"), owner=ada.user_id)
    role = await store.accounts.roles.create("team-a", "leads")
    await store.accounts.roles.add_permission(role.role_id, ResourceType.WORKSPACE, "*", PermissionLevel.MANAGE)
    await store.accounts.permissions.grant("ada", "team-a", ResourceType.EXPERIMENT, "*", PermissionLevel.EDIT)
    before, history = await content(things.store), await things.store.model_versions.history(HistorySearch("shared"))
    version = await store.accounts.version()

    await store.workspaces.delete("team-a", MOVE, actor="ada")

    assert await names_of(store) == ["default"]
    assert await content(store) == before
    assert await content(things.store) == EMPTY
    assert await store.model_versions.history(HistorySearch("shared")) == history
    assert (await store.runs.get(things.run_id)).info.artifact_uri.startswith("mlflow-artifacts:/workspaces/team-a/")
    assert (await store.workspaces.catalog()).left_to_default == {"team-a"}
    # She owns what she made; what was said of the whole workspace is said of no other.
    held = await store.accounts.permissions.of_user(ada.user_id)
    assert {(one.resource_type, one.permission) for one in held.pop("default")} == {
        (ResourceType.EXPERIMENT, PermissionLevel.MANAGE),
        (ResourceType.REGISTERED_MODEL, PermissionLevel.MANAGE),
    }
    assert held == {}
    assert await store.accounts.roles.all() == []
    assert await store.accounts.version() > version


async def test_nothing_moves_where_its_name_is_taken(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    things = await fill(store.in_workspace("team-a"))
    await fill(store)
    before = await content(things.store), await content(store)
    taken = "experiment 'shared', registered model 'shared', statement about metrics 'loss'"
    with pytest.raises(Conflict, match=f"these names are taken: {taken}"):
        await store.workspaces.delete("team-a", MOVE, actor="ada")
    assert (await content(things.store), await content(store)) == before
    assert await names_of(store) == ["default", "team-a"]


async def test_what_is_in_a_workspace_is_removed_with_it(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    things, mine = await fill(store.in_workspace("team-a")), await fill(store)
    before = await content(store)

    await store.workspaces.delete("team-a", REMOVE, actor="ada")

    assert await content(things.store) == EMPTY
    assert await content(store) == before
    for work in (things.store.runs.get(things.run_id), store.runs.get(things.run_id)):
        with pytest.raises(ResourceNotFound):
            await work
    # Whoever removes in the background finds what is left, and its files; nobody in a workspace does.
    assert await store.bin.pending() == await things.store.bin.pending() == []
    [removal] = await store.every_bin.pending()
    assert (removal.item.kind, removal.item.item_id) == (BinKind.EXPERIMENT, things.experiment_id)
    while pending := await store.every_bin.pending():
        await store.every_bin.remove("me", pending)
    assert await content(store) == before
    assert (await store.runs.get(mine.run_id)).info.run_id == mine.run_id


@pytest.mark.parametrize("mode", [MOVE, REMOVE])
async def test_a_workspace_made_anew_is_another(store: SqlStore, mode: WorkspaceDeletionMode) -> None:
    await store.workspaces.create("team-a")
    await store.accounts.users.create("ada", None)
    await store.accounts.permissions.grant("ada", "team-a", ResourceType.EXPERIMENT, "*", PermissionLevel.EDIT)
    await store.accounts.roles.create("team-a", "leads")
    await fill(store.in_workspace("team-a"))
    await store.workspaces.delete("team-a", mode, actor="ada")
    again = await store.workspaces.create("team-a")
    new = store.in_workspace("team-a")
    assert await content(new) == EMPTY
    with pytest.raises(ResourceNotFound):
        await new.model_versions.history(HistorySearch("shared"))
    assert await store.accounts.permissions.direct_of_user("ada") == {}
    assert await store.accounts.roles.all() == []
    # Files of the one before may lie in the folder of its name.
    experiment = await new.experiments.create("mine")
    folder = f"team-a.{again.workspace_id}"
    assert experiment.artifact_location == f"mlflow-artifacts:/workspaces/{folder}/{experiment.experiment_id}"


async def test_what_was_permitted_before_there_was_a_workspace_does_not_count_in_it(store: SqlStore) -> None:
    """Such as by somebody who managed one of the same name, at the moment that it was deleted."""
    await store.accounts.users.create("ada", None)
    role = await store.accounts.roles.create("team-a", "leads")
    await store.accounts.roles.add_permission(role.role_id, ResourceType.WORKSPACE, "*", PermissionLevel.MANAGE)
    await store.accounts.roles.assign(role.role_id, username="ada")
    await store.accounts.permissions.grant("ada", "team-a", ResourceType.EXPERIMENT, "*", PermissionLevel.EDIT)
    kept = await store.accounts.roles.create("default", "leads")
    version = await store.accounts.version()
    await store.workspaces.create("team-a")
    ada = await store.accounts.users.get("ada")
    assert await store.accounts.permissions.of_user(ada.user_id) == {}
    assert await store.accounts.roles.all() == [kept]
    assert await store.accounts.version() > version


@pytest.mark.parametrize("moved", ["the version", "the run"])
async def test_a_version_is_not_brought_together_with_a_run_that_it_was_kept_apart_from(
    store: SqlStore, moved: str
) -> None:
    await store.workspaces.create("team-a")
    other = store.in_workspace("team-a")
    experiment = await other.experiments.create("mine")
    ours, theirs = (store, other) if moved == "the run" else (other, store)
    of_run = "0" if theirs is store else experiment.experiment_id
    run_id = (await theirs.runs.create(NewRun(of_run))).info.run_id
    await ours.registered_models.create(NewRegisteredModel("lstm"))
    for source in ("s3://bucket/model", f"runs:/{run_id}/model", f" RUNS:/{run_id}/model"):
        await ours.model_versions.create(NewModelVersion("lstm", source, source, run_id=run_id))
    with pytest.raises(
        Conflict, match=r"would show then: version 2 of 'lstm', version 3 of 'lstm'\. Nothing was moved"
    ):
        await store.workspaces.delete("team-a", MOVE, actor="ada")
    assert (await ours.registered_models.get("lstm")).name == "lstm"
    assert (await other.experiments.get(experiment.experiment_id)).name == "mine"
    for version in (2, 3):
        await ours.model_versions.delete("lstm", version, Cause(Operation.DELETE))
    # Of its own workspace, it may be whatever run.
    mine = await other.runs.create(NewRun(experiment.experiment_id))
    await other.registered_models.create(NewRegisteredModel("cnn"))
    source = f"runs:/{mine.info.run_id}/model"
    await other.model_versions.create(NewModelVersion("cnn", source, source, run_id=mine.info.run_id))
    await store.workspaces.delete("team-a", MOVE, actor="ada")
    assert [one.version for one in (await store.model_versions.search(ModelVersionSearch(max_results=9))).items]


async def test_what_is_being_removed_does_not_come_to_a_workspace_of_the_same_name(store: SqlStore) -> None:
    await store.workspaces.create("team-a")
    other = store.in_workspace("team-a")
    experiment = await other.experiments.create("mine")
    run = await other.runs.create(NewRun(experiment.experiment_id))
    await other.experiments.delete(experiment.experiment_id)
    found = await other.bin.find(WHOLE_BIN, BinKind.EXPERIMENT)
    assert (await other.bin.begin("me", found, WHOLE_BIN)).begun == 1
    under_way = await other.bin.pending()
    await store.workspaces.delete("team-a", RESTRICT, actor="ada")
    await store.workspaces.create("team-a")
    # Whoever removes goes on with what was found before.
    await other.bin.remove("me", under_way)
    assert [removal.item.item_id for removal in await store.every_bin.pending()][-1] == run.info.run_id
    assert await other.bin.pending() == await store.bin.pending() == []


MADE: dict[str, Callable[[SqlStore], Awaitable[object]]] = {
    "experiment": lambda store: store.experiments.create("late"),
    "registered model": lambda store: store.registered_models.create(NewRegisteredModel("late")),
    "webhook": lambda store: store.webhooks.create(NewWebhook("late", "https://hooks.example/in", (CREATED,))),
    "meaning": lambda store: store.metric_meanings.set("late", MeaningStatement(unit="s"), actor="ada"),
}


@pytest.mark.parametrize("make", MADE.values(), ids=list(MADE))
async def test_nothing_is_made_in_a_workspace_that_is_gone(
    store: SqlStore, make: Callable[[SqlStore], Awaitable[object]]
) -> None:
    await store.workspaces.create("team-a")
    other = store.in_workspace("team-a")
    await store.workspaces.delete("team-a", RESTRICT, actor="ada")
    with pytest.raises(ResourceNotFound, match="Workspace 'team-a' not found"):
        await make(other)
    await store.workspaces.create("team-a")
    assert await content(other) == EMPTY
