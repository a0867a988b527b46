"""`trialog runs reproduce`."""

import re
import shlex
from pathlib import Path

import click

from trialog.cli.connection import Session, asks_server, confirm
from trialog.cli.text import printable
from trialog.errors import InvalidParameter
from trialog.sdk.recipe import Recipe, read_recipe
from trialog.sdk.reproduce import ENVIRONMENT_FOLDER, Origin, Reproduction, find_origin

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@click.command("reproduce")
@click.argument("run_id")
@click.option("--into", metavar="FOLDER", help="Folder that takes the files; [default: reproduced-ID].")
@click.option(
    "--repository",
    metavar="FOLDER",
    help="A clone on this machine that has the commit; [default: the one of this folder, else what the run names].",
)
@click.option("--no-venv", is_flag=True, help="Take the packages of this environment, and install none.")
@click.option("--run", "is_run", is_flag=True, help="Run the command as well, after asking.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@asks_server
def reproduce(
    session: Session, run_id: str, into: str | None, repository: str | None, no_venv: bool, is_run: bool, yes: bool
) -> None:
    """Make the files, packages and command of a run once more.

    The commit is checked out into a folder of its own, changes that no commit held are applied, and the packages that
    the run had are installed beside it. Nothing of the run is executed without --run; but packages may execute what
    they want while they are installed. What is other than it was is said.
    """
    recipe = read_recipe(session.runs, session.artifacts, run_id)
    origin = find_origin(recipe, repository)
    name = run_id if _PLAIN_ID.fullmatch(run_id) else "run"
    made = Reproduction(recipe, origin, Path(into if into is not None else f"reproduced-{name}"))
    _show_plan(session, made, origin, has_environment=not no_venv)
    if origin.address is not None and origin.address.is_local:
        # A server that names a folder of this machine must not be obeyed without looking.
        confirm(
            session, f"The run names the folder {origin.address.text} of this machine. Clone it?", is_answered=False
        )
    confirm(session, f"Make {made.folder}?", is_answered=yes)
    made.make_files()
    if no_venv:
        made.use_this_environment()
    else:
        made.make_environment()
    command = _command(made)
    _show_made(session, made, command)
    if is_run:
        _run(session, made, command, is_answered=yes)


def _run(session: Session, made: Reproduction, command: list[str] | InvalidParameter, *, is_answered: bool) -> None:
    if isinstance(command, InvalidParameter):
        raise command
    session.output.note(f"In {made.working_folder()}:")
    session.output.note(f"  {shlex.join(command)}")
    confirm(session, "Run this command?", is_answered=is_answered)
    code = made.run(session.url)
    if code != 0:
        raise InvalidParameter("reproduce.failed", f"The command ended with code {code}.", exit_code=code)


def _command(made: Reproduction) -> list[str] | InvalidParameter:
    try:
        made.working_folder()
        return made.command()
    except InvalidParameter as error:
        return error


def _show_plan(session: Session, made: Reproduction, origin: Origin, *, has_environment: bool) -> None:
    if session.output.as_json:
        return
    recipe = made.recipe
    session.output.fields(
        {
            "Run": f"{recipe.run_name} ({recipe.run_id})",
            "Folder": str(made.folder),
            "Commit": recipe.commit,
            "From": _origin_text(origin),
            "Script": None if recipe.script is None else recipe.script[0],
            "Changes": _changes_text(recipe),
            "Packages": _packages_text(recipe, has_environment=has_environment),
            "Command": shlex.join(recipe.command) or None,
        }
    )


def _origin_text(origin: Origin) -> str | None:
    if origin.repository is not None:
        return f"a working tree of {origin.repository}"
    return None if origin.address is None else f"a clone of {origin.address.text}"


def _changes_text(recipe: Recipe) -> str | None:
    if recipe.commit is None:
        return None
    if recipe.changes is None:
        return "not recorded" if recipe.is_dirty is not False else "none"
    files = recipe.changes.count(b"\ndiff --git ") + recipe.changes.startswith(b"diff --git ")
    return f"{files} files" if files != 1 else "1 file"


def _packages_text(recipe: Recipe, *, has_environment: bool) -> str:
    if not has_environment:
        return "those of this environment"
    if recipe.requirements is None:
        return "not recorded"
    count = len(recipe.requirements.versions) + len(recipe.requirements.direct) + len(recipe.requirements.editable)
    return f"{count}, installed into {ENVIRONMENT_FOLDER}"


def _show_made(session: Session, made: Reproduction, command: list[str] | InvalidParameter) -> None:
    output = session.output
    variables = made.variables(session.url)
    own = {name: variables[name] for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_CONTEXT")}
    if output.as_json:
        output.document(
            {
                "run_id": made.recipe.run_id,
                "folder": str(made.folder),
                "commit": made.recipe.commit,
                "command": command if isinstance(command, list) else None,
                "working_folder": str(made.working_folder()) if isinstance(command, list) else None,
                "variables": own,
                "differences": made.differences,
            }
        )
        return
    output.heading("What is other than it was")
    for sentence in made.differences or ["Nothing that is known."]:
        output.sentence(f"- {sentence}")
    output.heading("How to run it")
    if isinstance(command, InvalidParameter):
        output.sentence(printable(command.message))
        return
    output.sentence(f"cd {shlex.quote(str(made.working_folder()))}")
    settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in own.items())
    output.sentence(f"{settings} {shlex.join(command)}")
