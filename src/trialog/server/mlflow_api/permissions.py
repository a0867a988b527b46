"""Answers requests about what users are permitted."""

from trialog.access import may_administer, may_manage_workspace, with_name
from trialog.entities import WILDCARD, PermissionLevel, ResourceType
from trialog.entities.account_limits import folded_name
from trialog.server.call import Call
from trialog.server.shown_names import shown_names
from trialog.wire.account_conversions import (
    experiment_permission_message,
    from_words_of_2x,
    registered_model_permission_message,
    user_permission_row,
)
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.permissions import (
    CreateExperimentPermission,
    CreateRegisteredModelPermission,
    DeleteExperimentPermission,
    DeleteRegisteredModelPermission,
    ExperimentPermissionResponse,
    GetExperimentPermission,
    GetRegisteredModelPermission,
    GetUserPermission,
    GrantUserPermission,
    ListCurrentUserPermissions,
    ListUserPermissions,
    RegisteredModelPermissionResponse,
    RevokeUserPermission,
    UpdateExperimentPermission,
    UpdateRegisteredModelPermission,
    UserPermissionResponse,
    UserPermissionRow,
    UserPermissionsResponse,
)

_EXPERIMENT = ResourceType.EXPERIMENT
_MODEL = ResourceType.REGISTERED_MODEL


async def list_current_user_permissions(call: Call, _request: ListCurrentUserPermissions) -> UserPermissionsResponse:
    """List what who asks is permitted."""
    return UserPermissionsResponse(call.identity.is_admin, await permission_rows(call, call.actor))


async def list_user_permissions(call: Call, request: ListUserPermissions) -> UserPermissionsResponse:
    """List what a user is permitted, as far as who asks may see it."""
    user = await call.administration.accounts.users.get(request.username)
    rows = await permission_rows(call, request.username)
    if not may_administer(call.identity) and folded_name(request.username) != folded_name(call.actor):
        rows = [row for row in rows if may_manage_workspace(call.identity, row.workspace)]
    return UserPermissionsResponse(user.is_admin, rows)


async def get_user_permission(call: Call, request: GetUserPermission) -> UserPermissionResponse:
    """Read what a user may do with something in the end."""
    level = await call.administration.effective(
        request.username, request.resource_type, request.resource_id, default=call.default_permission
    )
    if level is not PermissionLevel.NO_PERMISSIONS and not await _may_know(call, request):
        level = PermissionLevel.NO_PERMISSIONS
    return UserPermissionResponse(level.rank >= PermissionLevel.USE.rank, level)


async def grant_user_permission(call: Call, request: GrantUserPermission) -> EmptyResponse:
    """Permit something to one user by herself, who was permitted nothing there so."""
    await call.administration.grant(
        request.username, request.resource_type, request.resource_id, request.permission, is_new=True
    )
    return EmptyResponse()


async def revoke_user_permission(call: Call, request: RevokeUserPermission) -> EmptyResponse:
    """Take back what was permitted to one user by herself."""
    await call.administration.revoke(request.username, request.resource_type, request.resource_id)
    return EmptyResponse()


async def create_experiment_permission(call: Call, request: CreateExperimentPermission) -> ExperimentPermissionResponse:
    """Permit something on an experiment."""
    level = from_words_of_2x(request.permission)
    await call.administration.grant(request.username, _EXPERIMENT, request.experiment_id, level, is_new=True)
    return await _experiment_permission(call, request.experiment_id, request.username, level)


async def get_experiment_permission(call: Call, request: GetExperimentPermission) -> ExperimentPermissionResponse:
    """Read what one user is permitted on an experiment."""
    level = await call.administration.granted(request.username, _EXPERIMENT, request.experiment_id)
    return await _experiment_permission(call, request.experiment_id, request.username, level)


async def update_experiment_permission(call: Call, request: UpdateExperimentPermission) -> EmptyResponse:
    """Change what one user is permitted on an experiment."""
    level = from_words_of_2x(request.permission)
    await call.administration.grant(request.username, _EXPERIMENT, request.experiment_id, level, is_new=False)
    return EmptyResponse()


async def delete_experiment_permission(call: Call, request: DeleteExperimentPermission) -> EmptyResponse:
    """Take back what one user was permitted on an experiment."""
    await call.administration.revoke(request.username, _EXPERIMENT, request.experiment_id)
    return EmptyResponse()


async def create_registered_model_permission(
    call: Call, request: CreateRegisteredModelPermission
) -> RegisteredModelPermissionResponse:
    """Permit something on a registered model."""
    level = from_words_of_2x(request.permission)
    await call.administration.grant(request.username, _MODEL, request.name, level, is_new=True)
    return await _model_permission(call, request.name, request.username, level)


async def get_registered_model_permission(
    call: Call, request: GetRegisteredModelPermission
) -> RegisteredModelPermissionResponse:
    """Read what one user is permitted on a registered model."""
    level = await call.administration.granted(request.username, _MODEL, request.name)
    return await _model_permission(call, request.name, request.username, level)


async def update_registered_model_permission(call: Call, request: UpdateRegisteredModelPermission) -> EmptyResponse:
    """Change what one user is permitted on a registered model."""
    level = from_words_of_2x(request.permission)
    await call.administration.grant(request.username, _MODEL, request.name, level, is_new=False)
    return EmptyResponse()


async def delete_registered_model_permission(call: Call, request: DeleteRegisteredModelPermission) -> EmptyResponse:
    """Take back what one user was permitted on a registered model."""
    await call.administration.revoke(request.username, _MODEL, request.name)
    return EmptyResponse()


async def permission_rows(call: Call, username: str) -> list[UserPermissionRow]:
    """Return all that a user is permitted, by herself, by her roles and by those of her groups.

    Args:
        call: Knows where accounts are.
        username: Who.
    """
    user = await call.administration.accounts.users.get(username)
    held = await call.administration.held_by(username)
    names = await shown_names(call, [(one.workspace, one.permission) for one in held])
    return [
        user_permission_row(user.user_id, one.workspace, with_name(one.permission, names), one.role) for one in held
    ]


async def _may_know(call: Call, request: GetUserPermission) -> bool:
    """Tell whether who asks may learn what is permitted on a thing: of what she may not read, not if it is there."""
    visible = call.visible(request.resource_type)
    if visible is None or visible.shows_all or request.resource_id == WILDCARD:
        return True
    found = await call.administration.names.find(request.resource_type, request.resource_id)
    return found is not None and visible.shows(found)


async def _experiment_permission(
    call: Call, experiment_id: str, username: str, level: PermissionLevel
) -> ExperimentPermissionResponse:
    user = await call.administration.accounts.users.get(username)
    return ExperimentPermissionResponse(experiment_permission_message(experiment_id, user, level))


async def _model_permission(
    call: Call, name: str, username: str, level: PermissionLevel
) -> RegisteredModelPermissionResponse:
    user = await call.administration.accounts.users.get(username)
    return RegisteredModelPermissionResponse(registered_model_permission_message(name, user, level))
