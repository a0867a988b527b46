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


def test_a_uri_leads_to_the_files_of_runs_models_and_versions(
    artifacts: Artifacts, transport: Transport, folder: Path, tmp_path: Path
) -> None:
    run_id = begun_run(transport, "uris")
    model_id = logged_model(transport, "uris-of-models")
    artifacts.upload(run_id, folder, "model")
    artifacts.upload(None, folder, model_id=model_id)
    models = Models(transport)
    models.create("named")
    models.create_version("named", f"runs:/{run_id}/model", run_id=run_id)
    models.set_alias("named", "champion", "1")
    models.promote("named", "1", stage="Production")
    destination = tmp_path / "to"
    for uri in ("models:/named/1", "models:/named/Production", "models:/named@champion", "models:/named/latest"):
        assert artifacts.download_uri(uri, destination / "version") == destination / "version"
        assert tree(destination / "version") == tree(folder)
        assert artifacts.download_uri(f"{uri}/data/deep", destination) == destination / "data" / "deep"
        assert b"".join(artifacts.open_uri(f"{uri}/MLmodel")) == b"flavors: {}\n"
    assert artifacts.download_uri(f"runs:/{run_id}/model", destination) == destination / "model"
    assert tree(destination / "model") == tree(folder)
    assert artifacts.download_uri(f"models:/{model_id}", destination / "logged") == destination / "logged"
    assert tree(destination / "logged") == tree(folder)
    uri = Runs(transport).get(run_id).info.artifact_uri
    assert uri.startswith("mlflow-artifacts:/")
    one = artifacts.download_uri(f"{uri}/model/data/100%25+1.csv", destination)
    assert (one.name, one.read_bytes()) == ("100%+1.csv", b"2")
    for local in (folder.as_uri(), str(folder)):
        copied = artifacts.download_uri(local, tmp_path / "copies")
        assert (copied, tree(copied)) == (tmp_path / "copies" / "model", tree(folder))
    assert artifacts.download_uri(str(folder / "MLmodel"), tmp_path / "copies").read_bytes() == b"flavors: {}\n"
    assert [file.path for file in artifacts.list_version("named", "@champion", "data")] == [
        "data/100%+1.csv",
        "data/deep",
        "data/имя с пробелом.txt",
    ]
    assert len(artifacts.walk_uri("models:/named/1")) == 8


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("s3://bucket/x", "names no artifacts"),
        ("models:/named", "names no artifacts"),
        ("runs:/", "names no artifacts"),
        ("runs://profile@x/y", "names no artifacts"),
        ("file://elsewhere/x", "names no artifacts"),
        ("mlflow-artifacts://elsewhere:5000/x", "ask the other server"),
    ],
)
def test_a_uri_of_another_kind_is_refused(artifacts: Artifacts, tmp_path: Path, uri: str, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        artifacts.download_uri(uri, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_folder_is_not_copied_into_itself(artifacts: Artifacts, folder: Path) -> None:
    with pytest.raises(InvalidParameter, match="into itself"):
        artifacts.download_uri(str(folder), folder / "data")
    with pytest.raises(ResourceNotFound, match="no file or folder"):
        artifacts.download_uri(str(folder / "gone"), folder)
    assert artifacts.download_uri(str(folder), folder.parent) == folder


def listed(*files: tuple[str, bool]) -> bytes:
    found = [{"path": path, "is_dir": is_dir} | ({} if is_dir else {"file_size": 1}) for path, is_dir in files]
    return answer(200, json.dumps({"root_uri": "x", "files": found}).encode())


@pytest.mark.parametrize(
    "name", ["..", ".", "a/../..", "..\\..\\x", "C:\\x", "a\x00b", "a\nb", "x/..", "\x1b[2J"], ids=repr
)
def test_names_of_a_server_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    (tmp_path / "to").mkdir()
    kept = tmp_path / "to" / "kept"
    kept.write_text("mine")
    for is_dir in (True, False):
        with (
            answering([listed((name, is_dir)), answer(200, b"evil", 'ETag: "1"')]) as server,
            transport_to(server.url) as transport,
            pytest.raises(ConnectionFailed, match="cannot be written below"),
        ):
            Artifacts(transport).download("run", None, tmp_path / "to" / "x")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["to", "to/kept"]
    assert kept.read_text() == "mine"


def test_only_the_last_name_of_what_a_server_lists_counts(tmp_path: Path) -> None:
    with (
        answering([listed(("../../etc/passwd", False), ("/root/b", False)), answer(200, b"x", 'ETag: "1"')]) as server,
        transport_to(server.url) as transport,
    ):
        Artifacts(transport).download("run", None, tmp_path / "to")
        asked = sorted(unquote(line.split()[1].partition("path=")[2]) for line, _ in server.requests[1:])
    assert asked == ["b", "passwd"]
    assert tree(tmp_path) == {"to/b": b"x", "to/passwd": b"x"}


def test_folders_without_end_are_given_up(tmp_path: Path) -> None:
    with (
        answering([listed(("x/a", True))]) as server,
        transport_to(server.url) as transport,
        pytest.raises(ConnectionFailed, match="folders in one another deeper than"),
    ):
        Artifacts(transport).download("run", None, tmp_path / "to")
    assert not (tmp_path / "to").exists()


CONTENT = bytes(range(256)) * 1000
BEGUN = b"HTTP/1.1 200 OK\r\nContent-Length: 256000\r\n" + b'ETag: "v1"\r\n\r\n' + CONTENT[:100_000]


def part(start: int, tag: str = "v1", upto: int | None = None) -> bytes:
    head = f'HTTP/1.1 206 Part\r\nContent-Length: {256000 - start}\r\nETag: "{tag}"\r\n'
    return f"{head}Content-Range: bytes {start}-255999/256000\r\n\r\n".encode() + CONTENT[start:upto]


def test_a_download_that_breaks_off_goes_on_where_it_ended(tmp_path: Path) -> None:
    busy = answer(503, b'{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "Busy."}')
    whole = answer(200, CONTENT, 'ETag: "v1"')
    for rest in ([part(100_000)], [part(100_000, upto=200_000), part(200_000)], [busy, part(100_000)], [whole]):
        with (
            answering([BEGUN, *rest], closes_after_each=True) as server,
            transport_to(server.url) as transport,
        ):
            got = Artifacts(transport).download("run", "a/model.bin", tmp_path / "to")
            assert (server.headers[1]["range"], server.headers[1]["if-range"]) == ("bytes=100000-", '"v1"')
        assert got == tmp_path / "to" / "model.bin"
        assert got.read_bytes() == CONTENT
        assert list((tmp_path / "to").iterdir()) == [got]
        got.unlink()


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ([answer(200, CONTENT, 'ETag: "v2"')], "was changed while it was fetched"),
        ([part(50_000)], "was changed while it was fetched"),
        ([answer(416, b'{"error_code": "BAD_REQUEST", "message": "No."}')], "was changed while it was fetched"),
        ([answer(404, b'{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Gone."}')], "Gone"),
        ([part(100_000, upto=100_000)], "no whole answer"),
    ],
    ids=["changed", "another part", "shorter", "gone", "for ever"],
)
def test_a_part_is_never_taken_for_the_whole(tmp_path: Path, rest: list[bytes], sentence: str) -> None:
    (tmp_path / "model.bin").write_bytes(b"before")
    with (
        answering([BEGUN, *rest], closes_after_each=True) as server,
        transport_to(server.url) as transport,
        pytest.raises((ConnectionFailed, ResourceNotFound), match=sentence),
    ):
        Artifacts(transport).download("run", "model.bin", tmp_path)
    assert tree(tmp_path) == {"model.bin": b"before"}


def test_a_file_is_sent_again_if_the_server_was_busy(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(CONTENT)
    busy = answer(503, b'{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "Busy."}')
    with answering([busy, answer(200)]) as server, transport_to(server.url) as transport:
        Artifacts(transport).upload("run", tmp_path / "f")
        assert [body for _, body in server.requests] == [CONTENT, CONTENT]
    with (
        answering([busy]) as server,
        transport_to(server.url) as transport,
        pytest.raises(TemporarilyUnavailable, match="Busy"),
    ):
        Artifacts(transport).upload("run", tmp_path / "f")


def test_the_first_failure_of_a_folder_ends_all(tmp_path: Path) -> None:
    for number in range(500):
        (tmp_path / f"{number:03}").write_bytes(b"x")
    full = answer(400, b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "No room.", "code": "artifact.x"}')
    with (
        answering([full]) as server,
        transport_to(server.url) as transport,
        pytest.raises(InvalidParameter, match="No room"),
    ):
        Artifacts(transport).upload("run", tmp_path)
    assert len(server.requests) < 100
    assert not re.findall("trialog-artifacts", " ".join(thread.name for thread in threading.enumerate()))
