"""What has changed since a question before, found without a table of changes.

A token has what the answer before saw: the highest number of a run, how many of the numbers just below it belong to
the experiments, and eight bytes for each run that stand for all that was read of it. So any process on the same data
can tell what differs, and nothing is kept between two questions (docs/decisions/0021).
"""

import binascii
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, case, cast, func, literal, literal_column, select
from sqlalchemy import Text as AnyText

from trialog.entities import LifecycleStage, RunStatus
from trialog.entities.limits import (
    MAX_CHANGES_EXPERIMENTS,
    MAX_CHANGES_RUNS,
    check_at_once,
    parse_experiment_id,
)
from trialog.entities.store_state import Changes, ChangeSearch
from trialog.errors import InvalidParameter
from trialog.store.column_types import Text
from trialog.store.planning import along_indexes, unindexed
from trialog.store.prepared import Prepared
from trialog.store.run_rows import RUN_COLUMNS
from trialog.store.sets import LISTED, as_list, is_listed, is_one_of
from trialog.store.tables import (
    NO_MODEL,
    dataset_inputs,
    model_inputs,
    model_outputs,
    params,
    runs,
    series,
    tags,
)
from trialog.store.workspace_scope import experiments_inside, lies_in

COUNTED = 1000
"""So many new and running runs are counted."""

# Of several that write at once, one may have taken a number and not be done yet: it is found when it is.
_LATE_NUMBERS = 1000
_LONG = 2000
_END = 500
_HEAD = struct.Struct("<B8sqqI")
_RUN = struct.Struct("<8s8s")
_KIND = 1

_select_runs = Prepared(
    select(*RUN_COLUMNS, runs.c.deleted_time).where(
        is_listed(runs.c.run_id), lies_in(bindparam("workspace"), runs.c.experiment)
    ),
    [LISTED, "workspace"],
)
# Points are only ever added, each once: as long as there are as many, they are the same.
_count_points = Prepared(
    select(series.c.run, func.count(), cast(func.sum(series.c.count), AnyText))
    .where(is_listed(series.c.run), series.c.model == NO_MODEL)
    .group_by(series.c.run),
    [LISTED],
)
# Of long values the ends and the length: all that grows or is written anew differs there.
_length = func.length(tags.c.value)
_end = func.substr(tags.c.value, _length - literal_column(str(_END)), type_=Text)
_ends = func.substr(tags.c.value, literal_column("1"), literal_column(str(_END)), type_=Text) + _end
_in_short = case((_length > literal_column(str(_LONG)), _ends + cast(_length, AnyText)), else_=tags.c.value)
_select_tags = Prepared(
    select(tags.c.run, tags.c.key, _in_short).where(is_listed(tags.c.run)).order_by(tags.c.run, tags.c.key), [LISTED]
)


def _count(table: Table) -> Prepared:
    counted = select(table.c.run, func.count()).where(is_listed(table.c.run)).group_by(table.c.run)
    return Prepared(counted, [LISTED])


# Of these, too, none is ever changed or taken away from a run.
_counts = tuple(_count(table) for table in (params, dataset_inputs, model_inputs, model_outputs))
_greatest_number = Prepared(select(func.coalesce(func.max(runs.c.id), literal_column("0"))), [])


class _Seen(NamedTuple):
    """What an answer saw.

    Args:
        experiments: Stands for the experiments that were asked about.
        greatest: The highest number of any run.
        late: How many runs of the experiments have one of the numbers just below it.
        running: How many runs of the experiments ran.
        marks: For each run that was there, by what stands for its id, what stands for all that was read of it.
    """

    experiments: bytes
    greatest: int
    late: int
    running: int
    marks: Mapping[bytes, bytes]


def check_change_search(query: ChangeSearch) -> None:
    """Refuse a question about too much.

    Raises:
        InvalidParameter: There are too many experiments or runs, or an id is no id.
    """
    check_at_once("experiments", query.experiment_ids, MAX_CHANGES_EXPERIMENTS)
    check_at_once("runs", query.run_ids, MAX_CHANGES_RUNS)


def read_changes(connection: Connection, workspace: str, query: ChangeSearch) -> Changes:
    """Return what has changed.

    Args:
        connection: Where to read; all of one moment.
        workspace: Where to look.
        query: What may have.

    Raises:
        InvalidParameter: The token is none, or an id of an experiment is no id.
    """
    before = _decode(query.since) if query.since else None
    named = sorted({parse_experiment_id(experiment_id) for experiment_id in query.experiment_ids})
    experiments = experiments_inside(connection, workspace, named)
    names = list(dict.fromkeys(query.run_ids))
    marks = _read_marks(connection, workspace, names)
    [[greatest]] = _greatest_number.rows(connection, ())
    now = _Seen(
        experiments=_short(named),
        greatest=int(greatest),
        late=_count_new(connection, experiments, greatest - _LATE_NUMBERS, greatest),
        running=_count_running(connection, experiments),
        marks={_short(run_id): mark for run_id, mark in marks.items()},
    )
    gone = tuple(run_id for run_id in names if run_id not in marks)
    if before is None:
        return Changes(_encode(now), bool(gone), 0, now.running, (), gone)
    changed = tuple(
        run_id
        for run_id, mark in marks.items()
        if (seen := before.marks.get(_short(run_id))) is not None and seen != mark
    )
    is_same_place = before.experiments == now.experiments
    new_runs = _count_since(connection, experiments, before, now.greatest) if is_same_place else 0
    has_changed = bool(new_runs or changed or gone or (is_same_place and before.running != now.running))
    return Changes(_encode(now), has_changed, new_runs, now.running, changed, gone)


def _count_since(connection: Connection, experiments: Sequence[int], before: _Seen, greatest: int) -> int:
    late = _count_new(connection, experiments, before.greatest - _LATE_NUMBERS, before.greatest) - before.late
    return min(COUNTED, max(0, late) + _count_new(connection, experiments, before.greatest, greatest))


def _count_new(connection: Connection, experiments: Sequence[int], after: int, last: int) -> int:
    """Return how many runs of experiments have numbers in a range, of which few are looked at."""
    if not experiments or last <= after:
        return 0
    some = (
        select(literal(1))
        .where(runs.c.id > after, runs.c.id <= last, is_one_of(unindexed(runs.c.experiment), experiments))
        .limit(COUNTED)
        .subquery()
    )
    with along_indexes(connection):
        return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _count_running(connection: Connection, experiments: Sequence[int]) -> int:
    if not experiments:
        return 0
    some = (
        select(literal(1))
        .where(
            is_one_of(runs.c.experiment, experiments),
            runs.c.lifecycle_stage == LifecycleStage.ACTIVE.value,
            runs.c.status == RunStatus.RUNNING.value,
        )
        .limit(COUNTED)
        .subquery()
    )
    with along_indexes(connection):
        return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _read_marks(connection: Connection, workspace: str, run_ids: Sequence[str]) -> dict[str, bytes]:
    """Return what stands for all that was logged to runs, in the order of their ids; unknown ones are left out."""
    if not run_ids:
        return {}
    rows = {row[1]: tuple(row) for row in _select_runs.rows(connection, (as_list(run_ids), workspace))}
    listed = as_list(row[0] for row in rows.values())
    said: dict[int, list[Any]] = defaultdict(list)
    for statement in (_count_points, *_counts, _select_tags):
        for number, *values in statement.rows(connection, (listed,)):
            said[number].append(values)
        for row in rows.values():
            # What one statement found is told from what the next one did.
            said[row[0]].append(None)
    return {run_id: _digest((rows[run_id], said[rows[run_id][0]])) for run_id in run_ids if run_id in rows}


def _digest(value: object) -> bytes:
    return blake2b(repr(value).encode("utf-8", "backslashreplace"), digest_size=8).digest()


def _short(value: object) -> bytes:
    return _digest(value)


def _encode(seen: _Seen) -> str:
    head = _HEAD.pack(_KIND, seen.experiments, seen.greatest, seen.late, seen.running)
    return urlsafe_b64encode(head + b"".join(_marks(seen.marks))).decode("ascii")


def _marks(marks: Mapping[bytes, bytes]) -> Iterable[bytes]:
    return (_RUN.pack(name, mark) for name, mark in marks.items())


def _decode(token: str) -> _Seen:
    try:
        content = urlsafe_b64decode(token.encode("ascii"))
        kind, experiments, greatest, late, running = _HEAD.unpack_from(content)
        marks = {bytes(name): bytes(mark) for name, mark in _RUN.iter_unpack(content[_HEAD.size :])}
    except (UnicodeError, binascii.Error, struct.error) as error:
        raise _no_token() from error
    # Numbers of runs begin at 1; below, databases would be asked for what they cannot count.
    if kind != _KIND or greatest < 0:
        raise _no_token()
    return _Seen(experiments, greatest, late, running, marks)


def _no_token() -> InvalidParameter:
    return InvalidParameter(
        "changes.invalid_token",
        "Invalid token in 'since': send the token of the answer before, unchanged, or none to begin anew.",
        parameter="since",
    )
