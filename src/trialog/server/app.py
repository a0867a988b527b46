"""Puts the server together: every route of the table with the handler that answers it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

from msgspec import Struct

from trialog.artifacts import ArtifactRoots
from trialog.config import Settings
from trialog.contracts import Store
from trialog.errors import TemporarilyUnavailable
from trialog.server import api
from trialog.server.call import ActingHandler, Call
from trialog.server.docs_page import docs_endpoints
from trialog.server.mlflow_api import ACTING_HANDLERS, HANDLERS
from trialog.server.mlflow_api.artifacts import ArtifactHandler, ArtifactsByOwner, ProxiedArtifacts
from trialog.server.mlflow_api.server_info import HEALTH, MLFLOW_VERSION
from trialog.server.mlflow_api.webhooks import WebhookHandlers
from trialog.server.start_page import start_page
from trialog.server.webhook_sender import WebhookSender, create_webhook_sender
from trialog.web import Answer, Application, BodyLimits, Endpoint, Gate, Request, Response, Router, allowed_hosts_for
from trialog.web.messages import acting_endpoint, body_message, is_asked_in_query, json_endpoint, query_message
from trialog.wire.absent import absent_part
from trialog.wire.routes import ROUTES, Permission, Route, aliases

_TEXT = ((b"content-type", b"text/plain; charset=utf-8"),)
_PROXIED = "/api/2.0/mlflow-artifacts/"


def create_app(
    store: Store | None, roots: ArtifactRoots, settings: Settings, *, takes_any_address: bool = False
) -> Application:
    """Return the application that serves a store and artifacts.

    Args:
        store: Experiments, runs and the like; None serves artifacts alone.
        roots: The artifacts that are served.
        settings: What the operator chose.
        takes_any_address: Whether to take every Host that is an IP address, as a server on all interfaces must.
    """
    router = Router(settings.static_prefix, absent_part=absent_part)
    router.add("GET", "/", start_page(settings.static_prefix))
    for page, answer_page in docs_endpoints(settings.static_prefix):
        router.add("GET", page, answer_page)
    endpoints = _Endpoints(store, roots, settings.static_prefix, create_webhook_sender(settings))
    for route in ROUTES:
        endpoint = endpoints.of(route)
        for path in aliases(route):
            router.add(route.method, path, endpoint)
    gate = Gate(
        allowed_hosts_for(settings.host, settings.allowed_hosts),
        settings.cors_allowed_origins,
        any_address=takes_any_address,
        prefix=settings.static_prefix,
    )
    limits = BodyLimits(settings.max_json_bytes, settings.body_seconds)
    frame_options = None if settings.x_frame_options == "NONE" else settings.x_frame_options
    return Application(router, gate, limits, frame_options=frame_options)


class _Endpoints:
    """Finds what answers a route.

    Args:
        store: As for `create_app`.
        roots: As for `create_app`.
        prefix: Prefix of all paths.
        sender: Reaches the addresses of webhooks.
    """

    def __init__(self, store: Store | None, roots: ArtifactRoots, prefix: str, sender: WebhookSender) -> None:
        self._store = store
        self._roots = roots
        self._acting = {**ACTING_HANDLERS, **api.HANDLERS}
        self._artifacts = dict(ProxiedArtifacts(roots.proxied, prefix).handlers())
        self._webhooks = {} if store is None else WebhookHandlers(store, sender).handlers()
        if store is not None:
            self._artifacts |= ArtifactsByOwner(store, roots).handlers()
        self._plain = {"health": HEALTH, "version": MLFLOW_VERSION}

    def of(self, route: Route) -> Endpoint:
        """Return the endpoint of a route."""
        if (text := self._plain.get(route.operation)) is not None:
            return _plain_endpoint(text)
        if self._store is None and not route.path.startswith(_PROXIED) and route.permission is not Permission.OPEN:
            return _artifacts_only
        if (handler := self._artifacts.get(route.operation)) is not None:
            return _answering_endpoint(route, handler)
        # Without a store only the open routes come here, and those ask nothing of it.
        store = cast(Store, self._store)
        if (handler_of_webhooks := self._webhooks.get(route.operation)) is not None:
            return json_endpoint(route, handler_of_webhooks)
        if (negotiating := api.NEGOTIATING_HANDLERS.get(route.operation)) is not None:
            return _answering_endpoint(route, partial(negotiating, store))
        if (acting := self._acting.get(route.operation)) is not None:
            return acting_endpoint(route, _with_call(acting, store, self._roots))
        return json_endpoint(route, partial(HANDLERS[route.operation], store))


def _with_call(
    handler: ActingHandler, store: Store, roots: ArtifactRoots
) -> Callable[[Request, Struct], Awaitable[Struct]]:
    async def handle(request: Request, message: Struct) -> Struct:
        return await handler(Call(store, roots, request.actor), message)

    return handle


def _plain_endpoint(text: str) -> Endpoint:
    async def answer(_request: Request) -> Answer:
        return Response(text.encode(), headers=_TEXT)

    return answer


def _answering_endpoint(route: Route, handler: ArtifactHandler) -> Endpoint:
    request_type = route.request
    if request_type is None:
        raise TypeError(f"{route.operation} names no request")

    if is_asked_in_query(route):

        async def answer_query(request: Request) -> Answer:
            return await handler(request, query_message(request, request_type))

        return answer_query

    async def answer_body(request: Request) -> Answer:
        return await handler(request, await body_message(request, request_type))

    return answer_body


async def _artifacts_only(_request: Request) -> Answer:
    raise TemporarilyUnavailable(
        "server.artifacts_only",
        "The server runs with --artifacts-only and serves nothing but artifacts. Start it without to enable the rest.",
    )
