"""Artifacts sent to and fetched from a real server, and from servers that break off and lie."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with
from tests.unit.sdk.answering import answer, answering
from tests.unit.sdk.test_transport import transport_to
from trialog.entities.clock import now_milliseconds
from trialog.errors import (
    ConnectionFailed,
    InvalidParameter,
    NotImplementedHere,
    ResourceNotFound,
    TemporarilyUnavailable,
)
from trialog.remote.settings import connection_settings
from trialog.sdk.artifact_progress import Progress
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.experiments import Experiments
from trialog.sdk.models import Models
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport
from trialog.wire.messages.logged_models import LoggedModelResponse

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def local_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local-root")


@pytest.fixture(scope="module")
def transport(tmp_path_factory: pytest.TempPathFactory, local_root: Path) -> Iterator[Transport]:
    directory = tmp_path_factory.mktemp("server")
    with (
        start_trialog(directory, "--default-artifact-root", str(local_root)) as server,
        closing(Transport(connection_settings(server.url, {}))) as opened,
    ):
        yield opened


@pytest.fixture
def artifacts(transport: Transport) -> Artifacts:
    return Artifacts(transport)


def begun_run(transport: Transport, name: str, location: str | None = "mlflow-artifacts:/kept") -> str:
    experiment_id = Experiments(transport).create(name, artifact_location=location and f"{location}/{name}")
    run = Runs(transport).create(experiment_id, run_name="r", start_time=now_milliseconds(), tags={})
    return run.info.run_id


def logged_model(transport: Transport, name: str, location: str | None = "mlflow-artifacts:/kept") -> str:
    experiment_id = Experiments(transport).create(name, artifact_location=location and f"{location}/{name}")
    made = transport.call("create_logged_model", LoggedModelResponse, experiment_id=experiment_id, name="m")
    return made.model.info.model_id


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "model"
    for name, content in {
        "MLmodel": b"flavors: {}\n",
        "empty": b"",
        "data/имя с пробелом.txt": b"1",
        "data/100%+1.csv": b"2",
        "data/deep/er/x.bin": os.urandom(300_000),
    }.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    return made


def test_a_folder_goes_there_and_comes_back(
    artifacts: Artifacts, transport: Transport, folder: Path, tmp_path: Path
) -> None:
    for owner in (
        {"run_id": begun_run(transport, "folder")},
        {"run_id": None, "model_id": logged_model(transport, "folder-of-model")},
        {"run_id": begun_run(transport, "folder-of-server", None)},
    ):
        told: list[Progress] = []
        name = next(value for value in owner.values() if value)
        sent = artifacts.upload(local_path=folder, artifact_path="there/model", on_progress=told.append, **owner)
        assert sent == [f"there/model/{name}" for name in tree(folder)]
        assert (told[-1].files, told[-1].sent_bytes) == (5, told[-1].total_bytes)
        assert [(file.path, file.is_dir) for file in artifacts.list(path="there/model", **owner)] == [
            ("there/model/MLmodel", False),
            ("there/model/data", True),
            ("there/model/empty", False),
        ]
        destination = tmp_path / f"back-{name}"
        for _ in range(2):
            assert artifacts.download(path=None, destination=destination, **owner) == destination
            assert tree(destination / "there" / "model") == tree(folder)
        assert artifacts.download(path="there/model/", destination=destination, **owner) == destination / "model"
        assert tree(destination / "model") == tree(folder)
        one = artifacts.download(path="there/model/data/100%+1.csv", destination=destination, **owner)
        assert (one, one.read_bytes()) == (destination / "100%+1.csv", b"2")
        assert b"".join(artifacts.open(path="there/model/MLmodel", **owner)) == b"flavors: {}\n"
        assert artifacts.list(path="nowhere", **owner) == []
        with pytest.raises(ResourceNotFound, match="nowhere"):
            artifacts.download(path="nowhere", destination=destination, **owner)
        assert not list(destination.rglob("*.part"))


def test_one_file_keeps_its_name_and_content_may_come_from_anywhere(
    artifacts: Artifacts, transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = begun_run(transport, "one-file")
    (tmp_path / "f.txt").write_text("file")
    monkeypatch.chdir(tmp_path)
    assert artifacts.upload(run_id, Path("f.txt")) == ["f.txt"]
    assert artifacts.upload(run_id, tmp_path / "f.txt", "a/b/") == ["a/b/f.txt"]
    artifacts.upload_content(run_id, b"bytes", "bytes")
    opened = io.BytesIO(b"0123456789")
    opened.seek(5)
    artifacts.upload_content(run_id, opened, "rest")
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe:
        with os.fdopen(writing, "wb") as end:
            end.write(b"piped")
        artifacts.upload_content(run_id, pipe, "pipe")
    kept = {name: b"".join(artifacts.open(run_id, name)) for name in ("f.txt", "a/b/f.txt", "bytes", "rest", "pipe")}
    assert kept == {"f.txt": b"file", "a/b/f.txt": b"file", "bytes": b"bytes", "rest": b"56789", "pipe": b"piped"}


def test_a_file_that_grows_is_sent_as_long_as_it_was(
    artifacts: Artifacts, transport: Transport, tmp_path: Path
) -> None:
    run_id = begun_run(transport, "growing")
    log = tmp_path / "log.txt"
    log.write_bytes(b"x" * MEBIBYTE)

    def write_on(progress: Progress) -> None:
        del progress
        with log.open("ab") as file:
            file.write(b"y" * 1000)

    artifacts.upload(run_id, log, on_progress=write_on)
    assert b"".join(artifacts.open(run_id, "log.txt")) == b"x" * MEBIBYTE

    def cut(progress: Progress) -> None:
        del progress
        os.truncate(log, 10)

    with pytest.raises(InvalidParameter, match="became shorter"):
        artifacts.upload(run_id, log, "cut", on_progress=cut)
    assert artifacts.list(run_id, "cut") == []


def test_what_is_no_file_is_refused_before_anything_is_sent(
    artifacts: Artifacts, transport: Transport, folder: Path, tmp_path: Path
) -> None:
    run_id = begun_run(transport, "no-files")
    with pytest.raises(InvalidParameter, match="is not there"):
        artifacts.upload(run_id, tmp_path / "nothing")
    (folder / "zzz").symlink_to(tmp_path / "gone")
    with pytest.raises(InvalidParameter, match="is not there"):
        artifacts.upload(run_id, folder)
    (folder / "zzz").unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe")
        with pytest.raises(InvalidParameter, match="no file or folder"):
            artifacts.upload(run_id, folder)
    assert artifacts.list(run_id) == []
    with pytest.raises(InvalidParameter, match="Name a file"):
        artifacts.upload_content(run_id, b"", "/")
    for owners in ({}, {"run_id": "a", "model_id": "b"}):
        with pytest.raises(InvalidParameter, match="either a run or a logged model"):
            artifacts.list(**owners)


def test_files_in_a_place_that_the_server_does_not_open_are_refused_with_a_reason(
    artifacts: Artifacts, transport: Transport, folder: Path, tmp_path: Path
) -> None:
    for number, place in enumerate(("s3://bucket/x", "file:///var/elsewhere")):
        run_id = begun_run(transport, f"elsewhere-{number}", place)
        for act in (
            lambda run_id=run_id: artifacts.upload(run_id, folder),
            lambda run_id=run_id: artifacts.list(run_id),
            lambda run_id=run_id: artifacts.download(run_id, "MLmodel", tmp_path / "d"),
        ):
            with pytest.raises(InvalidParameter, match="is not served here"):
                act()
        model_id = logged_model(transport, f"elsewhere-model-{number}", place)
        with pytest.raises(InvalidParameter, match="is not served here"):
            artifacts.upload(None, folder, model_id=model_id)
    assert not (tmp_path / "d").exists()


def test_a_large_file_flows_without_being_held_and_also_to_a_folder_of_the_server(
    artifacts: Artifacts, transport: Transport, local_root: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.bin"
    digest = hashlib.sha256()
    with large.open("wb") as file:
        for _ in range(128):
            piece = os.urandom(MEBIBYTE)
            digest.update(piece)
            file.write(piece)
    script = """
import resource, sys
from pathlib import Path
from trialog.remote.settings import connection_settings
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.transport import Transport
artifacts = Artifacts(Transport(connection_settings(sys.argv[1], {})))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
artifacts.upload(sys.argv[2], Path(sys.argv[3]))
artifacts.download(sys.argv[2], "large.bin", Path(sys.argv[4]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    run_id = begun_run(transport, "large", local_root.as_uri())
    done = subprocess.run(
        [sys.executable, "-c", script, transport.url, run_id, str(large), str(tmp_path / "back")],
        env=environment_with({}),
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) < 30_000
    with (tmp_path / "back" / "large.bin").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == digest.digest()
    assert len(list(local_root.rglob("large.bin"))) == 1
