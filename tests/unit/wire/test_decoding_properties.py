"""Whatever is sent, requests are read in one way or refused."""

import json
from contextlib import suppress

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from tests.unit.wire.requests import (
    as_protobuf_writes,
    as_text_if_not_finite,
    contents,
    json_values,
    near_requests,
    request_types,
)
from trialog.errors import InvalidParameter
from trialog.wire.decoding import decode_body, decode_query
from trialog.wire.messages.runs import LogBatch
from trialog.wire.reading import read_request, request_shape

few = settings(max_examples=150, deadline=None)
many = settings(max_examples=500, deadline=None)


def outcome(request_type: type[Struct], body: bytes) -> str:
    """Say what became of a body; NaN equals itself only as text."""
    try:
        return repr(decode_body(body, request_type))
    except InvalidParameter as error:
        return error.message


def careful_outcome(request_type: type[Struct], body: bytes) -> str:
    """Say what the careful way alone makes of a body."""
    try:
        return repr(read_request(msgspec.json.decode(body), request_type))
    except InvalidParameter as error:
        return error.message


@few
@given(request_type=request_types(), data=st.data())
def test_what_protobuf_writes_is_read_as_what_was_meant(request_type: type[Struct], data: st.DataObject) -> None:
    content = data.draw(contents(request_type))
    try:
        meant = msgspec.convert(content, request_type)
    except InvalidParameter:
        assume(False)
    plain = json.dumps(content)
    written = as_protobuf_writes(content, request_shape(request_type), data)

    assert outcome(request_type, json.dumps(written).encode()) == repr(meant)
    if "NaN" not in plain and "Infinity" not in plain:
        assert outcome(request_type, plain.encode()) == repr(meant)


@few
@given(request_type=request_types(), data=st.data())
def test_what_clients_encode_from_a_message_is_read_as_that_message(
    request_type: type[Struct], data: st.DataObject
) -> None:
    try:
        message = msgspec.convert(data.draw(contents(request_type)), request_type)
    except InvalidParameter:
        assume(False)
    body = msgspec.json.encode(message)

    if b"null" not in body:
        assert outcome(request_type, body) == repr(message)


@many
@given(request_type=request_types(), data=st.data())
def test_the_fast_way_takes_nothing_that_the_careful_way_would_not(
    request_type: type[Struct], data: st.DataObject
) -> None:
    body = msgspec.json.encode(data.draw(near_requests(request_type)))

    assert outcome(request_type, body) == careful_outcome(request_type, body)


@few
@given(request_type=request_types(), content=json_values())
def test_any_json_is_read_or_refused(request_type: type[Struct], content: object) -> None:
    with suppress(InvalidParameter):
        decode_body(json.dumps(content).encode(), request_type)


@few
@given(
    request_type=request_types(),
    body=st.binary(max_size=60),
    start=st.sampled_from([b"", b"{", b'{"run_id":', b'{"run_id":"', b"[", b'"']),
)
def test_any_bytes_are_read_or_refused(request_type: type[Struct], body: bytes, start: bytes) -> None:
    with suppress(InvalidParameter):
        decode_body(start + body, request_type)


@few
@given(request_type=request_types(), data=st.data())
def test_any_query_is_read_or_refused(request_type: type[Struct], data: st.DataObject) -> None:
    names = st.sampled_from([field.name for field in request_shape(request_type).fields] or ["x"])
    pairs = data.draw(st.lists(st.tuples(names | st.text(), st.text()), max_size=6))

    with suppress(InvalidParameter):
        decode_query(pairs, request_type)


@given(value=st.floats())
def test_every_double_comes_back_bit_for_bit(value: float) -> None:
    written = as_text_if_not_finite(value)
    body = msgspec.json.encode({"run_id": "r", "metrics": [{"key": "m", "value": written, "timestamp": "1"}]})

    assert decode_body(body, LogBatch).metrics[0].value.hex() == value.hex()
