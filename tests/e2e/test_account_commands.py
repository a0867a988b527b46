"""`trialog users | tokens | roles | groups | audit`, through a server and beside its store."""

import getpass
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from tests.servers import RunningServer, start_trialog
from trialog.cli import trialog
from trialog.errors import Conflict, InvalidParameter, PermissionDenied, ResourceNotFound, TrialogError, Unauthenticated

ADMIN, ADMIN_PASSWORD = "admin", "the first password"
PASSWORD = "correct horse battery"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    environment = {"MLFLOW_AUTH_ADMIN_USERNAME": ADMIN, "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN_PASSWORD}
    with start_trialog(tmp_path_factory.mktemp("server"), "--accounts", environment=environment) as started:
        yield started


@pytest.fixture
def place(server: RunningServer, request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The options that say where accounts are: the server's, or those of its store."""
    uri = f"sqlite:///{(server.directory / 'trialog.db').as_posix()}"
    return ("--backend-store-uri", uri) if request.param == "store" else ("--tracking-uri", server.url)


both = pytest.mark.parametrize("place", ["server", "store"], indirect=True)
server_alone = pytest.mark.parametrize("place", ["server"], indirect=True)
store_alone = pytest.mark.parametrize("place", ["store"], indirect=True)


@pytest.fixture
def call(place: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls a command; one that fails raises, unless it was to end with a code."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, answers: str = "", code: int = 0, who: tuple[str, str] | None = None) -> Result:
        username, password = who or (ADMIN, ADMIN_PASSWORD)
        monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", username)
        monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", password)
        result = CliRunner().invoke(trialog, [*arguments, *place], input=answers)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def asks(server: RunningServer, path: str, *, token: str = "", who: tuple[str, str] | None = None) -> int:
    """Ask the server itself, and return the status of its answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx.get(f"{server.url}{path}", headers=headers, auth=who, trust_env=False)
    return answer.status_code


def answers_soon(server: RunningServer, status: int, path: str, **shown: Any) -> None:
    """Fail unless the server comes to answer so: what a command does beside it counts within a second there."""
    deadline = time.monotonic() + 30
    while (seen := asks(server, path, **shown)) != status:
        assert time.monotonic() < deadline, seen


@both
def test_a_user_is_made_with_a_password_from_standard_input(server: RunningServer, call: Call) -> None:
    me = "/api/trialog/v1/me"
    made = document(call("users", "create", "ada", "--json", answers=f"{PASSWORD}\n"))
    assert (made["username"], made["is_admin"], made["has_password"]) == ("ada", False, True)
    answers_soon(server, 200, me, who=("ada", PASSWORD))
    assert "ada" in call("users", "list").stdout

    call("users", "password", "ada", answers="another horse battery\n")
    answers_soon(server, 401, me, who=("ada", PASSWORD))
    answers_soon(server, 200, me, who=("ada", "another horse battery"))
    call("users", "admin", "ada", "on")
    assert [user["is_admin"] for user in document(call("users", "list", "--json"))] == [True, True]
    call("users", "admin", "ada", "off")
    call("users", "delete", "ada", answers="n\n", code=1)
    answers_soon(server, 200, me, who=("ada", "another horse battery"))
    call("users", "delete", "ada", "--yes")
    answers_soon(server, 401, me, who=("ada", "another horse battery"))
    with pytest.raises(ResourceNotFound, match="not found"):
        call("users", "delete", "ada", "--yes")


@both
def test_a_password_is_never_an_argument_and_never_empty(call: Call) -> None:
    call("users", "create", "eve", PASSWORD, code=2)
    call("users", "create", "eve", "--password", PASSWORD, code=2)
    call("users", "create", "eve", answers="", code=2)
    with pytest.raises(TrialogError, match="at least 12"):
        call("users", "create", "eve", answers="short\n")
    assert "eve" not in call("users", "list").stdout


@both
def test_the_last_administrator_stays(call: Call) -> None:
    with pytest.raises(Conflict, match="last administrator"):
        call("users", "admin", ADMIN, "off")


@server_alone
def test_ones_own_password_takes_the_one_till_now(server: RunningServer, call: Call) -> None:
    call("users", "create", "ada", answers=f"{PASSWORD}\n")
    ada = ("ada", PASSWORD)
    with pytest.raises(TrialogError, match="does not match"):
        call("users", "password", answers="wrong horse battery\nanother horse battery\n", who=ada)
    call("users", "password", answers=f"{PASSWORD}\nanother horse battery\n", who=ada)
    answers_soon(server, 200, "/api/trialog/v1/me", who=("ada", "another horse battery"))
    me = call("users", "whoami", who=("ada", "another horse battery")).stdout
    assert "ada" in me
    with pytest.raises(PermissionDenied, match="not permitted"):
        call("users", "list", who=("ada", "another horse battery"))
    call("users", "delete", "ada", "--yes")


@both
def test_an_account_may_wait_for_somebody_of_the_identity_provider(call: Call) -> None:
    made = document(call("users", "create", "carol", "--from-provider", "--json"))
    assert (made["has_password"], made["awaits_provider"]) == (False, True)
    call("users", "create", "grace", answers=f"{PASSWORD}\n")
    assert "grace" in call("users", "from-provider", "grace").stdout
    waiting = {user["username"]: user["awaits_provider"] for user in document(call("users", "list", "--json"))}
    assert (waiting["carol"], waiting["grace"], waiting[ADMIN]) == (True, True, False)
    for username in ("carol", "grace"):
        call("users", "delete", username, "--yes")


@both
def test_a_token_is_printed_once(server: RunningServer, call: Call) -> None:
    call("users", "create", "robot", "--no-password")
    printed = call("tokens", "create", "nightly", "--user", "robot", "--scope", "read", "--expires", "90d")
    secret = printed.stdout.strip()
    answers_soon(server, 200, "/api/trialog/v1/me", token=secret)
    [token] = document(call("tokens", "list", "--user", "robot", "--json"))
    assert (token["name"], token["scope"]) == ("nightly", "READ")
    assert token["expires_at"] - token["created_at"] > 89 * 86_400_000
    assert secret not in call("tokens", "list", "--all").stdout
    call("tokens", "delete", token["token_id"])
    answers_soon(server, 401, "/api/trialog/v1/me", token=secret)
    call("users", "delete", "robot", "--yes")


@both
def test_roles_and_groups(server: RunningServer, call: Call) -> None:
    call("users", "create", "ada", answers=f"{PASSWORD}\n")
    experiment = "/api/2.0/mlflow/experiments/get?experiment_id=0"
    ada = ("ada", PASSWORD)
    role = document(call("roles", "create", "nothing", "--json"))
    permission = document(call("roles", "permit", "nothing", "DENY", "--experiment-id", "0", "--json"))
    changed = document(call("roles", "permit", "nothing", "READ", "--experiment-id", "0", "--json"))
    assert (changed["id"], changed["permission"]) == (permission["id"], "READ")
    call("roles", "permit", "nothing", "DENY", "--experiment-id", "0")
    call("groups", "create", "quants")
    call("groups", "add", "quants", "ada")
    answers_soon(server, 200, experiment, who=ada)
    call("roles", "assign", "nothing", "--group", "quants")
    assert "nothing" in call("groups", "show", "quants").stdout
    answers_soon(server, 403, experiment, who=ada)
    shown = call("users", "show", "ada").stdout
    assert "DENY" in shown
    assert "nothing" in shown
    call("roles", "withdraw", str(permission["id"]))
    assert document(call("roles", "show", str(role["id"]), "--json"))["permissions"] == []
    call("roles", "unassign", "nothing", "--group", "quants")
    call("roles", "assign", "nothing", "--user", "ada")
    call("roles", "unassign", "nothing", "--user", "ada")
    call("roles", "delete", "nothing", "--yes")
    with pytest.raises(ResourceNotFound, match="no role 'nothing'"):
        call("roles", "show", "nothing")
    call("groups", "remove", "quants", "ada")
    call("groups", "delete", "quants", "--yes")
    assert document(call("groups", "list", "--json")) == []
    call("users", "delete", "ada", "--yes")


@both
def test_permissions_of_one_user(call: Call) -> None:
    call("users", "create", "ada", answers=f"{PASSWORD}\n")
    call("users", "grant", "ada", "edit", "--experiment-id", "0")
    shown = document(call("users", "show", "ada", "--json"))["permissions"]
    assert [(row["resource_pattern"], row["permission"]) for row in shown] == [("0", "EDIT")]
    # A second word replaces the first.
    call("users", "grant", "ada", "DENY", "--experiment-id", "0")
    call("users", "grant", "ada", "EDIT", "--model", "*")
    call("users", "grant", "ada", "READ", "--model", "*")
    shown = document(call("users", "show", "ada", "--json"))["permissions"]
    assert {(row["resource_pattern"], row["permission"]) for row in shown} == {("0", "DENY"), ("*", "READ")}
    call("users", "revoke", "ada", "--model", "*")
    call("users", "revoke", "ada", "--experiment-id", "0")
    assert document(call("users", "show", "ada", "--json"))["permissions"] == []
    call("users", "grant", "ada", "READ", code=2)
    call("users", "grant", "ada", "READ", "--experiment-id", "0", "--model", "m", code=2)
    call("users", "logout", "ada")
    call("users", "delete", "ada", "--yes")


@both
def test_the_record_is_listed_and_exported(call: Call, tmp_path: Path) -> None:
    call("groups", "create", "watched")
    call("groups", "delete", "watched", "--yes")
    listing = ("audit", "list", "--operation", "delete_group", "--max-results", "1", "--json")
    assert [record["resource"] for record in document(call(*listing))] == ["group:watched"]
    assert "group:watched" in call("audit", "list", "--since", "2026-01-01").stdout

    listed = document(call(*listing))
    lines = [json.loads(line) for line in call("audit", "export").stdout.splitlines()]
    assert [line["record_id"] for line in lines] == sorted(line["record_id"] for line in lines)
    assert listed[0]["record_id"] in [line["record_id"] for line in lines]
    file = tmp_path / "audit.jsonl"
    call("audit", "export", "--output", str(file))
    assert len(file.read_text().splitlines()) >= len(lines)
    call("audit", "export", "--output", str(file), code=1)


@store_alone
def test_old_records_are_removed_beside_the_store(call: Call) -> None:
    call("groups", "create", "passing")
    call("groups", "delete", "passing", "--yes")
    listing = ("audit", "list", "--max-results", "1000", "--json")
    before = document(call(*listing))
    assert "0 records were removed" in call("audit", "prune", "--before", "2000-01-01", "--yes").stdout
    call("audit", "prune", "--before", str(before[0]["timestamp"]), answers="n\n", code=1)
    with pytest.raises(InvalidParameter, match="Name a moment that is past"):
        call("audit", "prune", "--before", "2999-01-01", "--yes")
    call("audit", "prune", code=2)

    pruned = call("audit", "prune", "--before", str(before[0]["timestamp"]), "--yes", "--json")
    older = [record for record in before if record["timestamp"] < before[0]["timestamp"]]
    assert document(pruned) == {"removed": len(older)}
    left = document(call(*listing))
    assert [record["operation"] for record in left[:2]] == ["prune_audit_records"] * 2
    assert left[0]["resource"].startswith("before:20")
    assert left[2:] == [record for record in before if record not in older]


@server_alone
def test_no_server_removes_records(call: Call) -> None:
    call("audit", "prune", "--before", "2000-01-01", "--yes", code=2)


@server_alone
def test_who_is_not_logged_in_is_told_how_to(call: Call) -> None:
    for who in (("", ""), (ADMIN, "not her password")):
        with pytest.raises(Unauthenticated, match="MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"):
            call("users", "list", who=who)


@store_alone
def test_a_forgotten_password_is_set_beside_the_server(server: RunningServer, call: Call) -> None:
    call("users", "create", "lost", "--admin", answers=f"{PASSWORD}\n")
    call("users", "password", "lost", answers="another horse battery\n")
    answers_soon(server, 200, "/api/trialog/v1/me", who=("lost", "another horse battery"))
    [record] = document(call("audit", "list", "--operation", "update_user_password", "--max-results", "1", "--json"))
    # The operating system knows who it was.
    assert (record["actor"], record["via"]) == ("anybody", f"command:{getpass.getuser()}")
    call("users", "delete", "lost", "--yes")


@store_alone
def test_what_the_store_cannot_know_is_asked_of_a_server(call: Call) -> None:
    call("users", "whoami", code=2)
    call("users", "password", code=2)
    call("users", "logout", code=2)
    call("tokens", "create", "mine", code=2)
    call("users", "list", "--tracking-uri", "http://127.0.0.1:5000", code=2)
