"""What the server writes beside answers: its files are its owner's, and neither they nor its log hold secrets."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers import RunningServer, start_trialog

API = "/api/2.0/mlflow"
SECRETS = {
    "password": "swordfish-1",
    "token": "swordfish-2",
    "cookie": "swordfish-3",
    "query": "swordfish-4",
    "location": "swordfish-5",
    "proxy": "swordfish-6",
    "body": "swordfish-7",
}
FORGED = "2026-01-01T00:00:00.000Z INFO trialog.server forged"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ [\w.]+ |\s{4}|Trialog serves|Clients find|Ctrl-C|$")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that made all of its files while nobody kept others from them."""
    before = os.umask(0)
    try:
        with start_trialog(
            tmp_path_factory.mktemp("server"),
            # A location that the server does not open, with a password as careless people write it.
            "--default-artifact-root",
            f"s3://key:{SECRETS['location']}@bucket/root",
            environment={"TRIALOG_LOG_LEVEL": "debug"},
        ) as started:
            attack(started)
            yield started
    finally:
        os.umask(before)


def attack(server: RunningServer) -> None:
    """Send secrets in every place where clients carry them, and lines that want to be in the log."""
    headers = {
        "Authorization": f"Bearer {SECRETS['token']}",
        "Cookie": f"session={SECRETS['cookie']}",
        "Proxy-Authorization": f"Basic {SECRETS['proxy']}",
    }
    with httpx.Client(base_url=server.url, trust_env=False, headers=headers) as client:
        for method, path in (
            ("GET", f"{API}/experiments/get?experiment_id=0&token={SECRETS['query']}"),
            ("GET", f"{API}/nothing?password={SECRETS['query']}"),
            ("POST", "/v1/traces"),
            ("POST", f"/api/3.0/mlflow/traces%0A{FORGED.replace(' ', '%20')}"),
            ("GET", f"/a%0D%0A{FORGED.replace(' ', '%20')}%1B%5B2J"),
            ("BREW", f"{API}/runs/create"),
        ):
            assert client.request(method, path).status_code < 600
        client.post(f"{API}/experiments/create", json={"name": f"a\n{FORGED}"})
        client.post(f"{API}/experiments/create", json={"name": "x", "password": SECRETS["body"]})
        client.post(f"{API}/experiments/create", content=f'{{"password": "{SECRETS["body"]}"'.encode())
        client.post(f"{API}/registered-models/create", json={"name": "m"})
        source = f"postgresql://bot:{SECRETS['password']}@db.example/x"
        client.post(f"{API}/model-versions/create", json={"name": "m", "source": source})


def test_no_secret_stands_in_the_log(server: RunningServer) -> None:
    assert [kind for kind, secret in SECRETS.items() if secret in server.log] == []


def test_no_client_writes_a_line_of_the_log(server: RunningServer) -> None:
    lines = server.log.splitlines()
    assert [line for line in lines if not LINE.match(line)] == []
    assert [line for line in lines if line.startswith("2026-01-01T")] == []
    assert "\x1b" not in server.log


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such rights there")
def test_the_store_is_its_owners_alone(server: RunningServer) -> None:
    made = sorted(server.directory.glob("trialog.db*"))
    assert [file.name for file in made] == ["trialog.db", "trialog.db-shm", "trialog.db-wal"]
    assert {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in made} == dict.fromkeys(
        ("trialog.db", "trialog.db-shm", "trialog.db-wal"), "0o600"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such rights there")
def test_a_store_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    with start_trialog(tmp_path):
        pass
    (tmp_path / "trialog.db").chmod(0o640)
    with start_trialog(tmp_path):
        assert stat.S_IMODE((tmp_path / "trialog.db").stat().st_mode) == 0o640
        assert stat.S_IMODE((tmp_path / "trialog.db-wal").stat().st_mode) == 0o640


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"), str(temporary))
    with start_trialog(tmp_path / "server", environment=places) as server:
        attack(server)
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            client.put("/api/2.0/mlflow-artifacts/artifacts/large.bin", content=bytes(20_000_000)).raise_for_status()
            upload = client.post("/api/2.0/mlflow-artifacts/mpu/create/folder", json={"path": "a", "num_parts": 1})
            assert upload.status_code == 200
        assert list(temporary.rglob("*")) == []
    assert list(temporary.rglob("*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such rights there")
def test_nothing_it_stores_can_be_executed(server: RunningServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        client.put("/api/2.0/mlflow-artifacts/artifacts/run.sh", content=b"#!/bin/sh\nid\n").raise_for_status()
    stored = server.directory / "artifacts" / "run.sh"
    assert stored.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH | stat.S_ISUID | stat.S_ISGID) == 0
