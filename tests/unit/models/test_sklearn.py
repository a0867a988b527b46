"""Models of scikit-learn: saved so that loading them runs nothing, and loaded with consent where it does."""

import json
import pickle
import warnings
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import trialog.pyfunc
import trialog.sklearn
from trialog.errors import InvalidParameter, MissingDependency, PermissionDenied, ResourceAlreadyExists
from trialog.models import seal
from trialog.models.skops_format import is_known
from trialog.models.warned import ModelWarning

ROWS = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
CLASSES = [0, 0, 1, 1]


class Own(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """An estimator that no library knows."""

    def fit(self, rows: Any, classes: Any = None) -> "Own":
        self.fitted_ = True
        return self

    def predict(self, rows: Any) -> Any:
        return np.zeros(len(rows))


class Opens:
    """A pickle that does something when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (open, (str(self.path), "w"))


@pytest.fixture(autouse=True)
def _no_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIALOG_ALLOW_PICKLE", raising=False)
    monkeypatch.delenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", raising=False)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        RandomForestClassifier(3),
        make_pipeline(StandardScaler(), SelectKBest(k=1), LogisticRegression()),
    ],
    ids=["linear", "forest", "pipeline"],
)
def test_a_model_loads_without_consent(tmp_path: Path, model: Any) -> None:
    model.fit(ROWS, CLASSES)
    said = trialog.sklearn.save_model(model, tmp_path / "m", input_example=ROWS)
    assert said.flavors["sklearn"]["serialization_format"] == "skops"
    assert trialog.sklearn.load_model(tmp_path / "m").predict(ROWS).tolist() == model.predict(ROWS).tolist()
    assert trialog.pyfunc.load_model(tmp_path / "m").predict(ROWS).tolist() == model.predict(ROWS).tolist()
    needed = (tmp_path / "m" / "requirements.txt").read_text(encoding="utf-8").split()
    assert {one.partition("==")[0] for one in needed} >= {"scikit-learn", "skops", "numpy", "pandas"}


def test_a_model_of_own_types_becomes_a_pickle_with_a_warning_and_needs_consent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_pipeline(FunctionTransformer(lambda rows: rows), LogisticRegression()).fit(ROWS, CLASSES)
    with pytest.warns(UserWarning, match=r"loads only with allow_pickle=True") as told:
        trialog.sklearn.save_model(model, tmp_path / "m")
    assert told[0].filename == __file__
    for load in (trialog.sklearn.load_model, trialog.pyfunc.load_model):
        with pytest.raises(PermissionDenied, match=r"allow_pickle=True, or with TRIALOG_ALLOW_PICKLE=true"):
            load(tmp_path / "m")
        assert load(tmp_path / "m", allow_pickle=True).predict(ROWS).tolist() == model.predict(ROWS).tolist()
    monkeypatch.setenv("TRIALOG_ALLOW_PICKLE", "true")
    assert trialog.sklearn.load_model(tmp_path / "m").predict(ROWS).tolist() == model.predict(ROWS).tolist()
    with pytest.raises(PermissionDenied, match="kept as a pickle"):
        trialog.sklearn.load_model(tmp_path / "m", allow_pickle=False)


def test_nothing_of_a_pickle_runs_before_there_is_consent(tmp_path: Path) -> None:
    trialog.sklearn.save_model(LogisticRegression().fit(ROWS, CLASSES), tmp_path / "m", serialization_format="pickle")
    (tmp_path / "m" / "model.pkl").write_bytes(pickle.dumps(Opens(tmp_path / "opened")))
    seal(tmp_path / "m")
    with pytest.raises(PermissionDenied, match="runs the code that is in it"):
        trialog.sklearn.load_model(tmp_path / "m")
    assert not (tmp_path / "opened").exists()


def test_what_a_file_says_of_its_own_types_is_not_believed(tmp_path: Path) -> None:
    name = f"{Own.__module__}.{Own.__qualname__}"
    trialog.sklearn.save_model(
        Own().fit(ROWS), tmp_path / "m", serialization_format="skops", skops_trusted_types=[name]
    )
    assert name in (tmp_path / "m" / "MLmodel").read_text(encoding="utf-8")
    with pytest.raises(PermissionDenied, match=name):
        trialog.sklearn.load_model(tmp_path / "m")
    loaded = trialog.sklearn.load_model(tmp_path / "m", skops_trusted_types=[name])
    assert loaded.predict(ROWS).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("sklearn.tree._tree.Tree", True),
        ("sklearn.feature_selection._univariate_selection.f_classif", True),
        ("numpy.dtype", True),
        ("os.system", False),
        ("sklearn.datasets._base.load_files", False),
        ("sklearn.tree._tree.nothing", False),
        ("sklearn.base.clone", False),
        ("sklearn.nothing.Nothing", False),
        ("builtins.eval", False),
        # What one of their modules imports is none of theirs.
        ("sklearn.base.defaultdict", False),
        ("sklearn.metrics._scorer.signature", False),
        # Of libraries of trees only what a model is made of.
        ("lightgbm.sklearn.LGBMClassifier", True),
        ("lightgbm.basic.Booster", True),
        ("lightgbm.basic.Dataset", False),
        ("xgboost.sklearn.XGBClassifier", True),
        ("xgboost.core.Booster", True),
        ("xgboost.core.DMatrix", False),
        ("xgboost.tracker.RabitTracker", False),
    ],
)
def test_only_classes_of_the_libraries_are_vouched_for(name: str, known: bool) -> None:
    if known:
        pytest.importorskip(name.partition(".")[0], reason="it is not installed")
    assert is_known(name) is known


def _node(loader: str, module: str, name: str, **said: Any) -> dict[str, Any]:
    """Return what a file of skops says of one object."""
    return {"__loader__": loader, "__module__": module, "__class__": name, **said}


def _json(value: Any) -> dict[str, Any]:
    return _node("JsonNode", "builtins", "str", content=json.dumps(value), is_json=True)


def _list(loader: str, name: str, *items: Any) -> dict[str, Any]:
    return _node(loader, "builtins", name, content=list(items))


def _write_nodes(folder: Path, root: dict[str, Any]) -> None:
    """Put what a file of skops says in the place of the model of a folder."""
    trialog.sklearn.save_model(StandardScaler().fit(ROWS), folder)
    with zipfile.ZipFile(folder / "model.skops", "w") as file:
        file.writestr("schema.json", json.dumps({"protocol": 2, "_skops_version": "0.13", **root}))
    seal(folder)


_SCALER: Final = ("sklearn.preprocessing._data", "StandardScaler")
_PARTIAL: Final = {
    "func": _node("TypeNode", *_SCALER),
    "args": _list("TupleNode", "tuple"),
    "kwds": _node("DictNode", "builtins", "dict", content={}, key_types=_list("ListNode", "list")),
    "namespace": _json(None),
}


@pytest.mark.parametrize(
    ("root", "told"),
    [
        (_node("ConstructorFromReduceNode", *_SCALER, content=_list("TupleNode", "tuple")), r"StandardScaler\(\)"),
        (_node("ListNode", *_SCALER, content=[]), r"StandardScaler\(\)"),
        (_node("PartialNode", *_SCALER, content=_PARTIAL), r"functools\.partial"),
        (_node("PartialNode", "collections", "OrderedDict", content=_PARTIAL), r"functools\.partial"),
    ],
    ids=["constructor", "list", "partial", "partial of another name"],
)
def test_what_a_file_would_have_called_needs_consent(tmp_path: Path, root: dict[str, Any], told: str) -> None:
    _write_nodes(tmp_path / "m", root)
    with pytest.raises(PermissionDenied, match=told):
        trialog.sklearn.load_model(tmp_path / "m")


@pytest.mark.parametrize(
    "root",
    [
        _node("QuantileForestNode", "quantile_forest", "QuantileForest", content=_json(1)),
        _node("ObjectNode", *_SCALER, content=_json([1])),
        _node("NdArrayNode", "numpy", "ndarray", type="numpy", file="nothing.npy"),
        _node("NoNode", "numpy", "ndarray"),
        {},
    ],
    ids=["a package that is not here", "no state", "a missing part", "no kind", "nothing"],
)
def test_parts_that_do_not_go_together_are_said_so(tmp_path: Path, root: dict[str, Any]) -> None:
    _write_nodes(tmp_path / "m", root)
    with pytest.raises(InvalidParameter, match=r"model\.skops of the model is damaged"):
        trialog.sklearn.load_model(tmp_path / "m")


def test_a_model_that_skops_cannot_hold_is_refused_where_skops_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="cannot be kept in the format skops"):
        trialog.sklearn.save_model(Own().fit(ROWS), tmp_path / "m", serialization_format="skops")
    assert not (tmp_path / "m").exists()
    with pytest.raises(InvalidParameter, match="one of skops, pickle, cloudpickle"):
        trialog.sklearn.save_model(Own(), tmp_path / "m", serialization_format="json")


def test_a_method_that_the_model_does_not_have_is_named(tmp_path: Path) -> None:
    trialog.sklearn.save_model(LinearRegression().fit(ROWS, CLASSES), tmp_path / "m")
    said = (tmp_path / "m" / "MLmodel").read_text(encoding="utf-8")
    said = said.replace("predict_fn: predict", "predict_fn: predict_proba")
    (tmp_path / "m" / "MLmodel").write_text(said, encoding="utf-8")
    with pytest.raises(InvalidParameter, match="predicts by 'predict_proba', which LinearRegression does not have"):
        trialog.pyfunc.load_model(tmp_path / "m")


def test_what_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(ResourceAlreadyExists, match="something at"):
        trialog.sklearn.save_model(LogisticRegression().fit(ROWS, CLASSES), tmp_path)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_damaged_model_says_so(tmp_path: Path) -> None:
    trialog.sklearn.save_model(LogisticRegression().fit(ROWS, CLASSES), tmp_path / "m")
    (tmp_path / "m" / "model.skops").write_bytes(b"nothing")
    seal(tmp_path / "m")
    with pytest.raises(InvalidParameter, match=r"model\.skops of the model is damaged"):
        trialog.sklearn.load_model(tmp_path / "m")


def test_a_model_that_is_nested_without_end_says_so(tmp_path: Path) -> None:
    trialog.sklearn.save_model(StandardScaler().fit(ROWS), tmp_path / "m")
    node = '{"__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "__id__": 1, "content": ['
    with zipfile.ZipFile(tmp_path / "m" / "model.skops", "w") as file:
        file.writestr("schema.json", '{"protocol": 2, "_skops_version": "0.13", ' + node[1:] + node * 400 + "]}" * 401)
    seal(tmp_path / "m")
    with pytest.raises(InvalidParameter, match=r"model\.skops of the model is damaged"):
        trialog.sklearn.load_model(tmp_path / "m")


def test_a_model_that_needs_a_module_that_is_not_here_names_it(tmp_path: Path) -> None:
    trialog.sklearn.save_model(LogisticRegression().fit(ROWS, CLASSES), tmp_path / "m", serialization_format="pickle")
    (tmp_path / "m" / "model.pkl").write_bytes(b"cnothing_here\nThing\n.")
    seal(tmp_path / "m")
    with pytest.raises(MissingDependency, match=r"needs the module 'nothing_here'.*pip install nothing_here"):
        trialog.sklearn.load_model(tmp_path / "m", allow_pickle=True)


def test_other_versions_of_packages_are_named(tmp_path: Path) -> None:
    trialog.sklearn.save_model(
        LogisticRegression().fit(ROWS, CLASSES),
        tmp_path / "m",
        pip_requirements=["scikit-learn==0.1", "nothing-here==1"],
    )
    with pytest.warns(UserWarning, match=r"scikit-learn 0\.1 \(here .*nothing-here 1 \(here none\)"):
        trialog.sklearn.load_model(tmp_path / "m")


def test_an_option_that_is_not_known_is_named(tmp_path: Path) -> None:
    with pytest.warns(ModelWarning, match=r"not known, and nothing was done with them: input_exmaple\. Known are"):
        trialog.sklearn.save_model(
            StandardScaler().fit(ROWS),
            tmp_path / "m",
            input_exmaple=ROWS,  # type: ignore[call-arg]  # as one mistypes it
        )


def test_an_example_and_what_was_noted_come_back(tmp_path: Path) -> None:
    trialog.sklearn.save_model(
        LogisticRegression().fit(ROWS, CLASSES), tmp_path / "m", input_example=ROWS, metadata={"owner": "me"}
    )
    loaded = trialog.pyfunc.load_model(tmp_path / "m")
    pd.testing.assert_frame_equal(loaded.input_example, ROWS)
    assert loaded.metadata.metadata == {"owner": "me"}
    assert loaded.metadata.signature is not None
    assert [str(one) for one in loaded.metadata.signature.outputs or ()] == ["long (required)"]


def test_a_model_that_cannot_predict_its_example_is_saved_without_a_signature(tmp_path: Path) -> None:
    model = LogisticRegression().fit(ROWS, CLASSES)
    # What a thread of another test says meanwhile is none of this one's concern.
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        said = trialog.sklearn.save_model(model, tmp_path / "m", input_example=pd.DataFrame({"z": ["x"]}))
    assert any("saved without one" in str(one.message) for one in told if one.category is ModelWarning)
    assert said.signature is None
    assert trialog.sklearn.load_model(tmp_path / "m").predict(ROWS).tolist() == CLASSES
