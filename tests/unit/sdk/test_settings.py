"""Where a process keeps what it logs, wherever it runs."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from trialog.sdk.settings import client_settings, forget_settings

POSIX = pytest.mark.skipif(os.name == "nt", reason="folders have other owners and names there")


@pytest.fixture(autouse=True)
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is said of the spool, and temporary files are the test's own."""
    for name in ("TRIALOG_SPOOL_FOLDER", "XDG_STATE_HOME", "TMPDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    forget_settings()
    yield
    forget_settings()


@POSIX
def test_it_is_a_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert client_settings().spool_folder == tmp_path / "home/.local/state/trialog/spool"


@POSIX
def test_where_there_is_no_home_it_is_among_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", os.devnull)
    assert client_settings().spool_folder == tmp_path / f"trialog-{os.getuid()}" / "spool"
    assert stat.S_IMODE((tmp_path / f"trialog-{os.getuid()}").stat().st_mode) == 0o700


@POSIX
def test_a_folder_that_others_may_write_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", os.devnull)
    planted = tmp_path / f"trialog-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    chosen = client_settings().spool_folder.parent
    assert chosen != planted
    assert stat.S_IMODE(chosen.stat().st_mode) == 0o700
