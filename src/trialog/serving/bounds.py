"""How wide a table may be that comes with a request: what is short in a body can be endless as a table."""

from collections.abc import Iterable, Sized
from typing import Final

from trialog.errors import UnreadableInput

# Each column costs a thousand times what its name does in the body, and some ways to it the square of their number.
_MOST_COLUMNS: Final = 10_000
# Rows of which each has names of its own make a table of their product.
MOST_VALUES: Final = 20_000_000
_LONGEST_FAULT: Final = 300


def check_width(columns: int, known: int) -> None:
    """Refuse a table that has far more columns than the model knows.

    Args:
        columns: How many it has.
        known: How many the signature names; 0 if it names none.

    Raises:
        UnreadableInput: It has (`input.frame_invalid`).
    """
    most = max(_MOST_COLUMNS, 2 * known)
    if columns > most:
        raise UnreadableInput(
            "input.frame_invalid",
            f"The data have {columns} columns, but at most {most} are read here; the signature has {known}.",
        )


def check_records(rows: Iterable[Sized], columns: int) -> None:
    """Refuse rows that name few columns each and make a huge table together.

    Args:
        rows: The rows.
        columns: How many columns they name in all.

    Raises:
        UnreadableInput: They do (`input.frame_invalid`).
    """
    sizes = [len(row) for row in rows]
    if len(sizes) * columns > max(MOST_VALUES, 2 * sum(sizes)):
        raise UnreadableInput(
            "input.frame_invalid",
            f"The {len(sizes)} rows have {columns} different names, few of them each: too large a table.",
        )


def fault_of(error: Exception) -> str:
    """Return what an error of a library says, which may repeat all that it was given.

    Args:
        error: The error.
    """
    text = str(error).rstrip(".")
    return text if len(text) <= _LONGEST_FAULT else f"{text[:_LONGEST_FAULT]}..."
