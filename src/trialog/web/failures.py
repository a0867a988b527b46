"""From an error to its answer: MLflow's envelope, and the HTTP status, decided here and nowhere else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialog.errors import (
    MethodNotAllowed,
    RangeNotSatisfiable,
    RequestTooLarge,
    TooManyRequests,
    TrialogError,
    Unauthenticated,
)
from trialog.web.response import Response, json_response
from trialog.wire.errors import ErrorMessage, error_message

_STATUS_BY_ERROR_CODE: Final[Mapping[str, int]] = MappingProxyType(
    {
        "BAD_REQUEST": 400,
        "INVALID_PARAMETER_VALUE": 400,
        "RESOURCE_ALREADY_EXISTS": 400,
        "UNAUTHENTICATED": 401,
        "PERMISSION_DENIED": 403,
        "ENDPOINT_NOT_FOUND": 404,
        "RESOURCE_DOES_NOT_EXIST": 404,
        "RESOURCE_CONFLICT": 409,
        "REQUEST_LIMIT_EXCEEDED": 429,
        "DATA_LOSS": 500,
        "INTERNAL_ERROR": 500,
        "INVALID_STATE": 500,
        "NOT_IMPLEMENTED": 501,
        "TEMPORARILY_UNAVAILABLE": 503,
    }
)
# HTTP says more precisely what MLflow's codes lump together.
_STATUS_BY_CLASS: Final = {RequestTooLarge: 413, MethodNotAllowed: 405, RangeNotSatisfiable: 416}
_ASK_FOR_PASSWORD: Final = (b"www-authenticate", b'Basic realm="trialog", charset="UTF-8"')


def status_of(error: TrialogError) -> int:
    """Return the HTTP status of an error."""
    for kind, status in _STATUS_BY_CLASS.items():
        if isinstance(error, kind):
            return status
    return _STATUS_BY_ERROR_CODE[error.error_code]


def failure_response(error: TrialogError) -> Response:
    """Return what a client is told of an error."""
    answer = json_response(error_message(error), status_of(error))
    if isinstance(error, MethodNotAllowed):
        answer.headers = (*answer.headers, (b"allow", str(error.values["allowed"]).encode("ascii")))
    if isinstance(error, RangeNotSatisfiable):
        answer.headers = (*answer.headers, (b"content-range", f"bytes */{error.values['size']}".encode("ascii")))
    if isinstance(error, Unauthenticated):
        answer.headers = (*answer.headers, _ASK_FOR_PASSWORD)
    if isinstance(error, TooManyRequests):
        seconds = str(error.values.get("retry_after_seconds", 1))
        answer.headers = (*answer.headers, (b"retry-after", seconds.encode("ascii")))
    return answer


def internal_failure_response(incident: str) -> Response:
    """Return what a client is told of a fault of the server's own: nothing but where to look it up.

    Args:
        incident: Marks the log line that tells all.
    """
    message = f"The server failed on this request; its log says more at incident={incident}."
    return json_response(ErrorMessage("INTERNAL_ERROR", message, "server.failed", {"incident": incident}), 500)


def timeout_response() -> Response:
    """Return what a client is told that did not send its body in time."""
    message = "The body of the request did not arrive in time; send it again."
    return json_response(ErrorMessage("DEADLINE_EXCEEDED", message, "body.timeout"), 408)
