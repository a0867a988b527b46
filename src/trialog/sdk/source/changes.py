"""Changes that no commit holds, as one diff that `git apply` takes."""

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.sdk.source.git_program import Git
from trialog.sdk.source.secrets import holds_secret, is_private_file

MOST_BYTES: Final = 5 * 1024 * 1024
_LARGEST_CHANGE: Final = 1024 * 1024
_LARGEST_NEW: Final = 256 * 1024
_MOST_NEW: Final = 500
_MOST_NAMED: Final = 200
_HEADER: Final = b"diff --git "
_DIFF: Final = (
    "-c",
    # Larger files are not looked into.
    f"core.bigFileThreshold={_LARGEST_CHANGE}",
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-renames",
    "--no-relative",
    "--full-index",
    "--ignore-submodules=dirty",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "-U3",
    "HEAD",
    "--",
)
_LEFT_OUT: Final = "# left out: "
_ESCAPED: Final = re.compile(rb"\\([0-7]{1,3}|.)")
_LETTERS: Final = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


@dataclass(frozen=True)
class Changes:
    """Changes that no commit holds.

    Attributes:
        content: The diff: lines that begin with `#`, then what `git apply` takes; empty if nothing was changed.
        left_out: Files that were changed or are new and are not in it, each with the reason.
        is_dirty: Whether anything was changed; new files that are left out, such as data, do not count.
    """

    content: bytes
    left_out: tuple[str, ...]
    is_dirty: bool


def uncommitted_changes(git: Git, root: Path, commit: str) -> Changes | None:
    """Return the changes of a repository since a commit that is checked out.

    Files that may hold secrets, files in which something looks like a key, binary ones and large ones are left out, and
    named. New files count where they are small texts which the repository does not ignore.

    Args:
        git: Works in the repository.
        root: Root of the repository.
        commit: What is told as the commit.

    Returns:
        The changes; None where git did not tell them.
    """
    changed = git.ask(*_DIFF, most_bytes=4 * MOST_BYTES)
    # What Python compiles beside a source is no source, also where nobody told git so.
    compiled = ("--exclude=__pycache__/", "--exclude=*.pyc")
    listed = git.ask("ls-files", "--others", "--exclude-standard", *compiled, "-z")
    if changed is None or changed.code != 0:
        return None
    sections: list[bytes] = []
    left_out: list[str] = []
    room = MOST_BYTES
    found = _sections(changed.content)
    if not changed.is_whole:
        # The last one is cut off.
        found = found[:-1]
        left_out.append("all behind the last file that is here: there is more than can be kept")
    new = listed.content.split(b"\0")[:-1] if listed is not None and listed.code == 0 else []
    for name, section, reason in (*map(_judged, found), *_new_files(root, new)):
        if reason is None and len(section) > room:
            reason = "no room is left"
        if reason is not None:
            left_out.append(f"{name} ({reason})")
        else:
            sections.append(section)
            room -= len(section)
    is_dirty = bool(sections or found)
    if not is_dirty:
        return Changes(b"", tuple(left_out), is_dirty=False)
    lines = [f"# Changes that commit {commit} does not hold."]
    lines += [_LEFT_OUT + text for text in left_out[:_MOST_NAMED]]
    if len(left_out) > _MOST_NAMED:
        lines.append(f"{_LEFT_OUT}{len(left_out) - _MOST_NAMED} further files")
    head = "".join(f"{line}\n" for line in lines).encode()
    return Changes(head + b"".join(sections), tuple(left_out), is_dirty=True)


def read_left_out(content: bytes) -> list[str]:
    """Return what a diff says of files that are not in it."""
    lines = content.partition(_HEADER)[0].decode(errors="replace").splitlines()
    return [line.removeprefix(_LEFT_OUT) for line in lines if line.startswith(_LEFT_OUT)]


def holds_changes(content: bytes) -> bool:
    """Tell whether a diff has something that can be applied."""
    return content.startswith(_HEADER) or b"\n" + _HEADER in content


def _sections(content: bytes) -> list[bytes]:
    """Return the parts of a diff, one for each file. Lines of files never begin as headers do."""
    if not content:
        return []
    first, *others = (b"\n" + content).split(b"\n" + _HEADER)
    parts = [_HEADER + part for part in others]
    return [part if part.endswith(b"\n") else part + b"\n" for part in ([first] if first.strip() else []) + parts]


def _judged(section: bytes) -> tuple[str, bytes, str | None]:
    """Return the name of a file that was changed, its part of the diff, and why it is left out, if it is."""
    path = _path(section)
    name = json.dumps(path)
    if is_private_file(path):
        return name, section, "may hold secrets"
    if b"\nBinary files " in section:
        return name, section, "binary or large"
    if len(section) > 2 * _LARGEST_CHANGE:
        return name, section, "large"
    if holds_secret(section):
        return name, section, "holds what looks like a key"
    return name, section, None


def _path(section: bytes) -> str:
    """Return the path of the file that a part of a diff is of. Both its names are the same, for renames are none."""
    line = section[len(_HEADER) :].partition(b"\n")[0]
    second = line[len(line) // 2 + 1 :]
    return _unquoted(second).partition("/")[2]


def _unquoted(name: bytes) -> str:
    if not name.startswith(b'"'):
        return name.decode(errors="replace")
    return _ESCAPED.sub(_unescaped, name[1:-1]).decode(errors="replace")


def _unescaped(found: re.Match[bytes]) -> bytes:
    """Return what stands for a character as in C: a letter for a control character, or an octal number of a byte."""
    text = found[1]
    return bytes([int(text, 8) & 0xFF]) if text[:1].isdigit() else _LETTERS.get(text, text)


def _quoted(path: bytes) -> bytes:
    if all(0x20 <= byte < 0x7F and byte not in b'"\\' for byte in path):
        return path
    shown = b"".join(bytes([byte]) if 0x20 <= byte < 0x7F and byte not in b'"\\' else b"\\%03o" % byte for byte in path)
    return b'"' + shown + b'"'


def _new_files(root: Path, names: list[bytes]) -> Iterator[tuple[str, bytes, str | None]]:
    taken = 0
    for raw in names:
        path = raw.decode(errors="surrogateescape")
        # A folder is a repository of its own.
        if not path or path.endswith("/"):
            continue
        name = json.dumps(raw.decode(errors="replace"))
        if is_private_file(path):
            yield name, b"", "may hold secrets"
            continue
        if taken == _MOST_NEW:
            yield name, b"", "too many new files"
            continue
        content, is_executable, reason = _new_file(root / path)
        if reason is None and holds_secret(content):
            reason = "holds what looks like a key"
        taken += reason is None
        yield name, b"" if reason else _addition(raw, content, is_executable=is_executable), reason


def _new_file(path: Path) -> tuple[bytes, bool, str | None]:
    """Return what a new file holds, whether it can be executed, and why it is left out, if it is."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return b"", False, "no plain file"
        if status.st_size > _LARGEST_NEW:
            return b"", False, "large"
        content = path.read_bytes()
    except OSError:
        return b"", False, "cannot be read"
    if b"\0" in content:
        return b"", False, "binary"
    return content, os.name != "nt" and bool(status.st_mode & stat.S_IXUSR), None


def _addition(path: bytes, content: bytes, *, is_executable: bool) -> bytes:
    """Return the part of a diff that makes a file."""
    before, after = _quoted(b"a/" + path), _quoted(b"b/" + path)
    head = b"diff --git %s %s\nnew file mode %s\n" % (before, after, b"100755" if is_executable else b"100644")
    if not content:
        return head
    lines = content.split(b"\n")
    is_ended = lines[-1] == b""
    if is_ended:
        lines.pop()
    # What stands behind a name with spaces ends it.
    end = b"\t" if b" " in path and not after.startswith(b'"') else b""
    head += b"--- /dev/null\n+++ %s%s\n@@ -0,0 +1,%d @@\n" % (after, end, len(lines))
    return head + b"".join(b"+%s\n" % line for line in lines) + (b"" if is_ended else b"\\ No newline at end of file\n")
