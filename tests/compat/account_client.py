"""MLflow's client of accounts, also where the packages of MLflow's own server are not installed.

The client lies in the folder of the server, whose packages it needs for nothing but to make up its paths.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import mlflow


def account_client(url: str) -> Any:
    """Return MLflow's client of accounts of a server."""
    if find_spec("flask_wtf") is not None:
        from mlflow.server import get_app_client

        return get_app_client("basic-auth", tracking_uri=url)
    with _stand_in():
        return importlib.import_module("mlflow.server.auth.client").AuthServiceClient(url)


@contextmanager
def _stand_in() -> Iterator[None]:
    """Put in place of the server's packages what of them the client needs, for as long as it is imported."""
    before = {name: module for name, module in sys.modules.items() if name.startswith("mlflow.server")}
    for name in before:
        del sys.modules[name]
    folder = Path(str(mlflow.__file__)).parent / "server"
    for name, path in (("mlflow.server", folder), ("mlflow.server.auth", folder / "auth")):
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
    handlers: Any = ModuleType("mlflow.server.handlers")
    handlers._add_static_prefix = lambda path: path
    handlers._get_rest_path = lambda path, version=2: f"/api/{version}.0{path}"
    handlers._get_ajax_path = lambda path, version=2: f"/ajax-api/{version}.0{path}"
    sys.modules["mlflow.server.handlers"] = handlers
    try:
        yield
    finally:
        # What other tests import is the real thing.
        for name in [name for name in sys.modules if name.startswith("mlflow.server")]:
            del sys.modules[name]
        sys.modules.update(before)
