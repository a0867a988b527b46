"""Experiments in SQL."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from trialog.entities import (
    DEFAULT_EXPERIMENT_ID,
    DEFAULT_EXPERIMENT_NAME,
    Experiment,
    ExperimentSearch,
    LifecycleStage,
    Page,
    ResourceType,
    Tag,
)
from trialog.entities.clock import now_milliseconds
from trialog.entities.experiment import experiment_name_not_found
from trialog.entities.limits import (
    check_artifact_location,
    check_count,
    check_experiment_name,
    check_experiment_tag,
    parse_experiment_id,
)
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.search import EXPERIMENTS, Comparison, Entity, OrderBy, parse_filter, parse_order_by
from trialog.store.accounts.ownership import own
from trialog.store.comparisons import compare, compare_if_there, compile_filter, count_comparisons
from trialog.store.database import Database
from trialog.store.lifecycle import stages_of
from trialog.store.locations import append_to_uri
from trialog.store.page_tokens import now_of, query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm, check_max_results, fetch_page
from trialog.store.prepared import Prepared
from trialog.store.rows import AnyRow
from trialog.store.sets import is_one_of
from trialog.store.sorting import sort_terms
from trialog.store.tables import DEFAULT_WORKSPACE, experiment_tags, experiments, runs
from trialog.store.upserts import upsert
from trialog.store.visibility import visible_only
from trialog.store.workspace_roots import artifact_root_of, make_default_workspace

_COLUMNS = {
    "creation_time": experiments.c.creation_time,
    "experiment_id": experiments.c.id,
    "last_update_time": experiments.c.last_update_time,
    "name": experiments.c.name,
}
_DEFAULT_ORDER = ("creation_time DESC", "experiment_id ASC")


class ExperimentPlace(NamedTuple):
    """What each thing that is put into an experiment asks of it.

    Args:
        lifecycle_stage: Active or deleted.
        artifact_location: URI under which its artifacts lie.
    """

    lifecycle_stage: str
    artifact_location: str


_select_place = Prepared(
    select(*(experiments.c[name] for name in ExperimentPlace._fields)).where(
        experiments.c.id == bindparam("number"), experiments.c.workspace == bindparam("workspace")
    ),
    ["number", "workspace"],
)


class SqlExperiments:
    """Experiments of a SQL store.

    Args:
        database: Where they are.
        default_artifact_root: URI under which experiments without a location of their own keep artifacts.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, default_artifact_root: str, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._default_artifact_root = default_artifact_root
        self._workspace = workspace

    async def create(
        self,
        name: str,
        *,
        artifact_location: str | None = None,
        tags: Sequence[Tag] = (),
        owner: int | None = None,
    ) -> Experiment:
        """See `ExperimentStore.create`."""
        check_experiment_name(name)
        if artifact_location:
            check_artifact_location(artifact_location)
        check_count("tags", tags)
        for tag in tags:
            check_experiment_tag(tag)

        def job(connection: Connection) -> Experiment:
            root = artifact_root_of(connection, self._workspace, self._default_artifact_root)
            experiment = insert_experiment(connection, self._workspace, name, artifact_location, root)
            _set_tags(connection, experiment, tags)
            own(connection, owner, self._workspace, ResourceType.EXPERIMENT, experiment)
            return load_experiments(connection, [self._row(connection, experiment)])[0]

        return await self._database.write(job)

    async def get(self, experiment_id: str) -> Experiment:
        """See `ExperimentStore.get`."""
        number = parse_experiment_id(experiment_id)
        return await self._database.read(
            lambda connection: load_experiments(connection, [self._row(connection, number)])[0]
        )

    async def get_by_name(self, name: str) -> Experiment:
        """See `ExperimentStore.get_by_name`."""

        def job(connection: Connection) -> Experiment:
            named = (experiments.c.workspace == self._workspace) & (experiments.c.name == name)
            row = connection.execute(select(experiments).where(named)).one_or_none()
            if row is None:
                raise experiment_name_not_found(name)
            return load_experiments(connection, [row])[0]

        return await self._database.read(job)

    async def search(self, query: ExperimentSearch) -> Page[Experiment]:
        """See `ExperimentStore.search`."""
        check_max_results(query.max_results)
        now = now_of(query.page_token)
        filter_ = parse_filter(query.filter, EXPERIMENTS, now=now)
        order = parse_order_by(query.order_by or _DEFAULT_ORDER, EXPERIMENTS)
        statement = select(experiments).where(
            experiments.c.lifecycle_stage.in_(stages_of(query.view_type)),
            experiments.c.workspace == self._workspace,
            compile_filter(filter_, _condition),
            *visible_only(experiments.c.id, query.visible),
        )
        fingerprint = query_fingerprint("experiments", order, query.filter, query.view_type)
        paged = PagedQuery(statement, _order(order), fingerprint, count_comparisons(filter_) + len(order), now)

        def job(connection: Connection) -> Page[Experiment]:
            rows, token = fetch_page(connection, paged, query.max_results, query.page_token)
            return Page(load_experiments(connection, rows), token)

        return await self._database.read(job)

    async def rename(self, experiment_id: str, new_name: str) -> None:
        """See `ExperimentStore.rename`."""
        check_experiment_name(new_name)
        number = parse_experiment_id(experiment_id)

        def job(connection: Connection) -> None:
            if self._row(connection, number).lifecycle_stage != LifecycleStage.ACTIVE:
                raise InvalidParameter(
                    "experiment.not_active",
                    f"Cannot rename a non-active experiment. Restore experiment {number} first.",
                    experiment_id=number,
                )
            change = {"name": new_name, "last_update_time": now_milliseconds()}
            try:
                connection.execute(update(experiments).where(experiments.c.id == number).values(change))
            except IntegrityError as error:
                raise _name_taken(new_name) from error

        await self._database.write(job)

    async def delete(self, experiment_id: str) -> None:
        """See `ExperimentStore.delete`."""
        await self._move(experiment_id, LifecycleStage.ACTIVE, LifecycleStage.DELETED)

    async def restore(self, experiment_id: str) -> None:
        """See `ExperimentStore.restore`."""
        await self._move(experiment_id, LifecycleStage.DELETED, LifecycleStage.ACTIVE)

    async def set_tag(self, experiment_id: str, tag: Tag) -> None:
        """See `ExperimentStore.set_tag`."""
        check_experiment_tag(tag)
        number = parse_experiment_id(experiment_id)

        def job(connection: Connection) -> None:
            active_experiment(connection, self._workspace, number)
            _set_tags(connection, number, [tag])

        await self._database.write(job)

    async def delete_tag(self, experiment_id: str, key: str) -> None:
        """See `ExperimentStore.delete_tag`."""
        number = parse_experiment_id(experiment_id)

        def job(connection: Connection) -> None:
            active_experiment(connection, self._workspace, number)
            mine = (experiment_tags.c.experiment == number) & (experiment_tags.c.key == key)
            if connection.execute(delete(experiment_tags).where(mine)).rowcount == 0:
                raise ResourceNotFound(
                    "tag.not_found", f"No tag with name: {key} in experiment with id {number}", key=key
                )

        await self._database.write(job)

    async def _move(self, experiment_id: str, source: LifecycleStage, target: LifecycleStage) -> None:
        number = parse_experiment_id(experiment_id)

        def job(connection: Connection) -> None:
            now = now_milliseconds()
            self._row(connection, number)
            mine = (experiments.c.id == number) & (experiments.c.lifecycle_stage == source)
            change = {"lifecycle_stage": target, "last_update_time": now}
            if connection.execute(update(experiments).where(mine).values(change)).rowcount == 0:
                raise _not_found(number)
            theirs = (runs.c.experiment == number) & (runs.c.lifecycle_stage == source)
            deleted_time = now if target is LifecycleStage.DELETED else None
            connection.execute(update(runs).where(theirs).values(lifecycle_stage=target, deleted_time=deleted_time))

        await self._database.write(job)

    def _row(self, connection: Connection, number: int) -> AnyRow:
        mine = (experiments.c.id == number) & (experiments.c.workspace == self._workspace)
        row = connection.execute(select(experiments).where(mine)).one_or_none()
        if row is None:
            raise _not_found(number)
        return row


def make_default_experiment(connection: Connection, default_artifact_root: str) -> None:
    """Make the default workspace, and in it experiment "0", "Default", if the store has none.

    Args:
        connection: Inside a writing transaction.
        default_artifact_root: As for `SqlExperiments`.
    """
    make_default_workspace(connection)
    number = int(DEFAULT_EXPERIMENT_ID)
    if connection.execute(select(experiments.c.id).where(experiments.c.id == number)).first() is None:
        root = artifact_root_of(connection, DEFAULT_WORKSPACE, default_artifact_root)
        insert_experiment(connection, DEFAULT_WORKSPACE, DEFAULT_EXPERIMENT_NAME, None, root, number)


def insert_experiment(
    connection: Connection,
    workspace: str,
    name: str,
    artifact_location: str | None,
    root: str,
    number: int | None = None,
) -> int:
    """Insert an experiment and return its number.

    Args:
        connection: Inside a writing transaction.
        workspace: Of which workspace it is.
        name: Its name.
        artifact_location: URI of its artifacts; None takes one under the root.
        root: URI for experiments without a location of their own.
        number: Its number; None takes the next.

    Raises:
        ResourceAlreadyExists: The name is taken.
    """
    now = now_milliseconds()
    values: dict[str, Any] = {
        "workspace": workspace,
        "name": name,
        "artifact_location": artifact_location or "",
        "lifecycle_stage": LifecycleStage.ACTIVE,
        "creation_time": now,
        "last_update_time": now,
    }
    if number is not None:
        values["id"] = number
    try:
        made: int = connection.execute(insert(experiments).values(values).returning(experiments.c.id)).scalar_one()
    except IntegrityError as error:
        raise _name_taken(name) from error
    if not artifact_location:
        location = append_to_uri(root, str(made))
        connection.execute(update(experiments).where(experiments.c.id == made).values(artifact_location=location))
    return made


def active_experiment(connection: Connection, workspace: str, number: int) -> ExperimentPlace:
    """Return where an experiment keeps artifacts, if it may be written to.

    Args:
        connection: Inside a writing transaction.
        workspace: Of which workspace it is.
        number: Its number.

    Raises:
        InvalidParameter: It is deleted.
        ResourceNotFound: It is not there.
    """
    found = _select_place.rows(connection, (number, workspace))
    if not found:
        raise _not_found(number)
    place = ExperimentPlace(*found[0])
    if place.lifecycle_stage != LifecycleStage.ACTIVE:
        raise InvalidParameter(
            "experiment.not_active",
            f"The experiment {number} must be in the 'active' state. Current state is {place.lifecycle_stage}.",
            experiment_id=number,
        )
    return place


def _not_found(number: int) -> ResourceNotFound:
    return ResourceNotFound("experiment.not_found", f"No Experiment with id={number} exists", experiment_id=number)


def _name_taken(name: str) -> ResourceAlreadyExists:
    return ResourceAlreadyExists(
        "experiment.name_taken",
        f"Experiment(name={name}) already exists. Deleted experiments keep their name until they are removed for good.",
        name=name,
    )


def _set_tags(connection: Connection, experiment: int, tags: Sequence[Tag]) -> None:
    values = {tag.key: tag.value for tag in tags}
    upsert(connection, experiment_tags, [(experiment, key, value) for key, value in values.items()])


def load_experiments(connection: Connection, rows: Sequence[AnyRow]) -> list[Experiment]:
    """Return the experiments of rows, with their tags."""
    tags: dict[int, list[Tag]] = defaultdict(list)
    theirs = is_one_of(experiment_tags.c.experiment, [row.id for row in rows])
    columns = (experiment_tags.c.experiment, experiment_tags.c.key, experiment_tags.c.value)
    for experiment, key, value in connection.execute(select(*columns).where(theirs)):
        tags[experiment].append(Tag(key, value))
    return [
        Experiment(
            experiment_id=str(row.id),
            name=row.name,
            artifact_location=row.artifact_location,
            lifecycle_stage=LifecycleStage(row.lifecycle_stage),
            creation_time=row.creation_time,
            last_update_time=row.last_update_time,
            tags=tags[row.id],
        )
        for row in rows
    ]


def _condition(comparison: Comparison) -> ColumnElement[bool]:
    key = comparison.field.key
    if comparison.field.entity is not Entity.TAG:
        value = _numbers(comparison) if key == "experiment_id" else None
        return compare(_COLUMNS[key], comparison, value)
    tagged = select(1).where(experiment_tags.c.experiment == experiments.c.id, experiment_tags.c.key == key)
    return compare_if_there(tagged, experiment_tags.c.value, comparison)


def _numbers(comparison: Comparison) -> int | list[int]:
    if isinstance(comparison.value, tuple):
        return [parse_experiment_id(str(item)) for item in comparison.value]
    return parse_experiment_id(str(comparison.value))


def _order(order: Sequence[OrderBy]) -> list[SortTerm]:
    terms: list[SortTerm] = []
    for item in order:
        kind = str if item.field.key == "name" else int
        terms += sort_terms(_COLUMNS[item.field.key], kind, ascending=item.ascending, nullable=False)
    if all(item.field.key != "experiment_id" for item in order):
        terms.append(SortTerm(experiments.c.id, int, descending=True))
    return terms
