"""Speaks MLflow's REST as a client does: JSON out, JSON in, errors turned back into Trialog's classes.

Written from the description of the wire and not from `trialog.wire`, so that a slip there cannot hide itself here.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import msgspec

from trialog.errors import (
    Conflict,
    EndpointNotFound,
    InvalidParameter,
    NotImplementedHere,
    ResourceAlreadyExists,
    ResourceNotFound,
    TemporarilyUnavailable,
    TrialogError,
)

# An error code may belong to several classes; the one a store raises stands here.
ERROR_CLASSES: dict[str, type[TrialogError]] = {
    kind.error_code: kind
    for kind in (
        Conflict,
        EndpointNotFound,
        InvalidParameter,
        NotImplementedHere,
        ResourceAlreadyExists,
        ResourceNotFound,
        TemporarilyUnavailable,
    )
}
# HTTP status of each error code.
STATUS_OF = {
    "INVALID_PARAMETER_VALUE": 400,
    "RESOURCE_ALREADY_EXISTS": 400,
    "RESOURCE_CONFLICT": 409,
    "RESOURCE_DOES_NOT_EXIST": 404,
    "ENDPOINT_NOT_FOUND": 404,
    "NOT_IMPLEMENTED": 501,
    "TEMPORARILY_UNAVAILABLE": 503,
}
# INVALID_PARAMETER_VALUE is also the code of a body that is too large.
BODY_TOO_LARGE = 413

Json = dict[str, Any]


def number_to_wire(value: float) -> float | str:
    """A double as MLflow's JSON has it: NaN and the infinities are text."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def number_from_wire(value: object) -> float:
    """The double that `number_to_wire` wrote."""
    if isinstance(value, str):
        assert value in {"NaN", "Infinity", "-Infinity"}, f"{value!r} is no double of MLflow's JSON"
        return float(value)
    assert isinstance(value, float | int), f"{value!r} is no double of MLflow's JSON"
    return float(value)


class HttpConnection:
    """Sends requests to one server.

    Args:
        client: Knows the address of the server.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._turns = itertools.count()

    def write_as_text(self) -> bool:
        """Whether this request writes its 64-bit integers as text; both ways are legal, so requests take turns."""
        return next(self._turns) % 2 == 0

    async def get(self, path: str, query: Mapping[str, object]) -> Json:
        """Send a GET; a sequence becomes a repeated parameter, None is left out."""
        parameters: list[tuple[str, str | int | float | bool | None]] = []
        for name, value in query.items():
            values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
            parameters += [(name, str(item)) for item in values if item is not None]
        return _answer(await self._client.get(path, params=parameters))

    async def send(self, method: str, path: str, body: Mapping[str, object]) -> Json:
        """Send a JSON body; None is left out."""
        content = msgspec.json.encode({name: value for name, value in body.items() if value is not None})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return _answer(await self._client.request(method, path, content=content, headers=headers))

    async def send_bytes(self, path: str, query: Mapping[str, object], content: bytes, kind: str) -> Json:
        """Send a POST whose body is no JSON."""
        parameters: list[tuple[str, str | int | float | bool | None]] = [(name, str(query[name])) for name in query]
        headers = {"Content-Type": kind, "Accept": "application/json"}
        return _answer(await self._client.post(path, params=parameters, content=content, headers=headers))

    async def fetch(self, path: str, body: Mapping[str, object], kind: str) -> bytes:
        """Send a POST that asks for another form than JSON, and return the bytes of the answer."""
        content = msgspec.json.encode({name: value for name, value in body.items() if value is not None})
        headers = {"Content-Type": "application/json", "Accept": kind}
        response = await self._client.post(path, content=content, headers=headers)
        if not response.is_success:
            _answer(response)
        assert response.headers["content-type"] == kind
        return response.content

    async def post(self, path: str, body: Mapping[str, object]) -> Json:
        """Send a POST."""
        return await self.send("POST", path, body)


def _answer(response: httpx.Response) -> Json:
    """What a successful answer says.

    Raises:
        TrialogError: The error that the answer speaks of.
    """
    assert response.headers["content-type"].split(";")[0] == "application/json", response.text
    content: Json = msgspec.json.decode(response.content)
    if response.is_success:
        return content
    error_code = content["error_code"]
    assert error_code in ERROR_CLASSES, f"No store answers this: {response.status_code} {response.text}"
    assert response.status_code in {STATUS_OF[error_code], BODY_TOO_LARGE}, response.text
    raise ERROR_CLASSES[error_code](content.get("code", "http.error"), content["message"], **content.get("values", {}))
