"""Models of XGBoost and LightGBM, where these are installed; loaded by MLflow as well."""

import logging
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trialog.lightgbm
import trialog.pyfunc
import trialog.xgboost
from trialog.errors import InvalidParameter, MissingDependency

ROWS = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0)[::-1].copy()})
CLASSES = np.repeat([0, 1], 20)


def _theirs(path: Path) -> Any:
    with warnings.catch_warnings():
        # The first import of MLflow's module warns of type hints in it.
        warnings.simplefilter("ignore")
        from mlflow import pyfunc

        logging.getLogger("mlflow").setLevel(logging.ERROR)
        return pyfunc.load_model(str(path))


@pytest.mark.parametrize("form", ["ubj", "json"])
def test_estimators_of_xgboost(tmp_path: Path, form: str) -> None:
    xgboost = pytest.importorskip("xgboost", reason="xgboost is not installed")
    model = xgboost.XGBClassifier(n_estimators=2).fit(ROWS, CLASSES)
    trialog.xgboost.save_model(model, tmp_path / "m", model_format=form, input_example=ROWS[:2])
    expected = model.predict(ROWS).tolist()
    assert trialog.xgboost.load_model(tmp_path / "m").predict(ROWS).tolist() == expected
    assert trialog.pyfunc.load_model(tmp_path / "m").predict(ROWS).tolist() == expected
    assert _theirs(tmp_path / "m").predict(ROWS).tolist() == expected


def test_boosters_of_xgboost(tmp_path: Path) -> None:
    xgboost = pytest.importorskip("xgboost", reason="xgboost is not installed")
    model = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(ROWS, CLASSES), 2)
    trialog.xgboost.save_model(model, tmp_path / "m")
    expected = model.predict(xgboost.DMatrix(ROWS))
    assert np.array_equal(trialog.pyfunc.load_model(tmp_path / "m").predict(ROWS), expected)
    assert np.array_equal(_theirs(tmp_path / "m").predict(ROWS), expected)
    said = (tmp_path / "m" / "MLmodel").read_text(encoding="utf-8")
    (tmp_path / "m" / "MLmodel").write_text(said.replace("xgboost.core.Booster", "os.system"), encoding="utf-8")
    with pytest.raises(InvalidParameter, match="no class of XGBoost"):
        trialog.xgboost.load_model(tmp_path / "m")


@pytest.mark.parametrize("kind", ["estimator", "booster"])
def test_models_of_lightgbm(tmp_path: Path, kind: str) -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="lightgbm is not installed")
    estimator = lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(ROWS, CLASSES)
    model = estimator if kind == "estimator" else estimator.booster_
    trialog.lightgbm.save_model(model, tmp_path / "m")
    expected = model.predict(ROWS)
    assert np.array_equal(trialog.lightgbm.load_model(tmp_path / "m").predict(ROWS), expected)
    assert np.array_equal(trialog.pyfunc.load_model(tmp_path / "m").predict(ROWS), expected)
    assert np.array_equal(_theirs(tmp_path / "m").predict(ROWS), expected)


def test_a_library_that_is_not_installed_is_named(tmp_path: Path) -> None:
    if find_spec("xgboost") is None:
        with pytest.raises(MissingDependency, match=r"needs the package 'xgboost'.*pip install xgboost$"):
            trialog.xgboost.save_model(object(), tmp_path / "m")
    else:
        with pytest.raises(InvalidParameter, match="no model of XGBoost"):
            trialog.xgboost.save_model(object(), tmp_path / "m")
