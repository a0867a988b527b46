"""Messages about all that is to be seen of one run."""

from trialog.entities import LoggedModelStatus, ModelStage, Param, PermissionLevel, RequiredText, RunStatus, Tag
from trialog.entities.run_overview import ModelRole
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage
from trialog.wire.messages.metric_values import MetricSummaryMessage
from trialog.wire.messages.runs import RunInfoMessage


class GetRunOverview(StrictRequestMessage, frozen=True):
    """Read all that is to be seen of a run, but for curves and files."""

    run_id: RequiredText


class RunDatasetMessage(ResponseMessage, frozen=True):
    """A dataset as a run used it.

    Args:
        name: Its name.
        digest: Fingerprint of its content.
        source_type: Kind of its source.
        source: Where it came from, as JSON text.
        schema: Its columns, as JSON text; null if nobody said, or if it is longer than 65,536 characters.
        context: What it was used for, such as `training`; null if nobody said.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    context: str | None


class RunLoggedModelMessage(ResponseMessage, frozen=True):
    """A logged model that a run made or used.

    Args:
        model_id: Its id.
        role: Whether the run made or used it.
        step: At which step it was made; null for one that was used.
        name: Its name; null, as are all others, if it is gone or may not be read.
        status: Whether its files are all there.
        model_type: Kind of model, as the client said.
        artifact_uri: Where its files are.
        creation_timestamp: Milliseconds since 1970 UTC.
    """

    model_id: str
    role: ModelRole
    step: int | None
    name: str | None
    status: LoggedModelStatus | None
    model_type: str | None
    artifact_uri: str | None
    creation_timestamp: int | None


class RunVersionMessage(ResponseMessage, frozen=True):
    """A version of a registered model that comes from a run.

    Args:
        name: The registered model.
        version: The version.
        stage: How far it has come.
        label: A name of the user's own; null if it has none.
        aliases: Aliases that it bears.
    """

    name: str
    version: int
    stage: ModelStage
    label: str | None
    aliases: list[str]


class RelatedRunMessage(ResponseMessage, frozen=True):
    """The parent or a child of a run.

    Args:
        run_id: The run.
        run_name: Its name.
        experiment_id: Where it belongs.
        status: Where it stands.
        start_time: When it began, in milliseconds since 1970 UTC; null if it did not say.
        end_time: When it ended; null while it runs.
    """

    run_id: str
    run_name: str
    experiment_id: str
    status: RunStatus
    start_time: int | None
    end_time: int | None


class RunOverviewResponse(ResponseMessage, frozen=True):
    """All that is to be seen of a run.

    Args:
        info: What it is.
        experiment_name: Name of its experiment.
        permission: What who asks may do with it: READ, USE, EDIT or MANAGE.
        note: What is to be said of it: the tag `mlflow.note.content`; null if nobody did.
        metrics: Its metrics by name, 10,000 at most.
        metric_count: How many it has.
        system_metrics: Those whose name begins with `system/`, likewise.
        system_metric_count: How many it has of them.
        params: Its params by name, 10,000 at most.
        param_count: How many it has.
        tags: Its tags by name, 1,000 at most.
        tag_count: How many it has.
        datasets: Datasets that it used, 1,000 at most.
        logged_models: Models that it made and used, 1,000 at most.
        model_paths: Folders of its artifacts that hold models, as clients of MLflow 2 said.
        versions: Versions of registered models that come from it, the newest first, 100 at most; only of models that
            may be read.
        parent: The run that it is part of; null if there is none, or it may not be read.
        children: Active runs that are part of it, the newest first, 100 at most; only those that may be read.
        child_count: How many there are.
    """

    info: RunInfoMessage
    experiment_name: str
    permission: PermissionLevel
    note: str | None
    metrics: list[MetricSummaryMessage]
    metric_count: int
    system_metrics: list[MetricSummaryMessage]
    system_metric_count: int
    params: list[Param]
    param_count: int
    tags: list[Tag]
    tag_count: int
    datasets: list[RunDatasetMessage]
    logged_models: list[RunLoggedModelMessage]
    model_paths: list[str]
    versions: list[RunVersionMessage]
    parent: RelatedRunMessage | None
    children: list[RelatedRunMessage]
    child_count: int


class GetRunModels(StrictRequestMessage, frozen=True):
    """Read what the files of a run's models say: signature, flavors, size."""

    run_id: RequiredText


class RunModelMessage(ResponseMessage, frozen=True):
    """A model among the files of a run, as its file `MLmodel` describes it. Nothing of it is loaded.

    Args:
        name: Name of the logged model, or the folder.
        model_id: The logged model; null for a folder of the run itself, as clients of MLflow 2 made them.
        path: The folder among the run's artifacts; null for a logged model.
        model_uri: How MLflow's clients load it.
        has_files: Whether there are files at all.
        flavors: Names of the flavors it can be loaded as; empty if the file cannot be read.
        signature: What goes in and comes out: MLflow's signature with `inputs`, `outputs` and `params`; null if it was
            logged without.
        input_example: Name of the file with an example of what goes in, beside `MLmodel`; null if there is none.
        size_bytes: All its files together; null if they are too many to count.
    """

    name: str
    model_id: str | None
    path: str | None
    model_uri: str
    has_files: bool
    flavors: list[str]
    signature: dict[str, object] | None
    input_example: str | None
    size_bytes: int | None


class RunModelsResponse(ResponseMessage, frozen=True):
    """The models of a run.

    Args:
        models: The models, 20 at most.
        total: How many it has.
    """

    models: list[RunModelMessage]
    total: int
