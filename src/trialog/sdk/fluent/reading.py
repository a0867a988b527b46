"""Reading runs and experiments of where this process tracks, and the few changes that are made to them at once.

What this process has logged is sent before anything is read, so that it is found. All raise what is wrong.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from trialog.errors import InvalidParameter
from trialog.sdk.client import Client
from trialog.sdk.entities import Experiment, PagedList, Run, ViewType
from trialog.sdk.entities.conversions import run_of
from trialog.sdk.fluent.experiments import active_experiment_id
from trialog.sdk.fluent.runs import recorder_for
from trialog.sdk.fluent.settled import settled_client
from trialog.sdk.paging import collect
from trialog.sdk.search import find_runs, table_of_runs
from trialog.sdk.tracking_uri import open_transport

if TYPE_CHECKING:
    # For editors; where it is not installed they take it for Any.
    from pandas import DataFrame

_MOST_RUNS: Final = 100_000
_PAGE: Final = 1000
_logger = logging.getLogger(__name__)


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str = ...,
    run_view_type: int | str = ...,
    max_results: int = ...,
    order_by: Sequence[str] | None = ...,
    output_format: Literal["pandas"] = ...,
    search_all_experiments: bool = ...,
    experiment_names: Sequence[str] | None = ...,
) -> "DataFrame": ...


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str = ...,
    run_view_type: int | str = ...,
    max_results: int = ...,
    order_by: Sequence[str] | None = ...,
    *,
    output_format: Literal["list"],
    search_all_experiments: bool = ...,
    experiment_names: Sequence[str] | None = ...,
) -> list[Run]: ...


def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int | str = ViewType.ACTIVE_ONLY,
    max_results: int = _MOST_RUNS,
    order_by: Sequence[str] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> Any:
    """Find runs and return them as a table, or as a list of `Run`.

    The table is a `pandas.DataFrame` with a row for each run and the columns `run_id`, `experiment_id`, `status`,
    `artifact_uri`, `start_time`, `end_time`, and `metrics.*`, `params.*` and `tags.*` for whatever any of them has.
    Where pandas is not installed it is a list of dictionaries with these keys.

    Args:
        experiment_ids: Experiments to look in; the active one if None and no names are given.
        filter_string: Which runs, such as `metrics.f1 > 0.9 AND params.model = 'lstm'`.
        run_view_type: `ViewType.ACTIVE_ONLY`, `ViewType.DELETED_ONLY` or `ViewType.ALL`.
        max_results: How many are wanted at most.
        order_by: What comes first, such as `["metrics.f1 DESC"]`; the last begun if None.
        output_format: `pandas` for the table, `list` for the list.
        search_all_experiments: Whether to look in all active experiments, if none is named.
        experiment_names: Experiments to look in, by name; one that is not there is passed over.

    Raises:
        InvalidParameter: Ids and names are given, or the filter cannot be understood, or the format is no format.
    """
    if output_format not in ("pandas", "list"):
        raise InvalidParameter(
            "search.unknown_format", f"The output_format is 'pandas' or 'list', not {output_format!r}."
        )
    if experiment_ids and experiment_names:
        raise InvalidParameter("search.ids_and_names", "Give either experiment_ids or experiment_names, not both.")
    client = settled_client()
    if experiment_names:
        ids = _ids_of(client, experiment_names)
    elif experiment_ids:
        ids = [str(one) for one in experiment_ids]
    elif search_all_experiments:
        ids = [experiment.experiment_id for experiment in search_experiments()]
    else:
        ids = [active_experiment_id()]
    found = find_runs(
        open_transport(),
        ids,
        filter_string,
        run_view_type=run_view_type,
        max_results=max_results,
        order_by=order_by,
    )
    return [run_of(run) for run in found] if output_format == "list" else table_of_runs(found)


def get_run(run_id: str) -> Run:
    """Return a run and what was logged to it, also from the bin; of each metric the latest value.

    Args:
        run_id: The run.

    Raises:
        ResourceNotFound: There is none.
    """
    return settled_client().get_run(run_id)


def get_parent_run(run_id: str) -> Run | None:
    """Return the run that a run is part of; None if it is part of none.

    Args:
        run_id: The run.
    """
    return settled_client().get_parent_run(run_id)


def delete_run(run_id: str) -> None:
    """Put a run into the bin.

    Args:
        run_id: The run.
    """
    settled_client().delete_run(run_id)


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """Return the URI of the active run's artifacts, or of one of them; a run is begun if none is active.

    Args:
        artifact_path: The file or folder; all if None.
    """
    run_id = recorder_for(None).run_id
    root = settled_client().get_run(run_id).info.artifact_uri or ""
    return root if artifact_path is None else f"{root.rstrip('/')}/{artifact_path.strip('/')}"


def create_experiment(name: str, artifact_location: str | None = None, tags: Mapping[str, object] | None = None) -> str:
    """Make an experiment and return its id.

    Args:
        name: Its name; no other may have it, not even one in the bin.
        artifact_location: URI under which its runs keep their artifacts; the server's own place if None.
        tags: Notes on it, by key.

    Raises:
        ResourceAlreadyExists: The name is taken.
    """
    return Client().create_experiment(name, artifact_location, tags)


def get_experiment(experiment_id: str) -> Experiment:
    """Return the experiment of an id, also from the bin.

    Args:
        experiment_id: The id.

    Raises:
        ResourceNotFound: There is none.
    """
    return Client().get_experiment(experiment_id)


def get_experiment_by_name(name: str) -> Experiment | None:
    """Return the experiment of a name, also from the bin; None if there is none.

    Args:
        name: The name.
    """
    return Client().get_experiment_by_name(name)


def search_experiments(
    view_type: int | str = ViewType.ACTIVE_ONLY,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Find experiments.

    Args:
        view_type: `ViewType.ACTIVE_ONLY`, `ViewType.DELETED_ONLY` or `ViewType.ALL`.
        max_results: How many are wanted; all if None.
        filter_string: Which ones, such as `name LIKE 'churn%' AND tags.team = 'risk'`.
        order_by: What comes first, such as `["name DESC"]`; the last updated if None.
    """
    client = Client()

    def page(size: int, token: str | None) -> tuple[PagedList[Experiment], str | None]:
        found = client.search_experiments(view_type, size, filter_string, order_by, token)
        return found, found.token

    return collect(page, max_results, page_size=_PAGE)


def delete_experiment(experiment_id: str) -> None:
    """Put an experiment into the bin.

    Args:
        experiment_id: The experiment.
    """
    settled_client().delete_experiment(experiment_id)


def set_experiment_tag(key: str, value: object) -> None:
    """Set or overwrite a tag of the active experiment.

    Args:
        key: Name of the tag.
        value: Anything; its text is kept.
    """
    Client().set_experiment_tag(active_experiment_id(), key, value)


def set_experiment_tags(tags: Mapping[str, object]) -> None:
    """Set or overwrite tags of the active experiment.

    Args:
        tags: By key; the text of each is kept.
    """
    for key, value in tags.items():
        set_experiment_tag(key, value)


def delete_experiment_tag(key: str) -> None:
    """Remove a tag of the active experiment.

    Args:
        key: Name of the tag.
    """
    Client().delete_experiment_tag(active_experiment_id(), key)


def _ids_of(client: Client, names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        experiment = client.get_experiment_by_name(name)
        if experiment is None:
            _logger.warning("There is no experiment %r to look in.", name)
        else:
            found.append(experiment.experiment_id)
    return found
