"""From an error to its answer: MLflow's envelope, and the HTTP status, decided here and nowhere else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialog.errors import (
    MethodNotAllowed,
    RangeNotSatisfiable,
    RequestTooLarge,
    TemporarilyUnavailable,
    TooManyRequests,
    TrialogError,
    Unauthenticated,
    UnsupportedContentType,
)
from trialog.web.response import Response, json_response
from trialog.wire.errors import ErrorMessage, error_message

_STATUS_BY_ERROR_CODE: Final[Mapping[str, int]] = MappingProxyType(
    {
        "BAD_REQUEST": 400,
        # MLflow answers 500, and its own client then asks seven times.
        "FEATURE_DISABLED": 400,
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
        "DEADLINE_EXCEEDED": 504,
    }
)
# HTTP says more precisely what MLflow's codes lump together.
_STATUS_BY_CLASS: Final = {
    RequestTooLarge: 413,
    MethodNotAllowed: 405,
    RangeNotSatisfiable: 416,
    UnsupportedContentType: 415,
}
_ASK_FOR_PASSWORD: Final = (b"www-authenticate", b'Basic realm="trialog", charset="UTF-8"')
# Clients of MLflow wait as long as an answer says in place of pauses that double, and give up after seven times: what
# somebody must mend first takes minutes, all else a moment.
_SECONDS_UNTIL_MENDED: Final = 20
_SECONDS_OF_A_MOMENT: Final = 2
_TO_BE_MENDED: Final = frozenset(
    {
        "store.full",
        "store.failed",
        "store.file_gone",
        "store.no_right",
        "store.read_only",
        "artifact.storage_full",
        "artifact.storage_unavailable",
    }
)


def status_of(error: TrialogError) -> int:
    """Return the HTTP status of an error."""
    for kind, status in _STATUS_BY_CLASS.items():
        if isinstance(error, kind):
            return status
    return _STATUS_BY_ERROR_CODE[error.error_code]


def failure_response(error: TrialogError, *, asks_for_password: bool = True) -> Response:
    """Return what a client is told of an error.

    Args:
        error: What went wrong.
        asks_for_password: Whether who is not known is asked for her password, by a dialog of her own if she uses a
            browser.
    """
    answer = json_response(error_message(error), status_of(error))
    if isinstance(error, MethodNotAllowed):
        answer.headers = (*answer.headers, (b"allow", str(error.values["allowed"]).encode("ascii")))
    if isinstance(error, RangeNotSatisfiable):
        answer.headers = (*answer.headers, (b"content-range", f"bytes */{error.values['size']}".encode("ascii")))
    if isinstance(error, Unauthenticated) and asks_for_password:
        answer.headers = (*answer.headers, _ASK_FOR_PASSWORD)
    if isinstance(error, TooManyRequests):
        seconds = str(error.values.get("retry_after_seconds", 1))
        answer.headers = (*answer.headers, (b"retry-after", seconds.encode("ascii")))
    if isinstance(error, TemporarilyUnavailable):
        wait = _SECONDS_UNTIL_MENDED if error.code in _TO_BE_MENDED else _SECONDS_OF_A_MOMENT
        answer.headers = (*answer.headers, (b"retry-after", str(wait).encode("ascii")))
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
