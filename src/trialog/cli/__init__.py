"""The command `trialog`: parses, calls, prints."""

import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Final

import click

from trialog import __version__
from trialog.cli.text import printable
from trialog.errors import TrialogError

# Module of each command; it is imported when the command is called, so that the others cost nothing.
_COMMANDS: Final = {
    "db": "trialog.cli.db",
    "experiments": "trialog.cli.experiments",
    "models": "trialog.cli.models",
    "runs": "trialog.cli.runs",
    "server": "trialog.cli.server",
    "ui": "trialog.cli.server",
}


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
        click.echo(f"Error: {printable(error.message)} [{error.code}]", err=True)
        sys.exit(1)
