"""Uncommitted changes: what is recorded can be applied, and a repository cannot make git run anything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.sdk.source.repositories import git, new_repository
from trialog.sdk.source.changes import MOST_BYTES, Changes, holds_changes, read_left_out, uncommitted_changes
from trialog.sdk.source.git_program import Git, find_git

on_posix = pytest.mark.skipif(os.name == "nt", reason="needs scripts and links of POSIX")


def changes_of(root: Path) -> Changes:
    found = maybe_changes_of(root)
    assert found is not None
    return found


def maybe_changes_of(root: Path) -> Changes | None:
    program = find_git()
    assert program is not None
    return uncommitted_changes(Git(program, root), root, "c" * 40)


def applied(root: Path, changes: Changes, to: Path) -> Path:
    """Apply changes to a clone of the commit."""
    git(root.parent, "clone", "--quiet", str(root), str(to))
    (to.parent / "changes.diff").write_bytes(changes.content)
    git(to, "apply", str(to.parent / "changes.diff"))
    return to


def test_nothing_is_recorded_of_a_repository_without_changes(tmp_path: Path) -> None:
    new_repository(tmp_path / "r", {"a.py": "1\n", ".gitignore": "*.log\n"})
    (tmp_path / "r" / "x.log").write_text("ignored")
    found = changes_of(tmp_path / "r")
    assert (found.content, found.left_out, found.is_dirty) == (b"", (), False)


def test_what_is_recorded_makes_the_files_again(tmp_path: Path) -> None:
    root = tmp_path / "r"
    new_repository(root, {"a.py": "one\ntwo\n", "gone.py": "x\n", "sub/kept.py": "k\n", "staged.py": "s\n"})
    (root / "a.py").write_bytes(b"one\n2\n\xff not of this world\r\nno end")
    (root / "gone.py").unlink()
    (root / "staged.py").write_text("S\n")
    git(root, "add", "staged.py")
    new = {
        "new.py": b"print(1)\n",
        "no end.txt": b"a\nb",
        "empty.txt": b"",
        "имя файла.txt": "текст\n".encode(),
        'quo"te\\d.txt' if os.name != "nt" else "plain.txt": b"q\r\n",
        "sub/deep/new.txt": b"\n\n",
    }
    for name, content in new.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    found = changes_of(root)
    assert found.is_dirty
    assert found.left_out == ()
    copy = applied(root, found, tmp_path / "copy")
    assert (copy / "a.py").read_bytes() == (root / "a.py").read_bytes()
    assert not (copy / "gone.py").exists()
    assert (copy / "staged.py").read_text() == "S\n"
    assert {name: (copy / name).read_bytes() for name in new} == new


@on_posix
def test_new_programs_stay_programs_and_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "r"
    new_repository(root, {"a.py": "1\n"})
    (root / "run.sh").write_text("#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)
    (tmp_path / "outside.txt").write_text("of somebody else")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    found = changes_of(root)
    assert b"somebody" not in found.content
    assert found.left_out == ('"link.txt" (no plain file)',)
    assert os.access(applied(root, found, tmp_path / "copy") / "run.sh", os.X_OK)


def test_secrets_binary_and_large_files_are_left_out_and_named(tmp_path: Path) -> None:
    root = tmp_path / "r"
    key = "AKIA" + "A" * 16
    new_repository(
        root, {"a.py": "1\n", ".env": "A=old\n", "old.py": f"k = '{key}'\n", "b.bin": "\0old", "big.txt": "1"}
    )
    (root / "a.py").write_text("2\n")
    (root / ".env").write_text("A=changed-value\n")
    # The key goes away; what goes away is told in a diff as well.
    (root / "old.py").write_text("k = load()\n")
    (root / "b.bin").write_bytes(b"\0new")
    (root / "big.txt").write_text("x" * 3_000_000)
    (root / ".env.local").write_text("B=untracked-value\n")
    (root / "key.txt").write_text(f"{key}\n")
    (root / "data.csv").write_text("x," * 200_000)
    (root / "data.npy").write_bytes(b"\0\1")
    found = changes_of(root)
    assert found.is_dirty
    for secret in (b"-value", key.encode(), b"A=old"):
        assert secret not in found.content
    assert sorted(found.left_out) == [
        '".env" (may hold secrets)',
        '".env.local" (may hold secrets)',
        '"b.bin" (binary or large)',
        '"big.txt" (binary or large)',
        '"data.csv" (large)',
        '"data.npy" (binary)',
        '"key.txt" (holds what looks like a key)',
        '"old.py" (holds what looks like a key)',
    ]
    assert sorted(read_left_out(found.content)) == sorted(found.left_out)
    assert (applied(root, found, tmp_path / "copy") / "a.py").read_text() == "2\n"


def test_new_data_alone_makes_no_repository_dirty(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a.py": "1\n"})
    (tmp_path / "data.npy").write_bytes(b"\0\1")
    (tmp_path / ".env").write_text("A=b")
    found = changes_of(tmp_path)
    assert not found.is_dirty
    assert found.content == b""


@on_posix
def test_files_with_odd_names_are_known_by_them(tmp_path: Path) -> None:
    names = ['a"b\\c.txt', "tab\tend\n.txt", "имя.txt", "\x01 space.txt"]
    new_repository(tmp_path, dict.fromkeys([*names, "секрет/.env"], "1\n"))
    for name in [*names, "секрет/.env"]:
        (tmp_path / name).write_text("2\n")
    found = changes_of(tmp_path)
    assert found.content.count(b"\n+2\n") == len(names)
    assert [text.partition(" (")[2] for text in found.left_out] == ["may hold secrets)"]
    for name in names:
        (tmp_path / name).write_bytes(b"\0")
    assert [json.loads(text.rpartition(" (")[0]) for text in changes_of(tmp_path).left_out] == sorted(
        [*names, "секрет/.env"], key=str.encode
    )


def test_there_is_a_bound_and_what_is_beyond_is_named(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a.py": "1\n"})
    for number in range(30):
        (tmp_path / f"{number:02}.txt").write_text("x" * 250_000)
    found = changes_of(tmp_path)
    assert len(found.content) < MOST_BYTES + 20_000
    assert [text for text in found.left_out if "no room" in text]


def test_a_name_with_the_end_of_a_line_is_no_part_of_a_diff(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("no file can be called so here")
    new_repository(tmp_path, {"a.py": "1\n"})
    (tmp_path / "x\ndiff --git a").mkdir()
    (tmp_path / "x\ndiff --git a" / "b.bin").write_bytes(b"\0")
    (tmp_path / "a.py").write_text("2\n")
    found = changes_of(tmp_path)
    assert found.content.count(b"\ndiff --git ") == 1
    assert len(read_left_out(found.content)) == 1
    assert holds_changes(found.content)
    assert not holds_changes(b"# left out: x\n")


def hostile(root: Path, proof: Path, settings: dict[str, str], attributes: str = "") -> None:
    """Make a repository whose settings would have git run a program that writes a file."""
    new_repository(root, {"a.py": "1\n", ".gitattributes": attributes})
    program = root / ".git" / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch '{proof}'\ncat\n")
    program.chmod(0o755)
    for name, value in settings.items():
        git(root, "config", name, value.replace("EVIL", str(program)))
    (root / "a.py").write_text("22\n")


HOSTILE = {
    "filter": ({"filter.evil.clean": "EVIL", "filter.evil.required": "true"}, "*.py filter=evil\n"),
    "process": ({"filter.evil.process": "EVIL"}, "*.py filter=evil\n"),
    "external": ({"diff.external": "EVIL"}, ""),
    "driver": ({"diff.evil.command": "EVIL"}, "*.py diff=evil\n"),
    "textconv": ({"diff.evil.textconv": "EVIL"}, "*.py diff=evil\n"),
    "fsmonitor": ({"core.fsmonitor": "EVIL"}, ""),
    "hooks": ({"core.hooksPath": "."}, ""),
    "pager": ({"core.pager": "EVIL", "pager.diff": "EVIL"}, ""),
}


@on_posix
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_repository_cannot_have_programs_run(tmp_path: Path, kind: str) -> None:
    settings, attributes = HOSTILE[kind]
    proof = tmp_path / "proof"
    hostile(tmp_path / "r", proof, settings, attributes)
    found = maybe_changes_of(tmp_path / "r")
    assert not proof.exists()
    assert found is not None
    assert b"+22" in found.content


@on_posix
@pytest.mark.parametrize("kind", ["filter", "external", "textconv"])
def test_the_same_repositories_have_them_run_by_git_itself(tmp_path: Path, kind: str) -> None:
    # Otherwise the test before would prove nothing.
    settings, attributes = HOSTILE[kind]
    proof = tmp_path / "proof"
    hostile(tmp_path / "r", proof, settings, attributes)
    git(tmp_path / "r", "diff", "HEAD")
    assert proof.exists()


@on_posix
def test_a_filter_in_a_file_that_settings_include_is_found(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    hostile(tmp_path / "r", proof, {"include.path": "more"}, "*.py filter=more\n")
    (tmp_path / "r" / ".git" / "more").write_text(f'[filter "more"]\n\tclean = {tmp_path / "r" / ".git" / "evil.sh"}\n')
    assert maybe_changes_of(tmp_path / "r") is not None
    assert not proof.exists()


@on_posix
def test_a_filter_that_cannot_be_switched_off_means_no_changes(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    hostile(tmp_path / "r", proof, {}, "*.py filter=a=b\n")
    with (tmp_path / "r" / ".git" / "config").open("a") as file:
        file.write(f'[filter "a=b"]\n\tclean = {tmp_path / "r" / ".git" / "evil.sh"}\n')
    assert maybe_changes_of(tmp_path / "r") is None
    assert not proof.exists()


@on_posix
def test_objects_that_are_missing_are_not_fetched(tmp_path: Path) -> None:
    root, proof = tmp_path / "r", tmp_path / "proof"
    settings = {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "far",
        "remote.far.url": "ext::EVIL",
        "remote.far.promisor": "true",
        "protocol.ext.allow": "always",
    }
    hostile(root, proof, settings)
    blob = git(root, "rev-parse", "HEAD:a.py")
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert maybe_changes_of(root) is None
    assert not proof.exists()


@on_posix
def test_a_repository_cannot_have_files_of_another_folder_told(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "diary.txt").write_text("dear diary")
    new_repository(tmp_path / "r", {"a.py": "1\n"})
    git(tmp_path / "r", "config", "core.worktree", str(tmp_path / "home"))
    (tmp_path / "r" / "a.py").write_text("2\n")
    found = maybe_changes_of(tmp_path / "r")
    assert found is None or b"diary" not in found.content


@on_posix
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files to somebody else")
def test_a_repository_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a.py": "1\n"})
    (tmp_path / "a.py").write_text("2\n")
    for path in (tmp_path, tmp_path / ".git"):
        os.chown(path, 12345, 12345)
    assert maybe_changes_of(tmp_path) is None


@on_posix
def test_git_that_hangs_is_given_up(tmp_path: Path) -> None:
    slow = tmp_path / "git"
    slow.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(600)\n")
    slow.chmod(0o755)
    asked = Git(str(slow), tmp_path)
    asked._filters = []
    assert asked.ask("status", seconds=0.2) is None


def test_settings_of_the_environment_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_repository(tmp_path / "r", {"a.py": "1\n"})
    new_repository(tmp_path / "other", {"b.py": "1\n"})
    (tmp_path / "r" / "a.py").write_text("2\n")
    # As within a hook of another repository.
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / ".git" / "index"))
    assert b"+2" in changes_of(tmp_path / "r").content


def test_the_user_s_index_is_not_written(tmp_path: Path) -> None:
    new_repository(tmp_path, {"a.py": "1\n"})
    (tmp_path / "a.py").write_text("2\n")
    index = tmp_path / ".git" / "index"
    before = (index.read_bytes(), index.stat().st_mtime_ns)
    changes_of(tmp_path)
    assert (index.read_bytes(), index.stat().st_mtime_ns) == before
    assert subprocess.run(["git", "-C", str(tmp_path), "status", "--short"], check=True, capture_output=True).stdout
