"""Models that are code of the user's own: a file, a module that loads, annotations, and the code that comes along."""

import importlib.util
import py_compile
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import BaseModel

import trialog.pyfunc
from trialog.errors import InvalidParameter, MissingDependency, PermissionDenied
from trialog.models import infer_signature

LOADER = """
class Loaded:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.factor = int(file.read())

    def predict(self, data):
        return [value * self.factor for value in data]


def _load_pyfunc(path):
    return Loaded(path)
"""
CODE = """
import trialog.pyfunc
from trialog.models import set_model


class Scaled(trialog.pyfunc.PythonModel):
    def load_context(self, context):
        self.unit = context.model_config["unit"]

    def predict(self, context, model_input, params=None):
        return [f"{value}{self.unit}{(params or {}).get('end', '')}" for value in model_input]


set_model(Scaled())
"""


class Row(BaseModel):
    """What comes into a model."""

    size: int
    name: str | None = None


@pytest.fixture(autouse=True)
def path_of_python(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Modules and folders that a test brings do not stay."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("own_", "trialog_model_")):
            del sys.modules[name]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_code_is_kept_as_it_is_and_loads_with_consent(tmp_path: Path) -> None:
    file = write(tmp_path / "own_model.py", CODE)
    trialog.pyfunc.save_model(tmp_path / "m", file, model_config={"unit": "m"})
    file.unlink()
    assert not list((tmp_path / "m").glob("*.pkl"))
    with pytest.raises(PermissionDenied, match=r"is the code of own_model\.py, and that code would run here"):
        trialog.pyfunc.load_model(tmp_path / "m")
    loaded = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)
    assert loaded.predict([1, 2]) == ["1m", "2m"]
    assert loaded.predict([1], {"end": "!"}) == ["1m!"]
    other = trialog.pyfunc.load_model(tmp_path / "m", model_config={"unit": "km"}, allow_pickle=True)
    assert (other.predict([1]), loaded.predict([1])) == (["1km"], ["1m"])
    # Python keeps no cache in the folder, which would be a file that the model does not have.
    assert not list((tmp_path / "m").rglob("__pycache__"))


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("x = 1", InvalidParameter, r"own\.py ran, and handed no model over: call trialog\.models\.set_model"),
        ("1 / 0", ZeroDivisionError, "division by zero"),
        ("x = (", SyntaxError, "was never closed"),
        ("import own_nothing", MissingDependency, "needs the module 'own_nothing'.*pip install own_nothing"),
        ("from trialog.models import set_model\nset_model(1)", InvalidParameter, "an instance of a class with predict"),
    ],
)
def test_a_file_that_makes_no_model_says_why(tmp_path: Path, text: str, error: type[Exception], told: str) -> None:
    file = write(tmp_path / "own.py", text)
    with pytest.raises(error, match=told):
        trialog.pyfunc.save_model(tmp_path / "m", file)
    assert not (tmp_path / "m").exists()


def test_what_is_no_file_of_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="no file of Python"):
        trialog.pyfunc.save_model(tmp_path / "m", write(tmp_path / "note.ipynb", "{}"))
    with pytest.raises(InvalidParameter, match="Give either python_model, or loader_module"):
        trialog.pyfunc.save_model(tmp_path / "m")
    with pytest.raises(InvalidParameter, match="Give either python_model, or loader_module"):
        trialog.pyfunc.save_model(tmp_path / "m", lambda rows: rows, loader_module="own_loader")


def test_options_may_stand_in_a_file(tmp_path: Path) -> None:
    file = write(tmp_path / "own_model.py", CODE)
    options = write(tmp_path / "options.yaml", "unit: s\n")
    trialog.pyfunc.save_model(tmp_path / "m", file, model_config=options)
    assert trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict([1]) == ["1s"]
    with pytest.raises(InvalidParameter, match="model_config cannot be read"):
        trialog.pyfunc.save_model(tmp_path / "n", file, model_config=tmp_path / "nothing.yaml")
    with pytest.raises(InvalidParameter, match="has options by name"):
        trialog.pyfunc.save_model(tmp_path / "n", file, model_config=write(options, "- 1\n"))


def test_a_module_loads_its_data(tmp_path: Path) -> None:
    module = write(tmp_path / "own_loader.py", LOADER)
    trialog.pyfunc.save_model(
        tmp_path / "m", loader_module="own_loader", data_path=write(tmp_path / "n.txt", "7"), code_paths=[module]
    )
    with pytest.raises(PermissionDenied, match="brings code of its own along"):
        trialog.pyfunc.load_model(tmp_path / "m")
    loaded = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)
    assert (loaded.predict([1, 2]), loaded.loader_module) == ([7, 14], "own_loader")
    with pytest.raises(InvalidParameter, match="as data_path"):
        trialog.pyfunc.save_model(tmp_path / "n", loader_module="own_loader", data_path=tmp_path / "nothing")


def test_two_models_bring_modules_of_one_name(tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path / "own_number.py", f"NUMBER = {number}\n")
        module = write(
            tmp_path / "own_loader.py", "import own_number\n" + LOADER.replace("* self.factor", "* own_number.NUMBER")
        )
        trialog.pyfunc.save_model(
            tmp_path / str(number),
            loader_module="own_loader",
            data_path=write(tmp_path / "n.txt", "7"),
            code_paths=[module, tmp_path / "own_number.py"],
        )
    one, two = (trialog.pyfunc.load_model(tmp_path / name, allow_pickle=True) for name in ("1", "2"))
    assert (one.predict([10]), two.predict([10])) == ([10], [20])


def test_a_cache_beside_the_code_is_not_what_runs(tmp_path: Path) -> None:
    module = write(tmp_path / "own_cached.py", "VALUE = 'kept'\n")
    trialog.pyfunc.save_model(tmp_path / "m", lambda rows: __import__("own_cached").VALUE, code_paths=[module])
    kept = tmp_path / "m" / "code" / "own_cached.py"
    other = write(tmp_path / "other.py", "VALUE = 'other'\n")
    cache = Path(importlib.util.cache_from_source(str(kept)))
    cache.parent.mkdir()
    py_compile.compile(str(other), str(cache), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict([1]) == "kept"


def test_code_of_the_users_own_is_found_and_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_package").mkdir()
    write(
        tmp_path / "own_package" / "__init__.py",
        "import own_beside\n\n\ndef double(rows):\n    return [row * own_beside.TWO for row in rows]\n",
    )
    write(tmp_path / "own_beside.py", "import json\n\nimport pandas\n\nTWO = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import own_package  # type: ignore[import-not-found]  # written above

    trialog.pyfunc.save_model(tmp_path / "m", own_package.double, infer_code_paths=True)
    assert sorted(path.name for path in (tmp_path / "m" / "code").iterdir()) == ["own_beside.py", "own_package"]
    assert f"pandas=={pd.__version__}" in (tmp_path / "m" / "requirements.txt").read_text(encoding="utf-8")
    assert trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict([4]) == [8]


def test_code_that_cannot_be_copied_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.py", "")
    (tmp_path / "b").mkdir()
    write(tmp_path / "b" / "a.py", "")
    for paths, told in (
        ([tmp_path / "a.py", tmp_path / "b" / "a.py"], r"names 'a\.py' twice"),
        ([tmp_path], "holds the model folder itself"),
        ([Path(tmp_path.anchor)], "the root of a disk"),
        ([tmp_path / "nothing"], "no file or folder"),
        (str(tmp_path / "a.py"), "is a list of paths"),
    ):
        with pytest.raises(InvalidParameter, match=told):
            trialog.pyfunc.save_model(tmp_path / "m", lambda rows: rows, code_paths=paths)
        assert not (tmp_path / "m").exists()


def test_a_link_that_leads_nowhere_in_code_is_told(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    try:
        (tmp_path / "b" / "gone.py").symlink_to(tmp_path / "nothing.py")
    except OSError:
        pytest.skip("this account may not make links")
    with pytest.raises(InvalidParameter, match=r"'.*b' in code_paths cannot be copied: .*gone\.py"):
        trialog.pyfunc.save_model(tmp_path / "m", lambda rows: rows, code_paths=[tmp_path / "b"])


class Doubled(trialog.pyfunc.PythonModel):
    """Takes rows as they are annotated."""

    def predict(self, context: Any, model_input: list[Row], params: dict[str, Any] | None = None) -> list[int]:
        return [row.size * 2 for row in model_input]


def upper(model_input: list[str]) -> list[str]:
    return [text.upper() for text in model_input]


def test_annotations_are_a_signature(tmp_path: Path) -> None:
    metadata = trialog.pyfunc.save_model(tmp_path / "m", upper, input_example=(["a"], {"end": "!"}))
    assert metadata.signature is not None
    assert metadata.signature.to_dict() == {
        "inputs": '[{"type": "string", "required": true}]',
        "outputs": '[{"type": "string", "required": true}]',
        "params": '[{"name": "end", "default": "!", "shape": null, "type": "string"}]',
    }
    assert "is_signature_from_type_hint: true" in (tmp_path / "m" / "MLmodel").read_text(encoding="utf-8")
    loaded = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)
    assert loaded.predict(["a", "b"]) == ["A", "B"]
    assert loaded.predict(pd.DataFrame({"text": ["a", "b"]})) == ["A", "B"]
    with pytest.raises(InvalidParameter, match="row 1 is to be string, but it is long, 2"):
        loaded.predict(["a", 2])
    with pytest.raises(InvalidParameter, match="takes a list, not str"):
        loaded.predict("a")
    with pytest.raises(InvalidParameter, match="is to be string, but it is long"):
        trialog.pyfunc.save_model(tmp_path / "n", upper, input_example=[1])


def test_rows_come_as_they_are_annotated(tmp_path: Path) -> None:
    trialog.pyfunc.save_model(tmp_path / "m", Doubled())
    loaded = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)
    for rows in ([{"size": 3}, {"size": 4, "name": "x"}], [Row(size=3), Row(size=4)], pd.DataFrame({"size": [3, 4]})):
        assert loaded.predict(rows) == [6, 8]
    with pytest.raises(InvalidParameter, match="row 0, 'size' is to be long"):
        loaded.predict([{"size": "3"}])
    assert Doubled().predict(None, [{"size": 1}]) == [2]  # type: ignore[list-item]  # it is brought into a Row


def test_a_signature_that_is_given_counts_more_than_annotations(tmp_path: Path) -> None:
    rows = pd.DataFrame({"text": ["a"]})
    trialog.pyfunc.save_model(tmp_path / "m", upper, signature=infer_signature(rows))
    loaded = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)
    assert loaded.predict(rows) == ["A"]
    assert trialog.pyfunc.save_model(tmp_path / "n", upper, signature=False).signature is None
    assert trialog.pyfunc.save_model(tmp_path / "o", lambda model_input: model_input).signature is None


class Short(trialog.pyfunc.PythonModel):
    """Takes what goes in, and nothing else."""

    def predict(self, model_input: Any) -> Any:  # type: ignore[override]  # MLflow lets a class leave the rest away
        return len(model_input)


def test_a_class_takes_no_more_than_it_needs(tmp_path: Path) -> None:
    trialog.pyfunc.save_model(tmp_path / "m", Short())
    assert trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict([1, 2], {"p": 1}) == 2
