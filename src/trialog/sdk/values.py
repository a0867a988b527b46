"""What users log, made into what is kept: numbers of any library, params and tags of any type."""

from collections.abc import Mapping
from typing import SupportsIndex

from trialog.errors import InvalidParameter

_LONGEST_SHOWN = 100


def number_of(key: str, value: object) -> float:
    """Return the value of a metric as a double.

    Args:
        key: Name of the metric.
        value: A number, or an array or tensor that holds a single one.

    Raises:
        InvalidParameter: It is no number.
    """
    if isinstance(value, str | bytes):
        raise _no_number(key, value)
    try:
        return float(value)  # type: ignore[arg-type]  # numbers of other libraries say themselves what they are
    except OverflowError as error:
        raise _no_number(key, value) from error
    except (TypeError, ValueError, RuntimeError) as error:
        # An array of one number, a tensor that knows its history or lies on a graphics card.
        item = getattr(value, "item", None)
        if item is None:
            raise _no_number(key, value) from error
        try:
            return float(item())
        except (TypeError, ValueError, RuntimeError) as second:
            raise _no_number(key, value) from second


def step_of(key: str, step: object) -> int:
    """Return a step as an integer.

    Args:
        key: Name of the metric.
        step: A whole number of any type.

    Raises:
        InvalidParameter: It is no whole number.
    """
    if isinstance(step, SupportsIndex):
        return step.__index__()
    number = number_of(key, step)
    if not number.is_integer():
        raise InvalidParameter(
            "metric.wrong_step", f"The step of the metric {key!r} must be a whole number, not {_shown(step)}.", key=key
        )
    return int(number)


def text_of(what: str, key: str, value: object) -> str:
    """Return a param or a tag as the text that is kept of it.

    Args:
        what: `param` or `tag`.
        key: Its name.
        value: Anything.

    Raises:
        InvalidParameter: It has no text.
    """
    try:
        return str(value)
    except Exception as error:  # whatever the user's own __str__ raises
        raise InvalidParameter(
            "request.no_text", f"The {what} {key!r} cannot be logged: str() of it fails with {error!r}.", key=key
        ) from error


def checked_mapping(what: str, given: object) -> Mapping[str, object]:
    """Return what is logged together.

    Args:
        what: What it holds.
        given: A dictionary, or what was given in its place.

    Raises:
        InvalidParameter: It is none.
    """
    if not isinstance(given, Mapping):
        raise InvalidParameter(
            "request.wrong_type", f"{what} must be a dictionary, not {_shown(given)}.", parameter=what
        )
    return given


def _no_number(key: str, value: object) -> InvalidParameter:
    return InvalidParameter(
        "metric.no_number", f"The metric {key!r} must be a number, not {_shown(value)}.", key=str(key)[:300]
    )


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # whatever the user's own __repr__ raises
        text = "something"
    if len(text) > _LONGEST_SHOWN:
        text = text[:_LONGEST_SHOWN] + "…"
    return f"{text} of the type {type(value).__name__}"
