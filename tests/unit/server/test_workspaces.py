"""Which workspaces there are, as a server remembers it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.new_store import open_new_store
from trialog.config import Settings
from trialog.entities.workspace import WorkspaceDeletionMode
from trialog.errors import ConfigurationError
from trialog.server.entry import check_workspaces
from trialog.server.workspaces import Workspaces
from trialog.store.sql_store import SqlStore

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = await open_new_store(tmp_path / "trialog.db")
    yield opened
    await opened.close()


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_what_another_process_changes_counts_within_a_second(store: SqlStore) -> None:
    clock = Clock()
    known = Workspaces(store.workspaces, clock)
    assert await known.find("team-a") is None
    made = await store.workspaces.create("team-a")
    clock.now += 1.0
    assert await known.find("team-a") == made
    await store.workspaces.delete("team-a", WorkspaceDeletionMode.SET_DEFAULT, actor="ada")
    clock.now += 1.0
    assert await known.find("team-a") is None
    assert known.left_to_default() == {"team-a"}


async def test_what_this_process_changes_counts_at_once(store: SqlStore) -> None:
    known = Workspaces(store.workspaces, Clock())
    assert await known.find("team-a") is None
    made = await store.workspaces.create("team-a")
    known.forget()
    assert await known.find("team-a") == made


async def test_a_server_that_would_not_keep_workspaces_apart_does_not_start(store: SqlStore) -> None:
    await check_workspaces(Settings(), store.workspaces)
    await store.workspaces.create("team-a")
    with pytest.raises(ConfigurationError, match=r"other workspaces than the default one \(team-a\)"):
        await check_workspaces(Settings(), store.workspaces)
    await check_workspaces(Settings(enable_workspaces=True), store.workspaces)
    await store.workspaces.delete("team-a", WorkspaceDeletionMode.RESTRICT, actor="ada")
    await check_workspaces(Settings(), store.workspaces)
