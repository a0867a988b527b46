"""The file `MLmodel`, written by whoever."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from trialog.entities import ModelContent
from trialog.wire.mlmodel import MAXIMUM_BYTES, parse_mlmodel

WRITTEN = """
artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
    python_version: 3.11.2
  sklearn:
    pickled_model: model.pkl
mlflow_version: 3.17.2
model_size_bytes: 1087
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
utc_time_created: '2025-10-12 16:22:29.123456'
"""


def test_what_a_model_says_of_itself() -> None:
    content = parse_mlmodel(WRITTEN.encode())
    assert content is not None
    assert (content.flavors, content.size_bytes) == (("python_function", "sklearn"), 1087)
    assert json.loads(content.signature or "") == {
        "inputs": [{"type": "double", "name": "x", "required": True}],
        "outputs": [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}],
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a text",
        "[1, 2]",
        "a: &x [1]\nb: *x",
        "a: &x 1",
        "flavors: {a: !!python/object/apply:os.system ['x']}\nb: *a",
        "a: [",
        "a: b: c",
        "\x00",
        "---\na: 1\n---\nb: 2",
        "? [1]\n: 2",
        "[" * 1000,
        "{a: " * 40 + "1" + "}" * 40,
    ],
)
def test_what_cannot_be_read_says_nothing(text: str) -> None:
    assert parse_mlmodel(text.encode()) is None


def test_tags_make_no_objects() -> None:
    content = parse_mlmodel(b"flavors: !!python/object/apply:os.system {sklearn: 1}")
    assert content == ModelContent(flavors=("sklearn",))


@pytest.mark.parametrize(
    "text",
    [
        "signature: text",
        "signature: {inputs: '[', outputs: null}",
        "signature: {inputs: [1]}",
        "signature: {inputs: '" + "[" * 5000 + "'}",
        "signature: {}",
        "flavors: [a]",
        "flavors: {" + ", ".join(f"f{number}: 1" for number in range(101)) + "}",
        "model_size_bytes: many",
        "model_size_bytes: -5",
        "model_size_bytes: " + "9" * 5000,
        "model_size_bytes: ٣",
    ],
)
def test_parts_that_cannot_be_read_are_left_out(text: str) -> None:
    assert parse_mlmodel(text.encode()) == ModelContent()


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert parse_mlmodel(b"a: 1 #" + b"x" * MAXIMUM_BYTES) is None
    assert parse_mlmodel(b"a: 1 #" + b"x" * (MAXIMUM_BYTES - 10)) == ModelContent()


def test_bytes_that_are_no_text() -> None:
    assert parse_mlmodel(b"\xff\xfe") is None


@pytest.mark.parametrize(
    "text",
    ["a: [" + "a," * 500_000 + "a]", "a:\n" + "- \n" * 300_000, "".join(f"k{number}: 1\n" for number in range(80_000))],
    ids=["list", "block", "fields"],
)
def test_a_file_of_very_many_parts_says_nothing(text: str) -> None:
    assert parse_mlmodel(f"flavors: {{sklearn: 1}}\n{text}".encode()) is None


def test_a_long_signature_is_read() -> None:
    columns = json.dumps([{"type": "double", "name": f"column {number}", "required": True} for number in range(12_000)])
    content = parse_mlmodel(f"signature:\n  inputs: '{columns}'\n".encode())
    assert content is not None
    assert len(json.loads(content.signature or "")["inputs"]) == 12_000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.dictionaries(st.sampled_from(["flavors", "signature", "model_size_bytes", "x"]), VALUES)


@given(FIELDS)
def test_any_yaml_is_read_or_refused(fields: dict[str, object]) -> None:
    content = parse_mlmodel(yaml.safe_dump(fields, allow_unicode=True).encode("utf-8", "surrogatepass"))
    assert content is None or isinstance(content, ModelContent)


@given(st.binary(max_size=200), st.integers(0, len(WRITTEN)))
def test_any_bytes_are_read_or_refused(noise: bytes, place: int) -> None:
    content = parse_mlmodel(WRITTEN.encode()[:place] + noise + WRITTEN.encode()[place:])
    assert content is None or isinstance(content, ModelContent)
