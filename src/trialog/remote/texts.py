"""Texts within MLflow's language of filters."""

from trialog.errors import InvalidParameter


def quoted_text(text: str) -> str:
    """Return a text as a value of a filter.

    Args:
        text: The text.

    Raises:
        InvalidParameter: The language has no way to write it (`remote.unspeakable_name`).
    """
    for quote in ("'", '"'):
        if quote not in text:
            return f"{quote}{text}{quote}"
    raise _unspeakable(text)


def quoted_key(key: str) -> str:
    """Return the name of a metric, param or tag as filters and orders have it.

    Args:
        key: The name.

    Raises:
        InvalidParameter: The language has no way to write it (`remote.unspeakable_name`).
    """
    for quote in ("`", '"'):
        if quote not in key:
            return f"{quote}{key}{quote}"
    raise _unspeakable(key)


def name_filter(search: str) -> str | None:
    """Return the filter that finds names which hold a text; None if the other server may find too few by one.

    Args:
        search: The text. Its `%` and `_` stand for other characters too, so that more may be found.
    """
    if not search.isascii():
        # Beyond ASCII, databases of MLflow do not know which letters are the same.
        return None
    try:
        return f"name ILIKE {quoted_text(f'%{search}%')}" if search else None
    except InvalidParameter:
        return None


def _unspeakable(text: str) -> InvalidParameter:
    return InvalidParameter(
        "remote.unspeakable_name",
        f"The other server cannot be asked about {text[:100]!r}: its filters have no way to write a text with several"
        " kinds of quotation marks in it.",
        name=text[:100],
    )
