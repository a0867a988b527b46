"""Models in the format ONNX: graphs that run without the library that trained them. Loading one runs no code."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, Unpack

from trialog.errors import InvalidParameter, require
from trialog.models.folder import ModelMetadata, inside
from trialog.models.onnx_graph import is_external, read_graph, signature_of, size_of, tensors_of
from trialog.models.onnx_session import GraphSession, open_session, read_providers, refuse_unknown_options
from trialog.models.requirements import requirements_of
from trialog.models.saving import SaveOptions, Written, save_folder
from trialog.models.warned import warn

FLAVOR: Final = "onnx"
LOADER: Final = "mlflow.onnx"
Provider = str | tuple[str, Mapping[str, Any]]
"""Name of an execution provider of onnxruntime, or that and its options."""

_FILE: Final = "model.onnx"
_WEIGHTS: Final = "model.onnx.data"
# From there on a model loads in half the time if its weights lie in a file of their own.
_MOST_WITHIN: Final = 64 * 1024 * 1024


def save_model(
    onnx_model: Any,
    path: str | PathLike[str],
    *,
    mlflow_model: ModelMetadata | None = None,
    onnx_execution_providers: Sequence[Provider] | None = None,
    onnx_session_options: Mapping[str, Any] | None = None,
    save_as_external_data: bool | None = None,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model in the format ONNX as a model folder.

    Args:
        onnx_model: The `onnx.ModelProto`; it stays as it is.
        path: The folder.
        mlflow_model: What is known of the model already, such as its run.
        onnx_execution_providers: What is to compute where the model is loaded as a Python function, best first; the
            processor by default.
        onnx_session_options: How: `intra_op_num_threads`, `inter_op_num_threads`, `execution_mode`,
            `graph_optimization_level` and `extra_session_config`.
        save_as_external_data: Whether its weights are kept in a file of their own; by default those of a model of more
            than 64 MiB.
        options: What is said of any model; see `trialog.models.saving.SaveOptions`. Without signature and input
            example, the graph says what goes in and comes out.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It is no such model (`model.wrong_kind`), no valid one (`model.damaged`), or an option is
            wrong (`model.session_option_invalid`).
    """
    onnx = require("onnx", extra="onnx")
    _check_model(onnx, onnx_model)
    providers = [[name, given] if given else name for name, given in read_providers(onnx_execution_providers)]
    refuse_unknown_options(onnx_session_options)
    is_large = size_of(onnx_model) > _MOST_WITHIN
    # What is large cannot be handed over within memory to find out what it gives for an example.
    if options.get("signature") is None and (is_large or options.get("input_example") is None):
        options["signature"] = signature_of(onnx_model)

    def write(folder: Path) -> Written:
        _write(onnx, onnx_model, folder / _FILE, is_large if save_as_external_data is None else save_as_external_data)
        return Written(
            FLAVOR,
            {
                "data": _FILE,
                "onnx_session_options": None if onnx_session_options is None else dict(onnx_session_options),
                "onnx_version": onnx.__version__,
                "providers": providers,
            },
            [*requirements_of({"numpy", "onnx"}), *(requirements_of({"onnxruntime"}) or ["onnxruntime"])],
            {"data": _FILE, "loader_module": LOADER},
        )

    def predict(data: Any, params: dict[str, Any] | None) -> Any:
        return open_session(onnx_model.SerializeToString(), {}).predict(data, params)

    return save_folder(path, write, predict, options, mlflow_model)


def _check_model(onnx: Any, model: Any) -> None:
    if not isinstance(model, onnx.ModelProto):
        raise InvalidParameter(
            "model.wrong_kind",
            f"{type(model).__name__} is no onnx.ModelProto: load a file with onnx.load, or convert the model first, "
            "with torch.onnx.export or skl2onnx.",
        )
    if any(map(is_external, tensors_of(model))):
        raise InvalidParameter(
            "model.wrong_kind",
            "Weights of the model are still in a file beside it: load it with onnx.load(path), which reads them too.",
        )


def _write(onnx: Any, model: Any, path: Path, apart: bool) -> None:
    fault = require("google.protobuf.message", extra="onnx").EncodeError
    try:
        if apart:
            # Writing weights apart takes them out of what is written.
            copy = onnx.ModelProto()
            copy.CopyFrom(model)
            onnx.save_model(copy, str(path), save_as_external_data=True, location=_WEIGHTS)
        else:
            onnx.save_model(model, str(path))
    except (fault, ValueError) as error:
        raise InvalidParameter(
            "model.wrong_kind", f"The model cannot be written with save_as_external_data={apart}: {error}"
        ) from error
    if fault := _fault(onnx, path):
        warn(f"The graph is no valid one, and MLflow loads it as a Python function alone: {fault}")


def _fault(onnx: Any, path: Path) -> str | None:
    """Return what the specification of ONNX says against a graph, if onnxruntime takes it all the same.

    Raises:
        InvalidParameter: onnxruntime does not take it either (`model.damaged`).
    """
    try:
        onnx.checker.check_model(str(path))
    # What it cannot read at all, it says as a RuntimeError.
    except (onnx.checker.ValidationError, RuntimeError) as error:
        fault = " ".join(str(error).split())[:500]
        try:
            # Inputs and outputs whose shape is not told, for one, are not allowed, and work.
            open_session(path, {})
        except InvalidParameter:
            raise InvalidParameter(
                "model.damaged", f"{path.name} of the model holds no valid graph: {fault}"
            ) from error
        return fault
    return None


def load_folder(folder: Path, metadata: ModelMetadata) -> Any:
    """Return the model of a folder, an `onnx.ModelProto`.

    Args:
        folder: The folder.
        metadata: What its file `MLmodel` says.

    Raises:
        ResourceNotFound: The folder has no such model (`model.flavor_not_found`, `model.file_not_found`).
        InvalidParameter: It is damaged (`model.damaged`), or needs files from elsewhere (`model.path_outside`).
    """
    onnx = require("onnx", extra="onnx")
    path = _file(folder, metadata)
    model = read_graph(path)
    _fault(onnx, path)
    if any(map(is_external, tensors_of(model))):
        require("onnx.external_data_helper", extra="onnx").load_external_data_for_model(model, str(path.parent))
    return model


def load_session(folder: Path, metadata: ModelMetadata, *, allow_pickle: bool | None = None) -> GraphSession:
    """Return what runs the model of a folder.

    Args:
        folder: The folder; it has to stay while the model is used.
        metadata: What its file `MLmodel` says.
        allow_pickle: Whether its options may load libraries; None to ask TRIALOG_ALLOW_PICKLE.

    Raises:
        ResourceNotFound: The folder has no such model (`model.flavor_not_found`, `model.file_not_found`).
        InvalidParameter: It is damaged (`model.damaged`), needs files from elsewhere (`model.path_outside`), or has
            wrong options (`model.session_option_invalid`).
        PermissionDenied: Its options would load libraries (`model.code_not_allowed`).
    """
    path = _file(folder, metadata)
    read_graph(path)
    return open_session(path, metadata.flavor(FLAVOR), allow_pickle)


def _file(folder: Path, metadata: ModelMetadata) -> Path:
    path = inside(folder, metadata.flavor(FLAVOR).get("data"))
    if not path.is_file():
        raise InvalidParameter("model.damaged", f"{path.name} of the model is no file.")
    return path
