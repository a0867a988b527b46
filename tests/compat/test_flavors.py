"""A slice of the matrix of `tests/matrix`: the flavors whose libraries are here, both ways with MLflow 3.17."""

import importlib
import logging
from pathlib import Path
from typing import Final

import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from tests.matrix.checking import check
from tests.matrix.environments import TRIALOG
from tests.matrix.flavors import CASES, MODES, Library
from tests.matrix.moving import load, save
from tests.matrix.table import BEGIN, END, GUIDE

_NEW: Final = "3.17"
# What scikit-learn, ONNX and code of the user's own do is tried more closely in files of their own.
SLICE: Final = [
    case for case in CASES if case.flavor in ("xgboost", "lightgbm") and not case.name.endswith(("json", "pickle"))
]


@pytest.mark.filterwarnings("ignore")  # MLflow's, of its own doings
def test_models_go_both_ways(tmp_path: Path, server: str) -> None:
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    ours, theirs = Library(TRIALOG), Library("mlflow")
    for name in ("lightgbm", "xgboost"):
        importlib.import_module(name)
    # Threads of models as small as these wait for one another most of the time; those of libraries that are here.
    with threadpool_limits(1):
        saved = {
            program: save(library, tmp_path / program, None, SLICE)
            for program, library in ((TRIALOG, ours), (_NEW, theirs))
        }
        loaded = {
            (TRIALOG, _NEW): load(theirs, saved[TRIALOG], None),
            (_NEW, TRIALOG): load(ours, saved[_NEW], None),
        }
    ways = check(saved, loaded)
    assert [fault for way in ways.values() for fault in way.faults] == []
    # Each way as a function and by its flavor.
    assert {way.loads for way in ways.values()} == {2 * len(MODES)}
    assert len(ways) == 2 * len(SLICE)


def test_the_guide_tells_of_all_models_and_of_no_fault() -> None:
    written = GUIDE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert [case.name for case in CASES if f"| {case.name} |" not in written] == []
    assert "wrong" not in written
