"""The store: one part per noun."""

from typing import Protocol

from trialog.contracts.bin import BinStore
from trialog.contracts.datasets import DatasetStore
from trialog.contracts.experiments import ExperimentStore
from trialog.contracts.logged_models import LoggedModelStore
from trialog.contracts.metric_meanings import MetricMeaningStore
from trialog.contracts.metrics import MetricStore
from trialog.contracts.model_versions import ModelVersionStore
from trialog.contracts.registered_models import RegisteredModelStore
from trialog.contracts.runs import RunStore
from trialog.contracts.webhooks import WebhookStore


class Store(Protocol):
    """Everything that is kept, except the bytes of artifacts.

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

    async def close(self) -> None:
        """Finish what is under way and let go of files and threads."""
        ...
