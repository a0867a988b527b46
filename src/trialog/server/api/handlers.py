"""Which function answers which operation of Trialog's own API."""

from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from trialog.contracts import Store
from trialog.server.api import (
    accounts,
    audit,
    best_run,
    groups,
    log_streams,
    metric_meanings,
    model_overview,
    overviews,
    promotion,
    reading,
    removal,
    run_keys,
    run_overview,
)
from trialog.server.call import ActingHandler, Call
from trialog.web import Answer, Request

# Takes the message that its route names, and the request: its body, or which form of the answer it wants.
NegotiatingHandler: TypeAlias = Callable[[Store, Request, Any], Coroutine[Any, Any, Answer]]
# Makes an answer that flows.
StreamingHandler: TypeAlias = Callable[[Call, Any], Coroutine[Any, Any, Answer]]

_HANDLERS: tuple[ActingHandler, ...] = (
    promotion.promote_model,
    promotion.roll_back_stage,
    promotion.get_stage_version,
    promotion.get_stage_at,
    promotion.get_model_history,
    promotion.get_named_version,
    metric_meanings.get_metric_meanings,
    metric_meanings.list_metric_meaning_overrides,
    metric_meanings.set_metric_meaning,
    metric_meanings.delete_metric_meaning,
    metric_meanings.set_experiment_metric_meaning,
    metric_meanings.delete_experiment_metric_meaning,
    best_run.find_best_run,
    reading.search_run_columns,
    log_streams.begin_run,
    overviews.get_home,
    overviews.search_experiment_overviews,
    overviews.find_changes,
    run_keys.find_run_keys,
    run_keys.find_run_groups,
    run_overview.get_run_overview,
    run_overview.get_run_models,
    model_overview.search_model_overviews,
    model_overview.get_model_overview,
    removal.look_into_bin,
    removal.remove_for_good,
    removal.continue_removal,
    accounts.who_am_i,
    accounts.end_sessions,
    accounts.create_account,
    accounts.update_account,
    accounts.list_accounts,
    accounts.create_token,
    accounts.list_tokens,
    accounts.list_all_tokens,
    accounts.delete_token,
    groups.create_group,
    groups.list_groups,
    groups.get_group,
    groups.delete_group,
    groups.add_group_member,
    groups.remove_group_member,
    groups.assign_role_to_group,
    groups.unassign_role_from_group,
    audit.search_audit_records,
)

HANDLERS: Mapping[str, ActingHandler] = MappingProxyType({handler.__name__: handler for handler in _HANDLERS})

NEGOTIATING_HANDLERS: Mapping[str, NegotiatingHandler] = MappingProxyType(
    {"get_curves": reading.get_curves, "apply_log": log_streams.apply_log}
)
"""The handlers that read bytes, or answer in more than one form."""

STREAMING_HANDLERS: Mapping[str, StreamingHandler] = MappingProxyType(
    {"export_audit_records": audit.export_audit_records}
)
"""The handlers whose answers flow past."""
