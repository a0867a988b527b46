"""Logging what Keras trains."""

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter
from trialog.sdk.autolog.content import log_all_params, log_dataset
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.switching import switch
from trialog.sdk.autolog.training_call import arguments_of, settings_of
from trialog.sdk.autolog.watching import attempt, current_training, watch
from trialog.sdk.fluent.artifacts import log_artifact, log_text
from trialog.sdk.fluent.logging import log_metrics
from trialog.sdk.reports import report

_LIBRARY: Final = "keras"
_NO_SETTINGS: Final = frozenset(
    {"self", "x", "y", "validation_data", "callbacks", "sample_weight", "class_weight", "verbose"}
)


def autolog(**options: Any) -> None:
    """Log what Keras trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`; `log_every_n_epoch` among them.
    """
    switch(_LIBRARY, options)


def patch(patches: Patches, options: Options, module: str) -> None:
    """Put what logs around what trains.

    Args:
        patches: Take it away again.
        options: What is logged.
        module: `keras`, which was imported.
    """
    # The method is of the one backend that was chosen.
    owner = next(cls for cls in sys.modules[module].Model.__mro__ if "fit" in vars(cls))
    patches.wrap(owner, "fit", partial(_fit, options))


def _fit(options: Options, original: Callable[..., Any], model: Any, *args: Any, **kwargs: Any) -> Any:
    if current_training() is not None:
        return original(model, *args, **kwargs)
    given = attempt(options, "A training is not logged", lambda: arguments_of(original, (model, *args), kwargs))
    if given is None:
        # The library says itself what is wrong with the call.
        return original(model, *args, **kwargs)
    callbacks = given.get("callbacks")
    called = {name: value for name, value in given.items() if name not in {"self", "callbacks"}}

    def before() -> None:
        log_all_params({**settings_of(original, (model, *args), kwargs, _NO_SETTINGS), **_compiled(model)})
        if options.log_datasets and hasattr(given.get("x"), "shape"):
            attempt(options, "The dataset is not logged", lambda: log_dataset(given["x"], given.get("y")))

    def train() -> Any:
        callback = attempt(options, "Not all of a training of Keras is logged", lambda: _callback(options))
        if callback is None or hasattr(callbacks, "callbacks"):
            # One that holds others is somebody's own way to train.
            return original(model, *args, **kwargs)
        others = callbacks if isinstance(callbacks, list | tuple) else [] if callbacks is None else [callbacks]
        return original(model, callbacks=[*others, callback], **called)

    return watch(_LIBRARY, options, train, before=before, after=lambda _: _log_trained(model, options))


def _callback(options: Options) -> Any:
    """Return what Keras tells of a training."""

    def on_epoch_end(_: object, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if epoch % options.log_every_n_epoch == 0:
            attempt(options, "Metrics of an epoch are not logged", lambda: log_metrics(dict(logs or {}), step=epoch))

    # The class is made here, for its base is there only when the library is.
    return type("TrialogCallback", (sys.modules["keras"].callbacks.Callback,), {"on_epoch_end": on_epoch_end})()


def _compiled(model: Any) -> dict[str, object]:
    """Return how a model is trained, as its optimizer and its loss say."""
    optimizer, loss = getattr(model, "optimizer", None), getattr(model, "loss", None)
    settings = {} if optimizer is None else optimizer.get_config()
    named = {"loss": loss if isinstance(loss, str) else getattr(loss, "name", loss)}
    return {**{f"optimizer_{name}": value for name, value in settings.items()}, **named}


def _log_trained(model: Any, options: Options) -> None:
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    log_text("\n".join(lines), "model_summary.txt")
    if not options.log_models:
        return
    with tempfile.TemporaryDirectory(prefix="trialog-model-") as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        log_artifact(path, "model")
    if options.registered_model_name is not None:
        report(
            InvalidParameter(
                "autolog.not_registered",
                "Models of Keras are kept as the file model/model.keras of their run, and cannot be registered by"
                f" themselves: {options.registered_model_name!r} has no new version.",
            )
        )
