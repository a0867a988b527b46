"""Models that are a function or a class of the user's own."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import trialog.pyfunc
from trialog.errors import InvalidParameter, PermissionDenied

ROWS = pd.DataFrame({"a": [1.0, 2.0]})


class Scaled(trialog.pyfunc.PythonModel):
    """Multiplies by what stands in a file of its own."""

    def load_context(self, context: trialog.pyfunc.PythonModelContext) -> None:
        self.factor = float(Path(context.artifacts["factor"]).read_text(encoding="utf-8"))

    def predict(
        self, context: trialog.pyfunc.PythonModelContext, model_input: Any, params: dict[str, Any] | None = None
    ) -> Any:
        unit = (context.model_config or {}).get("unit", "")
        return [f"{value * self.factor + (params or {}).get('more', 0)}{unit}" for value in model_input["a"]]


def test_a_class_has_its_files_options_and_parameters(tmp_path: Path) -> None:
    (tmp_path / "factor.txt").write_text("3", encoding="utf-8")
    trialog.pyfunc.save_model(
        tmp_path / "m",
        Scaled(),
        artifacts={"factor": tmp_path / "factor.txt"},
        model_config={"unit": "m"},
        input_example=(ROWS, {"more": 0}),
    )
    (tmp_path / "factor.txt").unlink()
    with pytest.raises(PermissionDenied, match="kept as a pickle"):
        trialog.pyfunc.load_model(tmp_path / "m")
    loaded = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)
    assert loaded.predict(ROWS) == ["3.0m", "6.0m"]
    assert loaded.predict(ROWS, {"more": 1}) == ["4.0m", "7.0m"]
    assert loaded.unwrap_python_model().factor == 3.0
    other = trialog.pyfunc.load_model(tmp_path / "m", model_config={"unit": "km"}, allow_pickle=True)
    assert other.predict(ROWS) == ["3.0km", "6.0km"]
    with pytest.raises(InvalidParameter, match="has no parameter 'less'"):
        loaded.predict(ROWS, {"less": 1})


def test_a_function_gets_parameters_if_it_takes_them(tmp_path: Path) -> None:
    trialog.pyfunc.save_model(tmp_path / "plain", lambda rows: len(rows))
    trialog.pyfunc.save_model(tmp_path / "more", lambda rows, params: [len(rows), params])
    assert trialog.pyfunc.load_model(tmp_path / "plain", allow_pickle=True).predict(ROWS, {"p": 1}) == 2
    assert trialog.pyfunc.load_model(tmp_path / "more", allow_pickle=True).predict(ROWS, {"p": 1}) == [2, {"p": 1}]


def test_a_function_loads_where_trialog_is_not_installed(tmp_path: Path) -> None:
    trialog.pyfunc.save_model(tmp_path / "m", lambda rows: [value * 2 for value in rows])
    script = (
        "import sys, pickle; sys.modules['trialog'] = None\n"
        f"model = pickle.load(open({str(tmp_path / 'm' / 'python_model.pkl')!r}, 'rb'))\n"
        "print(model.predict([1, 2]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[2, 4]"


def test_code_beside_the_model_comes_along_and_needs_consent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_code_of_a_test.py").write_text("FACTOR = 5\n", encoding="utf-8")

    def predict(model_input: Any) -> Any:
        import own_code_of_a_test  # type: ignore[import-not-found]  # it comes with the model

        return [value * own_code_of_a_test.FACTOR for value in model_input]

    trialog.pyfunc.save_model(tmp_path / "m", predict, code_paths=[tmp_path / "own_code_of_a_test.py"])
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(PermissionDenied, match="brings code of its own along"):
        trialog.pyfunc.load_model(tmp_path / "m")
    assert trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict([1, 2]) == [5, 10]


def test_a_loader_that_is_not_known_needs_consent(tmp_path: Path) -> None:
    trialog.pyfunc.save_model(tmp_path / "m", lambda rows: rows)
    said = (tmp_path / "m" / "MLmodel").read_text(encoding="utf-8")
    (tmp_path / "m" / "MLmodel").write_text(said.replace("mlflow.pyfunc.model", "antigravity"), encoding="utf-8")
    with pytest.raises(PermissionDenied, match="is loaded by the module antigravity"):
        trialog.pyfunc.load_model(tmp_path / "m")
    assert "antigravity" not in sys.modules


def test_options_that_are_none_are_refused_before_anything_runs(tmp_path: Path) -> None:
    trialog.pyfunc.save_model(tmp_path / "m", lambda rows: rows)
    said = (tmp_path / "m" / "MLmodel").read_text(encoding="utf-8")
    said = said.replace("loader_module: mlflow.pyfunc.model", "loader_module: mlflow.pyfunc.model\n    config: x")
    (tmp_path / "m" / "MLmodel").write_text(said, encoding="utf-8")
    with pytest.raises(InvalidParameter, match="as its config"):
        trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)


@pytest.mark.parametrize("model", [Scaled, 1, "text"])
def test_what_predicts_nothing_is_refused(tmp_path: Path, model: object) -> None:
    with pytest.raises(InvalidParameter, match=r"function, an instance of a class with predict|no file of Python"):
        trialog.pyfunc.save_model(tmp_path / "m", model)


def test_what_cannot_be_pickled_is_refused(tmp_path: Path) -> None:
    opened = (tmp_path / "f").open("w", encoding="utf-8")
    with opened, pytest.raises(InvalidParameter, match="cannot be pickled"):
        trialog.pyfunc.save_model(tmp_path / "m", lambda rows: opened.write(rows))
    with pytest.raises(InvalidParameter, match=r"as artifacts\['a'\]"):
        trialog.pyfunc.save_model(tmp_path / "m", lambda rows: rows, artifacts={"a": tmp_path / "nothing"})
    assert not (tmp_path / "m").exists()
