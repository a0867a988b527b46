"""Names of what runs of another server logged, and values that are common, as its newest runs tell them."""

from collections import Counter
from typing import Final

from trialog.entities import Run
from trialog.entities.limits import MAX_KEYS_EXPERIMENTS, check_at_once
from trialog.entities.run_keys import CommonValue, KeyKind, RunKeys, RunKeySearch, choose_names, choose_values
from trialog.errors import InvalidParameter
from trialog.remote.run_finder import RunFinder

_LONGEST_VALUE: Final = 500


async def find_keys(finder: RunFinder, query: RunKeySearch) -> RunKeys:
    """Return names, or values of one of them; see `OverviewStore.keys`.

    Args:
        finder: Finds runs.
        query: Which.
    """
    check_at_once("experiments", query.experiment_ids, MAX_KEYS_EXPERIMENTS)
    if query.key is not None and query.kind is KeyKind.METRIC:
        raise InvalidParameter(
            "run_keys.values_of_metric",
            "Of a metric there are no common values: leave out key, or ask for a param or tag.",
            parameter="key",
        )
    sample = await finder.sample(query.experiment_ids)
    noted = [pair for run in sample.runs for pair in _noted(run, query.kind)]
    if query.key is None:
        return choose_names({key for key, _ in noted}, query, is_complete=sample.is_complete)
    counts = Counter(value for key, value in noted if key == query.key and len(value) <= _LONGEST_VALUE)
    values = [CommonValue(value, count) for value, count in counts.items()]
    return choose_values(values, query, is_complete=sample.is_complete)


def _noted(run: Run, kind: KeyKind) -> list[tuple[str, str]]:
    if kind is KeyKind.METRIC:
        return [(metric.key, "") for metric in run.metrics]
    return [(one.key, one.value) for one in (run.params if kind is KeyKind.PARAM else run.tags)]
