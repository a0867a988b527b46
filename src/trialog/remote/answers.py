"""From an answer of the server to a typed message, or to the error that it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

import msgspec
from msgspec import Struct, field

from trialog import errors
from trialog.errors import (
    ConnectionFailed,
    MethodNotAllowed,
    PermissionDenied,
    RangeNotSatisfiable,
    RequestTooLarge,
    TrialogError,
)

ResponseType = TypeVar("ResponseType", bound=Struct)

# Where several classes share MLflow's code, the status tells which.
_CLASSES_BY_STATUS: Final = {413: RequestTooLarge, 405: MethodNotAllowed, 416: RangeNotSatisfiable}
_DONE: Final = frozenset({200, 201, 204})
_LONGEST_SHOWN: Final = 200


class _Refusal(Struct, frozen=True):
    """The error envelope, of which MLflow's own servers know the first two fields."""

    error_code: str
    message: str = ""
    code: str | None = None
    values: dict[str, str | float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """An answer as it came.

    Attributes:
        status: HTTP status.
        headers: By name in lower case.
        body: All of it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_answer(answer: Answer, response_type: type[ResponseType], url: str) -> ResponseType:
    """Return what an answer says.

    Args:
        answer: The answer.
        response_type: What it should be.
        url: Address of the server, for sentences about it.

    Raises:
        TrialogError: What the server refused or failed at, of the same class and with the same code and values as it
            was raised there; the base class itself if its kind is not known here.
        ConnectionFailed: The answer is none of a Trialog server (`connection.not_trialog`).
    """
    if answer.status not in _DONE:
        raise refusal(answer, url)
    try:
        message: ResponseType = _decoder(response_type).decode(answer.body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_trialog(answer, url) from error
    return message


def refusal(answer: Answer, url: str) -> TrialogError:
    """Return the error that an answer tells of."""
    try:
        told = msgspec.json.decode(answer.body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _unknown_refusal(answer, url)
    kind = _CLASSES_BY_STATUS.get(answer.status) or _classes_by_error_code().get(told.error_code, TrialogError)
    code = told.code or f"server.{told.error_code.lower()}"
    return kind(code, told.message or f"The server at {url} answered {told.error_code}.", **told.values)


@cache
def _decoder(response_type: type[ResponseType]) -> msgspec.json.Decoder[ResponseType]:
    # Not strict, because NaN and the infinities are text.
    return msgspec.json.Decoder(response_type, strict=False)


@cache
def _classes_by_error_code() -> dict[str, type[TrialogError]]:
    classes: dict[str, type[TrialogError]] = {}
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, TrialogError) and kind is not ConnectionFailed:
            # The classes that share a code stand behind the one that is meant where the status does not tell.
            classes.setdefault(kind.error_code, kind)
    return classes


def _unknown_refusal(answer: Answer, url: str) -> TrialogError:
    if answer.status in (401, 403, 407):
        return PermissionDenied(
            "connection.not_admitted",
            f"The server at {url} does not admit you (HTTP {answer.status}). Set MLFLOW_TRACKING_TOKEN, or "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.",
            status=answer.status,
        )
    if answer.status in (301, 302, 303, 307, 308):
        elsewhere = answer.headers.get("location", "elsewhere")[:_LONGEST_SHOWN]
        return ConnectionFailed(
            "connection.moved",
            f"The server at {url} sends its callers to {elsewhere!r}, which is not followed because passwords would "
            "go with it. If that is the right server, give its address.",
            status=answer.status,
            location=elsewhere,
        )
    return _not_trialog(answer, url)


def _not_trialog(answer: Answer, url: str) -> ConnectionFailed:
    kind = answer.headers.get("content-type", "no type").partition(";")[0][:_LONGEST_SHOWN]
    if answer.status in (502, 503, 504):
        return ConnectionFailed(
            "connection.no_server_behind",
            f"What answers at {url} reaches no server behind it (HTTP {answer.status}); try again in a moment.",
            status=answer.status,
        )
    return ConnectionFailed(
        "connection.not_trialog",
        f"What answers at {url} is no Trialog server, or not one of this release: HTTP {answer.status} with {kind!r}. "
        "Check the address, and the path behind the port if the server was started with --static-prefix.",
        status=answer.status,
    )
