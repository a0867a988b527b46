"""Workspaces over HTTP: MLflow's routes, the header that chooses one, and what is seen from where."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.account_api import MLFLOW_2, MLFLOW_3, OWN, Caller, caller, new_caller
from tests.in_process import in_process_client
from tests.with_accounts import GuardedServer, guarded_server
from trialog.entities import PermissionLevel

pytestmark = pytest.mark.anyio

WORKSPACES = f"{MLFLOW_3}/workspaces"
PROXY = "/api/2.0/mlflow-artifacts/artifacts"
HEADER = "X-MLFLOW-WORKSPACE"
NOT_FOUND = (404, "workspace.not_found")
DENIED = (403, "auth.permission_denied")


def inside(name: str) -> dict[str, str]:
    return {HEADER: name}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A server with workspaces and without accounts."""
    async with in_process_client(tmp_path, enable_workspaces=True) as opened:
        for name in ("team-a", "team-b"):
            assert (await opened.post(WORKSPACES, json={"name": name})).status_code == 201
        yield opened


async def ask(client: httpx.AsyncClient, method: str, path: str, workspace: str | None = None, **options: Any) -> Any:
    headers = {} if workspace is None else inside(workspace)
    answer = await client.request(method, path, headers=headers, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_without_workspaces_there_is_the_default_one_alone(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        assert (await ask(client, "GET", f"{MLFLOW_3}/server-info", "team-a"))["workspaces_enabled"] is False
        path = f"{MLFLOW_2}/experiments/get?experiment_id=0"
        for named in ("default", "", " default "):
            assert (await ask(client, "GET", path, named))["experiment"]["name"] == "Default"
        answer = await client.get(path, headers=inside("team-a"))
        assert refusal(answer) == (400, "workspace.not_enabled")
        assert answer.json()["error_code"] == "FEATURE_DISABLED"
        assert answer.json()["message"].startswith("Workspace APIs are not available: workspaces are not enabled")
        for method, target in (
            ("GET", WORKSPACES),
            ("POST", WORKSPACES),
            ("GET", f"{WORKSPACES}/team-a"),
            ("PATCH", f"{WORKSPACES}/team-a"),
            ("DELETE", f"{WORKSPACES}/team-a"),
        ):
            answer = await client.request(method, target, json={"name": "team-a"})
            assert refusal(answer) == (404, "workspace.no_endpoint"), method
            # By this MLflow's client knows that the server has none.
            assert answer.json()["error_code"] == "ENDPOINT_NOT_FOUND"


async def test_workspaces_are_made_read_changed_and_deleted(client: httpx.AsyncClient) -> None:
    assert (await ask(client, "GET", f"{MLFLOW_3}/server-info"))["workspaces_enabled"] is True
    made = await client.post(
        WORKSPACES, json={"name": "team-c", "description": "c", "default_artifact_root": " s3://b/c "}
    )
    whole = {"name": "team-c", "description": "c", "default_artifact_root": "s3://b/c"}
    assert (made.status_code, made.json()) == (201, {"workspace": whole})
    assert await ask(client, "GET", f"{WORKSPACES}/team-c") == {"workspace": whole}
    changed = await ask(client, "PATCH", f"{WORKSPACES}/team-c", json={"description": "", "default_artifact_root": ""})
    assert changed == {"workspace": {"name": "team-c"}}
    described = await ask(client, "PATCH", f"{WORKSPACES}/default", json={"description": "everybody's"})
    assert described == {"workspace": {"name": "default", "description": "everybody's"}}
    listed = await ask(client, "GET", WORKSPACES)
    assert [one["name"] for one in listed["workspaces"]] == ["default", "team-a", "team-b", "team-c"]
    gone = await client.delete(f"{WORKSPACES}/team-c")
    assert (gone.status_code, gone.content) == (204, b"")
    assert refusal(await client.get(f"{WORKSPACES}/team-c")) == NOT_FOUND
    assert refusal(await client.delete(f"{WORKSPACES}/team-c")) == NOT_FOUND


@pytest.mark.parametrize(
    ("method", "target", "fields", "code"),
    [
        ("POST", WORKSPACES, {}, "request.missing_parameter"),
        ("POST", WORKSPACES, {"name": "Team"}, "value.invalid"),
        ("POST", WORKSPACES, {"name": "../team"}, "value.invalid"),
        ("POST", WORKSPACES, {"name": "default"}, "workspace.name_taken"),
        ("POST", WORKSPACES, {"name": "team-a"}, "workspace.name_taken"),
        ("POST", WORKSPACES, {"name": "x1", "default_artifact_root": "folder"}, "value.invalid"),
        (
            "POST",
            WORKSPACES,
            {"name": "x1", "default_artifact_root": "mlflow-artifacts:/7"},
            "workspace.root_on_server",
        ),
        (
            "POST",
            WORKSPACES,
            {"name": "x1", "default_artifact_root": "mlflow-artifacts:/../7"},
            "artifact.invalid_path",
        ),
        ("POST", WORKSPACES, {"name": "x1", "trace_archival_config": {"location": "s3://b"}}, "workspace.no_traces"),
        ("POST", WORKSPACES, {"name": "x1", "description": "x" * 5001}, "value.too_long"),
        ("PATCH", f"{WORKSPACES}/team-a", {}, "workspace.nothing_to_update"),
        ("PATCH", f"{WORKSPACES}/Team", {"description": "x"}, "value.invalid"),
        ("PATCH", f"{WORKSPACES}/team-a", {"default_artifact_root": "mlflow-artifacts:/7"}, "workspace.root_on_server"),
        ("GET", f"{WORKSPACES}/Team", {}, "value.invalid"),
        ("DELETE", f"{WORKSPACES}/default", {}, "workspace.is_default"),
        ("DELETE", f"{WORKSPACES}/team-a?mode=ALL", {}, None),
    ],
)
async def test_what_may_not_be_is_refused(
    client: httpx.AsyncClient, method: str, target: str, fields: dict[str, Any], code: str | None
) -> None:
    answer = await client.request(method, target, json=fields)
    assert answer.status_code == 400, answer.text
    assert code is None or answer.json()["code"] == code
    listed = await ask(client, "GET", WORKSPACES)
    assert listed["workspaces"] == [{"name": "default"}, {"name": "team-a"}, {"name": "team-b"}]


async def test_the_header_chooses_the_workspace(client: httpx.AsyncClient) -> None:
    create = f"{MLFLOW_2}/experiments/create"
    ids = [
        (await ask(client, "POST", create, name, json={"name": "training"}))["experiment_id"]
        for name in ("team-a", "team-b", "default")
    ]
    assert len(set(ids)) == 3
    by_name = f"{MLFLOW_2}/experiments/get-by-name?experiment_name=training"
    for number, name in zip(ids, ("team-a", " team-b ", None), strict=True):
        assert (await ask(client, "GET", by_name, name))["experiment"]["experiment_id"] == number
    # Experiment 0 is the default workspace's; a new workspace begins with nothing.
    answer = await client.get(f"{MLFLOW_2}/experiments/get?experiment_id=0", headers=inside("team-a"))
    assert answer.json()["message"] == "No Experiment with id=0 exists"
    for name, expected in (
        ("team-c", NOT_FOUND),
        ("Team-A", (400, "value.invalid")),
        ("../default", (400, "value.invalid")),
    ):
        assert refusal(await client.get(by_name, headers=inside(name))) == expected
    twice = await client.get(by_name, headers=[(HEADER, "team-a"), (HEADER, "team-b")])
    assert refusal(twice) == (400, "workspace.named_twice")


async def test_a_workspace_that_is_gone_is_not_entered(client: httpx.AsyncClient) -> None:
    search = f"{MLFLOW_2}/experiments/search?max_results=10"
    assert await ask(client, "GET", search, "team-a") == {}
    await client.delete(f"{WORKSPACES}/team-a")
    assert refusal(await client.get(search, headers=inside("team-a"))) == NOT_FOUND
    await client.post(WORKSPACES, json={"name": "team-a"})
    assert await ask(client, "GET", search, "team-a") == {}


async def test_deleting_says_what_becomes_of_what_is_in_it(client: httpx.AsyncClient) -> None:
    create = f"{MLFLOW_2}/experiments/create"
    kept = (await ask(client, "POST", create, "team-a", json={"name": "kept"}))["experiment_id"]
    removed = (await ask(client, "POST", create, "team-b", json={"name": "removed"}))["experiment_id"]
    answer = await client.delete(f"{WORKSPACES}/team-a")
    assert refusal(answer) == (409, "workspace.not_empty")
    assert (await client.delete(f"{WORKSPACES}/team-a?mode=SET_DEFAULT")).status_code == 204
    assert (await client.delete(f"{WORKSPACES}/team-b?mode=CASCADE")).status_code == 204
    get = f"{MLFLOW_2}/experiments/get?experiment_id="
    assert (await ask(client, "GET", get + kept))["experiment"]["name"] == "kept"
    assert (await client.get(get + removed)).status_code == 404


async def test_artifacts_are_of_the_workspace(client: httpx.AsyncClient) -> None:
    """As MLflow's client sends and fetches them: by the path that the run's own URI has, in the run's workspace."""
    made = await ask(client, "POST", f"{MLFLOW_2}/experiments/create", "team-a", json={"name": "training"})
    run = await ask(client, "POST", f"{MLFLOW_2}/runs/create", "team-a", json=made)
    info = run["run"]["info"]
    folder = info["artifact_uri"].removeprefix("mlflow-artifacts:/")
    assert folder == f"workspaces/team-a/{made['experiment_id']}/{info['run_id']}/artifacts"
    assert await ask(client, "PUT", f"{PROXY}/{folder}/f.txt", "team-a", content=b"theirs") == {}
    for path in (folder, folder.removeprefix("workspaces/team-a/")):
        assert (await client.get(f"{PROXY}/{path}/f.txt", headers=inside("team-a"))).content == b"theirs"
    listed = await ask(client, "GET", f"{MLFLOW_2}/artifacts/list?run_id={info['run_id']}", "team-a")
    assert [one["path"] for one in listed["files"]] == ["f.txt"]
    got = f"/get-artifact?run_id={info['run_id']}&path=f.txt"
    assert (await client.get(got, headers=inside("team-a"))).content == b"theirs"
    for name in ("team-b", "default"):
        assert refusal(await client.get(f"{PROXY}/{folder}/f.txt", headers=inside(name))) == (
            400,
            "artifact.other_workspace",
        )
        assert (await client.get(got, headers=inside(name))).status_code == 404
        assert await ask(client, "GET", PROXY, name) in ({}, {"files": []})
        # Nor through a version that says that its files lie there.
        await ask(client, "POST", f"{MLFLOW_2}/registered-models/create", name, json={"name": "lstm"})
        create = f"{MLFLOW_2}/model-versions/create"
        for named in ({}, {"run_id": info["run_id"]}):
            version = {"name": "lstm", "source": f"mlflow-artifacts:/{folder}", **named}
            answer = await client.post(create, json=version, headers=inside(name))
            assert refusal(answer) == (400, "model_version.source_without_owner")
        version = {"name": "lstm", "source": f"runs:/{info['run_id']}", "run_id": info["run_id"]}
        await ask(client, "POST", create, name, json=version)
        fetched = await client.get("/model-versions/get-artifact?name=lstm&version=1&path=f.txt", headers=inside(name))
        assert refusal(fetched) == (404, "run.not_found")
        if name == "default":
            # Nor when its run comes to where the version is.
            moved = await client.delete(f"{WORKSPACES}/team-a?mode=SET_DEFAULT")
            assert refusal(moved) == (409, "workspace.foreign_runs")
        await ask(client, "DELETE", f"{MLFLOW_2}/registered-models/delete", name, json={"name": "lstm"})
    # What moves to the default workspace keeps its files where they are.
    assert (await client.delete(f"{WORKSPACES}/team-a?mode=SET_DEFAULT")).status_code == 204
    assert (await client.get(got)).content == b"theirs"
    assert (await client.get(f"{PROXY}/{folder}/f.txt")).content == b"theirs"


async def test_links_name_the_workspace_in_the_address(client: httpx.AsyncClient) -> None:
    made = await ask(client, "POST", f"{MLFLOW_2}/experiments/create", "team-a", json={"name": "training"})
    info = (await ask(client, "POST", f"{MLFLOW_2}/runs/create", "team-a", json=made))["run"]["info"]
    folder = info["artifact_uri"].removeprefix("mlflow-artifacts:/")
    await ask(client, "PUT", f"{PROXY}/{folder}/f.txt", "team-a", content=b"theirs")
    run = f"{OWN}/runs/{info['run_id']}"
    for link in (
        f"/get-artifact?run_id={info['run_id']}&path=f.txt",
        f"{run}/artifacts/view?path=f.txt",
        f"{run}/artifacts/archive?",
    ):
        answer = await client.get(f"{link}&workspace=team-a")
        assert answer.status_code == 200
        assert b"theirs" in answer.content or answer.headers["content-type"] == "application/zip"
        assert (await client.get(f"{link}&workspace=team-a", headers=inside("team-a"))).status_code == 200
        for elsewhere in ("", "&workspace=", "&workspace=default", "&workspace=team-b"):
            assert (await client.get(link + elsewhere)).status_code == 404
        assert refusal(await client.get(f"{link}&workspace=nowhere")) == NOT_FOUND
        for bad in ("..%2Fteam-a", "team-%FF", "%00", "x" * 5000):
            assert refusal(await client.get(f"{link}&workspace={bad}")) == (400, "value.invalid")
        for twice in (f"{link}&workspace=team-a&workspace=team-b", f"{link}&workspace=team-a&workspace=team-a"):
            assert refusal(await client.get(twice)) == (400, "workspace.named_twice")
        contradiction = await client.get(f"{link}&workspace=team-a", headers=inside("team-b"))
        assert refusal(contradiction) == (400, "workspace.named_twice")
    # What scripts ask for is told by the header alone.
    refused = await client.get(f"{run}?workspace=team-a")
    assert refusal(refused) == (400, "request.unknown_field")
    assert (await client.get(f"{MLFLOW_2}/runs/get?run_id={info['run_id']}&workspace=team-a")).status_code == 404


async def test_a_link_into_a_workspace_is_refused_where_there_are_none(tmp_path: Path) -> None:
    async with in_process_client(tmp_path) as client:
        link = f"{OWN}/runs/{'0' * 32}/artifacts/view?path=f.txt&workspace="
        assert refusal(await client.get(f"{link}team-a")) == (400, "workspace.not_enabled")
        assert refusal(await client.get(f"{link}default")) == (404, "run.not_found")


async def test_the_state_of_the_server_says_whether_there_are_workspaces(client: httpx.AsyncClient) -> None:
    assert (await ask(client, "GET", f"{OWN}/status"))["has_workspaces"] is True


async def test_artifacts_are_found_wherever_under_its_root_a_server_keeps_them(tmp_path: Path) -> None:
    async with in_process_client(
        tmp_path, enable_workspaces=True, default_artifact_root="mlflow-artifacts:/shared/here"
    ) as client:
        await client.post(WORKSPACES, json={"name": "team-a"})
        made = await ask(client, "POST", f"{MLFLOW_2}/experiments/create", "team-a", json={"name": "training"})
        info = (await ask(client, "POST", f"{MLFLOW_2}/runs/create", "team-a", json=made))["run"]["info"]
        folder = info["artifact_uri"].removeprefix("mlflow-artifacts:/")
        assert folder == f"workspaces/team-a/shared/here/{made['experiment_id']}/{info['run_id']}/artifacts"
        await ask(client, "PUT", f"{PROXY}/{folder}/f.txt", "team-a", content=b"theirs")
        got = f"/get-artifact?run_id={info['run_id']}&path=f.txt"
        assert (await client.get(got, headers=inside("team-a"))).content == b"theirs"
        assert (await client.delete(f"{WORKSPACES}/team-a?mode=SET_DEFAULT")).status_code == 204
        assert (await client.get(got)).content == b"theirs"


async def test_a_large_file_comes_in_parts_in_its_workspace(client: httpx.AsyncClient) -> None:
    create = "/api/2.0/mlflow-artifacts/mpu/create/8/models"
    made = await ask(client, "POST", create, "team-a", json={"path": "big.bin", "num_parts": 1})
    [credential] = made["credentials"]
    # Clients send a part with the headers that they were given, and with nothing of their own.
    part = await client.put(credential["url"], content=b"large", headers=credential.get("headers", {}))
    assert part.status_code == 200, part.text
    complete = {
        "path": "big.bin",
        "upload_id": made["upload_id"],
        "parts": [{"part_number": 1, "etag": part.headers["etag"], "url": credential["url"]}],
    }
    await ask(client, "POST", "/api/2.0/mlflow-artifacts/mpu/complete/8/models", "team-a", json=complete)
    path = f"{PROXY}/8/models/big.bin"
    assert (await client.get(path, headers=inside("team-a"))).content == b"large"
    assert (await client.get(path)).status_code == 404


async def test_nobody_chooses_where_artifacts_lie(client: httpx.AsyncClient) -> None:
    fields = {"name": "x", "artifact_location": "mlflow-artifacts:/workspaces/team-b/8"}
    for name in ("team-a", "default"):
        answer = await client.post(f"{MLFLOW_2}/experiments/create", json=fields, headers=inside(name))
        assert refusal(answer) == (400, "experiment.location_with_workspaces")
        assert "artifact_location cannot be specified when workspaces are enabled" in answer.json()["message"]


class World:
    """A server with accounts and two workspaces: ada is a member of team-a, which lea manages, bob one of team-b."""

    def __init__(self, server: GuardedServer, admin: Caller, ada: Caller, lea: Caller, bob: Caller) -> None:
        self.server = server
        self.admin = admin
        self.ada = ada
        self.lea = lea
        self.bob = bob


def into(one: Caller, name: str) -> Caller:
    """Return somebody who works in a workspace."""
    client = httpx.AsyncClient(
        transport=one.client._transport, base_url=one.client.base_url, headers={**one.client.headers, HEADER: name}
    )
    return Caller(client)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with guarded_server(tmp_path, enable_workspaces=True) as server:
        admin = await new_caller(server, "root", is_admin=True)
        for name in ("team-a", "team-b"):
            assert (await admin.client.post(WORKSPACES, json={"name": name})).status_code == 201
        users = {name: await new_caller(server, name) for name in ("ada", "lea", "bob")}
        roles = (await admin.get(f"{MLFLOW_3}/roles/list"))["roles"]
        numbers = {(role["workspace"], role["name"]): role["id"] for role in roles}
        for username, role in (("ada", ("team-a", "user")), ("lea", ("team-a", "admin")), ("bob", ("team-b", "user"))):
            await admin.send("POST", f"{MLFLOW_3}/roles/assign", username=username, role_id=numbers[role])
        yield World(server, admin, **users)


async def made_by(who: Caller, name: str = "training") -> str:
    experiment_id: str = (await who.send("POST", f"{MLFLOW_2}/experiments/create", name=name))["experiment_id"]
    return experiment_id


async def test_a_new_workspace_has_two_roles(world: World) -> None:
    roles = (await world.admin.get(f"{MLFLOW_3}/roles/list", workspace="team-a"))["roles"]
    assert [(role["name"], role["permissions"][0]["permission"]) for role in roles] == [
        ("admin", "MANAGE"),
        ("user", "USE"),
    ]


async def test_who_is_no_member_is_told_of_no_workspace(world: World) -> None:
    ada, bob = world.ada, world.bob
    listed = await ada.get(WORKSPACES)
    assert [one["name"] for one in listed["workspaces"]] == ["default", "team-a"]
    assert await ada.get(f"{WORKSPACES}/team-a") == {"workspace": {"name": "team-a"}}
    for name in ("team-a", "nowhere"):
        assert await bob.refused("GET", f"{WORKSPACES}/{name}") == DENIED
        assert await into(bob, name).refused("GET", f"{MLFLOW_2}/experiments/search", max_results=10) == NOT_FOUND
    for who in (ada, world.lea):
        assert await who.refused("POST", WORKSPACES, name="mine") == DENIED
        assert await who.refused("PATCH", f"{WORKSPACES}/team-a", description="mine") == DENIED
        assert await who.refused("DELETE", f"{WORKSPACES}/team-a") == DENIED


async def test_what_is_permitted_counts_in_its_workspace(world: World) -> None:
    experiment_id = await made_by(into(world.ada, "team-a"))
    get = f"{MLFLOW_2}/experiments/get"
    # Members read what others made; who made it owns it; who manages the workspace manages it.
    assert (await into(world.lea, "team-a").get(get, experiment_id=experiment_id))["experiment"]["name"] == "training"
    rename = f"{MLFLOW_2}/experiments/update"
    await into(world.lea, "team-a").send("POST", rename, experiment_id=experiment_id, new_name="renamed")
    await into(world.ada, "team-a").send("POST", rename, experiment_id=experiment_id, new_name="training")
    for who in (world.ada, world.lea, world.admin, world.bob, into(world.bob, "team-b")):
        status, code = await who.refused("GET", get, experiment_id=experiment_id)
        assert (status, code) == (404, "experiment.not_found")
    # Owning it says nothing of one of another workspace that has the same name.
    other = await made_by(into(world.bob, "team-b"))
    search = f"{MLFLOW_2}/experiments/search"
    for who, name, found in ((world.ada, "team-a", experiment_id), (world.bob, "team-b", other)):
        page = await into(who, name).get(search, max_results=10)
        assert [one["experiment_id"] for one in page["experiments"]] == [found]
    assert [one["name"] for one in (await world.ada.get(search, max_results=10))["experiments"]] == ["Default"]


async def test_a_grant_counts_in_the_workspace_that_it_is_made_in(world: World) -> None:
    experiment_id = await made_by(into(world.ada, "team-a"))
    grant = {"username": "bob", "resource_type": "experiment", "resource_id": experiment_id, "permission": "READ"}
    path = f"{MLFLOW_3}/users/permissions/grant"
    assert await world.ada.refused("POST", path, **grant) == DENIED
    await into(world.ada, "team-a").send("POST", path, **grant)
    bob = into(world.bob, "team-a")
    assert (await bob.get(f"{MLFLOW_2}/experiments/get", experiment_id=experiment_id))["experiment"][
        "name"
    ] == "training"
    page = await bob.get(f"{MLFLOW_2}/experiments/search", max_results=10)
    assert [one["experiment_id"] for one in page["experiments"]] == [experiment_id]
    # That makes him no member: he sees nothing else, and makes nothing there.
    await made_by(into(world.ada, "team-a"), "other")
    page = await bob.get(f"{MLFLOW_2}/experiments/search", max_results=10)
    assert [one["experiment_id"] for one in page["experiments"]] == [experiment_id]
    assert await bob.refused("POST", f"{MLFLOW_2}/experiments/create", name="mine") == DENIED


async def test_who_manages_a_workspace_has_its_roles(world: World) -> None:
    await into(world.lea, "team-a").send("POST", f"{MLFLOW_2}/registered-models/create", name="lstm")
    role = (await world.lea.send("POST", f"{MLFLOW_3}/roles/create", workspace="team-a", name="readers"))["role"]
    # Names in a role are those of its workspace, wherever it is asked from.
    fields = {"role_id": role["id"], "resource_type": "registered_model", "permission": "EDIT"}
    add = f"{MLFLOW_3}/roles/permissions/add"
    added = await world.lea.send("POST", add, **fields, resource_pattern="lstm")
    assert added["role_permission"]["resource_pattern"] == "lstm"
    await made_by(world.lea, "elsewhere")
    await world.lea.send("POST", f"{MLFLOW_2}/registered-models/create", name="cnn")
    assert (await world.lea.refused("POST", add, **fields, resource_pattern="cnn"))[0] == 404
    await world.lea.send("POST", f"{MLFLOW_3}/roles/assign", username="bob", role_id=role["id"])
    described = {"name": "lstm", "description": "by bob"}
    await into(world.bob, "team-a").send("PATCH", f"{MLFLOW_2}/registered-models/update", **described)
    for who in (world.bob, world.ada):
        assert await who.refused("POST", f"{MLFLOW_3}/roles/create", workspace="team-a", name="mine") == DENIED
    assert await world.lea.refused("POST", f"{MLFLOW_3}/roles/create", workspace="team-b", name="mine") == DENIED
    # No role waits for a workspace that is made later.
    answer = await world.admin.refused("POST", f"{MLFLOW_3}/roles/create", workspace="later", name="mine")
    assert answer == NOT_FOUND


async def test_no_role_waits_for_workspaces_that_may_come(tmp_path: Path) -> None:
    async with guarded_server(tmp_path) as server:
        admin = await new_caller(server, "root", is_admin=True)
        create = f"{MLFLOW_3}/roles/create"
        assert await admin.refused("POST", create, workspace="team-a", name="mine") == NOT_FOUND
        assert (await admin.send("POST", create, workspace="default", name="mine"))["role"]["workspace"] == "default"


async def test_nobody_stays_in_a_workspace_that_is_made_anew(world: World) -> None:
    assert (await world.admin.client.delete(f"{WORKSPACES}/team-a")).status_code == 204
    search = f"{MLFLOW_2}/experiments/search"
    assert await into(world.ada, "team-a").refused("GET", search, max_results=10) == NOT_FOUND
    assert (await world.admin.client.post(WORKSPACES, json={"name": "team-a"})).status_code == 201
    assert await into(world.ada, "team-a").refused("GET", search, max_results=10) == NOT_FOUND
    assert await into(world.admin, "team-a").get(search, max_results=10) == {}


async def test_a_token_does_not_enter_more_than_its_user(world: World) -> None:
    reading = caller(world.server, await world.server.token_of("bob", PermissionLevel.READ))
    search = f"{MLFLOW_2}/experiments/search"
    assert await into(reading, "team-b").get(search, max_results=10) == {}
    assert await into(reading, "team-a").refused("GET", search, max_results=10) == NOT_FOUND
    assert await into(reading, "team-b").refused("POST", f"{MLFLOW_2}/experiments/create", name="x") == DENIED


async def test_the_record_says_in_which_workspace_something_was_done(world: World) -> None:
    experiment_id = await made_by(into(world.ada, "team-a"))
    await into(world.ada, "team-a").send("POST", f"{MLFLOW_2}/experiments/delete", experiment_id=experiment_id)
    answer = await world.admin.client.get(f"{OWN}/audit", params={"operation": "delete_experiment"})
    [record] = answer.json()["records"]
    assert record["resource"] == f"workspace:team-a,experiment:{experiment_id}"


async def test_who_is_not_let_into_a_workspace_is_recorded(world: World) -> None:
    assert await into(world.bob, "team-a").refused("POST", f"{MLFLOW_2}/experiments/create", name="x") == NOT_FOUND
    await world.server.audit.close()
    answer = await world.admin.client.get(f"{OWN}/audit", params={"operation": "create_experiment"})
    [record] = answer.json()["records"]
    assert (record["actor"], record["resource"], record["status"]) == ("bob", "workspace:team-a", 404)
