"""Models as runs log them, before anyone registers a version."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.metric import Metric
from trialog.entities.tag import Param, Tag
from trialog.entities.text import RequiredText


class LoggedModelStatus(StrEnum):
    """Whether a logged model's files are all there."""

    PENDING = "LOGGED_MODEL_PENDING"
    READY = "LOGGED_MODEL_READY"
    UPLOAD_FAILED = "LOGGED_MODEL_UPLOAD_FAILED"


class LoggedModel(Struct, frozen=True):
    """A model that a run logged.

    Args:
        model_id: `m-` and 32 hex digits.
        experiment_id: Experiment it belongs to.
        name: Its name; need not be unique.
        artifact_uri: URI under which its files are.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        status: Whether its files are all there.
        model_type: Kind of model, as the client said.
        source_run_id: Run that made it, if any.
        tags: By key.
        params: By key.
        metrics: All its measured values, every point, as MLflow answers.
    """

    model_id: str
    experiment_id: str
    name: str
    artifact_uri: str
    creation_timestamp: int
    last_updated_timestamp: int
    status: LoggedModelStatus
    model_type: str | None
    source_run_id: str | None
    tags: list[Tag]
    params: list[Param]
    metrics: list[Metric]


class NewLoggedModel(Struct, frozen=True):
    """What a client says of a model it begins to log.

    Args:
        experiment_id: Experiment to put it in.
        name: Its name; a generated one if None.
        model_type: Kind of model.
        source_run_id: Run that makes it.
        params: First params.
        tags: First tags.
    """

    experiment_id: str
    name: str | None = None
    model_type: str | None = None
    source_run_id: str | None = None
    params: tuple[Param, ...] = ()
    tags: tuple[Tag, ...] = ()


class DatasetFilter(Struct, frozen=True, forbid_unknown_fields=True):
    """Which measurements a search over metrics of logged models looks at.

    Args:
        dataset_name: Name of the dataset they were made on.
        dataset_digest: Its digest; None takes any.
    """

    dataset_name: RequiredText
    dataset_digest: str | None = None


class LoggedModelOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """One sort key of a search over logged models.

    Args:
        field_name: `metrics.x`, or an attribute such as `creation_timestamp`.
        ascending: Smallest first.
        dataset_name: For a metric: measured on this dataset only.
        dataset_digest: Its digest.
    """

    field_name: RequiredText
    ascending: bool = True
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LoggedModelSearch(Struct, frozen=True):
    """What to look for among logged models.

    Args:
        experiment_ids: Experiments to look in.
        filter: Text of the filter language; None or blank finds all.
        datasets: Which measurements metric comparisons in the filter look at; empty means any.
        order_by: Sort keys; newest first when empty.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before; it belongs to the same query.
    """

    experiment_ids: tuple[str, ...]
    filter: str | None = None
    datasets: tuple[DatasetFilter, ...] = ()
    order_by: tuple[LoggedModelOrder, ...] = ()
    max_results: int = 100
    page_token: str | None = None
