"""Projects in the format of MLflow's public examples, each run as it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.e2e.projects.asked import metrics_of, only_run, output_of, params_of, runs_of, tags_of
from tests.wheels import make_wheel
from trialog.cli import trialog
from trialog.entities import PARENT_RUN_TAG
from trialog.sdk.transport import Transport

EXAMPLES = Path(__file__).parent / "examples"
Call = Callable[..., Result]


@pytest.fixture
def call(url: str, experiment: str, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls `trialog run`."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")

    def invoke(folder: Path, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(trialog, ["run", str(folder), *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_training_in_the_present_environment(transport: Transport, experiment: str, call: Call) -> None:
    call(EXAMPLES / "wine", "--env-manager", "local", "-P", "alpha=0.01")
    run = only_run(transport, experiment)
    assert run.info.status == "FINISHED"
    assert params_of(run) == {"data": "wine.csv", "alpha": "0.01"}
    assert 0 < metrics_of(run)["rmse"] < 2
    assert tags_of(run)["mlflow.project.env"] == "local"
    assert "ridge regression with alpha 0.01: 40 wines" in output_of(transport, run)


def test_another_entry_point_with_a_parameter_that_it_does_not_name(call: Call) -> None:
    data = str(EXAMPLES / "wine" / "wine.csv")
    shown = call(EXAMPLES / "wine", "-e", "describe", "--env-manager", "local", "-P", f"data={data}", "-P", "rows=2")
    lines = [line for line in shown.stdout.splitlines() if line.count(",") == 3]
    assert lines[0] == "acidity,sugar,alcohol,quality"
    assert len(lines) == 3


def test_steps_that_mlflow_itself_runs_below_a_run(transport: Transport, experiment: str, call: Call) -> None:
    call(EXAMPLES / "steps", "--env-manager", "local", "-P", "power=2")
    runs = {tags_of(run)["mlflow.project.entryPoint"]: run for run in runs_of(transport, experiment)}
    assert {name: run.info.status for name, run in runs.items()} == dict.fromkeys(
        ("main", "fetch", "average"), "FINISHED"
    )
    assert metrics_of(runs["main"]) == metrics_of(runs["average"]) == {"mean": pytest.approx(50 / 3)}
    main = runs["main"].info.run_id
    assert {tags_of(runs[name]).get(PARENT_RUN_TAG) for name in ("fetch", "average")} == {main}


def test_an_environment_of_its_own_is_made_once(
    transport: Transport, experiment: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES / "greeting", project)
    code = "def greet(name):\n    return f'Good day, {name}'\n"
    make_wheel(project / "wheels", "example_greeting", "1.0", code)
    call(project, "-P", "name=old world")
    call(project, "-P", "exit=3", code=3)
    last, first = runs_of(transport, experiment)
    assert (first.info.status, last.info.status) == ("FINISHED", "FAILED")
    assert metrics_of(first) == metrics_of(last) == {"times": 2}
    assert {tags_of(run)["mlflow.project.env"] for run in (first, last)} == {"uv"}
    made, found = output_of(transport, first), output_of(transport, last)
    assert made.count("Good day, old world") == 2
    assert "Made the environment" in made
    assert "Found the environment" in found
    assert len([path for path in (tmp_path / "cache").glob("trialog/environments/*") if path.is_dir()]) == 1
