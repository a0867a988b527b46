"""The model registry in a handful of calls: register, get, list, promote, roll back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from os import PathLike
from types import TracebackType
from typing import Self

from trialog.entities import LABEL_TAG
from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import check_experiment_name
from trialog.entities.registry_limits import check_model_name
from trialog.errors import ConnectionFailed, InvalidParameter, ResourceAlreadyExists, ResourceNotFound, TrialogError
from trialog.remote.settings import ConnectionSettings
from trialog.sdk.experiments import Experiments
from trialog.sdk.models import Models
from trialog.sdk.registration import Content, check_gate, checked_content, holds_same_numbers
from trialog.sdk.results import BestRun, ModelVersion, Move, RegisteredModel, moment
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport
from trialog.wire.messages.best_run import BestRunResponse
from trialog.wire.messages.promotion import RegistryMoveMessage, VersionDetailsResponse
from trialog.wire.messages.registered_models import RegisteredModelMessage

REGISTERED_BY_TAG = "trialog.registered"
"""Tag of a run that was made to hold the metrics of a version: the name of the registered model."""


class ModelRegistry:
    """The model registry of one server. Any number of threads may use it.

    Args:
        settings: The server, and how to speak with it.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        self._transport = Transport(settings)
        self._models = Models(self._transport)
        self._experiments = Experiments(self._transport)
        self._runs = Runs(self._transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def register_model(
        self,
        name: str,
        version: str | int | None = None,
        *,
        model_path: str | PathLike[str],
        metrics: Mapping[str, float] | None = None,
        params: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        description: str | None = None,
        run_id: str | None = None,
        experiment_name: str | None = None,
    ) -> ModelVersion:
        """Register a version; see `trialog.aio.ModelRegistry.register_model`."""
        check_model_name(name)
        check_experiment_name(experiment_name or name)
        content = checked_content(model_path, version, metrics, params, tags, description, run_id)
        label = content.label
        if label is not None and (known := self._find_label(name, label)) is not None:
            return _check_same(content, known)
        made_run_id = None
        if content.needs_run:
            made_run_id = self._make_run(name, experiment_name or name, content)
        elif run_id is not None:
            self._runs.log(run_id, timestamp=now_milliseconds(), metrics=content.metrics, params=content.params)
        labelled = content.tags if label is None else {**content.tags, LABEL_TAG: label}
        try:
            self._make_model(name)
            made = self._models.create_version(
                name, content.model_path, run_id=run_id or made_run_id, description=description, tags=labelled
            )
        except TrialogError as error:
            # Where nobody knows whether the version was made, it needs its run.
            if made_run_id is not None and not isinstance(error, ConnectionFailed):
                self._discard(made_run_id)
            if label is None or not isinstance(error, ResourceAlreadyExists):
                raise
            # Somebody else registered the label a moment ago.
            return _check_same(content, self._version(name, label))
        return self._version(name, made.version)

    def get_model(
        self, name: str, version: str | int | None = None, *, stage: str | None = None, alias: str | None = None
    ) -> ModelVersion:
        """Return a version; see `trialog.aio.ModelRegistry.get_model`."""
        ways = [way for way in (version, stage, alias) if way is not None]
        if len(ways) > 1:
            raise InvalidParameter(
                "registry.two_names", "Name the version by one of version, stage and alias, and not by several."
            )
        if stage is not None:
            return _model_version(self._models.get_stage_version(name, stage))
        if alias is not None:
            return self._version(name, f"@{alias}")
        return self._version(name, "latest" if version is None else str(version))

    def list_models(
        self,
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
        *,
        max_results: int | None = None,
    ) -> list[RegisteredModel]:
        """Find registered models; see `trialog.aio.ModelRegistry.list_models`."""
        return [_registered_model(model) for model in self._models.search(filter, max_results=max_results)]

    def list_versions(self, name: str, *, max_results: int | None = 100) -> list[ModelVersion]:
        """Return the versions of a model; see `trialog.aio.ModelRegistry.list_versions`."""
        self._models.get(name)
        return [
            self._version(name, version.version) for version in self._models.versions(name, max_results=max_results)
        ]

    def promote(
        self,
        name: str,
        version: str | int,
        stage: str = "Production",
        *,
        archive_existing: bool | None = None,
        reason: str | None = None,
        gate: Mapping[str, object] | None = None,
        expected_version: str | int | None = None,
    ) -> ModelVersion:
        """Move a version into a stage; see `trialog.aio.ModelRegistry.promote`."""
        check_gate(gate)
        return _model_version(
            self._models.promote(
                name,
                str(version),
                stage=stage,
                archive_existing=archive_existing,
                reason=reason,
                gate=gate,
                expected_version=expected_version,
            )
        )

    def roll_back(self, name: str, stage: str = "Production", *, reason: str | None = None) -> ModelVersion:
        """Put back into a stage what was there before; see `trialog.aio.ModelRegistry.roll_back`."""
        return _model_version(self._models.roll_back(name, stage=stage, reason=reason))

    def history(
        self,
        name: str,
        *,
        stage: str | None = None,
        alias: str | None = None,
        version: str | int | None = None,
        max_results: int | None = None,
    ) -> list[Move]:
        """Return the moves of stages and aliases; see `trialog.aio.ModelRegistry.history`."""
        moves = self._models.history(
            name,
            stage=stage,
            alias=alias,
            version=None if version is None else str(version),
            max_results=max_results,
        )
        return [_move(move) for move in moves]

    def best_run(
        self,
        experiments: Sequence[str] | str,
        metric: str,
        *,
        direction: str | None = None,
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
    ) -> BestRun:
        """Return the best run by a metric; see `trialog.aio.ModelRegistry.best_run`."""
        names = [experiments] if isinstance(experiments, str) else list(experiments)
        ids = [self._experiments.find(name).experiment_id for name in names]
        return _best_run(self._runs.best(metric, experiment_ids=ids, direction=direction, filter=filter))

    def _version(self, name: str, version: str) -> ModelVersion:
        return _model_version(self._models.get_version(name, version))

    def _find_label(self, name: str, label: str) -> ModelVersion | None:
        try:
            found = self._version(name, label)
        except ResourceNotFound:
            return None
        # Another name of a version, such as its number, is no label; the server refuses to make it one.
        return found if found.label == label else None

    def _make_model(self, name: str) -> None:
        try:
            self._models.get(name)
        except ResourceNotFound:
            try:
                self._models.create(name)
            except ResourceAlreadyExists:
                # Somebody else made it a moment ago.
                return

    def _make_run(self, name: str, experiment_name: str, content: Content) -> str:
        """Make a finished run that holds the metrics and params, and return its id."""
        start = now_milliseconds()
        run = self._runs.create(
            self._experiments.get_or_create(experiment_name),
            run_name=name if content.label is None else f"{name} {content.label}",
            start_time=start,
            tags={REGISTERED_BY_TAG: name},
        )
        run_id = run.info.run_id
        try:
            self._runs.log(run_id, timestamp=start, metrics=content.metrics, params=content.params)
            self._runs.finish(run_id, end_time=now_milliseconds())
        except TrialogError:
            self._discard(run_id)
            raise
        return run_id

    def _discard(self, run_id: str) -> None:
        # What went wrong before is what the caller has to hear.
        with suppress(TrialogError):
            self._runs.delete(run_id)


def _check_same(content: Content, known: ModelVersion) -> ModelVersion:
    """Return the version that bears the label already.

    Raises:
        ResourceAlreadyExists: It holds something else (`model_version.other_content`).
    """
    different = [
        part
        for part, is_same in (
            ("model_path", content.model_path == known.model_path),
            ("metrics", holds_same_numbers(known.metrics, content.metrics)),
            ("params", content.params.items() <= known.params.items()),
            ("tags", content.tags.items() <= known.tags.items()),
            ("description", content.description in (None, known.description)),
            ("run_id", content.run_id in (None, known.run_id)),
        )
        if not is_same
    ]
    if different:
        raise ResourceAlreadyExists(
            "model_version.other_content",
            f"Version {known.version} of model {known.name!r} has the label {known.label!r} already, but differs "
            f"in {', '.join(different)}. Register this one under another label.",
            name=known.name,
            version=known.version,
            label=known.label,
            different=", ".join(different),
        )
    return known


def _model_version(details: VersionDetailsResponse) -> ModelVersion:
    return ModelVersion(
        name=details.name,
        version=details.version,
        label=details.label,
        stage=details.stage.value,
        model_path=details.model_path,
        model_uri=details.model_uri,
        metrics={key: float(value) for key, value in details.metrics.items()},
        params=details.params,
        tags={key: value for key, value in details.tags.items() if key != LABEL_TAG},
        aliases=details.aliases,
        description=details.description,
        run_id=details.run_id,
        run_name=details.run_name,
        signature=details.signature,
        flavors=details.flavors,
        size_bytes=details.size_bytes,
        created_at=moment(details.creation_timestamp),
        stage_since=None if details.since is None else moment(details.since),
        stage_by=details.by,
        stage_reason=details.reason,
    )


def _registered_model(model: RegisteredModelMessage) -> RegisteredModel:
    return RegisteredModel(
        name=model.name,
        description=model.description or None,
        tags={tag.key: tag.value for tag in model.tags},
        aliases={alias.alias: int(alias.version) for alias in model.aliases},
        latest_versions={version.current_stage.value: int(version.version) for version in model.latest_versions},
        created_at=moment(model.creation_timestamp),
        updated_at=moment(model.last_updated_timestamp),
    )


def _move(move: RegistryMoveMessage) -> Move:
    return Move(
        at=moment(move.timestamp),
        operation=move.operation.value,
        version=move.version,
        from_stage=None if move.from_stage is None else move.from_stage.value,
        to_stage=None if move.to_stage is None else move.to_stage.value,
        alias=move.alias,
        from_version=move.from_version,
        actor=move.actor,
        reason=move.reason,
        gate=move.gate,
        change_id=move.change_id,
    )


def _best_run(answer: BestRunResponse) -> BestRun:
    return BestRun(
        run_id=answer.run.info.run_id,
        run_name=answer.run.info.run_name,
        experiment_id=answer.run.info.experiment_id,
        metric=answer.metric,
        value=answer.value,
        direction=answer.direction.value,
        band=None if answer.band is None else answer.band.value,
        ties=answer.ties,
        compared=answer.compared,
        metrics={metric.key: metric.value for metric in answer.run.data.metrics},
        params={param.key: param.value for param in answer.run.data.params},
        tags={tag.key: tag.value for tag in answer.run.data.tags},
    )
