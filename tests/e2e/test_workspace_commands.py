"""`trialog workspaces`, and other commands in a workspace, through a server and beside its store."""

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
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, ResourceNotFound, TrialogError

Call = Callable[..., Result]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server"), "--enable-workspaces") as started:
        yield started


@pytest.fixture(params=["server", "store"])
def call(
    request: pytest.FixtureRequest, server: RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Call]:
    """Calls a command; one that fails raises, unless it was to end with a code."""
    uri = f"sqlite:///{(server.directory / 'trialog.db').as_posix()}"
    place = ("--backend-store-uri", uri) if request.param == "store" else ("--tracking-uri", server.url)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, answers: str = "", code: int = 0, workspace: str | None = None) -> Result:
        monkeypatch.delenv("MLFLOW_WORKSPACE", raising=False)
        if workspace is not None:
            monkeypatch.setenv("MLFLOW_WORKSPACE", workspace)
        result = CliRunner().invoke(trialog, [*arguments, *place], input=answers)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    yield invoke
    for one in document(invoke("workspaces", "list", "--json")):
        if one["name"] != "default":
            invoke("workspaces", "delete", one["name"], "--content", "remove", "--yes")


def entered(server: RunningServer, workspace: str) -> None:
    """Wait until the server lets requests into a workspace: what a command does beside it counts within a second."""
    deadline = time.monotonic() + 30
    address = f"{server.url}/api/2.0/mlflow/experiments/search?max_results=1"
    while httpx.get(address, headers={"X-MLFLOW-WORKSPACE": workspace}, trust_env=False).status_code != 200:
        assert time.monotonic() < deadline


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def refused(call: Call, kind: type[TrialogError], *arguments: str, match: str, workspace: str | None = None) -> None:
    with pytest.raises(kind, match=match):
        call(*arguments, workspace=workspace)


def test_a_workspace_is_made_shown_changed_and_deleted(call: Call) -> None:
    made = call("workspaces", "create", "team-a", "--description", "traders")
    assert "MLFLOW_WORKSPACE=team-a" in made.output
    assert "traders" in call("workspaces", "show", "team-a").output
    assert document(call("workspaces", "show", "team-a", "--json")) == {"name": "team-a", "description": "traders"}
    assert "team-a" in call("workspaces", "list").output
    call("workspaces", "update", "team-a", "--description", "", "--default-artifact-root", "s3://bucket/a")
    assert document(call("workspaces", "show", "team-a", "--json")) == {
        "name": "team-a",
        "default_artifact_root": "s3://bucket/a",
    }
    refused(call, ResourceAlreadyExists, "workspaces", "create", "team-a", match="already exists")
    refused(call, InvalidParameter, "workspaces", "create", "Team A", match="small letters")
    refused(call, InvalidParameter, "workspaces", "delete", "default", "--yes", match="reserved")
    call("workspaces", "delete", "team-a", answers="n\n", code=1)
    assert "There is no workspace team-a any more" in call("workspaces", "delete", "team-a", answers="y\n").output
    refused(call, ResourceNotFound, "workspaces", "show", "team-a", match="Workspace 'team-a' not found")


def test_what_is_done_with_workspaces_is_done_outside_of_them(call: Call) -> None:
    call("workspaces", "create", "team-a", workspace="team-a")
    call("workspaces", "delete", "team-a", "--yes", workspace="team-a")
    refused(call, ResourceNotFound, "roles", "list", match="Workspace 'team-a' not found", workspace="team-a")


def test_a_command_works_in_the_workspace_that_the_environment_names(call: Call, server: RunningServer) -> None:
    call("workspaces", "create", "team-a")
    entered(server, "team-a")
    at = ("--tracking-uri", server.url)

    def on_server(*arguments: str, workspace: str | None = None) -> Any:
        # Commands about experiments ask a server alone; the last place wins.
        runner = CliRunner(env={"MLFLOW_WORKSPACE": workspace})
        result = runner.invoke(trialog, [*arguments, *at, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    on_server("experiments", "create", "--experiment-name", "training", workspace="team-a")
    names = [one["name"] for one in on_server("experiments", "list", workspace="team-a")]
    assert names == ["training"]
    assert "training" not in [one["name"] for one in on_server("experiments", "list")]
    refused(call, Conflict, "workspaces", "delete", "team-a", "--yes", match="still contains 1 experiments")


def test_gc_looks_into_the_bin_of_a_workspace(call: Call, server: RunningServer) -> None:
    call("workspaces", "create", "team-a")
    entered(server, "team-a")
    assert document(call("gc", "--dry-run", "--json", workspace="team-a"))["runs"] == 0
    assert document(call("gc", "--dry-run", "--json", "--workspace", "team-a"))["runs"] == 0
    refused(call, ResourceNotFound, "gc", "--dry-run", match="Workspace 'team-b' not found", workspace="team-b")


def test_gc_looks_into_the_bins_of_all_workspaces_of_a_store(server: RunningServer) -> None:
    uri = f"sqlite:///{(server.directory / 'trialog.db').as_posix()}"
    arguments = ["gc", "--dry-run", "--json", "--all-workspaces"]
    result = CliRunner().invoke(trialog, [*arguments, "--backend-store-uri", uri])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["runs"] == 0
    for wrong in (("--tracking-uri", server.url), ("--backend-store-uri", uri, "--workspace", "team-a")):
        assert CliRunner().invoke(trialog, [*arguments, *wrong]).exit_code == 2


def test_the_record_says_in_which_workspace_a_command_worked(server: RunningServer) -> None:
    uri = f"sqlite:///{(server.directory / 'trialog.db').as_posix()}"

    def on_store(*arguments: str, workspace: str | None = None) -> Any:
        runner = CliRunner(env={"MLFLOW_WORKSPACE": workspace})
        result = runner.invoke(trialog, [*arguments, "--backend-store-uri", uri, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    on_store("workspaces", "create", "recorded")
    on_store("groups", "create", "traders", workspace="recorded")
    [record] = on_store("audit", "list", "--operation", "create_group")
    assert record["resource"] == "workspace:recorded,group:traders"
    on_store("workspaces", "delete", "recorded", "--yes")
