"""The programs of the guides, run by MLflow's client and by `import trialog as mlflow`: what is stored is the same."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.code import ROOT
from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with
from trialog import Client

# As the guides have them, but for their addresses, and a parameter that scikit-learn knows no longer.
WRITTEN = Path(__file__).parent / "guides"
# What the readers of the guides run, as the tests of the web page have it.
WHOLE = ROOT / "tests" / "e2e" / "browser" / "guides"
PROGRAMS = (
    WHOLE / "ru_trading_bot.py",
    WRITTEN / "trading_bot.txt",
    WHOLE / "ru_myassistent.py",
    WHOLE / "fr_scoring.py",
    WRITTEN / "scoring.txt",
    WHOLE / "pt_stock_forecast.py",
    WHOLE / "ru_iris_lab.py",
    WRITTEN / "iris_lab.txt",
)
# All that anybody changes.
IMPORTS = (
    (r"^import mlflow$", "import trialog as mlflow"),
    (r"^import mlflow\.", "import trialog."),
    (r"^from mlflow", "from trialog"),
)
# One process runs them all, for to import MLflow takes longer than what they do.
RUNNER = "import runpy, sys\nfor path in sys.argv[1:]:\n    runpy.run_path(path, run_name='__main__')\n"
# What each client says of itself, and where a model lies, whose id is made up.
OWN_TAGS = re.compile(r"mlflow\.(source|user|log-model|runName)|trialog\.")
SECONDS = 200


def shared(tags: dict[str, str]) -> dict[str, str]:
    """Return the tags that both clients set."""
    return {key: value for key, value in tags.items() if not OWN_TAGS.match(key)}


class Logged:
    """What one client has logged to a server of its own.

    Args:
        url: The server.
        output: What the programs printed.
    """

    def __init__(self, url: str, output: str) -> None:
        self.url = url
        self.output = output
        self.client = Client(url)

    def experiments(self) -> dict[str, str]:
        return {one.name: one.experiment_id for one in self.client.search_experiments()}

    def runs(self, experiment_id: str) -> list[Any]:
        return list(self.client.search_runs([experiment_id], order_by=["attributes.start_time", "attributes.run_id"]))

    def shape(self) -> dict[str, Any]:
        return {name: [self.run(run) for run in self.runs(number)] for name, number in self.experiments().items()}

    def run(self, run: Any) -> dict[str, Any]:
        return {
            "status": run.info.status,
            "params": run.data.params,
            "tags": shared(run.data.tags),
            "metrics": {key: self.points(run.info.run_id, key) for key in sorted(run.data.metrics)},
            "files": self.files(run.info.run_id),
            "models": len(run.outputs.model_outputs) if run.outputs else 0,
        }

    def points(self, run_id: str, key: str) -> list[tuple[int, str]]:
        return [(point.step, repr(point.value)) for point in self.client.get_metric_history(run_id, key)]

    def files(self, run_id: str, folder: str | None = None) -> list[str]:
        found = []
        for file in self.client.list_artifacts(run_id, folder):
            found += self.files(run_id, file.path) if file.is_dir else [file.path]
        # What the code was is kept by one of the two alone.
        return sorted(path for path in found if not path.startswith("source/"))

    def models(self) -> dict[str, Any]:
        return {
            model.name: {
                version.version: (version.current_stage, shared(version.tags), bool(version.run_id))
                for version in self.client.search_model_versions(f"name = '{model.name}'")
            }
            for model in self.client.search_registered_models()
        }

    def logged_models(self) -> list[Any]:
        ids = list(self.experiments().values())
        return sorted((model.name, str(model.status)) for model in self.client.search_logged_models(ids))


@pytest.fixture(scope="module")
def by_mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    yield from logged_by("mlflow", tmp_path_factory.mktemp("mlflow"))


@pytest.fixture(scope="module")
def by_trialog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    yield from logged_by("trialog", tmp_path_factory.mktemp("trialog"))


def logged_by(client: str, folder: Path) -> Iterator[Logged]:
    with start_trialog(folder / "server") as server:
        paths = [str(written_for(client, program, folder, server.url)) for program in PROGRAMS]
        output = run(folder, server.url, "-c", RUNNER, *paths)
        yield Logged(server.url, output)


def written_for(client: str, program: Path, folder: Path, url: str) -> Path:
    """Write a program as it is for one of the clients."""
    text = program.read_text(encoding="utf-8").replace("http://localhost:5000", url)
    # Each makes the folder of its plots; here they all work in one.
    text = text.replace('Path("reports").mkdir()', 'Path("reports").mkdir(exist_ok=True)')
    if client == "trialog":
        for old, new in IMPORTS:
            text = re.sub(old, new, text, flags=re.MULTILINE)
    path = folder / f"{program.stem}_.py"
    path.write_text(text, encoding="utf-8")
    return path


def run(folder: Path, url: str, *arguments: str) -> str:
    variables = {
        "MLFLOW_TRACKING_URI": url,
        "MPLBACKEND": "Agg",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TRIALOG_SPOOL_FOLDER": str(folder / "spool"),
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment_with(variables),
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert "TrackingWarning" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.compat
def test_the_guides_store_the_same_through_both_clients(by_mlflow: Logged, by_trialog: Logged) -> None:
    expected, found = by_mlflow.shape(), by_trialog.shape()
    assert sorted(found) == sorted(expected)
    for experiment, runs in expected.items():
        assert found[experiment] == runs, experiment
    assert sum(map(len, found.values())) > 20
    assert by_trialog.models() == by_mlflow.models()
    assert by_trialog.logged_models() == by_mlflow.logged_models()


@pytest.mark.compat
def test_the_guides_print_the_same_through_both_clients(by_mlflow: Logged, by_trialog: Logged) -> None:
    # MLflow's client tells of its page besides.
    told = [line for line in by_mlflow.output.splitlines() if "View run" not in line and "View experiment" not in line]
    assert by_trialog.output.splitlines() == told
    assert "Run completed and logged to MLflow!" in by_trialog.output


@pytest.mark.compat
def test_what_one_client_stored_the_other_reads(by_mlflow: Logged, by_trialog: Logged, tmp_path: Path) -> None:
    program = (
        "import mlflow\n"
        "for name in ('hybrid_cnn_lstm', 'xgboost_trading_model'):\n"
        "    print(type(mlflow.sklearn.load_model(f'models:/{name}/1')).__name__)\n"
        "print(len(mlflow.search_runs(search_all_experiments=True)))\n"
    )
    there = program.replace("import mlflow\n", "import trialog as mlflow\n")
    assert run(tmp_path, by_mlflow.url, "-c", there) == run(tmp_path, by_trialog.url, "-c", program)


def test_the_tracker_of_the_trading_bot_answers_as_its_guide_says(by_trialog: Logged, tmp_path: Path) -> None:
    path = tmp_path / "tracker.py"
    path.write_text((WRITTEN / "tracker.txt").read_text(encoding="utf-8"), encoding="utf-8")
    best, accuracy, runs, model = run(tmp_path, by_trialog.url, str(path)).splitlines()
    found = by_trialog.client.get_run(best.removeprefix("Лучший run: "))
    assert found.info.run_name == "lstm_256"
    assert accuracy == f"Accuracy: {found.data.metrics['val_accuracy']}"
    assert (runs, model) == ("3 runs", "LogisticRegression")


def test_the_examples_of_the_guide_run_as_they_are_written(by_trialog: Logged, tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "guide" / "sdk.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL))
    (tmp_path / "metrics_plot.png").write_bytes(b"a picture")
    path = tmp_path / "program.py"
    shown = 'print(best["run_id"], len(runs))\n'
    path.write_text(examples.replace("http://127.0.0.1:5000", by_trialog.url) + shown, encoding="utf-8")
    logged, best = run(tmp_path, by_trialog.url, str(path)).splitlines()
    assert best == f"{logged} 1"
    assert by_trialog.client.get_run(logged).data.params == {"solver": "lbfgs", "max_iter": "1000"}
