"""Models that are a file of Python: it makes the model, and hands it over with `set_model`."""

import importlib
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.models.code_paths import SourceLoader
from trialog.models.consent import missing_module
from trialog.models.data_types import shown
from trialog.models.python_model import FunctionModel

_MLFLOW_MODEL: Final = "mlflow.models.model"
# Where MLflow keeps what a file hands over, and the options that it gives a file.
_MLFLOW_PLACE: Final = "__mlflow_model__"
_MLFLOW_CONFIG: Final = "__mlflow_model_config__"
# Two files that run at once must not take each other's model.
_RUNNING: Final = threading.RLock()
_handed_over: list[Any] = []


def set_model(model: Any) -> None:
    """Hand over the model of a file that is saved or logged as code.

    Call it in the file whose path is given as `python_model`. Where MLflow loads the file, MLflow gets the model too.

    Args:
        model: A function, or an instance of a class with `predict` such as a `trialog.pyfunc.PythonModel`.

    Raises:
        InvalidParameter: It is neither (`model.wrong_kind`).
    """
    check_kind(model)
    _handed_over[:] = [model]
    _set_of_mlflow(model)


def check_kind(model: Any) -> None:
    """Refuse what is neither a function nor an instance of a class with predict.

    Raises:
        InvalidParameter: It is neither (`model.wrong_kind`).
    """
    if isinstance(model, type) or not (hasattr(model, "predict") or callable(model)):
        raise InvalidParameter(
            "model.wrong_kind",
            f"python_model is a function, an instance of a class with predict, or the path of a file of Python, not "
            f"{shown(model)}.",
        )


def as_model(given: Any) -> Any:
    """Return a model that has a method `predict`: a function gets one."""
    check_kind(given)
    is_instance: bool = hasattr(given, "predict")
    return given if is_instance else FunctionModel(given)


def code_file(given: str | PathLike[str]) -> Path:
    """Return the file of a model that is given as code.

    Raises:
        InvalidParameter: It is no file of Python (`model.code_path_invalid`).
    """
    path = Path(given)
    if path.suffix != ".py" or not path.is_file():
        raise InvalidParameter(
            "model.code_path_invalid",
            f"python_model names {str(path)!r}, which is no file of Python: give the path of a .py file that calls "
            "trialog.models.set_model.",
        )
    return path


def code_name(named: object) -> str:
    """Return the name of the file of code within the model folder; MLflow keeps the whole path it was copied from."""
    return PurePosixPath(str(named).replace("\\", "/")).name


def run_code(path: Path, config: Mapping[str, Any] | None) -> Any:
    """Run a file of code and return the model that it hands over. The caller has asked for consent.

    Args:
        path: The file.
        config: Options of the model, which `mlflow.models.ModelConfig` in the file gives.

    Raises:
        MissingDependency: It needs a module that is not here (`model.module_missing`).
        InvalidParameter: It hands over no model (`model.no_model_set`).
        Exception: Whatever goes wrong in the file.
    """
    with _RUNNING, _mlflow_config(path, config):
        _handed_over.clear()
        _set_of_mlflow(None)
        _run(path)
        # The file may speak of MLflow alone.
        found = [*_handed_over, getattr(sys.modules.get(_MLFLOW_MODEL), _MLFLOW_PLACE, None)][0]
        _handed_over.clear()
    if found is None:
        raise InvalidParameter(
            "model.no_model_set",
            f"{path.name} ran, and handed no model over: call trialog.models.set_model(model) at its end.",
            path=str(path),
        )
    return as_model(found)


def _run(path: Path) -> None:
    # Each run is of its own, also of the same file.
    name = f"trialog_model_{uuid.uuid4().hex}"
    spec = spec_from_file_location(name, path, loader=SourceLoader(name, str(path)))
    if spec is None or spec.loader is None:
        raise InvalidParameter("model.code_path_invalid", f"{path.name} of the model is no file of Python.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        raise missing_module(error) from error


def _set_of_mlflow(model: Any) -> None:
    """Put a model where MLflow looks for it, if MLflow is loaded: its own `set_model` takes no classes but its own."""
    if (mlflow := sys.modules.get(_MLFLOW_MODEL)) is not None:
        setattr(mlflow, _MLFLOW_PLACE, model)


@contextmanager
def _mlflow_config(path: Path, config: Mapping[str, Any] | None) -> Iterator[None]:
    """Let `mlflow.models.ModelConfig` give these options while a file runs."""
    # It takes a second to import, and few files ask for it.
    if not config or b"ModelConfig" not in path.read_bytes() or find_spec("mlflow") is None:
        yield
        return
    mlflow = importlib.import_module("mlflow.models.model_config")
    before = getattr(mlflow, _MLFLOW_CONFIG, None)
    setattr(mlflow, _MLFLOW_CONFIG, dict(config))
    try:
        yield
    finally:
        setattr(mlflow, _MLFLOW_CONFIG, before)
