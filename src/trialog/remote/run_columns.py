"""The table of runs, made of whole runs: other servers have no columns."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from trialog.entities import PARENT_RUN_TAG, Page, Run, RunSearch
from trialog.entities.best_run import MetricSummaryKind
from trialog.entities.limits import MAX_COLUMNS_AT_ONCE, MAX_TABLE_RUNS, MAX_TABLE_VALUES, check_at_once
from trialog.entities.run_columns import RunAttribute, RunColumnChoice, RunColumns, RunCount
from trialog.errors import InvalidParameter, NotImplementedHere

# The first page is to be there soon.
_FIRST_ROWS: Final = 200
_MORE_ROWS: Final = 500

_Value: TypeAlias = str | int | list[str] | None


def most_rows(query: RunSearch) -> int:
    """Return how many runs are read for one page: of each, all that was logged to it has to come along."""
    return min(query.max_results, _MORE_ROWS if query.page_token else _FIRST_ROWS)


def check_choice(choice: RunColumnChoice, run_ids: Sequence[str] = ()) -> None:
    """Refuse to read too much at once, or what the other server does not know.

    Args:
        choice: Which columns.
        run_ids: Of which runs, if they are named.

    Raises:
        InvalidParameter: There are too many columns, runs or values.
        NotImplementedHere: Other values of metrics are asked for than the last (`remote.no_metric_summaries`).
    """
    check_at_once("columns", range(choice.count), MAX_COLUMNS_AT_ONCE)
    check_at_once("runs", run_ids, MAX_TABLE_RUNS)
    if choice.count * len(run_ids) > MAX_TABLE_VALUES:
        raise InvalidParameter(
            "run.too_many_values",
            f"One page holds at most {MAX_TABLE_VALUES} values. Ask for fewer runs or for fewer columns.",
            limit=MAX_TABLE_VALUES,
        )
    check_summary(choice.summary)


def check_summary(summary: MetricSummaryKind) -> None:
    """Refuse to look for other values of metrics than the last ones.

    Raises:
        NotImplementedHere: They are asked for (`remote.no_metric_summaries`).
    """
    if summary is not MetricSummaryKind.LAST:
        raise NotImplementedHere(
            "remote.no_metric_summaries",
            f"The other server tells of each metric of a run the last value, not the {summary.value} one. Ask for the"
            " last.",
            summary=summary.value,
        )


def total_of(page: Page[Run]) -> RunCount:
    """Return how many runs a search has found with its first page: other servers do not count them."""
    return RunCount(len(page.items), is_exact=page.next_page_token is None)


def columns_of_runs(
    runs: Sequence[Run],
    choice: RunColumnChoice,
    total: RunCount | None = None,
    next_page_token: str | None = None,
    near: Sequence[Run] = (),
) -> RunColumns:
    """Return runs in columns.

    Args:
        runs: The runs.
        choice: Which columns.
        total: As `RunColumns` has it.
        next_page_token: Likewise.
        near: Runs of the same experiments, among which children are counted.
    """
    metrics = [{metric.key: metric.value for metric in run.metrics} for run in runs] if choice.metrics else []
    params = [{param.key: param.value for param in run.params} for run in runs] if choice.params else []
    tags = [{tag.key: tag.value for tag in run.tags} for run in runs] if choice.tags else []
    return RunColumns(
        count=len(runs),
        attributes={attribute: _attribute(runs, attribute, near) for attribute in choice.attributes},
        metrics={key: [values.get(key) for values in metrics] for key in choice.metrics},
        params={key: [values.get(key) for values in params] for key in choice.params},
        tags={key: [values.get(key) for values in tags] for key in choice.tags},
        total=total,
        next_page_token=next_page_token,
    )


def parent_of(run: Run) -> str | None:
    """Return the run that a run is part of; None if it is part of none."""
    return next((tag.value for tag in run.tags if tag.key == PARENT_RUN_TAG), None)


def _attribute(runs: Sequence[Run], attribute: RunAttribute, near: Sequence[Run]) -> list[_Value]:
    if attribute is RunAttribute.CHILD_COUNT:
        every = {run.info.run_id: run for run in (*near, *runs)}
        counts = Counter(filter(None, map(parent_of, every.values())))
        return [counts[run.info.run_id] for run in runs]
    read = _READ[attribute]
    return [read(run) for run in runs]


def _duration(run: Run) -> int | None:
    start, end = run.info.start_time, run.info.end_time
    return None if start is None or end is None else end - start


_READ: Final[Mapping[RunAttribute, Callable[[Run], _Value]]] = MappingProxyType(
    {
        RunAttribute.RUN_ID: lambda run: run.info.run_id,
        RunAttribute.RUN_NAME: lambda run: run.info.run_name,
        RunAttribute.EXPERIMENT_ID: lambda run: run.info.experiment_id,
        RunAttribute.USER_ID: lambda run: run.info.user_id,
        RunAttribute.STATUS: lambda run: run.info.status.value,
        RunAttribute.START_TIME: lambda run: run.info.start_time,
        RunAttribute.END_TIME: lambda run: run.info.end_time,
        RunAttribute.LIFECYCLE_STAGE: lambda run: run.info.lifecycle_stage.value,
        RunAttribute.ARTIFACT_URI: lambda run: run.info.artifact_uri,
        # Other servers do not tell.
        RunAttribute.DELETED_TIME: lambda run: None,
        RunAttribute.DURATION: _duration,
        RunAttribute.PARENT_RUN_ID: parent_of,
        RunAttribute.DATASETS: lambda run: [one.dataset.name for one in run.dataset_inputs],
    }
)
