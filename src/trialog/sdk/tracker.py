"""One class for what a training does with a tracker, from its first param to the loaded model."""

from types import TracebackType
from typing import Self

from trialog.sdk import fluent
from trialog.sdk.fluent.active_runs import ActiveRun

_ORDERS = ("ASC", "DESC")


class Tracker:
    """Tracks the runs of one experiment.

    Args:
        experiment_name: Name of the experiment; it is made if it is not there.
        tracking_uri: Where it is; where this process tracks if None.
    """

    def __init__(self, experiment_name: str, tracking_uri: str | None = None) -> None:
        if tracking_uri is not None:
            fluent.set_tracking_uri(tracking_uri)
        self.experiment_name = experiment_name
        self._run: ActiveRun | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end_run("FINISHED" if kind is None else "FAILED")

    @property
    def run_id(self) -> str | None:
        """Id of the run that was started and not ended; None if there is none."""
        return None if self._run is None else self._run.info.run_id
