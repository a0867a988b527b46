"""Writing points of metrics: the hot path of the store.

A request costs one look-up of its series, one insert of all its points and one update per series, however many points
it brings. The table `series` then answers what is latest, least, greatest and first without a look at the points.
"""

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
    or_,
    select,
    tuple_,
    update,
)

from trialog.entities import Metric
from trialog.errors import ResourceNotFound
from trialog.store.chunk_codec import Triple
from trialog.store.double_keys import GREATEST_NUMBER, LEAST_NUMBER, is_number, to_keys
from trialog.store.prepared import Prepared
from trialog.store.sealing import Sealing, has_rows, last_sealed, seal_straight, sealed_among, sealing_of
from trialog.store.sets import LISTED, as_list, is_listed, is_one_of
from trialog.store.tables import NO_MODEL, logged_models, points, series
from trialog.store.upserts import insert_missing, insert_missing_of_each, insert_returning, unfolded, update_each
from trialog.store.workspace_scope import lies_in

_Points = list[Triple]


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


class _Known(NamedTuple):
    """What a series has before points are added."""

    number: int
    points: int
    sealed_count: int
    sealed_timestamp: int | None


# What a series has, what it is given, and whether it is the run's own.
_Growing = tuple[_Known, _Points, bool]

_select_series = Prepared(
    select(
        series.c.key,
        series.c.model,
        series.c.dataset_name,
        series.c.dataset_digest,
        *(series.c[name] for name in ("id", "count", "sealed_count", "sealed_timestamp")),
    ).where(series.c.run == bindparam("run"), is_listed(series.c.key)),
    ["run", LISTED],
)
_SERIES_COLUMNS = tuple(
    column.name for column in series.columns if column.name != "id" and not column.name.startswith("sealed_")
)
_IDENTITY = len(SeriesIdentity._fields)
_SUMMARY_COLUMNS = _SERIES_COLUMNS[_SERIES_COLUMNS.index("count") :]


def _merge_statement(given: Mapping[str, ColumnElement[Any]], number: ColumnElement[int]) -> Update:
    """Return the update that merges what new points say of a series into what is known of it."""
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
    return update(series).where(known.id == number).values(changes)


_NEW = {name: f"new_{name}" for name in _SUMMARY_COLUMNS}
_MERGED = [*_NEW.values(), "series"]
_merge_series = Prepared(
    _merge_statement({name: bindparam(new, type_=BigInteger) for name, new in _NEW.items()}, bindparam("series")),
    _MERGED,
)
_together = unfolded(dict.fromkeys(_MERGED, BigInteger()))
_merge_many_series = Prepared(
    _merge_statement({name: _together.c[new] for name, new in _NEW.items()}, _together.c.series), _MERGED
)


def log_points(connection: Connection, workspace: str, run: int, experiment: int, metrics: Sequence[Metric]) -> None:
    """Store points of a run; one that is stored already is left as it is.

    Args:
        connection: Inside a writing transaction.
        workspace: Of which workspace the run is.
        run: Number of the run.
        experiment: Number of its experiment.
        metrics: Checked points.

    Raises:
        ResourceNotFound: A point names a logged model that is not there.
    """
    if not metrics:
        return
    model_ids = {metric.model_id for metric in metrics if metric.model_id is not None}
    grouped = _group(metrics, find_models(connection, workspace, model_ids))
    keys = as_list({identity.key for identity in grouped})
    # A row's beginning equals the identity made of it; to make one for each would take as long as to look them up.
    known = {row[:_IDENTITY]: _Known._make(row[_IDENTITY:]) for row in _select_series.rows(connection, (run, keys))}
    new: list[tuple[SeriesIdentity, _Points]] = []
    grown: list[_Growing] = []
    for identity, theirs in grouped.items():
        found = known.get(identity)
        if found is None:
            new.append((identity, theirs))
        else:
            grown.append((found, theirs, identity.model == NO_MODEL))
    sealing = sealing_of(connection)
    if new:
        _begin(connection, sealing, run, experiment, new)
    if grown:
        _extend(connection, sealing, grown)


def _begin(
    connection: Connection, sealing: Sealing, run: int, experiment: int, new: Sequence[tuple[SeriesIdentity, _Points]]
) -> None:
    """Add series that were not there, with their first points."""
    summaries = [(run, *identity, experiment, *_summary(theirs, len(theirs))) for identity, theirs in new]
    inserted = insert_returning(connection, series, _SERIES_COLUMNS, summaries, *SeriesIdentity._fields, "id")
    numbers = {row[:_IDENTITY]: row[_IDENTITY] for row in inserted}
    rows: list[tuple[int, int, int, int]] = []
    for identity, theirs in new:
        number = numbers[identity]
        if identity.model == NO_MODEL and len(theirs) >= sealing.rule.straight:
            seal_straight(connection, number, theirs, sealing.rule)
        else:
            rows += [(number, *point) for point in theirs]
            if identity.model == NO_MODEL:
                sealing.note(number, len(theirs))
    insert_missing(connection, points, rows)


def find_models(connection: Connection, workspace: str, model_ids: Iterable[str]) -> dict[str, int]:
    """Return the numbers of logged models of a workspace.

    Raises:
        ResourceNotFound: One of them is not there.
    """
    wanted = sorted(model_ids)
    if not wanted:
        return {}
    statement = select(logged_models.c.model_id, logged_models.c.id).where(
        is_one_of(logged_models.c.model_id, wanted), lies_in(workspace, logged_models.c.experiment)
    )
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


def _group(metrics: Sequence[Metric], models: Mapping[str, int]) -> dict[SeriesIdentity, _Points]:
    """Return the distinct points of each series; a point of a model stands in the run's own series as well."""
    own: dict[str, _Points] = {}
    of_models: dict[SeriesIdentity, _Points] = {}
    for metric, value in zip(metrics, to_keys([metric.value for metric in metrics]), strict=True):
        point = (metric.timestamp, metric.step, value)
        theirs = own.get(metric.key)
        if theirs is None:
            theirs = own[metric.key] = []
        theirs.append(point)
        if metric.model_id is not None:
            measured_on = (metric.dataset_name or "", metric.dataset_digest or "")
            of_models.setdefault(SeriesIdentity(metric.key, models[metric.model_id], *measured_on), []).append(point)
    grouped = {SeriesIdentity(key, NO_MODEL, "", ""): theirs for key, theirs in own.items()} | of_models
    return {
        identity: theirs if len(theirs) == 1 else list(dict.fromkeys(theirs)) for identity, theirs in grouped.items()
    }


def _extend(connection: Connection, sealing: Sealing, grown: Sequence[_Growing]) -> None:
    """Add points to series that exist, and to each one's summary what is new of them.

    The rows of each series are counted, because its count must leave out points that were there: clients repeat
    requests.
    """
    added: dict[int, int] = {}
    rows: dict[int, list[tuple[int, int, int, int]]] = {}
    for known, theirs, is_own in grown:
        number = known.number
        fresh, are_latest = _leave_out_sealed(connection, known, theirs)
        straight = len(fresh) >= sealing.rule.straight and are_latest and is_own
        if straight and not _are_among_rows(connection, known, fresh):
            seal_straight(connection, number, fresh, sealing.rule)
            added[number] = len(fresh)
        else:
            rows[number] = [(number, *point) for point in fresh]
    inserted = insert_missing_of_each(connection, points, rows)
    merged = []
    for known, theirs, is_own in grown:
        number = known.number
        count = added.get(number) or inserted.get(number, 0)
        if is_own and number in rows:
            sealing.note(number, known.points - known.sealed_count + count)
        if count:
            merged.append((*_summary(theirs, count), number))
    if merged:
        update_each(connection, _merge_series, _merge_many_series, merged)


def _leave_out_sealed(connection: Connection, known: _Known, theirs: _Points) -> tuple[_Points, bool]:
    """Return the points that no chunk has, and whether all are later than every chunk."""
    newest = known.sealed_timestamp
    if newest is None:
        return theirs, True
    first = theirs[0] if len(theirs) == 1 else min(theirs)
    # A client that logs quickly, or says no times, has many points of one millisecond.
    if first[0] > newest or (first[0] == newest and first > last_sealed(connection, known.number)):
        return theirs, True
    sealed = sealed_among(connection, known.number, [point for point in theirs if point[0] <= newest])
    return [point for point in theirs if point not in sealed], False


def _are_among_rows(connection: Connection, known: _Known, theirs: _Points) -> bool:
    """Tell whether some rows of a series lie between points, and may be the same."""
    return known.points > known.sealed_count and has_rows(connection, known.number, min(theirs), max(theirs))


def _summary(theirs: _Points, count: int) -> tuple[int | None, ...]:
    """Return what points say of their series, in the order of `_SUMMARY_COLUMNS`."""
    if len(theirs) == 1:
        [(timestamp, step, value)] = theirs
        extreme = (value, step) if is_number(value) else (None, None)
        return (count, value, step, timestamp, value, step, timestamp, *extreme, *extreme)
    by_step = [(step, timestamp, value) for timestamp, step, value in theirs]
    last_step, last_timestamp, last_value = max(by_step)
    first_step, first_timestamp, first_value = min(by_step)
    by_value = [(value, step) for _, step, value in theirs if LEAST_NUMBER <= value <= GREATEST_NUMBER]
    least, greatest = (min(by_value), max(by_value)) if by_value else ((None, None), (None, None))
    last = (last_value, last_step, last_timestamp)
    return (count, *last, first_value, first_step, first_timestamp, *least, *greatest)
