"""Puts the server together: every route of the table with the handler that answers it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from trialog.artifacts import ArtifactRoots
from trialog.config import Settings
from trialog.contracts import Store
from trialog.entities import PermissionLevel
from trialog.errors import TemporarilyUnavailable
from trialog.server import api
from trialog.server.access import Access
from trialog.server.authorisation import Authorisation, GuardedHandler
from trialog.server.call import Call
from trialog.server.docs_page import docs_endpoints
from trialog.server.login import LOGIN_PAGE, LoginPages
from trialog.server.mlflow_api import ACTING_HANDLERS, HANDLERS
from trialog.server.mlflow_api.artifacts import ArtifactsByOwner, ProxiedArtifacts
from trialog.server.mlflow_api.server_info import HEALTH, MLFLOW_VERSION, open_server_info
from trialog.server.mlflow_api.webhooks import WebhookHandlers
from trialog.server.start_page import start_page
from trialog.server.webhook_sender import WebhookSender, create_webhook_sender
from trialog.web import (
    Answer,
    Application,
    BodyLimits,
    Door,
    Endpoint,
    Gate,
    Request,
    Response,
    Router,
    TrustedProxies,
    allowed_hosts_for,
)
from trialog.web.messages import answering_endpoint, json_endpoint
from trialog.wire.absent import absent_part
from trialog.wire.routes import ROUTES, Permission, Route, aliases

_TEXT = ((b"content-type", b"text/plain; charset=utf-8"),)
_PROXIED = "/api/2.0/mlflow-artifacts/"


def create_app(
    store: Store | None,
    roots: ArtifactRoots,
    settings: Settings,
    *,
    takes_any_address: bool = False,
    access: Access | None = None,
) -> Application:
    """Return the application that serves a store and artifacts.

    Args:
        store: Experiments, runs and the like; None serves artifacts alone.
        roots: The artifacts that are served.
        settings: What the operator chose.
        takes_any_address: Whether to take every Host that is an IP address, as a server on all interfaces must.
        access: Who may get in, and do what; None lets everybody do everything.
    """
    router = Router(settings.static_prefix, absent_part=absent_part)
    # These pages say nothing of what is on the server.
    is_open = settings.allow_open and access is None
    prefix = settings.static_prefix
    start = start_page(prefix, is_open=is_open, has_accounts=access is not None)
    pages = {"/": start, **dict(docs_endpoints(prefix, is_open=is_open))}
    for page, answer_page in pages.items():
        router.add("GET", page, answer_page)
    authorisation = None if access is None else Authorisation(access, store, roots)
    endpoints = _Endpoints(
        store, roots, prefix, create_webhook_sender(settings), authorisation, access, is_open=is_open
    )
    open_paths = {("GET", prefix + page) for page in pages}
    if access is not None:
        # Each of these finds out by itself who asks, or asks for it.
        for method, path, endpoint in LoginPages(access, prefix).endpoints():
            router.add(method, path, endpoint)
            open_paths.add((method, prefix + path))
    for route in ROUTES:
        endpoint = endpoints.of(route)
        for path in aliases(route):
            router.add(route.method, path, endpoint)
            if route.permission is Permission.OPEN:
                open_paths.add((route.method, prefix + path))
    gate = Gate(
        allowed_hosts_for(settings.host, (*settings.allowed_hosts, *_public_hosts(settings))),
        settings.cors_allowed_origins,
        any_address=takes_any_address,
        prefix=prefix,
    )
    limits = BodyLimits(settings.max_json_bytes, settings.body_seconds)
    frame_options = None if settings.x_frame_options == "NONE" else settings.x_frame_options
    door = None
    if access is not None and authorisation is not None:
        door = Door(access.authenticator, open_paths, authorisation.note_not_admitted, login_page=prefix + LOGIN_PAGE)
    proxies = TrustedProxies(settings.trusted_proxies) if settings.trusted_proxies else None
    return Application(router, gate, limits, frame_options=frame_options, door=door, proxies=proxies)


def _public_hosts(settings: Settings) -> tuple[str, ...]:
    return () if settings.public_url is None else (urlsplit(settings.public_url).netloc,)


class _Endpoints:
    """Finds what answers a route.

    Args:
        store: As for `create_app`.
        roots: As for `create_app`.
        prefix: Prefix of all paths.
        sender: Reaches the addresses of webhooks.
        authorisation: Asks before each route whether it may be; None where everybody may do everything.
        access: As for `create_app`.
        is_open: Whether the operator lets everybody who can reach the server do everything.
    """

    def __init__(
        self,
        store: Store | None,
        roots: ArtifactRoots,
        prefix: str,
        sender: WebhookSender,
        authorisation: Authorisation | None,
        access: Access | None,
        *,
        is_open: bool = False,
    ) -> None:
        self._store = store
        self._roots = roots
        self._authorisation = authorisation
        self._access = access
        self._acting = {**ACTING_HANDLERS, **api.HANDLERS}
        self._artifacts = dict(ProxiedArtifacts(roots.proxied, prefix).handlers())
        self._webhooks = {} if store is None else WebhookHandlers(store, sender).handlers()
        if store is not None:
            self._artifacts |= ArtifactsByOwner(store, roots).handlers()
        self._is_open = is_open
        self._plain = {"health": HEALTH, "version": MLFLOW_VERSION}

    def of(self, route: Route) -> Endpoint:
        """Return the endpoint of a route."""
        if (text := self._plain.get(route.operation)) is not None:
            return _plain_endpoint(text)
        if self._store is None and not route.path.startswith(_PROXIED) and route.permission is not Permission.OPEN:
            return _artifacts_only
        if (handler := self._artifacts.get(route.operation)) is not None:
            return answering_endpoint(route, self._guarded(route, handler))
        # Without a store only the open routes come here, and those ask nothing of it.
        store = cast(Store, self._store)
        if (streaming := api.STREAMING_HANDLERS.get(route.operation)) is not None:
            return answering_endpoint(route, self._guarded(route, self._with_call(streaming, store)))
        if (negotiating := api.NEGOTIATING_HANDLERS.get(route.operation)) is not None:
            return answering_endpoint(route, self._guarded(route, partial(negotiating, store)))
        return json_endpoint(route, self._guarded(route, self._handler(route.operation, store)))

    def _guarded(self, route: Route, handler: GuardedHandler) -> GuardedHandler:
        if self._authorisation is None or route.permission is Permission.OPEN:
            return handler
        return self._authorisation.guarded(route, handler)

    def _handler(self, operation: str, store: Store) -> GuardedHandler:
        if (of_webhooks := self._webhooks.get(operation)) is not None:
            return lambda _request, message: of_webhooks(message)
        if (acting := self._acting.get(operation)) is not None:
            return self._with_call(acting, store)
        plain = open_server_info if self._is_open and operation == "server_info" else HANDLERS[operation]
        return lambda _request, message: plain(store, message)

    def _with_call(self, acting: Callable[[Call, Any], Awaitable[Any]], store: Store) -> GuardedHandler:
        roots, access = self._roots, self._access
        default = PermissionLevel.READ if access is None else access.default_permission
        return lambda request, message: acting(
            Call(store, roots, request.identity, default, access, request.address), message
        )


def _plain_endpoint(text: str) -> Endpoint:
    async def answer(_request: Request) -> Answer:
        return Response(text.encode(), headers=_TEXT)

    return answer


async def _artifacts_only(_request: Request) -> Answer:
    raise TemporarilyUnavailable(
        "server.artifacts_only",
        "The server runs with --artifacts-only and serves nothing but artifacts. Start it without to enable the rest.",
    )
