"""Modules of PyTorch: save, log and load them, whole or as weights alone, under MLflow's names."""

import tempfile
from collections.abc import Mapping
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from trialog.models import pytorch as _models
from trialog.models.folder import ModelMetadata
from trialog.models.pytorch import SERIALIZATION_FORMAT_PT2
from trialog.models.pytorch_weights import (
    SERIALIZATION_FORMAT_PICKLE,
    SERIALIZATION_FORMAT_SAFETENSORS,
    save_state_dict,
)
from trialog.models.pytorch_weights import load_state_dict as _load_state_dict
from trialog.models.saving import SaveOptions
from trialog.sdk.fluent.artifacts import log_artifacts
from trialog.sdk.model_fetching import fetched
from trialog.sdk.model_info import ModelInfo
from trialog.sdk.model_loading import flavor_loader
from trialog.sdk.model_loading import load_model as _load_model
from trialog.sdk.model_logging import LogOptions
from trialog.sdk.model_logging import log_model as _log_model

__all__ = [
    "SERIALIZATION_FORMAT_PICKLE",
    "SERIALIZATION_FORMAT_PT2",
    "SERIALIZATION_FORMAT_SAFETENSORS",
    "autolog",
    "load_model",
    "load_state_dict",
    "log_model",
    "log_state_dict",
    "save_model",
    "save_state_dict",
]


def save_model(
    pytorch_model: Any,
    path: str | PathLike[str],
    *,
    serialization_format: str | None = None,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a module as a model folder, which MLflow loads as well unless it keeps weights alone.

    Args:
        pytorch_model: The module, also one that `torch.jit` made.
        path: The folder; nothing may be there yet.
        serialization_format: `safetensors` for its weights alone, which load without running anything into a module
            that you make. `pickle` for the module itself, which needs its class where it is loaded; `pt2` for the graph
            that `torch.export` makes with the input example, which does not: both load only with `allow_pickle=True`,
            as MLflow loads them, and with `trialog.pyfunc`. By default pickle, with a warning.
        options: signature, input_example, pip_requirements, extra_pip_requirements, conda_env, code_paths, metadata;
            see `trialog.models.saving.SaveOptions`. The input example may be a tensor.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It cannot be saved so.
    """
    return _models.save_model(pytorch_model, path, serialization_format=serialization_format, **options)


def log_model(
    pytorch_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    serialization_format: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a module to the active run.

    Args:
        pytorch_model: The module, also one that `torch.jit` made.
        artifact_path: Its name.
        name: The same, as MLflow 3 calls it.
        serialization_format: See `save_model`.
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
        pytorch_model,
        name,
        artifact_path=artifact_path,
        serialization_format=serialization_format,
        **options,
    )


def load_model(
    model_uri: str | PathLike[str],
    dst_path: str | PathLike[str] | None = None,
    *,
    allow_pickle: bool | None = None,
    device: str | None = None,
    module: Any = None,
) -> Any:
    """Load a module of PyTorch, ready to predict.

    Args:
        model_uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`;
            `models:/NAME@ALIAS`; `models:/m-ID`; `runs:/ID/name`; or a path.
        dst_path: Folder to keep its files in; they are not kept if None.
        allow_pickle: Whether it may run code while it is loaded, which a pickle can; None to ask TRIALOG_ALLOW_PICKLE.
        device: Where to put it; None for where it was, or the processor if that is not here.
        module: A module that you made, to put the weights into, where weights alone were saved
            (`serialization_format="safetensors"`).

    Returns:
        The module.

    Raises:
        PermissionDenied: It would run code, and may not; the message says what to do.
        ResourceNotFound: There is no such model.
    """
    load = flavor_loader(_models.FLAVOR, allow_pickle=allow_pickle, device=device, module=module)
    return _load_model(model_uri, load, dst_path)


def log_state_dict(
    state_dict: Mapping[str, Any],
    artifact_path: str,
    *,
    serialization_format: str = SERIALIZATION_FORMAT_PICKLE,
    **kwargs: Any,
) -> None:
    """Log weights, or a checkpoint made of weights, numbers and texts, as files of the active run.

    Args:
        state_dict: What `module.state_dict()` gives, or a dictionary of such things.
        artifact_path: Folder among the run's artifacts.
        serialization_format: `pickle` for what `torch.save` writes, which MLflow reads as well; `safetensors` for
            tensors by name alone.
        kwargs: What to tell `torch.save` beside.

    Raises:
        InvalidParameter: It is no dictionary (`model.wrong_kind`), or not of tensors alone
            (`model.not_exportable`).
    """
    with tempfile.TemporaryDirectory(prefix="trialog-model-") as folder:
        save_state_dict(state_dict, folder, serialization_format=serialization_format, **kwargs)
        log_artifacts(folder, artifact_path)


def load_state_dict(state_dict_uri: str, *, allow_pickle: bool | None = None, **kwargs: Any) -> dict[str, Any]:
    """Load weights or a checkpoint. Nothing but tensors and plain values is made, unless it is allowed.

    Args:
        state_dict_uri: `runs:/ID/path`, or a path; also of a model whose weights are kept as safetensors.
        allow_pickle: Whether anything else may be made, by running code.
        kwargs: What to tell `torch.load` beside; of safetensors `map_location` alone.

    Raises:
        ResourceNotFound: There is none.
        InvalidParameter: It cannot be read as plain values (`model.damaged`).
    """
    with fetched(state_dict_uri, takes_files=True) as folder:
        return _load_state_dict(Path(folder), allow_pickle=allow_pickle, **kwargs)


def autolog(**options: Any) -> None:
    """Log what PyTorch trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    # Loaded only where somebody asks for it: it looks into the library.
    import_module("trialog.sdk.autolog.pytorch").autolog(**options)
