"""Any model as a Python function: one `predict`, whatever library made it."""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.models import lightgbm, onnx, python_model_saving, pytorch, sklearn, xgboost
from trialog.models.code_paths import bring_code
from trialog.models.consent import check_code, check_pickle, load_pickle, missing_module
from trialog.models.data_types import shown
from trialog.models.enforcement import enforce, enforce_list, enforce_params
from trialog.models.folder import PYFUNC_FLAVOR, ModelMetadata, inside
from trialog.models.from_code import code_name, run_code
from trialog.models.input_example import read_example, read_served_example
from trialog.models.python_model import PythonModelContext, ask

_BETTER: Final = "save it as a file of Python, and keep what it learned in a file of its own"
Predict = Callable[[Any, dict[str, Any] | None], Any]


class PyFuncModel:
    """A loaded model that predicts.

    Args:
        metadata: What its file `MLmodel` says.
        folder: Where it was loaded from.
        model: The model itself.
        predict: Makes predictions from data and parameters.
        narrows: Whether it takes arrays of float64 for float32.
    """

    def __init__(
        self, metadata: ModelMetadata, folder: Path, model: Any, predict: Predict, *, narrows: bool = False
    ) -> None:
        self._metadata = metadata
        self._folder = folder
        self._model = model
        self._predict = predict
        self._narrows = narrows

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

    @property
    def served_input_example(self) -> bytes | None:
        """The input example as JSON that a server of models is asked with; None if there is none."""
        return read_served_example(self._folder, self._metadata)

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
        return self._predict(*self.checked(data, params))

    def checked(self, data: Any, params: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any] | None]:
        """Return data and parameters in the types of the signature; see `predict`.

        Args:
            data: What goes in.
            params: Parameters of the prediction.
        """
        signature = self._metadata.signature
        if signature is None:
            return data, params
        if signature.inputs is not None:
            # Some models say by their annotations that they take a list, and not a table.
            takes_lists = self._metadata.takes_lists
            data = (
                enforce_list(data, signature.inputs)
                if takes_lists
                else enforce(data, signature.inputs, narrows=self._narrows)
            )
        return data, enforce_params(params, signature.params)

    def predict_checked(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        """Return predictions of what was brought into the types of the signature already; it is not looked at again.

        Args:
            data: What goes in.
            params: All parameters of the prediction.
        """
        return self._predict(data, params)

    def unwrap_python_model(self) -> Any:
        """Return the instance of the user's own class.

        Raises:
            InvalidParameter: The model is none (`model.wrong_kind`).
        """
        if self.loader_module not in (python_model_saving.LOADER, python_model_saving.CODE_LOADER):
            raise InvalidParameter("model.wrong_kind", f"The model is loaded by {self.loader_module}, no Python class.")
        return self._model

    def get_raw_model(self) -> Any:
        """Return the model as its library knows it."""
        return self._model

    def __repr__(self) -> str:
        return f"PyFuncModel(loader_module={self.loader_module!r}, model_id={self.model_id!r})"


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
    kept = options.get("config") or {}
    if not isinstance(kept, dict):
        raise InvalidParameter("model.mlmodel_invalid", f"The model names {shown(kept)} as its config.")
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
        case onnx.LOADER:
            graph = onnx.load_session(folder, metadata, allow_pickle=allow_pickle)
            return PyFuncModel(metadata, folder, graph.session, graph.predict, narrows=True)
        case python_model_saving.LOADER | python_model_saving.CODE_LOADER:
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
        raise InvalidParameter(
            "model.mlmodel_invalid", f"The model predicts by {shown(name)}, which is no such method."
        )
    predict = _method(estimator, name)
    return PyFuncModel(metadata, folder, estimator, lambda data, _: predict(data))


def _load_python_model(
    folder: Path,
    metadata: ModelMetadata,
    options: Mapping[str, Any],
    config: Mapping[str, Any],
    allow_pickle: bool | None,
) -> PyFuncModel:
    code = options.get(python_model_saving.CODE_PATH)
    if code is None:
        path = inside(folder, options.get("python_model"))
        check_pickle(path, allow_pickle, better=_BETTER)
    else:
        path = inside(folder, code_name(code))
        check_code(f"is the code of {path.name}", allow_pickle)
    kept = options.get("artifacts") or {}
    if not isinstance(kept, dict):
        raise InvalidParameter("model.mlmodel_invalid", f"The model names {shown(kept)} as its artifacts.")
    artifacts = {
        name: str(inside(folder, one.get("path") if isinstance(one, dict) else None)) for name, one in kept.items()
    }
    context = PythonModelContext(artifacts, config or None)
    model = load_pickle(path) if code is None else run_code(path, config)
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
    predict = _method(model, str(options.get("predict_fn", "predict")))
    return PyFuncModel(metadata, folder, model, lambda data, params: ask_any(predict, data, params))


def _method(model: Any, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] | None = getattr(model, name, None)
    if not callable(found):
        raise InvalidParameter(
            "model.mlmodel_invalid", f"The model predicts by {shown(name)}, which {type(model).__name__} does not have."
        )
    return found


def ask_any(predict: Callable[..., Any], data: Any, params: dict[str, Any] | None) -> Any:
    """Return what a function predicts, telling it parameters only if there are some."""
    return predict(data, params=params) if params else predict(data)
