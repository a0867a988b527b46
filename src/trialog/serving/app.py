"""Answers the requests of a model server under the paths of MLflow's scoring server."""

import asyncio
import logging
import zlib
from time import perf_counter
from typing import Any, Final

from trialog.errors import InvalidParameter, RequestTooLarge, TrialogError, UnreadableInput, UnsupportedContentType
from trialog.models.data_types import shown
from trialog.serving.answers import encode_predictions
from trialog.serving.batching import Predictor
from trialog.serving.holder import ModelHolder
from trialog.serving.measures import CONTENT_TYPE, Measures
from trialog.serving.model import ServedModel
from trialog.serving.model_input import ModelInput
from trialog.serving.options import ServingOptions
from trialog.serving.overview import overview
from trialog.version import __version__
from trialog.web.application import Application, Doorkeeper
from trialog.web.failures import status_of
from trialog.web.gate import Gate, allowed_hosts_for
from trialog.web.request import BodyLimits, BodyTimeout, ClientDisconnected, Request
from trialog.web.response import JSON_TYPE, Response, json_response
from trialog.web.router import Router

_JSON: Final = (JSON_TYPE,)
_TEXT: Final = ((b"content-type", b"text/plain; charset=utf-8"),)
# What takes longer than a thread costs is done in one, and other requests get their turn.
_LONG_BODY_BYTES: Final = 64 * 1024
_MANY_ROWS: Final = 2000
_LONGEST_TOLD: Final = 2000
_logger = logging.getLogger("trialog.serving")


def create_serving_app(
    holder: ModelHolder,
    predictor: Predictor,
    options: ServingOptions,
    guard: Doorkeeper | None = None,
    *,
    measures: Measures,
    any_address: bool = False,
) -> Application:
    """Return the application that serves a model.

    Args:
        holder: Has the model.
        predictor: Asks it.
        options: What the operator chose.
        guard: Who gets in; None lets everybody in.
        measures: Counts the requests.
        any_address: Whether to take every Host that is an IP address, as a server on all interfaces must.
    """
    endpoints = _Endpoints(holder, predictor, measures, options.max_body_bytes)
    router = Router()
    router.add("GET", "/ping", endpoints.ping)
    router.add("GET", "/health", endpoints.ping)
    router.add("GET", "/version", endpoints.version)
    router.add("GET", "/metrics", endpoints.metrics)
    router.add("GET", "/", endpoints.overview)
    router.add("POST", "/invocations", endpoints.invocations)
    gate = Gate(
        allowed_hosts_for(options.host, options.allowed_hosts),
        options.cors_allowed_origins,
        any_address=any_address,
        takes_forwarded=guard is not None or options.allow_open,
    )
    limits = BodyLimits(options.max_body_bytes, options.body_seconds)
    return Application(router, gate, limits, frame_options="DENY", door=guard)


class _Endpoints:
    """What is answered under each path."""

    def __init__(self, holder: ModelHolder, predictor: Predictor, measures: Measures, limit: int) -> None:
        self._holder = holder
        self._predictor = predictor
        self._measures = measures
        self._limit = limit

    async def ping(self, _request: Request) -> Response:
        """Answer that the model is there: before, nobody listens."""
        return Response(b"\n", 200, _JSON)

    async def version(self, _request: Request) -> Response:
        """Answer which Trialog this is."""
        return Response(__version__.encode("ascii"), 200, _TEXT)

    async def metrics(self, _request: Request) -> Response:
        """Answer what was counted, as Prometheus reads it."""
        holder = self._holder
        return Response(self._measures.text(holder.current, holder.loaded_at), 200, (CONTENT_TYPE,))

    async def overview(self, _request: Request) -> Response:
        """Answer which model this is, and how it is asked."""
        return json_response(overview(self._holder.current, self._holder.loaded_at))

    async def invocations(self, request: Request) -> Response:
        """Answer what the model predicts."""
        began, status = perf_counter(), 500
        self._measures.request_began()
        try:
            answer = Response(await self._predictions(request), 200, _JSON)
            status = 200
        except TrialogError as error:
            status = status_of(error)
            raise
        except BodyTimeout:
            status = 408
            raise
        except ClientDisconnected:
            status = 499
            raise
        finally:
            self._measures.request_ended(status, perf_counter() - began)
        return answer

    async def _predictions(self, request: Request) -> bytes:
        body = await request.whole_body()
        encoding = request.headers.get(b"content-encoding")
        if encoding is not None:
            body = await asyncio.to_thread(_decompressed, body, encoding.decode("latin-1"), self._limit)
        header = request.headers.get(b"content-type")
        content_type = None if header is None else header.decode("latin-1")
        # A request ends with the model with which it began.
        served = self._holder.current
        if len(body) > _LONG_BODY_BYTES:
            given = await asyncio.to_thread(served.read, content_type, body)
        else:
            given = served.read(content_type, body)
        predictions = await self._predicted(served, given)
        if given.rows > _MANY_ROWS:
            return await asyncio.to_thread(encode_predictions, predictions)
        return encode_predictions(predictions)

    async def _predicted(self, served: ServedModel, given: ModelInput) -> Any:
        try:
            return await self._predictor.predict(served, given)
        except TrialogError:
            raise
        except ValueError as error:
            # So libraries and users say that a value is not to their mind, such as NaN.
            _logger.warning("refused model=%r rows=%d", served.uri, given.rows, exc_info=True)
            raise InvalidParameter(
                "model.input_refused", f"The model refuses the data: {_told(error)}", kind=type(error).__name__
            ) from error
        except Exception as error:  # the model is anybody's code, and raises what it likes
            _logger.exception("failed model=%r rows=%d", served.uri, given.rows)
            raise TrialogError(
                "model.failed", f"The model failed on the data: {_told(error)}", kind=type(error).__name__
            ) from error


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:_LONGEST_TOLD]}"


def _decompressed(body: bytes, encoding: str, limit: int) -> bytes:
    """Return what a compressed body holds, which is not larger than one that is not compressed may be."""
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return body
    if kind not in ("gzip", "x-gzip"):
        raise UnsupportedContentType(
            "input.content_encoding", f"A body may be compressed as gzip alone, not as {shown(encoding)}."
        )
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise UnreadableInput("input.not_gzip", f"The body is no gzip, as Content-Encoding says: {error}.") from error
    if len(content) > limit:
        raise RequestTooLarge(
            "body.too_large", f"The body holds more than the {limit} bytes that this server takes.", limit=limit
        )
    if not stream.eof or stream.unused_data:
        raise UnreadableInput("input.not_gzip", "The body is no gzip, as Content-Encoding says: its end is wrong.")
    return content
