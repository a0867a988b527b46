"""Puts the server together: every route of the table with the handler that answers it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from trialog.artifacts import ArtifactRoots, WorkspaceRoots
from trialog.config import Settings
from trialog.contracts import WorkspaceStores
from trialog.entities import DEFAULT_WORKSPACE, EVERYBODY_IS_ADMIN, Identity, PermissionLevel
from trialog.entities.workspace import MAX_WORKSPACES, Workspace
from trialog.errors import ResourceNotFound, TemporarilyUnavailable
from trialog.server import api
from trialog.server.access import Access
from trialog.server.another_server import AnotherServer
from trialog.server.api.artifact_views import ArtifactViews
from trialog.server.api.status import status_handler
from trialog.server.authorisation import Authorisation, GuardedHandler
from trialog.server.call import ActingHandler, Call
from trialog.server.docs_page import docs_endpoints
from trialog.server.login import LOGIN_PAGE, LoginPages
from trialog.server.mlflow_api import ACTING_HANDLERS, HANDLERS
from trialog.server.mlflow_api.artifacts import ArtifactsByOwner, ProxiedArtifacts
from trialog.server.mlflow_api.server_info import HEALTH, MLFLOW_VERSION, server_info_of
from trialog.server.mlflow_api.webhooks import WebhookHandler, WebhookHandlers
from trialog.server.signed_parts import SignedParts
from trialog.server.start_page import start_page, start_text
from trialog.server.ui_pages import UiPages
from trialog.server.webhook_sender import create_webhook_sender
from trialog.server.workspaces import Workspaces, refuse_other_workspaces
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
from trialog.wire.routes import Permission, Route, aliases
from trialog.wire.routes.table import ROUTES

_TEXT = ((b"content-type", b"text/plain; charset=utf-8"),)
_PROXIED = "/api/2.0/mlflow-artifacts/"


def create_app(
    store: WorkspaceStores | None,
    roots: ArtifactRoots,
    settings: Settings,
    *,
    takes_any_address: bool = False,
    access: Access | None = None,
    another: AnotherServer | None = None,
    everybody: Identity = EVERYBODY_IS_ADMIN,
) -> Application:
    """Return the application that serves a store and artifacts.

    Args:
        store: Experiments, runs and the like; None serves artifacts alone.
        roots: The artifacts that are served.
        settings: What the operator chose.
        takes_any_address: Whether to take every Host that is an IP address, as a server on all interfaces must.
        access: Who may get in, and do what; None lets everybody do everything.
        another: The server whose data the store shows; None if it is the own.
        everybody: Who asks, where nobody has to show who she is.
    """
    router = Router(settings.static_prefix, absent_part=absent_part)
    is_open = settings.allow_open and access is None
    prefix = settings.static_prefix
    open_pages = _add_pages(router, settings, has_store=store is not None, has_accounts=access is not None)
    workspaces = Workspaces(store.workspaces) if settings.enable_workspaces and store is not None else None
    webhooks = None if store is None else WebhookHandlers(store, create_webhook_sender(settings))
    status = status_handler(settings, has_accounts=access is not None, has_workspaces=workspaces is not None)
    server = _Server(prefix, webhooks, workspaces, status, is_open=is_open, another=another)
    of_default = roots if workspaces is None else WorkspaceRoots(roots, "", workspaces.left_to_default)
    endpoints = _Endpoints(server, store, of_default, access)
    by_workspace = None if workspaces is None else _EveryWorkspace(endpoints, roots, workspaces)
    open_paths = {("GET", prefix + page) for page in open_pages}
    if access is not None:
        # Each of these finds out by itself who asks, or asks for it.
        for method, path, endpoint in LoginPages(access, prefix).endpoints():
            router.add(method, path, endpoint)
            open_paths.add((method, prefix + path))
    for route in ROUTES:
        endpoint = _in_default(endpoints, route) if by_workspace is None else by_workspace.of(route)
        for path in aliases(route):
            router.add(route.method, path, endpoint)
            if route.permission is Permission.OPEN:
                open_paths.add((route.method, prefix + path))
    gate = Gate(
        allowed_hosts_for(settings.host, (*settings.allowed_hosts, *_public_hosts(settings))),
        settings.cors_allowed_origins,
        any_address=takes_any_address,
        prefix=prefix,
        takes_forwarded=access is not None or settings.allow_open,
    )
    limits = BodyLimits(settings.max_json_bytes, settings.body_seconds)
    frame_options = None if settings.x_frame_options == "NONE" else settings.x_frame_options
    door = None
    if access is not None and endpoints.authorisation is not None:
        note_not_admitted = endpoints.authorisation.note_not_admitted
        parts = None if roots.proxied is None else SignedParts(roots.proxied, access.authenticator, prefix)
        door = Door(
            access.authenticator,
            open_paths,
            note_not_admitted,
            login_page=prefix + LOGIN_PAGE,
            sender_of_part=None if parts is None else parts.sender,
        )
    # Without accounts nobody asks from where a request came.
    proxies = TrustedProxies(settings.trusted_proxies) if settings.trusted_proxies or access is not None else None
    return Application(
        router,
        gate,
        limits,
        frame_options=frame_options,
        door=door,
        proxies=proxies,
        public_origin=_public_origin(settings),
        everybody=everybody,
    )


def _add_pages(router: Router, settings: Settings, *, has_store: bool, has_accounts: bool) -> list[str]:
    """Add what browsers are shown, and return those paths that say nothing of what is on the server."""
    prefix, is_open = settings.static_prefix, settings.allow_open and not has_accounts
    pages = dict(docs_endpoints(prefix, is_open=is_open))
    if has_store and UiPages.are_built():
        start = partial(start_text, prefix=prefix, is_open=is_open, has_accounts=has_accounts)
        ui = UiPages(prefix, start, has_accounts=has_accounts)
        pages |= dict(ui.files())
        for page, endpoint in ui.pages():
            router.add("GET", page, endpoint)
        router.add_for_unknown(ui.for_unknown)
    else:
        pages["/"] = start_page(prefix, is_open=is_open, has_accounts=has_accounts)
    for page, endpoint in pages.items():
        router.add("GET", page, endpoint)
    return list(pages)


def _public_hosts(settings: Settings) -> tuple[str, ...]:
    # At any port: many a proxy passes the name on without it.
    name = None if settings.public_url is None else urlsplit(settings.public_url).hostname
    if name is None:
        return ()
    return (f"[{name}]" if ":" in name else name,)


def _public_origin(settings: Settings) -> bytes | None:
    """Return the origin of the server's own pages as browsers write it: without the port that its scheme has anyway."""
    if settings.public_url is None:
        return None
    scheme, authority, *_ = urlsplit(settings.public_url.lower())
    usual = {"https": ":443", "http": ":80"}[scheme]
    return f"{scheme}://{authority.removesuffix(usual)}".encode()


@dataclass(frozen=True, slots=True)
class _Server:
    """What is the same in every workspace.

    Args:
        prefix: Prefix of all paths.
        webhooks: Answers about webhooks of the default workspace; None without a store.
        workspaces: Which workspaces there are; None where there is the default one alone.
        status: Answers for the state of the server.
        is_open: Whether the operator lets everybody who can reach the server do everything.
        another: The server whose data is shown; None if it is the own.
    """

    prefix: str
    webhooks: WebhookHandlers | None
    workspaces: Workspaces | None
    status: ActingHandler
    is_open: bool = False
    another: AnotherServer | None = None


class _Endpoints:
    """Finds what answers a route in one workspace.

    Args:
        server: What is the same in all of them.
        store: As for `create_app`, of the workspace.
        roots: Likewise.
        access: Likewise.
        workspace: Its name.
    """

    def __init__(
        self,
        server: _Server,
        store: WorkspaceStores | None,
        roots: ArtifactRoots,
        access: Access | None,
        workspace: str = DEFAULT_WORKSPACE,
    ) -> None:
        self.authorisation = None if access is None else Authorisation(access, store, roots)
        self._server = server
        self._store = store
        self._roots = roots
        self._access = access
        self._workspace = workspace
        self._acting = {**ACTING_HANDLERS, **api.HANDLERS, "get_status": server.status}
        self._artifacts = dict(ProxiedArtifacts(roots.proxied, server.prefix).handlers())
        self._webhooks: Mapping[str, WebhookHandler] = {}
        if store is not None:
            self._artifacts |= ArtifactsByOwner(store, roots).handlers()
            self._artifacts |= ArtifactViews(store, roots).handlers()
        if store is not None and server.webhooks is not None:
            self._webhooks = server.webhooks.of(store).handlers()
        self._plain = {"health": HEALTH, "version": MLFLOW_VERSION}

    def in_workspace(self, workspace: Workspace, roots: ArtifactRoots) -> "_Endpoints":
        """Return what answers in another workspace.

        Args:
            workspace: Which.
            roots: The artifacts of it.
        """
        if self._store is None:
            raise ValueError("workspaces are kept in a store")
        store = self._store.in_workspace(workspace.name)
        access = None if self._access is None else self._access.in_workspace(workspace.name, store.resources)
        return _Endpoints(self._server, store, roots, access, workspace.name)

    def of(self, route: Route) -> Endpoint:
        """Return the endpoint of a route."""
        own = self._own(route)
        return own if self._server.another is None else self._server.another.endpoint(route, own)

    def _own(self, route: Route) -> Endpoint:
        if (text := self._plain.get(route.operation)) is not None:
            return _plain_endpoint(text)
        if self._store is None and not route.path.startswith(_PROXIED) and route.permission is not Permission.OPEN:
            return _artifacts_only
        if (handler := self._artifacts.get(route.operation)) is not None:
            return answering_endpoint(route, self._guarded(route, handler))
        # Without a store only the open routes come here, and those ask nothing of it.
        store = cast(WorkspaceStores, self._store)
        if (streaming := api.STREAMING_HANDLERS.get(route.operation)) is not None:
            return answering_endpoint(route, self._guarded(route, self._with_call(streaming, store)))
        if (negotiating := api.NEGOTIATING_HANDLERS.get(route.operation)) is not None:
            return answering_endpoint(route, self._guarded(route, partial(negotiating, store)))
        return json_endpoint(route, self._guarded(route, self._handler(route.operation, store)))

    def _guarded(self, route: Route, handler: GuardedHandler) -> GuardedHandler:
        if self.authorisation is None or route.permission is Permission.OPEN:
            return handler
        return self.authorisation.guarded(route, handler)

    def _handler(self, operation: str, store: WorkspaceStores) -> GuardedHandler:
        if (of_webhooks := self._webhooks.get(operation)) is not None:
            return lambda _request, message: of_webhooks(message)
        if (acting := self._acting.get(operation)) is not None:
            return self._with_call(acting, store)
        plain = HANDLERS[operation]
        if operation == "server_info":
            has_workspaces = self._server.workspaces is not None
            another = self._server.another
            describe = None if another is None else another.describe
            plain = server_info_of(is_open=self._server.is_open, has_workspaces=has_workspaces, describe=describe)
        return lambda _request, message: plain(store, message)

    def _with_call(self, acting: Callable[[Call, Any], Awaitable[Any]], store: WorkspaceStores) -> GuardedHandler:
        roots, access, workspaces = self._roots, self._access, self._server.workspaces
        default = PermissionLevel.READ if access is None else access.default_permission
        workspace = self._workspace
        return lambda request, message: acting(
            Call(
                store,
                roots,
                request.identity,
                default,
                access,
                request.address,
                workspace,
                workspaces,
                request.left_out,
            ),
            message,
        )


class _EveryWorkspace:
    """Finds what answers a route, for each request in the workspace that it is made in.

    Args:
        default: What answers in the default workspace.
        roots: All artifacts.
        workspaces: Which others there are.
    """

    def __init__(self, default: _Endpoints, roots: ArtifactRoots, workspaces: Workspaces) -> None:
        self._default = default
        self._roots = roots
        self._workspaces = workspaces
        # By number, which does not come back as a name may.
        self._others: dict[int, _Endpoints] = {}
        self._made: dict[tuple[int, str, str], Endpoint] = {}

    def of(self, route: Route) -> Endpoint:
        """Return the endpoint of a route."""
        in_default = self._default.of(route)
        if route.permission is Permission.OPEN:
            # Whoever names a workspace that is not there has to be told so in peace.
            return in_default

        async def answer(request: Request) -> Answer:
            try:
                workspace = await self._workspaces.entered(route, request)
            except ResourceNotFound as error:
                if self._default.authorisation is not None:
                    self._default.authorisation.note_not_entered(route, request, error)
                raise
            endpoint = in_default if workspace is None else self._endpoint(workspace, route)
            return await endpoint(request)

        return answer

    def _endpoint(self, workspace: Workspace, route: Route) -> Endpoint:
        key = (workspace.workspace_id, route.method, route.path)
        endpoint = self._made.get(key)
        if endpoint is None:
            endpoint = self._made[key] = self._of(workspace).of(route)
        return endpoint

    def _of(self, workspace: Workspace) -> _Endpoints:
        endpoints = self._others.get(workspace.workspace_id)
        if endpoints is None:
            if len(self._others) >= MAX_WORKSPACES:
                # Some of them are gone.
                self._others.clear()
                self._made.clear()
            roots = WorkspaceRoots(self._roots, workspace.folder)
            endpoints = self._others[workspace.workspace_id] = self._default.in_workspace(workspace, roots)
        return endpoints


def _in_default(endpoints: _Endpoints, route: Route) -> Endpoint:
    """Return the endpoint of a route where there is the default workspace alone."""
    endpoint = endpoints.of(route)
    if route.permission is Permission.OPEN:
        return endpoint

    async def answer(request: Request) -> Answer:
        refuse_other_workspaces(route, request)
        return await endpoint(request)

    return answer


def _plain_endpoint(text: str) -> Endpoint:
    async def answer(_request: Request) -> Answer:
        return Response(text.encode(), headers=_TEXT)

    return answer


async def _artifacts_only(_request: Request) -> Answer:
    raise TemporarilyUnavailable(
        "server.artifacts_only",
        "The server runs with --artifacts-only and serves nothing but artifacts. Start it without to enable the rest.",
    )
