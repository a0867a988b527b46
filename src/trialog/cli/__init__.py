"""The command `trialog`: parses, calls, prints."""

import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Final

import click

from trialog.cli.sentences import sentence_of
from trialog.cli.text import printable
from trialog.errors import TrialogError
from trialog.version import __version__

# Module of each command; it is imported when the command is called, so that the others cost nothing.
_COMMANDS: Final = {
    "artifacts": "trialog.cli.artifacts",
    "audit": "trialog.cli.audit",
    "db": "trialog.cli.db",
    "experiments": "trialog.cli.experiments",
    "gc": "trialog.cli.gc",
    "groups": "trialog.cli.groups",
    "metrics": "trialog.cli.metrics",
    "models": "trialog.cli.models",
    "roles": "trialog.cli.roles",
    "run": "trialog.cli.projects",
    "runs": "trialog.cli.runs",
    "server": "trialog.cli.server",
    "sync": "trialog.cli.sync",
    "tokens": "trialog.cli.tokens",
    "ui": "trialog.cli.server",
    "users": "trialog.cli.users",
    "workspaces": "trialog.cli.workspaces",
}
# What comes with the extra `server`.
_OF_SERVER: Final = frozenset(
    {"alembic", "argon2", "cryptography", "httptools", "re2", "sqlalchemy", "uvicorn", "uvloop"}
)


class _LazyGroup(click.Group):
    """Knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(module), cmd_name)
        return command


@click.group(cls=_LazyGroup)
@click.version_option(__version__, prog_name="trialog")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File to read variables from in place of .env; variables that are set already win.",
)
@click.pass_context
def trialog(context: click.Context, env_file: Path | None) -> None:
    """Keep track of experiments, for every client that speaks to MLflow."""
    context.obj = env_file


def main() -> None:
    """Run the command line of this process and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name in a script that the terminal does not know must not end the command.
            stream.reconfigure(errors="backslashreplace")
    try:
        trialog.main(prog_name="trialog", standalone_mode=True)
    except TrialogError as error:
        click.echo(f"Error: {printable(sentence_of(error))} [{error.code}]", err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        # Whoever only logs has no use for what a server is made of.
        if error.name is None or error.name.partition(".")[0] not in _OF_SERVER:
            raise
        click.echo(
            f"Error: This command needs the package {error.name!r}, which is not installed; install it with:"
            " pip install 'trialog[server]' [dependency.missing]",
            err=True,
        )
        sys.exit(1)
