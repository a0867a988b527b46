"""What a classifier takes for what: as a table always, and as pictures where matplotlib is installed."""

from importlib.util import find_spec
from typing import Any, Final

from trialog.sdk.autolog.training_call import TrainingData
from trialog.sdk.fluent.artifacts import log_dict, log_figure

_MOST_CLASSES_IN_TABLE: Final = 1000
_MOST_CLASSES_IN_PICTURE: Final = 60
_MOST_CLASSES_WITH_NUMBERS: Final = 20
_DOTS_PER_INCH: Final = 120


def log_classifier_pictures(estimator: Any, given: TrainingData, predicted: Any, chances: Any, prefix: str) -> None:
    """Log the confusion matrix, and of two classes the curves between what is found and what is found wrongly.

    Args:
        estimator: The classifier.
        given: What it was trained with.
        predicted: What it makes of that.
        chances: How likely it takes each class to be; None if it does not say.
        prefix: Beginning of the files' names.
    """
    import numpy as np  # is there, for the estimator is
    from sklearn.metrics import confusion_matrix
    from sklearn.utils.multiclass import unique_labels

    if np.ndim(given.labels) != 1 or np.ndim(predicted) != 1:
        return
    labels = unique_labels(given.labels, predicted)
    if len(labels) > _MOST_CLASSES_IN_TABLE:
        return
    counts = confusion_matrix(given.labels, predicted, labels=labels, sample_weight=given.weights)
    names = [str(label) for label in labels]
    rows = [[name, *row] for name, row in zip(names, counts.tolist(), strict=True)]
    log_dict({"columns": ["actual \\ predicted", *names], "data": rows}, f"{prefix}confusion_matrix.json")
    if find_spec("matplotlib") is None:
        return
    if len(labels) <= _MOST_CLASSES_IN_PICTURE:
        log_figure(_matrix(counts, names), f"{prefix}confusion_matrix.png", save_kwargs={"dpi": _DOTS_PER_INCH})
    if len(labels) == 2 and chances is not None and chances.shape[1] == 2:
        _log_curves(given, chances[:, 1], labels[1], prefix)


def _matrix(counts: Any, names: list[str]) -> Any:
    shares = counts / counts.sum(axis=1, keepdims=True).clip(min=1e-300)
    figure, axes = _figure("Confusion matrix", "predicted", "actual")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(names)), names, rotation=90 if len("".join(names)) > 40 else 0)
    axes.set_yticks(range(len(names)), names)
    if len(names) <= _MOST_CLASSES_WITH_NUMBERS:
        for row, of_row in enumerate(counts):
            for column, count in enumerate(of_row):
                color = "white" if shares[row, column] > 0.5 else "black"
                axes.text(column, row, f"{count:g}", ha="center", va="center", color=color, fontsize=7)
    return figure


def _log_curves(given: TrainingData, scores: Any, positive: Any, prefix: str) -> None:
    from sklearn.metrics import precision_recall_curve, roc_curve  # as above

    options = {"pos_label": positive, "sample_weight": given.weights}
    false_rate, true_rate, _ = roc_curve(given.labels, scores, **options)
    figure, axes = _figure("ROC curve", "false positive rate", "true positive rate")
    axes.plot(false_rate, true_rate)
    log_figure(figure, f"{prefix}roc_curve.png", save_kwargs={"dpi": _DOTS_PER_INCH})
    precision, recall, _ = precision_recall_curve(given.labels, scores, **options)
    figure, axes = _figure("Precision and recall", "recall", "precision")
    axes.plot(recall, precision, drawstyle="steps-post")
    log_figure(figure, f"{prefix}precision_recall_curve.png", save_kwargs={"dpi": _DOTS_PER_INCH})


def _figure(title: str, across: str, up: str) -> tuple[Any, Any]:
    """Return a figure that pyplot knows nothing of, so that no window and no other figure is concerned."""
    from matplotlib.figure import Figure  # heavy; the caller has looked that it is there

    figure = Figure(figsize=(6, 4.5))
    # A place that is given: to find one out takes longer than to draw.
    axes = figure.add_axes((0.16, 0.18, 0.8, 0.72))
    axes.set(title=title, xlabel=across, ylabel=up)
    return figure, axes
