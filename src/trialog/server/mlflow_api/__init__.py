"""The handlers of MLflow's API: each decodes nothing, decides nothing, calls the store and shapes its answer."""

from trialog.server.mlflow_api.handlers import ACTING_HANDLERS, HANDLERS, Handler

__all__ = ["ACTING_HANDLERS", "HANDLERS", "Handler"]
