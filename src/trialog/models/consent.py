"""Asks for consent before a model may run code: what is a pickle, or brings code of its own, can do anything."""

import os
import pickle
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final

from trialog.config import boolean
from trialog.errors import ConfigurationError, MissingDependency, PermissionDenied
from trialog.models.data_types import in_one_line, listed
from trialog.models.mlflow_stand_ins import stand_in
from trialog.models.requirements import REQUIREMENTS, package_named_like

VARIABLE: Final = "TRIALOG_ALLOW_PICKLE"
_MLFLOW_VARIABLE: Final = "MLFLOW_ALLOW_PICKLE_DESERIALIZATION"
_HOW: Final = f"If you trust whoever made it, say so with allow_pickle=True, or with {VARIABLE}=true in the environment"


def is_allowed(allow_pickle: bool | None) -> bool:
    """Tell whether a model may run code while it is loaded.

    Args:
        allow_pickle: What the caller said; None to ask the environment, in which nothing means no.

    Raises:
        ConfigurationError: The variable of the environment is neither true nor false (`setting.invalid`).
    """
    if allow_pickle is not None:
        return allow_pickle
    for variable in (VARIABLE, _MLFLOW_VARIABLE):
        value = os.environ.get(variable, "").strip()
        if value:
            try:
                return boolean(value)
            except ValueError as error:
                raise ConfigurationError("setting.invalid", f"{variable}={value!r} is wrong: {error}.") from error
    return False


def check_pickle(path: Path, allow_pickle: bool | None, *, better: str) -> None:
    """Refuse to load a pickle without consent.

    Args:
        path: The pickle.
        allow_pickle: See `is_allowed`.
        better: What to do so that it is no pickle any more.

    Raises:
        PermissionDenied: There is none (`model.pickle_not_allowed`).
    """
    if not is_allowed(allow_pickle):
        raise PermissionDenied(
            "model.pickle_not_allowed",
            f"The model is kept as a pickle ({path.name}), and whoever loads a pickle runs the code that is in it. "
            f"{_HOW}; or {better}, so that loading it runs nothing.",
            path=str(path),
        )


def check_code(what: str, allow_pickle: bool | None) -> None:
    """Refuse to run code that a model brings along without consent.

    Args:
        what: Which code that is: what a message says of the model.
        allow_pickle: See `is_allowed`.

    Raises:
        PermissionDenied: There is none (`model.code_not_allowed`).
    """
    if not is_allowed(allow_pickle):
        raise PermissionDenied(
            "model.code_not_allowed",
            f"The model {in_one_line(what)}, and that code would run here. {_HOW}.",
            what=in_one_line(what),
        )


def check_types(path: Path, untrusted: Iterable[str], allow_pickle: bool | None) -> None:
    """Refuse to make instances of classes that nobody vouches for.

    Args:
        path: The file that names them.
        untrusted: Names of the classes.
        allow_pickle: See `is_allowed`.

    Raises:
        PermissionDenied: There are some, and no consent (`model.untrusted_types`).
    """
    names = listed(sorted(untrusted))
    if names and not is_allowed(allow_pickle):
        raise PermissionDenied(
            "model.untrusted_types",
            f"The model ({path.name}) is made of types that belong neither to scikit-learn nor to the libraries it "
            f"works with: {names}. Name those that you trust in skops_trusted_types, or allow all: {_HOW}.",
            types=names,
        )


def load_pickle(path: Path) -> Any:
    """Return what a pickle holds. The caller has asked for consent.

    Raises:
        MissingDependency: It needs a module that is not installed (`model.module_missing`).
    """
    with path.open("rb") as file:
        try:
            return _Unpickler(file).load()
        except ModuleNotFoundError as error:
            raise missing_module(error) from error


def missing_module(error: ModuleNotFoundError) -> MissingDependency:
    """Return the error that says which module a model needs, and what installs it."""
    module = in_one_line(error.name or "")
    package = package_named_like(module.partition(".")[0])
    return MissingDependency(
        "model.module_missing",
        f"The model needs the module {module!r}, which is not here. If a package brings it, install that with: pip "
        f"install {package}, or all that the model was made with: pip install -r {REQUIREMENTS} of its folder. If the "
        "module is your own, put it on the path of Python, or save the model again with code_paths.",
        module=module,
        package=package,
    )


class _Unpickler(pickle.Unpickler):
    """Loads models of MLflow also where MLflow is not installed."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._knows_mlflow = find_spec("mlflow") is not None

    def find_class(self, module: str, name: str) -> Any:
        """See `pickle.Unpickler.find_class`."""
        found = None if self._knows_mlflow else stand_in(module, name)
        return super().find_class(module, name) if found is None else found
