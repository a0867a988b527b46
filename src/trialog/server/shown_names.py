"""Names of registered models in answers about permissions: shown to who may read the model, else there is its number.

Whoever is denied a model, or may not read it any more, would follow it by its name through every renaming.
"""

from collections.abc import Iterable

from trialog.access import may_administer, visibility
from trialog.entities import ResourcePermission, ResourceType
from trialog.server.call import Call


async def shown_names(call: Call, permissions: Iterable[tuple[str, ResourcePermission]]) -> dict[str, str]:
    """Return the names of the registered models that permissions speak of, by number, as far as who asks may know them.

    Args:
        call: Knows who asks.
        permissions: As they are kept, each with its workspace.
    """
    if may_administer(call.identity):
        return await call.administration.names.names(one for _, one in permissions)
    readable = [one for workspace, one in permissions if _may_read(call, workspace, one)]
    return await call.administration.names.names(readable)


def _may_read(call: Call, workspace: str, permission: ResourcePermission) -> bool:
    if permission.resource_type is not ResourceType.REGISTERED_MODEL:
        return False
    visible = visibility(call.identity, workspace, ResourceType.REGISTERED_MODEL, default=call.default_permission)
    return visible.shows(permission.resource_pattern)
