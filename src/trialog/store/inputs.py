"""Datasets as inputs of runs: writing them, and what a search over datasets reads."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from trialog.entities import DatasetInput, DatasetSummary, LifecycleStage
from trialog.entities.limits import parse_experiment_id
from trialog.store.database import Database
from trialog.store.run_rows import RunIdentity
from trialog.store.run_search import DATASET_CONTEXT_TAG
from trialog.store.sets import is_one_of
from trialog.store.tables import DEFAULT_WORKSPACE, dataset_input_tags, dataset_inputs, datasets, runs
from trialog.store.upserts import insert_missing
from trialog.store.workspace_scope import lies_in

MAX_SUMMARIES = 1000


class SqlDatasets:
    """Datasets of a SQL store.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def search(self, experiment_ids: Sequence[str]) -> list[DatasetSummary]:
        """See `DatasetStore.search`."""
        numbers = [parse_experiment_id(experiment_id) for experiment_id in experiment_ids]
        said = (dataset_input_tags.c.input == dataset_inputs.c.id) & (dataset_input_tags.c.key == DATASET_CONTEXT_TAG)
        columns = (datasets.c.experiment, datasets.c.name, datasets.c.digest, dataset_input_tags.c.value)
        statement = (
            select(*columns)
            .select_from(datasets)
            .join(dataset_inputs, dataset_inputs.c.dataset == datasets.c.id)
            .join(runs, runs.c.id == dataset_inputs.c.run)
            .outerjoin(dataset_input_tags, said)
            .where(
                is_one_of(datasets.c.experiment, numbers),
                lies_in(self._workspace, datasets.c.experiment),
                runs.c.lifecycle_stage == LifecycleStage.ACTIVE,
            )
            .group_by(*columns)
            .order_by(func.max(dataset_inputs.c.id).desc())
            .limit(MAX_SUMMARIES)
        )

        def job(connection: Connection) -> list[DatasetSummary]:
            return [
                DatasetSummary(str(experiment), name, digest, context)
                for experiment, name, digest, context in connection.execute(statement)
            ]

        return await self._database.read(job)


def add_dataset_inputs(connection: Connection, run: RunIdentity, given: Sequence[DatasetInput]) -> None:
    """Say which datasets a run uses; what was said of one before stays as it is.

    Args:
        connection: Inside a writing transaction.
        run: The run.
        given: Checked inputs; of two with the same name and digest the first counts.
    """
    first = {(one.dataset.name, one.dataset.digest): one for one in reversed(given)}
    for one in reversed(first.values()):
        number = _dataset_number(connection, run.experiment, one)
        mine = (dataset_inputs.c.run == run.number) & (dataset_inputs.c.dataset == number)
        if connection.execute(select(dataset_inputs.c.id).where(mine)).first() is None:
            statement = insert(dataset_inputs).values(run=run.number, dataset=number)
            made: int = connection.execute(statement.returning(dataset_inputs.c.id)).scalar_one()
            insert_missing(connection, dataset_input_tags, [(made, tag.key, tag.value) for tag in one.tags])


def _dataset_number(connection: Connection, experiment: int, given: DatasetInput) -> int:
    """Return the number of a dataset, which is inserted if it is new to its experiment."""
    dataset = given.dataset
    same = (
        (datasets.c.experiment == experiment)
        & (datasets.c.name == dataset.name)
        & (datasets.c.digest == dataset.digest)
    )
    number: int | None = connection.execute(select(datasets.c.id).where(same)).scalar()
    if number is not None:
        return number
    values = {
        "experiment": experiment,
        "name": dataset.name,
        "digest": dataset.digest,
        "source_type": dataset.source_type,
        "source": dataset.source,
        "schema": dataset.schema,
        "profile": dataset.profile,
    }
    made: int = connection.execute(insert(datasets).values(values).returning(datasets.c.id)).scalar_one()
    return made
