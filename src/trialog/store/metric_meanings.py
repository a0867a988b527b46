"""What was said of metrics, in SQL."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, delete, func, select

from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import (
    MAX_EXPERIMENTS_AT_ONCE,
    MAX_METRIC_MEANINGS,
    MAX_METRIC_PATTERNS,
    check_at_once,
    parse_experiment_id,
)
from trialog.entities.metric_meaning import MeaningStatement, MetricMeaningOverride
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.store.database import Database
from trialog.store.experiments import active_experiment
from trialog.store.registry_tables import metric_meanings
from trialog.store.sets import is_one_of
from trialog.store.tables import DEFAULT_WORKSPACE
from trialog.store.upserts import upsert
from trialog.store.workspace_roots import check_is_there

_SERVER = ""  # stands for no experiment in the table
_ANY = "*"
_IS_PATTERN = metric_meanings.c.pattern.contains(_ANY)


class SqlMetricMeanings:
    """What was said of metrics, in a SQL store.

    Args:
        database: Where it is.
        workspace: In which workspace it was said.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def set(
        self, pattern: str, statement: MeaningStatement, *, experiment_id: str | None = None, actor: str
    ) -> MetricMeaningOverride:
        """See `MetricMeaningStore.set`."""

        def job(connection: Connection) -> MetricMeaningOverride:
            place = self._writable_place(connection, experiment_id)
            others = select(func.count()).select_from(metric_meanings).where(self._in(place))
            count = connection.execute(others.where(metric_meanings.c.pattern != pattern)).scalar_one()
            if count >= MAX_METRIC_MEANINGS:
                raise InvalidParameter(
                    "metric_meaning.too_many",
                    f"There are {count} statements about metrics here already, and at most {MAX_METRIC_MEANINGS} are"
                    " kept. Take back some of them, or say the same of many metrics with a pattern such as val_*.",
                    limit=MAX_METRIC_MEANINGS,
                )
            if _ANY in pattern:
                _check_patterns(connection, others.where(metric_meanings.c.pattern != pattern, _IS_PATTERN))
            now = now_milliseconds()
            kept = msgspec.json.encode(statement).decode()
            upsert(connection, metric_meanings, [(self._workspace, place, pattern, kept, now, actor)])
            return MetricMeaningOverride(pattern, place or None, statement, now, actor)

        return await self._database.write(job)

    async def delete(self, pattern: str, *, experiment_id: str | None = None) -> None:
        """See `MetricMeaningStore.delete`."""

        def job(connection: Connection) -> None:
            place = self._writable_place(connection, experiment_id)
            mine = self._in(place) & (metric_meanings.c.pattern == pattern)
            if connection.execute(delete(metric_meanings).where(mine)).rowcount == 0:
                where = f"in experiment {place}" if place else "for the whole server"
                raise ResourceNotFound(
                    "metric_meaning.not_found",
                    f"Nothing was said about '{pattern[:300]}' {where}.",
                    pattern=pattern[:300],
                    experiment_id=place or None,
                )

        await self._database.write(job)

    async def overrides(
        self, experiment_ids: Sequence[str] = (), *, metric: str | None = None
    ) -> list[MetricMeaningOverride]:
        """See `MetricMeaningStore.overrides`."""
        check_at_once("experiments", experiment_ids, MAX_EXPERIMENTS_AT_ONCE)
        places = [_SERVER, *(str(parse_experiment_id(experiment_id)) for experiment_id in experiment_ids)]
        statement = select(metric_meanings).where(
            metric_meanings.c.workspace == self._workspace, is_one_of(metric_meanings.c.experiment_id, places)
        )
        if metric is not None:
            statement = statement.where((metric_meanings.c.pattern == metric) | _IS_PATTERN)

        def job(connection: Connection) -> list[MetricMeaningOverride]:
            rows = connection.execute(statement).all()
            found = [
                MetricMeaningOverride(
                    row.pattern,
                    row.experiment_id or None,
                    msgspec.json.decode(row.meaning, type=MeaningStatement),
                    row.last_updated_timestamp,
                    row.actor,
                )
                for row in rows
            ]
            return sorted(found, key=lambda one: (int(one.experiment_id or -1), one.pattern))

        return await self._database.read(job)

    def _writable_place(self, connection: Connection, experiment_id: str | None) -> str:
        """Return what stands for an experiment, or for the server, in the table."""
        if experiment_id is None:
            check_is_there(connection, self._workspace)
            return _SERVER
        number = parse_experiment_id(experiment_id)
        active_experiment(connection, self._workspace, number)
        return str(number)

    def _in(self, place: str) -> ColumnElement[bool]:
        return (metric_meanings.c.workspace == self._workspace) & (metric_meanings.c.experiment_id == place)


def _check_patterns(connection: Connection, count_others: Select[int]) -> None:
    """Refuse one more pattern where there are as many as may be: each is looked at for every metric."""
    count = connection.execute(count_others).scalar_one()
    if count >= MAX_METRIC_PATTERNS:
        raise InvalidParameter(
            "metric_meaning.too_many_patterns",
            f"There are {count} statements with a {_ANY} here already, and at most {MAX_METRIC_PATTERNS} are kept. Take"
            " back some of them, or name the metrics one by one.",
            limit=MAX_METRIC_PATTERNS,
        )
