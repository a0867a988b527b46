"""Tags and params: text under a key."""

from msgspec import Struct

from trialog.entities.text import RequiredText


class Tag(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A note on a thing that may be overwritten.

    Args:
        key: Name of the tag.
        value: Its text.
    """

    key: RequiredText
    value: str = ""


class Param(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """An input of a run; once logged it never changes.

    Args:
        key: Name of the param.
        value: Its text.
    """

    key: RequiredText
    value: str = ""
