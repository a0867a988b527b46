"""A disk that runs full: writes are refused clearly, all else goes on, and so do writes once there is room."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.e2e.acknowledged import kill
from tests.e2e.rest import Refused, RestClient
from tests.servers import RunningServer, start_trialog
from tests.stored_points import disagreements

MEBIBYTE = 1 << 20
DISK_BYTES = 12 * MEBIBYTE
# A new store asks for less than this.
ROOM = 2 * MEBIBYTE
REFUSALS = 30


@dataclass(frozen=True)
class SmallDisk:
    """A disk of a few megabytes.

    Attributes:
        root: Where it is mounted.
    """

    root: Path

    @property
    def store(self) -> Path:
        """The store on it."""
        return self.root / "trialog.db"

    @property
    def artifacts(self) -> Path:
        """Artifacts on it."""
        return self.root / "artifacts"

    def fill(self, *, leave: int = 0) -> None:
        """Fill it with a file but for so many bytes."""
        with (self.root / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                os.ftruncate(ballast.fileno(), max(0, ballast.tell() - leave))

    def make_room(self) -> None:
        """Remove what filled it."""
        (self.root / "ballast").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    mount = shutil.which("mount")
    if sys.platform != "linux" or mount is None:
        pytest.skip("only Linux lends a part of its memory as a disk")
    root = tmp_path / "disk"
    root.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(root)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"this user may not mount a disk: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(root)
    finally:
        subprocess.run(["umount", str(root)], check=True)


@contextmanager
def server_on(disk: SmallDisk) -> Iterator[RunningServer]:
    """Run a server whose store and artifacts lie on the disk, and whose log does not."""
    arguments = ["--backend-store-uri", f"sqlite:///{disk.store}", "--artifacts-destination", str(disk.artifacts)]
    with start_trialog(disk.root.with_name("server"), *arguments) as server:
        yield server


class Logger:
    """Logs batches of points that never repeat, and knows which of them are stored.

    Args:
        server: Where to log.
        run_id: The run.
    """

    def __init__(self, server: RunningServer, run_id: str) -> None:
        self.acknowledged: dict[str, list[int]] = {}
        self.refusals: list[Refused] = []
        self._server = server
        self.run_id = run_id
        self._next = 0

    def log_until_full(self) -> None:
        """Log batches of several sizes until so many are refused that all that is left of the room is used."""
        while len(self.refusals) < REFUSALS:
            self.log_some()

    def log_some(self) -> None:
        """Log points that are sealed at once, that are sealed in the background, and one alone."""
        with RestClient(self._server.url) as rest:
            for key, count in (("large", 400), ("small", 40), ("single", 1)):
                self._log(rest, key, count)

    def _log(self, rest: RestClient, key: str, count: int) -> None:
        steps = list(range(self._next, self._next + count))
        self._next += count
        metrics = [{"key": key, "value": 1 / (step + 3), "timestamp": 7 * step, "step": step} for step in steps]
        try:
            rest.post("runs/log-batch", {"run_id": self.run_id, "metrics": metrics})
        except Refused as refusal:
            self.refusals.append(refusal)
        else:
            self.acknowledged.setdefault(key, []).extend(steps)


def stored(server: RunningServer, run_id: str, key: str) -> list[int]:
    with RestClient(server.url) as rest:
        points = rest.history(run_id, key)
    assert all(point["value"] == 1 / (point["step"] + 3) for point in points)
    return [point["step"] for point in points]


def artifact_url(server: RunningServer, run_id: str, name: str) -> str:
    return f"{server.url}/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/{name}"


def faults_of(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        verdicts = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
        return verdicts + disagreements(connection.execute)


def files_below(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file() and path.suffix != ".lock")


def test_a_full_disk_refuses_what_is_written_reads_on_and_goes_on_when_there_is_room(disk: SmallDisk) -> None:
    with server_on(disk) as server, RestClient(server.url) as rest:
        run_id = rest.create_run()
        httpx.put(artifact_url(server, run_id, "before"), content=b"there", timeout=30).raise_for_status()
        disk.fill(leave=ROOM)
        logger = Logger(server, run_id)
        logger.log_until_full()

        # It was full in the middle of logging: some went in before, and nothing of the rest.
        assert sum(map(len, logger.acknowledged.values())) > 400
        assert {refusal.status for refusal in logger.refusals} == {503}
        assert all("The disk of the store is full: nothing was written" in str(one) for one in logger.refusals)
        attempts: tuple[tuple[str, dict[str, object]], ...] = (
            ("runs/create", {"experiment_id": "0", "tags": [{"key": "long", "value": "x" * 5000}]}),
            ("experiments/create", {"name": "other", "tags": [{"key": "long", "value": "x" * 5000}]}),
            ("runs/log-batch", {"run_id": run_id, "params": [{"key": f"p{n}", "value": "x" * 6000} for n in range(3)]}),
        )
        for path, body in attempts:
            answer = httpx.post(f"{server.url}/api/2.0/mlflow/{path}", json=body, timeout=30)
            assert (answer.status_code, answer.json()["code"]) == (503, "store.full")
            assert int(answer.headers["retry-after"]) > 0
        disk.fill()
        for size in (1, 100_000, 3 * MEBIBYTE):
            upload = httpx.put(artifact_url(server, run_id, "new"), content=bytes(size), timeout=30)
            assert (upload.status_code, upload.json()["code"]) == (503, "artifact.storage_full")
        assert files_below(disk.artifacts) == ["before"]

        for key, steps in logger.acknowledged.items():
            assert stored(server, run_id, key) == steps
        run = rest.get("runs/get", run_id=run_id)["run"]
        assert {metric["key"]: metric["step"] for metric in run["data"]["metrics"]} == {
            key: steps[-1] for key, steps in logger.acknowledged.items()
        }
        assert [found["info"] for found in rest.post("runs/search", {"experiment_ids": ["0"]})["runs"]] == [run["info"]]
        assert httpx.get(artifact_url(server, run_id, "before"), timeout=30).content == b"there"

        disk.make_room()
        again = Logger(server, rest.create_run())
        again.log_some()
        httpx.put(artifact_url(server, run_id, "new"), content=bytes(100_000), timeout=30).raise_for_status()
        for key, steps in again.acknowledged.items():
            assert stored(server, again.run_id, key) == steps
    assert faults_of(disk.store) == []
    with server_on(disk) as server:
        for log in (logger, again):
            for key, steps in log.acknowledged.items():
                assert stored(server, log.run_id, key) == steps


def test_a_server_killed_on_a_full_disk_reads_on_when_started_and_writes_when_there_is_room(disk: SmallDisk) -> None:
    with server_on(disk) as server:
        with RestClient(server.url) as rest:
            run_id = rest.create_run()
        disk.fill(leave=ROOM)
        logger = Logger(server, run_id)
        logger.log_until_full()
        kill(server)
    with server_on(disk) as server, RestClient(server.url) as rest:
        for key, steps in logger.acknowledged.items():
            assert stored(server, run_id, key) == steps
        with pytest.raises(Refused, match="The disk of the store is full"):
            rest.post("runs/set-tag", {"run_id": run_id, "key": "long", "value": "x" * 5000})
        disk.make_room()
        rest.post("runs/set-tag", {"run_id": run_id, "key": "long", "value": "x" * 5000})
    assert faults_of(disk.store) == []


def test_a_new_store_on_a_full_disk_is_refused_clearly_and_made_when_there_is_room(disk: SmallDisk) -> None:
    for leave in (16_000, 100_000):
        disk.fill(leave=leave)
        with pytest.raises(RuntimeError, match=r"trialog\.db cannot be opened: .*\. Make room on its disk"):
            server_on(disk).__enter__()
        disk.make_room()
    with server_on(disk) as server, RestClient(server.url) as rest:
        rest.create_run()
    assert faults_of(disk.store) == []
