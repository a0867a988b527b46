"""What the files of a repository say, beside what git says of it."""

import os
from pathlib import Path

import pytest

from tests.unit.sdk.source.repositories import commit, git, new_repository
from trialog.sdk.source.git_files import find_repository, read_address, read_head


def test_a_commit_and_its_branch_are_found_from_a_folder_below(tmp_path: Path) -> None:
    made = new_repository(tmp_path / "r", {"a/b/train.py": "1"})
    found = find_repository(tmp_path / "r" / "a" / "b")
    assert found is not None
    assert found.root == (tmp_path / "r").resolve()
    assert read_head(found) == (read_head(found).__class__)(made, "main")
    git(tmp_path / "r", "checkout", "--quiet", "-b", "feature/x-1")
    assert read_head(found).branch == "feature/x-1"
    git(tmp_path / "r", "checkout", "--quiet", "--detach")
    assert (read_head(found).commit, read_head(found).branch) == (made, None)


def test_packed_references_are_read(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a": "1"})
    git(tmp_path, "branch", "other/main")
    made = commit(tmp_path, {"a": "2"})
    git(tmp_path, "pack-refs", "--all")
    found = find_repository(tmp_path)
    assert found is not None
    assert not (tmp_path / ".git" / "refs" / "heads" / "main").exists()
    assert read_head(found).commit == made


def test_working_trees_and_submodules_have_commits_of_their_own(tmp_path: Path) -> None:
    first = new_repository(tmp_path / "r", {"a": "1"})
    git(tmp_path / "r", "remote", "add", "origin", "https://example.com/r.git")
    git(tmp_path / "r", "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    second = commit(tmp_path / "side", {"a": "2"})
    side = find_repository(tmp_path / "side")
    assert side is not None
    assert side.root == (tmp_path / "side").resolve()
    assert (read_head(side).commit, read_head(side).branch) == (second, "side")
    assert read_address(side) == "https://example.com/r.git"
    outer = tmp_path / "outer"
    new_repository(outer, {"b": "1"})
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "r"), "part")
    part = find_repository(outer / "part")
    assert part is not None
    assert part.root == (outer / "part").resolve()
    assert read_head(part).commit == first


def test_a_repository_without_a_commit_has_a_branch_alone(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch", "trunk")
    found = find_repository(tmp_path)
    assert found is not None
    assert (read_head(found).commit, read_head(found).branch) == (None, "trunk")
    assert read_address(found) is None


def test_the_address_is_that_of_origin_without_its_password(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a": "1"})
    git(tmp_path, "remote", "add", "backup", "https://example.com/backup.git")
    found = find_repository(tmp_path)
    assert found is not None
    assert read_address(found) == "https://example.com/backup.git"
    git(tmp_path, "remote", "add", "origin", "https://ann:secret@example.com/origin.git")
    assert read_address(found) == "https://example.com/origin.git"


@pytest.mark.parametrize(
    "head",
    [
        "ref: ../../outside",
        "ref: refs/heads/../../../outside",
        "ref: refs/../outside",
        "ref: /etc/passwd",
        "ref: refs/heads/main\n" * 3,
        "no hash",
        "",
        "a" * 41,
    ],
)
def test_a_head_that_leads_elsewhere_is_not_followed(tmp_path: Path, head: str) -> None:
    root = tmp_path / "r"
    new_repository(root, {"a": "1"})
    (tmp_path / "outside").write_text("b" * 40)
    (root / ".git" / "outside").write_text("b" * 40)
    (root / "outside").write_text("b" * 40)
    (root / ".git" / "HEAD").write_text(head)
    found = find_repository(root)
    assert found is not None
    assert read_head(found).commit is None


def test_references_that_name_each_other_end(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a": "1"})
    (tmp_path / ".git" / "refs" / "heads" / "main").write_text("ref: refs/heads/main")
    found = find_repository(tmp_path)
    assert found is not None
    assert read_head(found).commit is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes among files here")
def test_pipes_in_the_place_of_files_keep_nobody_waiting(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a": "1"})
    for name in ("config", "refs/heads/main"):
        (tmp_path / ".git" / name).unlink()
        os.mkfifo(tmp_path / ".git" / name)
    found = find_repository(tmp_path)
    assert found is not None
    assert read_head(found).commit is None
    assert read_address(found) is None


def test_a_folder_that_is_in_no_repository(tmp_path: Path) -> None:
    assert find_repository(tmp_path) is None
    (tmp_path / ".git").write_text("gitdir: /nowhere")
    assert find_repository(tmp_path) is None
    assert find_repository(tmp_path / "missing") is None
