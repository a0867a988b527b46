"""The store: one part per noun."""

from typing import Protocol, Self

from trialog.contracts.bin import BinStore
from trialog.contracts.datasets import DatasetStore
from trialog.contracts.experiments import ExperimentStore
from trialog.contracts.logged_models import LoggedModelStore
from trialog.contracts.metric_meanings import MetricMeaningStore
from trialog.contracts.metrics import MetricStore
from trialog.contracts.model_versions import ModelVersionStore
from trialog.contracts.overviews import OverviewStore
from trialog.contracts.registered_models import RegisteredModelStore
from trialog.contracts.resources import ResourceStore
from trialog.contracts.runs import RunStore
from trialog.contracts.webhooks import WebhookStore
from trialog.contracts.workspaces import WorkspaceStore


class Store(Protocol):
    """Everything that is kept of one workspace, except the bytes of artifacts.

    What is of another workspace is not there, whether it is asked for by name or by id.

    Methods are coroutines of one event loop. Each answers only when what it wrote is durable; several
    processes may work on the same data.
    """

    @property
    def experiments(self) -> ExperimentStore:
        """Named groups of runs."""
        ...

    @property
    def runs(self) -> RunStore:
        """Runs and what is logged to them."""
        ...

    @property
    def metrics(self) -> MetricStore:
        """Points of metrics."""
        ...

    @property
    def datasets(self) -> DatasetStore:
        """Datasets that runs used."""
        ...

    @property
    def logged_models(self) -> LoggedModelStore:
        """Models as runs log them."""
        ...

    @property
    def registered_models(self) -> RegisteredModelStore:
        """Names under which versions of a model are kept."""
        ...

    @property
    def model_versions(self) -> ModelVersionStore:
        """Versions of registered models, their stages and their history."""
        ...

    @property
    def webhooks(self) -> WebhookStore:
        """Addresses that are told when something happens in the registry."""
        ...

    @property
    def metric_meanings(self) -> MetricMeaningStore:
        """What was said about metrics: which way is better, in what unit, what counts as good."""
        ...

    @property
    def bin(self) -> BinStore:
        """What was deleted, and its removal for good."""
        ...

    @property
    def overviews(self) -> OverviewStore:
        """What pages show, much of it at once."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of files and threads."""
        ...


class WorkspaceStores(Store, Protocol):
    """A store that knows of all workspaces; as a `Store`, it is that of the default one."""

    @property
    def workspaces(self) -> WorkspaceStore:
        """The workspaces."""
        ...

    @property
    def resources(self) -> ResourceStore:
        """What things of this workspace belong to."""
        ...

    def in_workspace(self, workspace: str) -> Self:
        """Return what is kept of another workspace, without asking whether it is there.

        The result is a view: it is not closed. In a workspace that was deleted nothing is found, and nothing is made.

        Args:
            workspace: Name of the workspace.
        """
        ...
