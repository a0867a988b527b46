"""Which function answers which operation of Trialog's own API."""

from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from trialog.contracts import Store
from trialog.server.api import best_run, metric_meanings, promotion, reading, removal
from trialog.server.call import ActingHandler
from trialog.web import Answer, Request

# Takes the message that its route names, and the request that says which form of the answer is wanted.
NegotiatingHandler: TypeAlias = Callable[[Store, Request, Any], Coroutine[Any, Any, Answer]]

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
    removal.look_into_bin,
    removal.remove_for_good,
    removal.continue_removal,
)

HANDLERS: Mapping[str, ActingHandler] = MappingProxyType({handler.__name__: handler for handler in _HANDLERS})

NEGOTIATING_HANDLERS: Mapping[str, NegotiatingHandler] = MappingProxyType({"get_curves": reading.get_curves})
"""The handlers that answer in more than one form."""
