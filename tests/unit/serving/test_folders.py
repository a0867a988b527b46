"""Model folders that several processes use: fetched once, gone when nobody needs them."""

import os
import threading
from pathlib import Path

import pytest

from trialog.serving.folders import HeldFolder, ModelFolders

if not hasattr(os, "fork"):
    pytest.skip("There one process serves", allow_module_level=True)


def fetch(place: Path) -> Path:
    (place / "model").mkdir()
    (place / "model" / "MLmodel").write_text("x", encoding="utf-8")
    return place / "model"


def not_fetched(_place: Path) -> Path:
    pytest.fail("it was fetched again")


def test_a_folder_is_fetched_once_and_stays_as_long_as_anybody_holds_it(tmp_path: Path) -> None:
    # Locks are of open files, so that two of these are like two processes.
    one, other = ModelFolders(tmp_path), ModelFolders(tmp_path)
    first = one.take("models:/a/1", fetch)
    second = other.take("models:/a/1", not_fetched)
    assert first.path == second.path
    assert (first.path / "MLmodel").is_file()
    first.release()
    assert second.path.is_dir()
    second.release()
    assert not second.path.exists()
    third = one.take("models:/a/1", fetch)
    assert (third.path / "MLmodel").is_file()
    third.release()


def test_who_comes_while_it_is_fetched_waits_for_it(tmp_path: Path) -> None:
    is_begun, goes_on = threading.Event(), threading.Event()

    def slowly(place: Path) -> Path:
        is_begun.set()
        assert goes_on.wait(60)
        return fetch(place)

    held: list[HeldFolder] = []
    threads = [threading.Thread(target=lambda: held.append(ModelFolders(tmp_path).take("m", slowly)))]
    threads[0].start()
    assert is_begun.wait(60)
    threads.append(threading.Thread(target=lambda: held.append(ModelFolders(tmp_path).take("m", not_fetched))))
    threads[1].start()
    assert held == []
    goes_on.set()
    for thread in threads:
        thread.join(60)
    assert len(held) == 2
    assert len({one.path for one in held}) == 1
    for one in held:
        one.release()


def test_what_broke_off_leaves_nothing_and_may_be_tried_again(tmp_path: Path) -> None:
    folders = ModelFolders(tmp_path)

    def breaks(place: Path) -> Path:
        fetch(place)
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone"):
        folders.take("m", breaks)
    assert list(tmp_path.rglob("MLmodel")) == []
    held = folders.take("m", fetch)
    assert held.path.is_dir()
    held.release()


def test_what_was_accepted_is_read_by_all(tmp_path: Path) -> None:
    assert ModelFolders(tmp_path).accepted() is None
    ModelFolders(tmp_path).accept({"uri": "models:/a/1", "version": "1", "run_id": None})
    assert ModelFolders(tmp_path).accepted() == {"uri": "models:/a/1", "version": "1", "run_id": None}
