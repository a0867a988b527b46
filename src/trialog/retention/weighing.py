"""How much room the files of what is in the bin take."""

from time import monotonic
from typing import NamedTuple

from trialog.artifacts import ArtifactLocation, ArtifactRoots
from trialog.contracts.bin import BinStore
from trialog.entities.bin import BinFolder, BinKind, BinSelection
from trialog.errors import InvalidParameter, TrialogError

WEIGHING_SECONDS = 2.0
"""After this time the rest of the files is not counted: there may be millions."""


class ArtifactsWeight(NamedTuple):
    """What was counted.

    Args:
        bytes: Size of the files.
        is_complete: Whether those are all; there are more otherwise.
    """

    bytes: int
    is_complete: bool


def own_folder(roots: ArtifactRoots, folder: BinFolder) -> ArtifactLocation | None:
    """Return the folder that belongs to a run or model alone: the one that has its id; None if there is none here.

    Args:
        roots: The artifacts whose places this process opens.
        folder: Where its files are.
    """
    try:
        location = roots.locate(folder.artifact_uri)
    except InvalidParameter:
        return None
    if folder.item_id not in location.prefix:
        return None
    return ArtifactLocation(location.store, location.prefix[: location.prefix.index(folder.item_id) + 1])


async def weigh_artifacts(
    store: BinStore, roots: ArtifactRoots, selection: BinSelection, *, seconds: float = WEIGHING_SECONDS
) -> ArtifactsWeight:
    """Count the bytes of files that would be deleted, for as long as allowed.

    Args:
        store: Knows the bin.
        roots: The artifacts whose places this process opens; files elsewhere are left, and not counted.
        selection: What of the bin.
        seconds: For how long.

    Raises:
        InvalidParameter: Something named is not in the bin, or not as old as asked.
        ResourceNotFound: Something named is not there.
    """
    end = monotonic() + seconds
    found = 0
    is_complete = True
    for kind in (BinKind.RUN, BinKind.LOGGED_MODEL):
        last = 0
        while folders := await store.folders(selection, kind, last):
            last = folders[-1].number
            for folder in folders:
                location = own_folder(roots, folder)
                if location is None:
                    continue
                weight = await _weigh(location, end)
                found += weight.bytes
                is_complete &= weight.is_complete
                if monotonic() > end:
                    return ArtifactsWeight(found, is_complete=False)
    return ArtifactsWeight(found, is_complete)


async def _weigh(location: ArtifactLocation, end: float) -> ArtifactsWeight:
    """Count the bytes below a folder."""
    found = 0
    is_complete = True
    left = [location.prefix]
    while left:
        if monotonic() > end:
            return ArtifactsWeight(found, is_complete=False)
        path = left.pop()
        try:
            entries = await location.store.list_directory(path)
        except TrialogError:  # such as a folder that this process may not read
            is_complete = False
            continue
        found += sum(entry.size or 0 for entry in entries)
        left += [(*path, entry.name) for entry in entries if entry.is_directory]
    return ArtifactsWeight(found, is_complete)
