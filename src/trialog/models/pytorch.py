"""Modules of PyTorch: their weights alone, exported as a graph, or pickled whole as MLflow does."""

import pickle
import types
import zipfile
from os import PathLike
from pathlib import Path
from typing import Any, Final, Unpack

from trialog.errors import InvalidParameter, ResourceNotFound, require
from trialog.models.consent import check_code, check_pickle, missing_module
from trialog.models.folder import ModelMetadata, inside
from trialog.models.loaded import is_a, is_array, is_frame
from trialog.models.pytorch_weights import (
    SERIALIZATION_FORMAT_PICKLE,
    SERIALIZATION_FORMAT_SAFETENSORS,
    WEIGHTS,
    load_weights,
    save_weights,
)
from trialog.models.requirements import modules_of_pickle, pinned, requirements_of
from trialog.models.saving import SaveOptions, Written, save_folder
from trialog.models.warned import warn

FLAVOR: Final = "pytorch"
LOADER: Final = "mlflow.pytorch"
SERIALIZATION_FORMAT_PT2: Final = "pt2"
_FORMATS: Final = (SERIALIZATION_FORMAT_PICKLE, SERIALIZATION_FORMAT_PT2, SERIALIZATION_FORMAT_SAFETENSORS)
_DATA: Final = "data"
_PICKLED: Final = "model.pth"
_EXPORTED: Final = "model.pt2"
_PICKLER_NAME: Final = "mlflow.pytorch.pickle_module"
_BETTER: Final = 'save it again with serialization_format="safetensors" and make the module yourself'


def save_model(
    pytorch_model: Any,
    path: str | PathLike[str],
    *,
    mlflow_model: ModelMetadata | None = None,
    serialization_format: str | None = None,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a module of PyTorch as a model folder.

    Args:
        pytorch_model: The module, also one that `torch.jit` made.
        path: The folder.
        mlflow_model: What is known of the model already, such as its run.
        serialization_format: `safetensors` for its weights alone, which load without running anything into a module
            that you make. `pickle` for the module itself, which needs its class where it is loaded; `pt2` for the graph
            that `torch.export` makes with the input example, which does not: both load only with `allow_pickle=True`,
            as MLflow loads them, and with `trialog.pyfunc`. By default pickle, with a warning.
        options: What is said of any model; see `trialog.models.saving.SaveOptions`. The input example may be a tensor.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: There is no such format (`model.unknown_format`), it is no module (`model.wrong_kind`), or
            it cannot be exported (`model.not_exportable`).
    """
    torch = require("torch", extra=None)
    if serialization_format not in (None, *_FORMATS):
        raise InvalidParameter(
            "model.unknown_format",
            f"There is no serialization_format {serialization_format!r}; it is one of {', '.join(_FORMATS)}.",
        )
    if not isinstance(pytorch_model, torch.nn.Module):
        raise InvalidParameter("model.wrong_kind", f"{type(pytorch_model).__name__} is no torch.nn.Module.")
    if serialization_format is None:
        warn(
            "The module is kept as a pickle, which loads only with allow_pickle=True. To keep its weights alone, which "
            'load without, give serialization_format="safetensors"; "pickle" says that it shall be one.'
        )
    example = options.get("input_example")
    if isinstance(example, torch.Tensor):
        options["input_example"] = example.detach().cpu().numpy()

    def write(folder: Path) -> Written:
        (folder / _DATA).mkdir()
        if serialization_format == SERIALIZATION_FORMAT_SAFETENSORS:
            return _weights(torch, pytorch_model, folder / _DATA)
        if serialization_format == SERIALIZATION_FORMAT_PT2:
            _export(torch, pytorch_model, folder / _DATA / _EXPORTED, example)
        else:
            _pickle(torch, pytorch_model, folder / _DATA)
        needs = [pinned("torch"), pinned("cloudpickle"), *requirements_of({"numpy", *_modules(folder / _DATA)})]
        return Written(
            FLAVOR,
            {"model_data": _DATA, "pytorch_version": str(torch.__version__)},
            list(dict.fromkeys(needs)),
            {
                "data": _DATA,
                "loader_module": LOADER,
                "config": {"device": None},
                "pickle_module_name": _PICKLER_NAME,
            },
        )

    return save_folder(path, write, lambda data, params: predict(pytorch_model, data, params), options, mlflow_model)


def _weights(torch: Any, model: Any, data: Path) -> Written:
    save_weights(model, data / WEIGHTS)
    needs = [pinned("torch"), pinned("safetensors"), *requirements_of({"numpy", type(model).__module__})]
    # Without the module, which weights do not make, nothing can predict.
    return Written(
        FLAVOR, {"model_data": _DATA, "pytorch_version": str(torch.__version__)}, list(dict.fromkeys(needs)), None
    )


def _pickle(torch: Any, model: Any, data: Path) -> None:
    if isinstance(model, torch.jit.ScriptModule):
        model.save(str(data / _PICKLED))
    else:
        try:
            torch.save(model, data / _PICKLED, pickle_module=_pickler())
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError, RuntimeError) as error:
            raise InvalidParameter(
                "model.not_picklable", f"{type(model).__name__} cannot be pickled: {type(error).__name__}: {error}"
            ) from error
    (data / "pickle_module_info.txt").write_text(_PICKLER_NAME, encoding="utf-8")


def _export(torch: Any, model: Any, path: Path, example: Any) -> None:
    if example is None:
        raise InvalidParameter(
            "model.not_exportable",
            "To export a module, give an input_example: an array or a tensor, or a list of them.",
        )
    inputs = example if isinstance(example, list | tuple) else [example]
    tensors = tuple(torch.tensor(one) if is_array(one) else one for one in inputs)
    was_training = model.training
    try:
        # The first dimension is the batch; graphs for one row alone would take one row alone.
        shapes = tuple({0: torch.export.Dim.AUTO} for _ in tensors)
        torch.export.save(torch.export.export(model.eval(), tensors, dynamic_shapes=shapes), path)
    except (RuntimeError, TypeError, ValueError, AssertionError) as error:
        raise InvalidParameter(
            "model.not_exportable",
            f"{type(model).__name__} cannot be exported with this input_example: {str(error)[:500]}",
        ) from error
    finally:
        model.train(was_training)


def _pickler() -> types.ModuleType:
    """Return what `torch.save` asks of a pickle module: it keeps classes of a script by value."""
    module = types.ModuleType(_PICKLER_NAME)
    cloudpickle = require("cloudpickle", extra="models")
    vars(module).update(vars(pickle), Pickler=cloudpickle.CloudPickler, dump=cloudpickle.dump, dumps=cloudpickle.dumps)
    return module


def _modules(data: Path) -> set[str]:
    path = data / _PICKLED
    if not path.is_file() or not zipfile.is_zipfile(path):
        return set()
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        return {module for name in names for module in modules_of_pickle(archive.read(name))}


def load_folder(
    folder: Path,
    metadata: ModelMetadata,
    *,
    allow_pickle: bool | None = None,
    device: str | None = None,
    module: Any = None,
) -> Any:
    """Return the module of a folder, ready to predict.

    Args:
        folder: The folder.
        metadata: What its file `MLmodel` says.
        allow_pickle: Whether it may run code; None to ask TRIALOG_ALLOW_PICKLE.
        device: Where to put it; None for where it was, or the processor if that is not here.
        module: A module to put the weights into, where the folder keeps weights alone.

    Raises:
        PermissionDenied: It would run code, and may not (`model.pickle_not_allowed`, `model.code_not_allowed`).
        ResourceNotFound: The folder has no such model (`model.flavor_not_found`, `model.file_not_found`).
        InvalidParameter: It cannot be loaded (`model.damaged`), or a module is missing or of no use
            (`model.wrong_kind`).
    """
    torch = require("torch", extra=None)
    data = inside(folder, metadata.flavor(FLAVOR).get("model_data"))
    if (data / WEIGHTS).is_file():
        return load_weights(module, inside(data, WEIGHTS), device)
    if module is not None:
        raise InvalidParameter(
            "model.wrong_kind", "The folder keeps a whole module and not weights alone: load it without module=."
        )
    exported = data / _EXPORTED
    path = exported if exported.is_file() else data / _PICKLED if data.is_dir() else data
    if not path.is_file():
        raise ResourceNotFound("model.file_not_found", f"The model at {folder} lacks {path.relative_to(folder)}.")
    path = inside(folder, path.relative_to(folder).as_posix())
    if path == exported:
        check_code(f"is an exported graph ({path.name}), some texts of which PyTorch runs as Python", allow_pickle)
    else:
        check_pickle(path, allow_pickle, better=_BETTER)
    try:
        if path == exported:
            return torch.export.load(path).module()
        where = device or (None if torch.cuda.is_available() else "cpu")
        if _is_script(path):
            model = torch.jit.load(path, map_location=where)
        else:
            model = torch.load(path, map_location=where, pickle_module=_pickler(), weights_only=False)
    except ModuleNotFoundError as error:
        raise missing_module(error) from error
    except (RuntimeError, EOFError, ValueError, AttributeError) as error:
        raise InvalidParameter(
            "model.damaged", f"PyTorch cannot load {path.name} of the model: {str(error)[:500]}"
        ) from error
    if not isinstance(model, torch.nn.Module):
        raise InvalidParameter(
            "model.damaged",
            f"{path.name} of the model holds {type(model).__name__} and no module; load_state_dict loads weights.",
        )
    return model.eval()


def _is_script(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def predict(model: Any, data: Any, params: dict[str, Any] | None = None) -> Any:
    """Return predictions for a frame or an array: of the same kind as what goes in.

    Args:
        model: A module.
        data: A frame of numbers, which go in as floats of 32 bits, or an array.
        params: What to tell the module beside the data.

    Raises:
        InvalidParameter: The data are of another kind, or the module gives something else than one tensor
            (`model.input_invalid`, `model.output_invalid`).
    """
    torch = require("torch", extra=None)
    if is_frame(data):
        tensor = torch.from_numpy(data.to_numpy(dtype="float32", copy=True))
    elif is_array(data):
        # A tensor cannot share what may not be written.
        tensor = torch.from_numpy(data if data.flags.writeable else data.copy())
    elif is_a(data, "torch", "Tensor"):
        tensor = data
    else:
        raise InvalidParameter(
            "model.input_invalid", f"A module of PyTorch takes a frame or an array, not {type(data).__name__}."
        )
    first = next(iter(model.parameters()), None)
    # A graph that was exported has one mode and cannot change it.
    was_training = model.training and not is_a(model, "torch.fx", "GraphModule")
    if was_training:
        model.eval()
    try:
        with torch.no_grad():
            outcome = model(tensor if first is None else tensor.to(first.device), **(params or {}))
    finally:
        if was_training:
            model.train()
    if not isinstance(outcome, torch.Tensor):
        raise InvalidParameter("model.output_invalid", f"The module gives {type(outcome).__name__} and not one tensor.")
    numbers = outcome.detach().cpu().numpy()
    return require("pandas", extra="models").DataFrame(numbers, index=data.index) if is_frame(data) else numbers
