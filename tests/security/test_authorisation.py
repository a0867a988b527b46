"""Every route of the table, also those added later, asked by everybody; what is expected is what it declares."""

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from tests.in_process import HOST, RawAnswer, ask
from tests.security.inventory import whole_request
from tests.with_accounts import GuardedServer, guarded_server
from trialog.contracts.artifact_store import ArtifactPath, ArtifactStore
from trialog.entities import (
    WILDCARD,
    ExperimentSearch,
    LoggedModelSearch,
    ModelVersionSearch,
    NewLoggedModel,
    NewModelVersion,
    NewRegisteredModel,
    NewRun,
    PermissionLevel,
    RegisteredModelSearch,
    ResourceType,
    RunSearch,
)
from trialog.entities.bin import BinSelection
from trialog.errors import ResourceAlreadyExists
from trialog.server.workspaces import is_for_links
from trialog.wire.routes import Permission, Route, Target, TargetKind
from trialog.wire.routes.table import ROUTES

pytestmark = pytest.mark.anyio

LEVELS = {
    Permission.READ: PermissionLevel.READ,
    Permission.EDIT: PermissionLevel.EDIT,
    Permission.MANAGE: PermissionLevel.MANAGE,
}
NEW = {TargetKind.NEW_EXPERIMENT, TargetKind.NEW_REGISTERED_MODEL}
OWN = {TargetKind.OWN_ACCOUNT, TargetKind.TOKEN}
# In these requests they are those of others.
OF_OTHERS = {
    TargetKind.USER,
    TargetKind.MEMBER,
    TargetKind.GROUP,
    TargetKind.ROLE,
    TargetKind.ROLE_PERMISSION,
    TargetKind.WORKSPACE,
}
# What they answer is new each time.
ABOUT_TOKENS = {"create_token", "list_tokens"}
FOUND = {TargetKind.FOUND_EXPERIMENTS, TargetKind.FOUND_REGISTERED_MODELS}
# What names nothing that is in a workspace.
OF_SERVER = {*OF_OTHERS, *OWN, *FOUND, TargetKind.RESOURCE, TargetKind.SERVER}
OTHER, THEIRS, SPARE = "other", "theirs", "spare"
NUMBERS = count(1)


class Asker(Enum):
    """Who asks, and what she may do with the owner's things; in this order, so that what deletes comes last."""

    ANONYMOUS = ("anonymous", None)
    STRANGER = ("stranger", PermissionLevel.NO_PERMISSIONS)
    ELSEWHERE = ("elsewhere", PermissionLevel.NO_PERMISSIONS)
    READER = ("reader", PermissionLevel.READ)
    READING_TOKEN = ("owner with a token that reads", PermissionLevel.READ)
    EDITOR = ("editor", PermissionLevel.EDIT)
    OWNER = ("owner", PermissionLevel.MANAGE)
    ADMIN = ("admin", PermissionLevel.MANAGE)


@dataclass(frozen=True)
class World:
    """A server, and how everybody shows who she is."""

    server: GuardedServer
    shown: Mapping[Asker, str] = field(default_factory=dict)

    async def ask(
        self,
        asker: Asker,
        route: Route,
        values: Mapping[str, Any],
        workspace: str | None = None,
        linked: str | None = None,
    ) -> RawAnswer:
        """Ask as somebody, in the workspace that a header names; or, where links may, in the one of the address."""
        if is_for_links(route):
            values = {**values, "workspace": linked or ""}
        sent = whole_request(route, values)
        headers = [HOST, *sent.headers]
        if workspace is not None:
            headers.append(("x-mlflow-workspace", workspace))
        if asker in self.shown:
            headers.append(("authorization", self.shown[asker]))
        return await ask(self.server.app, sent.method, sent.target, headers, sent.body)

    async def things(self, workspace: str = "default") -> dict[str, Any]:
        """Make things of the owner, and return their names by the fields in which requests name them."""
        store, accounts = self.server.store.in_workspace(workspace), self.server.store.accounts
        owner = (await accounts.users.get("owner")).user_id
        name = f"thing-{next(NUMBERS)}"
        experiment = await store.experiments.create(name, owner=owner)
        run = await store.runs.create(NewRun(experiment.experiment_id))
        model = await store.logged_models.create(NewLoggedModel(experiment.experiment_id))
        await store.registered_models.create(NewRegisteredModel(name), owner=owner)
        await store.model_versions.create(
            NewModelVersion(name, source=f"runs:/{run.info.run_id}/model", storage_location=run.info.artifact_uri)
        )
        number = (await store.resources.registered_models([name]))[name]
        for username, level in (("reader", PermissionLevel.READ), ("editor", PermissionLevel.EDIT)):
            for kind, thing in (
                (ResourceType.EXPERIMENT, experiment.experiment_id),
                (ResourceType.REGISTERED_MODEL, number),
            ):
                await accounts.permissions.grant(username, workspace, kind, thing, level)
        self.server.authenticator.accounts_changed()
        role = await accounts.roles.create(workspace, name)
        permission = await accounts.roles.add_permission(
            role.role_id, ResourceType.EXPERIMENT, experiment.experiment_id, PermissionLevel.READ
        )
        folder = folder_of(experiment.experiment_id, run.info.run_id, workspace)
        assert self.server.roots.proxied is not None
        upload_id = await self.server.roots.proxied.create_multipart_upload((*folder.split("/"), "file.bin"), 2)
        await self.server.roots.proxied.write((*folder.split("/"), "file.bin"), _bytes())
        with suppress(ResourceAlreadyExists):
            await store.workspaces.create(SPARE)
        values = values_of(
            experiment.experiment_id, name, run.info.run_id, model.model_id, upload_id, workspace=workspace
        )
        return {
            **values,
            "workspace_name": SPARE,
            "role_id": role.role_id,
            "role_permission_id": permission.permission_id,
        }


async def _bytes() -> AsyncIterator[bytes]:
    yield b"theirs alone"


def folder_of(experiment_id: str, run_id: str, workspace: str) -> str:
    own = "" if workspace == "default" else f"workspaces/{workspace}/"
    return f"{own}{experiment_id}/{run_id}/artifacts"


def values_of(
    experiment_id: str, name: str, run_id: str, model_id: str, upload_id: str, *, workspace: str = "default"
) -> dict[str, Any]:
    folder = folder_of(experiment_id, run_id, workspace)
    return {
        "artifact_location": f"mlflow-artifacts:/{folder}/inside",
        "artifact_path": folder,
        "experiment_id": experiment_id,
        "experiment_ids": [experiment_id],
        "experiment_name": name,
        "experiment_names": [name],
        "logged_model_ids": [model_id],
        "metrics": [{"key": "loss", "value": 1.0, "timestamp": 1, "step": 1, "model_id": model_id}],
        "model_id": model_id,
        "model_name": name,
        "models": [{"model_id": model_id}],
        "name": name,
        "resource_id": experiment_id,
        "role_id": 987654,
        "role_permission_id": 987654,
        "run_id": run_id,
        "run_ids": [run_id],
        "run_uuid": run_id,
        "source": f"runs:/{run_id}/model",
        "source_run_id": run_id,
        "upload_id": upload_id,
        "workspace": "default",
        "workspace_name": name,
    }


def fitted(route: Route, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as a route takes them."""
    fit = dict(values)
    folder = values["artifact_path"]
    fit["path"] = (
        f"{folder}/file.bin" if any(one.kind is TargetKind.ARTIFACT_PATH for one in route.targets) else "file.bin"
    )
    if route.operation == "get_metric_history_bulk":
        fit["run_id"] = values["run_ids"]
    if route.operation in {"search_run_columns", "find_run_groups"}:
        fit.pop("metrics")
    if any(one.kind in NEW for one in route.targets):
        fit["name"] = f"new-{next(NUMBERS)}"
    if route.request is not None and "run_id" in route.request.__struct_fields__:
        fit.pop("run_uuid")
    return fit


def is_permitted(route: Route, asker: Asker, target: Target) -> bool:
    level: PermissionLevel | None = asker.value[1]
    assert level is not None
    makes = asker is not Asker.READING_TOKEN
    if target.kind in FOUND or target.leaves_out:
        return True
    if target.kind is TargetKind.SERVER:
        return route.permission is Permission.READ or (route.permission is Permission.EDIT and makes)
    if target.kind in NEW:
        return makes
    if target.kind in OWN:
        return route.permission is Permission.READ or asker is not Asker.READING_TOKEN
    if target.kind in OF_OTHERS:
        # Those that a request need not name are not named here.
        return target.is_optional
    return level.rank >= LEVELS[target.permission or route.permission].rank


def expected_status(route: Route, asker: Asker) -> int | None:
    """Return the status of the refusal; None if there is to be none."""
    if route.permission is Permission.OPEN or asker is Asker.ADMIN:
        return None
    if asker is Asker.ANONYMOUS:
        return 401
    if route.permission is Permission.ADMIN:
        return 403
    for target in route.targets:
        if not is_permitted(route, asker, target):
            is_read_by_name = target.kind is TargetKind.EXPERIMENT_NAME and route.permission is Permission.READ
            return 404 if is_read_by_name else 403
    return None


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    directory = tmp_path_factory.mktemp("guarded")
    guarded = guarded_server(directory, default_permission=PermissionLevel.NO_PERMISSIONS, enable_workspaces=True)
    async with guarded as server:
        # Ids that no other number in an answer can be taken for.
        with closing(sqlite3.connect(directory / "trialog.db")) as file, file:
            file.execute("UPDATE sqlite_sequence SET seq = 765000 WHERE name = 'trialog_experiments'")
        for name in (OTHER, THEIRS):
            await server.store.workspaces.create(name)
        accounts = server.store.accounts
        shown = {Asker.ADMIN: await server.new_user("admin", is_admin=True)}
        for asker in (Asker.STRANGER, Asker.ELSEWHERE, Asker.READER, Asker.EDITOR, Asker.OWNER):
            shown[asker] = await server.new_user(asker.value[0])
        shown[Asker.READING_TOKEN] = await server.token_of("owner", PermissionLevel.READ)
        role = await accounts.roles.create(OTHER, "everything")
        for kind in ResourceType:
            await accounts.roles.add_permission(role.role_id, kind, WILDCARD, PermissionLevel.MANAGE)
        await accounts.roles.assign(role.role_id, username="elsewhere")
        server.authenticator.accounts_changed()
        yield World(server, shown)


@pytest.fixture(scope="module")
async def theirs(world: World) -> dict[str, Any]:
    """Things of the owner in a workspace of others, which nothing changes."""
    return await world.things(THEIRS)


def label(value: object) -> str:
    return f"{value.method}-{value.operation}" if isinstance(value, Route) else str(value)


@pytest.mark.parametrize("route", ROUTES, ids=label)
async def test_each_route_answers_everybody_as_it_declares(world: World, route: Route) -> None:
    values = await world.things()
    for asker in Asker:
        answer = await world.ask(asker, route, fitted(route, values))
        expected = expected_status(route, asker)
        content = json.loads(answer.body) if answer.headers.get("content-type") == "application/json" else {}
        if expected is None:
            assert answer.status not in (401, 403), (asker, answer)
            assert content.get("code") != "auth.not_found", (asker, answer)
            if route.permission > Permission.READ and answer.status in (200, 201, 204):
                # She may have removed or renamed them.
                values = await world.things()
        else:
            assert answer.status == expected, (asker, answer)
            code = {401: "auth.unauthenticated", 403: "auth.permission_denied", 404: "experiment.not_found"}[expected]
            assert content["code"] == code, asker


@pytest.mark.parametrize("route", [route for route in ROUTES if route.permission is not Permission.OPEN], ids=label)
async def test_what_may_not_be_seen_answers_as_what_is_not_there(world: World, route: Route) -> None:
    there = await world.things()
    missing = values_of("987654", f"missing-{next(NUMBERS)}", uuid4().hex, f"m-{uuid4().hex}", uuid4().hex)
    for asker in (Asker.ANONYMOUS, Asker.STRANGER, Asker.ELSEWHERE):
        assert await _answer(world, asker, route, there) == await _answer(world, asker, route, missing), asker


async def _answer(
    world: World, asker: Asker, route: Route, values: Mapping[str, Any], workspace: str | None = None
) -> tuple[int, str]:
    fit = fitted(route, values)
    answer = await world.ask(asker, route, fit, workspace)
    text = answer.body.decode("latin-1")
    # What is asked may come back, and what is made is new each time.
    for asked in sorted(_texts(fit), key=len, reverse=True):
        text = text.replace(asked, "@")
    # The token of changes begins with a digest of what was asked.
    text = re.sub(r'(?<="token":")[\w-]{12}', "@", text) if route.operation == "find_changes" else text
    is_new = route.operation in ABOUT_TOKENS or any(target.kind in NEW for target in route.targets)
    return answer.status, "" if is_new else text


GUARDED = [route for route in ROUTES if route.permission is not Permission.OPEN]


@pytest.mark.parametrize("route", GUARDED, ids=label)
async def test_what_is_of_another_workspace_answers_as_what_is_not_there(
    world: World, theirs: Mapping[str, Any], route: Route
) -> None:
    missing = values_of(
        "987654", f"missing-{next(NUMBERS)}", uuid4().hex, f"m-{uuid4().hex}", uuid4().hex, workspace=THEIRS
    )
    before = await _content(world)
    # Who manages everything in her workspace sees nothing of another, nor does an administrator who works in it.
    askers = [Asker.ELSEWHERE]
    if not any(target.kind in OF_SERVER for target in route.targets):
        askers.append(Asker.ADMIN)
    for asker in askers:
        for workspace in (None, "default", OTHER):
            found = await _answer(world, asker, route, theirs, workspace)
            assert found == await _answer(world, asker, route, missing, workspace), (asker, workspace)
    assert await _content(world) == before


@pytest.mark.parametrize("route", GUARDED, ids=label)
async def test_a_workspace_of_others_answers_as_one_that_is_not_there(
    world: World, theirs: Mapping[str, Any], route: Route
) -> None:
    before = await _content(world)
    for asker in (Asker.STRANGER, Asker.ELSEWHERE):
        answers = [await world.ask(asker, route, fitted(route, theirs), name) for name in (THEIRS, "nowhere")]
        assert [answer.status for answer in answers] == [404, 404], asker
        contents = [json.loads(answer.body) for answer in answers]
        assert {content["code"] for content in contents} == {"workspace.not_found"}
        assert contents[0]["message"].replace(THEIRS, "nowhere") == contents[1]["message"]
    assert (await world.ask(Asker.ANONYMOUS, route, fitted(route, theirs), THEIRS)).status == 401
    assert await _content(world) == before


@pytest.mark.parametrize("route", [route for route in GUARDED if is_for_links(route)], ids=label)
async def test_a_link_leads_into_a_workspace_as_the_header_does(
    world: World, theirs: Mapping[str, Any], route: Route
) -> None:
    fit = fitted(route, theirs)
    for asker in (Asker.STRANGER, Asker.ELSEWHERE):
        by_header = await world.ask(asker, route, fit, THEIRS)
        by_link = await world.ask(asker, route, fit, linked=THEIRS)
        assert (by_link.status, by_link.body) == (by_header.status, by_header.body)
        assert (by_link.status, json.loads(by_link.body)["code"]) == (404, "workspace.not_found")
    assert (await world.ask(Asker.ANONYMOUS, route, fit, linked=THEIRS)).status == 401
    for asker in (Asker.OWNER, Asker.ADMIN):
        by_header, by_link = (
            await world.ask(asker, route, fit, THEIRS),
            await world.ask(asker, route, fit, linked=THEIRS),
        )
        assert (by_link.status, len(by_link.body)) == (by_header.status, len(by_header.body))
        # It leads to nothing that lies elsewhere, and never two ways at once.
        assert (await world.ask(asker, route, fit, linked=OTHER)).status != 200
        contradiction = await world.ask(asker, route, fit, OTHER, linked=THEIRS)
        assert (contradiction.status, json.loads(contradiction.body)["code"]) == (400, "workspace.named_twice")


def test_nothing_but_files_to_look_at_is_led_to_by_links() -> None:
    assert sorted(route.operation for route in ROUTES if is_for_links(route)) == [
        "get_logged_model_artifact_archive",
        "get_logged_model_artifact_file",
        "get_model_version_artifact",
        "get_model_version_artifact_archive",
        "get_run_artifact",
        "get_run_artifact_archive",
        "view_logged_model_artifact",
        "view_model_version_artifact",
        "view_run_artifact",
    ]


async def _content(world: World) -> list[Any]:
    """Return all that is in the workspace of others."""
    store = world.server.store.in_workspace(THEIRS)
    experiments = (await store.experiments.search(ExperimentSearch(1000))).items
    ids = tuple(experiment.experiment_id for experiment in experiments)
    proxied = world.server.roots.proxied
    assert proxied is not None
    return [
        experiments,
        (await store.runs.search(RunSearch(ids, max_results=1000))).items,
        (await store.logged_models.search(LoggedModelSearch(ids, max_results=1000))).items,
        (await store.registered_models.search(RegisteredModelSearch(max_results=1000))).items,
        (await store.model_versions.search(ModelVersionSearch(max_results=1000))).items,
        (await store.webhooks.list_page(max_results=1000)).items,
        await store.metric_meanings.overrides(),
        await store.bin.look(BinSelection()),
        [one async for one in _files(proxied, ("workspaces", THEIRS))],
        [role for role in await store.accounts.roles.all() if role.workspace == THEIRS],
    ]


async def _files(store: ArtifactStore, path: ArtifactPath) -> AsyncIterator[tuple[ArtifactPath, int | None]]:
    for entry in await store.list_directory(path):
        if entry.is_directory:
            async for one in _files(store, (*path, entry.name)):
                yield one
        else:
            yield (*path, entry.name), entry.size


def _texts(values: Mapping[str, Any]) -> set[str]:
    return {
        text for one in values.values() for text in (one if isinstance(one, list) else [one]) if isinstance(text, str)
    }


def test_a_route_says_what_its_permission_is_needed_on() -> None:
    for route in ROUTES:
        assert bool(route.targets) is (route.permission is not Permission.OPEN), route.operation
    with pytest.raises(ValueError, match="what its permission is needed on"):
        Route("new", "GET", "/new", None, None, Permission.READ, ())
    with pytest.raises(ValueError, match="no field"):
        Route("new", "GET", "/new", None, None, Permission.READ, (Target(TargetKind.RUN, "run_id"),))


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "TRACE"])
async def test_nobody_learns_which_paths_there_are(world: World, method: str) -> None:
    served = await ask(world.server.app, method, "/api/2.0/mlflow/experiments/get?experiment_id=0")
    unknown = await ask(world.server.app, method, "/api/2.0/mlflow/nothing?experiment_id=0")
    assert (served.status, served.body) == (unknown.status, unknown.body)
    assert served.status == 401
