"""`trialog db`: which version the store is of, and upgrading it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from trialog.config import load_settings, read_environment

_STORE: Final = click.option(
    "--backend-store-uri", metavar="URI", help="The store; as for `trialog server`. [default: sqlite:///trialog.db]"
)


@click.group()
def db() -> None:
    """Look at the version of the store, and upgrade it."""


@db.command()
@_STORE
@click.pass_obj
def version(env_file: Path | None, /, backend_store_uri: str | None) -> None:
    """Print the version of the store."""
    uri = _uri(backend_store_uri, env_file)
    # SQLAlchemy, which the store comes with, would slow down every --help.
    from trialog.store.address import shown_address
    from trialog.store.schema import NEWEST_VERSION
    from trialog.store.versions import stored_version

    found = stored_version(uri)
    if found is None:
        click.echo(f"{shown_address(uri)} is an empty database: the server makes its tables.", err=True)
        return
    click.echo(found)
    if found != NEWEST_VERSION:
        click.echo(f"This Trialog uses version {NEWEST_VERSION}; `trialog db upgrade` upgrades the store.", err=True)


@db.command()
@_STORE
@click.option(
    "--no-backup",
    is_flag=True,
    help="Make no backup beside the store first. The upgrade still happens as a whole or not at all. On PostgreSQL, "
    "which Trialog cannot back up, say so once you have made one with pg_dump.",
)
@click.pass_obj
def upgrade(env_file: Path | None, /, backend_store_uri: str | None, no_backup: bool) -> None:
    """Upgrade the store to the version that this Trialog uses, with a backup beside it if it is a file."""
    uri = _uri(backend_store_uri, env_file)
    # As above.
    from trialog.store.address import shown_address
    from trialog.store.schema import NEWEST_VERSION
    from trialog.store.versions import upgrade_store

    with _progress() as on_progress:
        done = upgrade_store(uri, with_backup=not no_backup, on_progress=on_progress)
    if done is None:
        click.echo(f"There is nothing to upgrade: the store is of version {NEWEST_VERSION}, or empty.")
        return
    click.echo(f"Upgraded {shown_address(uri)} from version {done.before} to {done.after}.")
    if done.backup is not None:
        click.echo(f"Backup of the store as it was: {done.backup}")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar while the backup is made; on a terminal alone."""
    # Only this command shows one.
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Backup", total=None)
        yield lambda copied, pages: bar.update(task, completed=copied, total=pages)


def _uri(uri: str | None, env_file: Path | None) -> str:
    return load_settings({"backend_store_uri": uri}, read_environment(dotenv=env_file)).backend_store_uri
