"""Trialog's own routes for charts and for the table of runs."""

from trialog.wire.curve_format import CURVES_TYPE
from trialog.wire.messages import reading
from trialog.wire.routes.route import Route, find
from trialog.wire.routes.target import AMONG_EXPERIMENTS, AMONG_RUNS, Permission

_TRIALOG = "/api/trialog/v1"

READING_ROUTES: tuple[Route, ...] = (
    Route(
        "get_curves",
        "POST",
        f"{_TRIALOG}/metrics/curves",
        reading.GetCurves,
        reading.CurvesResponse,
        Permission.READ,
        (AMONG_RUNS,),
        binary=CURVES_TYPE,
    ),
    find(
        "search_run_columns",
        f"{_TRIALOG}/runs/columns",
        reading.SearchRunColumns,
        reading.RunColumnsResponse,
        AMONG_EXPERIMENTS,
        AMONG_RUNS,
    ),
)
