"""The ASGI application: gate, door, router, endpoint, answer; every failure in one shape."""

import logging
import secrets
from typing import Final, Protocol

from trialog.entities import EVERYBODY_IS_ADMIN, Identity
from trialog.errors import TrialogError, Unauthenticated
from trialog.web.asgi import Receive, Scope, Send
from trialog.web.failures import failure_response, internal_failure_response, timeout_response
from trialog.web.gate import Gate
from trialog.web.proxies import TrustedProxies
from trialog.web.request import BodyLimits, BodyTimeout, ClientDisconnected, Request
from trialog.web.response import Answer, Headers, Response
from trialog.web.router import Router

_logger = logging.getLogger("trialog.web")
_NOTHING: Final[Headers] = ()
_CLOSE: Final = (b"connection", b"close")
_FOR_HER_ALONE: Final = (b"cache-control", b"private, no-store")


class Doorkeeper(Protocol):
    """Lets in who may come in."""

    async def admit(self, request: Request) -> None:
        """Let a request in, and note on it who sent it.

        Raises:
            TrialogError: It does not get in.
        """
        ...

    def refusal(self, request: Request, error: Unauthenticated) -> Response:
        """Return the answer to somebody who did not show who she is."""
        ...


class Application:
    """Answers requests.

    Args:
        router: Which endpoint answers what.
        gate: Which requests get in.
        limits: How much of a body is taken, and how slowly.
        frame_options: Value of the header X-Frame-Options; None leaves it out.
        door: Who gets in; None where everybody does, and may do everything.
        proxies: Those in front that are believed from where requests come; None if nobody asks from where.
        public_origin: Origin of the server's own pages, as browsers reach it; None if it is the Host of each request.
        everybody: Who asks, where there is no door.
    """

    def __init__(
        self,
        router: Router,
        gate: Gate,
        limits: BodyLimits,
        *,
        frame_options: str | None,
        door: Doorkeeper | None = None,
        proxies: TrustedProxies | None = None,
        public_origin: bytes | None = None,
        everybody: Identity = EVERYBODY_IS_ADMIN,
    ) -> None:
        self._router = router
        self._door = door
        self._gate = gate
        self._proxies = proxies
        self._public_origin = public_origin
        self._everybody = everybody
        self._limits = limits
        self._common = [(b"x-content-type-options", b"nosniff"), (b"server", b"trialog")]
        if frame_options is not None:
            self._common.append((b"x-frame-options", frame_options.encode("ascii")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise NotImplementedError(f"Trialog serves HTTP alone, no {scope['type']}")
        request = Request(scope, receive, self._limits)
        request.public_origin = self._public_origin
        request.identity = self._everybody
        if self._proxies is not None:
            request.forwarded_address = self._proxies.client_of(request)
        cross_origin = _NOTHING
        try:
            cross_origin = self._gate.check(request)
            answer = await self._answer(request, cross_origin)
        except ClientDisconnected:
            return
        except BodyTimeout:
            answer = timeout_response()
            answer.headers = (*answer.headers, _CLOSE)
        except TrialogError as error:
            answer = await self._refusal(request, error)
        except Exception:  # whatever a part failed to foresee must reach neither the client nor kill the connection
            answer = _unforeseen(request)
        common = [*self._common, *cross_origin] if cross_origin else self._common
        if self._door is not None and b"cookie" in request.headers and not _says_how_long(answer):
            # What is answered to a login is for nobody else, also not for who uses the browser after her.
            common = [*common, _FOR_HER_ALONE]
        await answer.send(request, send, common)

    async def _answer(self, request: Request, cross_origin: Headers) -> Answer:
        is_preflight = request.method == "OPTIONS" and b"access-control-request-method" in request.headers
        if cross_origin and is_preflight:
            return Response(status=204, headers=self._gate.preflight_headers(request))
        if self._door is not None:
            await self._door.admit(request)
        return await self._router.find(request)(request)

    async def _refusal(self, request: Request, error: TrialogError) -> Response:
        if self._door is not None and isinstance(error, Unauthenticated):
            answer = self._door.refusal(request, error)
        else:
            answer = failure_response(error)
        if answer.status >= 500:
            # What a release does not have is the client's affair, and some clients ask for it again and again.
            level = logging.DEBUG if answer.status == 501 else logging.WARNING
            _logger.log(
                level, "refused method=%s path=%r code=%s %r", request.method, request.path, error.code, error.message
            )
        # Of whom nobody knows, nothing is read.
        is_unknown = isinstance(error, Unauthenticated) and request.has_endless_body
        if is_unknown or not await request.discard_body():
            answer.headers = (*answer.headers, _CLOSE)
        return answer


def _says_how_long(answer: Answer) -> bool:
    return any(name == b"cache-control" for name, _ in answer.headers)


def _unforeseen(request: Request) -> Response:
    incident = secrets.token_hex(4)
    _logger.exception("failed incident=%s method=%s path=%r", incident, request.method, request.path)
    return internal_failure_response(incident)
