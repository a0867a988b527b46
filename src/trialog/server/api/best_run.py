"""Answers requests for the best run by a metric."""

from msgspec import UNSET

from trialog.entities.best_run import BestRunSearch
from trialog.entities.metric_meaning import Direction
from trialog.registry import best_run
from trialog.server.call import Call
from trialog.wire.messages.best_run import BestRunResponse, FindBestRun
from trialog.wire.metric_conversions import best_run_response


async def find_best_run(call: Call, request: FindBestRun) -> BestRunResponse:
    """Find the best active run of one or more experiments by a metric."""
    direction = None if request.direction is UNSET else Direction(request.direction)
    search = BestRunSearch(
        metric=request.metric,
        experiment_ids=tuple(request.experiment_ids),
        experiment_names=tuple(request.experiment_names),
        filter=request.filter,
        summary=request.summary,
        direction=direction,
    )
    return best_run_response(await best_run.find_best_run(call.store, search))
