"""Saves models that are code of the user's own: a function, an instance of a class, a file, or a module that loads."""

import shutil
import threading
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Final, Unpack

from trialog.errors import InvalidParameter, require
from trialog.models import python_model as pickled_whole
from trialog.models.code_paths import imported_by, own_code
from trialog.models.data_types import shown
from trialog.models.enforcement import enforce_list
from trialog.models.folder import ModelMetadata
from trialog.models.from_code import as_model, code_file, run_code
from trialog.models.input_example import split_example
from trialog.models.python_model import PythonModel, PythonModelContext, ask
from trialog.models.requirements import modules_of_pickle, pinned, requirements_of
from trialog.models.saving import SaveOptions, Written, save_folder
from trialog.models.sklearn import pickled
from trialog.models.type_hints import signature_of_hints

LOADER: Final = "mlflow.pyfunc.model"
CODE_LOADER: Final = "mlflow.pyfunc.loaders.code_model"
"""What MLflow names as the loader of a file of code; older ones know the other alone, which loads files too."""
CODE_PATH: Final = "model_code_path"
_PICKLE: Final = "python_model.pkl"
_ARTIFACTS: Final = "artifacts"
_DATA: Final = "data"
_PICKLING: Final = threading.Lock()


def save_model(
    path: str | PathLike[str],
    python_model: Any = None,
    *,
    loader_module: str | None = None,
    data_path: str | PathLike[str] | None = None,
    mlflow_model: ModelMetadata | None = None,
    artifacts: Mapping[str, str | PathLike[str]] | None = None,
    model_config: Mapping[str, Any] | str | PathLike[str] | None = None,
    infer_code_paths: bool = False,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model that is code of the user's own as a model folder.

    Args:
        path: The folder.
        python_model: A function; an instance of a `PythonModel`, or of another class with `predict`; or the path of a
            file of Python that calls `trialog.models.set_model`. The file is kept as it is, and never pickled.
        loader_module: In place of all these, the module whose function `_load_pyfunc` loads the model from its data.
        data_path: The file or folder that `loader_module` loads.
        mlflow_model: What is known of the model already, such as its run.
        artifacts: Files and folders that the model needs, by name; they are copied, and
            `context.artifacts[name]` is where they are when it is loaded.
        model_config: Options of the model, which `context.model_config` gives; or the path of a YAML file of them.
        infer_code_paths: Whether to copy the modules of your own, which no package brings, that the model names.
        options: What is said of any model; see `trialog.models.saving.SaveOptions`. Without a signature it is found
            out from the annotations of `predict`, or else from the input example.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It is nothing of that (`model.wrong_kind`), cannot be pickled (`model.not_picklable`), its
            file hands over no model (`model.no_model_set`), one of the files is not there (`model.artifact_invalid`),
            or the options are none (`model.config_invalid`).
    """
    if (loader_module is None) == (python_model is None) or (python_model is not None and data_path is not None):
        raise InvalidParameter(
            "model.wrong_kind", "Give either python_model, or loader_module and the data_path that it loads."
        )
    config = read_config(model_config)
    metadata = mlflow_model or ModelMetadata()
    if loader_module is not None:
        return _save_loader(path, loader_module, data_path, config, infer_code_paths, options, metadata)
    code = code_file(python_model) if isinstance(python_model, str | PathLike) else None
    model = as_model(python_model) if code is None else run_code(code, config)
    content = b"" if code is not None else _pickled(model)
    modules = modules_of_pickle(content) if code is None else imported_by([code])
    _take_signature_of_hints(model, options, metadata)
    if infer_code_paths:
        options["code_paths"] = [*(options.get("code_paths") or ()), *own_code(modules)]
    sources = {name: Path(source) for name, source in (artifacts or {}).items()}
    context = PythonModelContext({name: str(source) for name, source in sources.items()}, config)

    def write(folder: Path) -> Written:
        kept = _copy_artifacts(folder, sources)
        pyfunc = {
            **_write_model(folder, code, content),
            "loader_module": LOADER,
            "streamable": _is_streamable(model),
            **({"artifacts": kept} if kept else {}),
            **({"config": config} if config else {}),
        }
        needs = requirements_of(modules | imported_by([folder / "code"]))
        return Written(None, {}, [pinned("cloudpickle"), *needs], pyfunc)

    def predict(data: Any, params: dict[str, Any] | None) -> Any:
        if hasattr(model, "load_context"):
            model.load_context(context)
        return ask(model, context, data, params)

    return save_folder(path, write, predict, options, metadata)


def _take_signature_of_hints(model: Any, options: SaveOptions, metadata: ModelMetadata) -> None:
    if options.get("signature") is not None:
        return
    data, params = split_example(options.get("input_example"))
    signature = signature_of_hints(model, params)
    if signature is None or signature.inputs is None:
        return
    if data is not None:
        enforce_list(data, signature.inputs)
    options["signature"], metadata.takes_lists = signature, True


def _write_model(folder: Path, code: Path | None, content: bytes) -> dict[str, Any]:
    if code is not None:
        shutil.copyfile(code, folder / code.name)
        return {CODE_PATH: code.name}
    (folder / _PICKLE).write_bytes(content)
    return {"python_model": _PICKLE, "cloudpickle_version": require("cloudpickle", extra="models").__version__}


def _save_loader(
    path: str | PathLike[str],
    loader_module: str,
    data_path: str | PathLike[str] | None,
    config: dict[str, Any] | None,
    infer_code_paths: bool,
    options: SaveOptions,
    metadata: ModelMetadata,
) -> ModelMetadata:
    if infer_code_paths:
        # Its code is known as soon as it is imported.
        require(loader_module, extra=None)
        options["code_paths"] = [*(options.get("code_paths") or ()), *own_code({loader_module})]

    def write(folder: Path) -> Written:
        pyfunc: dict[str, Any] = {"loader_module": loader_module, **({"config": config} if config else {})}
        if data_path is not None:
            source = Path(data_path)
            _copy(source, folder / _DATA / source.resolve().name, "data_path")
            pyfunc["data"] = f"{_DATA}/{source.resolve().name}"
        return Written(None, {}, requirements_of({loader_module, *imported_by([folder / "code"])}), pyfunc)

    return save_folder(path, write, None, options, metadata)


def read_config(given: Mapping[str, Any] | str | PathLike[str] | None) -> dict[str, Any] | None:
    """Return the options of a model that are given as a dictionary, or as the path of a YAML file.

    Raises:
        InvalidParameter: They are none (`model.config_invalid`).
    """
    if given is None:
        return None
    content: object = given
    if isinstance(given, str | PathLike):
        yaml = require("yaml", extra="models")
        try:
            content = yaml.safe_load(Path(given).read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise InvalidParameter(
                "model.config_invalid", f"model_config cannot be read from {str(given)!r}: {error}."
            ) from error
    if not isinstance(content, Mapping) or not all(isinstance(name, str) for name in content):
        raise InvalidParameter("model.config_invalid", f"model_config has options by name; it is {shown(content)}.")
    return dict(content)


def _pickled(model: Any) -> bytes:
    cloudpickle = require("cloudpickle", extra="models")
    # Two models saved at once must not take this back from each other.
    with _PICKLING:
        cloudpickle.register_pickle_by_value(pickled_whole)
        try:
            return pickled(cloudpickle, model)
        finally:
            cloudpickle.unregister_pickle_by_value(pickled_whole)


def _is_streamable(model: Any) -> bool:
    stream = getattr(type(model), "predict_stream", None)
    return stream is not None and stream is not PythonModel.predict_stream


def _copy_artifacts(folder: Path, sources: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for place, (name, source) in enumerate(sources.items()):
        # Two of them may have the same name of a file.
        relative = f"{_ARTIFACTS}/{place}/{source.resolve().name}"
        _copy(source, folder / relative, f"artifacts[{name!r}]")
        kept[name] = {"path": relative, "uri": source.name}
    return kept


def _copy(source: Path, destination: Path, named: str) -> None:
    """Copy a file or folder that the model needs.

    Raises:
        InvalidParameter: It is not there, or cannot be copied (`model.artifact_invalid`).
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        if source.is_dir():
            shutil.copytree(source, destination)
        elif source.is_file():
            shutil.copyfile(source, destination)
        else:
            raise InvalidParameter("model.artifact_invalid", f"There is no file or folder {str(source)!r}, as {named}.")
    except OSError as error:
        raise InvalidParameter(
            "model.artifact_invalid", f"{str(source)!r}, which is {named}, cannot be copied: {shown(error)}."
        ) from error
