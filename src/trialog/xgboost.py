"""Models of XGBoost: save, log and load them, under MLflow's names."""

from importlib import import_module
from os import PathLike
from typing import Any, Unpack

from trialog.models import xgboost as _models
from trialog.models.folder import ModelMetadata
from trialog.models.saving import SaveOptions
from trialog.sdk.model_info import ModelInfo
from trialog.sdk.model_loading import flavor_loader
from trialog.sdk.model_loading import load_model as _load_model
from trialog.sdk.model_logging import LogOptions
from trialog.sdk.model_logging import log_model as _log_model

__all__ = ["autolog", "load_model", "log_model", "save_model"]


def save_model(
    xgb_model: Any, path: str | PathLike[str], *, model_format: str = "ubj", **options: Unpack[SaveOptions]
) -> ModelMetadata:
    """Save a model as a model folder, which MLflow loads as well. Loading it runs no code.

    Args:
        xgb_model: A booster, or an estimator such as `XGBClassifier`.
        path: The folder; nothing may be there yet.
        model_format: `ubj`, `json` or `xgb`.
        options: signature, input_example, pip_requirements, extra_pip_requirements, conda_env, code_paths, metadata;
            see `trialog.models.saving.SaveOptions`.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It cannot be saved so.
    """
    return _models.save_model(xgb_model, path, model_format=model_format, **options)


def log_model(
    xgb_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    model_format: str = "ubj",
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a model to the active run.

    Args:
        xgb_model: A booster, or an estimator such as `XGBClassifier`.
        artifact_path: Its name.
        name: The same, as MLflow 3 calls it.
        model_format: See `save_model`.
        options: registered_model_name, signature, input_example, tags, params, metadata, pip_requirements, step,
            run_id and others; see `trialog.sdk.model_logging.LogOptions`.

    Returns:
        What the model is; its `model_uri` loads it.

    Raises:
        InvalidParameter: It cannot be saved so.
        TrialogError: What the server refused.
    """
    return _log_model(
        _models.save_model, xgb_model, name, artifact_path=artifact_path, model_format=model_format, **options
    )


def load_model(
    model_uri: str | PathLike[str],
    dst_path: str | PathLike[str] | None = None,
    *,
    allow_pickle: bool | None = None,
) -> Any:
    """Load a model of XGBoost: what it was when it was saved, a booster or an estimator.

    Args:
        model_uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`;
            `models:/NAME@ALIAS`; `models:/m-ID`; `runs:/ID/name`; or a path.
        dst_path: Folder to keep its files in; they are not kept if None.
        allow_pickle: Whether code that was saved with the model may run; None to ask TRIALOG_ALLOW_PICKLE.

    Returns:
        The booster or estimator.

    Raises:
        ResourceNotFound: There is no such model.
    """
    return _load_model(model_uri, flavor_loader(_models.FLAVOR, allow_pickle=allow_pickle), dst_path)


def autolog(**options: Any) -> None:
    """Log what XGBoost trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    # Loaded only where somebody asks for it: it looks into the library.
    import_module("trialog.sdk.autolog.xgboost").autolog(**options)
