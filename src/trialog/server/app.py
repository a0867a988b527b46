"""Puts the server together: every route of the table with the handler that answers it."""

from functools import partial
from typing import cast

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
from trialog.server.mlflow_api import ACTING_HANDLERS, HANDLERS
from trialog.server.mlflow_api.artifacts import ArtifactsByOwner, ProxiedArtifacts
from trialog.server.mlflow_api.server_info import HEALTH, MLFLOW_VERSION
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
    pages = {"/": start_page(settings.static_prefix), **dict(docs_endpoints(settings.static_prefix))}
    for page, answer_page in pages.items():
        router.add("GET", page, answer_page)
    authorisation = None if access is None else Authorisation(access, store, roots)
    endpoints = _Endpoints(store, roots, settings.static_prefix, create_webhook_sender(settings), authorisation)
    open_paths = {("GET", settings.static_prefix + page) for page in pages}
    for route in ROUTES:
        endpoint = endpoints.of(route)
        for path in aliases(route):
            router.add(route.method, path, endpoint)
            if route.permission is Permission.OPEN:
                open_paths.add((route.method, settings.static_prefix + path))
    gate = Gate(
        allowed_hosts_for(settings.host, settings.allowed_hosts),
        settings.cors_allowed_origins,
        any_address=takes_any_address,
        prefix=settings.static_prefix,
    )
    limits = BodyLimits(settings.max_json_bytes, settings.body_seconds)
    frame_options = None if settings.x_frame_options == "NONE" else settings.x_frame_options
    door = None
    if access is not None and authorisation is not None:
        door = Door(access.authenticator, open_paths, authorisation.note_not_admitted)
    return Application(router, gate, limits, frame_options=frame_options, door=door)


class _Endpoints:
    """Finds what answers a route.

    Args:
        store: As for `create_app`.
        roots: As for `create_app`.
        prefix: Prefix of all paths.
        sender: Reaches the addresses of webhooks.
        authorisation: Asks before each route whether it may be; None where everybody may do everything.
    """

    def __init__(
        self,
        store: Store | None,
        roots: ArtifactRoots,
        prefix: str,
        sender: WebhookSender,
        authorisation: Authorisation | None,
    ) -> None:
        self._store = store
        self._roots = roots
        self._authorisation = authorisation
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
            return answering_endpoint(route, self._guarded(route, handler))
        # Without a store only the open routes come here, and those ask nothing of it.
        store = cast(Store, self._store)
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
            roots = self._roots
            default = PermissionLevel.READ if self._authorisation is None else self._authorisation.default_permission
            return lambda request, message: acting(Call(store, roots, request.identity, default), message)
        plain = HANDLERS[operation]
        return lambda _request, message: plain(store, message)


def _plain_endpoint(text: str) -> Endpoint:
    async def answer(_request: Request) -> Answer:
        return Response(text.encode(), headers=_TEXT)

    return answer


async def _artifacts_only(_request: Request) -> Answer:
    raise TemporarilyUnavailable(
        "server.artifacts_only",
        "The server runs with --artifacts-only and serves nothing but artifacts. Start it without to enable the rest.",
    )
