"""What the table of routes cannot say by itself: owners, searches, lists, artifacts of versions, and the record."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.in_process import HOST, RawAnswer, ask
from tests.with_accounts import GuardedServer, guarded_server
from trialog.access import SESSION_COOKIE, csrf_token
from trialog.entities import Identity, PermissionLevel, ResourceType

pytestmark = pytest.mark.anyio

API = "/api/2.0/mlflow"
TRIALOG = "/api/trialog/v1"
LAST = {"username": "root", "is_admin": False}


class Caller:
    """Somebody who asks a server."""

    def __init__(self, server: GuardedServer, shown: str) -> None:
        self.server = server
        self.shown = shown

    async def raw(self, method: str, target: str, content: Any = None) -> RawAnswer:
        headers = [HOST, ("authorization", self.shown)]
        if content is None:
            return await ask(self.server.app, method, target, headers)
        headers.append(("content-type", "application/json"))
        return await ask(self.server.app, method, target, headers, json.dumps(content).encode())

    async def get(self, target: str) -> Any:
        answer = await self.raw("GET", target)
        assert answer.status == 200, answer
        return json.loads(answer.body)

    async def post(self, target: str, content: Any) -> Any:
        answer = await self.raw("POST", target, content)
        assert answer.status == 200, answer
        return json.loads(answer.body)

    async def experiment(self, name: str) -> str:
        made = await self.post(f"{API}/experiments/create", {"name": name})
        return str(made["experiment_id"])

    async def run(self, experiment_id: str) -> str:
        made = await self.post(f"{API}/runs/create", {"experiment_id": experiment_id})
        return str(made["run"]["info"]["run_id"])


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[GuardedServer]:
    """A server whose members may do nothing with things of others."""
    async with guarded_server(tmp_path, default_permission=PermissionLevel.NO_PERMISSIONS) as opened:
        yield opened


async def both(server: GuardedServer) -> tuple[Caller, Caller]:
    return Caller(server, await server.new_user("ada")), Caller(server, await server.new_user("bob"))


async def test_who_makes_something_owns_it_at_once(server: GuardedServer) -> None:
    ada, bob = await both(server)
    experiment_id = await ada.experiment("hers")
    await ada.run(experiment_id)
    await ada.post(f"{API}/registered-models/create", {"name": "model"})
    owned = await server.store.accounts.permissions.direct_of_user("ada")
    assert {(one.resource_type, one.permission) for one in owned["default"]} == {
        (ResourceType.EXPERIMENT, PermissionLevel.MANAGE),
        (ResourceType.REGISTERED_MODEL, PermissionLevel.MANAGE),
    }
    assert (await bob.raw("GET", f"{API}/experiments/get?experiment_id={experiment_id}")).status == 403
    assert (await ada.raw("POST", f"{API}/experiments/delete", {"experiment_id": experiment_id})).status == 200


async def test_searches_show_what_may_be_read_in_full_pages(server: GuardedServer) -> None:
    ada, bob = await both(server)
    mine, theirs = [], []
    for number in range(6):
        mine.append(await ada.experiment(f"ada-{number}"))
        theirs.append(await bob.experiment(f"bob-{number}"))
        await ada.post(f"{API}/registered-models/create", {"name": f"ada-{number}"})
        await bob.post(f"{API}/registered-models/create", {"name": f"bob-{number}"})
    found: list[str] = []
    token = ""
    sizes = []
    while True:
        page = await ada.get(f"{API}/experiments/search?max_results=4&page_token={token}")
        sizes.append(len(page["experiments"]))
        found += [one["experiment_id"] for one in page["experiments"]]
        token = page.get("next_page_token", "")
        if not token:
            break
    assert (sizes, sorted(found)) == ([4, 2], sorted(mine))
    models = await ada.get(f"{API}/registered-models/search?max_results=100")
    assert [one["name"] for one in models["registered_models"]] == [f"ada-{number}" for number in range(6)]
    for number in range(6):
        source = {"name": f"bob-{number}", "source": "s3://bucket/model"}
        await bob.post(f"{API}/model-versions/create", source)
    assert await ada.get(f"{API}/model-versions/search") == {}
    assert len((await bob.get(f"{API}/model-versions/search"))["model_versions"]) == 6


async def test_who_is_denied_one_thing_finds_all_others(tmp_path: Path) -> None:
    async with guarded_server(tmp_path) as server:
        ada, bob = await both(server)
        hidden, shown = await ada.experiment("hidden"), await ada.experiment("shown")
        accounts = server.store.accounts
        await accounts.permissions.grant("bob", "default", ResourceType.EXPERIMENT, hidden, PermissionLevel.DENY)
        server.authenticator.accounts_changed()
        found = await bob.get(f"{API}/experiments/search?max_results=10")
        assert [one["experiment_id"] for one in found["experiments"]] == [shown, "0"]
        get = f"{API}/experiments/get?experiment_id="
        statuses = {(await bob.raw("GET", get + one)).status for one in (hidden, f"0{hidden}", f"-0{hidden}", "987")}
        assert statuses == {403}
        assert (await bob.raw("GET", get + shown)).status == 200
        assert (await ada.raw("GET", get + "987")).status == 404


@pytest.mark.parametrize("default", [PermissionLevel.NO_PERMISSIONS, PermissionLevel.EDIT])
async def test_a_run_that_was_logged_to_is_closed_to_who_is_denied_its_experiment(
    tmp_path: Path, default: PermissionLevel
) -> None:
    async with guarded_server(tmp_path, default_permission=default) as server:
        ada, bob = await both(server)
        experiment_id = await ada.experiment("hers")
        run, other = await ada.run(experiment_id), await bob.run(await bob.experiment("his"))
        permissions = server.store.accounts.permissions
        await permissions.grant("bob", "default", ResourceType.EXPERIMENT, experiment_id, PermissionLevel.EDIT)
        server.authenticator.accounts_changed()
        points = [{"key": "loss", "value": 1.0, "timestamp": step, "step": step} for step in range(3)]
        for step in range(3):
            for logged in (run, other):
                await bob.post(f"{API}/runs/log-batch", {"run_id": logged, "metrics": points[step : step + 1]})
        await permissions.grant("bob", "default", ResourceType.EXPERIMENT, experiment_id, PermissionLevel.DENY)
        server.authenticator.accounts_changed()
        refused = await bob.raw("POST", f"{API}/runs/log-batch", {"run_id": run, "metrics": points})
        assert refused.status == 403
        assert (await bob.raw("GET", f"{API}/runs/get?run_id={run}")).status == 403
        await bob.post(f"{API}/runs/log-batch", {"run_id": other, "metrics": points})


async def test_of_a_list_what_may_not_be_read_is_as_if_it_were_not_there(server: GuardedServer) -> None:
    ada, bob = await both(server)
    mine, theirs = await ada.experiment("a"), await bob.experiment("b")
    my_run, their_run = await ada.run(mine), await bob.run(theirs)
    for caller, run in ((ada, my_run), (bob, their_run)):
        point = {"run_id": run, "key": "loss", "value": 1.0, "timestamp": 1}
        await caller.post(f"{API}/runs/log-metric", point)
    found = await ada.post(f"{API}/runs/search", {"experiment_ids": [mine, theirs]})
    assert [one["info"]["run_id"] for one in found["runs"]] == [my_run]
    runs = f"run_id={my_run}&run_id={their_run}"
    points = await ada.get(f"/ajax-api/2.0/mlflow/metrics/get-history-bulk?{runs}&metric_key=loss")
    assert [one["run_id"] for one in points["metrics"]] == [my_run]
    headers = [HOST, ("authorization", ada.shown), ("content-type", "application/json"), ("accept", "application/json")]
    body = json.dumps({"run_ids": [my_run, their_run, "missing"], "keys": ["loss"]}).encode()
    curves = json.loads((await ask(server.app, "POST", f"{TRIALOG}/metrics/curves", headers, body)).body)
    assert [one["run_id"] for one in curves["curves"]] == [my_run]
    assert sorted(curves["unknown_run_ids"]) == sorted([their_run, "missing"])


async def test_who_may_read_a_model_may_fetch_the_files_of_its_versions(server: GuardedServer) -> None:
    ada, bob = await both(server)
    run_id = await ada.run(experiment_id := await ada.experiment("a"))
    folder = f"/api/2.0/mlflow-artifacts/artifacts/{experiment_id}/{run_id}/artifacts"
    for path in ("model/MLmodel", "notes.txt"):
        headers = [HOST, ("authorization", ada.shown), ("content-length", "1")]
        assert (await ask(server.app, "PUT", f"{folder}/{path}", headers, b"x")).status == 200
    await ada.post(f"{API}/registered-models/create", {"name": "model"})
    version = {"name": "model", "source": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts/model"}
    await ada.post(f"{API}/model-versions/create", {**version, "run_id": run_id})
    assert (await bob.raw("GET", f"{folder}/model/MLmodel")).status == 403
    number = (await server.store.resources.registered_models(["model"]))["model"]
    grant = server.store.accounts.permissions.grant
    await grant("bob", "default", ResourceType.REGISTERED_MODEL, number, PermissionLevel.READ)
    server.authenticator.accounts_changed()
    assert (await bob.raw("GET", f"{folder}/model/MLmodel")).status == 200
    assert (await bob.raw("GET", f"{folder}/notes.txt")).status == 403
    assert (await bob.raw("DELETE", f"{folder}/model/MLmodel")).status == 403


@pytest.mark.parametrize("location", ["", "/inside"])
async def test_nobody_keeps_artifacts_in_the_folder_of_another(server: GuardedServer, location: str) -> None:
    ada, bob = await both(server)
    experiment_id = await ada.experiment("a")
    run_id = await ada.run(experiment_id)
    planted = f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts{location}"
    answer = await bob.raw("POST", f"{API}/experiments/create", {"name": "b", "artifact_location": planted})
    assert answer.status == 403
    free = {"name": "c", "artifact_location": "mlflow-artifacts:/team"}
    assert (await bob.raw("POST", f"{API}/experiments/create", free)).status == 200


async def test_a_version_is_made_of_what_its_maker_may_read(server: GuardedServer) -> None:
    ada, bob = await both(server)
    run_id = await ada.run(await ada.experiment("a"))
    await ada.post(f"{API}/registered-models/create", {"name": "hers"})
    await ada.post(f"{API}/model-versions/create", {"name": "hers", "source": "s3://bucket/model"})
    await bob.post(f"{API}/registered-models/create", {"name": "his"})
    for source in (f"runs:/{run_id}/model", "models:/hers/1"):
        answer = await bob.raw("POST", f"{API}/model-versions/create", {"name": "his", "source": source})
        assert answer.status == 403, source
    linked = {"name": "his", "source": "s3://bucket/model", "run_id": run_id}
    assert (await bob.raw("POST", f"{API}/model-versions/create", linked)).status == 403


async def test_the_bin_as_a_whole_is_the_administrators(server: GuardedServer) -> None:
    ada, bob = await both(server)
    admin = Caller(server, await server.new_user("root", is_admin=True))
    run_id = await ada.run(await ada.experiment("a"))
    await ada.post(f"{API}/runs/delete", {"run_id": run_id})
    assert (await ada.get(f"{TRIALOG}/bin?run_ids={run_id}"))["runs"] == 1
    assert (await bob.raw("GET", f"{TRIALOG}/bin?run_ids={run_id}")).status == 403
    assert (await ada.raw("GET", f"{TRIALOG}/bin")).status == 403
    assert (await ada.raw("POST", f"{TRIALOG}/bin/remove", {"everything": True})).status == 403
    assert (await admin.get(f"{TRIALOG}/bin"))["runs"] == 1


async def test_the_record_says_what_was_done_and_what_was_refused(server: GuardedServer) -> None:
    ada, bob = await both(server)
    experiment_id = await ada.experiment("a")
    run_id = await ada.run(experiment_id)
    await ada.post(f"{API}/runs/set-tag", {"run_id": run_id, "key": "a", "value": "b"})
    await bob.raw("POST", f"{API}/runs/delete", {"run_id": run_id})
    await ask(server.app, "GET", f"{API}/runs/get?run_id={run_id}", [HOST, ("authorization", "Bearer wrong")])
    await server.audit.close()
    records = (await server.store.audit_log.search(max_results=10)).items
    assert [(one.actor, one.operation, one.resource, one.status, one.code) for one in reversed(records)] == [
        ("ada", "create_experiment", "experiment:a", 200, ""),
        ("bob", "delete_run", f"run:{run_id}", 403, "auth.permission_denied"),
        ("anybody", "authenticate", f"GET {API}/runs/get", 401, "auth.unauthenticated"),
    ]
    assert records[-1].via.startswith("token:")


async def recorded(server: GuardedServer, operation: str) -> list[tuple[str, str, int, str]]:
    """Return what is on disk of one operation, the oldest first."""
    found = (await server.store.audit_log.search(max_results=100, operation=operation)).items
    return [(one.actor, one.resource, one.status, one.code) for one in reversed(found)]


async def test_a_change_is_answered_when_its_record_is_kept(server: GuardedServer) -> None:
    ada, _ = await both(server)
    await ada.experiment("a")
    # Nothing is waited for: whatever becomes of the server now, it is there.
    assert await recorded(server, "create_experiment") == [("ada", "experiment:a", 200, "")]


async def test_what_was_permitted_and_failed_is_recorded_too(server: GuardedServer) -> None:
    ada, _ = await both(server)
    root = Caller(server, await server.new_user("root", is_admin=True))
    await ada.experiment("a")
    for caller in (ada, root):
        assert (await caller.raw("POST", f"{API}/experiments/create", {"name": "a"})).status == 400
    assert (await root.raw("PATCH", "/api/2.0/mlflow/users/update-admin", LAST)).status == 409
    # Who looks for something that is not there did nothing.
    assert (await root.raw("GET", f"{API}/experiments/get?experiment_id=987")).status == 404
    await server.audit.close()
    taken = await recorded(server, "create_experiment")
    assert [(actor, status) for actor, _, status, _ in taken] == [("ada", 200), ("ada", 400), ("root", 400)]
    assert {resource for _, resource, _, _ in taken} == {"experiment:a"}
    [last] = await recorded(server, "update_user_admin")
    assert last[:3] == ("root", "user:root", 409)
    assert await recorded(server, "get_experiment") == []


async def test_a_wrong_password_till_now_is_recorded(server: GuardedServer) -> None:
    ada, _ = await both(server)
    new = {"username": "ada", "password": "another horse battery", "current_password": "a guess of somebody"}
    answer = await ada.raw("PATCH", "/api/2.0/mlflow/users/update-password", new)
    assert answer.status in {400, 403}
    await server.audit.close()
    [guess] = await recorded(server, "update_user_password")
    assert guess[:3] == ("ada", "user:ada", answer.status)


async def test_a_storm_of_strangers_fills_no_disk(server: GuardedServer) -> None:
    for number in range(300):
        wrong = [HOST, ("authorization", f"Bearer tlg_{number}")]
        assert (await ask(server.app, "GET", f"{API}/runs/get?run_id=a{number}", wrong)).status == 401
        assert (await ask(server.app, "GET", f"/{number}", wrong)).status == 401
    await server.audit.close()
    found = (await server.store.audit_log.search(max_results=100)).items
    assert [(one.operation, one.status, one.resource, one.times) for one in reversed(found)] == [
        ("authenticate", 401, f"GET {API}/runs/get", 1),
        ("authenticate", 401, "", 599),
    ]


async def test_a_page_that_changes_something_sends_the_token_of_its_login(server: GuardedServer) -> None:
    await server.new_user("ada")
    user = await server.store.accounts.users.get("ada")
    begun = await server.authenticator.begin_session(Identity(actor="ada", user_id=user.user_id))
    cookie = ("cookie", f"{SESSION_COOKIE}={begun.secret}")
    body = json.dumps({"name": "a"}).encode()
    for extra, status in (
        ([], 403),
        ([("x-trialog-csrf", "0" * 64)], 403),
        ([("x-trialog-csrf", csrf_token(begun.secret))], 200),
    ):
        headers = [HOST, cookie, ("content-type", "application/json"), *extra]
        answer = await ask(server.app, "POST", f"{API}/experiments/create", headers, body)
        assert answer.status == status
    assert (await ask(server.app, "GET", f"{API}/experiments/search?max_results=5", [HOST, cookie])).status == 200
    twice = [HOST, cookie, cookie]
    assert (await ask(server.app, "GET", f"{API}/experiments/search?max_results=5", twice)).status == 401


async def test_of_who_is_unknown_no_body_is_read(server: GuardedServer) -> None:
    scope = {
        "type": "http",
        "method": "PUT",
        "path": "/api/2.0/mlflow-artifacts/artifacts/a",
        "raw_path": b"/api/2.0/mlflow-artifacts/artifacts/a",
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"host", b"localhost:5000"), (b"transfer-encoding", b"chunked")],
    }
    sent: list[Any] = []
    is_read = False

    async def receive() -> dict[str, Any]:
        nonlocal is_read
        is_read = True
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    await server.app(scope, receive, send)
    assert sent[0]["status"] == 401
    assert (b"connection", b"close") in sent[0]["headers"]
    assert not is_read


async def test_pages_show_what_their_reader_may_read(server: GuardedServer) -> None:
    ada = Caller(server, await server.new_user("ada"))
    bob = Caller(server, await server.new_user("bob"))
    admin = Caller(server, await server.new_user("root", is_admin=True))
    experiment_id = await ada.experiment("ada's")
    run_id = await ada.run(experiment_id)
    own = await bob.run(await bob.experiment("bob's"))
    await ada.post(f"{API}/registered-models/create", {"name": "ada's"})
    version = {"name": "ada's", "source": f"runs:/{run_id}/model", "run_id": run_id}
    await ada.post(f"{API}/model-versions/create", version)

    for caller, count, permission in ((ada, 1, "MANAGE"), (bob, 1, "MANAGE"), (admin, 3, "MANAGE")):
        listed = await caller.post(f"{TRIALOG}/experiments/overview", {})
        assert (listed["total"], listed["experiments"][0]["permission"]) == (count, permission)
    assert (await bob.get(f"{TRIALOG}/home"))["counts"] == {
        "experiments": 1,
        "runs": 1,
        "running": 1,
        "registered_models": 0,
        "are_exact": True,
    }
    assert (await bob.post(f"{TRIALOG}/models/overview", {}))["total"] == 0
    assert (await ada.post(f"{TRIALOG}/models/overview", {}))["models"][0]["permission"] == "MANAGE"
    assert (await bob.raw("GET", f"{TRIALOG}/runs/{run_id}")).status == 403

    asked = {"experiment_ids": [experiment_id], "run_ids": [own, run_id, "0" * 32]}
    changes = await bob.post(f"{TRIALOG}/changes", asked)
    assert (changes["gone_run_ids"], changes["running"]) == ([run_id, "0" * 32], 0)
    columns = await bob.post(f"{TRIALOG}/runs/columns", {"run_ids": [run_id, own]})
    assert (columns["attributes"]["run_id"], columns["unknown_run_ids"]) == ([own], [run_id])
    nothing = await bob.post(f"{TRIALOG}/runs/columns", {"run_ids": [run_id]})
    assert (nothing["count"], nothing["unknown_run_ids"]) == (0, [run_id])

    assert (await bob.get(f"{TRIALOG}/status"))["store"] is None
    assert (await bob.get(f"{TRIALOG}/status"))["counts"] is None
    assert (await admin.get(f"{TRIALOG}/status"))["counts"]["runs"] == 2


async def test_a_child_in_an_experiment_of_others_is_not_shown(server: GuardedServer) -> None:
    ada = Caller(server, await server.new_user("ada"))
    bob = Caller(server, await server.new_user("bob"))
    parent = await ada.run(await ada.experiment("ada's"))
    child = await bob.run(await bob.experiment("bob's"))
    await bob.post(f"{API}/runs/set-tag", {"run_id": child, "key": "mlflow.parentRunId", "value": parent})
    assert (await ada.get(f"{TRIALOG}/runs/{parent}"))["child_count"] == 0
    assert (await bob.get(f"{TRIALOG}/runs/{child}"))["parent"] is None
