"""What the things that requests name belong to, kept where it never changes."""

import re
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from trialog.access import Recent
from trialog.artifacts import ArtifactRoots
from trialog.artifacts.paths import folded_name
from trialog.contracts.artifact_store import ArtifactPath, ArtifactStore
from trialog.contracts.resources import Belonging, ResourceStore
from trialog.entities.limits import parse_experiment_id
from trialog.errors import InvalidParameter
from trialog.wire.routes import TargetKind

_ENTRIES: Final = 50_000
# What the folder of a run or a logged model is called, behind its id.
_FOLDER: Final = "artifacts"
# As Windows shortens names where it does: by any of these it may mean a longer one.
_SHORT_NAME: Final = re.compile(r"[^.]{1,6}~[0-9]{1,6}")


class Holder(NamedTuple):
    """A run or logged model in whose folder something lies.

    Args:
        kind: What it is.
        name: Its id.
        belonging: Where it belongs.
    """

    kind: TargetKind
    name: str
    belonging: Belonging


class Belongings:
    """Finds what things belong to.

    Args:
        resources: Knows it.
        roots: The artifacts that this server keeps.
    """

    def __init__(self, resources: ResourceStore, roots: ArtifactRoots) -> None:
        self._resources = resources
        self._roots = roots
        self._runs: Recent[str, Belonging] = Recent(_ENTRIES)
        self._logged_models: Recent[str, Belonging] = Recent(_ENTRIES)

    async def resource_ids(self, kind: TargetKind, names: Sequence[str], *, are_checked: bool) -> dict[str, str]:
        """Return by what id permissions speak of things: that of an experiment, or the number of a registered model.

        Args:
            kind: What the things are.
            names: What requests call them.
            are_checked: Whether to look if experiments are there, which their ids do not tell.

        Returns:
            The ids by name; what is not there is left out.
        """
        match kind:
            case TargetKind.RUN:
                return {name: one.experiment_id for name, one in (await self.runs(names)).items()}
            case TargetKind.LOGGED_MODEL:
                return {name: one.experiment_id for name, one in (await self.logged_models(names)).items()}
            case TargetKind.REGISTERED_MODEL:
                return await self._resources.registered_models(names)
            case TargetKind.EXPERIMENT_NAME:
                return await self._resources.experiments_of_names(names)
            case TargetKind.EXPERIMENT:
                return await self._experiments(names, are_checked=are_checked)
        raise ValueError(f"{kind} names no thing by itself")

    def remembered(self, kind: TargetKind, name: str) -> str | None:
        """Return the id of the experiment that a run or a logged model belongs to, if that was asked before.

        Args:
            kind: What the thing is.
            name: Its id.
        """
        known = None
        if kind is TargetKind.RUN:
            known = self._runs.get(name)
        elif kind is TargetKind.LOGGED_MODEL:
            known = self._logged_models.get(name)
        return None if known is None else known.experiment_id

    async def runs(self, run_ids: Sequence[str]) -> dict[str, Belonging]:
        """Return where runs belong; those that are not there are left out."""
        return await _kept(run_ids, self._runs, self._resources.runs)

    async def logged_models(self, model_ids: Sequence[str]) -> dict[str, Belonging]:
        """Return where logged models belong; those that are not there are left out."""
        return await _kept(model_ids, self._logged_models, self._resources.logged_models)

    async def holders(self, store: ArtifactStore, path: ArtifactPath) -> list[Holder]:
        """Return the runs and logged models in whose folders a path lies.

        Args:
            store: Where the path leads.
            path: The path.
        """
        named = _names_of_holders(path)
        if not named:
            return []
        found = [Holder(TargetKind.RUN, name, one) for name, one in (await self.runs(named)).items()]
        models = await self.logged_models(named)
        found += [Holder(TargetKind.LOGGED_MODEL, name, one) for name, one in models.items()]
        return [holder for holder in found if self._lies_within(store, path, holder.belonging.artifact_uri)]

    def _lies_within(self, store: ArtifactStore, path: ArtifactPath, uri: str) -> bool:
        try:
            location = self._roots.locate(uri)
        except InvalidParameter:
            # Its artifacts are elsewhere.
            return False
        return location.store is store and path[: len(location.prefix)] == location.prefix

    async def _experiments(self, names: Sequence[str], *, are_checked: bool) -> dict[str, str]:
        # `07` is experiment 7: permissions speak of it in one way alone.
        ids: dict[str, str] = {}
        for name in names:
            try:
                ids[name] = str(parse_experiment_id(name))
            except InvalidParameter:
                # What is no id is not there.
                continue
        if not are_checked or not ids:
            return ids
        there = await self._resources.experiments(list(ids.values()))
        return {name: experiment_id for name, experiment_id in ids.items() if experiment_id in there}


def looks_held(path: ArtifactPath) -> bool:
    """Tell whether a path looks as if it lay in the folder of a run or a logged model, on whatever file system."""
    return any(_could_be_folder(below) for _, below in pairwise(path))


def _could_be_folder(name: str) -> bool:
    folded = folded_name(name)
    return folded == _FOLDER or _SHORT_NAME.fullmatch(folded) is not None


def _names_of_holders(path: ArtifactPath) -> list[str]:
    return [name for name, below in pairwise(path) if below == _FOLDER]


async def _kept(
    names: Sequence[str],
    kept: Recent[str, Belonging],
    read: Callable[[Sequence[str]], Awaitable[dict[str, Belonging]]],
) -> dict[str, Belonging]:
    found: dict[str, Belonging] = {}
    unknown: list[str] = []
    for name in names:
        known = kept.get(name)
        if known is None:
            unknown.append(name)
        else:
            found[name] = known
    if unknown:
        for name, one in (await read(unknown)).items():
            kept.set(name, one)
            found[name] = one
    return found
