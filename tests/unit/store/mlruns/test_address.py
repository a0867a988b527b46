"""Which addresses name a folder, and which folders are refused."""

import os
from pathlib import Path

import pytest

from tests.mlruns_folder import Opening, make_experiment, make_version
from trialog.errors import ConfigurationError
from trialog.store import open_store
from trialog.store.mlruns import check_folder, mlruns_folder


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite:///trialog.db",
        "postgresql://user@host/db",
        "http://127.0.0.1:5000",
        "https://ml.example.org",
        "",
        "s3://b",
    ],
)
def test_other_addresses_name_no_folder(uri: str) -> None:
    assert mlruns_folder(uri) is None


@pytest.mark.parametrize("uri", ["mlruns", "./mlruns", "file:mlruns", "file:./mlruns", " ./mlruns "])
def test_paths_are_of_the_working_directory(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert mlruns_folder(uri) == tmp_path / "mlruns"


def test_uris_are_unescaped(tmp_path: Path) -> None:
    folder = tmp_path / "my data é" / "mlruns"
    assert mlruns_folder(folder.as_uri()) == folder
    assert mlruns_folder(str(folder)) == folder
    if os.name != "nt":
        assert mlruns_folder("file://localhost/data/mlruns") == Path("/data/mlruns")
        assert mlruns_folder("file:/data/mlruns") == Path("/data/mlruns")


def test_a_folder_of_mlflow_is_known(tmp_path: Path) -> None:
    check_folder(tmp_path)
    make_experiment(tmp_path / "one", "0")
    check_folder(tmp_path / "one")
    make_version(tmp_path / "two", "credit", 1)
    check_folder(tmp_path / "two")


def test_other_folders_are_refused_with_what_to_do(tmp_path: Path) -> None:
    make_experiment(tmp_path / "mlruns", "0")
    (tmp_path / "trialog.db").touch()
    with pytest.raises(ConfigurationError, match="Did you mean") as refused:
        check_folder(tmp_path)
    assert refused.value.code == "mlruns.no_folder_of_mlflow"
    with pytest.raises(ConfigurationError, match="sqlite:///"):
        check_folder(tmp_path / "trialog.db")
    with pytest.raises(ConfigurationError, match="There is no folder"):
        check_folder(tmp_path / "nothing")


@pytest.mark.anyio
async def test_the_address_of_a_store_may_be_a_folder(root: Path, opened: Opening) -> None:
    del opened
    make_experiment(root, "0", name="Default")
    store = await open_store(root.as_uri(), default_artifact_root="mlflow-artifacts:/")
    try:
        assert (await store.experiments.get("0")).name == "Default"
    finally:
        await store.close()
