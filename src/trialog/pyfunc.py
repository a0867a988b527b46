"""Any model as a Python function, and models that are your own code: save, log and load them, under MLflow's names."""

from collections.abc import Mapping
from os import PathLike
from typing import Any, Unpack

from trialog.models import pyfunc as _models
from trialog.models.folder import ModelMetadata
from trialog.models.pyfunc import PyFuncModel
from trialog.models.python_model import PythonModel, PythonModelContext
from trialog.models.saving import SaveOptions
from trialog.sdk.model_info import ModelInfo
from trialog.sdk.model_loading import load_function
from trialog.sdk.model_logging import LogOptions
from trialog.sdk.model_logging import log_model as _log_model

__all__ = ["PyFuncModel", "PythonModel", "PythonModelContext", "load_model", "log_model", "save_model"]


def save_model(
    path: str | PathLike[str],
    python_model: Any,
    *,
    artifacts: Mapping[str, str | PathLike[str]] | None = None,
    model_config: Mapping[str, Any] | None = None,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a function, or an instance of a `PythonModel`, as a model folder, which MLflow loads as well.

    Args:
        path: The folder; nothing may be there yet.
        python_model: The function, or the instance.
        artifacts: Files and folders that the model needs, by name; they are copied, and `context.artifacts[name]` is
            where they are when it is loaded.
        model_config: Options of the model, which `context.model_config` gives.
        options: signature, input_example, pip_requirements, extra_pip_requirements, conda_env, code_paths, metadata;
            see `trialog.models.saving.SaveOptions`.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It cannot be saved so.
    """
    return _models.save_model(path, python_model, artifacts=artifacts, model_config=model_config, **options)


def log_model(
    artifact_path: str | None = None,
    *,
    python_model: Any,
    name: str | None = None,
    artifacts: Mapping[str, str | PathLike[str]] | None = None,
    model_config: Mapping[str, Any] | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a function, or an instance of a `PythonModel`, to the active run.

    Args:
        artifact_path: Its name.
        python_model: The function, or the instance.
        name: The name, as MLflow 3 calls it.
        artifacts: See `save_model`.
        model_config: See `save_model`.
        options: registered_model_name, signature, input_example, tags, params, metadata, pip_requirements, step,
            run_id and others; see `trialog.sdk.model_logging.LogOptions`.

    Returns:
        What the model is; its `model_uri` loads it.

    Raises:
        InvalidParameter: It cannot be saved so.
        TrialogError: What the server refused.
    """

    def save(model: Any, path: PathLike[str], **given: Any) -> ModelMetadata:
        return _models.save_model(path, model, **given)

    return _log_model(
        save,
        python_model,
        name,
        artifact_path=artifact_path,
        artifacts=artifacts,
        model_config=model_config,
        **options,
    )


def load_model(
    model_uri: str | PathLike[str],
    suppress_warnings: bool = False,
    dst_path: str | PathLike[str] | None = None,
    model_config: dict[str, Any] | None = None,
    *,
    allow_pickle: bool | None = None,
) -> PyFuncModel:
    """Load any model as a Python function: what it takes is held against its signature.

    Args:
        model_uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`;
            `models:/NAME@ALIAS`; `models:/m-ID`; `runs:/ID/name`; or a path.
        suppress_warnings: Whether to say nothing of packages that are here in other versions.
        dst_path: Folder to keep its files in; without, they stay as long as the model does.
        model_config: Options to give the model in place of those it was saved with.
        allow_pickle: Whether it may run code while it is loaded, which a pickle can; None to ask TRIALOG_ALLOW_PICKLE.

    Returns:
        What predicts.

    Raises:
        PermissionDenied: It would run code, and may not; the message says what to do.
        ResourceNotFound: There is no such model.
    """
    return load_function(
        model_uri,
        allow_pickle=allow_pickle,
        model_config=model_config,
        dst_path=dst_path,
        suppress_warnings=suppress_warnings,
    )
