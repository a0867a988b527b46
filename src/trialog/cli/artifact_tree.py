"""A folder of artifacts as a tree."""

import sys
from collections.abc import Iterator, Sequence
from typing import Final

from trialog.cli.output import size
from trialog.cli.text import printable
from trialog.wire.messages.artifacts import FileInfo

# What leads to an entry with others behind it, to the last one, and past both of them.
_LINES: Final = ("├── ", "└── ", "│   ", "    ")
_PLAIN_LINES: Final = ("|-- ", "`-- ", "|   ", "    ")


def tree_lines(files: Sequence[FileInfo], encoding: str | None = None) -> Iterator[str]:
    """Yield the lines of a tree.

    Args:
        files: All folders and files, each folder before what is in it.
        encoding: What the lines must be written in; that of standard output if None.
    """
    more, last, past, nothing = _lines(encoding or sys.stdout.encoding or "ascii")
    children: dict[str, list[FileInfo]] = {}
    for file in files:
        children.setdefault(file.path.rpartition("/")[0], []).append(file)
    known = {file.path for file in files}
    tops = [folder for folder in children if folder not in known]
    # Without recursion, as deep as a server says.
    left = [(file, "", at == len(children[top]) - 1) for top in tops for at, file in enumerate(children[top])][::-1]
    while left:
        file, beginning, is_last = left.pop()
        name = printable(file.path.rpartition("/")[2])
        about = "/" if file.is_dir else f"  ({size(file.file_size)})" if isinstance(file.file_size, int) else ""
        yield f"{beginning}{last if is_last else more}{name}{about}"
        below = children.get(file.path, [])
        deeper = beginning + (nothing if is_last else past)
        left += [(child, deeper, at == len(below) - 1) for at, child in enumerate(below)][::-1]


def _lines(encoding: str) -> tuple[str, str, str, str]:
    try:
        "".join(_LINES).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return _PLAIN_LINES
    return _LINES
