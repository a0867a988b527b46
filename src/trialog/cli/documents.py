"""What `--json` prints: documents whose keys are always all there. Times are milliseconds since 1970 UTC."""

from msgspec import to_builtins
from msgspec.structs import asdict

from trialog.entities import Metric, Param, Tag
from trialog.wire.messages.best_run import BestRunResponse
from trialog.wire.messages.experiments import ExperimentMessage
from trialog.wire.messages.promotion import (
    PastOccupantMessage,
    RegistryMoveMessage,
    StageAtResponse,
    VersionDetailsResponse,
)
from trialog.wire.messages.registered_models import RegisteredModelMessage
from trialog.wire.messages.runs import RunMessage

Document = dict[str, object]


def experiment_document(experiment: ExperimentMessage) -> Document:
    """Return an experiment."""
    return {
        "experiment_id": experiment.experiment_id,
        "name": experiment.name,
        "artifact_location": experiment.artifact_location,
        "lifecycle_stage": experiment.lifecycle_stage.value,
        "creation_time": experiment.creation_time,
        "last_update_time": experiment.last_update_time,
        "tags": texts(experiment.tags),
    }


def run_document(run: RunMessage) -> Document:
    """Return a run with the last values of its metrics."""
    info = run.info
    return {
        "run_id": info.run_id,
        "run_name": info.run_name,
        "experiment_id": info.experiment_id,
        "user_id": info.user_id,
        "status": info.status.value,
        "lifecycle_stage": info.lifecycle_stage.value,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "artifact_uri": info.artifact_uri,
        "metrics": values(run.data.metrics),
        "params": texts(run.data.params),
        "tags": texts(run.data.tags),
    }


def best_run_document(best: BestRunResponse) -> Document:
    """Return the best run, and how it came to be that."""
    return {
        "run": run_document(best.run),
        "metric": best.metric,
        "summary": best.summary.value,
        "value": best.value,
        "direction": best.direction.value,
        "direction_source": to_builtins(best.direction_source),
        "band": to_builtins(best.band),
        "meets_target": best.meets_target,
        "ties": best.ties,
        "tie_count": best.tie_count,
        "compared": best.compared,
        "skipped": best.skipped,
    }


def model_document(model: RegisteredModelMessage) -> Document:
    """Return a registered model."""
    return {
        "name": model.name,
        "description": model.description or None,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "latest_versions": latest_versions(model),
        "aliases": aliases(model),
        "tags": texts(model.tags),
    }


def latest_versions(model: RegisteredModelMessage) -> dict[str, int]:
    """Return the number of the newest version in each stage that has one."""
    return {version.current_stage.value: int(version.version) for version in model.latest_versions}


def aliases(model: RegisteredModelMessage) -> dict[str, int]:
    """Return the number of the version that bears each alias."""
    return {alias.alias: int(alias.version) for alias in model.aliases}


def version_document(version: VersionDetailsResponse) -> Document:
    """Return all there is to know of a version."""
    return {name: to_builtins(value) for name, value in asdict(version).items()}


def move_document(move: RegistryMoveMessage) -> Document:
    """Return one move of the history."""
    return {name: to_builtins(value) for name, value in asdict(move).items()}


def stage_at_document(answer: StageAtResponse) -> Document:
    """Return what was in a stage at a moment."""
    return {
        "name": answer.name,
        "stage": answer.stage.value,
        "time": answer.time,
        "versions": [_occupant_document(occupant) for occupant in answer.versions],
    }


def _occupant_document(occupant: PastOccupantMessage) -> Document:
    return {name: to_builtins(value) for name, value in asdict(occupant).items()}


def values(metrics: list[Metric]) -> dict[str, float]:
    """Return metrics by name; of one measured for several datasets, the one that stands last."""
    return {metric.key: metric.value for metric in metrics}


def texts(pairs: list[Tag] | list[Param]) -> dict[str, str]:
    """Return tags or params by name."""
    return {pair.key: pair.value for pair in pairs}
