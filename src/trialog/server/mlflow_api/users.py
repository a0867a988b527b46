"""Answers requests about users."""

from trialog.access import may_administer, may_manage_workspace
from trialog.entities import User
from trialog.entities.account_limits import folded_name
from trialog.errors import InvalidParameter, Unauthenticated
from trialog.server.call import Call
from trialog.server.mlflow_api.roles import named_roles
from trialog.wire.account_conversions import role_message, user_message
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.users import (
    CreateUser,
    CurrentUserMessage,
    CurrentUserResponse,
    DeleteUser,
    GetCurrentUser,
    GetUser,
    ListUsers,
    ListUsersResponse,
    UpdateUserAdmin,
    UpdateUserPassword,
    UserResponse,
    UserWithRolesMessage,
)


async def create_user(call: Call, request: CreateUser) -> UserResponse:
    """Make a user."""
    user = await call.administration.create_user(request.username, request.password, client=call.address)
    return UserResponse(user_message(user, []))


async def get_user(call: Call, request: GetUser) -> UserResponse:
    """Read a user."""
    administration = call.administration
    user = await administration.accounts.get_user(request.username)
    direct = await administration.accounts.direct_permissions_of_user(user.username)
    said = await administration.names.named(one for items in direct.values() for one in items)
    return UserResponse(user_message(user, said))


async def get_current_user(call: Call, _request: GetCurrentUser) -> CurrentUserResponse:
    """Read who asks."""
    user = await call.administration.accounts.get_user(call.actor)
    return CurrentUserResponse(CurrentUserMessage(user.user_id, user.username, user.is_admin), user.has_password)


async def list_users(call: Call, _request: ListUsers) -> ListUsersResponse:
    """List users, each with the roles that who asks may see."""
    accounts = call.administration.accounts
    has_role: dict[int, set[int]] = {}
    visible = await named_roles(
        call,
        [
            role
            for role in await accounts.list_roles()
            if may_administer(call.identity) or may_manage_workspace(call.identity, role.workspace)
        ],
    )
    for role in visible:
        for user in await accounts.users_of_role(role.role_id):
            has_role.setdefault(user.user_id, set()).add(role.role_id)
    own = await named_roles(call, await accounts.roles_of_user(call.actor))

    def with_roles(user: User) -> UserWithRolesMessage:
        theirs = [role for role in visible if role.role_id in has_role.get(user.user_id, ())]
        roles = own if user.user_id == call.identity.user_id else theirs
        return UserWithRolesMessage(user.user_id, user.username, user.is_admin, [role_message(role) for role in roles])

    return ListUsersResponse([with_roles(user) for user in await accounts.list_users()])


async def update_user_password(call: Call, request: UpdateUserPassword) -> EmptyResponse:
    """Set a password; one's own takes the one till now."""
    administration = call.administration
    if folded_name(request.username) == folded_name(call.actor):
        await _check_current_password(call, request)
    await administration.set_password(request.username, request.password, client=call.address)
    return EmptyResponse()


async def update_user_admin(call: Call, request: UpdateUserAdmin) -> EmptyResponse:
    """Make a user an administrator, or no longer one."""
    administration = call.administration
    await administration.accounts.update_user(request.username, is_admin=request.is_admin)
    administration.changed()
    return EmptyResponse()


async def delete_user(call: Call, request: DeleteUser) -> EmptyResponse:
    """Remove a user."""
    administration = call.administration
    if folded_name(request.username) == folded_name(call.actor):
        raise InvalidParameter(
            "user.deletes_herself",
            "Users cannot delete their own account, lest somebody lock herself out by a slip. Ask another"
            " administrator.",
        )
    await administration.accounts.delete_user(request.username)
    administration.changed()
    return EmptyResponse()


async def _check_current_password(call: Call, request: UpdateUserPassword) -> None:
    """Refuse who does not know the password till now: what she came in with may be somebody else's find."""
    if not request.current_password:
        raise InvalidParameter(
            "password.current_missing",
            "Current password is required when changing your own password: say it as 'current_password'.",
            parameter="current_password",
        )
    try:
        # As if she logged in: guesses count like those at the door.
        await call.access.authenticator.by_password(call.actor, request.current_password, call.address)
    except Unauthenticated as error:
        raise InvalidParameter(
            "password.current_wrong", "Current password does not match.", parameter="current_password"
        ) from error
    if request.password == request.current_password:
        raise InvalidParameter(
            "password.unchanged", "New password must differ from the current password.", parameter="password"
        )
