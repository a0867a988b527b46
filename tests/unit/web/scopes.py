"""Requests made by hand, for parts that are tested without an application around them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from trialog.web import BodyLimits, Request

LIMITS = BodyLimits(json_bytes=1000, seconds=5)


def request_of(
    method: str = "GET",
    path: str = "/",
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    *,
    receive: Callable[[], Awaitable[Any]] | None = None,
    raw_path: bytes | None = None,
    limits: BodyLimits = LIMITS,
) -> Request:
    """A request with the given head; without `receive` it has no body that anyone could read."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode() if raw_path is None else raw_path,
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
    }
    return Request(scope, receive or nothing, limits)


async def nothing() -> dict[str, Any]:
    """An empty body."""
    return {"type": "http.request", "body": b"", "more_body": False}


def body_in(*pieces: bytes, ends: bool = True) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A body that comes in pieces; if it does not end, the client goes away after them."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if ends:
        messages[-1]["more_body"] = False
    coming = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    return receive
