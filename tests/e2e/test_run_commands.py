"""Comparing, exporting, renaming and tagging runs, and looking at their metrics, against a real server."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.servers import start_trialog
from tests.unit.cli.processes import run_to_end
from trialog.cli import trialog
from trialog.entities import Metric, Param, Tag
from trialog.remote.settings import connection_settings
from trialog.sdk.experiments import Experiments
from trialog.sdk.run_table import RunQuestion, RunTable
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport
from trialog.wire.conversions import metric_messages
from trialog.wire.messages.base import EmptyResponse

EVIL = "\x1b[2Jевро\u202e"
FORMULA = '=HYPERLINK("http://evil.example","x")'
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


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def made_run(transport: Transport, experiment_id: str, name: str, **logged: Any) -> str:
    run = Runs(transport).create(experiment_id, run_name=name, start_time=1_700_000_000_123, tags={})
    transport.call(
        "log_batch",
        EmptyResponse,
        run_id=run.info.run_id,
        metrics=metric_messages(
            [
                Metric(key, value, 1_700_000_000_000 + step, step)
                for key, values in logged.get("metrics", {}).items()
                for step, value in enumerate(values)
            ]
        ),
        params=[Param(key, value) for key, value in logged.get("params", {}).items()],
        tags=[Tag(key, value) for key, value in logged.get("tags", {}).items()],
    )
    return run.info.run_id


def test_runs_are_compared_side_by_side(call: Call, transport: Transport) -> None:
    experiment_id = Experiments(transport).create("compared")
    alike = {"metrics": {"nan": [1.0]}, "params": {"epochs": "10"}}
    first = made_run(transport, experiment_id, "a", **alike | {"params": {"epochs": "10", "lr": "0.1"}})
    second = made_run(
        transport, experiment_id, "b", metrics={"nan": [1.0], "loss": [0.5]}, params={"epochs": "10", "lr": "0.2"}
    )
    third = made_run(transport, experiment_id, "a", **alike, tags={"team": EVIL, "mlflow.note.content": "x"})
    rows = [line.split() for line in call("runs", "compare", first, second, third).stdout.splitlines()]
    assert ["Run", f"a {first[:8]}".split()[0], first[:8], "b", "a", third[:8]] in rows
    assert ["*", "lr", "0.1", "0.2"] in rows
    assert ["epochs", "10", "10", "10"] in rows
    assert ["*", "loss", "0.5"] in rows
    assert not any("mlflow.note" in word for row in rows for word in row)
    shown = call("runs", "compare", first, second, third, "--only-differences").stdout
    assert "epochs" not in shown
    assert "\x1b" not in shown
    found = document(call("runs", "compare", first, second, third, "--json"))
    assert [run["run_id"] for run in found["runs"]] == [first, second, third]
    assert {"key": "lr", "differs": True, "values": ["0.1", "0.2", None]} in found["params"]
    assert {"key": "nan", "differs": False, "values": [1.0, 1.0, 1.0]} in found["metrics"]
    only = document(call("runs", "compare", first, second, "--only-differences", "--json"))
    assert [row["key"] for row in only["params"]] == ["lr"]
    alike_all = call("runs", "compare", first, made_run(transport, experiment_id, "c", **alike), "--only-differences")
    assert "(all alike)" in alike_all.stderr
    assert "at least two" in call("runs", "compare", first, first, code=2).output


def test_all_runs_are_exported_with_all_their_digits(call: Call, transport: Transport, tmp_path: Path) -> None:
    experiment_id = Experiments(transport).create("exported")
    values = [0.1 + 0.2, math.nan, -math.inf, 1e300, -0.5]
    for number, value in enumerate(values):
        made_run(
            transport,
            experiment_id,
            f"run-{number}",
            metrics={"roc auc": [value]},
            params={"p": FORMULA if number == 0 else "-1.5e-3", f"only-{number}": 'a"b\r\nc'},
            tags={"note": "+1"},
        )
    order = ("--order-by", "attributes.run_name ASC")
    told = call("runs", "export", "-e", "exported", *order).stdout_bytes.decode()
    rows = table(told)
    assert [row["run_name"] for row in rows] == [f"run-{number}" for number in range(5)]
    assert [row["metrics.roc auc"] for row in rows] == ["0.30000000000000004", "NaN", "-Infinity", "1e+300", "-0.5"]
    assert [row["params.p"] for row in rows[:2]] == [f"'{FORMULA}", "-1.5e-3"]
    assert rows[3]["params.only-3"] == 'a"b\r\nc'
    assert rows[3]["params.only-1"] == ""
    assert rows[0]["tags.note"] == "'+1"
    assert rows[0]["start_time"] == "2023-11-14T22:13:20.123Z"
    as_it_is = table(call("runs", "export", "-e", "exported", *order, "--as-is").stdout_bytes.decode())
    assert as_it_is[0]["params.p"] == FORMULA
    some = ("runs", "search", "-e", "exported", "--filter", "metrics.`roc auc` > 0", "--json")
    assert len(document(call(*some))) == 2
    chosen = (*order, "--filter", "metrics.`roc auc` > 0", "--columns", "run_name,params.p,duration", "-o", "runs.csv")
    assert "2 runs with 3 columns are in runs.csv" in call("runs", "export", "-e", "exported", *chosen).stderr
    assert (tmp_path / "runs.csv").read_bytes().endswith(b",\r\nrun-3,-1.5e-3,\r\n")
    call("runs", "export", "-e", "exported", "-o", "runs.csv", "--excel")
    assert (tmp_path / "runs.csv").read_bytes().startswith(b"\xef\xbb\xbfrun_id,")
    exported = document(call("runs", "export", "-e", "exported", *order, "--json"))
    assert exported[1]["metrics.roc auc"] == "NaN"
    assert exported[0]["start_time"] == 1_700_000_000_123
    assert exported == document(call("runs", "export", "-e", "exported", *order, "--format", "json"))
    assert table(call("experiments", "csv", "-x", experiment_id).stdout_bytes.decode())[0].keys() == rows[0].keys()
    assert [path.name for path in tmp_path.iterdir()] == ["runs.csv"]


def test_a_filter_leaves_no_columns_of_other_runs(call: Call, transport: Transport) -> None:
    experiment_id = Experiments(transport).create("columns")
    made_run(transport, experiment_id, "a", params={"x": "1"}, metrics={"m": [1.0]})
    made_run(transport, experiment_id, "b", params={"y": "1"})
    (row,) = table(call("runs", "export", "-e", "columns", "-f", "params.y = '1'").stdout_bytes.decode())
    assert [name for name in row if "." in name and "mlflow" not in name] == ["params.y"]
    empty = call("runs", "export", "-e", "columns", "-f", "params.y = '2'", "--json")
    assert document(empty) == []


def test_more_columns_and_runs_than_one_answer_holds(call: Call, transport: Transport) -> None:
    experiment_id = Experiments(transport).create("wide")
    names = [f"p{number:03}" for number in range(700)]
    long = [made_run(transport, experiment_id, f"r{number}") for number in range(1100)]
    for start in range(0, len(names), 100):
        params = [Param(name, f"v-{name}") for name in names[start : start + 100]]
        transport.call("log_batch", EmptyResponse, run_id=long[5], params=params)
    question = RunQuestion(experiment_ids=[experiment_id], order_by=["attributes.run_id ASC"])
    columns = ["run_name", *(f"params.{name}" for name in names), "run_id"]
    pages = list(RunTable(transport).pages(question, columns))
    rows = [row for page in pages for row in page.rows]
    assert (len(pages), pages[0].total) == (2, 1100)
    assert sorted(str(row[-1]) for row in rows) == sorted(long)
    (wide,) = [row for row in rows if row[-1] == long[5]]
    assert wide[:-1] == ["r5", *(f"v-{name}" for name in names)]
    assert sum(cell is not None for row in rows for cell in row) == 2 * 1100 + 700
    # The run is older than the newest whose names the server knows at once, in a store that has more.
    assert set(columns) <= set(RunTable(transport).columns(question))


def test_a_run_is_renamed_and_tagged(call: Call, transport: Transport) -> None:
    experiment_id = Experiments(transport).create("changed")
    run_id = made_run(transport, experiment_id, "before")
    assert call("runs", "rename", run_id, "after").stdout == "Run 'before' is called 'after' now.\n"
    assert document(call("runs", "rename", "--run-id", run_id, "again", "--json"))["run_name"] == "again"
    assert "Tag 'team' of run" in call("runs", "tag", "set", run_id, "team", "quant = x").stdout
    call("runs", "tag", "set", run_id, "a=1", "b=2=3")
    tags = document(call("runs", "tag", "list", run_id, "--json"))
    assert {key: tags[key] for key in ("team", "a", "b")} == {"team": "quant = x", "a": "1", "b": "2=3"}
    with pytest.raises(Exception, match="has no tag 'nope'"):
        call("runs", "tag", "delete", run_id, "a", "nope")
    assert "a" in document(call("runs", "tag", "list", run_id, "--json"))
    call("runs", "tag", "delete", run_id, "a", "b")
    assert not {"a", "b"} & set(document(call("runs", "tag", "list", run_id, "--json")))
    call("runs", "rename", run_id, code=2)
    for words in ((), ("=x",), ("x",)):
        call("runs", "tag", "set", run_id, *words, code=2)
    call("experiments", "tag", "set", "changed", "team", "quant")
    assert "team  quant" in call("experiments", "tag", "list", "changed").stdout
    assert "team" not in document(call("experiments", "tag", "delete", "changed", "team", "--json"))["tags"]
    with pytest.raises(Exception, match="has no tag 'team'"):
        call("experiments", "tag", "delete", "changed", "team")


def test_a_metric_s_history_is_shown_and_written(call: Call, transport: Transport) -> None:
    experiment_id = Experiments(transport).create("history")
    losses = [1.0 / (step + 1) for step in range(400)]
    run_id = made_run(transport, experiment_id, "r", metrics={"loss": losses, "one": [math.nan]})
    shown = call("runs", "metrics", run_id, "loss")
    assert "Points:   400" in shown.stdout
    assert "█" in shown.stdout
    assert "20 of 400 points are shown" in shown.stderr
    rows = [line.split() for line in shown.stdout.splitlines()[shown.stdout.splitlines().index("Points") + 2 :]]
    assert (len(rows), rows[0][0], rows[-1][0], rows[0][2]) == (20, "0", "399", "1")
    assert "?" in call("runs", "metrics", "--run-id", run_id, "one").stdout
    written = table(call("runs", "metrics", run_id, "loss", "--csv").stdout_bytes.decode())
    assert [float(row["value"]) for row in written] == losses
    assert list(written[0]) == ["run_id", "metric", "step", "timestamp", "time", "value"]
    told = document(call("runs", "metrics", run_id, "loss", "--json"))
    assert [point["value"] for point in told] == losses
    assert document(call("runs", "metrics", run_id, "one", "--json"))[0]["value"] == "NaN"
    assert {row["key"] for row in document(call("runs", "metrics", run_id, "--json"))} == {"loss", "one"}
    assert "loss" in call("runs", "metrics", run_id).stdout
    with pytest.raises(Exception, match=r"has no metric 'los'\. Did you mean loss"):
        call("runs", "metrics", run_id, "los")
    call("runs", "metrics", run_id, "--csv", code=2)


class Terminal(io.TextIOWrapper):
    """Standard output that says that somebody sits before it."""

    def isatty(self) -> bool:
        return True


def test_names_cannot_command_a_terminal(call: Call, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment_id = Experiments(transport).create("hostile")
    hostile = {"params": {"p": EVIL}, "tags": {"t": EVIL}}
    runs = [made_run(transport, experiment_id, f"{EVIL}{number}", **hostile) for number in range(2)]
    for arguments in (
        ("runs", "compare", *runs),
        ("runs", "tag", "list", runs[0]),
        ("runs", "rename", runs[0], f"{EVIL}x"),
        ("runs", "export", "-e", "hostile", "--json"),
    ):
        for options in ((), ("--json",)):
            text = call(*arguments, *options).stdout
            assert "евро" in text
            assert all(character.isprintable() or character == "\n" for character in text), arguments
    # A file gets them as they are; a terminal does not.
    assert EVIL in call("runs", "export", "-e", "hostile").stdout_bytes.decode()
    buffer = io.BytesIO()
    terminal = Terminal(buffer, encoding="utf-8", write_through=True)
    with redirect_stdout(terminal):
        trialog.main(["runs", "export", "-e", "hostile"], standalone_mode=False)
    shown = buffer.getvalue().decode()
    assert "евро" in shown
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_what_is_refused_leaves_no_file_behind(url: str, tmp_path: Path) -> None:
    for arguments, code, sentence in (
        (("runs", "export", "-e", "Default", "--columns", "loss", "-o", "x.csv"), 1, "There is no column 'loss'"),
        (("runs", "export", "-e", "Default", "--filter", "metrics.", "-o", "x.csv"), 1, "Error: "),
        (("runs", "export", "-e", "Default", "-o", "no/folder/x.csv"), 1, "cannot be written"),
        (("runs", "metrics", "nope", "loss"), 1, "[run.not_found]"),
        (("runs", "compare", "a", "b"), 1, "[run.not_found]"),
    ):
        done = run_to_end(tmp_path, *arguments, environment={"MLFLOW_TRACKING_URI": url})
        assert (done.code, done.output) == (code, "")
        assert sentence in done.errors
        assert len(done.errors.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_experiment_may_come_from_mlflow_s_variables(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "Default")
    call("runs", "list")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "0")
    call("runs", "export")
