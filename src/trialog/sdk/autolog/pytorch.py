"""Logging what Lightning trains of PyTorch; a loop that is written by hand logs what it wants by itself."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from trialog.models.pytorch import save_model
from trialog.models.pytorch_weights import SERIALIZATION_FORMAT_PICKLE
from trialog.sdk.autolog.content import log_all_params, log_trained_model
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.switching import switch
from trialog.sdk.autolog.watching import attempt, current_training, watch
from trialog.sdk.fluent.artifacts import log_text
from trialog.sdk.fluent.logging import log_metrics

_LIBRARY: Final = "pytorch"


def autolog(**options: Any) -> None:
    """Log what Lightning trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`; `log_every_n_epoch` among them.
    """
    switch(_LIBRARY, options)


def patch(patches: Patches, options: Options, module: str) -> None:
    """Put what logs around what trains.

    Args:
        patches: Take it away again.
        options: What is logged.
        module: The package of Lightning that was imported, by one of its two names.
    """
    patches.wrap(sys.modules[module].Trainer, "fit", partial(_fit, options, module))


def _fit(options: Options, module: str, original: Callable[..., Any], trainer: Any, *args: Any, **kwargs: Any) -> Any:
    # Of several processes that train one model, the first logs.
    if current_training() is not None or not getattr(trainer, "is_global_zero", True):
        return original(trainer, *args, **kwargs)
    model = args[0] if args else kwargs.get("model")
    callbacks: list[Any] = []

    def before() -> None:
        callback = _callback(options, module)
        # Before those that save checkpoints, whose place is the last.
        trainer.callbacks.insert(0, callback)
        callbacks.append(callback)
        log_all_params({"epochs": trainer.max_epochs})

    def train() -> Any:
        try:
            return original(trainer, *args, **kwargs)
        finally:
            for callback in callbacks:
                if callback in trainer.callbacks:
                    trainer.callbacks.remove(callback)

    return watch(_LIBRARY, options, train, before=before, after=lambda _: _log_trained(trainer, model, options))


def _callback(options: Options, module: str) -> Any:
    """Return what Lightning tells of a training."""
    base = sys.modules[module].Callback
    said = "Not all of a training of Lightning is logged"

    def on_train_start(_: object, trainer: Any, model: Any) -> None:
        attempt(options, said, lambda: log_all_params({**_optimizer_settings(trainer), **_settings(model)}))

    def on_train_epoch_end(_: object, trainer: Any, model: object) -> None:
        del model
        if trainer.current_epoch % options.log_every_n_epoch == 0:
            attempt(options, said, lambda: log_metrics(dict(trainer.callback_metrics), step=trainer.current_epoch))

    members = {
        "on_train_start": on_train_start,
        "on_train_epoch_end": on_train_epoch_end,
        # In a process that the trainer spawns it does nothing: the run is of this one.
        "__reduce__": lambda _: (base, ()),
    }
    # The class is made here, for its base is there only when the library is.
    return type("TrialogCallback", (base,), members)()


def _optimizer_settings(trainer: Any) -> dict[str, object]:
    if not trainer.optimizers:
        return {}
    optimizer = trainer.optimizers[0]
    return {"optimizer_name": type(optimizer).__name__, **optimizer.defaults}


def _settings(model: Any) -> dict[str, object]:
    return dict(getattr(model, "hparams", None) or {})


def _log_trained(trainer: Any, model: Any, options: Options) -> None:
    for callback in trainer.callbacks:
        if hasattr(callback, "stopped_epoch"):
            log_metrics({"stopped_epoch": callback.stopped_epoch})
    attempt(options, "The summary of a model is not logged", lambda: log_text(_summary(model), "model_summary.txt"))
    # As MLflow does: what is logged by itself loads with the class alone.
    log_trained_model(save_model, model, options, serialization_format=SERIALIZATION_FORMAT_PICKLE)


def _summary(model: Any) -> str:
    counts = {
        name: (type(part).__name__, sum(values.numel() for values in part.parameters()))
        for name, part in model.named_children()
    }
    lines = [f"{name}: {kind}, {count} parameters" for name, (kind, count) in counts.items()]
    return "\n".join([str(model), "", *lines, f"{sum(values.numel() for values in model.parameters())} parameters", ""])
