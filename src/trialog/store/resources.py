"""What things belong to, in SQL."""

import re
from collections.abc import Sequence

from sqlalchemy import Table, bindparam, select

from trialog.contracts.resources import Belonging
from trialog.store.database import Database
from trialog.store.prepared import Prepared
from trialog.store.registry_tables import registered_models
from trialog.store.rows import AnyRow
from trialog.store.sets import LISTED, as_list, is_listed
from trialog.store.tables import DEFAULT_WORKSPACE, experiments, logged_models, runs
from trialog.store.workspace_scope import lies_in

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _of_names(table: Table) -> Prepared:
    here = table.c.workspace == bindparam("workspace")
    return Prepared(select(table.c.name, table.c.id).where(here, is_listed(table.c.name)), [LISTED, "workspace"])


_select_experiments = Prepared(
    select(experiments.c.id).where(is_listed(experiments.c.id), experiments.c.workspace == bindparam("workspace")),
    [LISTED, "workspace"],
)
_select_experiments_of_names = _of_names(experiments)
_select_registered_models = _of_names(registered_models)
_select_runs = Prepared(
    select(runs.c.run_id, runs.c.experiment, runs.c.artifact_uri).where(
        is_listed(runs.c.run_id), lies_in(bindparam("workspace"), runs.c.experiment)
    ),
    [LISTED, "workspace"],
)
_select_logged_models = Prepared(
    select(logged_models.c.model_id, logged_models.c.experiment, logged_models.c.artifact_uri).where(
        is_listed(logged_models.c.model_id), lies_in(bindparam("workspace"), logged_models.c.experiment)
    ),
    [LISTED, "workspace"],
)
_select_names_of_models = Prepared(
    select(registered_models.c.name, registered_models.c.id).where(is_listed(registered_models.c.id)), [LISTED]
)


class SqlResources:
    """What things in a SQL store belong to. Implements `trialog.contracts.resources.ResourceStore`.

    Args:
        database: Where they are.
        workspace: Of which workspace they are.
    """

    def __init__(self, database: Database, workspace: str = DEFAULT_WORKSPACE) -> None:
        self._database = database
        self._workspace = workspace

    async def experiments(self, experiment_ids: Sequence[str]) -> frozenset[str]:
        """See `ResourceStore.experiments`."""
        listed = as_list(int(experiment_id) for experiment_id in experiment_ids)
        rows = await self._rows(_select_experiments, listed, self._workspace)
        return frozenset(str(number) for [number] in rows)

    async def experiments_of_names(self, names: Sequence[str]) -> dict[str, str]:
        """See `ResourceStore.experiments_of_names`."""
        return _by_name(await self._rows(_select_experiments_of_names, _listed(names), self._workspace))

    async def runs(self, run_ids: Sequence[str]) -> dict[str, Belonging]:
        """See `ResourceStore.runs`."""
        return _by_id(await self._rows(_select_runs, _listed(run_ids), self._workspace))

    async def logged_models(self, model_ids: Sequence[str]) -> dict[str, Belonging]:
        """See `ResourceStore.logged_models`."""
        return _by_id(await self._rows(_select_logged_models, _listed(model_ids), self._workspace))

    async def registered_models(self, names: Sequence[str]) -> dict[str, str]:
        """See `ResourceStore.registered_models`."""
        return _by_name(await self._rows(_select_registered_models, _listed(names), self._workspace))

    async def names_of_registered_models(self, numbers: Sequence[str]) -> dict[str, str]:
        """See `ResourceStore.names_of_registered_models`."""
        listed = as_list(int(number) for number in numbers if number.isdecimal())
        rows = await self._rows(_select_names_of_models, listed)
        return {str(number): name for name, number in rows}

    async def _rows(self, statement: Prepared, *values: str) -> list[AnyRow]:
        return await self._database.read(lambda connection: list(statement.rows(connection, values)))


def _listed(texts: Sequence[str]) -> str:
    # What no database takes names nothing.
    return as_list(text for text in texts if "\x00" not in text and not _LONE_SURROGATE.search(text))


def _by_name(rows: Sequence[AnyRow]) -> dict[str, str]:
    return {name: str(number) for name, number in rows}


def _by_id(rows: Sequence[AnyRow]) -> dict[str, Belonging]:
    return {thing: Belonging(str(experiment), artifact_uri) for thing, experiment, artifact_uri in rows}
