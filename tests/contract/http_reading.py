"""Curves and the table of runs over Trialog's own API, read as `docs/guide/reading.md` says."""

import struct
from collections.abc import Sequence

import msgspec

from tests.contract.http_connection import HttpConnection, Json, number_from_wire
from trialog.entities import RunSearch
from trialog.entities.curve import Curve, Curves, CurveSearch, DamagedCurve
from trialog.entities.run_columns import RunAttribute, RunColumnChoice, RunColumns, RunCount

TRIALOG = "/api/trialog/v1"
CURVES = f"{TRIALOG}/metrics/curves"
COLUMNS = f"{TRIALOG}/runs/columns"


async def curves_over_http(connection: HttpConnection, query: CurveSearch) -> Curves:
    """`MetricStore.curves`; requests take turns between the two forms of the answer."""
    body = {
        "run_ids": query.run_ids,
        "keys": query.keys,
        "axis": query.axis.value,
        "start": query.start,
        "end": query.end,
        "max_points": query.max_points,
    }
    if connection.write_as_text():
        answer = await connection.post(CURVES, body)
        assert answer["axis"] == query.axis
        found = [_curve(item, item["steps"], item["timestamps"], item["values"]) for item in answer["curves"]]
        return Curves(found, answer["unknown_run_ids"], _damaged(answer))
    return curves_in(await connection.fetch(CURVES, body, "application/vnd.trialog.curves"))


def curves_in(content: bytes) -> Curves:
    """Read the binary form."""
    magic, length = struct.unpack_from("<8sQ", content)
    assert magic == b"TRIALOG1"
    begin = 16 + length
    assert begin % 8 == 0
    header = msgspec.json.decode(content[16:begin])
    count = header["points"]
    assert len(content) == begin + 3 * 8 * count
    columns = {}
    for name, place in header["columns"].items():
        kind = {"int64": "q", "float64": "d"}[place["type"]]
        columns[name] = struct.unpack_from(f"<{count}{kind}", content, begin + place["offset"])
    found = []
    for item in header["curves"]:
        part = slice(item["start"], item["start"] + item["count"])
        found.append(_curve(item, columns["steps"][part], columns["timestamps"][part], columns["values"][part]))
    return Curves(found, header["unknown_run_ids"], _damaged(header))


def _damaged(answer: Json) -> list[DamagedCurve]:
    return [DamagedCurve(**one) for one in answer["damaged_curves"]]


async def columns_over_http(connection: HttpConnection, query: RunSearch, choice: RunColumnChoice) -> RunColumns:
    """`RunStore.search_columns`."""
    body = {
        "experiment_ids": query.experiment_ids,
        "filter": query.filter,
        "order_by": query.order_by,
        "run_view_type": query.view_type.value,
        "max_results": query.max_results,
        "page_token": query.page_token,
        **_columns(choice),
    }
    return _read_columns(await connection.post(COLUMNS, body))


async def columns_of_over_http(
    connection: HttpConnection, run_ids: Sequence[str], choice: RunColumnChoice
) -> RunColumns:
    """`RunStore.columns_of`."""
    return _read_columns(await connection.post(COLUMNS, {"run_ids": list(run_ids), **_columns(choice)}))


def _columns(choice: RunColumnChoice) -> Json:
    return {
        "attributes": choice.attributes,
        "metrics": choice.metrics,
        "params": choice.params,
        "tags": choice.tags,
        "metric_summary": choice.summary.value,
    }


def _read_columns(answer: Json) -> RunColumns:
    metrics = {
        key: [None if value is None else number_from_wire(value) for value in values]
        for key, values in answer["metrics"].items()
    }
    attributes = {RunAttribute(name): values for name, values in answer["attributes"].items()}
    total = RunCount(answer["total"], answer["total_is_exact"]) if "total" in answer else None
    return RunColumns(
        count=answer["count"],
        attributes=attributes,
        metrics=metrics,
        params=answer["params"],
        tags=answer["tags"],
        total=total,
        next_page_token=answer.get("next_page_token"),
        unknown_run_ids=tuple(answer.get("unknown_run_ids", ())),
    )


def _curve(item: Json, steps: Sequence[int], timestamps: Sequence[int], values: Sequence[object]) -> Curve:
    curve = Curve(
        run_id=item["run_id"],
        key=item["key"],
        total=item["total"],
        steps=steps,
        timestamps=timestamps,
        values=[number_from_wire(value) for value in values],
    )
    assert curve.is_thinned == item["is_thinned"]
    assert len(steps) == len(timestamps) == len(values)
    return curve
