"""Runs graphs in the format ONNX by onnxruntime: with which options, on which device, and what goes in and comes out.

A model folder names options and devices too, and may be anybody's: what would load a library, read or write a file
or send data away is done with consent alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, require
from trialog.models.consent import check_code
from trialog.models.data_types import shown
from trialog.models.enforcement import as_array
from trialog.models.loaded import is_array, is_frame
from trialog.models.schema import TensorSpec
from trialog.models.warned import warn

CPU: Final = "CPUExecutionProvider"
# They compute on this machine, and come with onnxruntime.
_PROVIDERS: Final = frozenset(
    {
        CPU,
        "CUDAExecutionProvider",
        "CoreMLExecutionProvider",
        "DmlExecutionProvider",
        "MIGraphXExecutionProvider",
        "OpenVINOExecutionProvider",
        "ROCMExecutionProvider",
        "TensorrtExecutionProvider",
        "XnnpackExecutionProvider",
    }
)
# Others of their options name libraries and files.
_PROVIDER_OPTIONS: Final = frozenset(
    {"arena_extend_strategy", "cudnn_conv_algo_search", "device_id", "gpu_mem_limit", "trt_fp16_enable", "use_tf32"}
)
_THREADS: Final = ("inter_op_num_threads", "intra_op_num_threads")
_MOST_THREADS: Final = 1024
_MODES: Final = ("sequential", "parallel")
_LEVELS: Final = (0, 1, 2, 99)
_EXTRA: Final = "extra_session_config"
_OPTIONS: Final = (*_THREADS, "execution_mode", "graph_optimization_level", _EXTRA)
# Others name files to read and write.
_ENTRIES: Final = frozenset(
    {
        "optimization.enable_gelu_approximation",
        "session.disable_cpu_ep_fallback",
        "session.disable_prepacking",
        "session.disable_quant_qdq",
        "session.dynamic_block_base",
        "session.enable_quant_qdq_cleanup",
        "session.force_spinning_stop",
        "session.inter_op.allow_spinning",
        "session.intra_op.allow_spinning",
        "session.intra_op_thread_affinities",
        "session.set_denormal_as_zero",
        "session.use_device_allocator_for_initializers",
        "session.use_env_allocators",
    }
)
# onnxruntime raises one class for each kind of fault, and they share no base.
_FAULTS: Final = (
    "EPFail",
    "EngineError",
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "NoModel",
    "NoSuchFile",
    "NotImplemented",
    "RuntimeException",
)
# Silent but for what ends it: all else is raised, and would be said twice.
_FATAL: Final = 4
_NUMPY_TYPES: Final = {
    "tensor(bool)": "bool",
    "tensor(double)": "float64",
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(string)": "str",
    **{f"tensor({name})": name for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
}
# Whatever its rank is.
_ANY_SHAPE: Final = (-1, -1)


def check_session_options(given: object) -> list[str]:
    """Hold options of a session against what onnxruntime takes.

    Args:
        given: The options: `intra_op_num_threads`, `inter_op_num_threads`, `execution_mode`,
            `graph_optimization_level` and `extra_session_config`; or None.

    Returns:
        Those among them that are not applied, because they are not known or name files or libraries.

    Raises:
        InvalidParameter: One has a value that it cannot have (`model.session_option_invalid`).
    """
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise _invalid("onnx_session_options", given, "a dictionary")
    for name in _THREADS:
        count = given.get(name, 0)
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= _MOST_THREADS:
            raise _invalid(name, count, f"a number from 0 to {_MOST_THREADS}")
    mode = given.get("execution_mode")
    if mode is not None and (not isinstance(mode, str) or mode.lower() not in _MODES):
        raise _invalid("execution_mode", mode, " or ".join(_MODES))
    level = given.get("graph_optimization_level")
    if level is not None and (isinstance(level, bool) or level not in _LEVELS):
        raise _invalid("graph_optimization_level", level, f"one of {', '.join(map(str, _LEVELS))}")
    entries = given.get(_EXTRA)
    if entries is not None and not isinstance(entries, Mapping):
        raise _invalid(_EXTRA, entries, "a dictionary")
    unknown = [str(name) for name in given if name not in _OPTIONS]
    return unknown + [str(name) for name in entries or {} if name not in _ENTRIES]


def _invalid(name: str, value: object, expected: str) -> InvalidParameter:
    return InvalidParameter(
        "model.session_option_invalid", f"The session option {name} is {expected}, not {shown(value)}.", option=name
    )


def refuse_unknown_options(given: object) -> None:
    """Refuse options of a session that no loader would apply.

    Raises:
        InvalidParameter: There are some (`model.session_option_invalid`).
    """
    if unknown := check_session_options(given):
        raise InvalidParameter(
            "model.session_option_invalid",
            f"These session options are not known, or name files or libraries, which loading a model does not touch: "
            f"{', '.join(unknown)}. Known are {', '.join(_OPTIONS)}.",
            option=unknown[0],
        )


def open_session(model: Path | bytes, options: Mapping[str, Any], allow_pickle: bool | None = None) -> "GraphSession":
    """Return what runs a model.

    Args:
        model: Its file, or what would stand in it.
        options: Those of the flavor in a file `MLmodel`: `providers` and `onnx_session_options`.
        allow_pickle: Whether the options may load libraries; None to ask TRIALOG_ALLOW_PICKLE.

    Raises:
        InvalidParameter: onnxruntime cannot load it (`model.damaged`), or the options are wrong
            (`model.session_option_invalid`).
        PermissionDenied: The options would load libraries (`model.code_not_allowed`).
    """
    onnxruntime = require("onnxruntime", extra="onnx")
    settings = _settings(onnxruntime, options.get("onnx_session_options"))
    providers = _providers(onnxruntime, options.get("providers"), allow_pickle)
    named = model.name if isinstance(model, Path) else "the graph"
    try:
        session = onnxruntime.InferenceSession(
            str(model) if isinstance(model, Path) else model, settings, providers=providers
        )
    except _faults() as error:
        raise InvalidParameter(
            "model.damaged", f"onnxruntime cannot load {named} of the model: {_told(error)}"
        ) from error
    dropped = {name for name, _ in providers} - set(session.get_providers())
    if dropped:
        warn(
            f"onnxruntime could not start {', '.join(sorted(dropped))}; {', '.join(session.get_providers())} computes."
        )
    return GraphSession(session)


def _settings(onnxruntime: Any, given: Any) -> Any:
    if ignored := check_session_options(given):
        warn(f"These session options of the model are not applied: {', '.join(ignored)}.")
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = _FATAL
    # A file with another ending could be read as another format than the one in which it was looked at.
    settings.add_session_config_entry("session.load_model_format", "ONNX")
    if not given:
        return settings
    for name in _THREADS:
        setattr(settings, name, given.get(name, 0))
    if mode := given.get("execution_mode"):
        settings.execution_mode = getattr(onnxruntime.ExecutionMode, f"ORT_{mode.upper()}")
    if (level := given.get("graph_optimization_level")) is not None:
        settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel(level)
    for name, value in (given.get(_EXTRA) or {}).items():
        if name in _ENTRIES:
            settings.add_session_config_entry(name, str(value))
    return settings


def _providers(onnxruntime: Any, given: object, allow_pickle: bool | None) -> list[tuple[str, dict[str, str]]]:
    """Return those of the providers that are here; the processor if none is."""
    wanted = read_providers(given)
    here = set(onnxruntime.get_available_providers())
    usable = [(name, options) for name, options in wanted if name in here]
    for name, options in usable:
        if name not in _PROVIDERS:
            check_code(f"is to be run by {name}, which need not compute on this machine", allow_pickle)
        if others := sorted(options.keys() - _PROVIDER_OPTIONS):
            check_code(f"gives {name} the options {', '.join(others)}, which may name libraries", allow_pickle)
    if not usable:
        warn(f"{', '.join(name for name, _ in wanted)} is not in the onnxruntime that is installed; {CPU} computes.")
    return usable or [(CPU, {})]


def read_providers(given: object) -> list[tuple[str, dict[str, str]]]:
    """Return names and options of execution providers; the processor alone if none are given.

    Args:
        given: A name, or a list of names and of pairs of a name and its options.

    Raises:
        InvalidParameter: It is no such list (`model.session_option_invalid`).
    """
    entries = [given] if isinstance(given, str) else given or [CPU]
    if not isinstance(entries, Sequence):
        raise _invalid("providers", given, "a list of names")
    found: list[tuple[str, dict[str, str]]] = []
    for entry in entries:
        match entry:
            case str():
                found.append((entry, {}))
            case [str() as name, dict() as options]:
                found.append((name, {str(key): str(value) for key, value in options.items()}))
            case _:
                raise _invalid("providers", entry, "a name, or a name and a dictionary of options")
    return found


def _faults() -> tuple[type[Exception], ...]:
    module = require("onnxruntime.capi.onnxruntime_pybind11_state", extra="onnx")
    # What has no class of its own, such as a wrong type of Python, is one of these two.
    return (*(getattr(module, name) for name in _FAULTS if hasattr(module, name)), RuntimeError, ValueError)


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:500]


class GraphSession:
    """A graph that onnxruntime has loaded.

    Args:
        session: The `onnxruntime.InferenceSession`.
    """

    def __init__(self, session: Any) -> None:
        self.session = session
        self._inputs = {one.name: _Input(one) for one in session.get_inputs()}
        self._optional = {one.name: _Input(one) for one in session.get_overridable_initializers()}
        self._outputs = [one.name for one in session.get_outputs()]

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        """Return what the model gives: a frame for a frame, and else a dictionary of arrays by name of the output.

        Args:
            data: A dictionary of arrays by name of the input; or an array, where there is one input; or a frame: each
                column an input, or all of it the one input.
            params: Nothing hangs on them; a graph has none.

        Raises:
            InvalidParameter: They do not go with the inputs of the model (`model.column_missing`,
                `model.input_invalid`, `model.tensor_wrong_type`, `model.tensor_wrong_shape`).
        """
        del params
        if is_frame(data):
            return _frame_of(dict(zip(self._outputs, self._run(self._feeds_of_frame(data)), strict=True)))
        return dict(zip(self._outputs, self._run(self._feeds(data)), strict=True))

    def _run(self, feeds: dict[str, Any]) -> list[Any]:
        try:
            outputs: list[Any] = self.session.run(self._outputs, feeds)
        except _faults() as error:
            raise InvalidParameter(
                "model.input_invalid", f"onnxruntime cannot run the model on these data: {_told(error)}"
            ) from error
        return outputs

    def _feeds(self, data: Any) -> dict[str, Any]:
        if is_array(data) and len(self._inputs) == 1:
            data = dict.fromkeys(self._inputs, data)
        if not isinstance(data, Mapping):
            raise InvalidParameter(
                "model.input_invalid",
                f"The model takes a frame or a dictionary with the arrays {_named(self._inputs)}"
                f"{', or that array alone' if len(self._inputs) == 1 else ''}, not {type(data).__name__}.",
            )
        self._check_names(data)
        known = self._inputs | self._optional
        if unknown := [name for name in data if name not in known]:
            raise InvalidParameter(
                "model.input_invalid", f"The model has no input {_named(unknown)}; it has: {_named(known)}."
            )
        return {name: known[name].fed(value) for name, value in data.items()}

    def _feeds_of_frame(self, frame: Any) -> dict[str, Any]:
        if len(self._inputs) == 1:
            return {name: one.fed_from_frame(frame) for name, one in self._inputs.items()}
        self._check_names(frame.columns)
        return {name: one.fed_from_frame(frame[name]) for name, one in self._inputs.items()}

    def _check_names(self, found: Any) -> None:
        missing = [name for name in self._inputs if name not in found]
        if missing:
            raise InvalidParameter(
                "model.column_missing",
                f"The data lack {_named(missing)}, which the model needs; they have: {_named(found) or 'none'}.",
                column=missing[0],
            )


class _Input:
    """One input of a graph.

    Args:
        node: What onnxruntime says of it.
    """

    def __init__(self, node: Any) -> None:
        numpy = require("numpy", extra="models")
        self.name: str = node.name
        self._kind: str = node.type
        named = _NUMPY_TYPES.get(node.type)
        # Sequences, maps and types that numpy lacks go in as they are.
        self._dtype = None if named is None else numpy.dtype(named)
        shape = tuple(size if isinstance(size, int) else -1 for size in node.shape)
        self._spec = None if named is None else TensorSpec(named, shape or _ANY_SHAPE, node.name)

    def fed(self, value: Any) -> Any:
        """Return an array as the input takes it: what is float64 becomes float32 where that is asked for."""
        if self._dtype is None:
            return value
        if isinstance(value, list):
            return self.fed_from_frame(value)
        if not is_array(value):
            raise InvalidParameter(
                "model.input_invalid", f"The input {self.name!r} is an array of numpy, not {type(value).__name__}."
            )
        if value.dtype == self._dtype or (self._dtype.kind == "U" and value.dtype.kind in "UO"):
            return value
        if value.dtype == "float64" and self._dtype == "float32":
            return value.astype(self._dtype)
        raise InvalidParameter(
            "model.tensor_wrong_type",
            f"The input {self.name!r} is {self._kind}, but the array is {value.dtype}; convert it with "
            f"astype({self._dtype.name!r}).",
            expected=self._dtype.name,
            found=str(value.dtype),
        )

    def fed_from_frame(self, values: Any) -> Any:
        """Return a frame, a column of it or a list, of which the types of numbers say little, as the input takes it."""
        if self._spec is None:
            return values
        return self.fed(as_array(values, self._spec))


def _frame_of(outputs: dict[str, Any]) -> Any:
    """Return outputs as columns, flat as MLflow gives them; by row where they would be of several lengths."""
    numpy, pandas = require("numpy", extra="models"), require("pandas", extra="models")
    columns = {name: numpy.asarray(one).reshape(-1) for name, one in outputs.items()}
    if len({len(one) for one in columns.values()}) > 1:
        columns = {name: list(one) for name, one in outputs.items()}
    try:
        return pandas.DataFrame(columns)
    except ValueError as error:
        raise InvalidParameter(
            "model.output_invalid",
            "The outputs of the model have several lengths and are no frame; give arrays, and get a dictionary of "
            "arrays.",
        ) from error


def _named(names: Iterable[Any]) -> str:
    return ", ".join(repr(name) for name in names)
