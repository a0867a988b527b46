"""Streams of what processes log: how far each was applied, so that a part that is sent again changes nothing."""

from sqlalchemy import Connection, bindparam, delete, select

from trialog.entities.log_stream import LogPart
from trialog.errors import Conflict
from trialog.store.prepared import Prepared
from trialog.store.sets import LISTED, as_list, is_listed
from trialog.store.tables import log_streams, tags
from trialog.store.upserts import upsert

_is_of = (log_streams.c.run == bindparam("run")) & (log_streams.c.writer == bindparam("writer"))
_select_applied = Prepared(select(log_streams.c.applied).where(_is_of), ["run", "writer"])
_delete_tags = Prepared(delete(tags).where(tags.c.run == bindparam("run"), is_listed(tags.c.key)), ["run", LISTED])


def begin_part(connection: Connection, run: int, part: LogPart) -> bool:
    """Note that a part is applied, in the transaction that applies it, and tell whether it still is to be.

    Args:
        connection: Inside a writing transaction that has locked the run.
        run: Number of the run.
        part: What is to be applied.

    Raises:
        Conflict: What lies before the part was not applied, or the part was applied up to its middle.
    """
    found = _select_applied.rows(connection, (run, part.writer))
    applied: int = found[0][0] if found else 0
    if part.end <= applied:
        return False
    if part.start != applied:
        raise Conflict(
            "log_stream.out_of_step",
            f"The stream was applied up to {applied}, and this part of it goes from {part.start} to {part.end}."
            f" Send what follows {applied}.",
            applied=applied,
        )
    upsert(connection, log_streams, [(run, part.writer, part.end)])
    return True


def delete_tags(connection: Connection, run: int, keys: list[str]) -> None:
    """Take tags away, as far as they are there."""
    if keys:
        _delete_tags.rows(connection, (run, as_list(keys)))
