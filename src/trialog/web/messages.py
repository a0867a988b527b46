"""Between HTTP and typed messages: reads what a route asks for from a request, and makes endpoints of handlers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from msgspec import Raw, Struct
from msgspec.structs import replace

from trialog.errors import InvalidParameter
from trialog.web.request import Request
from trialog.web.response import Answer, Response, encode_json, json_response
from trialog.web.router import Endpoint
from trialog.wire.decoding import decode_body, decode_query
from trialog.wire.messages.base import StrictRequestMessage
from trialog.wire.routes import Route

_JSON: Final = b"application/json"
_MAXIMUM_QUERY_BYTES: Final = 256 * 1024
_HOW_TO_SEND: Final = "With curl, say -H 'Content-Type: application/json'."
_PIECE: Final = 200
_DONE: Final = 200
_NO_CONTENT: Final = 204
_LONG_BODY_BYTES: Final = 256 * 1024
# MLflow looks at the content type of these alone.
_METHODS_WITH_TYPE: Final = frozenset({"POST", "PUT"})


def json_endpoint(route: Route, handler: Callable[[Request, Any], Awaitable[Struct]]) -> Endpoint:
    """Return an endpoint that decodes a route's request, calls a handler and encodes what it answers.

    Args:
        route: Says where the request stands, and of what type it is.
        handler: Takes request and message; the message is None if the route asks nothing.
    """
    read = _reader(route)

    async def answer(request: Request) -> Response:
        response = await message_response(await handler(request, await read(request)))
        return response if route.status == _DONE else _with_status(response, route.status)

    return answer


def _with_status(response: Response, status: int) -> Response:
    return Response(status=status) if status == _NO_CONTENT else Response(response.body, status, response.headers)


def answering_endpoint(route: Route, handler: Callable[[Request, Any], Awaitable[Answer]]) -> Endpoint:
    """Return an endpoint as `json_endpoint` does, of a handler that makes the answer by itself.

    Args:
        route: Says where the request stands, and of what type it is.
        handler: Takes request and message.
    """
    read = _reader(route)

    async def answer(request: Request) -> Answer:
        return await handler(request, await read(request))

    return answer


def _reader(route: Route) -> Callable[[Request], Awaitable[Struct | None]]:
    request_type = route.request
    if request_type is None:

        async def read_nothing(_request: Request) -> None:
            return None

        return read_nothing

    if not is_asked_in_query(route):
        return lambda request: body_message(request, request_type)
    has_no_message_in_body = route.bytes_flow or route.bodiless

    async def read_query(request: Request) -> Struct:
        # MLflow reads a GET without a query from its body.
        if has_no_message_in_body or request.query_string or not request.has_body:
            return query_message(request, request_type)
        return await body_message(request, request_type)

    return read_query


async def message_response(message: Struct) -> Response:
    """Return the answer that a message is; a large one is encoded in a thread, piece by piece.

    An encoder holds the interpreter until it is done: between the pieces, other requests get their turn.
    """
    for name in message.__struct_fields__:
        items = getattr(message, name)
        if isinstance(items, list) and len(items) > _PIECE:
            pieces = await asyncio.to_thread(_encode_in_pieces, items)
            return json_response(replace(message, **{name: Raw(b"[%b]" % b",".join(pieces))}))
    return json_response(message)


def _encode_in_pieces(items: list[object]) -> list[bytes]:
    return [encode_json(items[start : start + _PIECE])[1:-1] for start in range(0, len(items), _PIECE)]


def is_asked_in_query(route: Route) -> bool:
    """Tell whether a route's request stands in path and query rather than in a JSON body."""
    return route.method == "GET" or route.bytes_flow or route.bodiless


async def body_message(request: Request, request_type: type[Struct]) -> Struct:
    """Read a request from path and JSON body.

    Raises:
        InvalidParameter: It is not what its type asks for, not announced as JSON, or stands in the query in part.
        RequestTooLarge: The body is larger than the server takes, or holds more values.
    """
    if request.method in _METHODS_WITH_TYPE and request.headers.get(b"content-type") != _JSON:
        _check_content_type(request)
    if request.query_string and issubclass(request_type, StrictRequestMessage):
        raise InvalidParameter(
            "request.query_not_read",
            "This request is read from its JSON body: put there what stands in the query of the address."
            " Nothing was done.",
        )
    body = await request.json_body()
    if len(body) > _LONG_BODY_BYTES:
        # Reading it takes a while, in which other requests get their turn.
        return await asyncio.to_thread(decode_body, body, request_type, request.path_parameters)
    return decode_body(body, request_type, request.path_parameters)


def query_message(request: Request, request_type: type[Struct]) -> Struct:
    """Read a request from path and query.

    Raises:
        InvalidParameter: It is not what its type asks for.
    """
    return decode_query(query_pairs(request.query_string), request_type, request.path_parameters)


def query_pairs(query: bytes) -> list[tuple[str, str]]:
    """Return names and values of a query, percent-decoded; bytes that are not UTF-8 become lone surrogates.

    Raises:
        InvalidParameter: It is too long.
    """
    if not query:
        return []
    if len(query) > _MAXIMUM_QUERY_BYTES:
        raise InvalidParameter(
            "request.query_too_long",
            f"The query of the address is longer than {_MAXIMUM_QUERY_BYTES} bytes.",
            limit=_MAXIMUM_QUERY_BYTES,
        )
    return parse_qsl(query.decode("utf-8", "surrogateescape"), keep_blank_values=True, errors="surrogateescape")


def _check_content_type(request: Request) -> None:
    header = request.headers.get(b"content-type")
    if header is None:
        raise InvalidParameter(
            "request.no_content_type", f"Bad Request. Content-Type header is missing. {_HOW_TO_SEND}"
        )
    if header.partition(b";")[0].strip().lower() != _JSON:
        raise InvalidParameter(
            "request.content_type", f"Bad Request. Content-Type must be one of ['application/json']. {_HOW_TO_SEND}"
        )
