"""Answers requests for curves and for the table of runs."""

import asyncio
from collections.abc import Iterator

from msgspec.structs import replace

from trialog.contracts import Store
from trialog.entities import BestRunSearch, RunSearch
from trialog.entities.curve import Curves, CurveSearch
from trialog.entities.run_columns import RunColumnChoice
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.best_run import find_best_run
from trialog.server.call import Call
from trialog.web import Answer, Request, Response, json_response
from trialog.wire.curve_format import CURVES_TYPE, encode_curves
from trialog.wire.messages.base import none_if_unset
from trialog.wire.messages.reading import GetCurves, RunColumnsResponse, SearchRunColumns, StarMessage
from trialog.wire.reading_conversions import curves_response, run_columns_response

_JSON = "application/json"
_BINARY = ((b"content-type", CURVES_TYPE.encode()), (b"vary", b"accept"))


async def get_curves(store: Store, request: Request, message: GetCurves) -> Answer:
    """Read metrics of many runs for charts, as bytes or as JSON."""
    found = await store.metrics.curves(
        CurveSearch(
            run_ids=tuple(message.run_ids),
            keys=tuple(message.keys),
            axis=message.axis,
            start=none_if_unset(message.start),
            end=none_if_unset(message.end),
            max_points=none_if_unset(message.max_points),
        )
    )
    if left_out := request.left_out.get("run_ids"):
        # What may not be seen is told apart from what is not there by nobody.
        found = Curves(found.curves, [*found.unknown_run_ids, *left_out], found.damaged_curves)
    if asks_for_json(request.headers.get(b"accept", b"").decode("latin-1")):
        # In a thread, piece by piece: other requests get their turn meanwhile.
        return json_response(await asyncio.to_thread(curves_response, message.axis, found))
    return Response(await asyncio.to_thread(encode_curves, message.axis, found), headers=_BINARY)


async def search_run_columns(call: Call, request: SearchRunColumns) -> RunColumnsResponse:
    """Find runs for a table, or take those that are named, in columns."""
    choice = RunColumnChoice(
        attributes=tuple(request.attributes),
        metrics=tuple(request.metrics),
        params=tuple(request.params),
        tags=tuple(request.tags),
        summary=request.metric_summary,
    )
    left_out = call.left_out.get("run_ids", ())
    if request.run_ids or left_out:
        _check_named(request)
        named = await call.store.runs.columns_of(request.run_ids, choice)
        # What may not be seen is told apart from what is not there by nobody.
        named = replace(named, unknown_run_ids=(*named.unknown_run_ids, *left_out))
        return await asyncio.to_thread(run_columns_response, named)
    query = RunSearch(
        experiment_ids=tuple(request.experiment_ids),
        filter=request.filter,
        order_by=tuple(request.order_by),
        view_type=request.run_view_type,
        max_results=request.max_results,
        page_token=request.page_token or None,
    )
    found = await call.store.runs.search_columns(query, choice)
    star = None
    if request.star and not query.page_token:
        star = await _star(call.store, request.star, query)
    return replace(await asyncio.to_thread(run_columns_response, found), star=star)


def _check_named(request: SearchRunColumns) -> None:
    """Refuse a search among runs that are named: half of what was asked would be passed over."""
    given = {
        "experiment_ids": request.experiment_ids,
        "filter": request.filter,
        "order_by": request.order_by,
        "page_token": request.page_token,
        "star": request.star,
    }
    for name, value in given.items():
        if value:
            raise InvalidParameter(
                "run.named_and_searched",
                f"Runs are named with run_ids or searched for with {name}, not both. Leave one of them out.",
                parameter=name,
            )


async def _star(store: Store, metric: str, query: RunSearch) -> StarMessage:
    search = BestRunSearch(metric=metric, experiment_ids=query.experiment_ids, filter=query.filter)
    try:
        best = await find_best_run(store, search)
    except (InvalidParameter, ResourceNotFound) as error:
        # The table is shown whether or not there is a best run in it.
        return StarMessage(metric, [], None, error.code)
    return StarMessage(metric, list(best.ties), best.direction, None)


def asks_for_json(accept: str) -> bool:
    """Tell whether a client wants JSON rather than bytes: it names it, and does not name the bytes as readily.

    Args:
        accept: The header of the request; empty if there is none.
    """
    wanted = dict(_accepted(accept))
    return wanted.get(_JSON, 0.0) > wanted.get(CURVES_TYPE, 0.0)


def _accepted(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
        try:
            yield kind, float(quality)
        except ValueError:
            yield kind, 1.0
