"""Answers requests of pages about registered models."""

from trialog.contracts import Store
from trialog.entities import HistorySearch, ResourceType
from trialog.entities.model_overview import ModelDetails, ModelOverviewSearch
from trialog.registry.metric_values import metric_meanings_of
from trialog.server.api.key_metrics import preferred_metric, summaries_of_models, summaries_of_versions
from trialog.server.call import Call
from trialog.wire.messages.base import none_if_unset
from trialog.wire.messages.metric_values import MetricReadingMessage
from trialog.wire.messages.model_overviews import (
    GetModelOverview,
    ModelOverviewResponse,
    ModelOverviewsResponse,
    SearchModelOverviews,
)
from trialog.wire.model_overview_conversions import (
    model_overview_message,
    signature_message,
    version_row_message,
)
from trialog.wire.overview_conversions import metric_reading_message
from trialog.wire.registry_conversions import registry_move_messages

_SHOWN_MOVES = 100
_SHOWN_READINGS = 1000


async def search_model_overviews(call: Call, request: SearchModelOverviews) -> ModelOverviewsResponse:
    """List registered models with what is in Production and Staging."""
    found = await call.store.overviews.models(
        ModelOverviewSearch(
            search=request.search,
            by_last_change=request.by_last_change,
            max_results=request.max_results,
            page_token=request.page_token or None,
            visible=call.visible(ResourceType.REGISTERED_MODEL),
            experiments=call.visible(ResourceType.EXPERIMENT),
        )
    )
    summaries = await summaries_of_models(call.store, found.items)
    return ModelOverviewsResponse(
        [
            model_overview_message(model, versions, call.permission(ResourceType.REGISTERED_MODEL, str(model.number)))
            for model, versions in zip(found.items, summaries, strict=True)
        ],
        found.total,
        found.next_page_token,
    )


async def get_model_overview(call: Call, request: GetModelOverview) -> ModelOverviewResponse:
    """Read a registered model with its versions side by side."""
    found = await call.store.overviews.model(
        request.name,
        max_results=request.max_results,
        before_version=none_if_unset(request.before_version),
        experiments=call.visible(ResourceType.EXPERIMENT),
    )
    model = found.overview
    [versions] = await summaries_of_models(call.store, [model])
    preferred = preferred_metric(model)
    rows = await summaries_of_versions(call.store, [(row.overview, preferred) for row in found.rows])
    visible = call.visible(ResourceType.REGISTERED_MODEL)
    history = await call.store.model_versions.history(
        HistorySearch(model.model.name, max_results=_SHOWN_MOVES, visible=visible)
    )
    permission = call.permission(ResourceType.REGISTERED_MODEL, str(model.number))
    return ModelOverviewResponse(
        model=model_overview_message(model, versions, permission),
        versions=[version_row_message(row, summary) for row, summary in zip(found.rows, rows, strict=True)],
        next_before_version=found.next_before_version,
        signatures={name: signature_message(text) for name, text in found.signatures.items()},
        readings=await _readings(call.store, found),
        moves=registry_move_messages(history.items),
        has_more_moves=history.next_page_token is not None,
    )


async def _readings(store: Store, found: ModelDetails) -> dict[str, MetricReadingMessage]:
    """Return what the metrics of versions mean: each in the experiment of the newest version that has it."""
    place_of: dict[str, str] = {}
    for row in found.rows:
        run = row.overview.run
        for metric in row.overview.metrics:
            if run is not None and len(place_of) < _SHOWN_READINGS:
                place_of.setdefault(metric.key, run.experiment_id)
    readings: dict[str, MetricReadingMessage] = {}
    for place in dict.fromkeys(place_of.values()):
        keys = [key for key, where in place_of.items() if where == place]
        meanings = await metric_meanings_of(store, place, keys)
        readings |= {key: metric_reading_message(meaning) for key, meaning in meanings.items()}
    return readings
