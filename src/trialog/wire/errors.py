"""MLflow's error envelope."""

from msgspec import Struct

from trialog.errors import TrialogError


class ErrorMessage(Struct, frozen=True, omit_defaults=True):
    """What a refused request is answered with; clients of MLflow read the first two fields.

    Args:
        error_code: MLflow's name of the kind of fault.
        message: A sentence saying what was wrong, where, and what to do.
        code: Stable dotted name of the fault, by which a page finds the sentence in the reader's language.
        values: What the sentence speaks of, by name.
    """

    error_code: str
    message: str
    code: str
    values: dict[str, str | float | None] = {}


def error_message(error: TrialogError) -> ErrorMessage:
    """Return the envelope of an error."""
    return ErrorMessage(error.error_code, error.message, error.code, error.values)
