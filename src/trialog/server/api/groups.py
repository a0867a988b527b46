"""Answers requests about groups."""

from trialog.entities import Group
from trialog.entities.account_limits import folded_name
from trialog.errors import ResourceNotFound
from trialog.server.call import Call
from trialog.server.mlflow_api.roles import named_roles
from trialog.wire.account_conversions import group_message, role_message
from trialog.wire.messages.accounts import (
    AddGroupMember,
    AssignRoleToGroup,
    CreateGroup,
    DeleteGroup,
    GetGroup,
    GroupMessage,
    GroupResponse,
    GroupsResponse,
    ListGroups,
    RemoveGroupMember,
    UnassignRoleFromGroup,
)
from trialog.wire.messages.base import EmptyResponse


async def create_group(call: Call, request: CreateGroup) -> GroupMessage:
    """Make a group."""
    group = await call.administration.accounts.groups.create(request.name)
    return group_message(group)


async def list_groups(call: Call, _request: ListGroups) -> GroupsResponse:
    """List groups."""
    return GroupsResponse([group_message(group) for group in await call.administration.accounts.groups.all()])


async def get_group(call: Call, request: GetGroup) -> GroupResponse:
    """Read a group with its roles."""
    roles = await call.administration.accounts.roles.of_group(request.name)
    group = await _group(call, request.name)
    return GroupResponse(group.name, group.members, [role_message(role) for role in await named_roles(call, roles)])


async def delete_group(call: Call, request: DeleteGroup) -> EmptyResponse:
    """Remove a group."""
    await call.administration.accounts.groups.delete(request.name)
    return EmptyResponse()


async def add_group_member(call: Call, request: AddGroupMember) -> EmptyResponse:
    """Put a user into a group."""
    return await _set_membership(call, request, is_member=True)


async def remove_group_member(call: Call, request: RemoveGroupMember) -> EmptyResponse:
    """Take a user out of a group."""
    return await _set_membership(call, request, is_member=False)


async def assign_role_to_group(call: Call, request: AssignRoleToGroup) -> EmptyResponse:
    """Give a role to a group."""
    await call.administration.accounts.roles.assign(request.role_id, group=request.name)
    return EmptyResponse()


async def unassign_role_from_group(call: Call, request: UnassignRoleFromGroup) -> EmptyResponse:
    """Take a role from a group."""
    await call.administration.accounts.roles.unassign(request.role_id, group=request.name)
    return EmptyResponse()


async def _set_membership(call: Call, request: AddGroupMember | RemoveGroupMember, *, is_member: bool) -> EmptyResponse:
    await call.administration.accounts.groups.set_membership(request.name, request.username, is_member=is_member)
    return EmptyResponse()


async def _group(call: Call, name: str) -> Group:
    for group in await call.administration.accounts.groups.all():
        if folded_name(group.name) == folded_name(name):
            return group
    raise ResourceNotFound("group.not_found", "There is no group of this name.")
