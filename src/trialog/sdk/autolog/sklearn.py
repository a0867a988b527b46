"""Logging what scikit-learn trains."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from trialog.models.sklearn import save_model
from trialog.sdk.autolog.content import first_rows, log_all_params, log_dataset, log_trained_model
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.sklearn_evaluations import Evaluations
from trialog.sdk.autolog.sklearn_scores import log_scores
from trialog.sdk.autolog.sklearn_search import is_search, log_search
from trialog.sdk.autolog.switching import switch
from trialog.sdk.autolog.training_call import TrainingData, training_data
from trialog.sdk.autolog.watching import Training, attempt, current_training, inside, watch
from trialog.sdk.fluent.artifacts import log_text
from trialog.sdk.fluent.logging import set_tags
from trialog.sdk.fluent.runs import active_run

_LIBRARY: Final = "sklearn"
_TRAINING_METHODS: Final = ("fit", "fit_transform", "fit_predict")
# They prepare data, as parts of what is trained; by themselves they are no training.
_PREPARING: Final = (
    "sklearn.preprocessing",
    "sklearn.impute",
    "sklearn.feature_extraction",
    "sklearn.feature_selection",
)
_PREPARING_CLASSES: Final = frozenset({"sklearn.compose._column_transformer.ColumnTransformer"})
# What cross_validate, learning_curve and their kin train with: models that nobody keeps.
_VALIDATING: Final = ("_fit_and_score", "_fit_and_predict", "_permutation_test_score", "_incremental_fit_estimator")
# Without them an estimator may write over what it is given.
_COPYING: Final = frozenset({"copy", "copy_X", "copy_x"})


def autolog(**options: Any) -> None:
    """Log what scikit-learn trains, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    switch(_LIBRARY, options)


def patch(patches: Patches, options: Options, module: str) -> None:
    """Put what logs around what trains: in the estimators that are loaded, and in those loaded later.

    Args:
        patches: Take it away again.
        options: What is logged.
        module: `sklearn.base`, which was imported.
    """
    base = sys.modules[module].BaseEstimator
    evaluations = Evaluations(options)
    around = partial(_fit, options, evaluations)

    def patch_class(cls: Any) -> None:
        if cls.__module__.partition(".")[0] == "sklearn":
            for name in _TRAINING_METHODS:
                _patch_method(patches, cls, name, around)
            evaluations.patch_class(patches, cls, _patch_method)

    def patch_later(cls: Any, /, **kwargs: Any) -> None:
        super(base, cls).__init_subclass__(**kwargs)
        if patches.active:
            patch_class(cls)

    patches.put(base, "__init_subclass__", classmethod(patch_later))
    known, found = set(), [base]
    while found:
        cls = found.pop()
        if cls not in known:
            known.add(cls)
            found += cls.__subclasses__()
            patch_class(cls)
    # Most estimators have their method `score` of a class that is no estimator itself.
    for mixin in vars(sys.modules[module]).values():
        if isinstance(mixin, type) and mixin not in known:
            evaluations.patch_class(patches, mixin, _patch_method)
    evaluations.patch_metrics(patches)
    _patch_validation(patches)
    _patch_threads(patches)


def _patch_method(patches: Patches, cls: Any, name: str, around: Callable[..., Any]) -> None:
    method = vars(cls).get(name)
    if hasattr(method, "fn") and hasattr(method, "check"):
        # One that is there only under a condition, which stays as it is.
        patches.put(method, "fn", patches.around(method.fn, around))
    else:
        patches.wrap(cls, name, around)


def _patch_validation(patches: Patches) -> None:
    from sklearn.model_selection import _validation  # heavy; whoever trains a model has most of it already

    for name in _VALIDATING:
        patches.wrap(_validation, name, _unlogged)


def _patch_threads(patches: Patches) -> None:
    """Let threads of a training know of it: they begin without the context of the one that began them."""
    from sklearn.utils import parallel  # as above

    wrapper = getattr(parallel, "_FuncWrapper", None)
    if wrapper is None:
        return

    def note(original: Callable[..., None], wrapped: Any, *args: Any, **kwargs: Any) -> None:
        original(wrapped, *args, **kwargs)
        wrapped.trialog_trains = current_training() is not None

    def call(original: Callable[..., Any], wrapped: Any, *args: Any, **kwargs: Any) -> Any:
        if not getattr(wrapped, "trialog_trains", False) or current_training() is not None:
            return original(wrapped, *args, **kwargs)
        return _unlogged(original, wrapped, *args, **kwargs)

    patches.wrap(wrapper, "__init__", note)
    patches.wrap(wrapper, "__call__", call)


def _unlogged(original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with inside(Training(_LIBRARY)):
        return original(*args, **kwargs)


def _fit(
    options: Options, evaluations: Evaluations, original: Callable[..., Any], estimator: Any, *args: Any, **kwargs: Any
) -> Any:
    if current_training() is not None:
        return original(estimator, *args, **kwargs)
    if _prepares(estimator):
        return _unlogged(original, estimator, *args, **kwargs)
    given = attempt(
        options, "A training is not logged", lambda: training_data(original, (estimator, *args), kwargs)
    ) or TrainingData(None, None, None)
    # Copies of what the estimator may write over.
    example = first_rows(given.data) if options.log_models else None
    if hasattr(given.data, "copy") and attempt(options, "A training is not logged", lambda: _writes_over(estimator)):
        given = given._replace(data=given.data.copy(), is_written_over=True)
    return watch(
        _LIBRARY,
        options,
        lambda: original(estimator, *args, **kwargs),
        before=lambda: log_beginning(estimator),
        after=lambda _: _log_trained(estimator, given, example, options, evaluations),
    )


def log_beginning(estimator: Any) -> None:
    """Log what is known of an estimator before it is trained.

    Args:
        estimator: The estimator.
    """
    # What is searched for has no value yet.
    log_all_params(estimator.get_params(deep=not is_search(estimator)))
    set_tags(estimator_tags(estimator))


def estimator_tags(estimator: Any) -> dict[str, str]:
    """Return tags that tell of which kind an estimator is."""
    cls = type(estimator)
    return {"estimator_name": cls.__name__, "estimator_class": f"{cls.__module__}.{cls.__name__}"}


def _log_trained(estimator: Any, given: TrainingData, example: Any, options: Options, evaluations: Evaluations) -> None:
    def log(said: str, action: Callable[[], object]) -> None:
        attempt(options, f"{said} of {type(estimator).__name__} is not logged", action)

    if options.log_datasets and given.data is not None:
        log("The dataset", lambda: log_dataset(given.data, given.labels))
    if given.labels is not None:
        log("The training score", lambda: log_scores(estimator, given, options.pos_label))
    log("The drawing", lambda: _log_drawing(estimator))
    if is_search(estimator):
        log("The search", lambda: log_search(estimator, given, options, estimator_tags(estimator.estimator)))
    models: list[str] = []
    log("The model", lambda: models.extend(_log_models(estimator, example, options)))
    run = active_run()
    if run is not None:
        evaluations.note(estimator, run.info.run_id, models[0] if models else None)


def _log_models(estimator: Any, example: Any, options: Options) -> list[str]:
    """Log what was trained, and return the id of the logged model, if it is logged."""
    if is_search(estimator) and not hasattr(estimator, "best_estimator_"):
        return []
    predict = getattr(estimator, "predict", None) or getattr(estimator, "transform", None)
    save = partial(save_model, serialization_format=options.serialization_format)
    model_id = log_trained_model(save, estimator, options, example=example, predict=predict)
    if is_search(estimator):
        log_trained_model(
            save,
            estimator.best_estimator_,
            options,
            example=example,
            predict=predict,
            name="best_estimator",
            registers=False,
        )
    return [] if model_id is None else [model_id]


def _log_drawing(estimator: Any) -> None:
    from sklearn.utils import estimator_html_repr  # is there, for the estimator is

    page = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"></head>\n<body>{estimator_html_repr(estimator)}'
    )
    log_text(f"{page}</body></html>\n", "estimator.html")


def _writes_over(estimator: Any) -> bool:
    settings = estimator.get_params(deep=True).items()
    return any(value is False and name.rpartition("__")[2] in _COPYING for name, value in settings)


def _prepares(estimator: Any) -> bool:
    cls = type(estimator)
    return cls.__module__.startswith(_PREPARING) or f"{cls.__module__}.{cls.__name__}" in _PREPARING_CLASSES
