"""Answers requests about experiments."""

from trialog.contracts import Store
from trialog.entities import ExperimentSearch, ResourceType, Tag
from trialog.errors import InvalidParameter
from trialog.server.call import Call
from trialog.server.mlflow_api.pages import shape_page
from trialog.wire.conversions import experiment_message, experiment_messages
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.experiments import (
    CreateExperiment,
    CreateExperimentResponse,
    DeleteExperiment,
    DeleteExperimentTag,
    ExperimentResponse,
    GetExperiment,
    GetExperimentByName,
    RestoreExperiment,
    SearchExperiments,
    SearchExperimentsResponse,
    SetExperimentTag,
    UpdateExperiment,
)


async def create_experiment(call: Call, request: CreateExperiment) -> CreateExperimentResponse:
    """Make an experiment."""
    if request.artifact_location and call.known_workspaces is not None:
        raise InvalidParameter(
            "experiment.location_with_workspaces",
            "artifact_location cannot be specified when workspaces are enabled: each workspace keeps its artifacts"
            " where no other one reaches them.",
        )
    experiment = await call.store.experiments.create(
        request.name,
        artifact_location=request.artifact_location or None,
        tags=request.tags,
        owner=call.identity.user_id,
    )
    return CreateExperimentResponse(experiment.experiment_id)


async def get_experiment(store: Store, request: GetExperiment) -> ExperimentResponse:
    """Read an experiment."""
    return ExperimentResponse(experiment_message(await store.experiments.get(request.experiment_id)))


async def get_experiment_by_name(store: Store, request: GetExperimentByName) -> ExperimentResponse:
    """Read the experiment of a name."""
    return ExperimentResponse(experiment_message(await store.experiments.get_by_name(request.experiment_name)))


async def search_experiments(call: Call, request: SearchExperiments) -> SearchExperimentsResponse:
    """Find experiments."""
    page = await call.store.experiments.search(
        ExperimentSearch(
            max_results=request.max_results,
            filter=request.filter,
            order_by=tuple(request.order_by),
            view_type=request.view_type,
            page_token=request.page_token or None,
            visible=call.visible(ResourceType.EXPERIMENT),
        )
    )
    return SearchExperimentsResponse(await shape_page(page.items, experiment_messages), page.next_page_token)


async def delete_experiment(store: Store, request: DeleteExperiment) -> EmptyResponse:
    """Put an experiment into the bin."""
    await store.experiments.delete(request.experiment_id)
    return EmptyResponse()


async def restore_experiment(store: Store, request: RestoreExperiment) -> EmptyResponse:
    """Take an experiment out of the bin."""
    await store.experiments.restore(request.experiment_id)
    return EmptyResponse()


async def update_experiment(store: Store, request: UpdateExperiment) -> EmptyResponse:
    """Give an experiment another name."""
    await store.experiments.rename(request.experiment_id, request.new_name)
    return EmptyResponse()


async def set_experiment_tag(store: Store, request: SetExperimentTag) -> EmptyResponse:
    """Set or overwrite a tag of an experiment."""
    await store.experiments.set_tag(request.experiment_id, Tag(request.key, request.value))
    return EmptyResponse()


async def delete_experiment_tag(store: Store, request: DeleteExperimentTag) -> EmptyResponse:
    """Remove a tag of an experiment."""
    await store.experiments.delete_tag(request.experiment_id, request.key)
    return EmptyResponse()
