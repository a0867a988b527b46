"""The handlers of Trialog's own API, beside MLflow's."""

from trialog.server.api.handlers import HANDLERS

__all__ = ["HANDLERS"]
