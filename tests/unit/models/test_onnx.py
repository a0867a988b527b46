"""Models in the format ONNX: what they take and give, and that a hostile one does nothing but fail."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trialog.onnx
import trialog.pyfunc
from tests.unit.models.onnx_graphs import (
    FLOAT,
    ROWS,
    WEIGHTS,
    doubled_and_joined,
    external,
    graph,
    onnx,
    product,
    value,
    weights_of,
    write,
)
from trialog.errors import InvalidParameter, PermissionDenied, ResourceNotFound
from trialog.models import ModelSignature, ModelWarning, Schema, TensorSpec, infer_signature
from trialog.models.checksums import seal
from trialog.models.folder import ModelMetadata, to_yaml

EXPECTED = ROWS @ WEIGHTS


def _loaded(folder: Path) -> trialog.pyfunc.PyFuncModel:
    return trialog.pyfunc.load_model(folder)


def _change(folder: Path, **options: Any) -> None:
    """Write other options into the file MLmodel, as somebody could who made the folder."""
    said = ModelMetadata.load(folder)
    said.flavors["onnx"] |= options
    (folder / "MLmodel").write_text(to_yaml(said.to_dict()), encoding="utf-8")
    seal(folder)


def test_the_graph_says_what_goes_in_and_comes_out(tmp_path: Path) -> None:
    said = trialog.onnx.save_model(product(), tmp_path / "m")
    expected = ModelSignature(
        Schema([TensorSpec("float32", (-1, 2), "x")]), Schema([TensorSpec("float32", (-1, 3), "y")])
    )
    assert said.signature == ModelMetadata.load(tmp_path / "m").signature == expected
    assert said.flavors["onnx"] == {
        "code": None,
        "data": "model.onnx",
        "onnx_session_options": None,
        "onnx_version": onnx.__version__,
        "providers": ["CPUExecutionProvider"],
    }
    needs = (tmp_path / "m" / "requirements.txt").read_text(encoding="utf-8")
    assert f"onnx=={onnx.__version__}" in needs
    assert "onnxruntime" in needs
    given = graph(
        [onnx.helper.make_node("Identity", ["x"], ["y"])],
        [value("x", onnx.TensorProto.STRING, None)],
        [value("y", onnx.TensorProto.STRING, [3, None])],
    )
    with pytest.warns(ModelWarning, match="no valid one.*'shape' of 'type' is required"):
        said = trialog.onnx.save_model(given, tmp_path / "half")
    assert trialog.onnx.load_model(tmp_path / "half") == given
    assert said.signature == ModelSignature(None, Schema([TensorSpec("str", (3, -1), "y")]))


def test_one_input_takes_arrays_frames_and_lists(tmp_path: Path) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    trialog.onnx.save_model(product(), tmp_path / "open", signature=False)
    with_signature, without = _loaded(tmp_path / "m"), _loaded(tmp_path / "open")
    frame = pd.DataFrame({"a": [1, 3], "b": [2.0, 4.0]})
    for data in (ROWS, {"x": ROWS}, frame, ROWS.tolist()):
        assert np.array_equal(with_signature.predict(data)["y"], EXPECTED)
    for each in (with_signature, without):
        assert np.array_equal(each.predict(ROWS.astype("float64"))["y"], EXPECTED)
        assert np.array_equal(each.predict({"x": ROWS.astype("float64")})["y"], EXPECTED)
    assert np.array_equal(without.predict({"x": ROWS.tolist()})["y"], EXPECTED)
    # Without a signature a frame gives a frame, flat as MLflow gives it.
    pd.testing.assert_frame_equal(without.predict(frame), pd.DataFrame({"y": EXPECTED.reshape(-1)}))
    assert with_signature.get_raw_model().get_providers() == ["CPUExecutionProvider"]


def test_several_inputs_are_columns_or_arrays_by_name(tmp_path: Path) -> None:
    trialog.onnx.save_model(doubled_and_joined(), tmp_path / "m")
    trialog.onnx.save_model(doubled_and_joined(), tmp_path / "open", signature=False)
    frame = pd.DataFrame({"text": ["a", "b"], "number": [1, 2], "more": [0, 0]})
    arrays = {"number": np.array([[1], [2]], dtype=np.int32), "text": np.array([["a"], ["b"]])}
    for name, data in (("m", frame), ("m", arrays), ("open", arrays)):
        given = _loaded(tmp_path / name).predict(data)
        assert given["doubled"].tolist() == [[2], [4]]
        assert given["joined"].tolist() == [["aa"], ["bb"]]
    given = _loaded(tmp_path / "open").predict(frame)
    assert given.to_dict("list") == {"doubled": [2, 4], "joined": ["aa", "bb"]}


def test_outputs_of_several_lengths_are_one_row_each(tmp_path: Path) -> None:
    nodes = [
        onnx.helper.make_node("Identity", ["x"], ["all"]),
        onnx.helper.make_node("ArgMax", ["x"], ["best"], axis=1),
    ]
    outputs = [value("all", FLOAT, ["rows", 2]), value("best", onnx.TensorProto.INT64, ["rows", 1])]
    trialog.onnx.save_model(graph(nodes, [value("x", FLOAT, ["rows", 2])], outputs), tmp_path / "m", signature=False)
    given = _loaded(tmp_path / "m").predict(pd.DataFrame(ROWS))
    assert [one.tolist() for one in given["all"]] == ROWS.tolist()
    assert [one.tolist() for one in given["best"]] == [[1], [1]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ROWS.astype("int64"), r"'x' is tensor\(float\), but the array is int64; convert it with astype\('float32'\)"),
        (np.ones((2, 5), np.float32), "cannot run the model on these data.*Got: 5 Expected: 2"),
        ({"z": ROWS}, "The data lack 'x', which the model needs; they have: 'z'"),
        ({"x": ROWS, "z": ROWS}, "The model has no input 'z'; it has: 'x'"),
        ({"x": "text"}, "'x' is an array of numpy, not str"),
        ("text", "takes a frame or a dictionary with the arrays 'x', or that array alone, not str"),
        (pd.DataFrame({"a": ["text"], "b": ["more"]}), "but the array is object"),
        (pd.DataFrame(), "cannot run the model on these data"),
    ],
)
def test_data_that_do_not_go_in_are_said_so(tmp_path: Path, data: Any, message: str) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m", signature=False)
    with pytest.raises(InvalidParameter, match=message):
        _loaded(tmp_path / "m").predict(data)


def test_numbers_that_are_too_large_for_the_input_are_refused(tmp_path: Path) -> None:
    trialog.onnx.save_model(doubled_and_joined(), tmp_path / "m")
    with pytest.raises(InvalidParameter, match="'number' is to be of the type int32, which is too small for it"):
        _loaded(tmp_path / "m").predict(pd.DataFrame({"number": [2**40], "text": ["a"]}))


def test_an_example_makes_the_signature(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0, 3.0], "b": [2.0, 4.0]})
    said = trialog.onnx.save_model(product(), tmp_path / "m", input_example=frame)
    assert said.signature == infer_signature(frame, pd.DataFrame({"y": EXPECTED.reshape(-1)}))
    loaded = _loaded(tmp_path / "m")
    assert loaded.predict(loaded.input_example)["y"].tolist() == EXPECTED.reshape(-1).tolist()


def test_weights_may_lie_beside_the_model(tmp_path: Path) -> None:
    large = np.arange(2 * 3000, dtype=np.float32).reshape(2, 3000)
    model = product(onnx.numpy_helper.from_array(large, "w"))
    before = model.SerializeToString()
    trialog.onnx.save_model(model, tmp_path / "m", save_as_external_data=True)
    assert model.SerializeToString() == before
    assert (tmp_path / "m" / "model.onnx.data").stat().st_size >= large.nbytes
    assert np.array_equal(weights_of(trialog.onnx.load_model(tmp_path / "m")), large)
    assert np.array_equal(_loaded(tmp_path / "m").predict(ROWS)["y"], ROWS @ large)
    half = onnx.load(str(tmp_path / "m" / "model.onnx"), load_external_data=False)
    with pytest.raises(InvalidParameter, match=r"still in a file beside it: load it with onnx.load\(path\)"):
        trialog.onnx.save_model(half, tmp_path / "n")


def test_large_models_keep_their_weights_beside_them(tmp_path: Path) -> None:
    large = onnx.numpy_helper.from_array(np.zeros((2, 9_000_000), np.float32), "w")
    trialog.onnx.save_model(product(large), tmp_path / "m", input_example=ROWS)
    assert (tmp_path / "m" / "model.onnx").stat().st_size < 1000
    assert ModelMetadata.load(tmp_path / "m").signature is not None


def test_what_is_no_model_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=r"dict is no onnx.ModelProto: load a file with onnx.load"):
        trialog.onnx.save_model({}, tmp_path / "m")
    broken = product()
    broken.graph.node[0].input[1] = "nowhere"
    with pytest.raises(InvalidParameter, match=r"holds no valid graph.*nowhere"):
        trialog.onnx.save_model(broken, tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_options_of_the_session_are_kept_and_applied(tmp_path: Path) -> None:
    options = {
        "intra_op_num_threads": 1,
        "execution_mode": "SEQUENTIAL",
        "graph_optimization_level": 99,
        "extra_session_config": {"session.intra_op.allow_spinning": "0"},
    }
    trialog.onnx.save_model(product(), tmp_path / "m", onnx_session_options=options)
    used = _loaded(tmp_path / "m").get_raw_model().get_session_options()
    assert used.intra_op_num_threads == 1
    assert used.get_session_config_entry("session.intra_op.allow_spinning") == "0"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"intra_op_num_threads": -1}, "intra_op_num_threads is a number from 0 to 1024, not -1"),
        ({"inter_op_num_threads": "many"}, "inter_op_num_threads is a number"),
        ({"execution_mode": "fast"}, "execution_mode is sequential or parallel, not 'fast'"),
        ({"graph_optimization_level": 7}, "one of 0, 1, 2, 99, not 7"),
        ({"extra_session_config": []}, "extra_session_config is a dictionary"),
        ([], "onnx_session_options is a dictionary"),
        (
            {"register_custom_ops_library": "own.so"},
            "not known, or name files or libraries.*register_custom_ops_library",
        ),
        ({"extra_session_config": {"session.collect_node_memory_stats_to_file": "f"}}, "memory_stats_to_file"),
    ],
)
def test_wrong_options_of_the_session_are_said_so(tmp_path: Path, options: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        trialog.onnx.save_model(product(), tmp_path / "m", onnx_session_options=options)


def test_a_library_or_file_that_options_name_is_not_touched(tmp_path: Path) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    (tmp_path / "m" / "own.so").write_bytes(b"no library")
    written = tmp_path / "written.csv"
    _change(
        tmp_path / "m",
        onnx_session_options={
            "register_custom_ops_library": str(tmp_path / "m" / "own.so"),
            "optimized_model_filepath": str(written),
            "enable_profiling": True,
            "extra_session_config": {
                "session.collect_node_memory_stats_to_file": str(written),
                "session.model_external_initializers_file_folder_path": "/etc",
            },
        },
    )
    with pytest.warns(ModelWarning, match="not applied: .*register_custom_ops_library, session.collect"):
        loaded = _loaded(tmp_path / "m")
    assert np.array_equal(loaded.predict(ROWS)["y"], EXPECTED)
    assert not written.exists()


def test_providers_that_are_not_here_leave_it_to_the_processor(tmp_path: Path) -> None:
    # MLflow's default, which wants no warning: the processor is in it.
    trialog.onnx.save_model(
        product(), tmp_path / "m", onnx_execution_providers=["CUDAExecutionProvider", "CPUExecutionProvider"]
    )
    assert np.array_equal(_loaded(tmp_path / "m").predict(ROWS)["y"], EXPECTED)
    _change(tmp_path / "m", providers=[["NoSuchExecutionProvider", {"library": "own.so"}]])
    with pytest.warns(ModelWarning, match="NoSuchExecutionProvider is not in the onnxruntime"):
        assert np.array_equal(_loaded(tmp_path / "m").predict(ROWS)["y"], EXPECTED)
    _change(tmp_path / "m", providers=7)
    with pytest.raises(InvalidParameter, match="providers is a list of names, not 7"):
        _loaded(tmp_path / "m")


def test_options_of_a_provider_that_may_name_libraries_need_consent(tmp_path: Path) -> None:
    given = [("CPUExecutionProvider", {"own_library": "own.so"})]
    trialog.onnx.save_model(product(), tmp_path / "m", onnx_execution_providers=given)
    with pytest.raises(PermissionDenied, match="gives CPUExecutionProvider the options own_library"):
        _loaded(tmp_path / "m")
    loaded = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True)
    assert np.array_equal(loaded.predict(ROWS)["y"], EXPECTED)


def test_operators_that_nobody_registered_are_not_looked_for(tmp_path: Path) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    model = product()
    model.graph.node[0].domain, model.graph.node[0].op_type = "org.example", "Own"
    model.opset_import.add(domain="org.example", version=1)
    write(model, tmp_path / "m")
    seal(tmp_path / "m")
    with pytest.raises(InvalidParameter, match=r"onnxruntime cannot load model\.onnx.*org\.example"):
        _loaded(tmp_path / "m")


@pytest.mark.parametrize(
    ("location", "offset", "length", "message"),
    [
        ("../secret.bin", "0", "24", "names '../secret.bin', which is no path within the model"),
        ("../../../../../../etc/passwd", "0", "24", "no path within the model"),
        ("/etc/passwd", "0", "24", "no path within the model"),
        ("link.bin", "0", "24", "leads out of its folder"),
        ("*/_ORT_MEM_ADDR_/*", "4096", "24", "which is no file within the model"),
        ("weights.bin", "-1", "24", "names '-1' as its offset"),
        ("weights.bin", "0", str(2**40), f"names bytes 0 to {2**40} of 'weights.bin', which has 24"),
        ("weights.bin", "9" * 400, "24", "as its offset"),
        ("weights.bin", "8", "24", "names bytes 8 to 32"),
        (".", "0", "24", "which is no file"),
    ],
)
def test_weights_from_elsewhere_are_not_read(
    tmp_path: Path, location: str, offset: str, length: str, message: str
) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    (tmp_path / "secret.bin").write_bytes(WEIGHTS.tobytes())
    (tmp_path / "m" / "weights.bin").write_bytes(WEIGHTS.tobytes())
    if location == "link.bin":
        if sys.platform == "win32":
            pytest.skip("links need a right of their own on Windows")
        (tmp_path / "m" / "link.bin").symlink_to(tmp_path / "secret.bin")
    write(product(external(location, offset, length)), tmp_path / "m")
    _without_sums(tmp_path / "m")
    for load in (_loaded, trialog.onnx.load_model):
        with pytest.raises(InvalidParameter, match=message):
            load(tmp_path / "m")


def _without_sums(folder: Path) -> None:
    said = ModelMetadata.load(folder)
    said.sha256 = None
    said.save(folder)


def test_weights_deep_within_a_graph_are_looked_at_too(tmp_path: Path) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    constant = onnx.helper.make_node("Constant", [], ["w"], value=external("../secret.bin"))
    inner = onnx.helper.make_graph([constant], "inner", [], [value("w", FLOAT, [2, 3])])
    node = onnx.helper.make_node("If", ["yes"], ["w"], then_branch=inner, else_branch=inner)
    yes = [value("yes", onnx.TensorProto.BOOL, [])]
    write(graph([node], yes, [value("w", FLOAT, [2, 3])]), tmp_path / "m")
    _without_sums(tmp_path / "m")
    with pytest.raises(InvalidParameter, match="no path within the model"):
        _loaded(tmp_path / "m")


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 100, product().SerializeToString()[:-20], b"ORTM" + bytes(200), b"{}", b"\x80\x04K\x01."]
)
def test_a_damaged_file_is_said_so(tmp_path: Path, content: bytes) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    write(content, tmp_path / "m")
    seal(tmp_path / "m")
    for load in (_loaded, trialog.onnx.load_model):
        with pytest.raises(InvalidParameter, match=r"model\.onnx of the model"):
            load(tmp_path / "m")


def test_a_file_is_read_as_onnx_whatever_its_ending(tmp_path: Path) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    (tmp_path / "m" / "model.onnx").rename(tmp_path / "m" / "model.ort")
    _change(tmp_path / "m", data="model.ort")
    assert np.array_equal(_loaded(tmp_path / "m").predict(ROWS)["y"], EXPECTED)


def test_sizes_that_are_only_claimed_take_no_memory(tmp_path: Path) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    claimed = onnx.TensorProto(name="w", data_type=FLOAT, dims=(2, 2**40), raw_data=b"abcd")
    write(product(claimed), tmp_path / "m")
    seal(tmp_path / "m")
    for load in (_loaded, trialog.onnx.load_model):
        with pytest.raises(InvalidParameter, match=r"model\.onnx of the model"):
            load(tmp_path / "m")


def test_a_file_that_is_missing_or_none_is_said_so(tmp_path: Path) -> None:
    trialog.onnx.save_model(product(), tmp_path / "m")
    for data, fault, message in (
        ("other.onnx", ResourceNotFound, "lacks 'other.onnx'"),
        ("../m/model.onnx", InvalidParameter, "no path within the model"),
        (".", InvalidParameter, "is no file"),
        (None, InvalidParameter, "no path within the model"),
    ):
        _change(tmp_path / "m", data=data)
        with pytest.raises(fault, match=message):
            _loaded(tmp_path / "m")
