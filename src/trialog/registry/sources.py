"""Where the files of a new version are, and whether its client may say so.

The server opens none of these places but its own artifact roots. Even so a source is held to the run or logged model
that it is said to come from: a client that reads a version must not be led to the files of somebody else.
"""

from typing import Final

from msgspec import Struct

from trialog.contracts import Store
from trialog.entities import LoggedModel, ModelVersion, Run, is_prompt
from trialog.entities.limits import MAX_ARTIFACT_LOCATION_LENGTH, check_length
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.naming import named_version
from trialog.registry.uris import (
    ModelsUri,
    check_absolute,
    check_relative,
    is_local,
    is_proxied,
    lies_within,
    local_path,
    no_owner,
    parse_models_uri,
    parse_runs_uri,
    split_source,
)

PROMPT_SOURCES: Final = frozenset({"dummy-source", "prompt-template"})
"""What MLflow's clients give as the source of a prompt, which has no files."""


class ResolvedSource(Struct, frozen=True):
    """Where a new version comes from.

    Args:
        source: What is kept as its source.
        storage_location: Where its files are in truth.
        run_id: Run that made it, if any.
        model_id: Logged model it is registered from, if any.
        copied_from: The version it is a copy of, if it is one.
    """

    source: str
    storage_location: str
    run_id: str | None
    model_id: str | None
    copied_from: ModelVersion | None = None


def prompt_source(source: str) -> ResolvedSource:
    """Return where a version of a prompt comes from: nowhere.

    Raises:
        InvalidParameter: It names files.
    """
    if source not in PROMPT_SOURCES:
        raise InvalidParameter(
            "model_version.invalid_prompt_source",
            f"Invalid prompt source: '{source[:200]}'. Prompt sources must use an MLflow placeholder.",
        )
    return ResolvedSource(source, source, None, None)


async def resolve_source(store: Store, source: str, run_id: str | None, model_id: str | None) -> ResolvedSource:
    """Find where the files of a new version are, and check that the client may say so.

    Args:
        store: Knows runs, logged models and versions.
        source: Where they are, as the client says.
        run_id: Run that made them, as the client says; empty for none, None if it does not say.
        model_id: Logged model that they belong to, likewise.

    Raises:
        InvalidParameter: The source is none, or lies outside of the run or logged model that the client names.
        ResourceNotFound: It names a version or a logged model that is not there.
    """
    check_length("source", source, MAX_ARTIFACT_LOCATION_LENGTH)
    parts = split_source(source)
    if parts.scheme == "models":
        if parts.netloc:
            raise InvalidParameter(
                "model_version.invalid_source",
                f"Invalid model version source: '{source}'. Registered model sources must use the active model "
                "registry.",
            )
        uri = parse_models_uri(source, parts)
        if uri.model_id is None:
            return await _copy(store, source, uri, run_id, model_id)
        if model_id != uri.model_id:
            raise no_owner(source, "model_id")
    if is_local(parts):
        await _check_local(store, source, run_id, model_id)
    else:
        check_absolute(source)
    if model_id:
        return await _of_logged_model(store, source, run_id, model_id)
    if parts.scheme == "runs" and parse_runs_uri(source)[0] != run_id:
        raise no_owner(source, "run_id")
    if is_proxied(source):
        run = await _run(store, source, run_id)
        if not lies_within(source, run.info.artifact_uri):
            raise no_owner(source, "run_id")
    return ResolvedSource(source, source, run_id or None, None)


async def _of_logged_model(store: Store, source: str, run_id: str | None, model_id: str) -> ResolvedSource:
    scheme = split_source(source).scheme
    if scheme == "runs":
        raise no_owner(source, "model_id")
    model = (
        await _logged_model(store, source, model_id) if is_proxied(source) else await store.logged_models.get(model_id)
    )
    if is_proxied(source) and not lies_within(source, model.artifact_uri):
        raise no_owner(source, "model_id")
    location = model.artifact_uri if scheme == "models" else source
    return ResolvedSource(source, location, run_id or model.source_run_id, model_id)


async def _copy(store: Store, source: str, uri: ModelsUri, run_id: str | None, model_id: str | None) -> ResolvedSource:
    """Return where a copy of a version comes from: run and logged model are those of the original."""
    if is_prompt((await store.registered_models.get(uri.name)).tags):
        raise InvalidParameter(
            "model_version.invalid_source",
            f"Invalid model version source: '{source}'. Prompt versions cannot be used as model version sources.",
        )
    original = await named_version(store, uri.name, uri.version)
    if (run_id is not None and run_id != (original.run_id or "")) or (
        model_id is not None and model_id != (original.model_id or "")
    ):
        raise InvalidParameter(
            "model_version.other_lineage",
            f"Invalid model version source: '{source}'. The run_id and model_id request parameters must match the "
            "referenced model version.",
        )
    # `latest`, stages and aliases move on; where this copy came from does not.
    return ResolvedSource(
        f"models:/{original.name}/{original.version}",
        original.storage_location,
        original.run_id,
        original.model_id,
        original,
    )


async def _check_local(store: Store, source: str, run_id: str | None, model_id: str | None) -> None:
    path = local_path(source)
    if path is None:
        check_relative(source)
        return
    owner, root = "run_id", None
    if model_id:
        owner, root = "model_id", (await _logged_model(store, source, model_id)).artifact_uri
    elif run_id:
        root = (await _run(store, source, run_id)).info.artifact_uri
    folder = local_path(root) if root is not None and is_local(split_source(root)) else None
    if folder is None or not f"{path}/".startswith(f"{folder}/"):
        raise InvalidParameter(
            "model_version.local_source",
            f"Invalid model version source: '{source}'. To use a local path as a model version source, the {owner} "
            "request parameter has to be specified and the local path has to be contained within the artifact "
            f"directory of the run specified by the {owner}.",
            parameter=owner,
        )


async def _run(store: Store, source: str, run_id: str | None) -> Run:
    if not run_id:
        raise no_owner(source, "run_id")
    try:
        return await store.runs.get(run_id)
    except ResourceNotFound as error:
        raise no_owner(source, "run_id") from error


async def _logged_model(store: Store, source: str, model_id: str) -> LoggedModel:
    try:
        return await store.logged_models.get(model_id)
    except ResourceNotFound as error:
        raise no_owner(source, "model_id") from error
