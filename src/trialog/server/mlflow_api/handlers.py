"""Which function answers which operation of the route table, but for those on artifacts."""

from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct

from trialog.contracts import Store
from trialog.server.call import ActingHandler
from trialog.server.mlflow_api import (
    datasets,
    experiments,
    logged_models,
    metrics,
    model_versions,
    permissions,
    registered_models,
    roles,
    runs,
    server_info,
    users,
    workspaces,
)

# Each handler takes the request type that its route names; a mapping of all of them cannot say that.
Handler: TypeAlias = Callable[[Store, Any], Coroutine[Any, Any, Struct]]

_HANDLERS: tuple[Handler, ...] = (
    server_info.server_info,
    server_info.traces_intake,
    experiments.get_experiment,
    experiments.get_experiment_by_name,
    experiments.delete_experiment,
    experiments.restore_experiment,
    experiments.update_experiment,
    experiments.set_experiment_tag,
    experiments.delete_experiment_tag,
    datasets.search_datasets,
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
    registered_models.get_registered_model,
    registered_models.rename_registered_model,
    registered_models.update_registered_model,
    registered_models.get_latest_versions,
    registered_models.set_registered_model_tag,
    registered_models.delete_registered_model_tag,
    registered_models.get_model_version_by_alias,
    model_versions.get_model_version,
    model_versions.update_model_version,
    model_versions.get_model_version_download_uri,
    model_versions.set_model_version_tag,
    model_versions.delete_model_version_tag,
)

_ACTING_HANDLERS: tuple[ActingHandler, ...] = (
    experiments.create_experiment,
    experiments.search_experiments,
    runs.create_run,
    registered_models.create_registered_model,
    registered_models.search_registered_models,
    registered_models.delete_registered_model,
    registered_models.set_registered_model_alias,
    registered_models.delete_registered_model_alias,
    model_versions.create_model_version,
    model_versions.delete_model_version,
    model_versions.search_model_versions,
    model_versions.transition_model_version_stage,
    workspaces.list_workspaces,
    workspaces.create_workspace,
    workspaces.get_workspace,
    workspaces.update_workspace,
    workspaces.delete_workspace,
    users.create_user,
    users.get_user,
    users.get_current_user,
    users.list_users,
    users.update_user_password,
    users.update_user_admin,
    users.delete_user,
    roles.create_role,
    roles.get_role,
    roles.list_roles,
    roles.update_role,
    roles.delete_role,
    roles.add_role_permission,
    roles.remove_role_permission,
    roles.list_role_permissions,
    roles.update_role_permission,
    roles.assign_role,
    roles.unassign_role,
    roles.list_user_roles,
    roles.list_role_users,
    permissions.list_current_user_permissions,
    permissions.list_user_permissions,
    permissions.get_user_permission,
    permissions.grant_user_permission,
    permissions.revoke_user_permission,
    permissions.create_experiment_permission,
    permissions.get_experiment_permission,
    permissions.update_experiment_permission,
    permissions.delete_experiment_permission,
    permissions.create_registered_model_permission,
    permissions.get_registered_model_permission,
    permissions.update_registered_model_permission,
    permissions.delete_registered_model_permission,
)

HANDLERS: Mapping[str, Handler] = MappingProxyType({handler.__name__: handler for handler in _HANDLERS})
"""The handlers that need the store alone."""

ACTING_HANDLERS: Mapping[str, ActingHandler] = MappingProxyType(
    {handler.__name__: handler for handler in _ACTING_HANDLERS}
)
"""The handlers that need to know who asks, or the artifacts."""
