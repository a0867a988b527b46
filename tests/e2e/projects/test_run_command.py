"""`trialog run` and `trialog.projects.run` against a real server."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.e2e.projects.asked import only_run, output_of, params_of, runs_of, tags_of
from tests.e2e.projects.relay import relayed
from tests.unit.sdk.source.repositories import commit, git, new_repository
from trialog.cli import trialog
from trialog.entities import PARENT_RUN_TAG
from trialog.errors import TrialogError
from trialog.projects import ProjectFailed
from trialog.projects import run as run_project
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.fluent.experiments import forget_experiment
from trialog.sdk.fluent.runs import end_run, start_run
from trialog.sdk.runs import Runs
from trialog.sdk.tracking_uri import open_transport, set_tracking_uri
from trialog.sdk.transport import Transport

SECONDS = 60.0
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
MLPROJECT = """
name: wine
entry_points:
  main:
    parameters:
      alpha: {type: float, default: 0.5}
      note: {default: it's fine}
    command: |
      python train.py --alpha {alpha} \\
        --note {note}
  needs: {command: "echo {data} {n}", parameters: {data: path, n: float}}
  fail: {command: "echo before; exit 3"}
  gone: {command: "no-such-program-at-all"}
  read: {command: "cat {data}", parameters: {data: path}}
  long: {command: "echo ready; sleep 300"}
  variables: {command: "python -c 'import os; print(os.environ[\\"MLFLOW_TRACKING_PASSWORD\\"])'"}
  quoted: {command: "bash -c 'echo {x}'", parameters: {x: string}}
"""
TRAIN = """
import argparse, trialog
parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float)
parser.add_argument("--note")
parser.add_argument("--seed")
given = parser.parse_args()
with trialog.start_run() as run:
    trialog.log_param("alpha", given.alpha)
    trialog.log_metric("loss", given.alpha * 2)
    print(given.note, given.seed, run.info.run_id)
"""
Call = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "MLproject").write_text(MLPROJECT, encoding="utf-8")
    (folder / "train.py").write_text(TRAIN, encoding="utf-8")
    return folder


@pytest.fixture
def call(url: str, experiment: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls `trialog run` of the project, which is the working directory."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.chdir(project)

    def invoke(*arguments: str, code: int = 0, uri: str = ".") -> Result:
        result = CliRunner().invoke(trialog, ["run", uri, *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_all_of_a_run_is_kept(transport: Transport, experiment: str, project: Path, call: Call) -> None:
    hash_of_commit = new_repository(project, {})
    git(project, "remote", "add", "origin", "https://ann:secret@example.org/wine.git")
    result = call("-P", "alpha=0.25", "-P", 'seed=a "b" $(touch pwned); touch pwned', "--run-name", "first")
    run = only_run(transport, experiment)
    assert (run.info.status, run.info.run_name) == ("FINISHED", "first")
    assert params_of(run) == {"alpha": "0.25", "note": "it's fine", "seed": 'a "b" $(touch pwned); touch pwned'}
    assert [(point.key, point.value) for point in run.data.metrics] == [("loss", 0.5)]
    written = f'it\'s fine a "b" $(touch pwned); touch pwned {run.info.run_id}'
    assert written in result.stdout
    assert written in output_of(transport, run)
    assert f"Run {run.info.run_id}: FINISHED" in result.stderr
    assert not (project / "pwned").exists()
    tags = tags_of(run)
    assert tags.items() >= {
        ("mlflow.source.type", "PROJECT"),
        ("mlflow.source.name", "https://example.org/wine.git"),
        ("mlflow.source.git.commit", hash_of_commit),
        ("mlflow.source.git.branch", "main"),
        ("mlflow.source.git.repoURL", "https://example.org/wine.git"),
        ("mlflow.project.entryPoint", "main"),
        ("mlflow.project.backend", "local"),
        ("mlflow.project.env", "local"),
        ("trialog.project.exit_code", "0"),
        ("trialog.source.git.dirty", "false"),
    }
    assert "trialog.project.fault" not in tags


def test_a_version_of_a_repository(transport: Transport, experiment: str, project: Path, call: Call) -> None:
    first = new_repository(project, {"hello.sh": "echo first $1 $2\n"})
    commit(project, {"hello.sh": "echo second\n"})
    result = call("-v", first, "-e", "hello.sh", "-P", "who=all of you")
    assert result.stdout == "first --who all of you\n"
    assert f"at commit {first}" in result.stderr
    assert tags_of(only_run(transport, experiment))["mlflow.source.git.commit"] == first


def test_a_run_of_a_changed_project_is_made_again(
    transport: Transport, experiment: str, project: Path, call: Call, tmp_path: Path, url: str
) -> None:
    new_repository(tmp_path / "project", {"inner/MLproject": "entry_points: {main: {command: cat a.txt}}"})
    (project / "inner" / "a.txt").write_text("changed\n", encoding="utf-8")
    call("-P", "api-key=secret-1", "-P", "who=all of you", uri="inner", code=1)
    run = only_run(transport, experiment)
    tags = tags_of(run)
    assert tags["trialog.source.command"] == "trialog run . -P 'api-key=***' -P 'who=all of you'"
    assert (tags["trialog.source.folder"], tags["trialog.source.git.dirty"]) == ("inner", "true")
    again = ["runs", "reproduce", run.info.run_id, "--into", str(tmp_path / "again"), "--no-venv", "--yes"]
    result = CliRunner().invoke(trialog, [*again, "--tracking-uri", url, "--repository", str(project)])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "again" / "inner" / "a.txt").read_text(encoding="utf-8") == "changed\n"
    assert "secrets, which are not recorded" in " ".join(result.output.split())


def test_the_exit_code_is_passed_on(transport: Transport, experiment: str, call: Call) -> None:
    result = call("-e", "fail", code=3)
    assert "FAILED, exit code 3" in result.stderr
    run = only_run(transport, experiment)
    assert run.info.status == "FAILED"
    assert run.info.end_time is not None
    assert tags_of(run)["trialog.project.exit_code"] == "3"
    assert output_of(transport, run) == "before\n"


def test_a_program_that_is_not_there(transport: Transport, experiment: str, call: Call) -> None:
    assert "no-such-program-at-all" in call("-e", "gone", code=127 if sys.platform != "win32" else 1).stdout
    assert only_run(transport, experiment).info.status == "FAILED"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-e", "nothing"], "project.no_entry_point"),
        (["-P", "alpha=high"], "project.parameter_invalid"),
        (["-e", "needs"], "project.parameter_missing"),
        (["-e", "needs", "-P", "n=1", "-P", "data=gone.csv"], "project.parameter_invalid"),
        (["-e", "quoted", "-P", "x=$(id)"], "project.parameter_unsafe"),
        (["-v", "main"], "project.no_repository"),
        (["-A", "gpus=all"], "project.docker"),
        (["--env-manager", "conda"], "project.environment_manager"),
        (["--backend", "ray", "--backend-config", '{"cpus": 1}'], "project.ray_config_invalid"),
    ],
)
def test_what_is_wrong_is_told_before_there_is_a_run(
    transport: Transport, experiment: str, call: Call, arguments: list[str], code: str
) -> None:
    with pytest.raises(TrialogError, match=r"\.$") as raised:
        call(*arguments)
    assert raised.value.code == code
    assert runs_of(transport, experiment) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("entry_points: [", "project.file_unreadable"), ("entry_points: {main: 3}", "project.file_invalid")],
)
def test_a_broken_project_is_told_before_there_is_a_run(
    transport: Transport, experiment: str, project: Path, call: Call, text: str, code: str
) -> None:
    (project / "MLproject").write_text(text, encoding="utf-8")
    with pytest.raises(TrialogError, match="MLproject") as raised:
        call()
    assert raised.value.code == code
    assert runs_of(transport, experiment) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-P", "alpha"], "takes NAME=VALUE"),
        (["-P", "a=1", "-P", "a=2"], "given twice"),
        (["--experiment-name", "a", "--experiment-id", "1"], "not by both"),
        (["--backend", "moon"], "'moon' is not one of"),
    ],
)
def test_a_wrong_use_is_told(call: Call, arguments: list[str], sentence: str) -> None:
    assert sentence in call(*arguments, code=2).stderr


def test_a_run_is_gone_on_with_and_again_without_harm(
    transport: Transport, experiment: str, call: Call, project: Path
) -> None:
    (project / "say.sh").write_text("echo $MLFLOW_RUN_ID $MLFLOW_EXPERIMENT_ID\n", encoding="utf-8")
    made = Runs(transport).create(experiment, run_name="mine", start_time=1, tags={}).info.run_id
    for _ in range(2):
        assert call("-e", "say.sh", "--run-id", made).stdout == f"{made} {experiment} --\n".replace(" --", "")
        run = only_run(transport, experiment)
        assert (run.info.run_id, run.info.status, run.info.run_name) == (made, "FINISHED", "mine")
    assert call("-e", "fail", "--run-id", made, code=3)
    assert only_run(transport, experiment).info.status == "FAILED"


def test_what_a_run_said_itself_counts_unless_it_failed_after_that(
    transport: Transport, experiment: str, call: Call, project: Path
) -> None:
    said = "import os, sys, trialog\ntrialog.Client().set_terminated(os.environ['MLFLOW_RUN_ID'], sys.argv[2])\n"
    (project / "say.py").write_text(f"{said}sys.exit(int(sys.argv[4]))\n", encoding="utf-8")
    call("-e", "say.py", "-P", "status=FAILED", "-P", "code=0")
    assert only_run(transport, experiment).info.status == "FAILED"
    call("-e", "say.py", "-P", "status=FINISHED", "-P", "code=4", code=4)
    assert {run.info.status for run in runs_of(transport, experiment)} == {"FAILED"}


def test_a_file_of_a_run_is_fetched(transport: Transport, experiment: str, call: Call, tmp_path: Path) -> None:
    source = Runs(transport).create(experiment, run_name="source", start_time=1, tags={}).info.run_id
    Artifacts(transport).upload_content(source, b"a,b\n", "data/a.csv")
    uri = f"runs:/{source}/data/a.csv"
    storage = tmp_path / "storage"
    assert call("-e", "read", "-P", f"data={uri}", "--storage-dir", str(storage)).stdout == "a,b\n"
    assert [path.read_bytes() for path in storage.rglob("*.csv")] == [b"a,b\n"]
    assert call("-e", "read", "-P", f"data={uri}").stdout == "a,b\n"
    assert params_of(runs_of(transport, experiment)[0]) == {"data": uri}


def test_a_password_of_a_file_reaches_the_project_and_is_not_kept(
    transport: Transport, experiment: str, call: Call, project: Path
) -> None:
    (project / ".env").write_text("MLFLOW_TRACKING_USERNAME=ann\nMLFLOW_TRACKING_PASSWORD=pass-word-1\n", "utf-8")
    assert call("-e", "variables").stdout == "pass-word-1\n"
    assert output_of(transport, only_run(transport, experiment)) == "***\n"


@needs_posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_is_killed_with_its_parts(
    url: str, transport: Transport, experiment: str, project: Path, number: signal.Signals, code: int
) -> None:
    command = [sys.executable, "-m", "trialog", "run", ".", "-e", "long", "--experiment-id", experiment]
    process = subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, "MLFLOW_TRACKING_URI": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        run_id = only_run(transport, experiment).info.run_id
        tags = {PARENT_RUN_TAG: run_id}
        part = Runs(transport).create(experiment, run_name="part", start_time=1, tags=tags).info.run_id
        process.send_signal(number)
        output, errors = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, output) == (code, "")
    assert f"The run {run_id} was stopped." in errors
    assert Runs(transport).get(run_id).info.status == "KILLED"
    assert Runs(transport).get(part).info.status == "KILLED"
    assert output_of(transport, Runs(transport).get(run_id)) == "ready\n"


@pytest.fixture
def unset_uri(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Has this process forget afterwards where it tracks."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    yield
    set_tracking_uri(None)


@pytest.mark.usefixtures("unset_uri")
def test_a_server_that_is_away_for_a_while_is_waited_for(
    url: str, transport: Transport, experiment: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    (project / "wait.sh").write_text("until [ -e go ]; do sleep 0.05; done; echo gone\n", encoding="utf-8")
    with relayed(url) as address:
        set_tracking_uri(address)
        submitted = run_project(project, "wait.sh", experiment_id=experiment, synchronous=False)
    assert submitted.get_status() == "RUNNING"
    port = int(address.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)) as away:
        (project / "go").touch()
        # The end of the run is told to nobody.
        away.accept()[0].close()
    with relayed(url, port):
        assert submitted.wait()
    run = only_run(transport, experiment)
    assert (run.info.status, tags_of(run)["trialog.project.exit_code"]) == ("FINISHED", "0")


@pytest.fixture
def tracked(url: str, experiment: str, unset_uri: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Has this process track at the server; it is the experiment."""
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment)
    set_tracking_uri(url)
    # Another test may have chosen one in this process.
    forget_experiment()
    return experiment


def test_a_project_within_a_run_is_a_part_of_it(transport: Transport, tracked: str, project: Path) -> None:
    (project / "parts.py").write_text("import trialog\nwith trialog.start_run() as run: trialog.set_tag('a', 'b')\n")
    with start_run() as parent:
        submitted = run_project(project, "parts.py")
    assert submitted.wait()
    assert (submitted.get_status(), submitted.exit_code) == ("FINISHED", 0)
    run = Runs(transport).get(submitted.run_id)
    assert tags_of(run).items() >= {(PARENT_RUN_TAG, parent.info.run_id), ("a", "b"), ("mlflow.source.type", "PROJECT")}
    assert run.info.experiment_id == tracked
    end_run()


def test_a_failing_project_raises(tracked: str, project: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.raises(ProjectFailed, match="failed: its command ended with exit code 3") as raised:
        run_project(project, "fail", experiment_id=tracked)
    assert raised.value.values["exit_code"] == 3
    assert b"before\n" in capfdbinary.readouterr().out


@needs_posix
def test_a_run_in_the_background_can_be_stopped(transport: Transport, tracked: str, project: Path) -> None:
    submitted = run_project(project, "long", synchronous=False)
    assert submitted.get_status() == "RUNNING"
    submitted.cancel()
    assert submitted.get_status() == "KILLED"
    assert not submitted.wait()
    submitted.cancel()
    assert Runs(transport).get(submitted.run_id).info.status == "KILLED"


def test_a_run_in_the_background_is_waited_for(url: str, tracked: str, project: Path) -> None:
    script = project / "begin.py"
    script.write_text(
        "from trialog.projects import run\nprint(run('.', 'echo.sh', synchronous=False).run_id, flush=True)\n"
    )
    (project / "echo.sh").write_text("sleep 0.2; echo heard\n", encoding="utf-8")
    environment = {**os.environ, "MLFLOW_TRACKING_URI": url}
    done = subprocess.run([sys.executable, script], cwd=project, env=environment, capture_output=True, check=True)
    assert done.stdout.endswith(b"heard\n")


def test_a_store_in_a_file_is_named_so_that_every_folder_knows_it(project: Path, call: Call) -> None:
    (project / "where.sh").write_text("echo $MLFLOW_TRACKING_URI\n", encoding="utf-8")
    place = f"sqlite:///{(project / 'here.db').as_posix()}"
    result = call("-e", "where.sh", "--tracking-uri", "sqlite:///here.db", "--experiment-id", "0")
    assert result.stdout == f"{place}\n"
    with closing(open_transport(place)) as store:
        assert only_run(store, "0").info.status == "FINISHED"


def test_an_environment_that_cannot_be_made_fails_the_run(
    transport: Transport, experiment: str, project: Path, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (project / "python_env.yaml").write_text("dependencies: [./tiny-1.0-py3-none-any.whl]\n", encoding="utf-8")
    (project / "tiny-1.0-py3-none-any.whl").write_bytes(b"no wheel")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    with pytest.raises(TrialogError, match=r"The environment could not be made") as raised:
        call("-e", "fail")
    run = only_run(transport, experiment)
    assert run.info.status == "FAILED"
    assert tags_of(run)["trialog.project.fault"] == raised.value.message
    assert "Making an environment by uv" in output_of(transport, run)
