"""The decision: may this identity do this with that. All of it, and nothing but it.

What is asked for is refused unless something says yes. An administrator may do everything. For everybody else a DENY,
on the resource or on all of its type, beats whatever else is said; then the greatest counts of what is said of the
resource, of all of its type, of managing the workspace, and of the server's default for members of the workspace. What
a token may do is at most its scope, whoever's it is.
"""

from typing import Final

from trialog.entities import (
    DEFAULT_WORKSPACE,
    WILDCARD,
    Grants,
    Identity,
    PermissionLevel,
    ResourceType,
    Visibility,
)

# To ask a level itself takes longer than all the rest of a decision.
_RANKS: Final = {level: level.rank for level in PermissionLevel}
_READ_RANK: Final = _RANKS[PermissionLevel.READ]
_NOTHING_SAID: Final = Grants()
_ALL_VISIBLE: Final = Visibility()
_NONE_VISIBLE: Final = Visibility(is_default_visible=False)


def permission_on(
    identity: Identity, workspace: str, resource_type: ResourceType, resource_id: str, *, default: PermissionLevel
) -> PermissionLevel:
    """Return what somebody may do with a resource.

    Args:
        identity: Who asks.
        workspace: Where the resource is.
        resource_type: Of what type it is.
        resource_id: Which it is; `WILDCARD` for one of which nothing is said by itself, such as one that is not there.
        default: What members of the workspace may do with resources by the server's settings.
    """
    if identity.is_admin:
        return _capped(PermissionLevel.MANAGE, identity.scope)
    levels = _said(identity, workspace, resource_type).levels
    membership = workspace_permission(identity, workspace)
    on_it, on_all = levels.get(resource_id), levels.get(WILDCARD)
    if PermissionLevel.DENY in (on_it, on_all, membership):
        return PermissionLevel.DENY
    greatest = PermissionLevel.NO_PERMISSIONS
    for level in (on_it, on_all, default if membership is PermissionLevel.USE else membership):
        if level is not None and _RANKS[level] > _RANKS[greatest]:
            greatest = level
    return greatest if identity.scope is PermissionLevel.MANAGE else _capped(greatest, identity.scope)


def may(
    identity: Identity,
    level: PermissionLevel,
    workspace: str,
    resource_type: ResourceType,
    resource_id: str,
    *,
    default: PermissionLevel,
) -> bool:
    """Say whether somebody may do something with a resource.

    Args:
        identity: Who asks.
        level: What it takes: READ, USE, EDIT or MANAGE.
        workspace: Where the resource is.
        resource_type: Of what type it is.
        resource_id: Which it is.
        default: As for `permission_on`.
    """
    permitted = permission_on(identity, workspace, resource_type, resource_id, default=default)
    # Nothing takes less than READ, so that no slip in a table of routes permits what is denied.
    return _RANKS[permitted] >= max(_RANKS[level], _READ_RANK)


def visibility(
    identity: Identity, workspace: str, resource_type: ResourceType, *, default: PermissionLevel
) -> Visibility:
    """Return which resources of a type somebody may read: those for which `permission_on` says READ or more.

    Args:
        identity: Who asks.
        workspace: Where the resources are.
        resource_type: Of what type they are.
        default: As for `permission_on`.
    """
    if identity.is_admin:
        return _ALL_VISIBLE if may_read(identity.scope) else _NONE_VISIBLE
    unnamed = permission_on(identity, workspace, resource_type, WILDCARD, default=default)
    grants = _said(identity, workspace, resource_type)
    if may_read(unnamed):
        return Visibility(is_default_visible=True, exceptions=grants.denied) if grants.denied else _ALL_VISIBLE
    if unnamed is PermissionLevel.DENY or not grants.readable or not may_read(identity.scope):
        return _NONE_VISIBLE
    return Visibility(is_default_visible=False, exceptions=grants.readable)


def workspace_permission(identity: Identity, workspace: str) -> PermissionLevel:
    """Return what somebody may do in a workspace: USE for a member, MANAGE for who administers it.

    A token's scope is left out: it caps what is permitted on resources, not who is a member.

    Args:
        identity: Who asks.
        workspace: Where.
    """
    if identity.is_admin:
        return PermissionLevel.MANAGE
    if identity.user_id is None:
        return PermissionLevel.NO_PERMISSIONS
    said = _said(identity, workspace, ResourceType.WORKSPACE)
    level = said.levels.get(WILDCARD, PermissionLevel.NO_PERMISSIONS)
    if level is PermissionLevel.DENY or level is PermissionLevel.MANAGE:
        return level
    # Less than USE makes nobody a member.
    is_member = workspace == DEFAULT_WORKSPACE or _RANKS[level] >= _RANKS[PermissionLevel.USE]
    return PermissionLevel.USE if is_member else PermissionLevel.NO_PERMISSIONS


def may_create(identity: Identity, workspace: str) -> bool:
    """Say whether somebody may make things in a workspace: members may, but with no token that only reads.

    Args:
        identity: Who asks.
        workspace: Where.
    """
    is_member = workspace_permission(identity, workspace).rank >= PermissionLevel.USE.rank
    return is_member and identity.scope.rank >= PermissionLevel.EDIT.rank


def may_manage_workspace(identity: Identity, workspace: str) -> bool:
    """Say whether somebody may administer the roles of a workspace.

    Args:
        identity: Who asks.
        workspace: Which.
    """
    return (
        workspace_permission(identity, workspace) is PermissionLevel.MANAGE and identity.scope is PermissionLevel.MANAGE
    )


def may_enter(identity: Identity, workspace: str) -> bool:
    """Say whether somebody is told that a workspace is there: its members are, and who is permitted anything in it.

    Args:
        identity: Who asks.
        workspace: Which.
    """
    level = workspace_permission(identity, workspace)
    if level is PermissionLevel.DENY:
        return False
    return level.rank >= PermissionLevel.USE.rank or bool(identity.permissions.get(workspace))


def may_administer(identity: Identity) -> bool:
    """Say whether somebody may administer the server: users, groups, the record of what was done.

    Args:
        identity: Who asks.
    """
    return identity.is_admin and identity.scope is PermissionLevel.MANAGE


def may_read(level: PermissionLevel) -> bool:
    """Say whether a level permits to read."""
    return _RANKS[level] >= _READ_RANK


def _said(identity: Identity, workspace: str, resource_type: ResourceType) -> Grants:
    of_workspace = identity.permissions.get(workspace)
    return _NOTHING_SAID if of_workspace is None else of_workspace.get(resource_type, _NOTHING_SAID)


def _capped(level: PermissionLevel, scope: PermissionLevel) -> PermissionLevel:
    return level if _RANKS[level] <= _RANKS[scope] else scope
