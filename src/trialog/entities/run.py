"""One execution of training code."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.dataset import DatasetInput
from trialog.entities.lifecycle import LifecycleStage, ViewType
from trialog.entities.metric import Metric
from trialog.entities.numbers import Int64
from trialog.entities.tag import Param, Tag
from trialog.entities.text import RequiredText

RUN_NAME_TAG = "mlflow.runName"
PARENT_RUN_TAG = "mlflow.parentRunId"
"""Tag of a run that is part of another, with the id of that."""
NOTE_TAG = "mlflow.note.content"
"""Tag of a run or experiment with what is to be said of it, in Markdown."""
SYSTEM_METRIC_PREFIX = "system/"
"""What names of metrics of the machine begin with."""
LOGGED_MODEL_HISTORY_TAG = "mlflow.log-model.history"


class RunStatus(StrEnum):
    """Where a run stands."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"


class ModelInput(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A logged model that a run used.

    Args:
        model_id: Id of the logged model.
    """

    model_id: RequiredText


class ModelOutput(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A logged model that a run made.

    Args:
        model_id: Id of the logged model.
        step: Step of the run at which it was made.
    """

    model_id: RequiredText
    step: Int64 = 0


class RunInfo(Struct, frozen=True, gc=False):
    """What a run is, without what was logged to it.

    Args:
        run_id: 32 hex digits, or what an import kept.
        experiment_id: Experiment it belongs to.
        run_name: Its name; never empty.
        user_id: Who started it: who logged in or, where nobody does, as the client said.
        status: Where it stands.
        start_time: Milliseconds since 1970 UTC.
        end_time: Milliseconds since 1970 UTC; None while it runs.
        lifecycle_stage: Active or deleted.
        artifact_uri: URI under which its artifacts are.
    """

    run_id: str
    experiment_id: str
    run_name: str
    user_id: str
    status: RunStatus
    start_time: int | None
    end_time: int | None
    lifecycle_stage: LifecycleStage
    artifact_uri: str


class Run(Struct, frozen=True):
    """A run and what was logged to it.

    Args:
        info: What the run is.
        metrics: Per key the entry with the largest (step, timestamp, value), by key.
        params: By key.
        tags: By key.
        dataset_inputs: Datasets it read.
        model_inputs: Logged models it used.
        model_outputs: Logged models it made.
    """

    info: RunInfo
    metrics: list[Metric]
    params: list[Param]
    tags: list[Tag]
    dataset_inputs: list[DatasetInput]
    model_inputs: list[ModelInput]
    model_outputs: list[ModelOutput]


class EncodedRun(Struct, frozen=True):
    """A run as `Run` has it, with JSON in place of params and tags: an answer needs them and reads none of them.

    Args:
        info: As in `Run`.
        metrics: As in `Run`.
        params: The list of `Run` as JSON; empty if there are none.
        tags: The list of `Run` as JSON; empty if there are none.
        dataset_inputs: As in `Run`.
        model_inputs: As in `Run`.
        model_outputs: As in `Run`.
    """

    info: RunInfo
    metrics: list[Metric]
    params: str
    tags: str
    dataset_inputs: list[DatasetInput]
    model_inputs: list[ModelInput]
    model_outputs: list[ModelOutput]


class NewRun(Struct, frozen=True):
    """What a client says of a run it begins.

    Args:
        experiment_id: Experiment to put it in.
        user_id: Who starts it.
        run_name: Its name; a generated one if None or empty and no tag names it.
        start_time: Milliseconds since 1970 UTC; None is kept as absent, as MLflow does.
        tags: First tags.
        run_id: 32 hex digits that the client chose, for it may begin a run while no server can be reached; None for
            an id of the store's choice.
    """

    experiment_id: str
    user_id: str = ""
    run_name: str | None = None
    start_time: int | None = None
    tags: tuple[Tag, ...] = ()
    run_id: str | None = None


class RunSearch(Struct, frozen=True):
    """What to look for among runs.

    Args:
        experiment_ids: Experiments to look in.
        filter: Text of the filter language; None or blank finds all.
        order_by: `entity.key [ASC|DESC]` items.
        view_type: Which lifecycle stages to look at.
        max_results: Largest page wanted, 1 to 50,000.
        page_token: Where to go on, from the page before.
    """

    experiment_ids: tuple[str, ...]
    filter: str | None = None
    order_by: tuple[str, ...] = ()
    view_type: ViewType = ViewType.ACTIVE_ONLY
    max_results: int = 1000
    page_token: str | None = None
