"""Keeps models as skops does: as data, of which loading runs nothing but what is vouched for.

A file names the types of which it is made. Those of scikit-learn and of the libraries that work with it are vouched
for, because whoever loads the model uses them anyhow. What the file or its `MLmodel` says that may be trusted is not
believed: whoever made the one made the other.
"""

import importlib
import inspect
import json
import pickle
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, require
from trialog.models.consent import check_types
from trialog.models.lean_skops import reading_skops

_SKLEARN: Final = "sklearn"
_LIBRARIES: Final = frozenset({"lightgbm", _SKLEARN, "xgboost"})
# Of those that come with it only the models: what else they have opens files and sockets, or frees memory where its
# state says.
_MODULES_OF_ESTIMATORS: Final = frozenset({"lightgbm.sklearn", "xgboost.sklearn"})
_PARTS_OF_ESTIMATORS: Final = frozenset(
    {"lightgbm.basic.Booster", "xgboost.callback.EarlyStopping", "xgboost.core.Booster"}
)
# Parts of them that are no models: they test, fetch or carry other packages along.
_NO_MODELS: Final = frozenset({"conftest", "datasets", "externals", "tests", "utils", "testing", "_build_utils"})
# Plain data, which fitted models hold.
_PLAIN: Final = frozenset(
    {
        "collections.OrderedDict",
        "collections.defaultdict",
        "numpy.dtype",
        "scipy.interpolate._bsplines.BSpline",
        "scipy.sparse._csc.csc_matrix",
        "scipy.sparse._csr.csr_matrix",
    }
)
# Their functions compute and do nothing else.
_FUNCTIONS: Final = ("sklearn.feature_selection.", "sklearn.metrics.")
# How skops makes what it names: from its state. By other ways, which a file may choose freely, a type is called with
# whatever the file says.
_BY_STATE: Final = frozenset({"CachedNode", "ObjectNode"})
_BY_STATE_OF_SKLEARN: Final = _BY_STATE | {
    "FunctionNode",
    "LossNode",
    "TreeNode",
    "TypeNode",
    "_DictWithDeprecatedKeysNode",
}
_PARTIAL: Final = ("PartialNode", "functools.partial")
_SCHEMA: Final = "schema.json"
# What comes of a file that is none, or of one whose parts do not go together.
_FAULTS: Final = (
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def save_skops(model: Any, path: Path, trusted: Sequence[str] = ()) -> list[str]:
    """Write a model, and see that it can be read again.

    Args:
        model: The model.
        path: The file.
        trusted: Types of the user's own that may be in it.

    Returns:
        The types that a reader has to trust beside those that skops itself does.

    Raises:
        InvalidParameter: It cannot be kept so (`model.not_skops`).
    """
    skops = require("skops.io", extra="models")
    try:
        skops.dump(model, path)
        types = set(skops.get_untrusted_types(file=path))
        unknown = _unknown(path, types, trusted)
        if not unknown:
            skops.load(path, trusted=sorted(types))
            return sorted(types)
        fault = f"it is made of types that are not known: {', '.join(sorted(unknown))}"
    # What else a class of the user's raises would come of its pickle as well.
    except (*_FAULTS, pickle.PicklingError) as error:
        fault = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    path.unlink(missing_ok=True)
    raise InvalidParameter(
        "model.not_skops",
        f"The model cannot be kept in the format skops: {fault}. If these types are yours, name them in "
        'skops_trusted_types; or give serialization_format="cloudpickle", which loads with allow_pickle=True.',
    )


def load_skops(path: Path, trusted: Iterable[str] | None, allow_pickle: bool | None) -> Any:
    """Return the model of a file.

    Args:
        path: The file.
        trusted: Types that the caller trusts.
        allow_pickle: Whether all types are trusted; see `trialog.models.consent.is_allowed`.

    Raises:
        PermissionDenied: It is made of types that nobody vouches for (`model.untrusted_types`).
        InvalidParameter: It is no such file (`model.damaged`).
    """
    with reading_skops() as skops:
        try:
            types = set(skops.get_untrusted_types(file=path))
            unknown = _unknown(path, types, trusted or ())
        except _FAULTS as error:
            raise _damaged(path, error) from error
        check_types(path, unknown, allow_pickle)
        try:
            return skops.load(path, trusted=sorted(types))
        except _FAULTS as error:
            raise _damaged(path, error) from error


def _unknown(path: Path, types: Iterable[str], trusted: Iterable[str]) -> set[str]:
    """Return the types of a file that nobody vouches for.

    Args:
        path: The file.
        types: Those that skops does not trust by itself.
        trusted: Those that the caller trusts.
    """
    return {name for name in {*types, *_called(path)} - set(trusted) if not is_known(name)}


def _called(path: Path) -> set[str]:
    """Return what a file would have called while it is loaded, which skops tells by the name of the type alone."""
    called: set[str] = set()

    def look(node: dict[str, Any]) -> dict[str, Any]:
        loader, name = node.get("__loader__"), f"{node.get('__module__')}.{node.get('__class__')}"
        library = name.partition(".")[0]
        if loader == _PARTIAL[0]:
            # It may give itself any name.
            called.add(_PARTIAL[1])
        elif library in _LIBRARIES and loader not in (_BY_STATE_OF_SKLEARN if library == _SKLEARN else _BY_STATE):
            called.add(f"{name}()")
        return node

    with zipfile.ZipFile(path) as archive:
        json.loads(archive.read(_SCHEMA), object_hook=look)
    return called


def _damaged(path: Path, error: Exception) -> InvalidParameter:
    return InvalidParameter(
        "model.damaged",
        f"The file {path.name} of the model is damaged, or no file of skops: {' '.join(str(error).split())[:500]}",
    )


def is_known(name: str) -> bool:
    """Tell whether a name is that of a class of scikit-learn or of a library that works with it, or of plain data.

    Args:
        name: Full name of a type.
    """
    if name in _PLAIN:
        return True
    module, _, last = name.rpartition(".")
    parts = module.split(".")
    if parts[0] not in _LIBRARIES or not _NO_MODELS.isdisjoint(parts):
        return False
    if parts[0] != _SKLEARN and module not in _MODULES_OF_ESTIMATORS and name not in _PARTS_OF_ESTIMATORS:
        return False
    try:
        found = getattr(importlib.import_module(module), last, None)
    except ImportError:
        return False
    # What a module merely imports, such as a thread or a listener, is none of its own; files name what is by its home.
    if getattr(found, "__module__", None) != module:
        return False
    return inspect.isclass(found) or (inspect.isfunction(found) and name.startswith(_FUNCTIONS))
