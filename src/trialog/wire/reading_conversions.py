"""Curves and tables as answers in JSON show them.

They are long, and nobody reads them but the encoder: each column is JSON already, made of pieces, so that other
requests get their turn between two of them.
"""

from collections.abc import Sequence
from math import isfinite, isnan
from typing import Any

import msgspec
from msgspec import Raw

from trialog.entities.curve import Curve, CurveAxis, Curves
from trialog.entities.run_columns import RunColumns
from trialog.wire.messages.reading import CurveMessage, CurvesResponse, DamagedCurveMessage, RunColumnsResponse

_PIECE = 10_000
_encode = msgspec.json.Encoder().encode


def curves_response(axis: CurveAxis, found: Curves) -> CurvesResponse:
    """Return curves as answers show them.

    Args:
        axis: What their points are ordered by.
        found: The curves.
    """
    return CurvesResponse(
        axis,
        [_curve_message(curve) for curve in found.curves],
        found.unknown_run_ids,
        [DamagedCurveMessage(one.run_id, one.key, one.message) for one in found.damaged_curves],
    )


def run_columns_response(found: RunColumns) -> RunColumnsResponse:
    """Return a page of the table of runs as answers show it."""
    return RunColumnsResponse(
        count=found.count,
        attributes={attribute.value: _column(values) for attribute, values in found.attributes.items()},
        metrics={key: _column(_with_texts(values)) for key, values in found.metrics.items()},
        params={key: _column(values) for key, values in found.params.items()},
        tags={key: _column(values) for key, values in found.tags.items()},
        total=None if found.total is None else found.total.runs,
        total_is_exact=None if found.total is None else found.total.is_exact,
        next_page_token=found.next_page_token,
        unknown_run_ids=list(found.unknown_run_ids),
    )


def _curve_message(curve: Curve) -> CurveMessage:
    return CurveMessage(
        run_id=curve.run_id,
        key=curve.key,
        total=curve.total,
        is_thinned=curve.is_thinned,
        steps=_column(curve.steps),
        timestamps=_column(curve.timestamps),
        values=_column(_with_texts(curve.values)),
    )


def _with_texts(values: Sequence[float | None]) -> list[float | str | None]:
    return [value if value is None or isfinite(value) else _text_of(value) for value in values]


def _text_of(value: float) -> str:
    if isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _column(values: Sequence[object]) -> Any:
    """Return a column as JSON, which stands for the list that it holds: the encoder takes it as it is."""
    pieces = [_encode(list(values[start : start + _PIECE]))[1:-1] for start in range(0, len(values), _PIECE)]
    return Raw(b"[%b]" % b",".join(pieces))
