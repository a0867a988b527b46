"""The names that `trialog` has: MLflow's fluent functions, and what goes with them."""

from trialog.errors import TrialogError
from trialog.sdk.client import Client
from trialog.sdk.entities import RunStatus, ViewType
from trialog.sdk.fluent.active_runs import ActiveRun
from trialog.sdk.fluent.artifacts import (
    log_artifact,
    log_artifacts,
    log_dict,
    log_figure,
    log_image,
    log_stream,
    log_text,
)
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
from trialog.sdk.fluent.reading import (
    create_experiment,
    delete_experiment,
    delete_experiment_tag,
    delete_run,
    get_artifact_uri,
    get_experiment,
    get_experiment_by_name,
    get_parent_run,
    get_run,
    search_experiments,
    search_runs,
    set_experiment_tag,
    set_experiment_tags,
)
from trialog.sdk.fluent.reading_artifacts import (
    download_artifacts,
    list_artifacts,
    load_dict,
    load_image,
    load_table,
    load_text,
)
from trialog.sdk.fluent.reading_models import (
    get_logged_model,
    register_model,
    search_logged_models,
    search_model_versions,
    search_registered_models,
    set_model_version_tag,
)
from trialog.sdk.fluent.runs import active_run, end_run, last_active_run, start_run
from trialog.sdk.fluent.tables import log_table
from trialog.sdk.reports import TrackingWarning
from trialog.sdk.settings import Mode, set_strict
from trialog.sdk.system_metrics import (
    disable_system_metrics_logging,
    enable_system_metrics_logging,
    set_system_metrics_node_id,
    set_system_metrics_samples_before_logging,
    set_system_metrics_sampling_interval,
)
from trialog.sdk.tracking_uri import get_tracking_uri, is_tracking_uri_set, set_tracking_uri

__all__ = [
    "ActiveRun",
    "Client",
    "Mode",
    "RunStatus",
    "TrackingWarning",
    "TrialogError",
    "ViewType",
    "active_run",
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_run",
    "delete_tag",
    "disable_system_metrics_logging",
    "download_artifacts",
    "enable_system_metrics_logging",
    "end_run",
    "flush",
    "flush_async_logging",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_logged_model",
    "get_parent_run",
    "get_run",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "last_active_run",
    "list_artifacts",
    "load_dict",
    "load_image",
    "load_table",
    "load_text",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_inputs",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_stream",
    "log_table",
    "log_text",
    "register_model",
    "search_experiments",
    "search_logged_models",
    "search_model_versions",
    "search_registered_models",
    "search_runs",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_model_version_tag",
    "set_strict",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
]
