"""MLflow's error envelope."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from trialog.errors import TrialogError

HTTP_STATUS_BY_ERROR_CODE: Mapping[str, int] = MappingProxyType(
    {
        "BAD_REQUEST": 400,
        "INVALID_PARAMETER_VALUE": 400,
        "RESOURCE_ALREADY_EXISTS": 400,
        "CUSTOMER_UNAUTHORIZED": 401,
        "UNAUTHENTICATED": 401,
        "PERMISSION_DENIED": 403,
        "ENDPOINT_NOT_FOUND": 404,
        "NOT_FOUND": 404,
        "RESOURCE_DOES_NOT_EXIST": 404,
        "ABORTED": 409,
        "ALREADY_EXISTS": 409,
        "RESOURCE_CONFLICT": 409,
        "REQUEST_LIMIT_EXCEEDED": 429,
        "RESOURCE_EXHAUSTED": 429,
        "CANCELLED": 499,
        "DATA_LOSS": 500,
        "INTERNAL_ERROR": 500,
        "INVALID_STATE": 500,
        "NOT_IMPLEMENTED": 501,
        "TEMPORARILY_UNAVAILABLE": 503,
        "DEADLINE_EXCEEDED": 504,
    }
)


class ErrorMessage(Struct, frozen=True, omit_defaults=True):
    """What a refused request is answered with; clients of MLflow read the first two fields.

    Args:
        error_code: MLflow's name of the kind of fault; it decides the HTTP status.
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
