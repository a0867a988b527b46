"""Logging what XGBoost trains: boosters, and estimators with the methods of scikit-learn."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from trialog.models.xgboost import save_model
from trialog.sdk.autolog.boosting import Iterations, log_importance
from trialog.sdk.autolog.content import EXAMPLE_ROWS, first_rows, log_all_params, log_dataset, log_trained_model
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.switching import switch
from trialog.sdk.autolog.training_call import TrainingData, arguments_of, settings_of, training_data
from trialog.sdk.autolog.watching import attempt, current_training, watch

_LIBRARY: Final = "xgboost"
_NO_SETTINGS: Final = frozenset(
    {"params", "dtrain", "evals", "obj", "custom_metric", "feval", "evals_result", "xgb_model", "callbacks"}
)
# A larger matrix is not copied for the sake of a fingerprint.
_MOST_VALUES: Final = 50_000_000


def autolog(**options: Any) -> None:
    """Log what XGBoost trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    switch(_LIBRARY, options)


def patch(patches: Patches, options: Options, module: str) -> None:
    """Put what logs around what trains.

    Args:
        patches: Take it away again.
        options: What is logged.
        module: `xgboost`, which was imported.
    """
    library = sys.modules[module]
    places = [sys.modules[f"{module}.{name}"] for name in ("training", "sklearn") if f"{module}.{name}" in sys.modules]
    patches.wrap(library, "train", partial(_train, options), elsewhere=places)
    found = [library.XGBModel] if hasattr(library, "XGBModel") else []
    while found:
        cls = found.pop()
        found += cls.__subclasses__()
        # Those of other libraries log for themselves.
        if cls.__module__.startswith(f"{module}.sklearn"):
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
        save = partial(save_model, model_format=options.model_format)
        log_trained_model(save, estimator, options, example=example, predict=estimator.predict)

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
        return watch(
            _LIBRARY,
            options,
            lambda: _iterate(options, original, args, kwargs),
            before=lambda: log_all_params(
                {**(given.get("params") or {}), **settings_of(original, args, kwargs, _NO_SETTINGS)}
            ),
            after=lambda booster: _log_booster(booster, given, options),
        )
    if training.library == _LIBRARY and training.is_logged:
        # What an estimator trains, which logs itself as the model.
        return _iterate(options, original, args, kwargs)
    return original(*args, **kwargs)


def _iterate(options: Options, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Train a booster, and log each iteration and what came out."""
    iterations = Iterations()
    training = current_training()
    if training is None or not training.is_logged:
        return original(*args, **kwargs)
    called = attempt(
        options, "The metrics of iterations are not logged", lambda: _observed(options, iterations, kwargs)
    )
    booster = original(*args, **(kwargs if called is None else called))
    attempt(options, "The best iteration is not logged", lambda: _log_best(booster, iterations))
    for kind in options.importance_types:
        attempt(options, "The importance is not logged", partial(_log_importance, booster, kind))
    return booster


def _log_importance(booster: Any, kind: str) -> None:
    log_importance(kind, booster.get_score(importance_type=kind))


def _observed(options: Options, iterations: Iterations, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return what a booster is trained with, and a callback that logs: before others, for these may end it."""
    base = sys.modules["xgboost"].callback.TrainingCallback

    def after_iteration(_: object, model: object, epoch: int, evals_log: dict[str, dict[str, list[Any]]]) -> bool:
        del model
        attempt(options, "The metrics of iterations are not logged", lambda: iterations.log(epoch, _latest(evals_log)))
        return False

    # The class is made here, for its base is there only when the library is.
    callback = type("TrialogCallback", (base,), {"after_iteration": after_iteration})()
    return {**kwargs, "callbacks": [callback, *(kwargs.get("callbacks") or ())]}


def _latest(evals_log: dict[str, dict[str, list[Any]]]) -> dict[str, float]:
    latest = {}
    for data, metrics in evals_log.items():
        for name, values in metrics.items():
            # What cross-validates has a mean and a deviation.
            value = values[-1][0] if isinstance(values[-1], tuple) else values[-1]
            latest[f"{data}-{name}"] = value
    return latest


def _log_best(booster: Any, iterations: Iterations) -> None:
    best = booster.attr("best_iteration")
    if best is not None and iterations.seen:
        iterations.log_best(int(best))


def _log_booster(booster: Any, given: dict[str, Any], options: Options) -> None:
    matrix = given.get("dtrain")
    if options.log_datasets:
        attempt(options, "The dataset is not logged", lambda: _log_matrices(matrix, given.get("evals") or ()))
    example = _example(matrix) if options.log_models else None
    save = partial(save_model, model_format=options.model_format)
    matrices = sys.modules["xgboost"].DMatrix
    log_trained_model(save, booster, options, example=example, predict=lambda rows: booster.predict(matrices(rows)))


def _log_matrices(matrix: Any, evals: Any) -> None:
    if _is_readable(matrix):
        log_dataset(matrix.get_data(), matrix.get_label())
    for other, name in evals:
        if other is not matrix and _is_readable(other):
            log_dataset(other.get_data(), other.get_label(), name=name, context="eval")


def _is_readable(matrix: Any) -> bool:
    # Those that were made for the training alone do not give back what went in.
    return type(matrix).__name__ == "DMatrix" and matrix.num_row() * matrix.num_col() <= _MOST_VALUES


def _example(matrix: Any) -> Any:
    """Return some rows of what went in; None where it cannot be had any more."""
    if type(matrix).__name__ != "DMatrix" or any(kind == "c" for kind in matrix.feature_types or ()):
        return None
    rows = matrix.slice(range(min(EXAMPLE_ROWS, matrix.num_row()))).get_data()
    values = rows.toarray()
    # What a sparse matrix does not have is missing, and no zero.
    present = rows.copy()
    present.data[:] = 1
    values[present.toarray() == 0] = float("nan")
    pandas = sys.modules.get("pandas")
    return (
        values if pandas is None or not matrix.feature_names else pandas.DataFrame(values, columns=matrix.feature_names)
    )
