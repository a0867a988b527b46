"""Attacks on what stands around the login: proxies that nobody told of, names in bodies, folders spelled otherwise."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

import pytest

from tests.account_api import MLFLOW_2, new_caller
from tests.in_memory_accounts import InMemoryAccounts
from tests.in_process import HOST, RawAnswer, ask, error_of, in_process_app
from tests.with_accounts import guarded_server
from trialog.access import (
    Authenticator,
    HashingCost,
    Passwords,
    may,
    may_administer,
    may_create,
    new_token,
    visibility,
)
from trialog.config import Settings
from trialog.entities import DEFAULT_WORKSPACE, ApiToken, Identity, NewRun, PermissionLevel, ResourceType
from trialog.errors import ConfigurationError, TrialogError
from trialog.server.entry import are_accounts_on
from trialog.server.listening import listen
from trialog.web import BodyLimits, Door, Request

pytestmark = pytest.mark.anyio

SEARCH: Final = f"{MLFLOW_2}/experiments/search?max_results=1"

# What proxies add to what they pass on. By these headers alone a server tells that not all who ask are of its machine:
# the connection comes from a loopback address, and many proxies put the server's own name into Host.
SIGNS_OF_PROXIES: Final = (
    ("forwarded", "for=203.0.113.5;proto=https"),
    ("via", "1.1 proxy"),
    ("x-forwarded-for", "203.0.113.5"),
    ("x-forwarded-host", "ml.example.org"),
    ("x-forwarded-proto", "https"),
    ("x-real-ip", "203.0.113.5"),
    ("X-Forwarded-For", ""),
)


@pytest.mark.parametrize("sign", SIGNS_OF_PROXIES)
@pytest.mark.parametrize("target", [SEARCH, "/", "/docs", "/get-artifact?run_id=x&path=y", "/nothing"])
async def test_a_server_for_this_machine_serves_nobody_through_a_proxy(
    tmp_path: Path, sign: tuple[str, str], target: str
) -> None:
    async with in_process_app(tmp_path) as app:
        answer = await ask(app, "GET", target, [HOST, sign])
        assert error_of(answer)[:2] == (403, "PERMISSION_DENIED")
        assert b"request.through_proxy" in answer.body
        # Whoever only asks if it lives is told so.
        assert (await ask(app, "GET", "/health", [HOST, sign])).status == 200
        assert (await ask(app, "GET", SEARCH)).status == 200
    async with in_process_app(tmp_path, allow_open=True) as app:
        assert (await ask(app, "GET", SEARCH, [HOST, sign])).status == 200


async def test_with_accounts_who_comes_through_a_proxy_logs_in(tmp_path: Path) -> None:
    async with guarded_server(tmp_path) as server:
        for sign in SIGNS_OF_PROXIES:
            assert (await ask(server.app, "GET", SEARCH, [HOST, sign])).status == 401


# What says that others reach a server which listens to this machine alone.
MEANT_FOR_OTHERS: Final[tuple[dict[str, Any], ...]] = (
    {"public_url": "https://ml.example.org"},
    {"trusted_proxies": (ip_network("127.0.0.1/32"),)},
    {"allowed_hosts": ("ml.example.org",)},
    {"allowed_hosts": ("localhost", "192.168.*")},
    {"allowed_hosts": ("*",)},
    {"allowed_hosts": ("localhost.example.org",)},
)


@pytest.mark.parametrize("choices", MEANT_FOR_OTHERS, ids=str)
async def test_no_server_behind_a_proxy_is_open_by_accident(tmp_path: Path, choices: dict[str, Any]) -> None:
    uri = f"sqlite:///{(tmp_path / 'trialog.db').as_posix()}"
    settings = Settings(backend_store_uri=uri, port=0, **choices)
    with pytest.raises(ConfigurationError, match="--accounts") as refused:
        listen(settings)
    assert refused.value.code == "server.open_address"
    with pytest.raises(ConfigurationError, match="--allow-open") as refused:
        await are_accounts_on(settings, InMemoryAccounts(), is_reachable=False)
    assert refused.value.code == "server.open_address"
    for meant in ("allow_open", "accounts"):
        listen(Settings(backend_store_uri=uri, port=0, **{**choices, meant: True})).socket.close()


@pytest.mark.parametrize(
    "choices", [{"public_url": "http://localhost:8080"}, {"allowed_hosts": ("localhost:8080", "127.0.0.1", "[::1]")}]
)
def test_names_of_this_machine_are_for_this_machine(tmp_path: Path, choices: dict[str, Any]) -> None:
    uri = f"sqlite:///{(tmp_path / 'trialog.db').as_posix()}"
    listen(Settings(backend_store_uri=uri, port=0, **choices)).socket.close()


class _NobodyIsKnown:
    """Knows nobody, and is not to be asked."""


async def test_whom_the_door_does_not_ask_may_do_nothing() -> None:
    """One slip in the list of what is open must not be all."""
    noted: list[TrialogError] = []
    door = Door(
        _NobodyIsKnown(),  # type: ignore[arg-type]  # on an open path nobody is asked who it is
        [("GET", "/open")],
        lambda _request, error: noted.append(error),
        login_page="/login",
    )
    scope = {"type": "http", "method": "GET", "path": "/open", "raw_path": b"/open", "query_string": b"", "headers": []}

    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing is read")

    request = Request(scope, receive, BodyLimits(1, 1.0))
    await door.admit(request)
    identity: Identity = request.identity
    assert not may_administer(identity)
    assert not may_create(identity, DEFAULT_WORKSPACE)
    assert identity.scope.rank < PermissionLevel.READ.rank
    for kind in (ResourceType.EXPERIMENT, ResourceType.REGISTERED_MODEL):
        default = PermissionLevel.MANAGE
        assert not may(identity, PermissionLevel.READ, DEFAULT_WORKSPACE, kind, "1", default=default)
        assert not visibility(identity, DEFAULT_WORKSPACE, kind, default=default).shows("1")


@pytest.mark.parametrize("said", ["eve", "", "admin", "\u202eada"])
async def test_a_run_is_by_who_logged_in(tmp_path: Path, said: str) -> None:
    async with guarded_server(tmp_path) as server:
        ada = await new_caller(server, "ada")
        made = await ada.send("POST", f"{MLFLOW_2}/experiments/create", name="hers")
        run = await ada.send("POST", f"{MLFLOW_2}/runs/create", experiment_id=made["experiment_id"], user_id=said)
        assert run["run"]["info"]["user_id"] == "ada"
        read = await ada.get(f"{MLFLOW_2}/runs/get", run_id=run["run"]["info"]["run_id"])
        assert read["run"]["info"]["user_id"] == "ada"


async def test_without_accounts_a_run_is_by_whom_its_client_says(tmp_path: Path) -> None:
    async with in_process_app(tmp_path) as app:
        headers = [HOST, ("content-type", "application/json")]
        made = await ask(app, "POST", f"{MLFLOW_2}/runs/create", headers, b'{"experiment_id":"0","user_id":"eve"}')
        assert b'"user_id":"eve"' in made.body


# The folder of a run as file systems may take it that do not tell these names apart.
SPELLINGS: Final = (
    "artifacts",
    "ARTIFACTS",
    "Artifacts",
    "artifact\u017f",
    "\uff41rtifacts",
    "artifacts.",
    "artifa\u200bcts",
    "ARTIFA~1",
    "artifa~12",
    "AR1B2C~1",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_experiment_is_put_into_the_folder_of_a_run(tmp_path: Path, spelling: str) -> None:
    async with guarded_server(tmp_path) as server:
        eve = await new_caller(server, "eve")
        ada = await server.store.experiments.create("hers")
        run = await server.store.runs.create(NewRun(ada.experiment_id))
        for name in (run.info.run_id, run.info.run_id.upper(), "ABCDEF~1"):
            location = f"mlflow-artifacts:/{ada.experiment_id}/{name}/{spelling}/inside"
            answer = await eve.client.post(
                f"{MLFLOW_2}/experiments/create", json={"name": f"of eve {name}", "artifact_location": location}
            )
            # Some of these are no paths at all.
            assert answer.status_code in (400, 403), (name, answer.text)


@pytest.mark.parametrize("target", [SEARCH, f"{MLFLOW_2}/experiments/get?experiment_id=99", "/api/trialog/v1/me"])
async def test_what_is_answered_to_a_login_is_kept_by_nobody(tmp_path: Path, target: str) -> None:
    async with guarded_server(tmp_path) as server:
        await server.new_user("ada")
        user = (await server.store.accounts.users.get("ada")).user_id
        begun = await server.authenticator.begin_session(Identity("ada", user))
        answer: RawAnswer = await ask(server.app, "GET", target, [HOST, ("cookie", f"trialog_session={begun.secret}")])
        assert answer.status in (200, 404)
        assert answer.headers["cache-control"] == "private, no-store"


async def test_whoever_makes_things_all_the_time_slows_nobody_else_down() -> None:
    accounts, passwords = InMemoryAccounts(), Passwords(HashingCost(memory_kib=8, passes=1))
    authenticator = Authenticator(accounts, passwords, clock=lambda: 1.0)
    shown = {}
    for name in ("ada", "eve"):
        await accounts.users.create(name, None)
        made = new_token()
        await accounts.tokens.create(ApiToken(made.token_id, name, "ci", PermissionLevel.MANAGE, 0), made.secret_hash)
        shown[name] = made.text
        await authenticator.by_token(made.text)
    kind = ResourceType.EXPERIMENT
    for number in range(20):
        eve = await authenticator.by_token(shown["eve"])
        await accounts.permissions.grant("eve", DEFAULT_WORKSPACE, kind, str(number), PermissionLevel.MANAGE)
        authenticator.made_something(eve)
        # It counts at once, and she is refused something else.
        eve = await authenticator.by_token(shown["eve"])
        assert visibility(eve, DEFAULT_WORKSPACE, kind, default=PermissionLevel.NO_PERMISSIONS).shows(str(number))
        await authenticator.renewed(eve)
        before = accounts.reads
        await authenticator.by_token(shown["ada"])
        assert accounts.reads == before
    await authenticator.close()
    passwords.close()
