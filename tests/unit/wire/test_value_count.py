"""Values are counted as a reader of JSON would find them, without reading it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.errors import RequestTooLarge
from trialog.wire.decoding import decode_body, decode_model_json
from trialog.wire.messages.runs import CreateRun, LogBatch, SearchRuns
from trialog.wire.value_count import MAXIMUM_VALUES, holds_too_many_values

TEXTS = st.text(alphabet='a,[{"\\\u20ac')
JSON: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20
)


def counted(value: Any) -> int:
    """The commas and opening brackets that the JSON of a value needs."""
    if isinstance(value, dict):
        return 1 + max(0, len(value) - 1) + sum(counted(item) for item in value.values())
    if isinstance(value, list):
        return 1 + max(0, len(value) - 1) + sum(counted(item) for item in value)
    return 0


@given(JSON)
def test_what_stands_in_strings_does_not_count(value: Any) -> None:
    text, count = json.dumps(value).encode(), counted(value)
    assert not holds_too_many_values(text, count)
    assert count == 0 or holds_too_many_values(text, count - 1)


@pytest.mark.parametrize("shift", range(8))
def test_strings_and_escapes_may_lie_anywhere(shift: int) -> None:
    # Long enough to be looked at in pieces that are cut in every place of the escapes.
    text = json.dumps(["x" * shift, '\\",[{' * 100_000, "y"]).encode()
    assert not holds_too_many_values(text, 3)
    assert holds_too_many_values(text, 2)


@pytest.mark.parametrize(
    ("body", "request_type"),
    [
        (b'{"run_id":"r","metrics":[%b]}' % b",".join([b'{"key":"a","value":1,"timestamp":1}'] * 60_000), LogBatch),
        (b'{"run_id":"r","metrics":[%b]}' % b",".join([b'{"key":"a","value":1,"x":1}'] * 60_000), LogBatch),
        (b'{"experiment_ids":[%b]}' % b",".join([b'"1"'] * (MAXIMUM_VALUES + 1)), SearchRuns),
        (b'{"experiment_ids":"x","filter":[%b]}' % b",".join([b"[[],{}]"] * 90_000), SearchRuns),
        (b"[" * 300_000, SearchRuns),
        (json.dumps(json.dumps({"experiment_ids": [["\\", 1]] * 90_000})).encode(), SearchRuns),
    ],
)
def test_too_many_values_are_refused_before_they_are_read(body: bytes, request_type: type[Any]) -> None:
    with pytest.raises(RequestTooLarge, match=f"more than {MAXIMUM_VALUES} values"):
        decode_body(body, request_type)


def test_a_long_text_is_one_value() -> None:
    text = ',{["\\' * 200_000
    body = json.dumps({"experiment_id": "0", "user_id": text, "tags": []}).encode()
    assert decode_body(body, CreateRun).user_id == text


def test_a_model_of_too_many_values_is_refused() -> None:
    with pytest.raises(RequestTooLarge, match="values"):
        decode_model_json(json.dumps({"flavors": [0] * 300_000}))
