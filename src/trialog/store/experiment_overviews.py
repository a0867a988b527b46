"""The list of experiments with what is in them, and the runs of a store that are seen first."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, literal, or_, select

from trialog.entities import LifecycleStage, RunStatus, Visibility
from trialog.entities.experiment_overview import (
    ExperimentOrder,
    ExperimentOverview,
    ExperimentOverviews,
    ExperimentOverviewSearch,
    RecentRun,
)
from trialog.store.experiments import load_experiments
from trialog.store.json_values import array_of, table_of
from trialog.store.lifecycle import stages_of
from trialog.store.page_tokens import query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm, fetch_page
from trialog.store.planning import along_indexes
from trialog.store.rows import AnyRow
from trialog.store.run_rows import RUN_COLUMNS, to_info
from trialog.store.sets import is_one_of
from trialog.store.tables import experiments, runs
from trialog.store.text_conditions import holds_but_for_case
from trialog.store.visibility import visible_only

COUNTED_RUNS = 10_000
"""As many runs of one experiment and status are counted; there may be more."""

_decode_numbers = msgspec.json.Decoder(list[int]).decode


def read_experiment_overviews(
    connection: Connection, workspace: str, query: ExperimentOverviewSearch
) -> ExperimentOverviews:
    """Return one page of experiments.

    Args:
        connection: Where to read.
        workspace: Where to look.
        query: Which.

    Raises:
        InvalidParameter: The token is not one of this query.
    """
    conditions = [
        experiments.c.workspace == workspace,
        experiments.c.lifecycle_stage.in_(stages_of(query.view_type)),
        *visible_only(experiments.c.id, query.visible),
    ]
    if query.search:
        conditions.append(_is_found(query.search))
    fingerprint = query_fingerprint(
        "experiment overviews", query.search, query.view_type, query.order_by, query.descending
    )
    paged = PagedQuery(select(experiments).where(*conditions), _order(query), fingerprint)
    with along_indexes(connection):
        rows, token = fetch_page(connection, paged, query.max_results, query.page_token)
        total = connection.execute(select(func.count()).select_from(experiments).where(*conditions)).scalar_one()
        counts = _count_runs(connection, [(row.id, row.lifecycle_stage) for row in rows])
        deleted = _count_deleted(connection, [row.id for row in rows])
        times = _last_times(connection, rows)
    return ExperimentOverviews(
        [
            ExperimentOverview(
                experiment=experiment,
                runs_by_status={status: min(count, COUNTED_RUNS) for status, count in counts[row.id].items()},
                deleted_runs=min(deleted[row.id], COUNTED_RUNS),
                counts_are_exact=all(count <= COUNTED_RUNS for count in (*counts[row.id].values(), deleted[row.id])),
                last_run_time=times.get(row.id),
            )
            for row, experiment in zip(rows, load_experiments(connection, rows), strict=True)
        ],
        total,
        token,
    )


def count_active_runs(connection: Connection, numbers: Sequence[int]) -> tuple[dict[RunStatus, int], bool]:
    """Return how many active runs of experiments have each status, and whether all of them were counted.

    Args:
        connection: Where to read.
        numbers: Numbers of the experiments.
    """
    found: dict[RunStatus, int] = defaultdict(int)
    is_exact = True
    with along_indexes(connection):
        counts = _count_runs(connection, [(number, LifecycleStage.ACTIVE.value) for number in numbers])
    for by_status in counts.values():
        for status, count in by_status.items():
            found[status] += min(count, COUNTED_RUNS)
            is_exact = is_exact and count <= COUNTED_RUNS
    return dict(found), is_exact


def visible_experiments(connection: Connection, workspace: str, visible: Visibility | None) -> list[int]:
    """Return the numbers of active experiments of a workspace that may be read."""
    mine = (
        experiments.c.workspace == workspace,
        experiments.c.lifecycle_stage == LifecycleStage.ACTIVE.value,
        *visible_only(experiments.c.id, visible),
    )
    return list(connection.execute(select(experiments.c.id).where(*mine)).scalars())


def find_recent_runs(
    connection: Connection, numbers: Sequence[int], status: RunStatus, max_results: int
) -> list[RecentRun]:
    """Return the active runs of experiments with a status that began last, the newest first.

    Of each experiment the index has its newest first: so many of each are looked at, however many runs there are.

    Args:
        connection: Where to read.
        numbers: Numbers of the experiments.
        status: The status.
        max_results: So many at most.
    """
    wanted = table_of("wanted", [(number,) for number in numbers], experiment=int)
    # Runs that do not say when they began are no news; they would be first on PostgreSQL and last on SQLite.
    newest = (
        select(runs.c.id, runs.c.start_time)
        .where(_is_of(wanted, LifecycleStage.ACTIVE.value, status.value), runs.c.start_time.is_not(None))
        .order_by(runs.c.start_time.desc())
        .limit(max_results)
        .correlate(wanted)
        .subquery("newest")
    )
    ids = select(array_of(newest.c.id, by=newest.c.start_time)).select_from(newest).correlate(wanted).scalar_subquery()
    with along_indexes(connection):
        lists = connection.execute(select(ids).select_from(wanted)).scalars().all()
    found = [number for text in lists if text is not None for number in _decode_numbers(text)]
    statement = (
        select(*RUN_COLUMNS, experiments.c.name.label("experiment_name"))
        .join(experiments, experiments.c.id == runs.c.experiment)
        .where(is_one_of(runs.c.id, found))
        .order_by(runs.c.start_time.desc(), runs.c.run_id)
        .limit(max_results)
    )
    return [RecentRun(to_info(row), row.experiment_name) for row in connection.execute(statement)]


def _is_found(search: str) -> ColumnElement[bool]:
    named = holds_but_for_case(experiments.c.name, search)
    if search.isascii() and search.isdigit() and len(search) < 19:
        return or_(named, experiments.c.id == int(search))
    return named


def _order(query: ExperimentOverviewSearch) -> list[SortTerm]:
    last = SortTerm(experiments.c.id, int, query.descending)
    match query.order_by:
        case ExperimentOrder.NAME:
            return [SortTerm(experiments.c.name, str, query.descending)]
        case ExperimentOrder.CREATION_TIME:
            return [SortTerm(experiments.c.creation_time, int, query.descending), last]
        case _:
            time = (
                select(func.max(runs.c.start_time))
                .where(runs.c.experiment == experiments.c.id, runs.c.lifecycle_stage == experiments.c.lifecycle_stage)
                .correlate(experiments)
                .scalar_subquery()
            )
            never = -1 if query.descending else 2**62
            return [SortTerm(func.coalesce(time, literal(never)), int, query.descending), last]


def _is_of(wanted: Subquery, stage: Any, status: Any) -> ColumnElement[bool]:
    return and_(runs.c.experiment == wanted.c.experiment, runs.c.lifecycle_stage == stage, runs.c.status == status)


def _count_runs(connection: Connection, places: Sequence[tuple[int, str]]) -> dict[int, dict[RunStatus, int]]:
    """Return how many runs of each status there are in experiments; one more than are counted if there are more.

    Args:
        connection: Where to read.
        places: Numbers of the experiments, each with the lifecycle stage that is looked at.
    """
    rows = [(number, stage, status.value) for number, stage in places for status in RunStatus]
    wanted = table_of("wanted", rows, experiment=int, stage=str, status=str)
    some = (
        select(literal(1))
        .where(_is_of(wanted, wanted.c.stage, wanted.c.status))
        .limit(COUNTED_RUNS + 1)
        .correlate(wanted)
        .subquery("some")
    )
    count = select(func.count()).select_from(some).correlate(wanted).scalar_subquery()
    found: dict[int, dict[RunStatus, int]] = defaultdict(dict)
    for number, status, runs_there in connection.execute(select(wanted.c.experiment, wanted.c.status, count)):
        if runs_there:
            found[number][RunStatus(status)] = runs_there
    return found


def _count_deleted(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many runs of experiments lie in the bin; one more than are counted if there are more."""
    wanted = table_of("wanted", [(number,) for number in numbers], experiment=int)
    some = (
        select(literal(1))
        .where(runs.c.experiment == wanted.c.experiment, runs.c.lifecycle_stage == LifecycleStage.DELETED.value)
        .limit(COUNTED_RUNS + 1)
        .correlate(wanted)
        .subquery("some")
    )
    count = select(func.count()).select_from(some).correlate(wanted).scalar_subquery()
    return dict(connection.execute(select(wanted.c.experiment, count)).all())


def _last_times(connection: Connection, rows: Sequence[AnyRow]) -> dict[int, int | None]:
    wanted = table_of("wanted", [(row.id, row.lifecycle_stage) for row in rows], experiment=int, stage=str)
    last = (
        select(func.max(runs.c.start_time))
        .where(runs.c.experiment == wanted.c.experiment, runs.c.lifecycle_stage == wanted.c.stage)
        .correlate(wanted)
        .scalar_subquery()
    )
    return dict(connection.execute(select(wanted.c.experiment, last)).all())
