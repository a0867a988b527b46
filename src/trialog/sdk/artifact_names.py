"""Names of files as a server tells them, which must not lead anywhere else."""

import os
import re
from pathlib import Path
from typing import Final

from trialog.errors import ConnectionFailed

_SEPARATOR: Final = re.compile(r"[/\\]")
_NO_NAME: Final = re.compile(r"\.{1,2}|.*[/\\\x00-\x1f\x7f].*|", re.DOTALL)
_NO_NAME_ON_WINDOWS: Final = re.compile(
    r'.*[<>:"|?*].*|.*[. ]|(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?', re.IGNORECASE | re.DOTALL
)


def last_name(path: str) -> str:
    """Return the last name of a path."""
    return path.rstrip("/").rpartition("/")[2]


def safe_path(folder: Path, path: str, *, windows: bool = os.name == "nt") -> Path:
    """Return where below a folder a file lies whose path a server told.

    Args:
        folder: The folder.
        path: The path, with `/` between the names.
        windows: Whether the folder lies on Windows.

    Raises:
        ConnectionFailed: It would lie elsewhere, or could not lie there (`artifact.unsafe_name`).
    """
    names = path.split("/") if path else []
    is_unsafe = any(
        _NO_NAME.fullmatch(name) is not None or (windows and _NO_NAME_ON_WINDOWS.fullmatch(name) is not None)
        for name in names
    )
    if is_unsafe:
        raise ConnectionFailed(
            "artifact.unsafe_name",
            f"The server names a file {path[:200]!r}, which cannot be written below {str(folder)!r}. It was left out, "
            "and nothing behind it was fetched.",
            path=path[:200],
        )
    return folder.joinpath(*names)
