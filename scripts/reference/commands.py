"""The page of commands and their options."""

from collections.abc import Iterator

import click

from scripts.reference.markdown import page, table
from trialog.cli import trialog

INTRODUCTION = "Every option is also shown by `--help`. What a variable of the environment sets is in `settings.md`."


def commands_page() -> str:
    """Return the page."""
    blocks = []
    described: dict[click.Command, str] = {}
    with click.Context(trialog, info_name="trialog") as context:
        for name, command in _commands(trialog, context):
            first = described.setdefault(command, name)
            blocks.append(f"## {name}")
            blocks += _describe(command, context) if first == name else [f"The same as `{first}`."]
    return page("Commands", INTRODUCTION, blocks)


def _commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    yield context.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                with click.Context(inner, info_name=name, parent=context) as below:
                    yield from _commands(inner, below)


def _describe(command: click.Command, context: click.Context) -> list[str]:
    options = []
    for option in command.get_params(context):
        if isinstance(option, click.Option):
            flags = ", ".join(f"`{flag}`" for flag in (*option.opts, *option.secondary_opts))
            options.append((flags, option.metavar or "", option.help or ""))
    return [(command.help or "").strip(), table(("option", "value", "meaning"), options)]
