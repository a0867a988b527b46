"""Sends what dead processes left: what no connection was there for, or no time."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from trialog.errors import ConnectionFailed, TrialogError
from trialog.sdk.spool.files import remove_folder
from trialog.sdk.spool.folder import ProcessFolder, process_folders
from trialog.sdk.spool.left_run import LeftDelivery, LeftRun, look_at, throw_away_refused
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.transport import Transport

TransportOf: TypeAlias = Callable[[SpooledRun], Transport]
Progress: TypeAlias = Callable[[LeftRun], None]


def left_behind(root: Path) -> list[LeftRun]:
    """Return what dead processes left; what somebody is sending at this moment is not in.

    Args:
        root: Folder of the spool; it need not be there.
    """
    return [look_at(folder) for process in _held(root) for folder in process.runs()]


def sync(
    root: Path,
    transport_of: TransportOf,
    progress: Progress = lambda _: None,
    *,
    again: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> list[LeftRun]:
    """Send what dead processes left. It may be interrupted and repeated, and another one may run at the same time.

    Args:
        root: Folder of the spool; it need not be there.
        transport_of: Returns what asks the server of a run.
        progress: Is told after each piece that was sent.
        again: Whether what was refused once is sent again.
        pause: Waits so many seconds before another attempt.

    Returns:
        All runs that something was left of, with what was sent, and what still is left.
    """
    found: list[LeftRun] = []
    unreachable: dict[str, TrialogError] = {}
    for process in _held(root):
        for folder in process.runs():
            left = look_at(folder)
            found.append(left)
            if left.run is not None and left.fault is None:
                _send(left, left.run, transport_of, progress, unreachable, again=again, pause=pause)
    return found


def throw_away(root: Path) -> list[LeftRun]:
    """Remove for good what servers refused of what dead processes left.

    Args:
        root: Folder of the spool; it need not be there.

    Returns:
        The runs that something was refused of, as they were.

    Raises:
        OSError: It cannot be removed.
    """
    thrown: list[LeftRun] = []
    for process in _held(root):
        for folder in process.runs():
            left = look_at(folder)
            if left.refused:
                throw_away_refused(left)
                thrown.append(look_at(folder) if folder.exists() else left)
    return thrown


def _send(
    left: LeftRun,
    run: SpooledRun,
    transport_of: TransportOf,
    progress: Progress,
    unreachable: dict[str, TrialogError],
    *,
    again: bool,
    pause: Callable[[float], None],
) -> None:
    if run.tracking_uri in unreachable:
        left.tell(unreachable[run.tracking_uri])
        return
    try:
        LeftDelivery(left, lambda: transport_of(run), progress, pause).send(again=again)
    except (TrialogError, OSError) as error:
        left.tell(error)
        if isinstance(error, ConnectionFailed):
            # Others that go there need not wait for it each.
            unreachable[run.tracking_uri] = error


def _held(root: Path) -> Iterator[ProcessFolder]:
    """Hand out the folders of dead processes, each held meanwhile, and remove those with nothing in them."""
    for path in process_folders(root):
        process = ProcessFolder.hold(path)
        if process is None:
            continue
        try:
            for folder in process.unused():
                remove_folder(folder)
            yield process
        finally:
            process.let_go()
