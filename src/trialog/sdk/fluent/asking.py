"""Asking the server that runs are logged to, without a training waiting for one that cannot be reached."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from trialog.errors import ConnectionFailed, TrialogError
from trialog.sdk.bounded import ask_within
from trialog.sdk.settings import client_settings
from trialog.sdk.tracking_uri import current_uri, get_tracking_uri, open_transport
from trialog.sdk.transport import Transport

Result = TypeVar("Result")

# A server that could not be reached is not waited for again so soon.
_REST_SECONDS: Final = 30.0


# Servers that could not be reached: until when, by a monotonic clock, and why.
_unreachable: Final[dict[str, tuple[float, ConnectionFailed]]] = {}


def ask(asked: Callable[[Transport], Result]) -> Result:
    """Ask the server for something, and wait no longer than TRIALOG_START_SECONDS says.

    Args:
        asked: Asks for it.

    Raises:
        TrialogError: What the server refused.
        ConnectionFailed: It cannot be reached, or could not a moment ago.
    """
    uri = current_uri() or get_tracking_uri()
    until, fault = _unreachable.get(uri, (0.0, None))
    if fault is not None and time.monotonic() < until:
        raise type(fault)(fault.code, fault.message, **fault.values)
    try:
        answer = ask_within(client_settings().start_seconds, lambda: asked(open_transport(uri)))
    except ConnectionFailed as error:
        # Without what it came through: that would keep alive whatever the training had in its hands.
        kept = type(error)(error.code, error.message, **error.values)
        _unreachable[uri] = (time.monotonic() + _REST_SECONDS, kept)
        raise
    _unreachable.pop(uri, None)
    return answer


def explained(error: TrialogError | OSError) -> TrialogError:
    """Return a fault with what becomes of what is logged meanwhile."""
    kept = "What is logged is kept, and sent as soon as that can be done."
    if isinstance(error, TrialogError):
        error.message = f"{error.message.removesuffix(kept).rstrip()} {kept}"
        return error
    return ConnectionFailed("connection.lost", f"{error} {kept}")
