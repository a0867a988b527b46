"""Attacks on what stands behind the way in: past the login, past permissions, and to accounts that nobody gave."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.in_process import HOST, RawAnswer, ask
from tests.with_accounts import GuardedServer, guarded_server
from trialog.access import SESSION_COOKIE
from trialog.entities import (
    Identity,
    NewLoggedModel,
    NewModelVersion,
    NewRegisteredModel,
    NewRun,
    PermissionLevel,
    ResourceType,
)

pytestmark = pytest.mark.anyio

JSON: Final = ("content-type", "application/json")
API: Final = "/api/2.0/mlflow"
SEARCH: Final = f"{API}/experiments/search?max_results=5"
CONTENT: Final = b"what she logged"

# Methods, addresses and headers that led past a login somewhere: of MLflow's second framework, of proxies that read an
# address otherwise than the server behind them, of servers that believe what a request says of itself.
PAST_LOGIN: Final[list[tuple[str, str, dict[str, str]]]] = [
    *(
        (method, target, {})
        for method, target in (
            ("GET", "/ajax-api/3.0/jobs/1"),
            ("POST", "/ajax-api/3.0/jobs/"),
            ("POST", "/ajax-api/3.0/jobs/search"),
            ("PATCH", "/ajax-api/3.0/jobs/cancel/1"),
            ("POST", "/v1/traces"),
            ("GET", "/gateway/mlflow/v1/models"),
            ("POST", "/graphql"),
            ("GET", "/get-artifact?run_id=x&path=y"),
            ("GET", "/model-versions/get-artifact?name=x&version=1&path=y"),
            ("GET", "/api/2.0/mlflow-artifacts/artifacts"),
            ("POST", "/api/2.0/mlflow-artifacts/mpu/create/a"),
            ("HEAD", SEARCH),
            ("OPTIONS", SEARCH),
            ("TRACE", SEARCH),
            ("POST", SEARCH),
            ("GET", f"/{SEARCH}"),
            ("GET", f"//localhost{SEARCH}"),
            ("GET", SEARCH.replace("/", "//")),
            ("GET", SEARCH.replace("/api", "/API")),
            ("GET", SEARCH.replace("/api", "/%61pi")),
            ("GET", SEARCH.replace("/api", "/%2561pi")),
            ("GET", SEARCH.replace("/mlflow", "%2fmlflow")),
            ("GET", SEARCH.replace("/api", "/ajax-api")),
            ("GET", SEARCH.replace("?", "/?")),
            ("GET", SEARCH.replace("?", ";/login?")),
            ("GET", SEARCH.replace("?", "%00?")),
            ("GET", SEARCH.replace("?", "%23/health?")),
            ("GET", SEARCH.replace("?", ".json?")),
            ("GET", f"/health/..{SEARCH}"),
            ("GET", f"/health/..;{SEARCH}"),
            ("GET", f"/version/%2e%2e{SEARCH}"),
            ("GET", f"/login/..{SEARCH}"),
            ("GET", f"/login%2f..{SEARCH}"),
            ("GET", f"/login\\..{SEARCH}"),
            ("GET", f"/docs/..{SEARCH}"),
            ("GET", f"/docs/..%2f{SEARCH}"),
            ("GET", f"/static-files/..{SEARCH}"),
        )
    ),
    *(
        ("GET", SEARCH, {name: value})
        for name, value in (
            ("x-original-url", "/health"),
            ("x-rewrite-url", "/health"),
            ("x-forwarded-prefix", "/health"),
            ("x-http-method-override", "OPTIONS"),
            ("x-method-override", "HEAD"),
            ("x-forwarded-for", "127.0.0.1"),
            ("x-real-ip", "127.0.0.1"),
            ("forwarded", "for=127.0.0.1;host=localhost;proto=https"),
            ("x-forwarded-user", "root"),
            ("x-forwarded-email", "root"),
            ("x-remote-user", "root"),
            ("remote-user", "root"),
            ("x-auth-request-user", "root"),
            ("x-webauth-user", "root"),
            ("x-api-key", "root"),
            ("x-amzn-oidc-identity", "root"),
            ("cookie", f"{SESSION_COOKIE}="),
            ("cookie", f"{SESSION_COOKIE}=root"),
            ("cookie", f"{SESSION_COOKIE}={'A' * 43}"),
            ("cookie", f"{SESSION_COOKIE}=' or '1'='1"),
            ("cookie", f"__Host-{SESSION_COOKIE}={'A' * 43}"),
            ("authorization", "Basic"),
            ("authorization", "Basic Og=="),
            ("authorization", "Basic cm9vdDo="),
            ("authorization", "Basic root:root"),
            ("authorization", "Basic cm9vdAA6cm9vdA=="),
            ("authorization", "Bearer"),
            ("authorization", "Bearer null"),
            ("authorization", "Bearer undefined"),
            ("authorization", "Bearer tlg_"),
            # A token of JSON that says that it is not signed.
            ("authorization", "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJyb290In0."),
            ("authorization", "Token root"),
            ("authorization", "Digest username=root"),
            ("authorization", "Negotiate TlRMTVNTUAAB"),
            ("authorization", "tlg_"),
        )
    ),
]

# What somebody may not do who may so much with the things of another: method, address and body, with the names of those
# things in place of `{...}`.
_MPU: Final = "/api/2.0/mlflow-artifacts/mpu"
_FILES: Final = "/api/2.0/mlflow-artifacts/artifacts"
_NOTHING, _READ, _EDIT = PermissionLevel.NO_PERMISSIONS, PermissionLevel.READ, PermissionLevel.EDIT
_GRANT: Final = {"username": "mallory", "permission": "MANAGE"}
PAST_PERMISSIONS: Final[list[tuple[PermissionLevel, str, str, Any]]] = [
    # Uploads in parts, whose routes MLflow's table of handlers lacked (CVE-2026-2651).
    (_READ, "POST", f"{_MPU}/create/{{folder}}", {"path": "model.pkl", "num_parts": 1}),
    (_READ, "POST", "/ajax-api/2.0/mlflow-artifacts/mpu/create/{folder}", {"path": "model.pkl", "num_parts": 1}),
    (_READ, "POST", f"{_MPU}/create/{{folder}}/deeper", {"path": "model.pkl", "num_parts": 1}),
    (_READ, "PUT", f"{_MPU}/part/{{upload_id}}/1", "overwritten"),
    (_READ, "POST", f"{_MPU}/complete/{{folder}}", {"path": "file.bin", "upload_id": "{upload_id}", "parts": []}),
    (_READ, "POST", f"{_MPU}/complete/mine", {"path": "file.bin", "upload_id": "{upload_id}", "parts": []}),
    (_READ, "POST", f"{_MPU}/abort/{{folder}}", {"path": "file.bin", "upload_id": "{upload_id}"}),
    # Files, by every way to them.
    (_READ, "PUT", f"{_FILES}/{{folder}}/file.bin", "overwritten"),
    (_READ, "PUT", f"{_FILES}/{{experiment_id}}/./{{run_id}}/artifacts/file.bin", "overwritten"),
    (_READ, "PUT", f"{_FILES}/x/../{{folder}}/file.bin", "overwritten"),
    (_READ, "PUT", f"{_FILES}/{{experiment_id}}%2f{{run_id}}%2fartifacts%2ffile.bin", "overwritten"),
    (_READ, "DELETE", f"{_FILES}/{{folder}}/file.bin", None),
    (_EDIT, "DELETE", f"{_FILES}/{{folder}}/file.bin", None),
    (_EDIT, "DELETE", f"{_FILES}/{{folder}}", None),
    (_NOTHING, "GET", f"{_FILES}/{{folder}}/file.bin", None),
    (_NOTHING, "GET", f"{_FILES}?path={{folder}}", None),
    (_NOTHING, "GET", f"{_FILES}", None),
    (_NOTHING, "GET", "/get-artifact?run_id={run_id}&path=file.bin", None),
    (_NOTHING, "GET", "/get-artifact?run_uuid={run_id}&path=file.bin", None),
    (_NOTHING, "GET", "/model-versions/get-artifact?name={model}&version=1&path=file.bin", None),
    (_NOTHING, "GET", f"{API}/artifacts/list?run_id={{run_id}}", None),
    (_NOTHING, "GET", f"{API}/logged-models/{{model_id}}/artifacts/directories", None),
    # Versions made of what may not be read.
    (
        _NOTHING,
        "POST",
        f"{API}/model-versions/create",
        {"name": "mallorys", "source": "runs:/{run_id}/x", "run_id": "{run_id}"},
    ),
    (_NOTHING, "POST", f"{API}/model-versions/create", {"name": "mallorys", "source": "models:/{model}/1"}),
    (
        _NOTHING,
        "POST",
        f"{API}/model-versions/create",
        {"name": "mallorys", "source": "models:/{model_id}", "model_id": "{model_id}"},
    ),
    (
        _NOTHING,
        "POST",
        f"{API}/model-versions/create",
        {"name": "mallorys", "source": "mlflow-artifacts:/{folder}", "run_id": "{own_run}"},
    ),
    (
        _NOTHING,
        "POST",
        f"{API}/model-versions/create",
        {"name": "mallorys", "source": "s3://bucket/model", "run_id": "{run_id}"},
    ),
    (
        _NOTHING,
        "POST",
        f"{API}/experiments/create",
        {"name": "mallorys", "artifact_location": "mlflow-artifacts:/{folder}"},
    ),
    # Runs and experiments.
    (_NOTHING, "GET", f"{API}/runs/get?run_id={{run_id}}", None),
    (_NOTHING, "GET", f"{API}/metrics/get-history?run_id={{run_id}}&metric_key=loss", None),
    (_NOTHING, "GET", f"{API}/experiments/get?experiment_id={{experiment_id}}", None),
    (_NOTHING, "GET", f"{API}/experiments/get?experiment_id=0{{experiment_id}}", None),
    (_READ, "POST", f"{API}/runs/create", {"experiment_id": "{experiment_id}"}),
    (_READ, "POST", f"{API}/runs/set-tag", {"run_id": "{run_id}", "key": "a", "value": "b"}),
    (_READ, "POST", f"{API}/runs/set-tag", {"run_uuid": "{run_id}", "key": "a", "value": "b"}),
    (_READ, "POST", f"{API}/runs/set-tag", {"run_id": "{run_id}", "run_uuid": "{own_run}", "key": "a", "value": "b"}),
    (_READ, "POST", f"{API}/runs/set-tag", {"runId": "{run_id}", "run_id": "{own_run}", "key": "a", "value": "b"}),
    (_READ, "POST", f"{API}/runs/log-batch", {"run_id": "{run_id}", "tags": [{"key": "a", "value": "b"}]}),
    (
        _READ,
        "POST",
        f"{API}/runs/log-batch",
        {
            "run_id": "{own_run}",
            "metrics": [{"key": "loss", "value": 9, "timestamp": 1, "step": 1, "model_id": "{model_id}"}],
        },
    ),
    (_READ, "POST", f"{API}/runs/delete", {"run_id": "{run_id}"}),
    (_EDIT, "POST", f"{API}/runs/delete", {"run_id": "{run_id}"}),
    (_EDIT, "POST", f"{API}/experiments/delete", {"experiment_id": "{experiment_id}"}),
    (_EDIT, "DELETE", f"{API}/registered-models/delete", {"name": "{model}"}),
    (_READ, "POST", f"{API}/registered-models/rename", {"name": "{model}", "new_name": "mallorys too"}),
    (
        _READ,
        "POST",
        f"{API}/model-versions/transition-stage",
        {"name": "{model}", "version": "1", "stage": "Production"},
    ),
    (_READ, "POST", f"{API}/registered-models/alias", {"name": "{model}", "alias": "champion", "version": "1"}),
    (_NOTHING, "GET", "/mlflow/models/{model}/history", None),
    # Permissions, roles, users and tokens of others, and the record.
    (_EDIT, "POST", f"{API}/experiments/permissions/create", {**_GRANT, "experiment_id": "{experiment_id}"}),
    (_EDIT, "PATCH", f"{API}/experiments/permissions/update", {**_GRANT, "experiment_id": "{experiment_id}"}),
    (_EDIT, "POST", f"{API}/registered-models/permissions/create", {**_GRANT, "name": "{model}"}),
    (
        _EDIT,
        "POST",
        "/api/3.0/mlflow/users/permissions/grant",
        {**_GRANT, "resource_type": "experiment", "resource_id": "{experiment_id}"},
    ),
    (
        _EDIT,
        "POST",
        "/api/3.0/mlflow/users/permissions/grant",
        {**_GRANT, "resource_type": "experiment", "resource_id": "*"},
    ),
    (_EDIT, "POST", "/api/3.0/mlflow/roles/create", {"workspace": "default", "name": "mallorys"}),
    (_EDIT, "PATCH", f"{API}/users/update-admin", {"username": "mallory", "is_admin": True}),
    (_EDIT, "PATCH", f"{API}/users/update-password", {"username": "owner", "password": "chosen by mallory"}),
    (_EDIT, "DELETE", f"{API}/users/delete", {"username": "owner"}),
    (_EDIT, "POST", "/api/trialog/v1/tokens", {"name": "theirs", "username": "owner"}),
    (_EDIT, "GET", "/api/trialog/v1/tokens/all", None),
    (_EDIT, "GET", "/api/trialog/v1/audit", None),
    (_EDIT, "GET", "/api/trialog/v1/audit/export", None),
    (_EDIT, "POST", "/api/trialog/v1/groups", {"name": "mallorys"}),
    # Lists and parts that MLflow's table of handlers lacked; here they are not there.
    (_EDIT, "GET", "/api/3.0/mlflow/gateway/secrets/list", None),
    (_EDIT, "GET", "/api/3.0/mlflow/gateway/endpoints/list", None),
    (_EDIT, "GET", "/api/3.0/mlflow/gateway/model-definitions/list", None),
    (_NOTHING, "GET", "/api/3.0/mlflow/traces/tr-1", None),
    (_NOTHING, "POST", "/api/3.0/mlflow/traces/tr-1/assessments", {"assessment": {}}),
    (_NOTHING, "POST", "/api/3.0/mlflow/label-schemas/create", {"experiment_id": "{experiment_id}"}),
]

SIGN_UPS: Final[list[tuple[str, str, str, str]]] = [
    ("POST", f"{API}/users/create", JSON[1], '{"username": "mallory2", "password": "chosen by mallory"}'),
    ("POST", "/ajax-api/2.0/mlflow/users/create", JSON[1], '{"username": "mallory2", "password": "chosen by mallory"}'),
    ("POST", f"{API}/users/create", "text/plain", '{"username": "mallory2", "password": "chosen by mallory"}'),
    (
        "POST",
        f"{API}/users/create",
        "application/x-www-form-urlencoded",
        "username=mallory2&password=chosen+by+mallory",
    ),
    ("POST", f"{API}/users/create-ui", "application/x-www-form-urlencoded", "username=mallory2&password=chosen+by+m"),
    ("POST", f"{API}/users/create-ui", "multipart/form-data; boundary=x", '--x\r\nname="username"\r\n\r\nmallory2'),
    ("GET", f"{API}/users/create-ui?username=mallory2&password=chosen+by+mallory", "text/plain", ""),
    ("GET", f"{API}/users/create?username=mallory2&password=chosen+by+mallory", "text/plain", ""),
    ("GET", "/signup", "text/plain", ""),
    ("POST", "/signup", "application/x-www-form-urlencoded", "username=mallory2&password=chosen+by+mallory"),
    ("POST", "/api/trialog/v1/users", JSON[1], '{"username": "mallory2", "password": "chosen by mallory"}'),
    ("POST", "/api/trialog/v1/users", JSON[1], '{"username": "mallory2", "is_admin": true}'),
    (
        "POST",
        "/login/first",
        "application/x-www-form-urlencoded",
        "secret=x&username=mallory2&password=chosen+by+mallory",
    ),
]

WEAK_PASSWORDS: Final = [
    "",
    " ",
    "a",
    "1234",
    "password",
    "12345678901",
    "123456789012",
    "aaaaaaaaaaaa",
    "password1234",
    "Password1234",
    "changeme12345",
    "mlflow-mlflow",
    "administrator",
    "weak-password",
    "Weak-Password",
]
NAME_OF_WEAK: Final = "weak-password"


@dataclass(frozen=True)
class World:
    """A server with an owner, her things, and somebody who is after them."""

    server: GuardedServer
    names: dict[str, str]
    owner: str

    async def mallory(self, level: PermissionLevel) -> str:
        """Return how somebody shows who she is that may so much with the owner's things."""
        permissions = self.server.store.accounts.permissions
        for kind, thing in (
            (ResourceType.EXPERIMENT, self.names["experiment_id"]),
            (ResourceType.REGISTERED_MODEL, self.names["number"]),
        ):
            await permissions.grant("mallory", "default", kind, thing, level)
            if level is PermissionLevel.NO_PERMISSIONS:
                await permissions.revoke("mallory", "default", kind, thing)
        self.server.authenticator.accounts_changed()
        return await self.server.token_of("mallory")

    async def things(self) -> str:
        """Return all that could have been changed, as text."""
        store, names = self.server.store, self.names
        run = await store.runs.get(names["run_id"])
        model = await store.logged_models.get(names["model_id"])
        registered = await store.registered_models.get(names["model"])
        version = await store.model_versions.get(names["model"], 1)
        users = [(user.username, user.is_admin) for user in await store.accounts.users.all()]
        headers = [HOST, ("authorization", self.owner)]
        file = await ask(self.server.app, "GET", f"{_FILES}/{names['folder']}/file.bin", headers)
        experiment = await store.experiments.get(names["experiment_id"])
        return repr((run, model, registered, version, users, file.body, experiment.name))


# One for all attacks: that none changed anything is what each test ends with.
@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    directory = tmp_path_factory.mktemp("world")
    async with guarded_server(directory, default_permission=PermissionLevel.NO_PERMISSIONS) as server:
        store = server.store
        await server.new_user("root", is_admin=True)
        shown = {name: await server.new_user(name) for name in ("owner", "mallory")}
        numbers = {name: (await store.accounts.users.get(name)).user_id for name in shown}
        experiment = await store.experiments.create("hers", owner=numbers["owner"])
        own = await store.experiments.create("her own", owner=numbers["mallory"])
        run = await store.runs.create(NewRun(experiment.experiment_id))
        own_run = await store.runs.create(NewRun(own.experiment_id))
        model = await store.logged_models.create(NewLoggedModel(experiment.experiment_id))
        await store.registered_models.create(NewRegisteredModel("theirs"), owner=numbers["owner"])
        await store.registered_models.create(NewRegisteredModel("mallorys"), owner=numbers["mallory"])
        await store.model_versions.create(
            NewModelVersion("theirs", source=f"runs:/{run.info.run_id}/", storage_location=run.info.artifact_uri)
        )
        folder = f"{experiment.experiment_id}/{run.info.run_id}/artifacts"
        server.authenticator.accounts_changed()
        headers = [HOST, ("authorization", shown["owner"]), ("content-length", str(len(CONTENT)))]
        assert (await ask(server.app, "PUT", f"{_FILES}/{folder}/file.bin", headers, CONTENT)).status == 200
        assert server.roots.proxied is not None
        names = {
            "experiment_id": experiment.experiment_id,
            "run_id": run.info.run_id,
            "own_run": own_run.info.run_id,
            "model_id": model.model_id,
            "model": "theirs",
            "number": (await store.resources.registered_models(["theirs"]))["theirs"],
            "folder": folder,
            "upload_id": await server.roots.proxied.create_multipart_upload((*folder.split("/"), "file.bin"), 1),
        }
        yield World(server, names, shown["owner"])


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedServer]:
    """For what leaves nothing behind."""
    async with guarded_server(tmp_path_factory.mktemp("guarded")) as server:
        await server.new_user("root", is_admin=True)
        await server.new_user("mallory")
        yield server


def filled(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize(("method", "target", "headers"), PAST_LOGIN, ids=lambda part: str(part)[:70])
async def test_nothing_leads_past_the_login(
    shared: GuardedServer, method: str, target: str, headers: dict[str, str]
) -> None:
    answer = await ask(shared.app, method, target, [HOST, JSON, *headers.items()], b"{}" if method == "POST" else b"")
    assert answer.status == 401, answer
    assert b"experiments" not in answer.body


@pytest.mark.parametrize(("level", "method", "target", "content"), PAST_PERMISSIONS, ids=lambda part: str(part)[:70])
async def test_nothing_leads_past_permissions(
    world: World, level: PermissionLevel, method: str, target: str, content: Any
) -> None:
    shown = await world.mallory(level)
    before = await world.things()
    text = content if isinstance(content, str) else json.dumps(content)
    body = b"" if content is None else filled(text, world.names).encode()
    headers = [HOST, JSON, ("authorization", shown), ("content-length", str(len(body)))]
    answer = await ask(world.server.app, method, filled(target, world.names), headers, body)
    # What names no path or run at all is refused as such.
    assert answer.status in {400, 403, 404, 501}, answer
    assert CONTENT not in answer.body
    assert await world.things() == before


async def told(
    server: GuardedServer, method: str, target: str, kind: str, body: str, *shown: tuple[str, str]
) -> RawAnswer:
    headers = [HOST, ("content-type", kind), ("content-length", str(len(body))), *shown]
    return await ask(server.app, method, target, headers, body.encode())


@pytest.mark.parametrize(("method", "target", "kind", "body"), SIGN_UPS, ids=lambda part: str(part)[:70])
async def test_nobody_makes_an_account_by_herself(
    shared: GuardedServer, method: str, target: str, kind: str, body: str
) -> None:
    before = [user.username for user in await shared.store.accounts.users.all()]
    assert (await told(shared, method, target, kind, body)).status == 401
    by_mallory = await told(shared, method, target, kind, body, ("authorization", await shared.token_of("mallory")))
    assert by_mallory.status in {400, 403, 404, 405, 501}, by_mallory
    # An administrator's browser, which another page makes send it.
    root = await shared.store.accounts.users.get("root")
    begun = await shared.authenticator.begin_session(Identity(actor="root", user_id=root.user_id, is_admin=True))
    cookie = ("cookie", f"{SESSION_COOKIE}={begun.secret}")
    for origin in ((), (("origin", "https://evil.example"),), (("sec-fetch-site", "cross-site"),)):
        forged = await told(shared, method, target, kind, body, cookie, *origin)
        assert forged.status in {400, 401, 403, 404, 405, 501}, forged
    assert [user.username for user in await shared.store.accounts.users.all()] == before


@pytest.mark.parametrize("password", WEAK_PASSWORDS)
async def test_no_account_has_a_password_that_is_tried_first(shared: GuardedServer, password: str) -> None:
    before = [(user.username, user.has_password) for user in await shared.store.accounts.users.all()]
    root = ("authorization", await shared.token_of("root"))
    weak = {"username": NAME_OF_WEAK, "password": password}
    for method, target, content in (
        ("POST", f"{API}/users/create", weak),
        ("POST", "/api/trialog/v1/users", weak),
        ("PATCH", f"{API}/users/update-password", {"username": "mallory", "password": password}),
    ):
        if "update" in target and password.casefold() == NAME_OF_WEAK:
            continue
        answer = await told(shared, method, target, JSON[1], json.dumps(content), root)
        assert answer.status == 400, (target, answer)
    assert [(user.username, user.has_password) for user in await shared.store.accounts.users.all()] == before
