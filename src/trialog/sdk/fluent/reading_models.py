"""Registering models, and reading registered and logged ones, of where this process tracks. All raise what is wrong."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, Literal

from trialog.errors import InvalidParameter, ResourceAlreadyExists, require
from trialog.sdk.client import Client
from trialog.sdk.entities import LoggedModel, ModelVersion, PagedList, RegisteredModel
from trialog.sdk.fluent.experiments import active_experiment_id
from trialog.sdk.fluent.settled import settled_client
from trialog.sdk.model_sources import MODEL_SHA256, source_of
from trialog.sdk.paging import collect

_MODEL_PAGE = 1000
_VERSION_PAGE = 10_000
_AWAITED_SECONDS = 300


def register_model(
    model_uri: str,
    name: str,
    await_registration_for: int | None = _AWAITED_SECONDS,
    *,
    tags: Mapping[str, object] | None = None,
) -> ModelVersion:
    """Register a model that was logged as the next version of a name, which is registered if it is not.

    The signature lies in the model's files, and the server shows it with the version.

    Args:
        model_uri: Where the model is: `runs:/ID/path`, `models:/m-ID`, `models:/NAME/VERSION`, or a path.
        name: The name.
        await_registration_for: Nothing hangs on it: a version is ready at once.
        tags: Tags of the version.

    Raises:
        ResourceNotFound: The run has no such model.
    """
    client = settled_client()
    source = source_of(client, model_uri)
    with suppress(ResourceAlreadyExists):
        client.create_registered_model(name)
    if source.model_id is not None:
        # Whoever may change the logged model later cannot change what the version was.
        noted = client.get_logged_model(source.model_id).tags.get(MODEL_SHA256)
        tags = {**({} if noted is None else {MODEL_SHA256: noted}), **(tags or {})}
    return client.create_model_version(
        name,
        source.uri,
        run_id=source.run_id,
        tags=tags,
        await_creation_for=await_registration_for,
        model_id=source.model_id,
    )


def search_registered_models(
    max_results: int | None = None, filter_string: str | None = None, order_by: Sequence[str] | None = None
) -> list[RegisteredModel]:
    """Find registered models.

    Args:
        max_results: How many are wanted; all if None.
        filter_string: Which ones, such as `name LIKE 'churn%'`.
        order_by: What comes first, such as `["name DESC"]`; by name if None.
    """
    client = Client()

    def page(size: int, token: str | None) -> tuple[PagedList[RegisteredModel], str | None]:
        found = client.search_registered_models(filter_string, size, order_by, token)
        return found, found.token

    return collect(page, max_results, page_size=_MODEL_PAGE)


def search_model_versions(
    max_results: int | None = None, filter_string: str | None = None, order_by: Sequence[str] | None = None
) -> list[ModelVersion]:
    """Find versions of registered models.

    Args:
        max_results: How many are wanted; all if None.
        filter_string: Which ones, such as `name = 'churn'`.
        order_by: What comes first, such as `["version_number DESC"]`; the last changed if None.
    """
    client = Client()

    def page(size: int, token: str | None) -> tuple[PagedList[ModelVersion], str | None]:
        found = client.search_model_versions(filter_string, size, order_by, token)
        return found, found.token

    return collect(page, max_results, page_size=_VERSION_PAGE)


def set_model_version_tag(
    name: str, version: str | int | None = None, key: str | None = None, value: object = None
) -> None:
    """Set or overwrite a tag of a version.

    Args:
        name: Name of the registered model.
        version: The version.
        key: Name of the tag.
        value: Anything; its text is kept.
    """
    Client().set_model_version_tag(name, version, key, value)


def get_logged_model(model_id: str) -> LoggedModel:
    """Return a logged model.

    Args:
        model_id: Its id.

    Raises:
        ResourceNotFound: There is none.
    """
    return settled_client().get_logged_model(model_id)


def search_logged_models(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, object]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, object]] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
) -> Any:
    """Find logged models and return them as a `pandas.DataFrame`, or as a list of `LoggedModel`.

    Where pandas is not installed, the table is a list of dictionaries.

    Args:
        experiment_ids: Experiments to look in; the active one if None.
        filter_string: Which ones, such as `metrics.f1 > 0.9`.
        datasets: On which datasets metrics of the filter count, each as `dataset_name` and `dataset_digest`.
        max_results: How many are wanted; all if None.
        order_by: What comes first, each as `field_name`, `ascending`, `dataset_name`, `dataset_digest`.
        output_format: `pandas` for the table, `list` for the list.
    """
    if output_format not in ("pandas", "list"):
        raise InvalidParameter(
            "search.unknown_format", f"The output_format is 'pandas' or 'list', not {output_format!r}."
        )
    client = settled_client()
    ids = [str(one) for one in experiment_ids or (active_experiment_id(),)]

    def page(size: int, token: str | None) -> tuple[PagedList[LoggedModel], str | None]:
        found = client.search_logged_models(ids, filter_string, datasets, size, order_by, token)
        return found, found.token

    models = collect(page, max_results, page_size=_MODEL_PAGE)
    if output_format == "list":
        return models
    rows = [dict(model) for model in models]
    return rows if find_spec("pandas") is None else require("pandas", extra="models").DataFrame(rows)
