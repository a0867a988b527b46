"""Models of scikit-learn: save, log and load them, under MLflow's names."""

from collections.abc import Sequence
from importlib import import_module
from os import PathLike
from typing import Any, Unpack

from trialog.models import sklearn as _models
from trialog.models.folder import ModelMetadata
from trialog.models.saving import SaveOptions
from trialog.models.sklearn import (
    SERIALIZATION_FORMAT_CLOUDPICKLE,
    SERIALIZATION_FORMAT_PICKLE,
    SERIALIZATION_FORMAT_SKOPS,
)
from trialog.sdk.model_info import ModelInfo
from trialog.sdk.model_loading import flavor_loader
from trialog.sdk.model_loading import load_model as _load_model
from trialog.sdk.model_logging import LogOptions
from trialog.sdk.model_logging import log_model as _log_model

__all__ = [
    "SERIALIZATION_FORMAT_CLOUDPICKLE",
    "SERIALIZATION_FORMAT_PICKLE",
    "SERIALIZATION_FORMAT_SKOPS",
    "autolog",
    "load_model",
    "log_model",
    "save_model",
]


def save_model(
    sk_model: Any,
    path: str | PathLike[str],
    *,
    serialization_format: str | None = None,
    skops_trusted_types: Sequence[str] | None = None,
    pyfunc_predict_fn: str = "predict",
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model as a model folder, which MLflow loads as well.

    Args:
        sk_model: The model.
        path: The folder; nothing may be there yet.
        serialization_format: `skops`, `cloudpickle` or `pickle`. By default skops, of which loading runs no code; and
            cloudpickle, with a warning, for a model that skops cannot hold.
        skops_trusted_types: Types of your own that may be in a file of skops.
        pyfunc_predict_fn: The method that predicts where the model is loaded as a Python function.
        options: signature, input_example, pip_requirements, extra_pip_requirements, conda_env, code_paths, metadata;
            see `trialog.models.saving.SaveOptions`.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It cannot be saved so.
    """
    return _models.save_model(
        sk_model,
        path,
        serialization_format=serialization_format,
        skops_trusted_types=skops_trusted_types,
        pyfunc_predict_fn=pyfunc_predict_fn,
        **options,
    )


def log_model(
    sk_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    serialization_format: str | None = None,
    skops_trusted_types: Sequence[str] | None = None,
    pyfunc_predict_fn: str = "predict",
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a model to the active run.

    Args:
        sk_model: The model.
        artifact_path: Its name.
        name: The same, as MLflow 3 calls it.
        serialization_format: See `save_model`.
        skops_trusted_types: See `save_model`.
        pyfunc_predict_fn: See `save_model`.
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
        sk_model,
        name,
        artifact_path=artifact_path,
        serialization_format=serialization_format,
        skops_trusted_types=skops_trusted_types,
        pyfunc_predict_fn=pyfunc_predict_fn,
        **options,
    )


def load_model(
    model_uri: str | PathLike[str],
    dst_path: str | PathLike[str] | None = None,
    *,
    allow_pickle: bool | None = None,
    skops_trusted_types: Sequence[str] | None = None,
) -> Any:
    """Load a model of scikit-learn.

    Args:
        model_uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`;
            `models:/NAME@ALIAS`; `models:/m-ID`; `runs:/ID/name`; or a path.
        dst_path: Folder to keep its files in; they are not kept if None.
        allow_pickle: Whether it may run code while it is loaded, which a pickle can; None to ask TRIALOG_ALLOW_PICKLE.
        skops_trusted_types: Types of a file of skops that you trust.

    Returns:
        The estimator.

    Raises:
        PermissionDenied: It would run code, and may not; the message says what to do.
        ResourceNotFound: There is no such model.
    """
    load = flavor_loader(_models.FLAVOR, allow_pickle=allow_pickle, skops_trusted_types=skops_trusted_types)
    return _load_model(model_uri, load, dst_path)


def autolog(**options: Any) -> None:
    """Log what scikit-learn trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    # Loaded only where somebody asks for it: it looks into the library.
    import_module("trialog.sdk.autolog.sklearn").autolog(**options)
