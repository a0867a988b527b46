"""MLflow's fluent functions: what is logged goes to the active run. These are the names that `trialog` has."""

from trialog.entities import RunStatus, ViewType
from trialog.errors import TrialogError
from trialog.sdk.fluent.active_runs import ActiveRun
from trialog.sdk.fluent.experiments import set_experiment
from trialog.sdk.fluent.inputs import log_input, log_inputs
from trialog.sdk.fluent.logging import (
    delete_tag,
    flush,
    flush_async_logging,
    log_metric,
    log_metrics,
    log_param,
    log_params,
    set_tag,
    set_tags,
)
from trialog.sdk.fluent.runs import active_run, end_run, last_active_run, start_run
from trialog.sdk.reports import TrackingWarning
from trialog.sdk.settings import Mode, set_strict
from trialog.sdk.tracking_uri import get_tracking_uri, is_tracking_uri_set, set_tracking_uri

__all__ = [
    "ActiveRun",
    "Mode",
    "RunStatus",
    "TrackingWarning",
    "TrialogError",
    "ViewType",
    "active_run",
    "delete_tag",
    "end_run",
    "flush",
    "flush_async_logging",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "last_active_run",
    "log_input",
    "log_inputs",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "set_experiment",
    "set_strict",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
]
