"""Which lifecycle stages a search looks at, by MLflow's numbers."""

from enum import IntEnum
from typing import Self

from trialog.entities import ViewType as StoredViewType
from trialog.errors import InvalidParameter


class ViewType(IntEnum):
    """Active things, those in the bin, or both."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    @classmethod
    def from_string(cls, view_str: str) -> Self:
        """Return the view that a text such as `active_only` names, in any case of letters.

        Args:
            view_str: The text.

        Raises:
            InvalidParameter: It names none (`view_type.unknown`).
        """
        try:
            return cls[view_str.upper()]
        except KeyError as error:
            raise _unknown(view_str) from error

    @classmethod
    def to_string(cls, view_type: int) -> str:
        """Return the text that names a view.

        Args:
            view_type: The view, or its number.

        Raises:
            InvalidParameter: No view has the number (`view_type.unknown`).
        """
        try:
            return cls(view_type).name.lower()
        except ValueError as error:
            raise _unknown(view_type) from error


def stored_view(view_type: int | str) -> StoredViewType:
    """Return a view as requests name it.

    Args:
        view_type: A view, its number or its name.

    Raises:
        InvalidParameter: It is none (`view_type.unknown`).
    """
    text = view_type if isinstance(view_type, str) else ViewType.to_string(view_type)
    return StoredViewType(ViewType.from_string(text).name)


def _unknown(said: object) -> InvalidParameter:
    return InvalidParameter(
        "view_type.unknown",
        f"{str(said)[:100]!r} is no view. Say ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY or ViewType.ALL.",
    )
