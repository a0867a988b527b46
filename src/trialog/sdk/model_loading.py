"""Loads models: fetches their folders from the server, and gives these to what knows the library."""

import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

from trialog.models import lightgbm, pyfunc, pytorch, sklearn, xgboost
from trialog.models.folder import ModelMetadata
from trialog.models.requirements import warn_of_mismatches
from trialog.sdk.artifact_uris import local_source
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.client import Client
from trialog.sdk.fluent.settled import settle
from trialog.sdk.model_sources import source_of
from trialog.sdk.tracking_uri import open_transport

Load = Callable[[Path, ModelMetadata], Any]
_LOADERS: Final[dict[str, Callable[..., Any]]] = {
    sklearn.FLAVOR: sklearn.load_folder,
    xgboost.FLAVOR: xgboost.load_folder,
    lightgbm.FLAVOR: lightgbm.load_folder,
    pytorch.FLAVOR: pytorch.load_folder,
}


@contextmanager
def fetched(model_uri: str | PathLike[str], dst_path: str | PathLike[str] | None = None) -> Iterator[Path]:
    """Fetch a model folder; it is there while the block lasts, and longer where its place is given.

    Args:
        model_uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`;
            `models:/NAME@ALIAS`; `models:/m-ID`; `runs:/ID/name`; or a path of this machine, which is used as it is.
        dst_path: Folder to fetch it into; a temporary one if None.

    Raises:
        ResourceNotFound: There is no such model.
        InvalidParameter: It is no such URI (`artifact.unknown_uri`).
    """
    uri = fspath(model_uri)
    source = local_source(uri)
    if source is not None:
        yield source
    elif dst_path is not None:
        Path(dst_path).mkdir(parents=True, exist_ok=True)
        yield _fetch(uri, Path(dst_path))
    else:
        with tempfile.TemporaryDirectory(prefix="trialog-model-") as temporary:
            yield _fetch(uri, Path(temporary))


def _fetch(uri: str, folder: Path) -> Path:
    # What was logged a moment ago may still be on its way.
    settle()
    if uri.lower().startswith("runs:"):
        found = source_of(Client(), uri)
        # The models of a run lie beside it, and are still named by it.
        uri = uri if found.model_id is None else found.uri
    return Artifacts(open_transport()).download_uri(uri, folder)


def load_model(model_uri: str | PathLike[str], load: Load, dst_path: str | PathLike[str] | None = None) -> Any:
    """Fetch a model and load it.

    Args:
        model_uri: See `fetched`.
        load: Loads the model of a folder.
        dst_path: Folder to keep its files in; they are not kept if None.
    """
    with fetched(model_uri, dst_path) as folder:
        metadata = ModelMetadata.load(folder)
        warn_of_mismatches(folder)
        return load(folder, metadata)


def load_any(model_uri: str | PathLike[str], *, allow_pickle: bool | None = None) -> Any:
    """Fetch a model and load it as what it was when it was logged, whatever library it is of.

    Args:
        model_uri: See `fetched`.
        allow_pickle: Whether it may run code while it is loaded; None to ask TRIALOG_ALLOW_PICKLE.

    Returns:
        The estimator, booster or module; a `PyFuncModel` for a model that is the user's own code.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(fetched(model_uri))
        metadata = ModelMetadata.load(folder)
        warn_of_mismatches(folder)
        flavor = next((name for name in _LOADERS if name in metadata.flavors), None)
        if flavor is not None:
            return flavor_loader(flavor, allow_pickle=allow_pickle)(folder, metadata)
        model = pyfunc.load_folder(folder, metadata, allow_pickle=allow_pickle)
        weakref.finalize(model, stack.pop_all().close)
        return model


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
        model_uri: See `fetched`.
        allow_pickle: See `load_any`.
        model_config: Options to give the model in place of those it was saved with.
        dst_path: Folder to keep its files in.
        suppress_warnings: Whether to say nothing of packages that are here in other versions.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(fetched(model_uri, dst_path))
        metadata = ModelMetadata.load(folder)
        if not suppress_warnings:
            warn_of_mismatches(folder)
        model = pyfunc.load_folder(folder, metadata, allow_pickle=allow_pickle, model_config=model_config)
        weakref.finalize(model, stack.pop_all().close)
        return model


def flavor_loader(flavor: str, *, allow_pickle: bool | None = None, **options: Any) -> Load:
    """Return what loads the models of one library.

    Args:
        flavor: Name of the flavor.
        allow_pickle: See `load_any`.
        options: What else the library's loader takes.
    """

    def load(folder: Path, metadata: ModelMetadata) -> Any:
        pyfunc.bring_code(folder, metadata.flavor(flavor), allow_pickle)
        # What XGBoost writes is never a pickle.
        consent = {} if flavor == xgboost.FLAVOR else {"allow_pickle": allow_pickle}
        return _LOADERS[flavor](folder, metadata, **consent, **options)

    return load
