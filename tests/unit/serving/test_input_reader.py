"""Requests become what the signature says, in one step or column by column alike; faults are told by name."""

import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.served import served, signature
from trialog.errors import InvalidParameter, TrialogError
from trialog.models import (
    Array,
    ColSpec,
    DataType,
    ModelSignature,
    Object,
    ParamSchema,
    ParamSpec,
    Property,
    TensorSpec,
)
from trialog.serving.model_input import ModelInput

JSON = "application/json"
COLUMNS = {
    "x": (DataType.double, st.floats(width=64) | st.integers(-9, 9)),
    "f": (DataType.float, st.floats(width=32, allow_nan=False)),
    "n": (DataType.long, st.integers(-(2**63), 2**63 - 1)),
    "i": (DataType.integer, st.integers(-(2**31), 2**31 - 1)),
    "t": (DataType.boolean, st.booleans()),
    "s": (DataType.string, st.text(max_size=4)),
}
MIXED = signature(*[ColSpec(kind, name) for name, (kind, _values) in COLUMNS.items()])
DOUBLES = signature(ColSpec("double", "a"), ColSpec("double", "b"))


def read(taken: ModelSignature | None, content: Any, content_type: str = JSON) -> ModelInput:
    """Return what a model with this signature is asked."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return served(taken).read(content_type, body)


def refusal(taken: ModelSignature | None, content: Any, content_type: str = JSON) -> TrialogError:
    """Return why a request is refused."""
    with pytest.raises(TrialogError) as caught:
        read(taken, content, content_type)
    return caught.value


@given(st.lists(st.tuples(*[values for _kind, values in COLUMNS.values()]), min_size=1, max_size=4), st.randoms())
@settings(max_examples=30, deadline=None)
def test_all_formats_make_the_same_frame(rows: list[tuple[Any, ...]], random: Any) -> None:
    names = list(COLUMNS)
    order = random.sample(names, len(names))
    records = [dict(zip(names, row, strict=True)) for row in rows]
    shuffled = [{name: row[name] for name in order} for row in records]
    split = {"columns": order, "data": [list(row.values()) for row in shuffled]}
    bodies: list[dict[str, Any]] = [
        {"dataframe_split": split},
        {"dataframe_records": shuffled},
        {"inputs": {name: [row[name] for row in records] for name in order}},
        {"inputs": shuffled},
        {"instances": shuffled},
    ]
    # An index is unusual enough to go the long way, by pandas and enforcement.
    slow = read(MIXED, {"dataframe_split": {**split, "index": list(range(len(rows)))}})
    assert slow.layout is None
    assert [str(kind) for kind in slow.data.dtypes] == ["float64", "float32", "int64", "int32", "bool", "str"]
    for body in bodies:
        quick = read(MIXED, body)
        assert quick.rows == len(rows)
        assert quick.layout is not None
        pd.testing.assert_frame_equal(quick.data, slow.data, check_index_type=False)


def test_inputs_of_several_requests_are_put_together() -> None:
    model = served(MIXED)
    row = {"x": 0.5, "f": 0.25, "n": 1, "i": 2, "t": True, "s": "a"}
    one = model.read(JSON, json.dumps({"dataframe_records": [row]}).encode())
    two = model.read(JSON, json.dumps({"instances": [{**row, "s": "b"}, {**row, "n": 7}]}).encode())
    assert one.layout == two.layout
    together = one.followed_by([two])
    assert together.rows == 3
    pd.testing.assert_frame_equal(together.data, pd.concat([one.data, two.data], ignore_index=True))


@pytest.mark.parametrize(
    ("taken", "first", "second"),
    [
        (
            DOUBLES,
            {"dataframe_split": {"columns": ["b", "a"], "data": [[2, 1]]}},
            {"dataframe_records": [{"a": 3, "b": 4}]},
        ),
        (signature(TensorSpec("float64", (-1, 2))), {"inputs": [[1, 2]]}, {"instances": [[3, 4]]}),
        (None, {"inputs": [[1, 2]]}, {"inputs": [[3, 4]]}),
    ],
)
def test_arrays_are_put_together(taken: ModelSignature | None, first: Any, second: Any) -> None:
    model = served(taken)
    one, two = (model.read(JSON, json.dumps(each).encode()) for each in (first, second))
    assert one.layout is not None
    assert one.layout == two.layout
    assert np.asarray(one.followed_by([two]).data).tolist() == [[1, 2], [3, 4]]


def test_named_tensors_are_put_together() -> None:
    model = served(signature(TensorSpec("float32", (-1, 2), "x"), TensorSpec("int64", (-1,), "n")))
    one = model.read(JSON, b'{"inputs": {"x": [[1, 2]], "n": [3]}}')
    two = model.read(JSON, b'{"instances": [{"x": [4, 5], "n": 6}]}')
    together = one.followed_by([two]).data
    assert together["x"].dtype == "float32"
    assert {name: array.tolist() for name, array in together.items()} == {"x": [[1, 2], [4, 5]], "n": [3, 6]}


@pytest.mark.parametrize(
    ("taken", "content"),
    [
        (signature(TensorSpec("float64", (2, 2))), {"inputs": [[1, 2], [3, 4]]}),
        (
            signature(TensorSpec("float64", (-1,), "x"), TensorSpec("float64", (3,), "y")),
            {"inputs": {"x": [1], "y": [1, 2, 3]}},
        ),
        (DOUBLES, {"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2]], "index": [5]}}),
        (None, {"dataframe_split": {"columns": ["a"], "data": [[1]]}}),
        (None, {"inputs": "a text"}),
    ],
)
def test_what_is_no_list_of_rows_goes_alone(taken: ModelSignature | None, content: Any) -> None:
    assert read(taken, content).layout is None


def test_other_widths_do_not_fit_together() -> None:
    model = served(signature(TensorSpec("float64", (-1, -1))))
    assert model.read(JSON, b'{"inputs": [[1, 2]]}').layout != model.read(JSON, b'{"inputs": [[1, 2, 3]]}').layout


def test_an_optional_column_may_be_left_out() -> None:
    taken = signature(ColSpec("double", "a"), ColSpec("long", "b", required=False))
    assert list(read(taken, {"dataframe_split": {"columns": ["a"], "data": [[1]]}}).data.columns) == ["a"]
    assert list(read(taken, {"dataframe_records": [{"a": 1}]}).data.columns) == ["a"]
    assert list(read(taken, {"dataframe_records": [{"a": 1, "b": 2}]}).data.columns) == ["a", "b"]


def test_columns_come_in_any_number_of_orders() -> None:
    model = served(DOUBLES)
    for place in range(200):
        content = {"dataframe_split": {"columns": [f"c{place}", "b", "a"], "data": [[0, 2, 1]]}}
        assert model.read(JSON, json.dumps(content).encode()).data.to_numpy().tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("taken", "content", "code", "words"),
    [
        (DOUBLES, {"dataframe_records": [{"a": 1}]}, "model.column_missing", ["'b'", "they have: 'a'"]),
        (DOUBLES, {"dataframe_records": [{"a": 1, "b": "x"}]}, "model.column_wrong_type", ["'b'", "double", "'x'"]),
        (
            MIXED,
            {"dataframe_records": [{"x": 1, "f": 1, "n": None, "i": 1, "t": True, "s": ""}]},
            "model.column_wrong_type",
            ["'n'", "long", "values are missing"],
        ),
        (
            signature(ColSpec("boolean", "t")),
            {"inputs": {"t": ["yes"]}},
            "model.column_wrong_type",
            ["'t'", "boolean", "yes"],
        ),
        (
            signature(ColSpec("datetime", "d")),
            {"dataframe_records": [{"d": "once"}]},
            "model.column_wrong_type",
            ["'d'", "datetime", "once"],
        ),
        (
            signature(ColSpec("datetime", "d")),
            {"dataframe_records": [{"d": "2024-01-01"}, {"d": 5}]},
            "model.column_wrong_type",
            ["'d'", "datetime", "5 is no moment"],
        ),
        (
            signature(ColSpec("integer", "i")),
            {"inputs": {"i": [2**40]}},
            "model.column_wrong_type",
            ["'i'", "integer", str(2**40)],
        ),
        (
            signature(ColSpec(Array("long"), "v")),
            {"dataframe_records": [{"v": [1, "x"]}]},
            "model.column_wrong_type",
            ["'v', row 0, item 1", "long", "'x'"],
        ),
        (
            signature(ColSpec(Object([Property("p", "long")]), "o")),
            {"dataframe_records": [{"o": {}}]},
            "model.column_wrong_type",
            ["'o', row 0", "without 'p'"],
        ),
        (
            signature(TensorSpec("float64", (-1, 2))),
            {"inputs": [[1, 2, 3]]},
            "model.tensor_wrong_shape",
            ["(-1, 2)", "(1, 3)"],
        ),
        (
            signature(TensorSpec("float64", (-1, 2))),
            {"inputs": [[1, "x"]]},
            "input.array_invalid",
            ["The array", "'x'"],
        ),
        (signature(TensorSpec("uint8", (-1,))), {"inputs": [300]}, "input.array_invalid", ["uint8", "300"]),
        (signature(TensorSpec("bool", (-1,))), {"inputs": [2]}, "input.array_invalid", ["bool", "2 cannot"]),
        (
            signature(TensorSpec("float64", (-1,), "x")),
            {"inputs": {"y": [1]}},
            "model.column_missing",
            ["'x'", "they have: 'y'"],
        ),
        (
            DOUBLES,
            {"dataframe_split": {"columns": ["a", "a", "b"], "data": [[1, 2, 3]]}},
            "model.input_invalid",
            ["'a'"],
        ),
        (
            DOUBLES,
            {"dataframe_split": {"columns": ["a"], "data": [[1, 2]]}},
            "input.frame_invalid",
            ["1 columns", "2 columns"],
        ),
        (DOUBLES, {"dataframe_split": {"columns": "ab", "data": [[1, 2]]}}, "input.frame_invalid", ["columns", "'ab'"]),
        (DOUBLES, {"dataframe_split": {"data": {"a": 1}}}, "input.frame_invalid", ["list of rows"]),
        (DOUBLES, {"dataframe_records": [[1, 2]]}, "input.frame_invalid", ["list of objects"]),
        (DOUBLES, {"instances": [{"a": 1, "b": 2}, 5]}, "input.array_invalid", ["Some of the instances"]),
        (DOUBLES, {"instances": [{"a": 1, "b": 2}, {"a": 1}]}, "input.array_invalid", ["'b'", "some have not"]),
        (
            DOUBLES,
            {"inputs": {"a": [1], "b": [2]}, "params": {"p": 1}},
            "signature.invalid_param",
            ["'p'", "no parameters"],
        ),
        (DOUBLES, {"inputs": [[1]], "params": 5}, "input.params_invalid", ["the value 5"]),
        (DOUBLES, {"inputs": 1, "instances": 2}, "input.several_formats", ["instances and inputs"]),
        (DOUBLES, {"data": 1}, "input.unknown_format", ["dataframe_split", "it has 'data'"]),
        (DOUBLES, {}, "input.unknown_format", ["it has nothing"]),
        (DOUBLES, [1], "input.unknown_format", ["it is a list"]),
        (DOUBLES, None, "input.unknown_format", ["it is null"]),
        (DOUBLES, {"messages": []}, "input.chat_format", ["'messages'", "chats"]),
        (DOUBLES, b"{", "input.not_json", ["no JSON"]),
        (DOUBLES, b"\xff", "input.not_json", ["no JSON"]),
        (DOUBLES, b"", "input.not_json", ["no JSON"]),
        (DOUBLES, b"[" * 100_000, "input.too_deep", ["nested too deeply"]),
        (DOUBLES, b'{"inputs":' + b'{"a":' * 90_000, "input.too_deep", ["nested too deeply"]),
        (DOUBLES, b'{"inputs": 1, "inputs": 2}', "input.name_twice", ["'inputs' more than once"]),
        (DOUBLES, b'{"dataframe_records": [{"a": 1, "b": 2, "a" : 3}]}', "input.name_twice", ["'a' more than once"]),
        (
            DOUBLES,
            b'{"dataframe_records": [{"a": "12:00", "b": 2, "b": 3}]}',
            "input.name_twice",
            ["'b' more than once"],
        ),
        (DOUBLES, b'{"inputs": [' + b"1" * 5000 + b"]}", "input.not_json", ["integer string"]),
    ],
)
def test_a_fault_is_named(taken: ModelSignature, content: Any, code: str, words: list[str]) -> None:
    error = refusal(taken, content)
    assert isinstance(error, InvalidParameter)
    assert error.code == code, error
    for word in words:
        assert word in error.message
    assert len(error.message) < 1000


def test_colons_and_quotes_in_texts_are_no_names() -> None:
    taken = signature(ColSpec("string", "a"))
    for text in ("12:00:00", '":', '"a": ', "\\", ""):
        assert read(taken, {"dataframe_records": [{"a": text}]}).data["a"].tolist() == [text]


def test_parameters_have_their_defaults() -> None:
    params = ParamSchema([ParamSpec("top", "long", 3), ParamSpec("stop", "string", ["."], (-1,))])
    taken = signature(ColSpec("double", "a"), params=params)
    assert read(taken, {"inputs": {"a": [1]}}).params == {"top": 3, "stop": ["."]}
    assert read(taken, {"inputs": {"a": [1]}, "params": {"stop": ["x", "y"]}}).params == {"top": 3, "stop": ["x", "y"]}
    assert read(taken, b"a\n1\n", "text/csv").params == {"top": 3, "stop": ["."]}
    assert read(DOUBLES, {"inputs": {"a": [1], "b": [2]}, "params": {}}).params is None
    assert "'top'" in refusal(taken, {"inputs": {"a": [1]}, "params": {"top": "x"}}).message


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_other_kinds_of_bodies_are_refused(kind: str) -> None:
    error = refusal(DOUBLES, b"a,b\n1,2\n", kind)
    assert error.code == "input.content_type"
    assert "application/json, text/csv" in error.message


def test_csv_in_any_charset_of_utf_8() -> None:
    for kind in ("text/csv", "Text/CSV; charset=UTF-8", 'text/csv; charset="utf-8"', "text/csv;"):
        assert read(DOUBLES, b"\xef\xbb\xbfa,b\n1,2\n", kind).data.to_numpy().tolist() == [[1, 2]]


def test_parquet_is_read() -> None:
    pytest.importorskip("pyarrow")
    file = io.BytesIO()
    pd.DataFrame({"b": [2.5], "a": [1.5]}).to_parquet(file)
    kind = "application/vnd.apache.parquet"
    assert read(DOUBLES, file.getvalue(), kind).data.to_numpy().tolist() == [[1.5, 2.5]]
    assert refusal(DOUBLES, b"PAR1 and nothing else", kind).code == "input.parquet_invalid"


def test_a_small_parquet_file_that_grows_beyond_bounds_is_refused_or_stays_small() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    kind = "application/vnd.apache.parquet"

    def file(values: Any) -> bytes:
        written = io.BytesIO()
        parquet.write_table(pyarrow.table({"a": values}), written, compression="zstd", store_schema=False)
        assert len(written.getvalue()) < 100_000
        return written.getvalue()

    taken = signature(ColSpec("string", "a"))
    assert refusal(taken, file(pyarrow.array([[1] * 1_000_000])), kind).code == "input.parquet_invalid"
    # A terabyte, if each row had a text of its own.
    rows = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 100_000, pyarrow.int32()), ["x" * 10_000_000])
    found = read(taken, file(rows), kind).data["a"]
    assert len(found) == 100_000
    assert found.iloc[0] is found.iloc[-1]


@pytest.mark.parametrize("name", ["inputs", "instances", "dataframe_records"])
def test_objects_for_a_model_that_takes_a_list_of_them(name: str) -> None:
    row = Object([Property("a", "double"), Property("b", "string", required=False)])
    given = read(signature(ColSpec(row)), {name: [{"a": 1, "b": "x"}, {"a": 2.5}]})
    assert given.data.iloc[:, 0].tolist() == [{"a": 1.0, "b": "x"}, {"a": 2.5}]
    assert given.rows == 2
    assert "'a'" in refusal(signature(ColSpec(row)), {name: [{"b": "x"}]}).message


@pytest.mark.parametrize("name", ["inputs", "instances"])
def test_lists_for_a_model_that_takes_a_list_of_them(name: str) -> None:
    given = read(signature(ColSpec(Array("double"))), {name: [[1, 2.5], [], [3]]})
    assert [list(one) for one in given.data.iloc[:, 0]] == [[1.0, 2.5], [], [3.0]]


MANY = [f"column {place}" for place in range(12_000)]
EACH_ITS_OWN = [{f"column {place}": 1} for place in range(6_000)]


@pytest.mark.parametrize("taken", [DOUBLES, None], ids=["signature", "none"])
@pytest.mark.parametrize(
    "content",
    [
        {"dataframe_split": {"columns": MANY, "data": [[1] * len(MANY)]}},
        {"dataframe_split": {"data": [[1] * len(MANY)]}},
        {"dataframe_split": {"columns": ["a", "b", *MANY], "data": [[1, 1, *MANY]]}},
        {"dataframe_records": [dict.fromkeys(MANY, 1)]},
        {"inputs": {name: [1] for name in MANY}},
        {"instances": [dict.fromkeys(MANY, 1)]},
        b",".join([b"a"] * len(MANY)) + b"\n1\n",
        ",".join(MANY).encode() + b"\n1\n",
        {"dataframe_records": EACH_ITS_OWN},
        {"instances": EACH_ITS_OWN},
        {"inputs": EACH_ITS_OWN},
    ],
)
def test_a_small_body_that_stands_for_a_huge_table_is_refused(taken: ModelSignature | None, content: Any) -> None:
    error = refusal(taken, content, "text/csv" if isinstance(content, bytes) else JSON)
    assert error.code == "input.frame_invalid"
    assert "columns" in error.message or "names" in error.message


def test_as_many_columns_as_the_model_knows_are_read() -> None:
    taken = signature(*[ColSpec("double", name) for name in MANY])
    assert read(taken, {"dataframe_split": {"columns": MANY, "data": [[1] * len(MANY)]}}).data.shape == (1, len(MANY))
    assert read(taken, {"dataframe_records": [dict.fromkeys(MANY, 1)]}).data.shape == (1, len(MANY))


def test_names_that_the_model_does_not_know_are_not_kept() -> None:
    model = served(DOUBLES)
    for number in range(5):
        columns = ["a", "b", f"unknown {number}"]
        body = json.dumps({"dataframe_split": {"columns": columns, "data": [[1, 2, 3]]}}).encode()
        assert model.read(JSON, body).data.to_numpy().tolist() == [[1, 2]]
    assert not model.reader._frames._plans


def test_a_message_repeats_no_long_value() -> None:
    long = "x y " * 10_000
    for content in ({"inputs": [[long, 1]]}, {"dataframe_split": {"columns": ["a", "b"], "data": [[long, 1]]}}):
        for taken in (DOUBLES, signature(TensorSpec("float64", (-1, 2)))):
            assert len(refusal(taken, content).message) < 1000


def test_a_column_named_self() -> None:
    taken = signature(ColSpec("double", "self"), ColSpec("double", "b"))
    content = {"dataframe_split": {"columns": ["self", "b"], "data": [["1", 2]]}}
    assert read(taken, content).data.to_numpy().tolist() == [[1, 2]]


def test_a_model_without_signature_gets_what_is_sent() -> None:
    assert read(None, {"inputs": {"a": [1]}}).data["a"].tolist() == [1]
    assert read(None, {"dataframe_split": {"data": [[1, "x"]]}}).data.to_numpy().tolist() == [[1, "x"]]
    assert read(None, b"a,s\n1,x\n", "text/csv").data.to_dict("records") == [{"a": 1, "s": "x"}]
