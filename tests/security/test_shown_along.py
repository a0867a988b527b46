"""Attacks on what is shown along with what may be read: of others, of the past, by names that changed hands."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.account_api import MLFLOW_2, MLFLOW_3, OWN, Caller, new_caller
from tests.with_accounts import GuardedServer, guarded_server
from trialog.entities import (
    WILDCARD,
    Metric,
    ModelOutput,
    NewLoggedModel,
    NewRun,
    Param,
    PermissionLevel,
    ResourceType,
)
from trialog.entities.bin import BinKind, BinSelection

pytestmark = pytest.mark.anyio

MODELS: Final = f"{MLFLOW_2}/registered-models"
VERSIONS: Final = f"{MLFLOW_2}/model-versions"
PROMOTION: Final = "/mlflow/models"
SECRET: Final = "for client X"
NOTHING, READ, DENY = PermissionLevel.NO_PERMISSIONS, PermissionLevel.READ, PermissionLevel.DENY
EXPERIMENT, MODEL = ResourceType.EXPERIMENT, ResourceType.REGISTERED_MODEL

# How a name passes from a model of one user to that of another, and what the second one may do with the first.
TAKEN_NAMES: Final = {
    "renamed, closed server": ("rename", NOTHING),
    "deleted, closed server": ("delete", NOTHING),
    "renamed, denied": ("rename", DENY),
    "deleted, denied another": ("delete", DENY),
}


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[GuardedServer]:
    async with guarded_server(tmp_path, default_permission=NOTHING) as server:
        yield server


async def allow(server: GuardedServer, username: str, kind: ResourceType, thing: str, level: PermissionLevel) -> None:
    await server.store.accounts.permissions.grant(username, "default", kind, thing, level)
    server.authenticator.accounts_changed()


async def number_of(server: GuardedServer, name: str) -> str:
    return (await server.store.resources.registered_models([name]))[name]


async def new_experiment(owner: Caller, name: str) -> str:
    made = await owner.send("POST", f"{MLFLOW_2}/experiments/create", name=name)
    return str(made["experiment_id"])


async def new_run(server: GuardedServer, experiment_id: str) -> str:
    run_id = (await server.store.runs.create(NewRun(experiment_id))).info.run_id
    await server.store.runs.log_batch(
        run_id, metrics=[Metric("profit", 1234.5, 1, 0)], params=[Param("client", "client X")]
    )
    return run_id


async def register(owner: Caller, name: str, run_id: str = "", path: str = "model") -> None:
    """Make a model with a version that is in Production."""
    await owner.send("POST", f"{MODELS}/create", name=name)
    source = {"source": f"runs:/{run_id}/{path}", "run_id": run_id} if run_id else {"source": "s3://elsewhere/model"}
    await owner.send("POST", f"{VERSIONS}/create", name=name, **source)
    await owner.send(
        "POST",
        f"{PROMOTION}/promote",
        model_name=name,
        version="1",
        stage="Production",
        reason=SECRET,
        force=True,
        gate={"profit": 1234.5},
    )


@pytest.mark.parametrize("taken", TAKEN_NAMES)
async def test_a_name_does_not_bring_the_history_of_who_had_it(tmp_path: Path, taken: str) -> None:
    way, level = TAKEN_NAMES[taken]
    default = NOTHING if level is NOTHING else READ
    async with guarded_server(tmp_path, default_permission=default) as server:
        ada, eve = await new_caller(server, "ada"), await new_caller(server, "eve")
        await register(ada, "alpha")
        if level is DENY:
            await register(ada, "other")
            await allow(server, "eve", MODEL, await number_of(server, "alpha" if way == "rename" else "other"), DENY)
        if way == "rename":
            await ada.send("POST", f"{MODELS}/rename", name="alpha", new_name="beta")
        else:
            await ada.send("DELETE", f"{MODELS}/delete", name="alpha", force=True)
        # Between the two, nobody has it.
        assert (await eve.refused("GET", f"{PROMOTION}/alpha/history"))[0] == 403
        await eve.send("POST", f"{MODELS}/create", name="alpha")
        moves = await eve.client.get(f"{PROMOTION}/alpha/history")
        assert SECRET not in moves.text
        page = await eve.client.get(f"{OWN}/models/alpha")
        assert (page.status_code, SECRET in page.text) == (200, False)
        assert moves.json().get("moves", []) == []
        for time in ("2099-01-01", "2000-01-01"):
            then = await eve.client.get(f"{PROMOTION}/alpha/stage/Production/at", params={"time": time})
            assert SECRET not in then.text
            assert then.json()["versions"] == []
        # Who administers sees all of it.
        admin = await new_caller(server, "admin", is_admin=True)
        assert SECRET in (await admin.client.get(f"{PROMOTION}/alpha/history")).text


async def test_a_model_that_may_be_read_does_not_show_what_its_run_logged(closed: GuardedServer) -> None:
    ada, bob = await new_caller(closed, "ada"), await new_caller(closed, "bob")
    experiment_id = await new_experiment(ada, "hers")
    run_id = await new_run(closed, experiment_id)
    await register(ada, "prod", run_id)
    await allow(closed, "bob", MODEL, await number_of(closed, "prod"), READ)
    await bob.send("POST", f"{MODELS}/create", name="copy")
    await bob.send("POST", f"{VERSIONS}/create", name="copy", source="models:/prod/1")
    for address in ("prod/versions/1", "prod/stage/Production", "copy/versions/1"):
        answer = await bob.client.get(f"{PROMOTION}/{address}")
        assert answer.status_code == 200, answer.text
        assert not {"1234.5", "client X", "run_name"} & set(_texts(answer.json(), without=("reason", "gate")))
    promoted = await bob.send(
        "POST", f"{PROMOTION}/promote", model_name="copy", version="1", stage="Staging", force=True
    )
    assert not promoted.get("metrics")
    assert not promoted.get("params")
    run_name = (await closed.store.runs.get(run_id)).info.run_name
    for page in await _pages(bob, "prod", "copy"):
        assert not [said for said in ("1234.5", "client X", run_name) if said in json.dumps(_without_sayings(page))]
    # Who may read the run sees them.
    assert (await ada.get(f"{PROMOTION}/prod/versions/1"))["metrics"] == {"profit": 1234.5}
    await allow(closed, "bob", EXPERIMENT, experiment_id, READ)
    assert (await bob.get(f"{PROMOTION}/prod/versions/1"))["params"] == {"client": "client X"}
    *_, prod, copy = await _pages(bob, "prod", "copy")
    assert all("1234.5" in json.dumps(_without_sayings(page)) for page in (prod, copy))


async def _pages(caller: Caller, *names: str) -> list[dict[str, Any]]:
    """Return what pages about registered models ask."""
    listed = await caller.send("POST", f"{OWN}/models/overview")
    assert {model["name"] for model in listed["models"]} == set(names)
    home = await caller.get(f"{OWN}/home")
    assert home["in_production"]
    return [listed, home, *[await caller.get(f"{OWN}/models/{name}") for name in names]]


def _without_sayings(content: Any) -> Any:
    """Return an answer without what was said when a version was promoted."""
    if isinstance(content, dict):
        return {key: _without_sayings(value) for key, value in content.items() if key not in ("gate", "reason")}
    return [_without_sayings(item) for item in content] if isinstance(content, list) else content


def _texts(content: dict[str, Any], *, without: tuple[str, ...]) -> list[str]:
    """Return all that stands in an answer, but for some fields."""
    flat: list[str] = []
    for name, value in content.items():
        if name not in without and value is not None:
            flat += [name, *(str(item) for item in (value.values() if isinstance(value, dict) else [value]))]
    return flat


async def test_a_run_does_not_lead_to_models_of_other_experiments(closed: GuardedServer) -> None:
    ada, eve = await new_caller(closed, "ada"), await new_caller(closed, "eve")
    hidden = await new_experiment(ada, "hidden")
    model = await closed.store.logged_models.create(NewLoggedModel(hidden, name="m"))
    location = closed.roots.locate(model.artifact_uri)

    async def content() -> AsyncIterator[bytes]:
        yield SECRET.encode()

    await location.store.write((*location.prefix, "model.pkl"), content())
    shared = await new_experiment(ada, "shared")
    run_id = await new_run(closed, shared)
    await allow(closed, "eve", EXPERIMENT, shared, READ)
    # Whoever logs to the run may name models of hers.
    await closed.store.runs.log_outputs(run_id, [ModelOutput(model.model_id, 0)])
    await eve.send("POST", f"{MODELS}/create", name="mine")
    await eve.send("POST", f"{VERSIONS}/create", name="mine", source=f"runs:/{run_id}/m", run_id=run_id)
    question = {"name": "mine", "version": "1", "path": "model.pkl"}
    answer = await eve.client.get("/model-versions/get-artifact", params=question)
    assert answer.status_code == 404
    assert SECRET not in answer.text


@pytest.mark.parametrize("default", [NOTHING, READ])
@pytest.mark.parametrize("kind", [EXPERIMENT, MODEL])
async def test_what_one_may_do_tells_of_no_thing_that_may_not_be_read(
    tmp_path: Path, default: PermissionLevel, kind: ResourceType
) -> None:
    async with guarded_server(tmp_path, default_permission=default) as server:
        ada, eve = await new_caller(server, "ada"), await new_caller(server, "eve")
        there, missing = "there", "missing"
        if kind is EXPERIMENT:
            there, missing = await new_experiment(ada, "there"), "987654"
        else:
            await ada.send("POST", f"{MODELS}/create", name=there)
        await allow(server, "eve", kind, there if kind is EXPERIMENT else await number_of(server, there), DENY)
        answers = []
        for name in (there, missing):
            question = {"username": "eve", "resource_type": kind.value, "resource_id": name}
            said = await eve.get(f"{MLFLOW_3}/users/permissions/get", **question)
            refused = [
                await eve.refused("POST", f"{MLFLOW_3}/users/permissions/{verb}", **question, permission="READ")
                for verb in ("grant", "revoke")
            ]
            answers.append((said, refused))
        assert answers[0] == answers[1]
        assert answers[0][0]["allowed"] is False


async def test_whoever_manages_all_but_some_is_not_told_which_there_are(closed: GuardedServer) -> None:
    ada, eve = await new_caller(closed, "ada"), await new_caller(closed, "eve")
    await ada.send("POST", f"{MODELS}/create", name="there")
    await allow(closed, "eve", MODEL, WILDCARD, PermissionLevel.MANAGE)
    await allow(closed, "eve", MODEL, await number_of(closed, "there"), DENY)
    fields = {"username": "eve", "resource_type": "registered_model", "permission": "MANAGE"}
    answers = [
        await eve.refused("POST", f"{MLFLOW_3}/users/permissions/grant", **fields, resource_id=name)
        for name in ("there", "missing")
    ]
    assert answers[0] == answers[1]


async def test_permissions_do_not_tell_the_names_of_what_may_not_be_read(tmp_path: Path) -> None:
    async with guarded_server(tmp_path) as server:
        ada, eve = await new_caller(server, "ada"), await new_caller(server, "eve")
        await ada.send("POST", f"{MODELS}/create", name="project-x")
        number = await number_of(server, "project-x")
        await allow(server, "eve", MODEL, number, DENY)
        roles = server.store.accounts.roles
        role = await roles.create("default", "readers")
        await roles.add_permission(role.role_id, MODEL, number, READ)
        await roles.assign(role.role_id, username="eve")
        server.authenticator.accounts_changed()
        await ada.send("POST", f"{MODELS}/rename", name="project-x", new_name="project-y")
        for path, question in (
            (f"{MLFLOW_3}/users/current/permissions", {}),
            (f"{MLFLOW_3}/users/permissions/list", {"username": "eve"}),
            (f"{MLFLOW_2}/users/get", {"username": "eve"}),
            (f"{MLFLOW_2}/users/list", {}),
            (f"{MLFLOW_3}/roles/list", {}),
            (f"{MLFLOW_3}/roles/get", {"role_id": role.role_id}),
            (f"{MLFLOW_3}/roles/permissions/list", {"role_id": role.role_id}),
            (f"{MLFLOW_3}/users/roles/list", {"username": "eve"}),
            (f"{OWN}/me", {}),
        ):
            answer = await eve.client.get(path, params=question)
            assert answer.status_code == 200, (path, answer.text)
            assert "project" not in answer.text, path
        # Who may read it is told its name.
        assert "project-y" in (await ada.client.get(f"{MLFLOW_3}/users/current/permissions")).text


async def test_what_holds_a_run_is_told_to_who_may_read_it(closed: GuardedServer) -> None:
    ada, eve = await new_caller(closed, "ada"), await new_caller(closed, "eve")
    experiment_id = await new_experiment(eve, "hers")
    run_id = await new_run(closed, experiment_id)
    await allow(closed, "ada", EXPERIMENT, experiment_id, READ)
    await register(ada, "project-x", run_id)
    await eve.send("POST", f"{MLFLOW_2}/runs/delete", run_id=run_id)
    answer = await eve.client.post(f"{OWN}/bin/remove", json={"run_ids": [run_id]})
    assert (answer.status_code, answer.json()["code"]) == (409, "bin.held")
    assert "project-x" not in answer.text
    await allow(closed, "eve", MODEL, await number_of(closed, "project-x"), READ)
    assert "project-x" in (await eve.client.post(f"{OWN}/bin/remove", json={"run_ids": [run_id]})).text


async def test_a_removal_tells_nothing_of_what_others_remove(closed: GuardedServer) -> None:
    eve = await new_caller(closed, "eve")
    store = closed.store
    foreign = await store.experiments.create("foreign", artifact_location="s3://key:secret@bucket/private")
    left = (await store.runs.create(NewRun(foreign.experiment_id))).info.run_id
    await store.runs.delete(left)
    # It was begun, and its client did not see it to its end.
    selection = BinSelection(run_ids=(left,))
    await store.bin.begin("admin", tuple(await store.bin.find(selection, BinKind.RUN)), selection)
    await store.bin.release("admin")
    mine = await new_experiment(eve, "mine")
    runs = [await new_run(closed, mine) for _ in range(2)]
    for run_id in runs:
        await eve.send("POST", f"{MLFLOW_2}/runs/delete", run_id=run_id)
    answer = await eve.client.post(f"{OWN}/bin/remove", json={"run_ids": runs[:1]})
    assert answer.status_code == 200, answer.text
    assert "bucket" not in answer.text
    assert left not in answer.text
    done = answer.json()
    assert (done["runs"], done.get("artifacts_left_count", 0)) == (1, 0)
    await eve.send("POST", f"{MLFLOW_2}/experiments/delete", experiment_id=mine)
    whole = await eve.client.post(f"{OWN}/bin/remove", json={"experiment_ids": [mine]})
    assert "bucket" not in whole.text
    assert (whole.json()["experiments"], whole.json()["runs"]) == (1, 1)
    # What others began is still to be done, by those whose business it is.
    assert [one.item.item_id for one in await store.bin.pending()] == [left]
