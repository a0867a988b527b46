"""`trialog audit`."""

from pathlib import Path

import click

from trialog.cli.account_session import AccountSession, changes_accounts
from trialog.cli.opened_accounts import OpenedAccounts
from trialog.cli.output import table_time
from trialog.cli.times import beginning_of
from trialog.sdk.paging import collect
from trialog.wire.messages.audit import AuditRecordMessage, AuditRecordsResponse

_PAGE = 1000


@click.group()
def audit() -> None:
    """Read the record of who did what, when and from where."""


@audit.command("list")
@click.option("--actor", metavar="NAME", help="What one user did alone.")
@click.option("--operation", metavar="WORD", help="One kind of thing alone, such as delete_run.")
@click.option("--since", metavar="TIME", help="Not before this: 2026-01-31, or with a time.")
@click.option("--until", metavar="TIME", help="Before this.")
@click.option(
    "--max-results", type=click.IntRange(min=1), default=50, metavar="N", help="How many to show; [default: 50]."
)
@changes_accounts
def list_records(
    session: AccountSession,
    actor: str | None,
    operation: str | None,
    since: str | None,
    until: str | None,
    max_results: int,
) -> None:
    """List what was done, the latest first."""
    bounds = {name: None if text is None else beginning_of(text) for name, text in (("since", since), ("until", until))}

    def page(size: int, token: str | None) -> tuple[list[AuditRecordMessage], str | None]:
        answer = session.asked.call(
            "search_audit_records",
            AuditRecordsResponse,
            actor=actor,
            operation=operation,
            max_results=size,
            page_token=token,
            **bounds,
        )
        return answer.records, answer.next_page_token

    found = collect(page, max_results, page_size=_PAGE)
    if session.output.as_json:
        session.done("", found)
        return
    session.output.table(
        ("Time", "Who", "By", "From", "What", "On", "Status"),
        [
            (
                table_time(record.timestamp),
                record.actor,
                record.via,
                record.address,
                record.operation,
                record.resource,
                f"{record.status} {record.code}".rstrip() + (f" ({record.times} times)" if record.times > 1 else ""),
            )
            for record in found
        ],
        nothing="nothing was done",
    )


@audit.command("export")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Where to; standard output if not given.",
)
@changes_accounts
def export_records(session: AccountSession, output: Path | None) -> None:
    """Write the whole record as JSON lines, the oldest first."""
    if output is None:
        for piece in session.asked.download("export_audit_records"):
            click.echo(piece, nl=False)
        return
    try:
        # Never over what was exported before.
        file = output.open("xb")
    except OSError as error:
        raise click.FileError(str(output), error.strerror) from error
    with file:
        for piece in session.asked.download("export_audit_records"):
            file.write(piece)
    session.done(f"The record is in {output}.", {"path": str(output)})


@audit.command("prune")
@click.option(
    "--before",
    metavar="TIME",
    required=True,
    help="Remove what was recorded before this: 2026-01-31 (its midnight), or with a time.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@changes_accounts
def prune_records(session: AccountSession, before: str, yes: bool) -> None:
    """Remove old records for good, beside the store: name it by --backend-store-uri. That they were is recorded."""
    if not isinstance(session.asked, OpenedAccounts):
        raise click.UsageError(
            "No server removes records of what was done. Name its store: --backend-store-uri sqlite:///trialog.db."
        )
    moment = beginning_of(before)
    session.confirm(f"Remove for good all that was recorded before {table_time(moment)}?", is_answered=yes)
    removed = session.asked.prune_audit_records(moment)
    session.done(f"{removed} records were removed.", {"removed": removed})
