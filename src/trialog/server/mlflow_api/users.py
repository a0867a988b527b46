"""Answers requests about users."""

from trialog.access import may_administer, may_manage_workspace, with_name
from trialog.entities import User
from trialog.entities.account_limits import folded_name
from trialog.errors import InvalidParameter, Unauthenticated
from trialog.server.call import Call
from trialog.server.mlflow_api.roles import named_roles
from trialog.server.shown_names import shown_names
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
    user = await administration.accounts.users.get(request.username)
    direct = await administration.accounts.permissions.direct_of_user(user.username)
    said = [(workspace, one) for workspace, items in direct.items() for one in items]
    names = await shown_names(call, said)
    return UserResponse(user_message(user, [with_name(one, names) for _, one in said]))


async def get_current_user(call: Call, _request: GetCurrentUser) -> CurrentUserResponse:
    """Read who asks."""
    user = await call.administration.accounts.users.get(call.actor)
    return CurrentUserResponse(CurrentUserMessage(user.user_id, user.username, user.is_admin), user.has_password)


async def list_users(call: Call, _request: ListUsers) -> ListUsersResponse:
    """List users, each with the roles that who asks may see."""
    accounts = call.administration.accounts
    visible = [
        role
        for role in await accounts.roles.all()
        if may_administer(call.identity) or may_manage_workspace(call.identity, role.workspace)
    ]
    own = await accounts.roles.of_user(call.actor)
    shown = {role.role_id: role_message(role) for role in await named_roles(call, [*visible, *own])}
    places = {role.role_id: place for place, role in enumerate(visible)}
    assignments = await accounts.roles.assignments()

    def with_roles(user: User) -> UserWithRolesMessage:
        theirs = sorted(places.keys() & assignments.get(user.user_id, frozenset()), key=places.__getitem__)
        numbers = [role.role_id for role in own] if user.user_id == call.identity.user_id else theirs
        roles = [shown[number] for number in numbers]
        return UserWithRolesMessage(user.user_id, user.username, user.is_admin, roles)

    return ListUsersResponse([with_roles(user) for user in await accounts.users.all()])


async def update_user_password(call: Call, request: UpdateUserPassword) -> EmptyResponse:
    """Set a password; one's own takes the one till now."""
    if folded_name(request.username) == folded_name(call.actor):
        await _check_current_password(call, request)
    await call.administration.set_password(request.username, request.password, client=call.address)
    return EmptyResponse()


async def update_user_admin(call: Call, request: UpdateUserAdmin) -> EmptyResponse:
    """Make a user an administrator, or no longer one."""
    await call.administration.accounts.users.update(request.username, is_admin=request.is_admin)
    return EmptyResponse()


async def delete_user(call: Call, request: DeleteUser) -> EmptyResponse:
    """Remove a user."""
    if folded_name(request.username) == folded_name(call.actor):
        raise InvalidParameter(
            "user.deletes_herself",
            "Users cannot delete their own account, lest somebody lock herself out by a slip. Ask another"
            " administrator.",
        )
    await call.administration.accounts.users.delete(request.username)
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
