"""Trialog's own routes for what pages show: each page asks one of them."""

from trialog.wire.messages import (
    changes,
    experiment_overviews,
    home,
    model_overviews,
    run_keys,
    run_overviews,
    status,
)
from trialog.wire.routes.route import Route, find, read
from trialog.wire.routes.target import (
    AMONG_EXPERIMENTS,
    AMONG_RUNS,
    FOUND_EXPERIMENTS,
    FOUND_REGISTERED_MODELS,
    REGISTERED_MODEL,
    RUN,
    SERVER,
)

_TRIALOG = "/api/trialog/v1"
_RUN = f"{_TRIALOG}/runs/{{run_id}}"
_MODEL = f"{_TRIALOG}/models/{{name}}"
_CHANGES = (
    "find_changes",
    f"{_TRIALOG}/changes",
    changes.FindChanges,
    changes.ChangesResponse,
    AMONG_EXPERIMENTS,
    AMONG_RUNS,
)

OVERVIEW_ROUTES: tuple[Route, ...] = (
    read("get_home", f"{_TRIALOG}/home", home.GetHome, home.HomeResponse, FOUND_EXPERIMENTS, FOUND_REGISTERED_MODELS),
    find(
        "search_experiment_overviews",
        f"{_TRIALOG}/experiments/overview",
        experiment_overviews.SearchExperimentOverviews,
        experiment_overviews.ExperimentOverviewsResponse,
        FOUND_EXPERIMENTS,
    ),
    find(
        "find_run_keys",
        f"{_TRIALOG}/runs/keys",
        run_keys.FindRunKeys,
        run_keys.RunKeysResponse,
        AMONG_EXPERIMENTS,
    ),
    find(
        "find_run_groups",
        f"{_TRIALOG}/runs/groups",
        run_keys.FindRunGroups,
        run_keys.RunGroupsResponse,
        AMONG_EXPERIMENTS,
    ),
    read("get_run_overview", _RUN, run_overviews.GetRunOverview, run_overviews.RunOverviewResponse, RUN),
    read("get_run_models", f"{_RUN}/models", run_overviews.GetRunModels, run_overviews.RunModelsResponse, RUN),
    find(
        "search_model_overviews",
        f"{_TRIALOG}/models/overview",
        model_overviews.SearchModelOverviews,
        model_overviews.ModelOverviewsResponse,
        FOUND_REGISTERED_MODELS,
    ),
    read(
        "get_model_overview",
        _MODEL,
        model_overviews.GetModelOverview,
        model_overviews.ModelOverviewResponse,
        REGISTERED_MODEL,
    ),
    # Proxies may cut an address that names many runs.
    read(*_CHANGES),
    find(*_CHANGES),
    read("get_status", f"{_TRIALOG}/status", status.GetStatus, status.StatusResponse, SERVER),
)
