"""Which packages a model needs, by the names under which others install them."""

import platform
from importlib.metadata import version
from pathlib import Path

import pytest

from trialog.models.consent import missing_module
from trialog.models.folder import ModelMetadata
from trialog.models.requirements import pinned, requirements_of, warn_of_mismatches


def test_packages_are_named_as_they_are_installed() -> None:
    assert requirements_of({"sklearn.linear_model", "yaml", "json", "__main__", "no_such_module"}) == [
        f"pyyaml=={version('pyyaml')}",
        f"scikit-learn=={version('scikit-learn')}",
    ]


def test_a_build_of_its_own_counts_as_the_package(tmp_path: Path) -> None:
    # It is installed as xgboost-cpu, which not every machine has.
    xgboost = pytest.importorskip("xgboost")
    assert pinned("xgboost") == f"xgboost=={xgboost.__version__}"
    assert requirements_of({"xgboost.core"}) == [f"xgboost=={xgboost.__version__}"]
    (tmp_path / "requirements.txt").write_text(f"xgboost=={xgboost.__version__}\n", encoding="utf-8")
    warn_of_mismatches(tmp_path, platform.python_version())
    (tmp_path / "requirements.txt").write_text("xgboost==0.1\n", encoding="utf-8")
    with pytest.warns(UserWarning, match=rf"xgboost 0\.1 \(here {xgboost.__version__}\)"):
        warn_of_mismatches(tmp_path)


def test_another_version_of_python_is_named(tmp_path: Path) -> None:
    here = ".".join(platform.python_version_tuple()[:2])
    with pytest.warns(UserWarning, match=rf"made with other versions .*: Python 3\.2 \(here {here}\)\. Install"):
        warn_of_mismatches(tmp_path, "3.2.7")
    for said in (None, "", "three"):
        warn_of_mismatches(tmp_path, said)
    # A file from elsewhere may say what it likes.
    assert ModelMetadata({"python_function": {"python_version": 3.2}}).python_version is None
    assert ModelMetadata({"python_function": {"python_version": "3.2.7"}}).python_version == "3.2.7"


def test_a_module_that_is_not_here_is_named_with_what_brings_it() -> None:
    error = missing_module(ModuleNotFoundError("No module named 'PIL.Image'", name="PIL.Image"))
    assert "needs the module 'PIL.Image', which is not here" in error.message
    assert "pip install pillow, or" in error.message
    assert (error.code, error.values) == ("model.module_missing", {"module": "PIL.Image", "package": "pillow"})
