"""Whatever is sent, a server of models answers or says what is wrong; it never fails."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.served import served, signature
from trialog.errors import TrialogError
from trialog.models import Array, ColSpec, Map, Object, ParamSchema, ParamSpec, Property, TensorSpec
from trialog.serving.model import ServedModel
from trialog.web.failures import status_of

TYPES = ("application/json", "text/csv", "text/csv; charset=utf-8", "text/plain", "a;b=c", ";", None)
KINDS = ("double", "float", "long", "integer", "boolean", "string", "datetime", "binary")
MODELS = {
    "none": None,
    "kinds": signature(*[ColSpec(kind, kind, required=place % 2 == 0) for place, kind in enumerate(KINDS)]),
    "doubles": signature(ColSpec("double", "a"), ColSpec("double", "b")),
    "integers": signature(ColSpec("integer", "a"), ColSpec("integer", "b", required=False)),
    "moment": signature(ColSpec("datetime", "a")),
    "unnamed": signature(ColSpec("double"), ColSpec("string")),
    "numbered": signature(ColSpec("double", 0), ColSpec("long", 1)),
    "nested": signature(
        ColSpec(Array("double"), "a"),
        ColSpec(Object([Property("x", "long"), Property("y", Array("string"), required=False)]), "b"),
        ColSpec(Map("double"), "c", required=False),
    ),
    "tensor": signature(TensorSpec("float64", (-1, 2))),
    "whole tensor": signature(TensorSpec("int8", (-1,))),
    "text tensor": signature(TensorSpec("str", (-1,))),
    "moment tensor": signature(TensorSpec("datetime64[ns]", (-1,))),
    "fixed tensor": signature(TensorSpec("float32", (2, 2))),
    "tensors": signature(TensorSpec("float32", (-1, 2), "a"), TensorSpec("int64", (-1,), "b")),
    "params": signature(ColSpec("double", "a"), params=ParamSchema([ParamSpec("top", "long", 1)])),
}
SERVED = {name: served(taken) for name, taken in MODELS.items()}

NAMES = st.sampled_from(["a", "b", "c", "x", "y", "top", *KINDS]) | st.text(max_size=3)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2024-02-29T12:00:00", "2024-02-29", "12:00", "1.5", "7", "aGk=", "NaN", "true", "1e400"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)
ROWS = st.lists(st.lists(VALUES, min_size=1, max_size=3) | VALUES, max_size=3)
BODIES = (
    st.fixed_dictionaries(
        {
            "dataframe_split": st.fixed_dictionaries(
                {"data": ROWS}, optional={"columns": ROWS | st.lists(NAMES), "index": ROWS}
            )
        }
    )
    | st.fixed_dictionaries({"dataframe_records": st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=3)})
    | st.fixed_dictionaries({"inputs": VALUES | ROWS | st.dictionaries(NAMES, st.lists(VALUES, max_size=3))})
    | st.fixed_dictionaries({"instances": VALUES | ROWS | st.lists(st.dictionaries(NAMES, VALUES, max_size=3))})
    | st.fixed_dictionaries({"inputs": VALUES, "params": VALUES | st.dictionaries(NAMES, VALUES, max_size=2)})
    | VALUES
)
GOOD: dict[str, Any] = dict(zip(KINDS, [1.5, 0.5, 1, 2, True, "x", "2024-02-29", "aGk="], strict=True))


def read(model: ServedModel, content_type: str | None, body: bytes) -> None:
    """Read a request; fail if it is neither read nor refused as it should be."""
    try:
        given = model.read(content_type, body)
    except TrialogError as refusal:
        status, message = status_of(refusal), refusal.message
    else:
        # What is made late must not fail either.
        status, message = 200, repr(type(given.data))
    assert status in (200, 400, 415), message
    assert message


@pytest.mark.parametrize("name", MODELS)
@given(content=BODIES)
@settings(max_examples=20, deadline=None)
def test_any_json_is_read_or_refused(name: str, content: Any) -> None:
    read(SERVED[name], "application/json", json.dumps(content).encode())


@given(name=st.sampled_from(KINDS), value=VALUES, others=st.integers(0, 2))
@settings(max_examples=80, deadline=None)
def test_any_value_among_good_ones_is_read_or_refused(name: str, value: Any, others: int) -> None:
    rows = [{**GOOD, name: value}] + [GOOD] * others
    split = {"columns": list(GOOD), "data": [list(row.values()) for row in rows]}
    columns = {key: [row[key] for row in rows] for key in GOOD}
    for body in ({"dataframe_records": rows}, {"dataframe_split": split}, {"inputs": columns}, {"instances": rows}):
        read(SERVED["kinds"], "application/json", json.dumps(body).encode())


@given(
    name=st.sampled_from(list(MODELS)),
    content_type=st.sampled_from(TYPES) | st.text(max_size=9),
    body=st.binary(max_size=60),
)
@settings(max_examples=80, deadline=None)
def test_any_bytes_are_read_or_refused(name: str, content_type: str | None, body: bytes) -> None:
    read(SERVED[name], content_type, body)


CELLS = st.sampled_from(["1", "1.5", "", "x", '"', '"a,b"', "2024-02-29", "True", "aGk=", "\0", "99999999999999999999"])
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=4)


@given(
    name=st.sampled_from(list(MODELS)),
    head=st.lists(NAMES, max_size=4),
    lines=LINES,
    end=st.sampled_from("\n\r\x00"),
)
@example(name="doubles", head=["a", "b"], lines=["1,2", "1,2,3"], end="\n")
@settings(max_examples=80, deadline=None)
def test_any_csv_is_read_or_refused(name: str, head: list[str], lines: list[str], end: str) -> None:
    read(SERVED[name], "text/csv", end.join([",".join(head), *lines]).encode())
