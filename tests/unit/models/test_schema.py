"""Signatures: what they are made of, and what they read of what others wrote."""

import json
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.errors import InvalidParameter
from trialog.models import (
    AnyType,
    Array,
    ColSpec,
    DataType,
    Map,
    ModelSignature,
    Object,
    ParamSchema,
    ParamSpec,
    Property,
    Schema,
    TensorSpec,
    infer_signature,
)
from trialog.models.data_types import merge

scalars = st.sampled_from(list(DataType)) | st.just(AnyType())
names = st.text(min_size=1, max_size=5)
types = st.recursive(
    scalars,
    lambda inner: (
        st.builds(Array, inner)
        | st.builds(Map, inner)
        | st.builds(
            Object,
            st.lists(
                st.builds(Property, names, inner, st.booleans()), min_size=1, max_size=3, unique_by=lambda p: p.name
            ),
        )
    ),
    max_leaves=6,
)


@given(st.lists(st.builds(ColSpec, types, names, st.booleans()), min_size=1, max_size=4))
def test_columns_come_back_from_their_json(columns: list[ColSpec]) -> None:
    schema = Schema(columns)
    assert Schema.from_json(schema.to_json()) == schema


@given(types)
def test_a_type_goes_with_itself_and_with_what_is_not_known(one: Any) -> None:
    assert merge(one, one) == one
    assert merge(AnyType(), one) == merge(one, AnyType())


def test_tensors_come_back_from_their_json() -> None:
    schema = Schema([TensorSpec(np.dtype("float32"), (-1, 28), "x"), TensorSpec("str", (-1,), "y")])
    assert Schema.from_json(schema.to_json()) == schema
    assert schema.input_types() == [np.dtype("float32"), np.dtype("str")]
    assert TensorSpec(np.array(["abc"]).dtype, (-1,)).dtype == "str"


def test_params_come_back_from_their_json() -> None:
    schema = ParamSchema(
        [
            ParamSpec("day", "datetime", date(2020, 1, 2)),
            ParamSpec("moment", "datetime", datetime(2020, 1, 2, 3)),
            ParamSpec("sizes", "long", [1, 2], (-1,)),
            ParamSpec("rate", "double", 1),
            ParamSpec("nested", Object([Property("a", "long")]), {"a": 1}),
        ]
    )
    assert ParamSchema.from_json(schema.to_json()) == schema
    assert schema.params[3].default == 1.0


def test_what_older_clients_wrote_is_read() -> None:
    schema = Schema.from_json('[{"type": "long", "name": "a", "optional": true}, {"type": "string", "name": "b"}]')
    assert [one.required for one in schema] == [False, True]
    assert ParamSchema.from_json('[{"name": "p", "dtype": "long", "default": 1, "shape": null}]').params[0].default == 1


@pytest.mark.parametrize(
    ("inputs", "fault"),
    [
        ([], "at least one"),
        ([ColSpec("long", "a"), TensorSpec("int64", (-1,), "b")], "not both"),
        ([ColSpec("long", "a"), ColSpec("long")], "or none has"),
        ([TensorSpec("int64", (-1,)), TensorSpec("int64", (-1,))], "need names"),
        ([ColSpec("long", required=False)], "needs a name"),
    ],
)
def test_columns_that_do_not_go_together_are_refused(inputs: list[Any], fault: str) -> None:
    with pytest.raises(InvalidParameter, match=fault):
        Schema(inputs)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[1]",
        "null",
        '[{"type": "nothing"}]',
        '[{"type": "array"}]',
        '[{"type": "array", "items": 1}]',
        '[{"type": "object", "properties": {}}]',
        '[{"type": "object", "properties": {"a": 1}}]',
        '[{"type": "tensor"}]',
        '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": ["a"]}}]',
        '[{"type": "long", "name": {}}]',
        json.dumps([{"type": "array", "items": {"type": "long"}}])[:-1],
    ],
)
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"no signature of a model|A tensor|A column|lacks"):
        Schema.from_json(text)


def test_types_nested_without_end_are_refused() -> None:
    content: dict[str, Any] = {"type": "long"}
    for _ in range(100):
        content = {"type": "array", "items": content}
    with pytest.raises(InvalidParameter, match="nested more than"):
        Schema.from_json(json.dumps([content]))


@pytest.mark.parametrize("default", ["x", [1], b"x", object()])
def test_a_default_of_another_type_is_refused(default: object) -> None:
    with pytest.raises(InvalidParameter, match="The parameter 'p' is long"):
        ParamSpec("p", "long", default)


def test_a_signature_says_something() -> None:
    with pytest.raises(InvalidParameter, match="has inputs, outputs or params"):
        ModelSignature()
    with pytest.raises(InvalidParameter, match="infer_signature makes"):
        ModelSignature({"a": 1})  # type: ignore[arg-type]  # what people do


def test_data_of_which_nothing_can_be_told_are_anything_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="The inputs of the signature cannot be told"):
        signature = infer_signature([1, "a"])
    assert signature.inputs == Schema([ColSpec(AnyType())])
