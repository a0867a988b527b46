"""Which folder the address of a store names, if it names one."""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from trialog.errors import ConfigurationError
from trialog.wire.mlruns_layout import MODELS, TRASH

_FILE: Final = re.compile(r"file:(?://(?:localhost)?(?=/))?(?P<path>.+)", re.IGNORECASE | re.DOTALL)
_DRIVE: Final = re.compile(r"[A-Za-z]:[/\\]")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_META: Final = "meta.yaml"
_MOST_LOOKED_AT: Final = 1000


def mlruns_folder(uri: str) -> Path | None:
    """Return the folder that an address names, absolute; None if it names a database or a server.

    Args:
        uri: `./mlruns`, `file:./mlruns`, `file:///data/mlruns` or whatever else a store may be at.
    """
    if match := _FILE.fullmatch(uri.strip()):
        text = unquote(match["path"])
        path = Path(text[1:] if _DRIVE.match(text[1:]) else text)
    elif not uri.strip() or _SCHEME.match(uri.strip()):
        return None
    else:
        path = Path(uri.strip())
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  a folder that is a link keeps its own name


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be what MLflow writes.

    Args:
        folder: What the address of a store names.

    Raises:
        ConfigurationError: It is not there (`mlruns.not_there`), cannot be read (`mlruns.unreadable`), or is another
            kind of folder (`mlruns.no_folder_of_mlflow`).
    """
    if folder.is_file():
        raise ConfigurationError(
            "mlruns.not_there",
            f"The store {folder} is a file. A store in a file is named with sqlite:/// in front:"
            f" sqlite:///{folder.as_posix()}. Without that, the folder is meant that MLflow writes: ./mlruns.",
            place=str(folder),
        )
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        raise ConfigurationError(
            "mlruns.not_there",
            f"There is no folder {folder}. Name the folder that MLflow writes, such as ./mlruns; or for a store of"
            " Trialog a file, such as sqlite:///trialog.db.",
            place=str(folder),
        ) from None
    except OSError as error:
        raise ConfigurationError(
            "mlruns.unreadable", f"The folder {folder} cannot be read: {error.strerror}.", place=str(folder)
        ) from error
    if names and not _is_of_mlflow(folder, names):
        inside = folder / "mlruns"
        hint = f" Did you mean {inside}?" if inside.is_dir() else ""
        raise ConfigurationError(
            "mlruns.no_folder_of_mlflow",
            f"The folder {folder} is none that MLflow writes: it holds no experiment, which is a folder with a number"
            f" for a name and a file {_META} in it.{hint}",
            place=str(folder),
        )


def _is_of_mlflow(folder: Path, names: list[str]) -> bool:
    if TRASH in names:
        return True
    looked_at = [name for name in names if name.isdigit()][:_MOST_LOOKED_AT]
    return any((folder / name / _META).is_file() for name in looked_at) or (
        MODELS in names and any((folder / MODELS).glob(f"*/{_META}"))
    )
