"""May this be done with that account, role or grant: asked for the targets that are no things on the server."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from trialog.access import may, may_enter, may_manage_workspace, visibility
from trialog.entities import WILDCARD, Identity, PermissionLevel, ResourceType
from trialog.entities.account_limits import folded_name
from trialog.errors import ResourceNotFound
from trialog.server.access import Access
from trialog.wire.routes import Permission, Route, Target, TargetKind

_Rule: TypeAlias = Callable[[Identity, PermissionLevel, Any], Awaitable[bool]]

ACCOUNT_TARGETS: Final = frozenset(
    {
        TargetKind.USER,
        TargetKind.MEMBER,
        TargetKind.TOKEN,
        TargetKind.GROUP,
        TargetKind.ROLE,
        TargetKind.ROLE_PERMISSION,
        TargetKind.WORKSPACE,
        TargetKind.RESOURCE,
    }
)
"""What is asked here."""

_MAKING: Final = frozenset({TargetKind.NEW_EXPERIMENT, TargetKind.NEW_REGISTERED_MODEL})


def changes_accounts(route: Route) -> bool:
    """Tell whether a route may change who may do what, so that what is remembered of accounts is to be forgotten.

    Whatever takes MANAGE may: some of it gives or takes permissions, and what is removed takes them along.

    Args:
        route: The route.
    """
    return route.permission >= Permission.MANAGE and route.method != "GET" and not route.is_logging


def makes_something(route: Route) -> bool:
    """Tell whether a route makes a thing that who asks owns afterwards.

    Args:
        route: The route.
    """
    return any(target.kind in _MAKING for target in route.targets)


class AccountTargets:
    """Decides for everybody but the administrators, who may do everything.

    Args:
        access: Who may do what.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._rules: Mapping[TargetKind, _Rule] = {
            TargetKind.USER: self._is_herself,
            TargetKind.MEMBER: self._is_herself_or_led,
            TargetKind.TOKEN: self._is_in_scope,
            TargetKind.GROUP: self._is_for_nobody,
            TargetKind.ROLE: self._is_role_led_or_had,
            TargetKind.ROLE_PERMISSION: self._is_permission_led,
            TargetKind.WORKSPACE: self._is_workspace_led_or_entered,
        }

    async def permit(self, identity: Identity, target: Target, level: PermissionLevel, message: Struct | None) -> bool:
        """Say whether somebody may do something with what a request names.

        Args:
            identity: Who asks.
            target: What is named, and in which field.
            level: What it takes.
            message: The request.
        """
        if target.kind is TargetKind.RESOURCE:
            return await self._may_grant(identity, level, message)
        return await self._rules[target.kind](identity, level, getattr(message, target.field))

    async def _is_herself(self, identity: Identity, level: PermissionLevel, username: str) -> bool:
        is_she = folded_name(identity.actor) == folded_name(username)
        return identity.user_id is not None and is_she and await self._is_in_scope(identity, level, username)

    async def _is_herself_or_led(self, identity: Identity, level: PermissionLevel, username: str) -> bool:
        if may_manage_workspace(identity, self._access.workspace):
            return True
        return await self._is_herself(identity, level, username)

    async def _is_in_scope(self, identity: Identity, level: PermissionLevel, _name: str) -> bool:
        return identity.scope.rank >= level.rank

    async def _is_for_nobody(self, _identity: Identity, _level: PermissionLevel, _name: str) -> bool:
        return False

    async def _is_role_led_or_had(self, identity: Identity, level: PermissionLevel, role_id: int) -> bool:
        accounts = self._access.authenticator.accounts
        try:
            role = await accounts.roles.get(role_id)
            if may_manage_workspace(identity, role.workspace):
                return True
            is_read = level is PermissionLevel.READ and await self._is_in_scope(identity, level, role.name)
            return is_read and any(one.role_id == role_id for one in await accounts.roles.of_user(identity.actor))
        except ResourceNotFound:
            # Whoever may administer no role is not told which there are.
            return False

    async def _is_permission_led(self, identity: Identity, _level: PermissionLevel, permission_id: int) -> bool:
        try:
            role = await self._access.authenticator.accounts.roles.of_permission(permission_id)
        except ResourceNotFound:
            return False
        return may_manage_workspace(identity, role.workspace)

    async def _is_workspace_led_or_entered(self, identity: Identity, level: PermissionLevel, workspace: str) -> bool:
        if level is PermissionLevel.READ:
            return may_enter(identity, workspace) and await self._is_in_scope(identity, level, workspace)
        return may_manage_workspace(identity, workspace)

    async def _may_grant(self, identity: Identity, level: PermissionLevel, message: Any) -> bool:
        resource_type: ResourceType = message.resource_type
        name: str = message.resource_id
        if resource_type is ResourceType.WORKSPACE or name == WILDCARD:
            return may_manage_workspace(identity, self._access.workspace)
        found = await self._access.administration.names.find(resource_type, name)
        # Of what is not there nothing is said, so that it is refused, unless she manages all of its type.
        pattern = WILDCARD if found is None else found
        workspace, default = self._access.workspace, self._access.default_permission
        if found is None and not visibility(identity, workspace, resource_type, default=default).shows_all:
            # Not even then, if she is denied some: she could ask for their names.
            return False
        return may(identity, level, workspace, resource_type, pattern, default=default)
