"""What is the same for libraries that boost trees: metrics of each iteration, and what each feature is worth."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final

from trialog.sdk.fluent.artifacts import log_dict, log_figure
from trialog.sdk.fluent.logging import log_metrics

_MOST_FEATURES_IN_PICTURE: Final = 50


class Iterations:
    """Logs the metrics of each iteration, and keeps them until the training has ended."""

    def __init__(self) -> None:
        self.seen: list[dict[str, float]] = []

    def log(self, iteration: int, values: Mapping[str, float]) -> None:
        """Log the metrics of one iteration.

        Args:
            iteration: Which one, from 0 on.
            values: Metrics by name.
        """
        # Such as ndcg@5, whose name MLflow's metrics cannot have.
        named = {name.replace("@", "_at_"): float(value) for name, value in values.items()}
        self.seen.append(named)
        log_metrics(named, step=iteration)

    def log_best(self, best: int) -> None:
        """Log which iteration was the best, and its metrics as the last ones.

        Args:
            best: The best iteration, from 0 on.
        """
        log_metrics({"stopped_iteration": len(self.seen) - 1, "best_iteration": best})
        if 0 <= best < len(self.seen):
            log_metrics(self.seen[best], step=len(self.seen))


def log_importance(kind: str, importance: Mapping[str, Any]) -> None:
    """Log what each feature is worth: as a dictionary, and as a picture where matplotlib is installed.

    Args:
        kind: How that is measured.
        importance: A number by name of the feature, or one for each class.
    """
    log_dict(dict(importance), f"feature_importance_{kind}.json")
    if not importance or find_spec("matplotlib") is None:
        return
    totals = {name: sum(worth) if isinstance(worth, Sequence) else worth for name, worth in importance.items()}
    shown = sorted(totals.items(), key=lambda each: each[1])[-_MOST_FEATURES_IN_PICTURE:]
    log_figure(
        _bars(kind, [name for name, _ in shown], [worth for _, worth in shown]), f"feature_importance_{kind}.png"
    )


def _bars(kind: str, names: list[str], worths: list[float]) -> Any:
    from matplotlib.figure import Figure  # heavy; the caller has looked that it is there

    figure = Figure(figsize=(6.4, 2 + 0.2 * len(names)))
    axes = figure.add_axes((0.3, 0.12, 0.65, 0.78))
    axes.barh(range(len(names)), worths)
    axes.set_yticks(range(len(names)), [name[:30] for name in names])
    axes.set(title=f"Feature importance ({kind})")
    return figure
