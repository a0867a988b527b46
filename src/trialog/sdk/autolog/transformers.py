"""Logging what the trainer of transformers trains. Models may be of any size: whoever wants one logs it."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from trialog.sdk.autolog.content import log_all_params
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.switching import switch
from trialog.sdk.autolog.watching import attempt, current_training, watch
from trialog.sdk.fluent.logging import log_metrics, set_tags

_LIBRARY: Final = "transformers"


def autolog(**options: Any) -> None:
    """Log what the trainer of transformers trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    switch(_LIBRARY, options)


def patch(patches: Patches, options: Options, module: str) -> None:
    """Put what logs around what trains.

    Args:
        patches: Take it away again.
        options: What is logged.
        module: `transformers.trainer`, which was imported.
    """
    patches.wrap(sys.modules[module].Trainer, "train", partial(_train, options))


def _train(options: Options, original: Callable[..., Any], trainer: Any, *args: Any, **kwargs: Any) -> Any:
    # Of several processes that train one model, the first logs.
    if current_training() is not None or not trainer.is_world_process_zero():
        return original(trainer, *args, **kwargs)
    callbacks: list[Any] = []

    def before() -> None:
        callbacks.append(_callback(options))
        trainer.add_callback(callbacks[0])
        log_all_params(_settings(trainer))
        set_tags({"transformers.model": type(trainer.model).__name__})

    def train() -> Any:
        try:
            return original(trainer, *args, **kwargs)
        finally:
            for callback in callbacks:
                trainer.remove_callback(callback)

    return watch(_LIBRARY, options, train, before=before, after=lambda _: None)


def _callback(options: Options) -> Any:
    """Return what the trainer tells of a training."""

    def on_log(_: object, args: object, state: Any, control: object, logs: Any = None, **kwargs: object) -> None:
        del args, control, kwargs
        numbers = {name: value for name, value in (logs or {}).items() if isinstance(value, int | float)}
        attempt(options, "Metrics are not logged", lambda: log_metrics(numbers, step=state.global_step))

    # The class is made here, for its base is there only when the library is.
    return type("TrialogCallback", (sys.modules["transformers"].TrainerCallback,), {"on_log": on_log})()


def _settings(trainer: Any) -> dict[str, object]:
    """Return what the trainer was told, and of what the model is made."""
    config: Any = getattr(trainer.model, "config", None)
    of_model = config.to_dict() if hasattr(config, "to_dict") else {}
    # The library writes the name of a secret in its place.
    settings = {**_flat(of_model, ""), **_flat(trainer.args.to_dict(), "")}
    return {name: value for name, value in settings.items() if value is not None}


def _flat(settings: Mapping[str, Any], prefix: str) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
