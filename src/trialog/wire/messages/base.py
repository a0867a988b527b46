"""What all messages have in common."""

from typing import Annotated, TypeVar

from msgspec import Meta, Struct, UnsetType

from trialog.entities.limits import MAX_PAGE_ITEMS, MAX_SEARCH_LENGTH

Value = TypeVar("Value")

PageSize = Annotated[int, Meta(ge=1, le=MAX_PAGE_ITEMS)]

SearchText = Annotated[str, Meta(max_length=MAX_SEARCH_LENGTH)]
"""What is looked for in names."""


class RequestMessage(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a client asks.

    A field with a default may be absent. Absent numbers, choices and truth values are `UNSET` rather than None,
    because a decoder that takes numbers written as text would read the text "null" as None.
    """


class StrictRequestMessage(RequestMessage, frozen=True):
    """What a client asks of Trialog's own API, where a field that is not known is refused.

    MLflow's requests may hold such fields, for clients of other releases send them. Here it can only be a slip, and
    what it should have said would be lost: the reason of a promotion for ever.
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
