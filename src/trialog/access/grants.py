"""Permissions put together so that asking for one takes the same time however many there are."""

from collections.abc import Callable, Iterable, Mapping

from trialog.entities import WILDCARD, Grants, PermissionLevel, ResourcePermission, ResourceType


def arrange(permissions: Mapping[str, Iterable[ResourcePermission]]) -> dict[str, dict[ResourceType, Grants]]:
    """Put together what somebody is permitted.

    Of several permissions with one pattern the greatest counts, unless one of them denies.

    Args:
        permissions: By workspace, as the store has them.
    """
    return {workspace: _by_type(items) for workspace, items in permissions.items()}


def _by_type(permissions: Iterable[ResourcePermission]) -> dict[ResourceType, Grants]:
    levels: dict[ResourceType, dict[str, PermissionLevel]] = {}
    for item in permissions:
        of_type = levels.setdefault(item.resource_type, {})
        known = of_type.get(item.resource_pattern)
        of_type[item.resource_pattern] = item.permission if known is None else _both(known, item.permission)
    return {
        resource_type: Grants(
            levels=of_type,
            denied=_named(of_type, lambda level: level is PermissionLevel.DENY),
            readable=_named(of_type, lambda level: level.rank >= PermissionLevel.READ.rank),
        )
        for resource_type, of_type in levels.items()
    }


def _both(one: PermissionLevel, other: PermissionLevel) -> PermissionLevel:
    if PermissionLevel.DENY in (one, other):
        return PermissionLevel.DENY
    return max(one, other, key=lambda level: level.rank)


def _named(levels: Mapping[str, PermissionLevel], is_meant: Callable[[PermissionLevel], bool]) -> frozenset[str]:
    return frozenset(pattern for pattern, level in levels.items() if pattern != WILDCARD and is_meant(level))
