"""A library is waited for and never imported; and what autologging costs where there is nothing to log is nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def run_program(tmp_path: Path, program: str) -> str:
    environment = {**os.environ, "TRIALOG_SPOOL_FOLDER": str(tmp_path / "spool"), "TRIALOG_MODE": "disabled"}
    path = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**environment, "PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_autolog_imports_no_library(tmp_path: Path) -> None:
    program = """
import json, sys, trialog
trialog.autolog()
heavy = {"sklearn", "numpy", "pandas", "xgboost", "lightgbm", "optuna", "torch", "keras", "transformers", "lightning"}
print(json.dumps(sorted(heavy & sys.modules.keys())))
print(json.dumps([name for name in sys.modules if name.startswith("trialog.sdk.autolog.sklearn")]))
"""
    loaded, own = run_program(tmp_path, program).splitlines()
    assert json.loads(loaded) == []
    assert json.loads(own) == []


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_library_is_logged_whenever_it_is_imported(tmp_path: Path, order: str) -> None:
    lines = ["import trialog; trialog.autolog()", "from sklearn.cluster import KMeans"]
    program = "\n".join(
        [
            *(lines if order == "before" else reversed(lines)),
            "from sklearn.svm import SVC",
            "import sys",
            "logs = lambda: ['autolog' in one.fit.__code__.co_filename for one in (KMeans, SVC)]",
            "print(logs())",
            "trialog.autolog(disable=True)",
            "print(logs())",
            "print(any('trialog' in type(finder).__module__ for finder in sys.meta_path))",
        ]
    )
    assert run_program(tmp_path, program).splitlines() == ["[True, True]", "[False, False]", "False"]


def test_a_module_that_was_waited_for_is_as_it_would_be(tmp_path: Path) -> None:
    (tmp_path / "optuna.py").write_text("LOADER = __loader__, __spec__.loader\nraise_it = False\n")
    program = """
import warnings, trialog
from trialog.sdk.reports import TrackingWarning
trialog.autolog()
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    import optuna
print(all("trialog" not in type(loader).__module__ for loader in (*optuna.LOADER, optuna.__loader__)))
print([issubclass(one.category, TrackingWarning) for one in told])
"""
    # It is no Optuna at all: that is told, and the import goes on.
    assert run_program(tmp_path, program).splitlines() == ["True", "[True]"]


def test_a_library_that_fails_to_import_is_waited_for_again(tmp_path: Path) -> None:
    (tmp_path / "optuna.py").write_text("raise ImportError('not yet')\n")
    program = """
import sys, trialog
from trialog.sdk.autolog import import_hook
trialog.autolog()
for _ in range(2):
    try:
        import optuna
    except ImportError as error:
        print(error)
print("optuna" in import_hook._waiting)
"""
    assert run_program(tmp_path, program).splitlines() == ["not yet", "not yet", "True"]


def test_switched_off_tracking_trains_as_ever(tmp_path: Path) -> None:
    program = """
import trialog
from sklearn.linear_model import LinearRegression
trialog.autolog()
print(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]).coef_.round(3).tolist(), trialog.active_run())
"""
    assert run_program(tmp_path, program).splitlines() == ["[1.0] None"]
