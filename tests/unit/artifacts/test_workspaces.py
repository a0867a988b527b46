"""Artifacts of a workspace: nothing of another one is reached, however its place is spelled."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from trialog.artifacts import ArtifactRoots, WorkspaceRoots, open_artifact_roots, parse_artifact_path
from trialog.contracts.artifact_store import ArtifactPath, ArtifactStore, UploadedPart
from trialog.errors import InvalidParameter, ResourceNotFound, TrialogError

pytestmark = pytest.mark.anyio

MINE = b"of the default workspace"
THEIRS = b"of team-b"


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


@pytest.fixture
async def roots(tmp_path: Path) -> AsyncIterator[ArtifactRoots]:
    opened = open_artifact_roots(str(tmp_path / "artifacts"))
    assert opened.proxied is not None
    await opened.proxied.write(("7", "f.txt"), chunks(MINE))
    await opened.proxied.write(("workspaces", "team-b", "8", "f.txt"), chunks(THEIRS))
    yield opened
    await opened.close()


def proxied(roots: ArtifactRoots) -> ArtifactStore:
    assert roots.proxied is not None
    return roots.proxied


async def read(store: ArtifactStore, path: ArtifactPath) -> bytes:
    async with await store.open(path) as reader:
        return b"".join([piece async for piece in reader])


async def names_in(store: ArtifactStore, path: ArtifactPath = ()) -> list[str]:
    return [entry.name for entry in await store.list_directory(path)]


async def test_each_workspace_has_a_folder_of_its_own(roots: ArtifactRoots) -> None:
    team = proxied(WorkspaceRoots(roots, "team-a"))
    await team.write(("8", "f.txt"), chunks(b"mine"))
    assert await read(team, ("8", "f.txt")) == b"mine"
    assert await read(team, ("workspaces", "team-a", "8", "f.txt")) == b"mine"
    assert await names_in(team) == ["8"]
    assert await read(proxied(roots), ("workspaces", "team-a", "8", "f.txt")) == b"mine"
    assert (await team.stat(("8", "f.txt"))).size == 4
    await team.delete(("8",))
    assert await names_in(team) == []
    assert await read(proxied(roots), ("workspaces", "team-b", "8", "f.txt")) == THEIRS


async def test_the_default_workspace_has_all_but_those(roots: ArtifactRoots) -> None:
    default = proxied(WorkspaceRoots(roots, ""))
    assert await read(default, ("7", "f.txt")) == MINE
    assert await names_in(default) == ["7"]


SPELLINGS = [
    "workspaces/team-b/8/f.txt",
    "workspaces/team-b",
    "workspaces",
    "WORKSPACES/team-b/8/f.txt",
    "Workspaces/Team-B/8/f.txt",
    "workspaces./team-b/8/f.txt",
    "workspaces /team-b/8/f.txt",
    "works\u200bpaces/team-b/8/f.txt",
    "\uff57orkspaces/team-b/8/f.txt",
    "workspaces/Team-B/8/f.txt",
    "workspaces/team-b./8/f.txt",
    "7/../workspaces/team-b/8/f.txt",
    "./workspaces/team-b/8/f.txt",
    "workspaces%2Fteam-b/8/f.txt",
    "workspaces\\team-b\\8\\f.txt",
    "//workspaces/team-b/8/f.txt",
]


@pytest.mark.parametrize("folder", ["", "team-a"])
@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_another_one_is_not_reached(roots: ArtifactRoots, folder: str, spelling: str) -> None:
    mine = WorkspaceRoots(roots, folder)
    store = proxied(mine)
    try:
        path = parse_artifact_path(spelling)
    except InvalidParameter:
        return
    before = sorted(await names_in(proxied(roots), ("workspaces",)))
    for work in (
        read(store, path),
        store.stat(path),
        store.write(path, chunks(b"x")),
        store.list_directory(path),
        store.create_multipart_upload(path, 1),
        store.delete(path),
    ):
        answer = None
        with suppress(TrialogError):
            answer = await work
        assert answer != THEIRS
        assert "f.txt" not in repr(answer)
    assert await read(proxied(roots), ("workspaces", "team-b", "8", "f.txt")) == THEIRS
    assert set(await names_in(proxied(roots), ("workspaces",))) <= {*before, "team-a"}
    for uri in (f"mlflow-artifacts:/{spelling}", f"mlflow-artifacts://localhost/{spelling}"):
        with suppress(TrialogError):
            location = mine.locate(uri)
            assert await location.store.list_directory(location.prefix) == []


async def test_an_upload_belongs_to_its_workspace(roots: ArtifactRoots) -> None:
    ours, theirs = (proxied(WorkspaceRoots(roots, folder)) for folder in ("team-a", "team-b"))
    default = proxied(WorkspaceRoots(roots, ""))
    path = ("8", "big.bin")
    upload_id = await ours.create_multipart_upload(path, 1)
    assert await ours.multipart_upload_path(upload_id) == ("workspaces", "team-a", *path)
    for other in (theirs, default):
        with pytest.raises(ResourceNotFound):
            await other.multipart_upload_path(upload_id)
        with pytest.raises(ResourceNotFound):
            await other.write_part(upload_id, 1, chunks(b"x"))
        with pytest.raises(ResourceNotFound):
            await other.complete_multipart_upload(path, upload_id, [UploadedPart(1, "x")])
        await other.abort_multipart_upload(path, upload_id)
    etag = await ours.write_part(upload_id, 1, chunks(b"large"))
    await ours.complete_multipart_upload(path, upload_id, [UploadedPart(1, etag)])
    assert await read(ours, path) == b"large"


async def test_folders_of_a_workspace_that_is_gone_are_the_default_ones(roots: ArtifactRoots) -> None:
    left: set[str] = set()
    default = WorkspaceRoots(roots, "", lambda: left)
    with pytest.raises(InvalidParameter, match="goes on with the folder of the workspace"):
        default.locate("mlflow-artifacts:/workspaces/team-b/8")
    left.add("team-b")
    location = default.locate("mlflow-artifacts:/workspaces/team-b/8")
    assert await read(location.store, location.path("f.txt")) == THEIRS
    assert default.proxied_path("workspaces/team-b/8") == ("workspaces", "team-b", "8")
    with pytest.raises(InvalidParameter, match="not deleted by itself"):
        await proxied(default).delete(("workspaces", "team-b"))
    with pytest.raises(InvalidParameter):
        WorkspaceRoots(roots, "team-a", lambda: left).locate("mlflow-artifacts:/workspaces/team-b/8")


async def test_a_local_root_is_parted_too(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    whole = open_artifact_roots(None, folder.as_uri())
    for name in ("team-a", "team-b"):
        location = whole.locate(f"{folder.as_uri()}/workspaces/{name}/8")
        await location.store.write(location.path("f.txt"), chunks(name.encode()))
    team = WorkspaceRoots(whole, "team-a")
    mine = team.locate(f"{folder.as_uri()}/workspaces/team-a/8")
    assert await read(mine.store, mine.path("f.txt")) == b"team-a"
    assert team.locate(f"{folder.as_uri()}/workspaces/team-a/9").store is mine.store
    for roots in (team, WorkspaceRoots(whole, "")):
        with pytest.raises(InvalidParameter):
            roots.locate(f"{folder.as_uri()}/workspaces/team-b/8")
        with pytest.raises(InvalidParameter):
            await roots.locate(folder.as_uri()).store.list_directory(("workspaces", "team-b"))
    await team.close()
    assert await read(mine.store, mine.path("f.txt")) == b"team-a"
    await whole.close()
