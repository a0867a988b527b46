"""What the commands about accounts share: they ask a server, or open a store; passwords come from nobody's history."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from typing import Any, Final, Protocol, TypeVar

import click
from msgspec import Struct, to_builtins

from trialog.cli.connection import open_transport
from trialog.cli.opened_accounts import opened_accounts
from trialog.cli.output import Output
from trialog.cli.text import printable
from trialog.config import load_settings, read_environment
from trialog.entities import DEFAULT_WORKSPACE
from trialog.remote.settings import WORKSPACE_VARIABLE

Command = TypeVar("Command", bound=Callable[..., Any])
ResponseType = TypeVar("ResponseType", bound=Struct)

_LEVELS: Final = ("READ", "USE", "EDIT", "MANAGE", "DENY")
LEVEL: Final = click.Choice(_LEVELS, case_sensitive=False)
"""A level of permission."""


class Asked(Protocol):
    """Answers what is asked about accounts: a server, or an opened store."""

    def call(self, operation: str, response_type: type[ResponseType], /, **fields: object) -> ResponseType:
        """Do one thing of the route table."""
        ...

    def download(self, operation: str, /) -> Iterator[bytes]:
        """Hand out something that comes as bytes."""
        ...


class AccountSession:
    """What one command works with.

    Args:
        asked: Answers.
        output: Takes the results.
        is_server: Whether a server answers, which knows who asks.
    """

    def __init__(self, asked: Asked, output: Output, *, is_server: bool) -> None:
        self.asked = asked
        self.output = output
        self.is_server = is_server

    def done(self, sentence: str, document: object = None) -> None:
        """Say that it was done.

        Args:
            sentence: What, for people.
            document: What, for programs; a message or anything that JSON holds.
        """
        if self.output.as_json:
            self.output.document({} if document is None else to_builtins(document))
        else:
            self.output.sentence(sentence)

    def confirm(self, question: str, *, is_answered: bool) -> None:
        """Ask before something is taken away for good, unless the command line answered already.

        Args:
            question: The question.
            is_answered: Whether it did.

        Raises:
            click.Abort: The answer is no, or nobody is there to answer.
        """
        if not is_answered:
            click.confirm(printable(question), abort=True, err=self.output.as_json)


def changes_accounts(command: Command) -> Command:
    """Give a command the options that say where accounts are, and call it with a session in front."""

    @click.option("--tracking-uri", metavar="URI", help="Ask the server at this address, found as others find it.")
    @click.option(
        "--backend-store-uri", metavar="URI", help="Open this store itself, while a server has it open or not."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    @click.pass_context
    @wraps(command)
    def call(
        context: click.Context,
        /,
        tracking_uri: str | None,
        backend_store_uri: str | None,
        as_json: bool,
        **values: Any,
    ) -> None:
        with _opened(context, tracking_uri, backend_store_uri, Output(as_json=as_json)) as session:
            command(session, **values)

    return call  # type: ignore[return-value]  # what click makes of it takes the same options


@contextmanager
def _opened(
    context: click.Context, tracking_uri: str | None, store_uri: str | None, output: Output
) -> Iterator[AccountSession]:
    if store_uri is None:
        with closing(open_transport(tracking_uri, context)) as transport:
            yield AccountSession(transport, output, is_server=True)
        return
    if tracking_uri is not None:
        raise click.UsageError("Give --tracking-uri for a server, or --backend-store-uri to open a store; not both.")
    environment = read_environment(dotenv=context.find_root().obj)
    settings = load_settings({"backend_store_uri": store_uri}, environment)
    with opened_accounts(settings, environment.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE) as opened:
        yield AccountSession(opened, output, is_server=False)


def ask_secret(what: str, *, is_new: bool = False) -> str:
    """Ask for a password at the terminal, unseen; where there is none, read the next line of standard input.

    Args:
        what: What to call it.
        is_new: Whether it is to be typed twice.

    Raises:
        click.UsageError: Standard input holds no line, or an empty one.
    """
    if sys.stdin.isatty():
        answer: str = click.prompt(what, hide_input=True, confirmation_prompt=is_new, err=True)
        return answer
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise click.UsageError(f"{what}: write it on a line of standard input, or call this at a terminal.")
    return line


def resource_options(command: Command) -> Command:
    """Give a command the options that say which thing a permission is on."""
    command = click.option("--model", metavar="NAME", help="Name of the registered model; * for all.")(command)
    return click.option("--experiment-id", "-x", metavar="ID", help="Id of the experiment; * for all.")(command)


def named_resource(experiment_id: str | None, model: str | None) -> tuple[str, str]:
    """Return the type and the name of what the options of `resource_options` say.

    Args:
        experiment_id: The one.
        model: The other.

    Raises:
        click.UsageError: Both are given, or none.
    """
    if (experiment_id is None) == (model is None):
        raise click.UsageError("Say what the permission is on: either --experiment-id or --model.")
    return ("experiment", experiment_id) if experiment_id is not None else ("registered_model", str(model))
