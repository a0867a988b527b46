"""Keeps models as skops does: as data, of which loading runs nothing but what is vouched for.

A file names the types of which it is made. Those of scikit-learn and of the libraries that work with it are vouched
for, because whoever loads the model uses them anyhow. What the file or its `MLmodel` says that may be trusted is not
believed: whoever made the one made the other.
"""

import importlib
import inspect
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, require
from trialog.models.consent import check_types

_LIBRARIES: Final = frozenset({"lightgbm", "sklearn", "xgboost"})
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
        unknown = {name for name in types - set(trusted) if not is_known(name)}
        if not unknown:
            skops.load(path, trusted=sorted(types))
            return sorted(types)
        fault = f"it is made of types that are not known: {', '.join(sorted(unknown))}"
    except InvalidParameter:
        raise
    except Exception as error:  # what a class of the user's does when it is written is not known
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
    skops = require("skops.io", extra="models")
    try:
        types = set(skops.get_untrusted_types(file=path))
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, RecursionError, zipfile.BadZipFile) as error:
        raise _damaged(path, error) from error
    check_types(path, {name for name in types - set(trusted or ()) if not is_known(name)}, allow_pickle)
    try:
        return skops.load(path, trusted=sorted(types))
    except RecursionError as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> InvalidParameter:
    return InvalidParameter(
        "model.damaged", f"The file {path.name} of the model is damaged, or no file of skops: {error}"
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
    try:
        found = getattr(importlib.import_module(module), last, None)
    except ImportError:
        return False
    # What a module merely imports, such as a thread or a listener, is none of its own; files name what is by its home.
    if getattr(found, "__module__", None) != module:
        return False
    return inspect.isclass(found) or (inspect.isfunction(found) and name.startswith(_FUNCTIONS))
