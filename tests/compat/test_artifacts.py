"""Artifacts of runs: every byte, every name, lists, downloads, deletion."""

# Some of mlflow's own functions carry no types.
# mypy: disallow-untyped-calls=False

import hashlib
import io
import json
from pathlib import Path

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository
from PIL import Image

from tests.compat.differences import Differences


def _paths(client: MlflowClient, run_id: str, path: str | None = None) -> list[str]:
    return [entry.path for entry in client.list_artifacts(run_id, path)]


def _tree(client: MlflowClient, run_id: str, path: str | None = None) -> dict[str, int]:
    """Every file of the run with its size; MLflow leaves the size out of its answer when it is 0."""
    found: dict[str, int] = {}
    for entry in client.list_artifacts(run_id, path):
        found |= _tree(client, run_id, entry.path) if entry.is_dir else {entry.path: entry.file_size or 0}
    return found


def _read(client: MlflowClient, run_id: str, path: str) -> bytes:
    return Path(client.download_artifacts(run_id, path)).read_bytes()


def _noise(size: int) -> bytes:
    return np.random.default_rng(size).bytes(size)


def test_a_text_comes_back(experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_text("строка\nline\n", "notes/first.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/first.txt") == "строка\nline\n"


@pytest.mark.parametrize("name", ["config.json", "config.yaml"])
def test_a_dictionary_comes_back(experiment: str, name: str) -> None:
    config = {"layers": [1, 2, {"deep": None}], "имя": "значение", "rate": 0.1}
    with mlflow.start_run() as run:
        mlflow.log_dict(config, name)
    uri = f"runs:/{run.info.run_id}/{name}"
    if name.endswith("json"):
        assert mlflow.artifacts.load_dict(uri) == config
    else:
        assert "rate: 0.1" in mlflow.artifacts.load_text(uri)


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_001])
def test_a_file_comes_back_byte_for_byte(client: MlflowClient, run: str, tmp_path: Path, size: int) -> None:
    (tmp_path / "data.bin").write_bytes(_noise(size))
    client.log_artifact(run, str(tmp_path / "data.bin"), "folder")
    assert _tree(client, run) == {"folder/data.bin": size}
    assert hashlib.sha256(_read(client, run, "folder/data.bin")).digest() == hashlib.sha256(_noise(size)).digest()


@pytest.mark.parametrize(
    "name",
    ["a b.txt", "ünïкод 🙂.txt", "50%.txt", "a+b&c=d.txt", "UPPER.TXT", "no_ending", ".hidden", "semi;colon,x~'"],
)
def test_a_name_comes_back_as_it_was_given(client: MlflowClient, run: str, name: str) -> None:
    client.log_text(run, name, f"some folder/{name}")
    assert _paths(client, run) == ["some folder"]
    assert _paths(client, run, "some folder") == [f"some folder/{name}"]
    assert _read(client, run, f"some folder/{name}").decode() == name


def test_a_name_with_a_percent_code_is_found_by_that_name(client: MlflowClient, run: str) -> None:
    """The client sends such a name unquoted, so that the server sees a space; it is read back all the same."""
    client.log_text(run, "text", "100%20x.txt")
    assert _read(client, run, "100%20x.txt") == b"text"


def test_a_file_is_replaced(client: MlflowClient, run: str) -> None:
    client.log_text(run, "a long first text", "note.txt")
    client.log_text(run, "short", "note.txt")
    assert _tree(client, run) == {"note.txt": 5}
    assert _read(client, run, "note.txt") == b"short"


def _make_tree(root: Path) -> dict[str, int]:
    files = {"top.txt": 3, "a/one.bin": 10, "a/b/two.bin": 20, "a/b/c/three.bin": 0, "d e/four.bin": 7}
    for path, size in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(_noise(size))
    return files


def test_a_directory_comes_back_whole(client: MlflowClient, run: str, tmp_path: Path) -> None:
    files = _make_tree(tmp_path / "tree")
    client.log_artifacts(run, str(tmp_path / "tree"), "logged")
    assert _tree(client, run) == {f"logged/{path}": size for path, size in files.items()}
    downloaded = Path(mlflow.artifacts.download_artifacts(run_id=run, artifact_path="logged", dst_path=str(tmp_path)))
    for path, size in files.items():
        assert (downloaded / path).read_bytes() == _noise(size)


def test_fluent_log_artifacts_goes_to_the_root(client: MlflowClient, experiment: str, tmp_path: Path) -> None:
    files = _make_tree(tmp_path / "tree")
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(tmp_path / "tree"))
        mlflow.log_artifact(str(tmp_path / "tree" / "top.txt"), "copies")
    assert _tree(client, run.info.run_id) == files | {"copies/top.txt": 3}


def test_a_list_is_sorted_and_knows_directories(client: MlflowClient, run: str) -> None:
    for path in ("b.txt", "c/x.txt", "a.txt"):
        client.log_text(run, "text", path)
    listed = [(entry.path, entry.is_dir, entry.file_size) for entry in client.list_artifacts(run)]
    assert listed == [("a.txt", False, 4), ("b.txt", False, 4), ("c", True, None)]


def test_a_run_without_artifacts_has_an_empty_list(client: MlflowClient, run: str) -> None:
    assert _paths(client, run) == []
    assert _paths(client, run, "nothing/here") == []


def test_a_list_of_a_file_is_empty(client: MlflowClient, run: str) -> None:
    client.log_text(run, "text", "a.txt")
    assert _paths(client, run, "a.txt") == []


def test_a_missing_file_is_reported(client: MlflowClient, run: str) -> None:
    client.log_text(run, "text", "there.txt")
    with pytest.raises((MlflowException, OSError), match=r"missing\.txt|404"):
        client.download_artifacts(run, "missing.txt")


def test_artifacts_of_two_runs_are_apart(client: MlflowClient, experiment: str) -> None:
    first, second = (client.create_run(experiment).info.run_id for _ in range(2))
    client.log_text(first, "one", "a.txt")
    client.log_text(second, "two", "a.txt")
    assert (_read(client, first, "a.txt"), _read(client, second, "a.txt")) == (b"one", b"two")


def test_a_file_and_a_folder_are_deleted(client: MlflowClient, run: str) -> None:
    for path in ("keep.txt", "drop.txt", "folder/a.txt", "folder/b/c.txt"):
        client.log_text(run, "text", path)
    repository = MlflowArtifactsRepository(client.get_run(run).info.artifact_uri)
    repository.delete_artifacts("drop.txt")
    repository.delete_artifacts("folder")
    assert _tree(client, run) == {"keep.txt": 4}


def test_a_figure_comes_back_as_a_picture(client: MlflowClient, experiment: str) -> None:
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.plot([1, 2, 3])
    with mlflow.start_run() as run:
        mlflow.log_figure(figure, "plots/line.png", save_kwargs={"dpi": 50})
        mlflow.log_figure(figure, "plots/line.svg")
    plt.close(figure)
    picture = Image.open(io.BytesIO(_read(client, run.info.run_id, "plots/line.png")))
    assert (picture.format, picture.size) == ("PNG", (100, 50))
    assert b"<svg" in _read(client, run.info.run_id, "plots/line.svg")


def test_an_image_comes_back_pixel_for_pixel(experiment: str) -> None:
    pixels = np.random.default_rng(7).integers(0, 256, (9, 13, 3), dtype=np.uint8)
    with mlflow.start_run() as run:
        mlflow.log_image(pixels, "image.png")
        mlflow.log_image(Image.fromarray(pixels), "again.png")
    for name in ("image.png", "again.png"):
        loaded = mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/{name}")
        assert np.array_equal(np.asarray(loaded), pixels)


def test_images_of_steps_carry_key_and_step_in_their_names(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        for step in (0, 5):
            mlflow.log_image(np.full((4, 4), step, dtype=np.uint8), key="dogs", step=step, timestamp=1000 + step)
    names = [path.removeprefix("images/") for path in _paths(client, run.info.run_id, "images")]
    assert len(names) == 4
    for step in (0, 5):
        of_step = [name for name in names if name.startswith(f"dogs+step+{step}+timestamp+{1000 + step}+")]
        assert sorted(name.rsplit(".", 1)[1] for name in of_step) == ["png", "webp"]
    assert client.get_run(run.info.run_id).data.tags["mlflow.loggedImages"] == "True"


def test_a_table_comes_back_and_grows(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_table({"question": ["что?", "why?"], "score": [0.5, 1.0]}, "tables/eval.json")
        mlflow.log_table(pd.DataFrame({"question": ["how?"], "score": [0.25]}), "tables/eval.json")
    table = mlflow.load_table("tables/eval.json", run_ids=[run.info.run_id], extra_columns=["run_id"])
    assert list(table["question"]) == ["что?", "why?", "how?"]
    assert list(table["score"]) == [0.5, 1.0, 0.25]
    assert set(table["run_id"]) == {run.info.run_id}
    noted = json.loads(client.get_run(run.info.run_id).data.tags["mlflow.loggedArtifacts"])
    assert noted == [{"path": "tables/eval.json", "type": "table"}]


def test_tables_of_several_runs_are_joined(experiment: str) -> None:
    for number in range(3):
        with mlflow.start_run():
            mlflow.log_table({"number": [number]}, "numbers.json")
    assert sorted(mlflow.load_table("numbers.json")["number"]) == [0, 1, 2]


def test_a_stream_comes_back(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_stream(io.BytesIO(_noise(100_000)), "stream.bin")
    assert _read(client, run.info.run_id, "stream.bin") == _noise(100_000)


def test_an_artifact_uri_is_used_as_it_is(client: MlflowClient, experiment: str) -> None:
    with mlflow.start_run() as run:
        mlflow.log_text("text", "folder/a.txt")
        uri = mlflow.get_artifact_uri("folder/a.txt")
    assert uri == f"mlflow-artifacts:/{experiment}/{run.info.run_id}/artifacts/folder/a.txt"
    assert mlflow.artifacts.load_text(uri) == "text"
    listed = mlflow.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="folder")
    assert [entry.path for entry in listed or []] == ["folder/a.txt"]


def test_a_large_file_goes_up_in_parts(
    client: MlflowClient, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, differences: Differences
) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(5 * 1024**2))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(5 * 1024**2))
    content = _noise(12 * 1024**2 + 1)
    (tmp_path / "large.bin").write_bytes(content)
    client.log_artifact(run, str(tmp_path / "large.bin"), "models")
    assert _tree(client, run) == {"models/large.bin": len(content)}
    assert hashlib.sha256(_read(client, run, "models/large.bin")).digest() == hashlib.sha256(content).digest()
    repository = MlflowArtifactsRepository(client.get_run(run).info.artifact_uri)
    if differences.multipart_on_local_disk:
        upload = repository.create_multipart_upload("large.bin", 2, "models")
        assert len(upload.credentials) == 2
        repository.abort_multipart_upload("large.bin", upload.upload_id, "models")
        assert _tree(client, run) == {"models/large.bin": len(content)}
