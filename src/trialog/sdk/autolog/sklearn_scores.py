"""How well an estimator of scikit-learn does on what it was trained with, under MLflow's names."""

import math
from collections.abc import Callable
from typing import Any, Final

from trialog.sdk.autolog.sklearn_pictures import log_classifier_pictures
from trialog.sdk.autolog.training_call import TrainingData
from trialog.sdk.fluent.logging import log_metrics

_PREFIX: Final = "training_"


def log_scores(estimator: Any, given: TrainingData, pos_label: Any) -> None:
    """Log scores of a trained estimator, and of a classifier what it takes for what.

    Args:
        estimator: The estimator.
        given: What it was trained with, labels among it.
        pos_label: The class that precision, recall and F1 are about; all of them if None.
    """
    from sklearn.base import is_classifier, is_regressor  # is there, for the estimator is

    if is_classifier(estimator) and hasattr(estimator, "predict"):
        predicted = estimator.predict(given.rows())
        chances = _chances(estimator, given.rows())
        scores = _classifier_scores(given, predicted, chances, pos_label)
        log_metrics(_named(scores | _score(estimator, given, scores.get("accuracy_score"))))
        log_classifier_pictures(estimator, given, predicted, chances, _PREFIX)
    elif is_regressor(estimator) and hasattr(estimator, "predict"):
        scores = _regressor_scores(given, estimator.predict(given.rows()))
        log_metrics(_named(scores | _score(estimator, given, scores.get("r2_score"))))
    else:
        log_metrics(_named(_score(estimator, given, None)))


def _classifier_scores(given: TrainingData, predicted: Any, chances: Any, pos_label: Any) -> dict[str, float]:
    from sklearn import metrics  # as above

    weights = given.weights
    average, label = ("weighted", 1) if pos_label is None else ("binary", pos_label)
    found: dict[str, float] = {}

    def each() -> None:
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(
            given.labels, predicted, average=average, pos_label=label, sample_weight=weights, zero_division=0
        )
        found.update(precision_score=precision, recall_score=recall, f1_score=f1)

    def accuracy() -> None:
        found["accuracy_score"] = metrics.accuracy_score(given.labels, predicted, sample_weight=weights)

    def loss() -> None:
        found["log_loss"] = metrics.log_loss(given.labels, chances, sample_weight=weights)

    def area() -> None:
        scores = chances[:, 1] if chances.shape[1] == 2 else chances
        area = metrics.roc_auc_score(given.labels, scores, average="weighted", sample_weight=weights, multi_class="ovo")
        if not math.isnan(area):
            found["roc_auc"] = area

    _where_they_can(each, accuracy, *((loss, area) if chances is not None and chances.shape[1] > 1 else ()))
    return found


def _regressor_scores(given: TrainingData, predicted: Any) -> dict[str, float]:
    from sklearn import metrics  # as above

    found: dict[str, float] = {}

    def errors() -> None:
        squared = metrics.mean_squared_error(given.labels, predicted, sample_weight=given.weights)
        found.update(mean_squared_error=squared, root_mean_squared_error=math.sqrt(squared))

    def absolute() -> None:
        found["mean_absolute_error"] = metrics.mean_absolute_error(given.labels, predicted, sample_weight=given.weights)

    def explained() -> None:
        found["r2_score"] = metrics.r2_score(given.labels, predicted, sample_weight=given.weights)

    _where_they_can(errors, absolute, explained)
    return found


def _score(estimator: Any, given: TrainingData, known: float | None) -> dict[str, float]:
    """Return what the estimator itself says of how good it is."""
    from sklearn.base import ClassifierMixin, RegressorMixin  # as above

    score = getattr(type(estimator), "score", None)
    if known is not None and score in (ClassifierMixin.score, RegressorMixin.score):
        # It is that very number; to predict once more would cost as much as before.
        return {"score": known}
    if not hasattr(estimator, "score"):
        return {}
    weights = {} if given.weights is None or not _takes_weights(estimator.score) else {"sample_weight": given.weights}
    return {"score": float(estimator.score(given.rows(), given.labels, **weights))}


def _takes_weights(score: Callable[..., float]) -> bool:
    import inspect

    return "sample_weight" in inspect.signature(score).parameters


def _chances(estimator: Any, data: Any) -> Any:
    """Return how likely each class is, rows × classes; None where the estimator does not say, or says several."""
    if not hasattr(estimator, "predict_proba"):
        return None
    chances = estimator.predict_proba(data)
    return chances if getattr(chances, "ndim", 0) == 2 else None


def _where_they_can(*scores: Callable[[], None]) -> None:
    for score in scores:
        try:
            score()
        except (ValueError, TypeError):
            # Not every score is defined for all labels, such as those of several outputs.
            continue


def _named(scores: dict[str, float]) -> dict[str, float]:
    return {f"{_PREFIX}{name}": value for name, value in scores.items()}
