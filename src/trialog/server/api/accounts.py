"""Answers requests about who asks, users, tokens and logins."""

from trialog.access import may_administer
from trialog.entities import ApiToken, PermissionLevel
from trialog.entities.account_limits import folded_name
from trialog.errors import ResourceNotFound
from trialog.server.call import Call
from trialog.server.mlflow_api.permissions import permission_rows
from trialog.wire.account_conversions import account_message, token_message
from trialog.wire.messages.accounts import (
    AccountMessage,
    AccountsResponse,
    CreateAccount,
    CreateToken,
    DeleteToken,
    EndSessions,
    ListAccounts,
    ListAllTokens,
    ListTokens,
    NewTokenResponse,
    TokensResponse,
    UpdateAccount,
    WhoAmI,
    WhoAmIResponse,
)
from trialog.wire.messages.base import EmptyResponse, none_if_unset


async def who_am_i(call: Call, _request: WhoAmI) -> WhoAmIResponse:
    """Say who asks, and what she may do."""
    identity = call.identity
    has_accounts = call.guarded is not None
    groups: list[str] = []
    if has_accounts:
        groups = await call.administration.accounts.groups.of_user(call.actor)
    return WhoAmIResponse(
        username=call.actor,
        user_id=identity.user_id,
        is_admin=identity.is_admin,
        has_accounts=has_accounts,
        via=identity.via,
        scope=identity.scope,
        default_permission=call.default_permission if has_accounts else PermissionLevel.MANAGE,
        groups=groups,
        permissions=await permission_rows(call, call.actor) if has_accounts else [],
    )


async def end_sessions(call: Call, request: EndSessions) -> EmptyResponse:
    """End all logins of browsers of a user."""
    await call.administration.accounts.sessions.delete_of_user(request.username or call.actor)
    return EmptyResponse()


async def create_account(call: Call, request: CreateAccount) -> AccountMessage:
    """Make a user, an administrator or one without password too."""
    user = await call.administration.create_user(
        request.username,
        request.password,
        is_admin=request.is_admin,
        awaits_provider=request.from_provider,
        client=call.address,
    )
    return account_message(user)


async def update_account(call: Call, request: UpdateAccount) -> AccountMessage:
    """Let somebody of the identity provider become a user who is there already, or no longer."""
    accounts = call.administration.accounts
    await accounts.users.update(request.username, awaits_provider=request.from_provider)
    return account_message(await accounts.users.get(request.username))


async def list_accounts(call: Call, _request: ListAccounts) -> AccountsResponse:
    """List users."""
    return AccountsResponse([account_message(user) for user in await call.administration.accounts.users.all()])


async def create_token(call: Call, request: CreateToken) -> NewTokenResponse:
    """Make an API token and show its secret."""
    token, made = await call.administration.create_token(
        request.username or call.actor,
        request.name,
        none_if_unset(request.scope) or PermissionLevel.MANAGE,
        none_if_unset(request.expires_at),
        maker=call.identity,
    )
    return NewTokenResponse(token_message(token), made.text)


async def list_tokens(call: Call, request: ListTokens) -> TokensResponse:
    """List the tokens of one user."""
    return _tokens(await call.administration.accounts.tokens.of_user(request.username or call.actor))


async def list_all_tokens(call: Call, _request: ListAllTokens) -> TokensResponse:
    """List everybody's tokens."""
    return _tokens(await call.administration.accounts.tokens.all())


async def delete_token(call: Call, request: DeleteToken) -> EmptyResponse:
    """Revoke a token."""
    administration = call.administration
    found = await administration.accounts.tokens.find(request.token_id)
    is_own = found is not None and folded_name(found[0].username) == folded_name(call.actor)
    if not is_own and not may_administer(call.identity):
        # Whether it is somebody else's is nobody's business.
        raise ResourceNotFound("token.not_found", "There is no token of yours with this id.")
    await administration.accounts.tokens.delete(request.token_id)
    return EmptyResponse()


def _tokens(tokens: list[ApiToken]) -> TokensResponse:
    return TokensResponse([token_message(token) for token in tokens])
