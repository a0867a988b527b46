"""What the parts below the server promise each other: protocols without implementation."""

from trialog.contracts.accounts import AccountStore
from trialog.contracts.audit import AuditLog
from trialog.contracts.bin import BinStore
from trialog.contracts.datasets import DatasetStore
from trialog.contracts.experiments import ExperimentStore
from trialog.contracts.logged_models import LoggedModelStore
from trialog.contracts.metric_meanings import MetricMeaningStore
from trialog.contracts.metrics import MetricStore
from trialog.contracts.model_versions import ModelVersionStore
from trialog.contracts.overviews import OverviewStore
from trialog.contracts.registered_models import RegisteredModelStore
from trialog.contracts.runs import RunStore
from trialog.contracts.store import Store, WorkspaceStores
from trialog.contracts.webhooks import WebhookQueue, WebhookStore
from trialog.contracts.workspaces import WorkspaceStore

__all__ = [
    "AccountStore",
    "AuditLog",
    "BinStore",
    "DatasetStore",
    "ExperimentStore",
    "LoggedModelStore",
    "MetricMeaningStore",
    "MetricStore",
    "ModelVersionStore",
    "OverviewStore",
    "RegisteredModelStore",
    "RunStore",
    "Store",
    "WebhookQueue",
    "WebhookStore",
    "WorkspaceStore",
    "WorkspaceStores",
]
