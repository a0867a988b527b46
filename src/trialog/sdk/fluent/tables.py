"""Logging tables to the active run, row after row."""

import posixpath
from typing import Any
from uuid import uuid4

from msgspec import Struct, field

from trialog.errors import ConnectionFailed, ResourceNotFound, TrialogError
from trialog.sdk.artifact_tables import (
    LOGGED_TABLES_TAG,
    Table,
    check_table_name,
    joined,
    noted_tables,
    read_table,
    table_content,
    table_of,
    with_table,
    without_images,
)
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.fluent.asking import ask
from trialog.sdk.fluent.process import was_begun_here
from trialog.sdk.fluent.recorder import Recorder
from trialog.sdk.fluent.runs import recorder_for
from trialog.sdk.runs import Runs
from trialog.sdk.settings import Mode, client_settings
from trialog.sdk.transport import Transport


class _RunTables(Struct):
    """What this process knows of the tables of a run."""

    tag: str | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    # Where rows are kept of tables that may be on the server already, and cannot be read.
    elsewhere: dict[str, str] = field(default_factory=dict)


# By run. A row can be added to a file only by writing the whole of it again, and the file may not have been sent yet.
_known: dict[str, _RunTables] = {}


def log_table(data: Any, artifact_file: str, run_id: str | None = None) -> None:
    """Log a table as a file of the active run; if the run has the file, the rows are added to it.

    Images in a column become files of their own, which the table names. Where a run is taken up again and its server
    cannot be asked what the file holds, the rows become a file beside it, which a warning names.

    Args:
        data: A `pandas.DataFrame`, or a dictionary of columns, such as `{"question": [...], "answer": [...]}`.
        artifact_file: Its path among the run's artifacts, which ends with `.json` or `.parquet`.
        run_id: Another run to log to.

    Raises:
        TrialogError: It is no table, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(run_id)
    try:
        check_table_name(artifact_file)
        table = without_images(table_of(data), artifact_file, recorder.add_content)
        known = _tables_of(recorder, artifact_file)
        is_elsewhere = artifact_file in known.elsewhere
        artifact_file = known.elsewhere.get(artifact_file, artifact_file)
        table = joined(known.tables[artifact_file], table) if artifact_file in known.tables else table
        recorder.add_content(table_content(table, artifact_file), artifact_file)
    except TrialogError as error:
        recorder.tell(error)
        return
    known.tables[artifact_file] = table
    # What the tag lists is not known there either.
    if not is_elsewhere and artifact_file not in noted_tables(known.tag):
        known.tag = with_table(known.tag, artifact_file)
        recorder.set_tag(LOGGED_TABLES_TAG, known.tag)


def _tables_of(recorder: Recorder, artifact_file: str) -> _RunTables:
    """Return what is known of a run's tables, with the one that is asked about if there is one."""
    known = _known.setdefault(recorder.run_id, _RunTables())
    mode = client_settings().mode
    is_begun_here = was_begun_here(recorder.run_id)
    if artifact_file in {*known.tables, *known.elsewhere} or mode is Mode.DISABLED:
        return known
    if mode is Mode.OFFLINE:
        if not is_begun_here:
            _keep_elsewhere(recorder, known, artifact_file)
        return known

    def read(transport: Transport) -> tuple[str | None, Table | None]:
        tags = {tag.key: tag.value for tag in Runs(transport).get(recorder.run_id).data.tags}
        tag = tags.get(LOGGED_TABLES_TAG)
        if artifact_file not in noted_tables(tag):
            return tag, None
        content = b"".join(Artifacts(transport).open(recorder.run_id, artifact_file))
        return tag, read_table(content, artifact_file)

    try:
        tag, table = ask(read)
    except ResourceNotFound:
        # The run has not arrived, or nobody has sent the table: there is nothing but what this process logs.
        return known
    except ConnectionFailed:
        if not is_begun_here:
            _keep_elsewhere(recorder, known, artifact_file)
        return known
    known.tag = known.tag or tag
    if table is not None:
        known.tables[artifact_file] = table
    return known


def _keep_elsewhere(recorder: Recorder, known: _RunTables, artifact_file: str) -> None:
    """Have rows kept in another file: that of the name may hold others, which they would take the place of."""
    stem, ending = posixpath.splitext(artifact_file)
    other = known.elsewhere[artifact_file] = f"{stem}-{uuid4().hex[:8]}{ending}"
    recorder.tell(
        ConnectionFailed(
            "artifact.table_unknown",
            f"The run {recorder.run_id} was not begun by this process, and its server cannot be asked now what"
            f" {artifact_file!r} holds: its rows are kept in {other!r} beside it.",
            run_id=recorder.run_id,
        )
    )
