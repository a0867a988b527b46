"""Answers requests of pages about the store as a whole: what is seen first, experiments, what has changed."""

from trialog.entities import ModelStage, ResourceType
from trialog.entities.experiment_overview import ExperimentOverviewSearch
from trialog.entities.store_state import ChangeSearch
from trialog.server.api.key_metrics import summaries_of_models
from trialog.server.call import Call
from trialog.wire.messages.changes import ChangesResponse, FindChanges
from trialog.wire.messages.experiment_overviews import ExperimentOverviewsResponse, SearchExperimentOverviews
from trialog.wire.messages.home import GetHome, HomeCountsMessage, HomeResponse, ProductionMessage
from trialog.wire.overview_conversions import experiment_overview_message, recent_run_message


async def get_home(call: Call, request: GetHome) -> HomeResponse:
    """Say what runs now, what failed lately and what is in Production."""
    home = await call.store.overviews.home(
        request.max_results,
        experiments=call.visible(ResourceType.EXPERIMENT),
        models=call.visible(ResourceType.REGISTERED_MODEL),
    )
    summaries = await summaries_of_models(call.store, home.in_production)
    in_production = []
    for model, versions in zip(home.in_production, summaries, strict=True):
        there = [version for version in versions.values() if version.stage is ModelStage.PRODUCTION]
        in_production += [ProductionMessage(model.model.name, version) for version in there]
    return HomeResponse(
        is_empty=not home.runs and not home.registered_models and home.experiments <= 1,
        counts=HomeCountsMessage(
            experiments=home.experiments,
            runs=home.runs,
            running=home.running_count,
            registered_models=home.registered_models,
            are_exact=home.are_exact,
        ),
        running=[recent_run_message(run) for run in home.running],
        failed=[recent_run_message(run) for run in home.failed],
        in_production=in_production,
    )


async def search_experiment_overviews(call: Call, request: SearchExperimentOverviews) -> ExperimentOverviewsResponse:
    """List experiments with what is in them."""
    found = await call.store.overviews.experiments(
        ExperimentOverviewSearch(
            search=request.search,
            view_type=request.view_type,
            order_by=request.order_by,
            descending=request.descending,
            max_results=request.max_results,
            page_token=request.page_token or None,
            visible=call.visible(ResourceType.EXPERIMENT),
        )
    )
    return ExperimentOverviewsResponse(
        [
            experiment_overview_message(one, call.permission(ResourceType.EXPERIMENT, one.experiment.experiment_id))
            for one in found.items
        ],
        found.total,
        found.next_page_token,
    )


async def find_changes(call: Call, request: FindChanges) -> ChangesResponse:
    """Say what has changed of runs and experiments that are on the screen."""
    found = await call.store.overviews.changes(
        ChangeSearch(tuple(request.experiment_ids), tuple(request.run_ids), request.since)
    )
    # What may not be seen is told apart from what is not there by nobody.
    left_out = call.left_out.get("run_ids", ())
    return ChangesResponse(
        token=found.token,
        has_changed=found.has_changed or bool(left_out),
        new_runs=found.new_runs,
        running=found.running,
        changed_run_ids=list(found.changed_run_ids),
        gone_run_ids=[*found.gone_run_ids, *left_out],
    )
