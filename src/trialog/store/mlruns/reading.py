"""Reads one thing of a folder as far as it differs from what is remembered of it; touches no database."""

from typing import Final, NamedTuple, TypeAlias

from trialog.entities import Experiment, LifecycleStage, LoggedModel, LoggedModelStatus, RunStatus
from trialog.store.mlruns.files import MOST_TEXT_BYTES
from trialog.store.mlruns.index_tables import Remembered
from trialog.store.mlruns.left_out import Notes, Reason, Unreadable
from trialog.store.mlruns.points import parse_model_points, parse_points
from trialog.store.mlruns.readers import RunInFolder, read_experiment, read_logged_model, read_run
from trialog.store.mlruns.registry_readers import RegisteredModelInFolder, read_registered_model
from trialog.store.mlruns.run_changes import Budget, MetricChanges, from_the_beginning, read_metric_changes
from trialog.store.mlruns.units import Kind, Snapshot, Unit

NO_CHANGES: Final = MetricChanges([], [], {}, is_whole=True)
_MOST_BYTES: Final = 128 * 1024 * 1024
"""How much one thing may have beside its metrics: one file may have many names, and all are held at once."""

_GOING_ON: Final = frozenset({RunStatus.RUNNING, RunStatus.SCHEDULED})


class LoggedModelInFolder(NamedTuple):
    """A logged model as its folder has it, without the points of its metrics.

    Args:
        model: What it is.
        stage: Whether it is deleted.
    """

    model: LoggedModel
    stage: LifecycleStage


Content: TypeAlias = Experiment | RunInFolder | LoggedModelInFolder | RegisteredModelInFolder


class Changed(NamedTuple):
    """Something that is not as it is remembered.

    Args:
        unit: What.
        quick: What stands for the files whose change is seen quickly.
        snapshot: Its files.
    """

    unit: Unit
    quick: bytes
    snapshot: Snapshot


class ReadUnit(NamedTuple):
    """What was read of something.

    Args:
        changed: What it is.
        base: What was remembered of it before.
        content: What it has; None if it cannot be served.
        metrics: What is new of its metrics.
        is_finished: Whether nothing more is expected of it.
        notes: What of it cannot be served.
    """

    changed: Changed
    base: Remembered
    content: Content | None
    metrics: MetricChanges
    is_finished: bool
    notes: Notes


def read_unit(root: str, changed: Changed, base: Remembered, budget: Budget) -> ReadUnit:
    """Read what something has now.

    Args:
        root: The folder `mlruns/`.
        changed: What it is.
        base: What is remembered of it.
        budget: How much may be read of its metrics.
    """
    unit, snapshot = changed.unit, changed.snapshot
    content: Content | None = None
    metrics, is_finished = NO_CHANGES, True
    size = _size_without_metrics(snapshot)
    try:
        if size > _MOST_BYTES:
            raise Unreadable(Reason.TOO_LARGE, f"more than {_MOST_BYTES} bytes beside its metrics")  # noqa: TRY301  what is noted here is all that ends the reading
        if unit.kind is Kind.EXPERIMENT:
            content = read_experiment(unit, snapshot)
        elif unit.kind is Kind.REGISTERED_MODEL:
            content = read_registered_model(root, unit, snapshot)
        elif unit.kind is Kind.RUN:
            content = read_run(unit, snapshot)
            is_finished = content.info.status not in _GOING_ON
        else:
            content = LoggedModelInFolder(*read_logged_model(unit, snapshot))
            is_finished = content.model.status is not LoggedModelStatus.PENDING
    except Unreadable as error:
        snapshot.notes.add(error.reason, unit.shown, error.detail)
    except OSError as error:
        snapshot.notes.add(Reason.UNREADABLE, unit.shown, error.strerror or "")
    if content is not None and "metrics" in snapshot.files:
        is_run = unit.kind is Kind.RUN
        metrics = read_metric_changes(
            snapshot.files["metrics"],
            # Points of a model belong to runs, some of which may have come only now.
            base.metrics if is_run else from_the_beginning(base.metrics),
            f"{unit.shown}/metrics",
            snapshot.notes,
            budget,
            parse_points if is_run else parse_model_points,
        )
    # Taken at the end: what is read of the metrics must not depend on it, or the same would be read for ever.
    budget.take(size)
    return ReadUnit(changed, base, content, metrics, is_finished, snapshot.notes)


def _size_without_metrics(snapshot: Snapshot) -> int:
    """Return how many bytes are read at most of something's files; what is larger alone is not read."""
    return sum(
        min(file.size, MOST_TEXT_BYTES) for part, files in snapshot.files.items() if part != "metrics" for file in files
    )
