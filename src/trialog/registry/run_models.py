"""The models among the files of a run, and what these say of them."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from trialog.artifacts import ArtifactLocation, ArtifactRoots
from trialog.entities import LOGGED_MODEL_HISTORY_TAG, ModelContent
from trialog.entities.run_overview import ModelRole, RunLoggedModel, RunOverview
from trialog.errors import TrialogError
from trialog.registry.content import read_content_at

MOST_MODELS: Final = 20
"""So many models are looked into; each costs reading a file and counting others."""

_EXAMPLES: Final = ("input_example.json", "serving_input_example.json")
_LONGEST_PATH: Final = 1000


class _LoggedModelOfOld(Struct, frozen=True):
    artifact_path: str = ""


_decode_history = msgspec.json.Decoder(list[_LoggedModelOfOld]).decode


class RunModel(Struct, frozen=True):
    """A model among the files of a run.

    Args:
        name: Name of the logged model, or the folder.
        model_id: The logged model; None for a folder of the run itself.
        path: The folder among the run's artifacts; None for a logged model.
        model_uri: How MLflow's clients load it.
        has_files: Whether there are files at all.
        content: What its files say.
        input_example: Name of the file with an example of what goes in; None if there is none.
    """

    name: str
    model_id: str | None
    path: str | None
    model_uri: str
    has_files: bool
    content: ModelContent
    input_example: str | None


def model_paths(history: str | None) -> list[str]:
    """Return the folders that hold models, as clients of MLflow 2 said.

    Args:
        history: The tag in which they say so; None if there is none. What cannot be read says nothing.
    """
    if history is None:
        return []
    try:
        said = _decode_history(history)
    except (msgspec.DecodeError, RecursionError):
        return []
    return list(dict.fromkeys(one.artifact_path for one in said if 0 < len(one.artifact_path) <= _LONGEST_PATH))


async def read_run_models(roots: ArtifactRoots, run: RunOverview) -> tuple[list[RunModel], int]:
    """Return the models of a run with what their files say, and how many it has. Nothing of them is loaded.

    Args:
        roots: The artifacts that this server keeps.
        run: The run.
    """
    made = [model for model in run.logged_models if model.role is ModelRole.OUTPUT]
    history = next((tag.value for tag in run.tags if tag.key == LOGGED_MODEL_HISTORY_TAG), None)
    # MLflow 3 keeps a model beside its run, and may name it in the run's history as well.
    names = {model.name for model in made}
    paths = [path for path in model_paths(history) if path not in names]
    found = [await _logged(roots, model) for model in made[:MOST_MODELS]]
    found += [await _in_run(roots, run, path) for path in paths[: MOST_MODELS - len(found)]]
    return found, len(made) + len(paths)


async def _logged(roots: ArtifactRoots, model: RunLoggedModel) -> RunModel:
    content, names = await _read(roots, model.artifact_uri, "")
    return RunModel(
        name=model.name or model.model_id,
        model_id=model.model_id,
        path=None,
        model_uri=f"models:/{model.model_id}",
        has_files=bool(names),
        content=content,
        input_example=_example(names),
    )


async def _in_run(roots: ArtifactRoots, run: RunOverview, path: str) -> RunModel:
    content, names = await _read(roots, run.info.artifact_uri, path)
    return RunModel(
        name=path,
        model_id=None,
        path=path,
        model_uri=f"runs:/{run.info.run_id}/{path}",
        has_files=bool(names),
        content=content,
        input_example=_example(names),
    )


async def _read(roots: ArtifactRoots, uri: str | None, path: str) -> tuple[ModelContent, list[str]]:
    """Return what the files at a place say, and the names of the uppermost of them; nothing where they are not here."""
    if uri is None:
        return ModelContent(), []
    try:
        location = roots.locate(uri)
        location = ArtifactLocation(location.store, location.path(path))
        names = [entry.name for entry in await location.store.list_directory(location.prefix)]
        return await read_content_at(location) if names else ModelContent(), names
    except (TrialogError, OSError):
        # They are kept elsewhere, or are no files that can be read: a page about a run is shown whatever they are.
        return ModelContent(), []


def _example(names: Iterable[str]) -> str | None:
    there = set(names)
    return next((name for name in _EXAMPLES if name in there), None)
