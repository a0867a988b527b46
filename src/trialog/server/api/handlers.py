"""Which function answers which operation of Trialog's own API."""

from collections.abc import Mapping
from types import MappingProxyType

from trialog.server.api import best_run, metric_meanings, promotion
from trialog.server.call import ActingHandler

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
)

HANDLERS: Mapping[str, ActingHandler] = MappingProxyType({handler.__name__: handler for handler in _HANDLERS})
