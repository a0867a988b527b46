"""What a search of scikit-learn found: its best candidate, and each candidate as a run of its own."""

import csv
import io
import math
from collections.abc import Mapping
from numbers import Number
from typing import Any

from trialog.sdk.autolog.content import dataset_of, log_all_params
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.training_call import TrainingData
from trialog.sdk.autolog.watching import AUTOLOGGING_TAG
from trialog.sdk.fluent.artifacts import log_text
from trialog.sdk.fluent.inputs import log_input
from trialog.sdk.fluent.logging import log_metric, log_metrics
from trialog.sdk.fluent.runs import start_run


def is_search(estimator: Any) -> bool:
    """Tell whether an estimator searches for the params of another one."""
    from sklearn.model_selection._search import BaseSearchCV  # is there, for the estimator is

    return isinstance(estimator, BaseSearchCV)


def log_search(search: Any, given: TrainingData, options: Options, tags: Mapping[str, str]) -> None:
    """Log what a search found.

    Args:
        search: The search, which has ended.
        given: What it searched with.
        options: How many candidates become runs.
        tags: Tags of these runs.
    """
    if hasattr(search, "best_score_"):
        log_metric("best_cv_score", search.best_score_)
    if hasattr(search, "best_params_"):
        log_all_params({f"best_{name}": value for name, value in search.best_params_.items()})
    results = {name: list(values) for name, values in search.cv_results_.items()}
    log_text(_table(results), "cv_results.csv")
    rows = [dict(zip(results, row, strict=True)) for row in zip(*results.values(), strict=True)]
    dataset = dataset_of(given.data, given.labels) if options.log_datasets and given.data is not None else None
    common = search.estimator.get_params(deep=not is_search(search.estimator))
    for row in _best(rows, options.max_tuning_runs):
        with start_run(
            nested=True, tags={AUTOLOGGING_TAG: "sklearn", **tags, **options.extra_tags}, log_system_metrics=False
        ):
            log_all_params({**common, **row.get("params", {})})
            log_metrics({name: value for name, value in row.items() if _is_score(name, value)})
            if dataset is not None:
                log_input(dataset, "train")


def _best(rows: list[dict[str, Any]], most: int | None) -> list[dict[str, Any]]:
    """Return so many candidates at most, the best first; all of them as they were tried if there is no limit."""
    if most is None:
        return rows
    # Where several scores are kept, each has a rank of its own.
    rank = next((name for name in rows[0] if name == "rank_test_score"), None) if rows else None
    rank = rank or next((name for row in rows[:1] for name in row if name.startswith("rank_test_")), None)
    return (rows if rank is None else sorted(rows, key=lambda row: row[rank]))[: max(most, 0)]


def _is_score(name: str, value: object) -> bool:
    # Means stand for the parts that they are of.
    return isinstance(value, Number) and not name.startswith(("param", "split"))


def _table(results: Mapping[str, list[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(results)
    for row in zip(*results.values(), strict=True):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: Any) -> Any:
    is_missing = type(value).__name__ == "MaskedConstant" or (isinstance(value, float) and math.isnan(value))
    return "" if is_missing else value
