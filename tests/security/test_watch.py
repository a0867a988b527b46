"""The watch over an attacked server sees what it must: otherwise its silence would say nothing."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.security.payloads import pickled
from tests.security.watch import watching


def fail_to_connect() -> None:
    import socket

    with socket.socket() as client:
        client.connect_ex(("127.0.0.1", 9))


FORBIDDEN: dict[str, Callable[[Path], object]] = {
    "a file outside": lambda place: (place.parent / "outside").write_text("x"),
    "a way upwards": lambda place: Path(f"{place}/../outside").write_text("x"),
    "a listing outside": lambda place: os.listdir(place.parent),  # noqa: PTH208  it is what the watch hears
    "a pickle": lambda place: pickle.loads(pickle.dumps(Path(place))),  # noqa: S301  made here
    "a process": lambda _place: subprocess.run([sys.executable, "--version"], check=True, capture_output=True),
    "a connection": lambda _place: fail_to_connect(),
    "a link": lambda place: (place / "link").symlink_to(place),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_it_sees(what: str, tmp_path: Path) -> None:
    if what == "a link" and sys.platform == "win32":
        pytest.skip("making links needs rights there that tests lack")
    place = tmp_path / "place"
    place.mkdir()
    with watching(place) as seen:
        FORBIDDEN[what](place)
    assert seen != []


def test_it_lets_a_server_do_its_work(tmp_path: Path) -> None:
    with watching(tmp_path) as seen:
        (tmp_path / "trialog.db").write_bytes(b"x")
        (tmp_path / "trialog.db").rename(tmp_path / "other")
        (tmp_path / "folder").mkdir()
    assert seen == []


def test_the_pickle_of_the_attacks_does_run_when_it_is_loaded(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    pickle.loads(pickled(str(canary)))  # noqa: S301  made here
    assert canary.exists()
