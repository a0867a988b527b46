"""A folder to be read, and the store that reads it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.mlruns_folder import Opening
from trialog.store.mlruns.follower import Pace
from trialog.store.mlruns.opening import MlrunsStore, open_mlruns

# Each read looks at everything, and waits for it.
EAGER = Pace(quick_seconds=0.0, thorough_seconds=0.0, share=0.0, patience_seconds=60.0)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder for experiments."""
    folder = tmp_path / "mlruns"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(root: Path) -> Opening:
    """Opens the folder as a store that sees every change at once."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[MlrunsStore]:
        store = await open_mlruns(root, pace=EAGER)
        try:
            yield store
        finally:
            await store.close()

    return opening
