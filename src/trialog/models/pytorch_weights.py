"""Weights of PyTorch alone: as safetensors, which can hold nothing but tensors, or as `torch.save` writes them."""

import pickle
import zipfile
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, ResourceNotFound, require
from trialog.models.checksums import load_checked
from trialog.models.consent import check_pickle
from trialog.models.folder import MLMODEL, exists, inside

SERIALIZATION_FORMAT_PICKLE: Final = "pickle"
SERIALIZATION_FORMAT_SAFETENSORS: Final = "safetensors"
WEIGHTS: Final = "model.safetensors"
"""The weights of a module within its folder of data."""

_STATE_DICT: Final = "state_dict.pth"
_SAFE_STATE_DICT: Final = "state_dict.safetensors"
_FORMATS: Final = (SERIALIZATION_FORMAT_PICKLE, SERIALIZATION_FORMAT_SAFETENSORS)
# Before it, what loads plain values alone could be made to run code (CVE-2025-32434) or to damage memory
# (CVE-2026-24747).
_KEEPS_TO_VALUES: Final = (2, 10)


def save_weights(module: Any, path: Path) -> None:
    """Write the weights and buffers of a module as a file of safetensors.

    Args:
        module: The module.
        path: The file.

    Raises:
        InvalidParameter: Something among them is no tensor (`model.not_exportable`).
    """
    safetensors = require("safetensors.torch", extra="models")
    try:
        safetensors.save_model(module, str(path))
    except (ValueError, TypeError, AttributeError, KeyError, RuntimeError) as error:
        raise _not_tensors(type(module).__name__, error) from error


def load_weights(module: Any, path: Path, device: str | None = None) -> Any:
    """Return a module with the weights and buffers of a file of safetensors, ready to predict.

    Args:
        module: A module that is made like the one whose weights they are; they are put into it.
        path: The file.
        device: Where to put it; None for where it is.

    Raises:
        InvalidParameter: It is no module (`model.wrong_kind`), its weights are others, or the file is damaged
            (`model.damaged`).
    """
    torch = require("torch", extra=None)
    safetensors = require("safetensors.torch", extra="models")
    if not isinstance(module, torch.nn.Module):
        raise InvalidParameter(
            "model.wrong_kind",
            f"The model keeps weights alone ({path.name}), which are put into a module that you make: give it to "
            "load_model as module=, such as module=Net(). load_state_dict returns the weights themselves.",
        )
    try:
        safetensors.load_model(module, str(path))
    except (require("safetensors", extra="models").SafetensorError, RuntimeError, ValueError, KeyError) as error:
        raise InvalidParameter(
            "model.damaged",
            f"The weights of {path.name} cannot be put into {type(module).__name__}: "
            f"{' '.join(str(error).split())[:500]}",
        ) from error
    return (module if device is None else module.to(device)).eval()


def _not_tensors(named: str, error: Exception) -> InvalidParameter:
    return InvalidParameter(
        "model.not_exportable",
        f"{named} cannot be kept as safetensors, which holds tensors by name and nothing else: "
        f"{' '.join(str(error).split())[:500]}",
    )


def save_state_dict(
    state_dict: Mapping[str, Any],
    path: str | PathLike[str],
    *,
    serialization_format: str = SERIALIZATION_FORMAT_PICKLE,
    **kwargs: Any,
) -> None:
    """Write weights, or a checkpoint made of weights, numbers and texts, into a folder.

    Args:
        state_dict: What `module.state_dict()` gives, or a dictionary of such things.
        path: The folder.
        serialization_format: `pickle` for what `torch.save` writes, which MLflow reads as well; `safetensors` for
            tensors by name alone, which no library can be made to run code by.
        kwargs: What to tell `torch.save` beside.

    Raises:
        InvalidParameter: It is no dictionary (`model.wrong_kind`), there is no such format (`model.unknown_format`), or
            something in it is no tensor (`model.not_exportable`).
    """
    torch = require("torch", extra=None)
    if not isinstance(state_dict, Mapping):
        raise InvalidParameter(
            "model.wrong_kind", f"A state_dict is a dictionary, not {type(state_dict).__name__}: call .state_dict()."
        )
    if serialization_format not in _FORMATS:
        raise InvalidParameter(
            "model.unknown_format",
            f"There is no serialization_format {serialization_format!r}; it is one of {', '.join(_FORMATS)}.",
        )
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    if serialization_format == SERIALIZATION_FORMAT_PICKLE:
        torch.save(state_dict, folder / _STATE_DICT, **kwargs)
        return
    try:
        # What lies apart in memory, or shares it, is written as one piece of its own.
        apart = {name: tensor.detach().contiguous().clone() for name, tensor in state_dict.items()}
        require("safetensors.torch", extra="models").save_file(apart, str(folder / _SAFE_STATE_DICT))
    except (ValueError, TypeError, AttributeError) as error:
        raise _not_tensors("The state_dict", error) from error


def load_state_dict(folder: Path, *, allow_pickle: bool | None = None, **kwargs: Any) -> dict[str, Any]:
    """Return weights or a checkpoint of a folder. Nothing but tensors and plain values is made, unless it is allowed.

    Args:
        folder: The folder; also that of a model whose weights are kept as safetensors.
        allow_pickle: Whether anything else may be made, by running code.
        kwargs: What to tell `torch.load` beside; of safetensors `map_location` alone.

    Raises:
        ResourceNotFound: There is none (`model.file_not_found`).
        InvalidParameter: It cannot be read as plain values (`model.damaged`).
        DamagedData: It belongs to a model that was changed after it was saved (`model.file_changed`).
        PermissionDenied: The PyTorch that is installed cannot be kept from running code
            (`model.pickle_not_allowed`).
    """
    torch = require("torch", extra=None)
    if exists(folder / MLMODEL):
        load_checked(folder)
    for named in (_SAFE_STATE_DICT, f"data/{WEIGHTS}"):
        if (folder / named).is_file():
            return _read_safetensors(inside(folder, named), str(kwargs.get("map_location") or "cpu"))
    path = folder / _STATE_DICT
    if not path.is_file():
        raise ResourceNotFound("model.file_not_found", f"There is no {_STATE_DICT} or {_SAFE_STATE_DICT} at {folder}.")
    if torch.__version__ < _KEEPS_TO_VALUES:
        check_pickle(path, allow_pickle, better='use PyTorch 2.10, or keep it with serialization_format="safetensors"')
    try:
        state: dict[str, Any] = torch.load(path, weights_only=not allow_pickle, **kwargs)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise InvalidParameter("model.damaged", f"PyTorch cannot load {path.name}: {str(error)[:500]}") from error
    return state


def _read_safetensors(path: Path, device: str) -> dict[str, Any]:
    try:
        state: dict[str, Any] = require("safetensors.torch", extra="models").load_file(str(path), device=device)
    except (require("safetensors", extra="models").SafetensorError, RuntimeError, ValueError) as error:
        raise InvalidParameter("model.damaged", f"{path.name} holds no safetensors: {str(error)[:500]}") from error
    return state
