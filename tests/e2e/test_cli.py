"""The commands that ask a server, against a real one."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with, run_to_end, started_server
from trialog.cli import trialog
from trialog.entities.metric_meaning import Band
from trialog.remote.settings import connection_settings
from trialog.sdk.meanings import MetricMeanings
from trialog.sdk.models import Models
from trialog.sdk.registry import ModelRegistry
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport

EVIL = "\x1b[2Jевро\u202e"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture
def call(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls a command; one that fails raises, unless it was to fail with a code."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, answers: str = "", code: int = 0) -> Result:
        result = CliRunner().invoke(trialog, arguments, input=answers)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture
def transport(url: str) -> Iterator[Transport]:
    with closing(Transport(connection_settings(url, {}))) as opened:
        yield opened


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def finished(directory: Path, url: str, *arguments: str) -> tuple[int, str, str]:
    done = run_to_end(directory, *arguments, environment={"MLFLOW_TRACKING_URI": url})
    return done.code, done.output, done.errors


def test_an_experiment_is_made_renamed_deleted_and_restored(call: Call) -> None:
    made = document(call("experiments", "create", "Опыт 日本", "--tag", "team=quant", "--tag", "a=b=c", "--json"))
    assert made["tags"] == {"team": "quant", "a": "b=c"}
    shown = call("experiments", "show", "Опыт 日本").stdout
    assert f"ID:        {made['experiment_id']}" in shown
    assert document(call("experiments", "get", "-x", made["experiment_id"], "--json")) == made
    call("experiments", "rename", made["experiment_id"], "renamed")
    asked = call("experiments", "delete", "renamed", answers="n\n", code=1)
    assert "Delete experiment 'renamed'" in asked.output
    call("experiments", "delete", "renamed", answers="y\n")
    assert "renamed" not in call("experiments", "list").stdout
    assert "renamed  " in call("experiments", "search", "--view", "deleted_only").stdout
    assert document(call("experiments", "restore", "renamed", "--json"))["lifecycle_stage"] == "active"
    found = document(call("experiments", "list", "--filter", "tags.team = 'quant'", "--json"))
    assert [experiment["name"] for experiment in found] == ["renamed"]


def test_a_text_that_is_one_experiment_s_id_and_another_s_name_is_asked_about(call: Call) -> None:
    first = document(call("experiments", "create", "numbered", "--json"))["experiment_id"]
    second = document(call("experiments", "create", first, "--json"))["experiment_id"]
    with pytest.raises(Exception, match="is the id of one experiment and the name of another") as caught:
        call("experiments", "delete", first, "--yes")
    assert "--experiment-name" in str(caught.value)
    assert document(call("experiments", "show", "-n", first, "--json"))["experiment_id"] == second
    assert document(call("experiments", "show", "-x", first, "--json"))["name"] == "numbered"
    assert document(call("experiments", "show", second, "--json"))["name"] == first


def test_runs_are_listed_shown_deleted_and_restored(call: Call, transport: Transport) -> None:
    experiment_id = document(call("experiments", "create", "runs", "--json"))["experiment_id"]
    runs = Runs(transport)
    ids = []
    for number in range(3):
        run = runs.create(experiment_id, run_name=f"run-{number}", start_time=1_700_000_000_000 + number, tags={})
        values = {"roc_auc": 0.6 + number / 10, "rmse": 1.0 - number / 10, "nan": float("nan")}
        runs.log(run.info.run_id, timestamp=1, metrics=values, params={"lr": number})
        runs.finish(run.info.run_id, end_time=1_700_000_061_000 + number)
        ids.append(run.info.run_id)
    lines = call("runs", "list", "-e", "runs").stdout.splitlines()
    assert lines[0].split() == ["Run", "ID", "Name", "Status", "Started", "Took", "nan", "rmse", "roc_auc"]
    assert [line.split()[0] for line in lines[1:]] == ids[::-1]
    assert lines[1].split()[-4:] == ["s", "nan", "0.8", "0.8"]
    chosen = call("runs", "list", "-x", experiment_id, "--columns", "run_name,params.lr", "--order-by", "params.lr ASC")
    assert [line.split() for line in chosen.stdout.splitlines()] == [
        ["run_name", "params.lr"],
        *[[f"run-{number}", str(number)] for number in range(3)],
    ]
    found = document(call("runs", "list", "-e", experiment_id, "--filter", "metrics.roc_auc > 0.65", "--json"))
    assert [run["params"]["lr"] for run in found] == ["2", "1"]
    assert found[0]["metrics"]["nan"] == "NaN"
    shown = call("runs", "show", ids[0]).stdout
    assert "Took:       1 min 01 s" in shown
    rows = [line.split() for line in shown.splitlines()]
    assert ["rmse", "1"] in rows
    assert ["roc_auc", "0.6", "fair"] in rows
    call("runs", "delete", ids[0], "--yes")
    assert document(call("runs", "describe", "--run-id", ids[0], "--json"))["lifecycle_stage"] == "deleted"
    assert call("runs", "list", "-e", "runs", "--view", "deleted_only").stdout.count(ids[0]) == 1
    call("runs", "restore", ids[0])
    assert "first 2 are shown" in call("runs", "list", "-e", "runs", "--max-results", "2").stderr


def test_the_best_run_is_found_by_what_its_metric_means(call: Call, transport: Transport) -> None:
    runs = Runs(transport)
    for name, value in (("best-a", 0.7), ("best-b", 0.9)):
        experiment_id = document(call("experiments", "create", name, "--json"))["experiment_id"]
        run = runs.create(experiment_id, run_name=name, start_time=1, tags={})
        runs.log(run.info.run_id, timestamp=1, metrics={"roc_auc": value, "rmse": value, "own": value}, params={})
    both = ("--experiment", "best-a", "--experiment", "best-b", "--metric")
    highest = document(call("runs", "best", *both, "roc_auc", "--json"))
    assert (highest["run"]["run_name"], highest["direction"], highest["value"]) == ("best-b", "higher", 0.9)
    assert document(call("runs", "best", *both, "rmse", "--json"))["run"]["run_name"] == "best-a"
    lowest = document(call("runs", "best", *both, "own", "--direction", "lower", "--json"))
    assert lowest["run"]["run_name"] == "best-a"
    text = call("runs", "best", *both, "roc_auc").stdout
    assert "Best (last):   0.9" in text
    assert f"Rating:        {highest['band']}" in text
    with pytest.raises(Exception, match="nothing_like_it"):
        call("runs", "best", *both, "nothing_like_it", "--direction", "higher")


def test_a_model_s_life(call: Call, url: str) -> None:
    with ModelRegistry(connection_settings(url, {})) as registry:
        for number, value in enumerate((0.7, 0.8), 1):
            registry.register_model("xgb", f"v-{number}", model_path=f"m/{number}.pkl", metrics={"roc_auc": value})
    call("models", "promote", "xgb", "1", "--reason", "the first")
    done = call("models", "promote", "xgb", "v-2", "--expected-version", "1", "--reason", "better")
    assert done.stdout == "Version 2 of 'xgb' is in Production now.\n"
    with pytest.raises(Exception, match="holds version 2"):
        call("models", "promote", "xgb", "1", "--expected-version", "1")
    listed = call("models", "list", "--filter", "name = 'xgb'").stdout.splitlines()
    assert listed[1].split()[:2] == ["xgb", "2"]
    shown = call("models", "show", "xgb").stdout.splitlines()
    assert [line.split()[:3] for line in shown[-2:]] == [["2", "Production", "v-2"], ["1", "Archived", "v-1"]]
    assert "roc_auc 0.8" in shown[-2]
    assert "Reason:     better" in call("models", "show", "xgb", "Production").stdout
    back = document(call("models", "rollback", "xgb", "--reason", "worse", "--json"))
    assert (back["version"], back["stage"], back["reason"]) == (1, "Production", "worse")
    history = document(call("models", "history", "xgb", "--version", "2", "--json"))
    assert [(move["operation"], move["to_stage"], move["reason"]) for move in history] == [
        ("rollback", "Archived", "worse"),
        ("promote", "Production", "better"),
    ]
    assert "Archived -> Production" in call("models", "history", "xgb").stdout
    assert call("models", "history", "xgb", "--at", "2020-01-31").stdout.startswith("Nothing was in Production at 2020")
    assert document(call("models", "history", "xgb", "--at", "2100-01-31", "--json"))["versions"][0]["version"] == 1


def test_aliases_and_deleting(call: Call, transport: Transport) -> None:
    models = Models(transport)
    models.create("aliased")
    for number in (1, 2, 3):
        models.create_version("aliased", f"m/{number}.pkl")
    assert call("models", "alias", "set", "aliased", "champion", "2").stdout == "'aliased@champion' is version 2 now.\n"
    assert "champion  2" in call("models", "alias", "list", "aliased").stdout
    assert document(call("models", "show", "aliased", "@champion", "--json"))["version"] == 2
    call("models", "alias", "delete", "aliased", "champion", "--yes")
    assert document(call("models", "alias", "list", "aliased", "--json")) == {}
    asked = call("models", "delete", "aliased", "1", answers="\n", code=1)
    assert "Delete version 1 of 'aliased'" in asked.output
    call("models", "delete", "aliased", "1", "--yes")
    call("models", "promote", "aliased", "2")
    for version in (["2"], []):
        with pytest.raises(Exception, match="in Production"):
            call("models", "delete", "aliased", *version, "--yes")
    call("models", "delete", "aliased", "--yes", "--force")
    with pytest.raises(Exception, match="aliased"):
        call("models", "show", "aliased")


def test_a_promotion_that_changes_nothing_says_so(call: Call, url: str, tmp_path: Path, transport: Transport) -> None:
    models = Models(transport)
    models.create("same")
    models.create_version("same", "m")
    assert "(no moves yet)" in call("models", "history", "same").stderr
    assert call("models", "promote", "same", "1").stdout == "Version 1 of 'same' is in Production now.\n"
    again = call("models", "promote", "same", "1", "--reason", "once more").stdout
    assert again == "Version 1 of 'same' was in Production already; nothing was changed.\n"
    when = call("models", "history", "same").stdout.splitlines()[1].split()[0]
    assert call("models", "history", "same", "--at", when).stdout.startswith("In Production at ")
    code, _, errors = finished(tmp_path, url, "models", "delete", "same", "--yes")
    assert code == 1
    assert "with --force" in errors
    assert "force=true" not in errors


def test_what_a_metric_means_is_asked_shown_and_said(
    call: Call, url: str, tmp_path: Path, transport: Transport
) -> None:
    experiment_id = document(call("experiments", "create", "meant", "--json"))["experiment_id"]
    runs = Runs(transport)
    run = runs.create(experiment_id, run_name="r", start_time=1, tags={})
    metrics = {"total_return": 0.096, "rmse": 2.0, "own": 1.0, **{f"m{number}": 1.0 for number in range(30)}}
    runs.log(run.info.run_id, timestamp=1, metrics=metrics, params={})
    asked = call("runs", "best", "-e", "meant", "-m", "total_return")
    assert "0.096 is 9.6 %" in asked.stderr
    assert "trialog metrics set total_return --experiment meant --scale 100" in asked.stderr
    assert f"meant (id {experiment_id})" in asked.stdout
    assert "Rating:" not in asked.stdout
    call("metrics", "set", "total_return", "--experiment", "meant", "--scale", "100")
    said = call("runs", "best", "-e", "meant", "-m", "total_return")
    assert (said.stderr, "Rating:" in said.stdout) == ("", True)
    assert "same series" in call("runs", "best", "-e", "meant", "-m", "rmse").stderr
    code, _, errors = finished(tmp_path, url, "runs", "best", "-e", "meant", "-m", "own")
    assert code == 1
    assert f"is not known in experiment 'meant' (id {experiment_id})" in errors
    assert "--direction higher or --direction lower" in errors
    assert "`trialog metrics set --direction ...`" in errors
    assert "PUT" not in errors
    call("metrics", "set", "own", "-e", "meant", "--direction", "lower", "--thresholds", "4", "3", "2", "1")
    shown = call("metrics", "show", "own", "-e", "meant").stdout.splitlines()
    assert shown[1].split()[:2] == ["own", "lower"]
    assert len(document(call("metrics", "show", "-e", "meant", "--json"))) == len(metrics)
    assert "roc_auc" in call("metrics", "show", "roc_auc").stdout
    assert MetricMeanings(transport).bands({**metrics, "roc_auc": 0.9}, None) == {"roc_auc": Band.EXCELLENT}


def test_a_metric_that_no_run_has_is_named(call: Call, transport: Transport) -> None:
    experiment_id = document(call("experiments", "create", "slips", "--json"))["experiment_id"]
    assert "(no runs)" in call("runs", "list", "-e", "slips").stderr
    runs = Runs(transport)
    run = runs.create(experiment_id, run_name="r", start_time=1, tags={})
    runs.log(run.info.run_id, timestamp=1, metrics={"roc_auc": 0.5}, params={})
    shown = call("runs", "list", "-e", "slips", "--columns", "metrics.rocauc", "--order-by", "metrics.nope DESC").stderr
    assert "No run here has the metric 'rocauc'. Did you mean roc_auc?" in shown
    assert "No run here has the metric 'nope'." in shown


def test_names_cannot_command_the_terminal(call: Call, transport: Transport) -> None:
    made = document(call("experiments", "create", f"e{EVIL}", "--tag", f"k={EVIL}", "--json"))
    assert made["name"] == f"e{EVIL}"
    runs = Runs(transport)
    run = runs.create(made["experiment_id"], run_name=EVIL, start_time=1, tags={"note": EVIL})
    runs.log(run.info.run_id, timestamp=1, metrics={}, params={"p": EVIL})
    models = Models(transport)
    models.create("evil-model", description=EVIL, tags={"t": EVIL})
    models.create_version("evil-model", "m", description=EVIL, tags={"t": EVIL})
    models.promote("evil-model", "1", stage="Production", reason=EVIL)
    for arguments in (
        ("experiments", "list"),
        ("experiments", "show", made["experiment_id"]),
        ("runs", "list", "-x", made["experiment_id"], "--columns", "run_name,params.p,tags.note"),
        ("runs", "show", run.info.run_id),
        ("models", "show", "evil-model"),
        ("models", "show", "evil-model", "1"),
        ("models", "history", "evil-model"),
    ):
        for options in ((), ("--json",)):
            result = call(*arguments, *options)
            assert result.stdout.isprintable() or all(c.isprintable() or c == "\n" for c in result.stdout), arguments
            assert "евро" in result.stdout


def test_errors_are_one_sentence_and_exit_code_1(url: str, tmp_path: Path) -> None:
    for arguments, sentence in (
        (("models", "show", f"no{EVIL}"), "[registered_model.not_found]"),
        (("experiments", "show", "nope"), "There is no experiment with the name or id 'nope'."),
        (("runs", "list", "-e", "Default", "--filter", "metrics."), "Error: "),
        (("models", "list", "--tracking-uri", "http://127.0.0.1:1"), "`trialog server`"),
        (("models", "list", "--tracking-uri", f"{url}/elsewhere"), "[request.endpoint_not_found]"),
    ):
        code, output, errors = finished(tmp_path, url, *arguments)
        assert (code, output) == (1, "")
        assert sentence in errors
        assert len(errors.splitlines()) == 1
        assert "\x1b" not in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ("runs", "list"),
        ("runs", "list", "-e", "Default", "--columns", "loss"),
        ("runs", "best", "-e", "Default"),
        ("experiments", "show"),
        ("experiments", "show", "a", "-x", "1"),
        ("experiments", "create", "x", "--tag", "no-value"),
        ("models", "history", "m", "--at", "2020-01-01", "--alias", "a"),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_a_command_that_makes_no_sense_is_a_mistake_of_usage(call: Call, arguments: tuple[str, ...]) -> None:
    assert "Usage: " in call(*arguments, code=2).output


def test_a_reader_that_leaves_early_is_no_error(url: str, tmp_path: Path, transport: Transport) -> None:
    models = Models(transport)
    for number in range(50):
        models.create(f"many-{number:02}", description="x" * 4000)
    for options in ((), ("--json",)):
        with subprocess.Popen(
            [sys.executable, "-m", "trialog", "models", "list", *options],
            cwd=tmp_path,
            env=environment_with({"MLFLOW_TRACKING_URI": url}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.read(10)
            process.stdout.close()
            assert process.stderr.read() == b""


def test_the_server_of_this_folder_is_asked_without_being_named(tmp_path: Path) -> None:
    with started_server(tmp_path, "--port", "0", "--address-file", "trialog.address", address_file="trialog.address"):
        done = run_to_end(tmp_path, "experiments", "list")
    assert (done.code, done.errors) == (0, "")
    assert "Default" in done.output


def test_a_password_is_not_sent_where_a_folder_says(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MLFLOW_TRACKING_URI=http://tracking.example.org\n", encoding="utf-8")
    done = run_to_end(tmp_path, "models", "list", environment={"MLFLOW_TRACKING_TOKEN": "secret-1"})
    assert done.code == 1
    assert "[connection.address_from_folder]" in done.errors
    assert "secret-1" not in done.errors


@pytest.mark.parametrize(
    "line",
    [
        "MLFLOW_TRACKING_INSECURE_TLS=true",
        "MLFLOW_TRACKING_SERVER_CERT_PATH=theirs.pem",
        "MLFLOW_TRACKING_CLIENT_CERT_PATH=theirs.pem",
    ],
)
def test_a_folder_does_not_say_whom_to_believe(tmp_path: Path, url: str, line: str) -> None:
    (tmp_path / ".env").write_text(f"{line}\n")
    environment = {"MLFLOW_TRACKING_URI": url, "MLFLOW_TRACKING_TOKEN": "secret"}
    for arguments in (("models", "list"), ("models", "list", "--tracking-uri", url)):
        done = run_to_end(tmp_path, *arguments, environment=environment)
        assert done.code == 1
        assert f".env of this folder sets {line.partition('=')[0]}" in done.errors
        assert "[connection.trust_from_folder]" in done.errors
    # What was set outside wins, and a file that is named is meant.
    named = run_to_end(tmp_path, "--env-file", ".env", "models", "list", environment=environment)
    assert named.code == 0, named.errors
    name = line.partition("=")[0]
    outside = run_to_end(tmp_path, "models", "list", environment={**environment, name: ""})
    assert outside.code == 0, outside.errors


def test_a_name_that_the_terminal_cannot_write_ends_nothing(call: Call, url: str, tmp_path: Path) -> None:
    call("experiments", "create", "имя")
    variables = {"MLFLOW_TRACKING_URI": url, "PYTHONIOENCODING": "ascii"}
    shown = run_to_end(tmp_path, "experiments", "show", "имя", environment=variables)
    assert (shown.code, shown.errors) == (0, "")
    assert r"\u0438\u043c\u044f" in shown.output
    told = run_to_end(tmp_path, "experiments", "show", "имя", "--json", environment=variables)
    assert json.loads(told.output)["name"] == "имя"
