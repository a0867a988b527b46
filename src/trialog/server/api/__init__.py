"""The handlers of Trialog's own API, beside MLflow's."""

from trialog.server.api.handlers import HANDLERS, NEGOTIATING_HANDLERS, STREAMING_HANDLERS

__all__ = ["HANDLERS", "NEGOTIATING_HANDLERS", "STREAMING_HANDLERS"]
