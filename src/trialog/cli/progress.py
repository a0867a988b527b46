"""How far long work is, for whoever sits before a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from trialog.cli.text import printable

Tell = Callable[[int, int | None], None]
"""Takes how much is done, and how much there is to do if that is known."""


@contextmanager
def shown_progress(what: str, *, is_bytes: bool = False) -> Iterator[Tell]:
    """Show a bar on standard error while something is done, if that is a terminal.

    Args:
        what: What is done.
        is_bytes: Whether bytes are counted.

    Yields:
        What to tell how far it is.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    # Programs, which have no terminal, need not wait until it is loaded.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    amount = DownloadColumn(binary_units=True) if is_bytes else MofNCompleteColumn()
    text = TextColumn("{task.description}", markup=False)
    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    with Progress(text, BarColumn(), amount, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task(printable(what), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
