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
    from trialog.sdk.autolog import autolog as autolog
    from trialog.sdk.public import *  # noqa: F403  the public names are listed there, once
    from trialog.sdk.tracker import Tracker as Tracker
    from trialog.sdk.tracker import get_tracker as get_tracker

# Loaded when somebody asks for them, so that the import itself costs nothing.
_SUBMODULES = frozenset(
    {"aio", "data", "lightgbm", "models", "pyfunc", "pytorch", "sklearn", "system_metrics", "tracking", "xgboost"}
)
# What needs more than the fluent functions do.
_ELSEWHERE = {
    "Tracker": "trialog.sdk.tracker",
    "autolog": "trialog.sdk.autolog",
    "get_tracker": "trialog.sdk.tracker",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _SUBMODULES:
        return import_module(f"trialog.{name}")
    # What Python itself looks for is none of ours.
    if not name.startswith("__"):
        module = import_module(_ELSEWHERE.get(name, "trialog.sdk.public"))
        if name in _ELSEWHERE or name in module.__all__:
            value = globals()[name] = getattr(module, name)
            return value
    raise AttributeError(f"module 'trialog' has no attribute {name!r}")


def __dir__() -> list[str]:
    from trialog.sdk.public import __all__ as public

    return sorted({*globals(), *public, *_ELSEWHERE, *_SUBMODULES})
