"""Any model as a Python function: one `predict`, whatever library made it; and models that are a user's own code."""

import importlib
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Final, Unpack

from trialog.errors import InvalidParameter, require
from trialog.models import lightgbm, python_model, pytorch, sklearn, xgboost
from trialog.models.consent import check_code, check_pickle, load_pickle, missing_module
from trialog.models.data_types import shown
from trialog.models.enforcement import enforce, enforce_params
from trialog.models.folder import PYFUNC_FLAVOR, ModelMetadata, inside
from trialog.models.input_example import read_example
from trialog.models.python_model import FunctionModel, PythonModel, PythonModelContext, ask
from trialog.models.requirements import modules_of_pickle, pinned, requirements_of
from trialog.models.saving import SaveOptions, Written, save_folder
from trialog.models.sklearn import pickled

LOADER: Final = "mlflow.pyfunc.model"
_PICKLE: Final = "python_model.pkl"
_ARTIFACTS: Final = "artifacts"
_BETTER: Final = "keep what it learned in a file of its own and load that"
_PICKLING = threading.Lock()
Predict = Callable[[Any, dict[str, Any] | None], Any]


class PyFuncModel:
    """A loaded model that predicts.

    Args:
        metadata: What its file `MLmodel` says.
        folder: Where it was loaded from.
        model: The model itself.
        predict: Makes predictions from data and parameters.
    """

    def __init__(self, metadata: ModelMetadata, folder: Path, model: Any, predict: Predict) -> None:
        self._metadata = metadata
        self._folder = folder
        self._model = model
        self._predict = predict

    @property
    def metadata(self) -> ModelMetadata:
        """What the file `MLmodel` says."""
        return self._metadata

    @property
    def model_id(self) -> str | None:
        """Id of the logged model; None if it is none."""
        return self._metadata.model_id

    @property
    def loader_module(self) -> str:
        """What loads the model, as its folder names it, such as `mlflow.sklearn`."""
        return str(self._metadata.flavor(PYFUNC_FLAVOR).get("loader_module"))

    @property
    def input_example(self) -> Any:
        """The input example that is kept with the model; None if there is none."""
        return read_example(self._folder, self._metadata)

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        """Return predictions.

        Args:
            data: What goes in, as the signature says: a frame, an array, a dictionary, a list.
            params: Parameters of the prediction; those that are not given have the defaults of the signature.

        Raises:
            InvalidParameter: They do not go with the signature of the model: the message names the column, what is
                expected and what was found (`model.column_missing`, `model.column_wrong_type`,
                `model.tensor_wrong_shape`, `model.tensor_wrong_type`, `model.input_invalid`,
                `signature.invalid_param`).
        """
        signature = self._metadata.signature
        if signature is not None:
            data = data if signature.inputs is None else enforce(data, signature.inputs)
            params = enforce_params(params, signature.params)
        return self._predict(data, params)

    def unwrap_python_model(self) -> Any:
        """Return the instance of the user's own class.

        Raises:
            InvalidParameter: The model is none (`model.wrong_kind`).
        """
        if self.loader_module != LOADER:
            raise InvalidParameter("model.wrong_kind", f"The model is loaded by {self.loader_module}, no Python class.")
        return self._model

    def get_raw_model(self) -> Any:
        """Return the model as its library knows it."""
        return self._model

    def __repr__(self) -> str:
        return f"PyFuncModel(loader_module={self.loader_module!r}, model_id={self.model_id!r})"


def save_model(
    path: str | PathLike[str],
    python_model: Any,
    *,
    mlflow_model: ModelMetadata | None = None,
    artifacts: Mapping[str, str | PathLike[str]] | None = None,
    model_config: Mapping[str, Any] | None = None,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a function, or an instance of a `PythonModel`, as a model folder.

    Args:
        path: The folder.
        python_model: The function, or the instance.
        mlflow_model: What is known of the model already, such as its run.
        artifacts: Files and folders that the model needs, by name; they are copied, and
            `context.artifacts[name]` is where they are when it is loaded.
        model_config: Options of the model, which `context.model_config` gives.
        options: What is said of any model; see `trialog.models.saving.SaveOptions`.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It is neither (`model.wrong_kind`), cannot be pickled (`model.not_picklable`), or one of the
            files is not there (`model.artifact_invalid`).
    """
    cloudpickle = require("cloudpickle", extra="models")
    is_instance = hasattr(python_model, "predict") and not isinstance(python_model, type)
    if not is_instance and (not callable(python_model) or isinstance(python_model, type)):
        raise InvalidParameter(
            "model.wrong_kind",
            f"python_model is a function or an instance of a class with predict, not {shown(python_model)}.",
        )
    model = python_model if is_instance else FunctionModel(python_model)
    sources = {name: Path(source) for name, source in (artifacts or {}).items()}
    context = PythonModelContext({name: str(source) for name, source in sources.items()}, model_config)

    def write(folder: Path) -> Written:
        content = _pickled(cloudpickle, model)
        (folder / _PICKLE).write_bytes(content)
        kept = _copy_artifacts(folder, sources)
        pyfunc = {
            "cloudpickle_version": cloudpickle.__version__,
            "loader_module": LOADER,
            "python_model": _PICKLE,
            "streamable": _is_streamable(model),
            **({"artifacts": kept} if kept else {}),
            **({"model_config": dict(model_config)} if model_config else {}),
        }
        needs = [pinned("cloudpickle"), *requirements_of(modules_of_pickle(content))]
        return Written(None, {}, needs, pyfunc)

    def predict(data: Any, params: dict[str, Any] | None) -> Any:
        if hasattr(model, "load_context"):
            model.load_context(context)
        return ask(model, context, data, params)

    return save_folder(path, write, predict, options, mlflow_model)


def _pickled(cloudpickle: Any, model: Any) -> bytes:
    # Two models saved at once must not take this back from each other.
    with _PICKLING:
        cloudpickle.register_pickle_by_value(python_model)
        try:
            return pickled(cloudpickle, model)
        finally:
            cloudpickle.unregister_pickle_by_value(python_model)


def _is_streamable(model: Any) -> bool:
    stream = getattr(type(model), "predict_stream", None)
    return stream is not None and stream is not PythonModel.predict_stream


def _copy_artifacts(folder: Path, sources: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for place, (name, source) in enumerate(sources.items()):
        # Two of them may have the same name of a file.
        relative = f"{_ARTIFACTS}/{place}/{source.name}"
        destination = folder / relative
        destination.parent.mkdir(parents=True)
        if source.is_dir():
            shutil.copytree(source, destination)
        elif source.is_file():
            shutil.copyfile(source, destination)
        else:
            raise InvalidParameter(
                "model.artifact_invalid", f"There is no file or folder {str(source)!r}, which artifacts names {name!r}."
            )
        kept[name] = {"path": relative, "uri": source.name}
    return kept


def load_folder(
    folder: Path,
    metadata: ModelMetadata,
    *,
    allow_pickle: bool | None = None,
    model_config: Mapping[str, Any] | None = None,
) -> PyFuncModel:
    """Return the model of a folder as a Python function.

    Args:
        folder: The folder.
        metadata: What its file `MLmodel` says.
        allow_pickle: Whether it may run code; None to ask TRIALOG_ALLOW_PICKLE.
        model_config: Options to give the model in place of those it was saved with.

    Raises:
        PermissionDenied: It would run code, and may not (`model.pickle_not_allowed`, `model.code_not_allowed`,
            `model.untrusted_types`).
        ResourceNotFound: The folder has no such model (`model.flavor_not_found`, `model.file_not_found`).
        MissingDependency: It needs a module that is not here (`model.module_missing`, `dependency.missing`).
    """
    options = metadata.flavor(PYFUNC_FLAVOR)
    bring_code(folder, options, allow_pickle)
    kept = options.get("model_config") or {}
    if not isinstance(kept, dict):
        raise InvalidParameter("model.mlmodel_invalid", f"The model names {shown(kept)} as its model_config.")
    config = {**kept, **(model_config or {})}
    match options.get("loader_module"):
        case sklearn.LOADER:
            return _load_sklearn(folder, metadata, allow_pickle)
        case xgboost.LOADER:
            booster = xgboost.load_folder(folder, metadata)
            return PyFuncModel(metadata, folder, booster, lambda data, params: xgboost.predict(booster, data, params))
        case lightgbm.LOADER:
            trees = lightgbm.load_folder(folder, metadata, allow_pickle=allow_pickle)
            return PyFuncModel(metadata, folder, trees, lambda data, _: trees.predict(data))
        case pytorch.LOADER:
            module = pytorch.load_folder(folder, metadata, allow_pickle=allow_pickle, device=config.get("device"))
            return PyFuncModel(metadata, folder, module, lambda data, params: pytorch.predict(module, data, params))
        case "mlflow.pyfunc.model":
            return _load_python_model(folder, metadata, options, config, allow_pickle)
        case str() as loader:
            return _load_by(loader, folder, metadata, options, config, allow_pickle)
        case other:
            raise InvalidParameter("model.mlmodel_invalid", f"The model names {shown(other)} as what loads it.")


def _load_sklearn(folder: Path, metadata: ModelMetadata, allow_pickle: bool | None) -> PyFuncModel:
    estimator = sklearn.load_folder(folder, metadata, allow_pickle=allow_pickle)
    name = str(metadata.flavor(PYFUNC_FLAVOR).get("predict_fn", "predict"))
    # The file names the method; only those that predict may be called.
    if name not in {"predict", "predict_proba", "predict_log_proba", "predict_joint_log_proba", "score", "transform"}:
        raise InvalidParameter("model.mlmodel_invalid", f"The model predicts by {name!r}, which is no such method.")
    predict = getattr(estimator, name)
    return PyFuncModel(metadata, folder, estimator, lambda data, _: predict(data))


def _load_python_model(
    folder: Path,
    metadata: ModelMetadata,
    options: Mapping[str, Any],
    config: Mapping[str, Any],
    allow_pickle: bool | None,
) -> PyFuncModel:
    path = inside(folder, options.get("python_model"))
    check_pickle(path, allow_pickle, better=_BETTER)
    model = load_pickle(path)
    artifacts = {
        name: str(inside(folder, kept.get("path") if isinstance(kept, dict) else None))
        for name, kept in (options.get("artifacts") or {}).items()
    }
    context = PythonModelContext(artifacts, config or None)
    if hasattr(model, "load_context"):
        model.load_context(context)
    return PyFuncModel(metadata, folder, model, lambda data, params: ask(model, context, data, params))


def _load_by(
    loader: str,
    folder: Path,
    metadata: ModelMetadata,
    options: Mapping[str, Any],
    config: Mapping[str, Any],
    allow_pickle: bool | None,
) -> PyFuncModel:
    """Load a model by the module that its folder names: one of MLflow's, or of the user's own."""
    check_code(f"is loaded by the module {loader}", allow_pickle)
    data = folder if options.get("data") is None else inside(folder, options["data"])
    try:
        load = importlib.import_module(loader)._load_pyfunc
    except ModuleNotFoundError as error:
        raise missing_module(error) from error
    except AttributeError as error:
        raise InvalidParameter(
            "model.mlmodel_invalid", f"The module {loader}, which loads the model, has no function _load_pyfunc."
        ) from error
    model = load(str(data), dict(config)) if config else load(str(data))
    predict = getattr(model, str(options.get("predict_fn", "predict")))
    return PyFuncModel(metadata, folder, model, lambda data, params: ask_any(predict, data, params))


def ask_any(predict: Callable[..., Any], data: Any, params: dict[str, Any] | None) -> Any:
    """Return what a function predicts, telling it parameters only if there are some."""
    return predict(data, params=params) if params else predict(data)


def bring_code(folder: Path, options: Mapping[str, Any], allow_pickle: bool | None) -> None:
    """Put the code that a model brings along on the path of Python.

    Args:
        folder: The model folder.
        options: Those of the flavor by which it is loaded.
        allow_pickle: Whether it may run; None to ask TRIALOG_ALLOW_PICKLE.

    Raises:
        PermissionDenied: It may not (`model.code_not_allowed`).
    """
    if not options.get("code"):
        return
    path = str(inside(folder, options["code"]))
    check_code("brings code of its own along", allow_pickle)
    if path not in sys.path:
        sys.path.insert(0, path)
        importlib.invalidate_caches()
