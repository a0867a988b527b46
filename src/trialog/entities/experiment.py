"""A named group of runs."""

from msgspec import Struct

from trialog.entities.lifecycle import LifecycleStage, ViewType
from trialog.entities.tag import Tag
from trialog.entities.visibility import Visibility
from trialog.errors import ResourceNotFound

DEFAULT_EXPERIMENT_ID = "0"
DEFAULT_EXPERIMENT_NAME = "Default"


class Experiment(Struct, frozen=True):
    """A named group of runs.

    Args:
        experiment_id: Decimal digits, unique in a store for good.
        name: Unique among active and deleted experiments of a workspace.
        artifact_location: URI under which its runs keep their artifacts.
        lifecycle_stage: Active or deleted.
        creation_time: Milliseconds since 1970 UTC.
        last_update_time: Milliseconds since 1970 UTC.
        tags: Notes on it, by key.
    """

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: LifecycleStage
    creation_time: int
    last_update_time: int
    tags: list[Tag]


def experiment_name_not_found(name: str) -> ResourceNotFound:
    """Build the error for a name that no experiment has, or none that may be seen.

    Args:
        name: The name.
    """
    return ResourceNotFound(
        "experiment.not_found", f"Could not find experiment with name '{name[:500]}'", name=name[:500]
    )


class ExperimentSearch(Struct, frozen=True):
    """What to look for among experiments.

    Args:
        filter: Text of the filter language; None or blank finds all.
        order_by: `key [ASC|DESC]` items.
        view_type: Which lifecycle stages to look at.
        max_results: Largest page wanted, 1 to 50,000.
        page_token: Where to go on, from the page before.
        visible: Which of them may be read; None for all.
    """

    max_results: int
    filter: str | None = None
    order_by: tuple[str, ...] = ()
    view_type: ViewType = ViewType.ACTIVE_ONLY
    page_token: str | None = None
    visible: Visibility | None = None
