"""Trialog: an experiment tracker and model registry that speaks MLflow's REST API.

`import trialog` in place of `import mlflow` logs to a Trialog server, under the same names:

    import trialog

    trialog.set_tracking_uri("http://127.0.0.1:5000")
    trialog.set_experiment("iris")
    with trialog.start_run():
        trialog.log_param("learning_rate", 0.1)
        for step in range(100):
            trialog.log_metric("loss", 1 / (step + 1), step=step)

What is logged is written to a file at once and sent from there: a training never waits for it, and loses nothing.
"""

from trialog.version import __version__ as __version__

# As in `typing`, whose import alone would take ten times as long as all that stands here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from trialog import aio as aio
    from trialog import data as data
    from trialog import keras as keras
    from trialog import lightgbm as lightgbm
    from trialog import models as models
    from trialog import onnx as onnx
    from trialog import optuna as optuna
    from trialog import projects as projects
    from trialog import pyfunc as pyfunc
    from trialog import pytorch as pytorch
    from trialog import sklearn as sklearn
    from trialog import system_metrics as system_metrics
    from trialog import tracking as tracking
    from trialog import transformers as transformers
    from trialog import xgboost as xgboost
    from trialog.projects import run as run
    from trialog.sdk.autolog import autolog as autolog
    from trialog.sdk.public import *  # noqa: F403  the public names are listed there, once
    from trialog.sdk.tracker import Tracker as Tracker
    from trialog.sdk.tracker import get_tracker as get_tracker
    from trialog.tracking import MlflowClient as MlflowClient

# Loaded when somebody asks for them, so that the import itself costs nothing.
_SUBMODULES = frozenset(
    {
        "aio",
        "data",
        "keras",
        "lightgbm",
        "models",
        "onnx",
        "optuna",
        "projects",
        "pyfunc",
        "pytorch",
        "sklearn",
        "system_metrics",
        "tracking",
        "transformers",
        "xgboost",
    }
)
# Where what a training calls stands: at what it costs to load that alone. The rest is looked for in `sdk.public`.
_PLACES = {
    "trialog.projects": ("run",),
    "trialog.sdk.autolog": ("autolog",),
    "trialog.sdk.fluent.artifacts": ("log_artifact", "log_artifacts", "log_dict", "log_figure", "log_text"),
    "trialog.sdk.fluent.experiments": ("set_experiment",),
    "trialog.sdk.fluent.logging": (
        "flush",
        "log_metric",
        "log_metrics",
        "log_param",
        "log_params",
        "set_tag",
        "set_tags",
    ),
    "trialog.sdk.fluent.runs": ("active_run", "end_run", "start_run"),
    "trialog.sdk.settings": ("set_strict",),
    "trialog.sdk.tracker": ("Tracker", "get_tracker"),
    "trialog.sdk.tracking_uri": ("get_tracking_uri", "set_tracking_uri"),
    "trialog.tracking": ("MlflowClient",),
}
_PLACE_OF = {name: module for module, names in _PLACES.items() for name in names}


if not TYPE_CHECKING:  # a type checker, which would take any name for one that is there, reads the list above

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in _SUBMODULES:
            return import_module(f"trialog.{name}")
        # What begins so is what Python itself and editors look for.
        if not name.startswith("_"):
            module = import_module(_PLACE_OF.get(name, "trialog.sdk.public"))
            if name in _PLACE_OF or name in module.__all__:
                value = globals()[name] = getattr(module, name)
                return value
        raise AttributeError(f"module 'trialog' has no attribute {name!r}")


def __dir__() -> list[str]:
    from trialog.sdk.public import __all__ as public

    return sorted({"__doc__", "__file__", "__name__", "__version__", *public, *_PLACE_OF, *_SUBMODULES})
