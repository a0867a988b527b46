"""`trialog tokens`."""

import click

from trialog.cli.account_session import AccountSession, changes_accounts
from trialog.cli.output import table_time
from trialog.entities import PermissionLevel
from trialog.entities.clock import now_milliseconds
from trialog.retention import parse_age
from trialog.wire.messages.accounts import NewTokenResponse, TokensResponse
from trialog.wire.messages.base import EmptyResponse


@click.group()
def tokens() -> None:
    """Make API tokens for programs, list and revoke them."""


@tokens.command("list")
@click.option("--user", "username", metavar="NAME", help="Whose; yours if not given.")
@click.option("--all", "everybody", is_flag=True, help="Everybody's.")
@changes_accounts
def list_tokens(session: AccountSession, username: str | None, everybody: bool) -> None:
    """List tokens, the newest first."""
    if everybody and username is not None:
        raise click.UsageError("Give --user or --all, not both.")
    if everybody or (username is None and not session.is_server):
        found = session.asked.call("list_all_tokens", TokensResponse)
    else:
        found = session.asked.call("list_tokens", TokensResponse, username=username)
    if session.output.as_json:
        session.done("", found.tokens)
        return
    session.output.table(
        ("Id", "User", "Name", "Scope", "Made", "Expires", "Last used"),
        [
            (
                token.token_id,
                token.username,
                token.name,
                token.scope.value,
                table_time(token.created_at),
                table_time(token.expires_at) or "never",
                table_time(token.last_used_at) or "never",
            )
            for token in found.tokens
        ],
        nothing="no tokens",
    )


@tokens.command("create")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(["READ", "EDIT", "MANAGE"], case_sensitive=False),
    default="MANAGE",
    help="At most this, of what the user may do; [default: MANAGE, all of it].",
)
@click.option(
    "--expires", metavar="AGE", help="After what time it ends to count, such as 90d or 12h; [default: never]."
)
@click.option("--user", "username", metavar="NAME", help="For whom it acts; you if not given.")
@changes_accounts
def create_token(session: AccountSession, name: str, scope: str, expires: str | None, username: str | None) -> None:
    """Make a token. Its secret is printed once and can never be shown again."""
    if username is None and not session.is_server:
        raise click.UsageError("Say for whom it acts with --user.")
    expires_at = None if expires is None else now_milliseconds() + parse_age(expires) * 1000
    made = session.asked.call(
        "create_token",
        NewTokenResponse,
        name=name,
        scope=PermissionLevel(scope),
        expires_at=expires_at,
        username=username,
    )
    if not session.output.as_json:
        session.output.note(
            f"Token {made.token.token_id} acts for {made.token.username}. Keep its secret now, for nobody can show it"
            " again; clients take it from MLFLOW_TRACKING_TOKEN."
        )
    session.done(made.secret, made)


@tokens.command("delete")
@click.argument("token_id")
@changes_accounts
def delete_token(session: AccountSession, token_id: str) -> None:
    """Revoke a token."""
    session.asked.call("delete_token", EmptyResponse, token_id=token_id)
    session.done(f"The token {token_id} counts no more.")
