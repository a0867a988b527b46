"""Models in the format ONNX: save, log and load them, under MLflow's names."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Unpack

from trialog.models import onnx as _models
from trialog.models.folder import ModelMetadata
from trialog.models.onnx import Provider
from trialog.models.saving import SaveOptions
from trialog.sdk.model_info import ModelInfo
from trialog.sdk.model_loading import flavor_loader
from trialog.sdk.model_loading import load_model as _load_model
from trialog.sdk.model_logging import LogOptions
from trialog.sdk.model_logging import log_model as _log_model

__all__ = ["load_model", "log_model", "save_model"]


def save_model(
    onnx_model: Any,
    path: str | PathLike[str],
    *,
    onnx_execution_providers: Sequence[Provider] | None = None,
    onnx_session_options: Mapping[str, Any] | None = None,
    save_as_external_data: bool | None = None,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model in the format ONNX as a model folder, which MLflow loads as well. Loading it runs no code.

    Args:
        onnx_model: The `onnx.ModelProto`; it stays as it is.
        path: The folder; nothing may be there yet.
        onnx_execution_providers: What is to compute where the model is loaded with `trialog.pyfunc.load_model`, best
            first, such as `["CUDAExecutionProvider", "CPUExecutionProvider"]`; the processor by default.
        onnx_session_options: How: `intra_op_num_threads`, `inter_op_num_threads`, `execution_mode`,
            `graph_optimization_level` and `extra_session_config`.
        save_as_external_data: Whether its weights are kept in a file of their own; by default those of a model of more
            than 64 MiB.
        options: signature, input_example, pip_requirements, extra_pip_requirements, conda_env, code_paths, metadata;
            see `trialog.models.saving.SaveOptions`. Without signature and input example, the graph says what goes in
            and comes out.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It cannot be saved so.
    """
    return _models.save_model(
        onnx_model,
        path,
        onnx_execution_providers=onnx_execution_providers,
        onnx_session_options=onnx_session_options,
        save_as_external_data=save_as_external_data,
        **options,
    )


def log_model(
    onnx_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    onnx_execution_providers: Sequence[Provider] | None = None,
    onnx_session_options: Mapping[str, Any] | None = None,
    save_as_external_data: bool | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a model in the format ONNX to the active run.

    Args:
        onnx_model: The `onnx.ModelProto`.
        artifact_path: Its name.
        name: The same, as MLflow 3 calls it.
        onnx_execution_providers: See `save_model`.
        onnx_session_options: See `save_model`.
        save_as_external_data: See `save_model`.
        options: registered_model_name, signature, input_example, tags, params, metadata, pip_requirements, step,
            run_id and others; see `trialog.sdk.model_logging.LogOptions`.

    Returns:
        What the model is; its `model_uri` loads it.

    Raises:
        InvalidParameter: It cannot be saved so.
        TrialogError: What the server refused.
    """
    return _log_model(
        _models.save_model,
        onnx_model,
        name,
        artifact_path=artifact_path,
        onnx_execution_providers=onnx_execution_providers,
        onnx_session_options=onnx_session_options,
        save_as_external_data=save_as_external_data,
        **options,
    )


def load_model(
    model_uri: str | PathLike[str],
    dst_path: str | PathLike[str] | None = None,
    *,
    allow_pickle: bool | None = None,
) -> Any:
    """Load a model in the format ONNX. `trialog.pyfunc.load_model` loads it so that it predicts.

    Args:
        model_uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`;
            `models:/NAME@ALIAS`; `models:/m-ID`; `runs:/ID/name`; or a path.
        dst_path: Folder to keep its files in; they are not kept if None.
        allow_pickle: Whether code that was saved with the model may run; None to ask TRIALOG_ALLOW_PICKLE.

    Returns:
        The `onnx.ModelProto`.

    Raises:
        ResourceNotFound: There is no such model.
        InvalidParameter: It is damaged, or needs files from outside of its folder.
    """
    return _load_model(model_uri, flavor_loader(_models.FLAVOR, allow_pickle=allow_pickle), dst_path)
