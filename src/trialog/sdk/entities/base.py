"""What all that a client returns has in common."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct


class Entity(Struct, frozen=True):
    """Something that a client returns: its attributes are read and not set, and `dict(entity)` holds them by name."""

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for name in sorted(self.__struct_fields__):
            yield name, getattr(self, name)

    def to_dictionary(self) -> dict[str, Any]:
        """Return the attributes by name, with those of what it holds in dictionaries as well."""
        return {name: _plain(value) for name, value in self}


def _plain(value: object) -> object:
    if isinstance(value, Entity):
        return value.to_dictionary()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
