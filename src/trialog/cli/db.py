"""`trialog db`: which version the store is of, and upgrading it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from trialog.config import load_settings, read_environment
from trialog.errors import ConfigurationError

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
    file = _file(backend_store_uri, env_file)
    # SQLAlchemy, which the store comes with, would slow down every --help.
    from trialog.store.schema import NEWEST_VERSION
    from trialog.store.upgrade import stored_version

    found = stored_version(file)
    if found is None:
        click.echo(f"{file} is an empty database: the server makes its tables.", err=True)
        return
    click.echo(found)
    if found != NEWEST_VERSION:
        click.echo(f"This Trialog uses version {NEWEST_VERSION}; `trialog db upgrade` upgrades the store.", err=True)


@db.command()
@_STORE
@click.option(
    "--no-backup",
    is_flag=True,
    help="Make no backup beside the store first. The upgrade still happens as a whole or not at all.",
)
@click.pass_obj
def upgrade(env_file: Path | None, /, backend_store_uri: str | None, no_backup: bool) -> None:
    """Upgrade the store to the version that this Trialog uses, with a backup beside it."""
    file = _file(backend_store_uri, env_file)
    # As above.
    from trialog.store.schema import NEWEST_VERSION
    from trialog.store.upgrade import upgrade_file

    with _progress() as on_progress:
        done = upgrade_file(file, with_backup=not no_backup, on_progress=on_progress)
    if done is None:
        click.echo(f"There is nothing to upgrade: the store is of version {NEWEST_VERSION}, or empty.")
        return
    click.echo(f"Upgraded {file} from version {done.before} to {done.after}.")
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


def _file(uri: str | None, env_file: Path | None) -> Path:
    """Return the file of the store, which must be there: none of these commands makes one."""
    settings = load_settings({"backend_store_uri": uri}, read_environment(dotenv=env_file))
    # As above.
    from trialog.store.address import sqlite_file

    file = sqlite_file(settings.backend_store_uri)
    if not file.is_file():
        raise ConfigurationError(
            "store.not_there",
            f"There is no store at {file}. Name the one you mean with --backend-store-uri, for example"
            " sqlite:///trialog.db, or start `trialog server`, which makes it.",
            place=str(file),
        )
    return file
