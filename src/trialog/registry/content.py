"""What the files of a version say of it, where this server keeps them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from trialog.artifacts import ArtifactLocation, ArtifactRoots
from trialog.contracts import Store
from trialog.contracts.artifact_store import ArtifactPath, ArtifactStore
from trialog.entities import ModelContent
from trialog.errors import InvalidParameter, ResourceNotFound, TrialogError
from trialog.registry.uris import parse_runs_uri, split_source
from trialog.wire.mlmodel import MAXIMUM_BYTES, parse_mlmodel

_MODEL_FILE: Final = "MLmodel"
_MAXIMUM_ENTRIES: Final = 10_000
# One file at a time: many that are large must not keep all others waiting.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="trialog-mlmodel")


async def read_content(store: Store, roots: ArtifactRoots, storage_location: str) -> ModelContent:
    """Return what the files of a version say; nothing where they are elsewhere or cannot be read.

    Args:
        store: Knows where runs keep their files.
        roots: The artifacts that this server keeps.
        storage_location: Where the files are.
    """
    try:
        location = await locate_files(store, roots, storage_location)
        if location is None:
            return ModelContent()
        return await read_content_at(location)
    except (TrialogError, OSError):
        # A version is registered whatever its files are like.
        return ModelContent()


async def read_content_at(location: ArtifactLocation) -> ModelContent:
    """Return what the files of a model say; of a file that cannot be read, nothing but its size.

    Args:
        location: The folder in which they are.

    Raises:
        ResourceNotFound: There are no files.
    """
    said = await _read_mlmodel(location)
    size_bytes = await _size_of(location.store, location.prefix)
    if said is None:
        return ModelContent(size_bytes=size_bytes)
    return ModelContent(said.signature, said.flavors, said.size_bytes if size_bytes is None else size_bytes)


async def has_files(location: ArtifactLocation) -> bool:
    """Tell whether there is a file or a folder with something in it at a place."""
    if await location.store.list_directory(location.prefix):
        return True
    try:
        await location.store.stat(location.prefix)
    except ResourceNotFound:
        return False
    return True


async def locate_files(store: Store, roots: ArtifactRoots, storage_location: str) -> ArtifactLocation | None:
    """Return the place of a version's files in the artifacts that this server keeps; None if it does not keep them.

    Args:
        store: Knows where runs keep their files.
        roots: The artifacts that this server keeps.
        storage_location: Where the files are.

    Raises:
        ResourceNotFound: It names a run that is not there.
    """
    try:
        if split_source(storage_location).scheme == "runs":
            return await _locate_in_run(store, roots, storage_location)
        return roots.locate(storage_location)
    except InvalidParameter:
        return None


async def _locate_in_run(store: Store, roots: ArtifactRoots, uri: str) -> ArtifactLocation:
    run_id, path = parse_runs_uri(uri)
    run = await store.runs.get(run_id)
    folder = roots.locate(run.info.artifact_uri)
    location = ArtifactLocation(folder.store, folder.path(path))
    if not await has_files(location):
        # MLflow 3 keeps the models of a run beside it, and still names them by the run.
        for output in run.model_outputs:
            model = await store.logged_models.get(output.model_id)
            # Whoever may read the run may read what is in its experiment, and need not be permitted others.
            if model.name == path and model.experiment_id == run.info.experiment_id:
                return roots.locate(model.artifact_uri)
    return location


async def _read_mlmodel(location: ArtifactLocation) -> ModelContent | None:
    try:
        reader = await location.store.open((*location.prefix, _MODEL_FILE))
    except TrialogError:
        return None
    async with reader:
        if reader.info.size > MAXIMUM_BYTES:
            return None
        content = b"".join([piece async for piece in reader])
    return await asyncio.get_running_loop().run_in_executor(_THREAD, parse_mlmodel, content)


async def _size_of(store: ArtifactStore, place: ArtifactPath) -> int | None:
    """Return the bytes of all files in a folder, or of one file; None if there are none, or too many to count."""
    size, seen = 0, 0
    folders = [place]
    while folders:
        folder = folders.pop()
        for entry in await store.list_directory(folder):
            seen += 1
            if seen > _MAXIMUM_ENTRIES:
                return None
            if entry.size is None:
                folders.append((*folder, entry.name))
            else:
                size += entry.size
    return size if seen else (await store.stat(place)).size
