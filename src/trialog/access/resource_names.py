"""What permissions are about, as people name it: experiments by id, registered models by name.

Permissions are kept of registered models by number, so that they follow a model that is renamed and never fall to
another that takes its name.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from trialog.contracts.resources import ResourceStore
from trialog.entities import WILDCARD, ResourcePermission, ResourceType
from trialog.entities.limits import parse_experiment_id
from trialog.errors import InvalidParameter, ResourceNotFound


class ResourceNames:
    """Finds what is meant, and says what is kept.

    Args:
        resources: Knows which things there are.
    """

    def __init__(self, resources: ResourceStore) -> None:
        self._resources = resources

    async def pattern(self, resource_type: ResourceType, name: str) -> str:
        """Return how permissions speak of a thing.

        Args:
            resource_type: What it is.
            name: Id of an experiment, name of a registered model, or `WILDCARD`.

        Raises:
            ResourceNotFound: There is no such thing.
        """
        if name == WILDCARD or resource_type is ResourceType.WORKSPACE:
            return name
        found = await self.find(resource_type, name)
        if found is None:
            noun = resource_type.value.replace("_", " ")
            raise ResourceNotFound("permission.no_resource", f"There is no {noun} {name[:200]!r}.", name=name[:200])
        return found

    async def find(self, resource_type: ResourceType, name: str) -> str | None:
        """Return how permissions speak of one thing; None if it is not there.

        Args:
            resource_type: What it is.
            name: Id of an experiment, or name of a registered model.
        """
        if resource_type is ResourceType.REGISTERED_MODEL:
            return (await self._resources.registered_models([name])).get(name)
        if resource_type is ResourceType.WORKSPACE:
            return None
        try:
            experiment_id = str(parse_experiment_id(name))
        except InvalidParameter:
            # What is no id is not there.
            return None
        return experiment_id if await self._resources.experiments([experiment_id]) else None

    async def named(self, permissions: Iterable[ResourcePermission]) -> list[ResourcePermission]:
        """Return permissions with names of registered models in place of their numbers.

        Args:
            permissions: As they are kept.
        """
        given = list(permissions)
        names = await self.names(given)
        return [with_name(permission, names) for permission in given]

    async def names(self, permissions: Iterable[ResourcePermission]) -> dict[str, str]:
        """Return the names of the registered models that permissions speak of, by number.

        Args:
            permissions: As they are kept.
        """
        numbers = {
            permission.resource_pattern
            for permission in permissions
            if permission.resource_type is ResourceType.REGISTERED_MODEL and permission.resource_pattern != WILDCARD
        }
        return await self._resources.names_of_registered_models(sorted(numbers)) if numbers else {}


def with_name(permission: ResourcePermission, names: Mapping[str, str]) -> ResourcePermission:
    """Return a permission with the name of its registered model in place of the number.

    Args:
        permission: As it is kept.
        names: Names by number; one that is not among them was removed a moment ago, and stays a number.
    """
    if permission.resource_type is not ResourceType.REGISTERED_MODEL:
        return permission
    pattern = permission.resource_pattern
    return replace(permission, resource_pattern=names.get(pattern, pattern))
