"""Answers requests for curves and for the table of runs."""

import asyncio
from collections.abc import Iterator

from trialog.contracts import Store
from trialog.entities import RunSearch
from trialog.entities.curve import Curves, CurveSearch
from trialog.entities.run_columns import RunColumnChoice
from trialog.server.call import Call
from trialog.web import Answer, Request, Response, json_response
from trialog.wire.curve_format import CURVES_TYPE, encode_curves
from trialog.wire.messages.base import none_if_unset
from trialog.wire.messages.reading import GetCurves, RunColumnsResponse, SearchRunColumns
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
    if request.left_out:
        # What may not be seen is told apart from what is not there by nobody.
        found = Curves(found.curves, [*found.unknown_run_ids, *request.left_out])
    if asks_for_json(request.headers.get(b"accept", b"").decode("latin-1")):
        # In a thread, piece by piece: other requests get their turn meanwhile.
        return json_response(await asyncio.to_thread(curves_response, message.axis, found))
    return Response(await asyncio.to_thread(encode_curves, message.axis, found), headers=_BINARY)


async def search_run_columns(call: Call, request: SearchRunColumns) -> RunColumnsResponse:
    """Find runs for a table, in columns."""
    query = RunSearch(
        experiment_ids=tuple(request.experiment_ids),
        filter=request.filter,
        order_by=tuple(request.order_by),
        view_type=request.run_view_type,
        max_results=request.max_results,
        page_token=request.page_token or None,
    )
    choice = RunColumnChoice(
        attributes=tuple(request.attributes),
        metrics=tuple(request.metrics),
        params=tuple(request.params),
        tags=tuple(request.tags),
    )
    return await asyncio.to_thread(run_columns_response, await call.store.runs.search_columns(query, choice))


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
