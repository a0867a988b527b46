"""A large artifact sent to a server and fetched again, beside the same bytes copied over the same loopback."""

import hashlib
import http.client
import os
import socket
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.samples import Sample, Subject
from benchmarks.section import STORES, Bench, Serving
from benchmarks.sizes import Sizes

PATH = "/api/2.0/mlflow-artifacts/artifacts/0/artifacts/large.bin"
PIECE = 1 << 20
UP, DOWN = "artifact sent", "artifact fetched"
TIMES = 3
TIMEOUT_SECONDS = 300


class Artifacts:
    """The section."""

    name = "artifacts"
    title = "artifacts"
    notes = (
        (
            "Artifacts: the bare copy is a file sent over a loopback connection to a process that writes it to a file,"
            " and back, the receiver looking at nothing. Trialog computes a checksum of what it takes in. What is"
            f" fetched is compared with what was sent. Best of {TIMES}, in turns."
        ),
    )
    backends = ("sqlite",)

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Name the only part."""
        return [f"{sizes.artifact_megabytes} MiB"]

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Send and fetch."""
        rates: dict[tuple[str, Subject], list[float]] = {}
        megabytes = bench.sizes.artifact_megabytes
        STORES.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=STORES) as name,
            bench.new_server("MLflow") as mlflow,
            bench.new_server("Trialog") as trialog,
        ):
            file = Path(name) / "sent"
            digest = _write_random(file, megabytes)
            for number in range(TIMES):
                bench.say(f"artifact of {megabytes} MiB, {number + 1} of {TIMES}")
                rates.setdefault((UP, "raw"), []).append(megabytes / _copy(file, file.with_name("received")))
                rates.setdefault((DOWN, "raw"), []).append(megabytes / _copy(file, None))
                for serving in (mlflow, trialog):
                    rates.setdefault((UP, serving.subject), []).append(megabytes / _send(serving, file))
                    rates.setdefault((DOWN, serving.subject), []).append(megabytes / _fetch(serving))
            for serving in (mlflow, trialog):
                bench.say(f"{serving.subject}: what came back is compared")
                found = hashlib.sha256()
                _fetch(serving, found)
                if found.digest() != digest:
                    raise SystemExit(f"{serving.subject} gave back another artifact than it was sent")
        return [Sample(measure, "MiB/s", subject, max(found)) for (measure, subject), found in rates.items()]


def _write_random(file: Path, megabytes: int) -> bytes:
    """Write a file that cannot be compressed and return its SHA-256."""
    digest = hashlib.sha256()
    with file.open("wb") as target:
        for _ in range(megabytes):
            piece = os.urandom(PIECE)
            digest.update(piece)
            target.write(piece)
    return digest.digest()


def _copy(source: Path, target: Path | None) -> float:
    """Send a file through a loopback connection into another file, or to nowhere; return how many seconds it took."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        sender = threading.Thread(target=_send_plainly, args=(source, listening.getsockname()))
        begin = time.perf_counter()
        sender.start()
        connection, _ = listening.accept()
        with connection, (target or Path(os.devnull)).open("wb", buffering=0) as file:
            buffer = bytearray(PIECE)
            while count := connection.recv_into(buffer):
                if target is not None:
                    file.write(memoryview(buffer)[:count])
        sender.join()
        return time.perf_counter() - begin


def _send_plainly(source: Path, address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection, source.open("rb") as file:
        while piece := file.read(PIECE):
            connection.sendall(piece)


def _send(serving: Serving, file: Path) -> float:
    """Send a file to a server; return how many seconds it took."""
    with _connection(serving) as connection, file.open("rb") as source:
        begin = time.perf_counter()
        headers = {"Content-Length": str(file.stat().st_size), "Content-Type": "application/octet-stream"}
        connection.request("PUT", PATH, source, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != http.HTTPStatus.OK:
            raise SystemExit(f"{serving.subject} refused an artifact: {answer.decode(errors='replace')}")
        return time.perf_counter() - begin


def _fetch(serving: Serving, digest: "hashlib._Hash | None" = None) -> float:
    """Fetch the artifact; return how many seconds it took."""
    with _connection(serving) as connection:
        begin = time.perf_counter()
        connection.request("GET", PATH)
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise SystemExit(f"{serving.subject} does not give the artifact back: {response.status}")
        buffer = bytearray(PIECE)
        while count := response.readinto(buffer):
            if digest is not None:
                digest.update(memoryview(buffer)[:count])
        return time.perf_counter() - begin


def _connection(serving: Serving) -> "closing[http.client.HTTPConnection]":
    return closing(
        http.client.HTTPConnection("127.0.0.1", serving.server.port, timeout=TIMEOUT_SECONDS, blocksize=PIECE)
    )
