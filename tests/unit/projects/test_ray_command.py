import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trialog.projects.environment_plan import EnvironmentPlan
from trialog.projects.execution import Work
from trialog.projects.ray_command import NODE, OUTPUT, CommandAssignment, Outcome, Report, in_folder, without_ray

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="commands of a POSIX shell")


@pytest.fixture
def server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"


def begun(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    uri: str,
    command: str,
    stop_at: bytes | None = None,
) -> tuple[list[Report], Outcome]:
    """Run a command as on a node, with what it reported and how it ended."""
    sent = tmp_path / "sent"
    sent.mkdir(exist_ok=True)
    (sent / "data.csv").write_text("1,2\n", encoding="utf-8")
    monkeypatch.chdir(sent)
    work = Work(
        command=command,
        folder=Path("/home/user/project"),
        variables={"MLFLOW_TRACKING_URI": uri, "GIVEN": "yes"},
        environment=EnvironmentPlan(manager="local", folder=Path("/home/user/project")),
    )
    reports: list[Report] = []
    stops: list[Callable[[], None]] = []

    def report(item: Report) -> None:
        reports.append(item)
        if stop_at is not None and item[1] == stop_at:
            stops[-1]()

    return reports, CommandAssignment(work, "/home/user/project")(report, stops.append)


def output(reports: list[Report]) -> str:
    return b"".join(content for word, content in reports if word == OUTPUT and isinstance(content, bytes)).decode()


def test_a_command_runs_in_a_copy_of_what_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    command = "cat /home/user/project/data.csv; pwd; echo $GIVEN >&2; touch written; exit 7"
    reports, outcome = begun(tmp_path, monkeypatch, server, command)
    assert outcome == 7
    assert reports[0][0] == NODE
    content, place, given = output(reports).splitlines()
    assert (content, given) == ("1,2", "yes")
    assert not Path(place).exists()
    assert [path.name for path in (tmp_path / "sent").iterdir()] == ["data.csv"]


def test_a_command_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    reports, outcome = begun(tmp_path, monkeypatch, server, "echo ready; exec sleep 300", stop_at=b"ready\n")
    assert outcome == -signal.SIGINT
    assert output(reports) == "ready\n"


def test_a_server_that_cannot_be_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        uri = f"http://127.0.0.1:{closed.getsockname()[1]}"
    _, outcome = begun(tmp_path, monkeypatch, uri, "touch /home/user/project/begun")
    assert isinstance(outcome, tuple)
    assert outcome[0] == "project.tracking_unreachable"
    assert f"cannot reach the tracking server at {uri}" in outcome[1]


def test_the_folder_of_a_command_is_another_there() -> None:
    command = "cat /a/project/x '/a/project/y z' /a/project /a/project2/x /b/a/project"
    moved = "cat /n\\1/x '/n\\1/y z' /n\\1 /a/project2/x /b/a/project"
    assert in_folder(command, "/a/project", "/n\\1") == moved


def test_python_does_not_import_from_the_folder_of_ray() -> None:
    given = {"PYTHONPATH": os.pathsep.join(["/sent", "/own"]), "A": "b"}
    assert without_ray(given, "/sent") == {"PYTHONPATH": "/own", "A": "b"}
