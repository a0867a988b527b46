"""Sums of a model folder: what was changed after it was saved is not loaded."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import trialog.pyfunc
from trialog.errors import DamagedData, InvalidParameter
from trialog.models import seal
from trialog.models.checksums import load_checked
from trialog.models.folder import ModelMetadata


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model with a pickle, a file of its own, and code."""
    (tmp_path / "factor.txt").write_text("3", encoding="utf-8")
    (tmp_path / "code_of_a_sealed_model.py").write_text("FACTOR = 5\n", encoding="utf-8")
    trialog.pyfunc.save_model(
        tmp_path / "m",
        lambda rows: rows,
        artifacts={"factor": tmp_path / "factor.txt"},
        code_paths=[tmp_path / "code_of_a_sealed_model.py"],
    )
    return tmp_path / "m"


def test_each_file_but_the_list_itself_is_listed(folder: Path) -> None:
    sums = ModelMetadata.load(folder).sha256
    assert sums is not None
    assert sorted(sums) == [
        "artifacts/0/factor.txt",
        "code/code_of_a_sealed_model.py",
        "conda.yaml",
        "python_env.yaml",
        "python_model.pkl",
        "requirements.txt",
    ]
    # What sha256sum says of the file.
    assert sums["artifacts/0/factor.txt"] == "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce"
    assert trialog.pyfunc.load_model(folder, allow_pickle=True).predict([1]) == [1]


def _change(folder: Path) -> None:
    (folder / "artifacts" / "0" / "factor.txt").write_text("4", encoding="utf-8")


def _remove(folder: Path) -> None:
    (folder / "conda.yaml").unlink()


def _add(folder: Path) -> None:
    (folder / "code" / "json.py").write_text("print('mine')\n", encoding="utf-8")


def _replace_by_a_folder(folder: Path) -> None:
    (folder / "conda.yaml").unlink()
    (folder / "conda.yaml").mkdir()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_change, r"'artifacts/0/factor\.txt': expected was SHA-256 4e0740.*, and found was SHA-256 4b2277"),
        (_remove, r"'conda\.yaml': expected was a file, and found was nothing"),
        (_add, r"'code/json\.py': expected was nothing, and found was a file that was added"),
        (_replace_by_a_folder, r"'conda\.yaml': expected was a file, and found was nothing"),
    ],
)
def test_what_was_changed_is_named_and_nothing_is_loaded(
    folder: Path, change: Callable[[Path], None], told: str
) -> None:
    change(folder)
    with pytest.raises(DamagedData, match=told):
        trialog.pyfunc.load_model(folder, allow_pickle=True)
    # Whoever made the change himself says so.
    seal(folder)
    assert trialog.pyfunc.load_model(folder, allow_pickle=True).predict([1]) == [1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    (folder / "conda.yaml").unlink()
    os.mkfifo(folder / "conda.yaml")
    with pytest.raises(DamagedData, match=r"'conda\.yaml': expected was a file, and found was something else"):
        trialog.pyfunc.load_model(folder, allow_pickle=True)


def test_a_link_to_a_folder_elsewhere_is_an_added_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    try:
        (folder / "code" / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("this account may not make links")
    with pytest.raises(DamagedData, match="'code/link': expected was nothing"):
        load_checked(folder)


def test_what_loading_and_mlflow_leave_in_a_folder_is_no_change(folder: Path) -> None:
    (folder / "registered_model_meta").write_text("model_name: m\n", encoding="utf-8")
    # The desktop of macOS.
    (folder / ".DS_Store").touch()
    (folder / "code" / ".DS_Store").touch()
    (folder / "code" / "__pycache__").mkdir()
    (folder / "code" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"x")
    assert load_checked(folder).sha256 is not None


def test_a_folder_without_sums_loads_as_it_is(folder: Path) -> None:
    metadata = ModelMetadata.load(folder)
    metadata.sha256 = None
    metadata.save(folder)
    assert "trialog_sha256" not in (folder / "MLmodel").read_text(encoding="utf-8")
    _change(folder)
    assert trialog.pyfunc.load_model(folder, allow_pickle=True).predict([1]) == [1]


@pytest.mark.parametrize("said", ["[]", "{a: 1}", "{a: XYZ}", "{1: ''}"])
def test_a_list_that_is_none_is_refused(folder: Path, said: str) -> None:
    (folder / "MLmodel").write_text(f"flavors: {{}}\ntrialog_sha256: {said}\n", encoding="utf-8")
    with pytest.raises(InvalidParameter, match="trialog_sha256"):
        load_checked(folder)


def test_a_list_cannot_have_files_outside_read(folder: Path, tmp_path: Path) -> None:
    (folder / "MLmodel").write_text(
        f"flavors: {{}}\ntrialog_sha256: {{../factor.txt: '{'0' * 64}'}}\n", encoding="utf-8"
    )
    for name in ("artifacts", "code"):
        for file in (folder / name).rglob("*.*"):
            file.unlink()
    for name in ("conda.yaml", "python_env.yaml", "python_model.pkl", "requirements.txt"):
        (folder / name).unlink()
    with pytest.raises(DamagedData, match="expected was a file, and found was nothing"):
        load_checked(folder)


def test_of_very_many_files_no_sums_are_kept_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    for number in range(5001):
        (tmp_path / str(number)).touch()
    with pytest.warns(UserWarning, match="has 5001 files.*in an archive"):
        seal(tmp_path)
    assert load_checked(tmp_path).sha256 is None
