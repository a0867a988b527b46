"""The two ways of reaching files agree with each other."""

import os
from pathlib import Path

import pytest

from trialog.artifacts.rooted import DescriptorFolder, FolderEntry, ResolvingFolder, RootedFolder, rooted_folder

needs_descriptors = pytest.mark.skipif(os.name == "nt", reason="Windows opens no file relative to a directory")


@pytest.fixture(params=[pytest.param(DescriptorFolder, marks=needs_descriptors), ResolvingFolder])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> RootedFolder:
    opened: RootedFolder = request.param(tmp_path)
    return opened


def write(folder: RootedFolder, path: tuple[str, ...], content: bytes) -> None:
    with os.fdopen(folder.create_file(path), "wb") as file:
        file.write(content)


def test_the_strongest_way_is_chosen(tmp_path: Path) -> None:
    expected = ResolvingFolder if os.name == "nt" else DescriptorFolder
    assert type(rooted_folder(tmp_path)) is expected


def test_a_new_file_is_made_with_its_folders_and_never_twice(folder: RootedFolder) -> None:
    write(folder, ("a", "b", "f"), b"1")
    with pytest.raises(FileExistsError, match="f"):
        folder.create_file(("a", "b", "f"))
    with os.fdopen(folder.open_file(("a", "b", "f")), "rb") as file:
        assert file.read() == b"1"
    assert folder.scan(("a",)) == [FolderEntry("b", is_directory=True, size=None)]


def test_a_file_is_no_folder(folder: RootedFolder) -> None:
    write(folder, ("f",), b"1")
    for attempt in (
        lambda: folder.create_file(("f", "x")),
        lambda: folder.open_file(("f", "x")),
        lambda: folder.status(("f", "x")),
        lambda: folder.scan(("f",)),
        lambda: folder.make_folder(("f", "x")),
    ):
        with pytest.raises(NotADirectoryError, match=r"f|x"):
            attempt()


def test_a_folder_is_no_file(folder: RootedFolder) -> None:
    folder.make_folder(("a",))
    with pytest.raises((IsADirectoryError, PermissionError), match="a"):
        folder.open_file(("a",))


def test_moving_replaces_a_file_but_no_folder(folder: RootedFolder) -> None:
    write(folder, ("from",), b"new")
    write(folder, ("to", "f"), b"old")
    folder.move(("from",), ("to", "f"))
    with os.fdopen(folder.open_file(("to", "f")), "rb") as file:
        assert file.read() == b"new"
    write(folder, ("from",), b"newer")
    with pytest.raises(IsADirectoryError, match="to"):
        folder.move(("from",), ("to",))
    with pytest.raises(FileNotFoundError, match="missing"):
        folder.move(("missing",), ("x", "y"))


def test_a_tree_is_deleted(folder: RootedFolder) -> None:
    write(folder, ("a", "b", "c", "f"), b"1")
    write(folder, ("a", "g"), b"1")
    folder.delete_tree(("a", "g"))
    folder.delete_tree(("a",))
    assert folder.scan(()) == []
    with pytest.raises(FileNotFoundError, match="a"):
        folder.delete_tree(("a",))


@needs_descriptors
def test_the_root_itself_may_be_reached_over_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    for kind in (DescriptorFolder, ResolvingFolder):
        folder = kind(tmp_path / "link")
        write(folder, (kind.__name__,), b"1")
        assert (tmp_path / "disk" / kind.__name__).exists()
