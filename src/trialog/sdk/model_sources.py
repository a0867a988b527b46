"""Where the files of a version are that is to be registered, by what people call them."""

from typing import Final, NamedTuple

from trialog.errors import ResourceNotFound
from trialog.registry.uris import parse_models_uri, parse_runs_uri, split_source
from trialog.sdk.client import Client
from trialog.sdk.entities import LoggedModel, PagedList, Run
from trialog.sdk.paging import collect

MODEL_SHA256: Final = "trialog.model_sha256"
"""Tag of a logged model or a version: the SHA-256 of its file `MLmodel`, which lists those of all others."""

_MODEL_FILE: Final = "MLmodel"
_PAGE: Final = 1000


class ModelSource(NamedTuple):
    """Where files of a model are.

    Args:
        uri: Where they are.
        run_id: Run that made them, if that is known.
        model_id: Logged model that they belong to, if they belong to one.
    """

    uri: str
    run_id: str | None = None
    model_id: str | None = None


def source_of(client: Client, model_uri: str) -> ModelSource:
    """Return where the files are that a URI names.

    Args:
        client: Asks the server.
        model_uri: `runs:/ID/path`, `models:/m-ID`, `models:/NAME/VERSION`, or any other place.

    Raises:
        ResourceNotFound: The run has neither files nor a logged model of the name (`model_version.no_model_files`).
        InvalidParameter: It is no URI.
    """
    parts = split_source(model_uri)
    if parts.scheme == "models":
        return ModelSource(model_uri, model_id=parse_models_uri(model_uri, parts).model_id)
    if parts.scheme != "runs":
        return ModelSource(model_uri)
    run_id, path = parse_runs_uri(model_uri)
    run = client.get_run(run_id)
    names = {file.path.rpartition("/")[2] for file in client.list_artifacts(run_id, path or None)}
    if _MODEL_FILE in names:
        folder = (run.info.artifact_uri or "").rstrip("/")
        return ModelSource(f"{folder}/{path}" if path else folder, run_id)
    model = _newest_model(client, run, path)
    if model is None:
        raise ResourceNotFound(
            "model_version.no_model_files",
            f"Run {run_id} has no model {path!r}: there is no file {_MODEL_FILE} in that folder of its artifacts, and "
            "it logged no model of that name. Log the model first, or name another path.",
            run_id=run_id,
            path=path[:200],
        )
    return ModelSource(model.model_uri, run_id, model.model_id)


def _newest_model(client: Client, run: Run, name: str) -> LoggedModel | None:
    """Return the logged model of a name that a run made last."""
    if "'" in name:
        # No logged model is called so.
        return None

    def page(size: int, token: str | None) -> tuple[PagedList[LoggedModel], str | None]:
        found = client.search_logged_models(
            [run.info.experiment_id], f"name = '{name}'", max_results=size, page_token=token
        )
        return found, found.token

    steps = {made.model_id: made.step for made in run.outputs.model_outputs}
    mine = [model for model in collect(page, None, page_size=_PAGE) if model.source_run_id == run.info.run_id]
    return max(mine, key=lambda model: (steps.get(model.model_id, -1), model.creation_timestamp), default=None)
