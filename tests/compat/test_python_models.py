"""Models that are code of the user's own go both ways: files, modules that load, annotations; and sums stay."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import mlflow.pyfunc
import pytest
from mlflow.models import Model

import trialog.pyfunc
from tests.compat.old_environment import run_old_client
from trialog.models.folder import ModelMetadata

# The first use installs the old client, which takes a minute or more. MLflow asks for type hints.
pytestmark = [pytest.mark.timeout(1200), pytest.mark.filterwarnings("ignore::UserWarning")]

# Named, so that MLflow need not start a second Python to find out what the model needs.
REQUIREMENTS: Final = ["cloudpickle"]
LOADER: Final = """
class Loaded:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.factor = int(file.read())

    def predict(self, data):
        return [value * self.factor for value in data]


def _load_pyfunc(path):
    return Loaded(path)
"""
CODE: Final = """
import mlflow
from mlflow.models import ModelConfig, set_model

FACTOR = ModelConfig(development_config={"factor": 3}).get("factor")


class Scaled(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [value * FACTOR for value in model_input]


set_model(Scaled())
"""
CODE_OF_BOTH: Final = """
import trialog.pyfunc
from trialog.models import set_model


class Scaled(trialog.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [value * context.model_config["factor"] for value in model_input]


set_model(Scaled())
"""


def upper() -> Any:
    """Return a function that no other Python can import: so it is kept whole."""

    def predict(model_input: list[str]) -> list[str]:
        return [text.upper() for text in model_input]

    return predict


def doubled() -> trialog.pyfunc.PythonModel:
    """Return an instance of a class that no other Python can import."""

    class Doubled(trialog.pyfunc.PythonModel):
        def predict(self, model_input):  # type: ignore[no-untyped-def, override]  # MLflow lets it leave the rest away
            return [value * 2 for value in model_input]

    return Doubled()


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    # It warns of each pickle.
    logging.getLogger("mlflow").setLevel(logging.ERROR)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Files of which models are made."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "loader_of_compat.py").write_text(LOADER, encoding="utf-8")
    (folder / "code_of_mlflow.py").write_text(CODE, encoding="utf-8")
    (folder / "code_of_both.py").write_text(CODE_OF_BOTH, encoding="utf-8")
    (folder / "factor.txt").write_text("7", encoding="utf-8")
    return folder


def _save_with_trialog(folder: Path, sources: Path) -> None:
    save = trialog.pyfunc.save_model
    save(folder / "annotated", upper())
    save(folder / "short", doubled())
    save(folder / "code", sources / "code_of_mlflow.py", model_config={"factor": 5})
    save(
        folder / "loader",
        loader_module="loader_of_compat",
        data_path=sources / "factor.txt",
        code_paths=[sources / "loader_of_compat.py"],
    )


EXPECTED: Final = {"annotated": ["A", "B"], "short": [2, 4], "code": [5, 10], "loader": [7, 14]}


def _asked(name: str) -> list[Any]:
    return ["a", "b"] if name == "annotated" else [1, 2]


def test_mlflow_loads_code_that_trialog_saved(tmp_path: Path, sources: Path) -> None:
    _save_with_trialog(tmp_path, sources)
    trialog.pyfunc.save_model(tmp_path / "both", sources / "code_of_both.py", model_config={"factor": 4})
    for name, expected in {**EXPECTED, "both": [4, 8]}.items():
        assert mlflow.pyfunc.load_model(str(tmp_path / name)).predict(_asked(name)) == expected, name
        assert trialog.pyfunc.load_model(tmp_path / name, allow_pickle=True).predict(_asked(name)) == expected, name


def test_trialog_loads_code_that_mlflow_saved(tmp_path: Path, sources: Path) -> None:
    common: dict[str, Any] = {"pip_requirements": REQUIREMENTS}
    save = mlflow.pyfunc.save_model
    save(str(tmp_path / "annotated"), python_model=upper(), **common)
    save(
        str(tmp_path / "code"),
        python_model=str(sources / "code_of_mlflow.py"),
        model_config={"factor": 5},
        **common,
    )
    save(
        str(tmp_path / "loader"),
        loader_module="loader_of_compat",
        data_path=str(sources / "factor.txt"),
        code_paths=[str(sources / "loader_of_compat.py")],
        **common,
    )
    for name in ("annotated", "code", "loader"):
        loaded = trialog.pyfunc.load_model(tmp_path / name, allow_pickle=True)
        assert loaded.predict(_asked(name)) == EXPECTED[name]
        assert loaded.metadata.sha256 is None


def test_trialog_loads_pickles_of_mlflow_where_mlflow_is_not_installed(tmp_path: Path) -> None:
    base: Any = mlflow.pyfunc.PythonModel

    class Doubled(base):  # type: ignore[misc]  # MLflow's class has no type that can be read
        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # MLflow asks for no types
            return [value * 2 for value in model_input]

    for name, model in (("upper", upper()), ("doubled", Doubled())):
        mlflow.pyfunc.save_model(str(tmp_path / name), python_model=model, pip_requirements=REQUIREMENTS)
    script = (
        "import sys; sys.modules['mlflow'] = None\n"
        "import trialog.pyfunc\n"
        "load = trialog.pyfunc.load_model\n"
        f"print(load({str(tmp_path / 'upper')!r}, allow_pickle=True).predict(['a', 'b']))\n"
        f"print(load({str(tmp_path / 'doubled')!r}, allow_pickle=True).predict([1, 2]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["['A', 'B']", "[2, 4]"], done.stderr


def test_mlflow_keeps_the_sums_when_it_writes_a_model_again(tmp_path: Path) -> None:
    metadata = trialog.pyfunc.save_model(tmp_path / "m", doubled())
    again = Model.load(str(tmp_path / "m"))
    again.metadata = {"owner": "me"}
    again.save(str(tmp_path / "m" / "MLmodel"))
    read = ModelMetadata.load(tmp_path / "m")
    assert (read.sha256, read.metadata) == (metadata.sha256, {"owner": "me"})
    assert trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict([1]) == [2]


def test_mlflow_2_22_loads_code_that_trialog_saved(tmp_path: Path, sources: Path, server: str) -> None:
    folder = tmp_path / "models"
    _save_with_trialog(folder, sources)
    found = run_old_client("python_models.py", tmp_path, server, str(folder))
    assert found.pop("version").startswith("2.22.")
    sums = {name: ModelMetadata.load(folder / name).sha256 for name in EXPECTED}
    assert found == {name: {"predictions": EXPECTED[name], "sums": sums[name]} for name in EXPECTED}
