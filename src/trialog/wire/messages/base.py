"""What all messages have in common."""

from typing import Annotated, TypeVar

from msgspec import Meta, Struct, UnsetType

from trialog.entities.limits import MAX_PAGE_ITEMS

Value = TypeVar("Value")

PageSize = Annotated[int, Meta(ge=1, le=MAX_PAGE_ITEMS)]


class RequestMessage(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a client asks.

    A field with a default may be absent. Absent numbers, choices and truth values are `UNSET` rather than None,
    because a decoder that takes numbers written as text would read the text "null" as None.
    """


class ResponseMessage(Struct, frozen=True, omit_defaults=True):
    """What is answered; fields that equal their default are left out of the JSON."""


class EmptyRequest(RequestMessage, frozen=True):
    """A question without parameters."""


class EmptyResponse(ResponseMessage, frozen=True):
    """An answer that says no more than that it was done."""


def none_if_unset(value: Value | UnsetType) -> Value | None:
    """Return the value of an optional field, or None if the client left it out."""
    return None if isinstance(value, UnsetType) else value
