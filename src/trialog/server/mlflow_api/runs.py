"""Answers requests about runs and what is logged to them."""

import asyncio

from trialog.contracts import Store
from trialog.entities import Metric, NewRun, Param, RunSearch, Tag
from trialog.server.call import Call
from trialog.server.mlflow_api.pages import shape_page
from trialog.wire.conversions import encoded_run_messages, new_run_message, run_info_message, run_message
from trialog.wire.decoding import decode_model_json
from trialog.wire.messages.base import EmptyResponse, none_if_unset
from trialog.wire.messages.runs import (
    CreateRun,
    DeleteRun,
    DeleteTag,
    GetRun,
    LogBatch,
    LogInputs,
    LogMetric,
    LogModel,
    LogOutputs,
    LogParam,
    RestoreRun,
    RunResponse,
    SearchRuns,
    SearchRunsResponse,
    SetTag,
    UpdateRun,
    UpdateRunResponse,
)


async def create_run(call: Call, request: CreateRun) -> RunResponse:
    """Begin a run; where people log in it is by whoever did, whatever name the client says."""
    run = await call.store.runs.create(
        NewRun(
            experiment_id=request.experiment_id,
            user_id=call.author_of_run(request.user_id),
            run_name=request.run_name,
            start_time=none_if_unset(request.start_time),
            tags=tuple(request.tags),
        )
    )
    return RunResponse(new_run_message(run))


async def get_run(store: Store, request: GetRun) -> RunResponse:
    """Read a run and what was logged to it."""
    return RunResponse(run_message(await store.runs.get(request.run_id)))


async def update_run(store: Store, request: UpdateRun) -> UpdateRunResponse:
    """Change what is given of a run."""
    info = await store.runs.update(
        request.run_id,
        status=none_if_unset(request.status),
        end_time=none_if_unset(request.end_time),
        run_name=request.run_name,
    )
    return UpdateRunResponse(run_info_message(info))


async def search_runs(store: Store, request: SearchRuns) -> SearchRunsResponse:
    """Find runs."""
    page = await store.runs.search_encoded(
        RunSearch(
            experiment_ids=tuple(request.experiment_ids),
            filter=request.filter,
            order_by=tuple(request.order_by),
            view_type=request.run_view_type,
            max_results=request.max_results,
            page_token=request.page_token or None,
        )
    )
    return SearchRunsResponse(await shape_page(page.items, encoded_run_messages), page.next_page_token)


async def delete_run(store: Store, request: DeleteRun) -> EmptyResponse:
    """Put a run into the bin."""
    await store.runs.delete(request.run_id)
    return EmptyResponse()


async def restore_run(store: Store, request: RestoreRun) -> EmptyResponse:
    """Take a run out of the bin."""
    await store.runs.restore(request.run_id)
    return EmptyResponse()


async def log_metric(store: Store, request: LogMetric) -> EmptyResponse:
    """Log one point of a metric."""
    metric = Metric(
        request.key,
        request.value,
        request.timestamp,
        request.step,
        model_id=request.model_id or None,
        dataset_name=request.dataset_name or None,
        dataset_digest=request.dataset_digest or None,
    )
    await store.runs.log_metric(request.run_id, metric)
    return EmptyResponse()


async def log_param(store: Store, request: LogParam) -> EmptyResponse:
    """Log one param."""
    await store.runs.log_param(request.run_id, Param(request.key, request.value))
    return EmptyResponse()


async def log_batch(store: Store, request: LogBatch) -> EmptyResponse:
    """Log many metrics, params and tags, or none of them."""
    await store.runs.log_batch(request.run_id, metrics=request.metrics, params=request.params, tags=request.tags)
    return EmptyResponse()


async def set_tag(store: Store, request: SetTag) -> EmptyResponse:
    """Set or overwrite a tag of a run."""
    await store.runs.set_tag(request.run_id, Tag(request.key, request.value))
    return EmptyResponse()


async def delete_tag(store: Store, request: DeleteTag) -> EmptyResponse:
    """Remove a tag of a run."""
    await store.runs.delete_tag(request.run_id, request.key)
    return EmptyResponse()


async def log_inputs(store: Store, request: LogInputs) -> EmptyResponse:
    """Say which datasets and logged models a run uses."""
    await store.runs.log_inputs(request.run_id, datasets=request.datasets, models=request.models)
    return EmptyResponse()


async def log_outputs(store: Store, request: LogOutputs) -> EmptyResponse:
    """Say which logged models a run made."""
    await store.runs.log_outputs(request.run_id, request.models)
    return EmptyResponse()


async def log_model(store: Store, request: LogModel) -> EmptyResponse:
    """Describe a model as clients of MLflow 2 do."""
    # In a thread, because the text may be as long as a body.
    model = await asyncio.to_thread(decode_model_json, request.model_json)
    await store.runs.record_logged_model(request.run_id, model)
    return EmptyResponse()
