"""Writing points of metrics: the hot path of the store.

A request costs one look-up of its series, one insert of all its points and one update per series, however many points
it brings. The table `series` then answers what is latest, least, greatest and first without a look at the points.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    case,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from trialog.entities import Metric
from trialog.errors import ResourceNotFound
from trialog.store.double_keys import is_number, to_keys
from trialog.store.prepared import Prepared
from trialog.store.sets import LISTED, as_list, is_listed, is_one_of
from trialog.store.tables import NO_MODEL, logged_models, points, series
from trialog.store.upserts import insert_missing


class SeriesIdentity(NamedTuple):
    """What tells one series of a run from another.

    Args:
        key: Name of the metric.
        model: Number of the logged model the points belong to, `NO_MODEL` for the run's own series.
        dataset_name: Name of the dataset they were measured on, or empty.
        dataset_digest: Its digest, or empty.
    """

    key: str
    model: int
    dataset_name: str
    dataset_digest: str


class Point(NamedTuple):
    """A point in the order of history.

    Args:
        timestamp: Milliseconds since 1970 UTC.
        step: Step.
        value: The value as `double_keys` keeps it.
    """

    timestamp: int
    step: int
    value: int


_select_series = Prepared(
    select(series.c.key, series.c.model, series.c.dataset_name, series.c.dataset_digest, series.c.id).where(
        series.c.run == bindparam("run"), is_listed(series.c.key)
    ),
    ["run", LISTED],
)
_SERIES_COLUMNS = [column.name for column in series.columns if column.name != "id"]
_insert_series = Prepared(
    insert(series).values({name: bindparam(name) for name in _SERIES_COLUMNS}).returning(series.c.id), _SERIES_COLUMNS
)
_SUMMARY_COLUMNS = _SERIES_COLUMNS[_SERIES_COLUMNS.index("count") :]


def _merge_statement() -> Update:
    """Return the update that merges what new points say of a series into what is known of it."""
    given = {name: bindparam(f"new_{name}", type_=BigInteger) for name in _SUMMARY_COLUMNS}
    known = series.c
    changes: dict[str, ColumnElement[Any]] = {"count": known["count"] + given["count"]}
    for end, later in (("last", True), ("first", False)):
        names = [f"{end}_{part}" for part in ("step", "timestamp", "value")]
        new, old = tuple_(*(given[name] for name in names)), tuple_(*(known[name] for name in names))
        condition = new > old if later else new < old
        changes |= {name: case((condition, given[name]), else_=known[name]) for name in names}
    for end, greater in (("max", True), ("min", False)):
        new_value, old_value = given[f"{end}_value"], known[f"{end}_value"]
        beyond = new_value > old_value if greater else new_value < old_value
        condition = and_(new_value.is_not(None), or_(old_value.is_(None), beyond))
        changes |= {name: case((condition, given[name]), else_=known[name]) for name in (f"{end}_value", f"{end}_step")}
    return update(series).where(known.id == bindparam("series")).values(changes)


_merge_series = Prepared(_merge_statement(), [*(f"new_{name}" for name in _SUMMARY_COLUMNS), "series"])


def log_points(connection: Connection, run: int, experiment: int, metrics: Sequence[Metric]) -> None:
    """Store points of a run; one that is stored already is left as it is.

    Args:
        connection: Inside a writing transaction.
        run: Number of the run.
        experiment: Number of its experiment.
        metrics: Checked points.

    Raises:
        ResourceNotFound: A point names a logged model that is not there.
    """
    if not metrics:
        return
    grouped = _group(metrics, find_models(connection, {m.model_id for m in metrics if m.model_id is not None}))
    keys = as_list({identity.key for identity in grouped})
    known = {SeriesIdentity(*identity): number for *identity, number in _select_series.rows(connection, (run, keys))}
    rows: list[tuple[int, int, int, int]] = []
    for identity, theirs in grouped.items():
        if identity not in known:
            values = (run, *identity, experiment, *_summary(theirs, len(theirs)))
            [(number,)] = _insert_series.rows(connection, values)
            rows += [(number, *point) for point in theirs]
    insert_missing(connection, points, rows)
    grown = {known[identity]: theirs for identity, theirs in grouped.items() if identity in known}
    if grown:
        _extend(connection, grown)


def find_models(connection: Connection, model_ids: Iterable[str]) -> dict[str, int]:
    """Return the numbers of logged models.

    Raises:
        ResourceNotFound: One of them is not there.
    """
    wanted = sorted(model_ids)
    if not wanted:
        return {}
    statement = select(logged_models.c.model_id, logged_models.c.id).where(is_one_of(logged_models.c.model_id, wanted))
    found: dict[str, int] = dict(connection.execute(statement).all())
    for model_id in wanted:
        if model_id not in found:
            raise model_not_found(model_id)
    return found


def model_not_found(model_id: str) -> ResourceNotFound:
    """Return the error for a logged model that is not there."""
    return ResourceNotFound(
        "logged_model.not_found", f"Logged model with ID '{model_id[:300]}' not found.", model_id=model_id[:300]
    )


def _group(metrics: Sequence[Metric], models: Mapping[str, int]) -> dict[SeriesIdentity, set[Point]]:
    """Return the distinct points of each series; a point of a model stands in the run's own series as well."""
    grouped: dict[SeriesIdentity, set[Point]] = defaultdict(set)
    for metric, value in zip(metrics, to_keys([metric.value for metric in metrics]), strict=True):
        point = Point(metric.timestamp, metric.step, value)
        grouped[SeriesIdentity(metric.key, NO_MODEL, "", "")].add(point)
        if metric.model_id is not None:
            measured_on = (metric.dataset_name or "", metric.dataset_digest or "")
            grouped[SeriesIdentity(metric.key, models[metric.model_id], *measured_on)].add(point)
    return grouped


def _extend(connection: Connection, grown: Mapping[int, set[Point]]) -> None:
    """Add points to series that exist, and to each one's summary what is new of them.

    Series by series, because the count of each must leave out points that were there: clients repeat requests.
    """
    merged = []
    for number, theirs in grown.items():
        count = insert_missing(connection, points, [(number, *point) for point in theirs])
        if count:
            merged.append((*_summary(theirs, count), number))
    if merged:
        _merge_series.many(connection, merged)


def _summary(theirs: set[Point], count: int) -> tuple[int | None, ...]:
    """Return what points say of their series, in the order of `_SUMMARY_COLUMNS`."""
    if len(theirs) == 1:
        (last,) = theirs
        first = last
    else:
        last, first = max(theirs, key=_progress), min(theirs, key=_progress)
    numbers = [point for point in theirs if is_number(point.value)]
    least = min(numbers, key=_value) if numbers else None
    greatest = max(numbers, key=_value) if numbers else None
    return (
        count,
        last.value,
        last.step,
        last.timestamp,
        first.value,
        first.step,
        first.timestamp,
        least.value if least else None,
        least.step if least else None,
        greatest.value if greatest else None,
        greatest.step if greatest else None,
    )


def _progress(point: Point) -> tuple[int, int, int]:
    return point.step, point.timestamp, point.value


def _value(point: Point) -> tuple[int, int]:
    return point.value, point.step
