"""Model folders that somebody else wrote: whatever stands in them, there is a model or a sentence that says why not."""

import json
import os
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from trialog.errors import InvalidParameter, PermissionDenied, ResourceNotFound, TrialogError
from trialog.models import ModelSignature, pyfunc
from trialog.models.checksums import load_checked
from trialog.models.folder import ModelMetadata, inside
from trialog.models.input_example import read_example
from trialog.models.requirements import warn_of_mismatches
from trialog.sdk.model_loading import load_any

_LONGEST: Final = 2000
_SCALARS: Final = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_VALUES: Final = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
)
_PATHS: Final = st.sampled_from(
    ["model.pkl", "../../etc/passwd", "/etc/passwd", "code", ".", "", "a\0b", "x" * 5000, "C:\\x"]
)
_OPTIONS: Final = st.sampled_from(
    [
        "artifacts",
        "code",
        "config",
        "data",
        "env",
        "loader_module",
        "model_code_path",
        "model_data",
        "pickled_model",
        "predict_fn",
        "python_model",
        "python_version",
        "serialization_format",
        "skops_trusted_types",
    ]
)
_LOADERS: Final = st.sampled_from(
    ["mlflow.sklearn", "mlflow.pyfunc.model", "mlflow.pyfunc.loaders.code_model", "os", "nothing.here", ""]
)
_FLAVOR: Final = st.dictionaries(_OPTIONS, _VALUES | _PATHS | _LOADERS | _PATHS.map(lambda path: {"a": {"path": path}}))
_FIELDS: Final = st.sampled_from(
    [
        "artifact_path",
        "flavors",
        "is_signature_from_type_hint",
        "metadata",
        "mlflow_version",
        "model_id",
        "model_uuid",
        "model_size_bytes",
        "run_id",
        "saved_input_example_info",
        "signature",
        "trialog_sha256",
        "utc_time_created",
    ]
)
_MODELS: Final = st.fixed_dictionaries(
    {"flavors": st.dictionaries(st.sampled_from(["python_function", "sklearn", "other"]), _FLAVOR | _VALUES)},
    optional={"signature": st.dictionaries(st.sampled_from(["inputs", "outputs", "params"]), _VALUES)},
)


@pytest.fixture(autouse=True)
def nothing_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRIALOG_ALLOW_PICKLE", "MLFLOW_ALLOW_PICKLE_DESERIALIZATION"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def _sentence() -> Iterator[None]:
    """Let it go well, or be refused in a sentence that nobody has to scroll through."""
    told = ""
    try:
        yield
    except TrialogError as error:
        told = error.message
    assert len(told) < _LONGEST


def _loads_or_says_why(folder: Path) -> None:
    for load in (load_checked, load_any, lambda path: pyfunc.load_folder(path, ModelMetadata.load(path))):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _sentence():
                load(folder)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=80)
def test_any_bytes_as_mlmodel(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "MLmodel").write_bytes(content)
        _loads_or_says_why(Path(folder))


@given(_MODELS | st.dictionaries(_FIELDS, _VALUES))
@settings(max_examples=80)
def test_any_fields_in_mlmodel(fields: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "model.pkl").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
        Path(folder, "code").mkdir()
        Path(folder, "MLmodel").write_text(yaml.safe_dump(fields), encoding="utf-8")
        _loads_or_says_why(Path(folder))


@given(_VALUES, st.sampled_from(["inputs", "outputs", "params"]), st.booleans())
@settings(max_examples=80)
def test_any_json_as_signature(value: Any, part: str, is_list: bool) -> None:
    columns = [{"name": "a", "type": "tensor", "tensor-spec": value}, {"type": value}, {"name": value, "type": "long"}]
    columns += [{"name": "a", "type": "long", "default": value, "shape": value}, {"type": "array", "items": value}]
    for content in (value, *([one] for one in columns)) if is_list else (value, columns):
        with _sentence():
            ModelSignature.from_dict({part: json.dumps(content)})


@given(
    st.binary(max_size=100) | _VALUES.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["dataframe", "ndarray", "sparse_matrix_csr", "sparse_matrix_csc", "json_object", "other"]),
    st.sampled_from(["split", "values", None]),
    st.booleans(),
)
@settings(max_examples=80)
def test_any_bytes_as_input_example(content: bytes, kind: str, orient: str | None, has_params: bool) -> None:
    info = {"artifact_path": "input_example.json", "type": kind, "pandas_orient": orient, "params": has_params}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        Path(folder, "input_example.json").write_bytes(content)
        # What pandas warns of, it reads.
        warnings.simplefilter("ignore")
        with _sentence():
            read_example(Path(folder), ModelMetadata(saved_input_example_info=info))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"{text}==1\n".encode("utf-8", "replace")))
@settings(max_examples=80)
def test_any_bytes_as_requirements(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        Path(folder, "requirements.txt").write_bytes(content)
        warn_of_mismatches(Path(folder))
    assert all(str(one.message).isprintable() for one in told)


def test_very_many_requirements_are_not_all_named(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("".join(f"nothing-{n}==1\n" for n in range(100)), encoding="utf-8")
    with pytest.warns(UserWarning, match=r"nothing-9 1 \(here none\) and 90 more\."):
        warn_of_mismatches(tmp_path)


@pytest.mark.parametrize("named", ["a\0b", "\0", "a/\0", "a\x1b[2J", "a\nb"])
def test_a_path_with_a_null_or_a_sign_of_a_terminal_is_refused(tmp_path: Path, named: str) -> None:
    with pytest.raises(InvalidParameter, match="no path within the model"):
        inside(tmp_path, named)


@pytest.mark.parametrize("named", ["x" * 5000, "a/" * 5000, "\udcff"])
def test_a_name_that_no_file_can_have_is_not_there(tmp_path: Path, named: str) -> None:
    with pytest.raises(ResourceNotFound, match="lacks"):
        inside(tmp_path, named)


def test_a_link_to_itself_leads_nowhere(tmp_path: Path) -> None:
    try:
        (tmp_path / "MLmodel").symlink_to(tmp_path / "MLmodel")
    except OSError:
        pytest.skip("this account may not make links")
    with pytest.raises(ResourceNotFound, match="There is no model at"):
        ModelMetadata.load(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "MLmodel")
    with pytest.raises(InvalidParameter, match="'MLmodel' of the model cannot be read as a file: it is none"):
        ModelMetadata.load(tmp_path)
    os.mkfifo(tmp_path / "requirements.txt")
    warn_of_mismatches(tmp_path)


def test_a_folder_in_place_of_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").mkdir()
    with pytest.raises(InvalidParameter, match="cannot be read as a file"):
        ModelMetadata.load(tmp_path)


@pytest.mark.parametrize(
    "flavors",
    [
        {"\x1b[2J" + "x" * 5000: {}},
        {f"flavor{number}": {} for number in range(1000)},
        {"python_function": {"loader_module": "\x1b[2J" + "x" * 5000}},
        {"sklearn": {"pickled_model": "requirements.txt", "serialization_format": "\x1b[2J" + "x" * 5000}},
        {"sklearn": {"pickled_model": "model.skops", "serialization_format": "skops"}},
    ],
    ids=["a name", "many names", "a loader", "a format", "types"],
)
def test_what_others_wrote_is_told_in_a_line_of_plain_text(tmp_path: Path, flavors: dict[str, Any]) -> None:
    (tmp_path / "requirements.txt").touch()
    nodes = [_node(f"T\x1b[2J{number}") for number in range(1000)]
    with zipfile.ZipFile(tmp_path / "model.skops", "w") as file:
        schema = {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": nodes}
        file.writestr("schema.json", json.dumps({"protocol": 2, "_skops_version": "0.13", **schema}))
    (tmp_path / "MLmodel").write_text(yaml.safe_dump({"flavors": flavors}), encoding="utf-8")
    with pytest.raises(TrialogError) as told:
        load_any(tmp_path)
    assert told.value.message.isprintable()
    assert len(told.value.message) < _LONGEST


def _node(name: str) -> dict[str, str]:
    return {"__class__": name, "__module__": "x", "__loader__": "ObjectNode"}


def test_a_loader_that_is_not_here_is_named(tmp_path: Path) -> None:
    said = "flavors: {python_function: {loader_module: own.loader}, fancy: {}}\n"
    (tmp_path / "MLmodel").write_text(said, encoding="utf-8")
    with pytest.raises(PermissionDenied, match=r"is loaded by the module own\.loader"):
        load_any(tmp_path)
    with pytest.raises(TrialogError, match=r"needs the module 'own', which is not here.*pip install own,"):
        load_any(tmp_path, allow_pickle=True)
    (tmp_path / "MLmodel").write_text("flavors: {fancy: {}}\n", encoding="utf-8")
    with pytest.raises(ResourceNotFound, match="no flavor 'python_function'; it has: fancy"):
        load_any(tmp_path)
