"""What the parts below the server promise each other: protocols without implementation."""

from trialog.contracts.datasets import DatasetStore
from trialog.contracts.experiments import ExperimentStore
from trialog.contracts.logged_models import LoggedModelStore
from trialog.contracts.metrics import MetricStore
from trialog.contracts.runs import RunStore
from trialog.contracts.store import Store

__all__ = ["DatasetStore", "ExperimentStore", "LoggedModelStore", "MetricStore", "RunStore", "Store"]
