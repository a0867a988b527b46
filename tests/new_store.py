"""Lays down new SQLite stores: copies of one that was made once, which is faster than making its tables each time."""

from pathlib import Path
from typing import Final

from trialog.config import PROXIED_ARTIFACT_ROOT
from trialog.store import open_store
from trialog.store.sealing import DEFAULT_RULE, SealingRule
from trialog.store.sql_store import SqlStore

# Content of a new store, by the root of its artifacts.
_empty: Final[dict[str, bytes]] = {}


async def open_new_store(
    file: Path, *, default_artifact_root: str = PROXIED_ARTIFACT_ROOT, sealing: SealingRule = DEFAULT_RULE
) -> SqlStore:
    """Open the store of a file; a new one is laid down where there is none, with the default experiment in it alone.

    Args:
        file: Where it lies; its folder is there.
        default_artifact_root: As for `open_store`.
        sealing: As for `open_store`.
    """
    if not _is_laid(file, default_artifact_root):
        await (await open_store(_address(file), default_artifact_root=default_artifact_root)).close()
        _keep(file, default_artifact_root)
    return await open_store(_address(file), default_artifact_root=default_artifact_root, sealing=sealing)


def _is_laid(file: Path, root: str) -> bool:
    """Tell whether there is a store now."""
    if not file.exists() and (content := _empty.get(root)) is not None:
        file.write_bytes(content)
    return file.exists()


def _keep(file: Path, root: str) -> None:
    _empty[root] = file.read_bytes()


def _address(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"
