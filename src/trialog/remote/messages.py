"""What servers of MLflow answer, read leniently: what is absent has its default, what is unknown is passed over."""

from msgspec import Struct, field


class PairMessage(Struct, frozen=True, gc=False):
    """A tag or a param."""

    key: str = ""
    value: str = ""


class PointMessage(Struct, frozen=True, gc=False):
    """A point of a metric."""

    key: str = ""
    value: float = 0.0
    timestamp: int = 0
    step: int = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None


class ExperimentMessage(Struct, frozen=True):
    """An experiment."""

    experiment_id: str
    name: str = ""
    artifact_location: str = ""
    lifecycle_stage: str = "active"
    last_update_time: int = 0
    creation_time: int = 0
    tags: list[PairMessage] = field(default_factory=list)


class ExperimentAnswer(Struct, frozen=True):
    """One experiment."""

    experiment: ExperimentMessage


class CreatedExperimentAnswer(Struct, frozen=True):
    """The id of a new experiment."""

    experiment_id: str


class ExperimentsAnswer(Struct, frozen=True):
    """A page of experiments."""

    experiments: list[ExperimentMessage] = field(default_factory=list)
    next_page_token: str | None = None


class RunInfoMessage(Struct, frozen=True, gc=False):
    """What a run is."""

    run_id: str
    experiment_id: str = ""
    run_name: str = ""
    user_id: str = ""
    status: str = ""
    artifact_uri: str = ""
    lifecycle_stage: str = "active"
    start_time: int | None = None
    end_time: int | None = None


class RunDataMessage(Struct, frozen=True):
    """What was logged to a run."""

    metrics: list[PointMessage] = field(default_factory=list)
    params: list[PairMessage] = field(default_factory=list)
    tags: list[PairMessage] = field(default_factory=list)


class DatasetMessage(Struct, frozen=True, gc=False):
    """A dataset."""

    name: str = ""
    digest: str = ""
    source_type: str = ""
    source: str = ""
    schema: str | None = None
    profile: str | None = None


class DatasetInputMessage(Struct, frozen=True):
    """A dataset as a run used it."""

    dataset: DatasetMessage = DatasetMessage()
    tags: list[PairMessage] = field(default_factory=list)


class RunModelMessage(Struct, frozen=True, gc=False):
    """A logged model that a run used or made."""

    model_id: str = ""
    step: int = 0


class RunInputsMessage(Struct, frozen=True):
    """What a run used."""

    dataset_inputs: list[DatasetInputMessage] = field(default_factory=list)
    model_inputs: list[RunModelMessage] = field(default_factory=list)


class RunOutputsMessage(Struct, frozen=True):
    """What a run made."""

    model_outputs: list[RunModelMessage] = field(default_factory=list)


class RunMessage(Struct, frozen=True):
    """A run."""

    info: RunInfoMessage
    data: RunDataMessage = RunDataMessage()
    inputs: RunInputsMessage = RunInputsMessage()
    outputs: RunOutputsMessage = RunOutputsMessage()


class RunAnswer(Struct, frozen=True):
    """One run."""

    run: RunMessage


class UpdatedRunAnswer(Struct, frozen=True):
    """What a run is after a change."""

    run_info: RunInfoMessage


class RunsAnswer(Struct, frozen=True):
    """A page of runs."""

    runs: list[RunMessage] = field(default_factory=list)
    next_page_token: str | None = None


class PointsAnswer(Struct, frozen=True):
    """A page of points."""

    metrics: list[PointMessage] = field(default_factory=list)
    next_page_token: str | None = None


class DatasetSummaryMessage(Struct, frozen=True, gc=False):
    """A dataset that some run of an experiment used."""

    experiment_id: str = ""
    name: str = ""
    digest: str = ""
    context: str | None = None


class DatasetsAnswer(Struct, frozen=True):
    """Datasets of experiments."""

    dataset_summaries: list[DatasetSummaryMessage] = field(default_factory=list)


class LoggedModelInfoMessage(Struct, frozen=True):
    """What a logged model is."""

    model_id: str
    experiment_id: str = ""
    name: str = ""
    creation_timestamp_ms: int = 0
    last_updated_timestamp_ms: int = 0
    artifact_uri: str = ""
    status: str = ""
    model_type: str | None = None
    source_run_id: str | None = None
    tags: list[PairMessage] = field(default_factory=list)


class LoggedModelDataMessage(Struct, frozen=True):
    """What was logged to a logged model."""

    params: list[PairMessage] = field(default_factory=list)
    metrics: list[PointMessage] = field(default_factory=list)


class LoggedModelMessage(Struct, frozen=True):
    """A logged model."""

    info: LoggedModelInfoMessage
    data: LoggedModelDataMessage = LoggedModelDataMessage()


class LoggedModelAnswer(Struct, frozen=True):
    """One logged model; servers leave it out where nothing has changed of it."""

    model: LoggedModelMessage | None = None


class LoggedModelsAnswer(Struct, frozen=True):
    """A page of logged models."""

    models: list[LoggedModelMessage] = field(default_factory=list)
    next_page_token: str | None = None


class ModelVersionMessage(Struct, frozen=True):
    """A version of a registered model."""

    name: str
    version: str
    creation_timestamp: int = 0
    last_updated_timestamp: int = 0
    current_stage: str = ""
    source: str = ""
    status: str = ""
    user_id: str | None = None
    description: str | None = None
    run_id: str | None = None
    status_message: str | None = None
    tags: list[PairMessage] = field(default_factory=list)
    run_link: str | None = None
    aliases: list[str] = field(default_factory=list)
    model_id: str | None = None


class ModelVersionAnswer(Struct, frozen=True):
    """One version."""

    model_version: ModelVersionMessage


class ModelVersionsAnswer(Struct, frozen=True):
    """A page of versions."""

    model_versions: list[ModelVersionMessage] = field(default_factory=list)
    next_page_token: str | None = None


class AliasMessage(Struct, frozen=True, gc=False):
    """An alias and the version that bears it."""

    alias: str
    version: str


class RegisteredModelMessage(Struct, frozen=True):
    """A registered model."""

    name: str
    creation_timestamp: int = 0
    last_updated_timestamp: int = 0
    description: str | None = None
    latest_versions: list[ModelVersionMessage] = field(default_factory=list)
    tags: list[PairMessage] = field(default_factory=list)
    aliases: list[AliasMessage] = field(default_factory=list)


class RegisteredModelAnswer(Struct, frozen=True):
    """One registered model."""

    registered_model: RegisteredModelMessage


class RegisteredModelsAnswer(Struct, frozen=True):
    """A page of registered models."""

    registered_models: list[RegisteredModelMessage] = field(default_factory=list)
    next_page_token: str | None = None


class FileMessage(Struct, frozen=True, gc=False):
    """A file or folder in a listing."""

    path: str
    is_dir: bool = False
    file_size: int | None = None


class FilesAnswer(Struct, frozen=True):
    """A listing of artifacts."""

    files: list[FileMessage] = field(default_factory=list)
    next_page_token: str | None = None


class NoAnswer(Struct, frozen=True):
    """An answer that says no more than that it was done."""
