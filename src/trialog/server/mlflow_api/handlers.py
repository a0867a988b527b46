"""Which function answers which operation of the route table, but for those on artifacts."""

from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct

from trialog.contracts import Store
from trialog.server.mlflow_api import datasets, experiments, logged_models, metrics, runs, server_info

# Each handler takes the request type that its route names; a mapping of all of them cannot say that.
Handler: TypeAlias = Callable[[Store, Any], Coroutine[Any, Any, Struct]]

_HANDLERS: tuple[Handler, ...] = (
    server_info.server_info,
    server_info.traces_intake,
    experiments.create_experiment,
    experiments.get_experiment,
    experiments.get_experiment_by_name,
    experiments.search_experiments,
    experiments.delete_experiment,
    experiments.restore_experiment,
    experiments.update_experiment,
    experiments.set_experiment_tag,
    experiments.delete_experiment_tag,
    datasets.search_datasets,
    runs.create_run,
    runs.get_run,
    runs.update_run,
    runs.search_runs,
    runs.delete_run,
    runs.restore_run,
    runs.log_metric,
    runs.log_param,
    runs.log_batch,
    runs.set_tag,
    runs.delete_tag,
    runs.log_inputs,
    runs.log_outputs,
    runs.log_model,
    metrics.get_metric_history,
    metrics.get_metric_history_bulk,
    metrics.get_metric_history_bulk_interval,
    logged_models.create_logged_model,
    logged_models.get_logged_model,
    logged_models.finalize_logged_model,
    logged_models.delete_logged_model,
    logged_models.set_logged_model_tags,
    logged_models.delete_logged_model_tag,
    logged_models.log_logged_model_params,
    logged_models.search_logged_models,
)

HANDLERS: Mapping[str, Handler] = MappingProxyType({handler.__name__: handler for handler in _HANDLERS})
