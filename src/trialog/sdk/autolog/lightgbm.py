"""Logging what LightGBM trains: boosters, and estimators with the methods of scikit-learn."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from trialog.models.lightgbm import save_model
from trialog.sdk.autolog.boosting import Iterations, log_importance
from trialog.sdk.autolog.content import dataset_of, first_rows, log_all_params, log_dataset, log_trained_model
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.switching import switch
from trialog.sdk.autolog.training_call import TrainingData, arguments_of, settings_of, training_data
from trialog.sdk.autolog.watching import attempt, current_training, watch
from trialog.sdk.fluent.inputs import log_input

_LIBRARY: Final = "lightgbm"
_NO_SETTINGS: Final = frozenset(
    {"params", "train_set", "valid_sets", "valid_names", "feval", "init_model", "callbacks"}
)
_IMPORTANCE_TYPES: Final = ("split", "gain")
# Before early stopping, which leaves the training by an exception.
_CALLBACK_ORDER: Final = 5


def autolog(**options: Any) -> None:
    """Log what LightGBM trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    switch(_LIBRARY, options)


def patch(patches: Patches, options: Options, module: str) -> None:
    """Put what logs around what trains.

    Args:
        patches: Take it away again.
        options: What is logged.
        module: `lightgbm`, which was imported.
    """
    library = sys.modules[module]
    places = [sys.modules[f"{module}.{name}"] for name in ("engine", "sklearn") if f"{module}.{name}" in sys.modules]
    patches.wrap(library, "train", partial(_train, options), elsewhere=places)
    found = [library.LGBMModel] if hasattr(library, "LGBMModel") else []
    while found:
        cls = found.pop()
        found += cls.__subclasses__()
        # Those of other libraries log for themselves.
        if cls.__module__ == f"{module}.sklearn":
            patches.wrap(cls, "fit", partial(_fit, options))


def _fit(options: Options, original: Callable[..., Any], estimator: Any, *args: Any, **kwargs: Any) -> Any:
    if current_training() is not None:
        return original(estimator, *args, **kwargs)
    given = attempt(
        options, "A training is not logged", lambda: training_data(original, (estimator, *args), kwargs)
    ) or TrainingData(None, None, None)
    example = first_rows(given.data) if options.log_models else None

    def after(_: object) -> None:
        if options.log_datasets and given.data is not None:
            attempt(options, "The dataset is not logged", lambda: log_dataset(given.data, given.labels))
        log_trained_model(save_model, estimator, options, example=example, predict=estimator.predict)

    return watch(
        _LIBRARY,
        options,
        lambda: original(estimator, *args, **kwargs),
        before=lambda: log_all_params(estimator.get_params()),
        after=after,
    )


def _train(options: Options, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    training = current_training()
    if training is None:
        given = attempt(options, "A training is not logged", lambda: arguments_of(original, args, kwargs)) or {}
        # The library lets go of its data when it has taken what it needs.
        example = first_rows(_data_of(given.get("train_set"))) if options.log_models else None
        return watch(
            _LIBRARY,
            options,
            lambda: _iterate(options, original, args, kwargs),
            before=lambda: _log_beginning(options, given, settings_of(original, args, kwargs, _NO_SETTINGS)),
            after=lambda booster: log_trained_model(
                save_model, booster, options, example=example, predict=booster.predict
            ),
        )
    if training.library == _LIBRARY and training.is_logged:
        # What an estimator trains, which logs itself as the model.
        return _iterate(options, original, args, kwargs)
    return original(*args, **kwargs)


def _log_beginning(options: Options, given: dict[str, Any], settings: dict[str, Any]) -> None:
    log_all_params({**(given.get("params") or {}), **settings})
    if options.log_datasets:
        attempt(options, "The dataset is not logged", lambda: _log_datasets(given))


def _log_datasets(given: dict[str, Any]) -> None:
    train_set = given.get("train_set")
    if (data := _data_of(train_set)) is not None:
        log_dataset(data, _labels_of(train_set))
    others = given.get("valid_sets") or ()
    names = given.get("valid_names") or ()
    for index, other in enumerate(others if isinstance(others, list | tuple) else [others]):
        if other is not train_set and (data := _data_of(other)) is not None:
            name = names if isinstance(names, str) else names[index] if index < len(names) else None
            log_input(dataset_of(data, _labels_of(other), name), "eval")


def _data_of(dataset: Any) -> Any:
    """Return what a dataset was made of; None if that is a file, or is not kept."""
    data = getattr(dataset, "data", None)
    return None if isinstance(data, str | Path) else data


def _labels_of(dataset: Any) -> Any:
    return getattr(dataset, "label", None)


def _iterate(options: Options, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Train a booster, and log each iteration and what came out."""
    training = current_training()
    if training is None or not training.is_logged:
        return original(*args, **kwargs)
    iterations = Iterations()

    def log_iteration(state: Any) -> None:
        attempt(
            options,
            "The metrics of iterations are not logged",
            lambda: iterations.log(
                state.iteration, {f"{each[0]}-{each[1]}": each[2] for each in state.evaluation_result_list or ()}
            ),
        )

    # So the library knows when to call it.
    log_iteration.order = _CALLBACK_ORDER  # type: ignore[attr-defined]  # functions may have attributes
    booster = original(*args, **{**kwargs, "callbacks": [log_iteration, *(kwargs.get("callbacks") or ())]})
    attempt(options, "The best iteration is not logged", lambda: _log_best(booster, iterations))
    for kind in _IMPORTANCE_TYPES:
        attempt(options, "The importance is not logged", partial(_log_importance, booster, kind))
    return booster


def _log_best(booster: Any, iterations: Iterations) -> None:
    # It counts from 1; 0 and less say that nobody asked.
    if booster.best_iteration > 0 and any(iterations.seen):
        iterations.log_best(booster.best_iteration - 1)


def _log_importance(booster: Any, kind: str) -> None:
    worth = booster.feature_importance(importance_type=kind).tolist()
    log_importance(kind, dict(zip(booster.feature_name(), worth, strict=True)))
