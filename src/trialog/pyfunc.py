"""Any model as a Python function, and models that are your own code: save, log and load them, under MLflow's names."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Unpack

from trialog.models import python_model_saving as _models
from trialog.models.folder import ModelMetadata
from trialog.models.pyfunc import PyFuncModel
from trialog.models.python_model import PythonModel, PythonModelContext
from trialog.models.saving import SaveOptions
from trialog.sdk.artifact_uris import local_source
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.fluent.settled import settle
from trialog.sdk.model_info import ModelInfo
from trialog.sdk.model_loading import load_function
from trialog.sdk.model_logging import LogOptions
from trialog.sdk.model_logging import log_model as _log_model
from trialog.sdk.tracking_uri import open_transport

__all__ = ["PyFuncModel", "PythonModel", "PythonModelContext", "load_model", "log_model", "save_model"]


def save_model(
    path: str | PathLike[str],
    python_model: Any = None,
    *,
    loader_module: str | None = None,
    data_path: str | PathLike[str] | None = None,
    artifacts: Mapping[str, str | PathLike[str]] | None = None,
    model_config: Mapping[str, Any] | str | PathLike[str] | None = None,
    infer_code_paths: bool = False,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model that is code of your own as a model folder, which MLflow loads as well.

    Args:
        path: The folder; nothing may be there yet.
        python_model: A function; an instance of a `PythonModel`; or the path of a file of Python that calls
            `trialog.models.set_model(model)`. The file is kept as it is, the others as a pickle.
        loader_module: In place of it, the module whose function `_load_pyfunc(data_path)` loads the model.
        data_path: The file or folder that `loader_module` loads.
        artifacts: Files and folders that the model needs, by name; they are copied, and `context.artifacts[name]` is
            where they are when it is loaded. What lies on the server may be named by its URI, as `runs:/ID/path`.
        model_config: Options of the model, which `context.model_config` gives; or the path of a YAML file of them.
        infer_code_paths: Whether to copy modules of your own, which no package brings, that the model uses.
        options: signature, input_example, pip_requirements, extra_pip_requirements, conda_env, code_paths, metadata;
            see `trialog.models.saving.SaveOptions`. Without a signature it is found out from the annotations of
            `predict`, or else from the input example.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It cannot be saved so.
    """
    with _here(artifacts) as files:
        return _models.save_model(
            path,
            python_model,
            loader_module=loader_module,
            data_path=data_path,
            artifacts=files,
            model_config=model_config,
            infer_code_paths=infer_code_paths,
            **options,
        )


def log_model(
    artifact_path: str | None = None,
    *,
    python_model: Any = None,
    loader_module: str | None = None,
    data_path: str | PathLike[str] | None = None,
    name: str | None = None,
    artifacts: Mapping[str, str | PathLike[str]] | None = None,
    model_config: Mapping[str, Any] | str | PathLike[str] | None = None,
    infer_code_paths: bool = False,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a model that is code of your own to the active run.

    Args:
        artifact_path: Its name.
        python_model: See `save_model`.
        loader_module: See `save_model`.
        data_path: See `save_model`.
        name: The name, as MLflow 3 calls it.
        artifacts: See `save_model`.
        model_config: See `save_model`.
        infer_code_paths: See `save_model`.
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

    with _here(artifacts) as files:
        return _log_model(
            save,
            python_model,
            name,
            artifact_path=artifact_path,
            loader_module=loader_module,
            data_path=data_path,
            artifacts=files,
            model_config=model_config,
            infer_code_paths=infer_code_paths,
            **options,
        )


@contextmanager
def _here(artifacts: Mapping[str, str | PathLike[str]] | None) -> Iterator[dict[str, Path]]:
    """Fetch those artifacts that lie on the server; they are here while the block lasts."""
    files: dict[str, Path] = {}
    with tempfile.TemporaryDirectory(prefix="trialog-artifacts-") as temporary:
        for place, (name, uri) in enumerate((artifacts or {}).items()):
            source = local_source(fspath(uri))
            if source is None:
                # What was logged a moment ago may still be on its way.
                settle()
                source = Artifacts(open_transport()).download_uri(fspath(uri), Path(temporary, str(place)))
            files[name] = source
        yield files


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
