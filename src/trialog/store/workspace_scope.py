"""What lies in a workspace: the conditions and look-ups that keep workspaces apart.

An experiment says which workspace it is of. A run, a logged model, a dataset is of the workspace of its experiment, and
what is asked for in one workspace is looked for in that alone: what is of another is not there.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select

from trialog.store.prepared import Prepared
from trialog.store.sets import LISTED, as_list, is_listed
from trialog.store.tables import experiments

_place = experiments.alias("place")
_select_inside = Prepared(
    select(experiments.c.id)
    .where(is_listed(experiments.c.id), experiments.c.workspace == bindparam("workspace"))
    .order_by(experiments.c.id),
    [LISTED, "workspace"],
)


def workspace_of(experiment: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the workspace of an experiment, as SQL; NULL if the experiment is being removed for good.

    Args:
        experiment: Number of the experiment: a column of what belongs to it.
    """
    # Whatever the experiment is a column of may stand any number of queries further out.
    mine = select(_place.c.workspace).where(_place.c.id == experiment)
    return mine.correlate_except(_place).scalar_subquery()


def lies_in(workspace: str | ColumnElement[str], experiment: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that what belongs to an experiment is of a workspace.

    Args:
        workspace: Which.
        experiment: Number of the experiment: a column of what belongs to it.
    """
    return workspace_of(experiment) == workspace


def experiments_inside(connection: Connection, workspace: str, numbers: Iterable[int]) -> list[int]:
    """Return those of some experiments that are of a workspace, in the order of their numbers.

    Args:
        connection: Where to read.
        workspace: Which.
        numbers: Of the experiments; each counts once.
    """
    return [number for [number] in _select_inside.rows(connection, (as_list(numbers), workspace))]
