"""`trialog sync`."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from trialog.cli.output import Cell, Output, duration, local_time, size
from trialog.cli.progress import Tell, shown_progress
from trialog.config import read_environment
from trialog.entities.clock import now_milliseconds
from trialog.errors import ConfigurationError
from trialog.remote.address import TRACKING_URI_VARIABLE
from trialog.remote.settings import CREDENTIALS, WORKSPACE_VARIABLE, Patience, connection_settings
from trialog.sdk.settings import client_settings
from trialog.sdk.spool.left_run import LeftRun
from trialog.sdk.spool.refused import RefusedLog
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.spool.sync import left_behind, throw_away
from trialog.sdk.spool.sync import sync as send_all
from trialog.sdk.spooled_uri import spooled_uri
from trialog.sdk.tracking_uri import absolute_uri, is_server, open_transport, shown_uri
from trialog.sdk.transport import Transport

# Attempts are made by what sends.
_PATIENCE: Final = Patience(attempts=1)
_MOST_SHOWN_REFUSED: Final = 10


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--tracking-uri", metavar="URI", help="Send everything there, and not where it was logged to.")
@click.option("--dry-run", is_flag=True, help="Show what is left, and send nothing.")
@click.option("--refused", is_flag=True, help="Send again also what a server refused.")
@click.option("--discard-refused", is_flag=True, help="Remove for good what servers refused, and send nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before something is removed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing if all goes well.")
@click.pass_context
def sync(
    context: click.Context,
    folder: Path | None,
    tracking_uri: str | None,
    *,
    dry_run: bool,
    refused: bool,
    discard_refused: bool,
    yes: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Send what processes left that are over: what was logged offline, or could not be sent before they ended.

    It may be interrupted and repeated: nothing arrives twice. FOLDER is where it is kept, [default:
    TRIALOG_SPOOL_FOLDER, else a folder of the user's]. What a server refuses is kept there with the reason, and is sent
    again by --refused, or removed by --discard-refused. Ends with 0 only if nothing is left.
    """
    if sum((dry_run, refused, discard_refused)) > 1:
        raise click.UsageError("Give one of --dry-run, --refused and --discard-refused.")
    own = client_settings().spool_folder
    root = own if folder is None else folder
    output = Output(as_json=as_json)
    if discard_refused:
        found = _discard(output, root, is_answered=yes)
    elif dry_run:
        found = left_behind(root)
    else:
        is_foreign = not _is_in(root, own)
        with _servers(context, tracking_uri, is_foreign=is_foreign) as servers, _shown(quiet=quiet) as tell:
            found = send_all(root, servers.transport_of, _Progress(tell).note, again=refused)
    is_done = all(left.is_done for left in found)
    if as_json:
        output.document({"folder": str(root), "is_done": is_done, "runs": [_document(left) for left in found]})
    elif not (quiet and is_done):
        _print(output, root, found, is_plan=dry_run)
    if not is_done:
        sys.exit(1)


class _Servers:
    """The servers that runs belong to, each asked by one transport.

    Args:
        environment: Variables by name.
        given: The address that the command line names, if any.
        is_foreign: Whether the folder may have come from elsewhere.
    """

    def __init__(self, environment: Mapping[str, str], given: str | None, *, is_foreign: bool) -> None:
        self._environment = environment
        self._given = given
        self._configured = environment.get(TRACKING_URI_VARIABLE) or ""
        self._is_foreign = is_foreign
        self._opened: dict[tuple[str, str | None], Transport] = {}

    def transport_of(self, run: SpooledRun) -> Transport:
        """Return what asks the server of a run.

        Raises:
            ConfigurationError: Nobody but the folder names it, and secrets or files of the user would be used there.
        """
        uri = self._given or self._with_password(run.tracking_uri)
        transport = self._opened.get((uri, run.workspace))
        if transport is None:
            transport = self._opened[uri, run.workspace] = self._open(uri, run.workspace or "")
        return transport

    def close(self) -> None:
        """Close all of them."""
        for transport in self._opened.values():
            transport.close()

    def _open(self, uri: str, workspace: str) -> Transport:
        is_named = not self._is_foreign or uri in (self._given, self._configured)
        if not is_server(uri):
            if not is_named:
                raise _named_by_folder(shown_uri(uri), "it would be opened with this machine's passwords and files")
            # Of a store it is this process's own variable that counts.
            os.environ[WORKSPACE_VARIABLE] = workspace
            return open_transport(uri)
        settings = connection_settings(uri, {**self._environment, WORKSPACE_VARIABLE: workspace}, _PATIENCE)
        has_secrets = any(self._environment.get(name) for name in CREDENTIALS)
        if has_secrets and not is_named and not settings.address.is_local:
            raise _named_by_folder(settings.address.url, "the password or token of the environment would go there")
        return Transport(settings)

    def _with_password(self, uri: str) -> str:
        """Return the address that the environment names, with the password in it, where a run names the same."""
        is_same = bool(self._configured) and spooled_uri(absolute_uri(self._configured)) == uri
        return self._configured if is_same else uri


def _named_by_folder(address: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        "connection.address_from_folder",
        f"{address} comes from the folder that is sent, and {what}. If you want that, give it as --tracking-uri.",
        address=address,
    )


def _is_in(folder: Path, own: Path) -> bool:
    """Tell whether a folder is that which this user's processes write to, or lies in it."""
    return folder.resolve().is_relative_to(own.resolve())


class _Progress:
    """How far all runs are together."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._runs: dict[Path, tuple[int, int]] = {}

    def note(self, left: LeftRun) -> None:
        """Take note of a piece that was sent."""
        done = left.sent_points + left.sent_artifacts
        self._runs[left.folder] = (done, done + left.points + left.artifacts)
        self._tell(sum(one for one, _ in self._runs.values()), sum(all_ for _, all_ in self._runs.values()))


@contextmanager
def _servers(context: click.Context, given: str | None, *, is_foreign: bool) -> Iterator[_Servers]:
    servers = _Servers(read_environment(dotenv=context.find_root().obj), given, is_foreign=is_foreign)
    try:
        yield servers
    finally:
        servers.close()


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Tell]:
    if quiet:
        yield lambda done, total: None
        return
    with shown_progress("Records and files") as tell:
        yield tell


def _discard(output: Output, root: Path, *, is_answered: bool) -> list[LeftRun]:
    waiting = [left for left in left_behind(root) if left.refused]
    count = sum(one.count for left in waiting for one in left.refused)
    if not count:
        output.note("Nothing was refused.")
        return []
    if not is_answered:
        question = f"Remove {count} refused records and files of {len(waiting)} runs for good?"
        click.confirm(question, abort=True, err=output.as_json)
    return throw_away(root)


def _print(output: Output, root: Path, found: Sequence[LeftRun], *, is_plan: bool) -> None:
    if not found:
        output.sentence(f"Nothing is left in {root}.")
        return
    columns = ("Run", "Name", "Began", "Records left" if is_plan else "Records sent", "Files", "Refused", "Where")
    output.table(columns, [_row(left, is_plan=is_plan) for left in found])
    for left in found:
        _print_what_stays(output, left)
    if not is_plan and all(left.is_done for left in found):
        output.sentence("All has arrived.")


def _row(left: LeftRun, *, is_plan: bool) -> list[Cell]:
    run = left.run
    return [
        left.folder.name if run is None else run.run_id,
        None if run is None else run.run_name,
        _ago(run),
        left.points if is_plan else left.sent_points,
        left.artifacts if is_plan else left.sent_artifacts,
        sum(one.count for one in left.refused),
        None if run is None else run.tracking_uri,
    ]


def _ago(run: SpooledRun | None) -> str | None:
    if run is None or run.start_time is None:
        return None
    ago = duration(run.start_time, now_milliseconds())
    return local_time(run.start_time) if ago is None else f"{ago} ago"


def _print_what_stays(output: Output, left: LeftRun) -> None:
    name = left.folder.name if left.run is None else left.run.run_id
    if left.fault is not None:
        rest = f"{left.points} records ({size(left.stream_bytes)}) and {left.artifacts} files stay in {left.folder}."
        output.note(f"{name}: {left.fault} {rest}")
    if left.dropped:
        output.note(f"{name}: {left.dropped} records or files were not kept when they were logged: there was no room.")
    if not left.refused:
        return
    for one in left.refused[:_MOST_SHOWN_REFUSED]:
        output.note(f"{name}: {one.shown} was refused: {one.message} [{one.code}]")
    more = len(left.refused) - _MOST_SHOWN_REFUSED
    also = f"{more} more refusals, and all of them, are" if more > 0 else "They are"
    output.note(
        f"{name}: {also} kept in {RefusedLog.path_in(left.folder)}. Send them again with `trialog sync --refused`, or"
        " remove them with `trialog sync --discard-refused`."
    )


def _document(left: LeftRun) -> dict[str, object]:
    run = left.run
    return {
        "run_id": None if run is None else run.run_id,
        "run_name": None if run is None else run.run_name,
        "writer": None if run is None else run.writer,
        "tracking_uri": None if run is None else run.tracking_uri,
        "folder": str(left.folder),
        "is_done": left.is_done,
        "records_sent": left.sent_points,
        "records_left": left.points,
        "bytes_left": left.stream_bytes,
        "files_sent": left.sent_artifacts,
        "files_left": left.artifacts,
        "dropped": left.dropped,
        "refused": [
            {
                "what": one.what,
                "shown": one.shown,
                "count": one.count,
                "code": one.code,
                "message": one.message,
                "key": one.key,
                "step": one.step,
                "path": one.path,
            }
            for one in left.refused
        ],
        "refused_file": str(RefusedLog.path_in(left.folder)) if left.refused else None,
        "fault": left.fault,
        "fault_code": left.fault_code,
    }
