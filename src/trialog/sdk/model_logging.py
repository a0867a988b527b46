"""Logs models: saves them as model folders, and hands these to the server as logged models of the active run."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from trialog.errors import ConnectionFailed, InvalidParameter, ResourceNotFound, TrialogError
from trialog.models.checksums import file_sum
from trialog.models.folder import MLMODEL, ModelMetadata
from trialog.models.saving import SaveOptions
from trialog.sdk.client import Client
from trialog.sdk.entities import LoggedModel, LoggedModelOutput, Metric
from trialog.sdk.entities.conversions import run_of
from trialog.sdk.experiments import Experiments
from trialog.sdk.fluent.asking import ask, explained
from trialog.sdk.fluent.experiments import active_experiment_id
from trialog.sdk.fluent.reading_models import register_model
from trialog.sdk.fluent.runs import active_run, recorder_for
from trialog.sdk.fluent.settled import settle
from trialog.sdk.model_info import ModelInfo
from trialog.sdk.model_sources import MODEL_SHA256
from trialog.sdk.reports import report
from trialog.sdk.runs import Runs
from trialog.sdk.settings import Mode, client_settings
from trialog.wire.messages.runs import RunMessage

Save = Callable[..., ModelMetadata]
"""Saves a model: `save_model` of a module in `trialog.models`."""

_FORBIDDEN: Final = frozenset("/:.%\"'")
# Of the tags that a run notes of where it comes from, its models have the same.
_SHARED_TAGS: Final = frozenset(
    {
        "mlflow.user",
        "mlflow.source.name",
        "mlflow.source.type",
        "mlflow.source.git.commit",
        "mlflow.source.git.branch",
        "mlflow.source.git.repoURL",
    }
)


class LogOptions(SaveOptions, total=False):
    """What may be said of any model that is logged.

    Attributes:
        registered_model_name: Registered model of which it is to be the next version.
        params: Params of the model, beside those of the run.
        tags: Tags of the model, and of the version that is registered.
        model_type: Kind of model, such as `classifier`.
        step: Step of the run at which it was made; the metrics logged at that step last are noted with the model.
        run_id: Run that made it; the active one if none is given.
        await_registration_for: Nothing hangs on it: a version is ready at once.
    """

    registered_model_name: str | None
    params: Mapping[str, object] | None
    tags: Mapping[str, object] | None
    model_type: str | None
    step: int
    run_id: str | None
    await_registration_for: int | None


def log_model(
    save: Save,
    model: Any,
    name: str | None = None,
    *,
    artifact_path: str | None = None,
    registered_model_name: str | None = None,
    params: Mapping[str, object] | None = None,
    tags: Mapping[str, object] | None = None,
    model_type: str | None = None,
    step: int = 0,
    run_id: str | None = None,
    await_registration_for: int | None = None,
    **options: Any,
) -> ModelInfo:
    """Save a model, and log it.

    With a server at hand it becomes a logged model, of the active run if there is one. Without one, or with
    TRIALOG_MODE=offline, its folder is kept among the files of the run and sent with them.

    Args:
        save: Saves it: `save_model` of a module in `trialog.models`.
        model: The model.
        name: Its name.
        artifact_path: The name, as MLflow 2 calls it.
        registered_model_name: See `LogOptions`.
        params: See `LogOptions`.
        tags: See `LogOptions`.
        model_type: See `LogOptions`.
        step: See `LogOptions`.
        run_id: See `LogOptions`.
        await_registration_for: See `LogOptions`.
        options: What `save` takes.

    Returns:
        What the model is, and what loads it.

    Raises:
        InvalidParameter: It cannot be saved, or its name cannot be one (`logged_model.invalid_name`).
        TrialogError: What the server refused.
    """
    del await_registration_for
    named = _checked_name(name, artifact_path)
    run_id = run_id or _active_run_id()
    with tempfile.TemporaryDirectory(prefix="trialog-model-") as temporary:
        folder = Path(temporary) / "model"
        metadata = save(model, folder, mlflow_model=ModelMetadata(run_id=run_id), **options)
        for cache in folder.rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)
        fault = _why_offline(run_id)
        if fault is None:
            described = _Described(named, model_type, dict(params or {}), dict(tags or {}), step)
            info = _log(folder, metadata, run_id, described)
        else:
            info = _keep(folder, metadata, run_id, named, fault)
    if registered_model_name is not None:
        _register(info, registered_model_name, tags)
    return info


class _Described:
    def __init__(
        self, name: str, model_type: str | None, params: dict[str, object], tags: dict[str, object], step: int
    ) -> None:
        self.name = name
        self.model_type = model_type
        self.params = params
        self.tags = tags
        self.step = step


def _checked_name(name: str | None, artifact_path: str | None) -> str:
    if name is not None and artifact_path is not None:
        raise InvalidParameter(
            "logged_model.two_names", "Give the name of the model as name or as artifact_path, and not as both."
        )
    named = name or artifact_path or "model"
    # MLflow 2 took paths.
    if not isinstance(named, str) or not named.strip() or not _FORBIDDEN.isdisjoint(named):
        raise InvalidParameter(
            "logged_model.invalid_name",
            f"A model cannot have the name {str(named)[:100]!r}: it is not empty and has none of "
            f"{' '.join(sorted(_FORBIDDEN))}.",
        )
    return named


def _active_run_id() -> str | None:
    run = active_run()
    return None if run is None else run.info.run_id


def _why_offline(run_id: str | None) -> TrialogError | None:
    """Return why the server cannot be given the model now; None if it can."""
    if client_settings().mode is not Mode.ONLINE:
        return ConnectionFailed("tracking.offline", "This process does not speak to a server.")
    try:
        if run_id is None:
            experiment_id = active_experiment_id()
            ask(lambda transport: Experiments(transport).get(experiment_id))
            return None
        # A run that this process began may still be on its way.
        settle()
        ask(lambda transport: Runs(transport).get(run_id))
    except (ConnectionFailed, ResourceNotFound, OSError) as error:
        if run_id is None or client_settings().strict:
            raise
        return explained(error)
    return None


def _log(folder: Path, metadata: ModelMetadata, run_id: str | None, described: _Described) -> ModelInfo:
    client = Client()
    message = None if run_id is None else Runs(client._transport).get(run_id)
    run = None if message is None else run_of(message)
    shared = {} if run is None else {key: value for key, value in run.data.tags.items() if key in _SHARED_TAGS}
    model = client.create_logged_model(
        active_experiment_id() if run is None else run.info.experiment_id,
        described.name,
        run_id,
        {**shared, **described.tags},
        {**described.params, **({} if run is None else run.data.params)},
        described.model_type,
    )
    try:
        if message is not None:
            _link(client, message, model, described.step)
        metadata.artifact_path = model.artifact_location
        metadata.model_id = metadata.model_uuid = model.model_id
        metadata.save(folder)
        client.log_model_artifacts(model.model_id, str(folder))
        client.set_logged_model_tags(model.model_id, {MODEL_SHA256: file_sum(folder, MLMODEL)})
    except BaseException:
        # However it ended, nobody shall take it for whole.
        _finish(client, model, "FAILED")
        raise
    client.finalize_logged_model(model.model_id, "READY")
    return _info(metadata, model.model_uri, described.name, model)


def _link(client: Client, run: RunMessage, model: LoggedModel, step: int) -> None:
    """Note a model, and the metrics that go with it, with the run that made it."""
    run_id = run.info.run_id
    output = LoggedModelOutput(model.model_id, step)
    client.log_outputs(run_id, [output])
    active = active_run()
    if active is not None and active.info.run_id == run_id:
        active.outputs.model_outputs.append(output)
    points = [
        Metric(point.key, float(point.value), int(point.timestamp), int(point.step or 0), model.model_id)
        for point in run.data.metrics
        if int(point.step or 0) == step and not point.model_id
    ]
    if points:
        client.log_batch(run_id, metrics=points)


def _finish(client: Client, model: LoggedModel, status: str) -> None:
    try:
        client.finalize_logged_model(model.model_id, status)
    except TrialogError as error:
        report(error)


def _keep(folder: Path, metadata: ModelMetadata, run_id: str | None, name: str, fault: TrialogError) -> ModelInfo:
    """Keep a model among the files of its run, which are sent when that can be done."""
    recorder = recorder_for(run_id)
    metadata.run_id, metadata.artifact_path = recorder.run_id, name
    metadata.save(folder)
    recorder.add_artifact(folder, name)
    if client_settings().mode is Mode.ONLINE:
        report(fault)
    return _info(metadata, f"runs:/{recorder.run_id}/{name}", name, None)


def _register(info: ModelInfo, name: str, tags: Mapping[str, object] | None) -> None:
    if info.model_id is None:
        report(
            ConnectionFailed(
                "model_version.not_registered",
                f"The model {info.name!r} was not registered as {name!r}, for no server could be asked. When its run "
                f"was sent, do so with trialog.register_model({info.model_uri!r}, {name!r}).",
            )
        )
        return
    info.registered_model_version = register_model(info.model_uri, name, tags=tags).version


def _info(metadata: ModelMetadata, uri: str, name: str, model: LoggedModel | None) -> ModelInfo:
    return ModelInfo(
        model_uri=uri,
        model_id=metadata.model_id,
        run_id=metadata.run_id,
        name=name,
        artifact_path=metadata.artifact_path,
        flavors=metadata.flavors,
        signature=metadata.signature,
        saved_input_example_info=metadata.saved_input_example_info,
        model_uuid=metadata.model_uuid,
        utc_time_created=metadata.utc_time_created,
        mlflow_version=metadata.mlflow_version,
        metadata=metadata.metadata,
        params={} if model is None else model.params,
        tags={} if model is None else model.tags,
        creation_timestamp=None if model is None else model.creation_timestamp,
    )
