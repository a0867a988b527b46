"""MLflow's client under MLflow's name: `from trialog.tracking import MlflowClient`."""

from trialog.sdk.client import Client
from trialog.sdk.client import Client as MlflowClient

__all__ = ["Client", "MlflowClient"]
