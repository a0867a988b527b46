"""A server that trainings are logged to by themselves, and nothing of autologging left behind a test."""

import uuid
from collections.abc import Iterator

import pytest

import trialog
from tests.unit.sdk.fluent.conftest import Stored, fresh_process, stored, tracked, url
from trialog.sdk.entities import Run

__all__ = ["Stored", "fresh_process", "stored", "tracked", "url"]


class Logged:
    """What is in the experiment of one test."""

    def __init__(self, experiment_id: str, client: trialog.Client) -> None:
        self.experiment_id = experiment_id
        self.client = client

    def runs(self) -> list[Run]:
        """All runs, those inside others too, the first begun first."""
        # Nothing waits for what is logged to a run after its end.
        trialog.flush()
        return list(self.client.search_runs([self.experiment_id], order_by=["attributes.start_time ASC"]))

    def run(self) -> Run:
        """The only run."""
        [run] = self.runs()
        return run

    def tops(self) -> list[Run]:
        """Runs that are inside no other."""
        return [run for run in self.runs() if "mlflow.parentRunId" not in run.data.tags]

    def parts(self, parent: Run) -> list[Run]:
        """Runs inside another one."""
        return [run for run in self.runs() if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id]

    def files(self, run: Run) -> set[str]:
        """Names of a run's artifacts."""
        return {file.path for file in self.client.list_artifacts(run.info.run_id)}


@pytest.fixture
def logged(tracked: str) -> Iterator[Logged]:
    """What the test logs, in an experiment of its own; autologging is off before and after."""
    experiment = trialog.set_experiment(f"autolog-{uuid.uuid4().hex[:12]}")
    yield Logged(experiment.experiment_id, trialog.Client(tracked))
    trialog.autolog(disable=True)
