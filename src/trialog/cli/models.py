"""`trialog models`."""

import json
from typing import Final

import click

from trialog.cli.connection import Group, Session, asks_server, confirm, print_metrics
from trialog.cli.documents import (
    aliases,
    latest_versions,
    model_document,
    move_document,
    stage_at_document,
    version_document,
)
from trialog.cli.output import Cell, local_time, number, size, table_time
from trialog.cli.times import exact_moment
from trialog.entities import LABEL_TAG, ModelStage
from trialog.errors import ResourceNotFound
from trialog.wire.messages.promotion import RegistryMoveMessage, VersionDetailsResponse
from trialog.wire.messages.registered_models import RegisteredModelMessage

_PRODUCTION: Final = ModelStage.PRODUCTION.value
_MOST_METRICS: Final = 3
_STAGE_HELP: Final = f"Stage, in any case of letters; [default: {_PRODUCTION}]."


_ELSEWHERE: Final = {
    "predict": ("trialog.cli.model_prediction", "predict_with_model"),
    "serve": ("trialog.cli.model_serving", "serve_model"),
}


@click.group(cls=Group, second_names={"search": "list", "get": "show"}, elsewhere=_ELSEWHERE)
def models() -> None:
    """Look at registered models, move their versions between stages, go back, serve them and predict."""


@models.command("list")
@click.option("--filter", "-f", metavar="TEXT", help="Such as \"name LIKE 'lstm%'\" or \"tags.team = 'quant'\".")
@click.option("--order-by", metavar="KEY", multiple=True, help='Such as "last_updated_timestamp DESC".')
@click.option("--max-results", type=click.IntRange(min=1), metavar="N", help="How many to show; all if not given.")
@asks_server
def list_models(
    session: Session,
    filter: str | None,  # noqa: A002  the name of the option
    order_by: tuple[str, ...],
    max_results: int | None,
) -> None:
    """List registered models by name, with the version in each stage."""
    found = session.models.search(filter, order_by=order_by, max_results=max_results)
    if session.output.as_json:
        session.output.document([model_document(model) for model in found])
        return
    session.output.table(
        ("Name", "Production", "Staging", "Newest", "Aliases", "Changed"),
        [
            (
                model.name,
                latest_versions(model).get(_PRODUCTION),
                latest_versions(model).get(ModelStage.STAGING.value),
                max(latest_versions(model).values(), default=None),
                _aliases_text(model),
                table_time(model.last_updated_timestamp),
            )
            for model in found
        ],
        nothing="no models",
    )


@models.command("show")
@click.argument("name")
@click.argument("version", metavar="[VERSION|STAGE|@ALIAS|LABEL]", required=False)
@click.option(
    "--max-results", type=click.IntRange(min=1), default=20, metavar="N", help="Versions to show; [default: 20]."
)
@asks_server
def show_model(session: Session, name: str, version: str | None, max_results: int) -> None:
    """Show a model with its newest versions, or all there is to know of one version."""
    if version is not None:
        _print_version(session, session.models.get_version(name, version))
        return
    model = session.models.get(name)
    found = session.models.versions(name, max_results=max_results)
    versions = [session.models.get_version(name, one.version) for one in found]
    if session.output.as_json:
        documents = [version_document(one) for one in versions]
        session.output.document({**model_document(model), "versions": documents})
        return
    session.output.fields(
        {
            "Name": model.name,
            "Description": model.description or None,
            "Created": local_time(model.creation_timestamp),
            "Changed": local_time(model.last_updated_timestamp),
            "Aliases": _aliases_text(model) or None,
            **{f"Tag {tag.key}": tag.value for tag in model.tags},
        }
    )
    session.output.heading("Versions")
    session.output.table(
        ("Version", "Stage", "Label", "Aliases", "Registered", "Metrics"),
        [
            (
                one.version,
                one.stage.value,
                one.label,
                ", ".join(one.aliases),
                table_time(one.creation_timestamp),
                _metrics_text(one),
            )
            for one in versions
        ],
        nothing="no versions yet",
    )
    if len(versions) == max_results:
        session.output.note(f"The newest {max_results} are shown; --max-results shows more.")


@models.command("promote")
@click.argument("name")
@click.argument("version", metavar="VERSION|STAGE|@ALIAS|LABEL")
@click.option("--stage", metavar="STAGE", default=_PRODUCTION, help=_STAGE_HELP)
@click.option("--keep-existing", is_flag=True, help="Leave there what is in the stage, in place of archiving it.")
@click.option("--reason", metavar="TEXT", help="Why, for the history.")
@click.option(
    "--expected-version",
    metavar="N",
    help="The version that is in the stage now, 0 for none; if it is another, nothing is done.",
)
@click.option("--force", is_flag=True, help="Go on although the files of the version are gone.")
@asks_server
def promote_model(
    session: Session,
    name: str,
    version: str,
    stage: str,
    keep_existing: bool,
    reason: str | None,
    expected_version: str | None,
    force: bool,
) -> None:
    """Move a version into a stage, and what is there to Archived."""
    moves_before = session.models.history(name, max_results=1)
    promoted = session.models.promote(
        name,
        version,
        stage=stage,
        archive_existing=False if keep_existing else None,
        reason=reason,
        expected_version=expected_version,
        force=force,
    )
    is_moved = session.models.history(name, max_results=1) != moves_before
    stage_now = promoted.stage.value
    done = f"is in {stage_now} now." if is_moved else f"was in {stage_now} already; nothing was changed."
    _tell_version(session, promoted, f"Version {promoted.version} of '{name}' {done}")


@models.command("rollback")
@click.argument("name")
@click.option("--stage", metavar="STAGE", default=_PRODUCTION, help=_STAGE_HELP)
@click.option("--reason", metavar="TEXT", help="Why, for the history.")
@asks_server
def roll_back_model(session: Session, name: str, stage: str, reason: str | None) -> None:
    """Put back into a stage the version that was there before."""
    back = session.models.roll_back(name, stage=stage, reason=reason)
    _tell_version(session, back, f"Version {back.version} of '{name}' is in {back.stage.value} again.")


@models.command("history")
@click.argument("name")
@click.option("--stage", metavar="STAGE", help="Only moves into or out of this stage.")
@click.option("--alias", metavar="NAME", help="Only moves of this alias.")
@click.option("--version", metavar="VERSION", help="Only moves of this version.")
@click.option(
    "--at",
    metavar="DATE",
    help="Show what was in the stage (Production unless --stage names another) at the end of this day, or at a time "
    "such as 2026-01-31T12:00:00; in local time unless it ends with Z or an offset such as +03:00.",
)
@click.option(
    "--max-results", type=click.IntRange(min=1), default=100, metavar="N", help="Moves to show; [default: 100]."
)
@asks_server
def show_history(
    session: Session,
    name: str,
    stage: str | None,
    alias: str | None,
    version: str | None,
    at: str | None,
    max_results: int,
) -> None:
    """Show who moved what, when and why, the last move first."""
    if at is not None:
        if alias is not None or version is not None:
            raise click.UsageError("--at asks for a stage at a moment, and goes with neither --alias nor --version.")
        _print_stage_at(session, name, stage or _PRODUCTION, at)
        return
    moves = session.models.history(name, stage=stage, alias=alias, version=version, max_results=max_results)
    if session.output.as_json:
        session.output.document([move_document(move) for move in moves])
        return
    session.output.table(
        ("When", "What", "Version", "Change", "Who", "Why"),
        [
            (
                table_time(move.timestamp),
                move.operation.value.replace("_", " "),
                move.version,
                _change_text(move),
                move.actor,
                move.reason,
            )
            for move in moves
        ],
        nothing="no moves yet",
    )
    if len(moves) == max_results:
        session.output.note(f"The last {max_results} moves are shown; --max-results shows more.")


@models.group("alias")
def alias_commands() -> None:
    """Give versions names of your own, such as champion."""


@alias_commands.command("set")
@click.argument("name")
@click.argument("alias")
@click.argument("version", metavar="VERSION|STAGE|@ALIAS|LABEL")
@asks_server
def set_alias(session: Session, name: str, alias: str, version: str) -> None:
    """Give an alias to a version, and take it from the one that bears it."""
    chosen = alias.removeprefix("@")
    found = session.models.get_version(name, version)
    session.models.set_alias(name, chosen, str(found.version))
    now = session.models.get_version(name, str(found.version))
    _tell_version(session, now, f"'{name}@{chosen}' is version {found.version} now.")


@alias_commands.command("delete")
@click.argument("name")
@click.argument("alias")
@click.option("--yes", is_flag=True, help="Do not ask.")
@asks_server
def delete_alias(session: Session, name: str, alias: str, yes: bool) -> None:
    """Take an alias away."""
    chosen = alias.removeprefix("@")
    bearer = session.models.get_version(name, f"@{chosen}")
    confirm(session, f"Take the alias '{chosen}' from version {bearer.version} of '{name}'?", is_answered=yes)
    session.models.delete_alias(name, chosen)
    now = session.models.get_version(name, str(bearer.version))
    _tell_version(session, now, f"No version of '{name}' bears the alias '{chosen}' any more.")


@alias_commands.command("list")
@click.argument("name")
@asks_server
def list_aliases(session: Session, name: str) -> None:
    """List the aliases of a model."""
    found = aliases(session.models.get(name))
    if session.output.as_json:
        session.output.document(found)
    else:
        session.output.table(("Alias", "Version"), sorted(found.items()), nothing="no aliases")


@models.command("delete")
@click.argument("name")
@click.argument("version", metavar="[VERSION|STAGE|@ALIAS|LABEL]", required=False)
@click.option("--force", is_flag=True, help="Also what is in Production.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@asks_server
def delete_model(session: Session, name: str, version: str | None, force: bool, yes: bool) -> None:
    """Remove a version, or a model with all its versions, for good."""
    if version is None:
        model = session.models.get(name)
        confirm(session, f"Delete model '{name}' with all its versions for good?", is_answered=yes)
        session.models.delete(name, force=force)
        if session.output.as_json:
            session.output.document(model_document(model))
        else:
            session.output.sentence(f"Model '{name}' is deleted.")
        return
    found = session.models.get_version(name, version)
    label = f" ({found.label})" if found.label else ""
    confirm(
        session,
        f"Delete version {found.version}{label} of '{name}', in stage {found.stage.value}, for good?",
        is_answered=yes,
    )
    session.models.delete_version(name, str(found.version), force=force)
    _tell_version(session, found, f"Version {found.version} of '{name}' is deleted.")


def _print_stage_at(session: Session, name: str, stage: str, at: str) -> None:
    answer = session.models.stage_at(name, stage, exact_moment(at))
    if session.output.as_json:
        session.output.document(stage_at_document(answer))
        return
    if not answer.versions:
        session.output.sentence(f"Nothing was in {answer.stage.value} at {local_time(answer.time)}.")
        return
    session.output.sentence(f"In {answer.stage.value} at {local_time(answer.time)}:")
    session.output.table(
        ("Version", "Since", "What", "Who", "Why"),
        [
            (one.version, table_time(one.since), one.operation.value.replace("_", " "), one.by, one.reason)
            for one in answer.versions
        ],
    )


def _print_version(session: Session, version: VersionDetailsResponse) -> None:
    if session.output.as_json:
        session.output.document(version_document(version))
        return
    session.output.fields(
        {
            "Name": version.name,
            "Version": version.version,
            "Label": version.label,
            "Stage": version.stage.value,
            "Since": local_time(version.since),
            "Moved by": version.by,
            "Reason": version.reason,
            "Aliases": ", ".join(version.aliases) or None,
            "Description": version.description,
            "Registered": local_time(version.creation_timestamp),
            "Registered by": version.user_id,
            "Status": version.status.value,
            "Path": version.model_path,
            "URI": version.model_uri,
            "Files": size(version.size_bytes),
            "Flavors": ", ".join(version.flavors) or None,
            "Run": version.run_id,
            "Run name": version.run_name,
            **_signature_fields(version),
        }
    )
    metrics = {key: float(value) for key, value in version.metrics.items()}
    print_metrics(session, metrics, _experiment_id(session, version))
    for title, pairs in (
        ("Params", version.params),
        ("Tags", {key: value for key, value in version.tags.items() if key != LABEL_TAG}),
    ):
        if pairs:
            session.output.heading(title)
            session.output.fields(pairs)


def _signature_fields(version: VersionDetailsResponse) -> dict[str, Cell]:
    """Return what goes into a model and comes out of it, each part as one line of JSON."""
    parts = (version.signature or {}).items()
    return {
        f"Signature, {part}": content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        for part, content in parts
        if content is not None
    }


def _experiment_id(session: Session, version: VersionDetailsResponse) -> str | None:
    if version.run_id is None:
        return None
    try:
        return session.runs.get(version.run_id).info.experiment_id
    except ResourceNotFound:
        # The run may be of another server.
        return None


def _tell_version(session: Session, version: VersionDetailsResponse, sentence: str) -> None:
    if session.output.as_json:
        session.output.document(version_document(version))
    else:
        session.output.sentence(sentence)


def _aliases_text(model: RegisteredModelMessage) -> str:
    return ", ".join(f"@{alias} = {version}" for alias, version in sorted(aliases(model).items()))


def _metrics_text(version: VersionDetailsResponse) -> str:
    shown = [f"{key} {number(float(value))}" for key, value in list(version.metrics.items())[:_MOST_METRICS]]
    rest = len(version.metrics) - len(shown)
    return ", ".join([*shown, *([f"{rest} more"] if rest else [])])


def _change_text(move: RegistryMoveMessage) -> str:
    if move.alias is None:
        before = "" if move.from_stage is None else f"{move.from_stage.value} "
        return f"{before}-> {'deleted' if move.to_stage is None else move.to_stage.value}"
    before = "" if move.from_version is None else f"{move.from_version} "
    return f"@{move.alias}: {before}-> {'nothing' if move.version is None else move.version}"
