"""Loads models: gives their folders to what knows the library."""

import weakref
from collections.abc import Callable
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import Any, Final

from trialog.models import lightgbm, onnx, pyfunc, pytorch, sklearn, xgboost
from trialog.models.code_paths import bring_code
from trialog.models.folder import ModelMetadata
from trialog.sdk.model_fetching import opened

Load = Callable[[Path, ModelMetadata], Any]
_LOADERS: Final[dict[str, Callable[..., Any]]] = {
    sklearn.FLAVOR: sklearn.load_folder,
    xgboost.FLAVOR: xgboost.load_folder,
    lightgbm.FLAVOR: lightgbm.load_folder,
    onnx.FLAVOR: onnx.load_folder,
    pytorch.FLAVOR: pytorch.load_folder,
}


def load_model(
    model_uri: str | PathLike[str],
    load: Load,
    dst_path: str | PathLike[str] | None = None,
    *,
    suppress_warnings: bool = False,
) -> Any:
    """Fetch a model and load it. Its files stay as long as it does if it may need them.

    Args:
        model_uri: See `trialog.sdk.model_fetching.opened`.
        load: Loads the model of a folder.
        dst_path: Folder to keep its files in; they are not kept if None.
        suppress_warnings: Whether to say nothing of packages that are here in other versions.
    """
    with ExitStack() as stack:
        folder, metadata = stack.enter_context(opened(model_uri, dst_path, suppress_warnings=suppress_warnings))
        model = load(folder, metadata)
        # Code that it brings along may import more of itself later; a graph of ONNX, which cannot be watched, has none.
        brings_code = any(options.get("code") for options in metadata.flavors.values())
        if isinstance(model, pyfunc.PyFuncModel) or (brings_code and type(model).__weakrefoffset__):
            weakref.finalize(model, stack.pop_all().close)
        return model


def load_any(model_uri: str | PathLike[str], *, allow_pickle: bool | None = None) -> Any:
    """Fetch a model and load it as what it was when it was logged, whatever library it is of.

    Args:
        model_uri: See `trialog.sdk.model_fetching.opened`.
        allow_pickle: Whether it may run code while it is loaded; None to ask TRIALOG_ALLOW_PICKLE.

    Returns:
        The estimator, booster or module; a `PyFuncModel` for a model that is the user's own code.
    """

    def load(folder: Path, metadata: ModelMetadata) -> Any:
        flavor = next((name for name in _LOADERS if name in metadata.flavors), None)
        if flavor is None:
            return pyfunc.load_folder(folder, metadata, allow_pickle=allow_pickle)
        return flavor_loader(flavor, allow_pickle=allow_pickle)(folder, metadata)

    return load_model(model_uri, load)


def load_function(
    model_uri: str | PathLike[str],
    *,
    allow_pickle: bool | None = None,
    model_config: dict[str, Any] | None = None,
    dst_path: str | PathLike[str] | None = None,
    suppress_warnings: bool = False,
) -> pyfunc.PyFuncModel:
    """Fetch a model and load it as a Python function. Its files stay as long as it does.

    Args:
        model_uri: See `trialog.sdk.model_fetching.opened`.
        allow_pickle: See `load_any`.
        model_config: Options to give the model in place of those it was saved with.
        dst_path: Folder to keep its files in.
        suppress_warnings: Whether to say nothing of packages that are here in other versions.
    """

    def load(folder: Path, metadata: ModelMetadata) -> pyfunc.PyFuncModel:
        return pyfunc.load_folder(folder, metadata, allow_pickle=allow_pickle, model_config=model_config)

    model: pyfunc.PyFuncModel = load_model(model_uri, load, dst_path, suppress_warnings=suppress_warnings)
    return model


def flavor_loader(flavor: str, *, allow_pickle: bool | None = None, **options: Any) -> Load:
    """Return what loads the models of one library.

    Args:
        flavor: Name of the flavor.
        allow_pickle: See `load_any`.
        options: What else the library's loader takes.
    """

    def load(folder: Path, metadata: ModelMetadata) -> Any:
        bring_code(folder, metadata.flavor(flavor), allow_pickle)
        # What XGBoost writes is never a pickle, nor is a graph of ONNX.
        consent = {} if flavor in (onnx.FLAVOR, xgboost.FLAVOR) else {"allow_pickle": allow_pickle}
        return _LOADERS[flavor](folder, metadata, **consent, **options)

    return load
