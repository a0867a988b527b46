"""Which workspace a request is made in, and which there are, as it was a moment ago."""

import time
from collections.abc import Callable, Collection
from typing import Final

from trialog.access import SharedCalls, may_enter
from trialog.contracts import WorkspaceStore
from trialog.entities import DEFAULT_WORKSPACE, Identity
from trialog.entities.workspace import Workspace, WorkspaceCatalog, check_workspace_name, workspace_not_found
from trialog.errors import FeatureDisabled, InvalidParameter
from trialog.web import Request
from trialog.web.messages import query_pairs
from trialog.wire.routes import Route

WORKSPACE_HEADER: Final = b"x-mlflow-workspace"
_FIELD: Final = "workspace"
_FRESH_SECONDS: Final = 0.5


class Workspaces:
    """The workspaces of a store.

    Which there are is asked of the store every half second at most, so that what another process changes counts within
    a second.

    Args:
        store: Where they are.
        clock: Tells the time in seconds; it never goes back.
    """

    def __init__(self, store: WorkspaceStore, clock: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self._clock = clock
        self._known: dict[str, Workspace] = {}
        self._left_to_default: frozenset[str] = frozenset()
        self._fresh_until: float | None = None
        self._asking: SharedCalls[WorkspaceCatalog] = SharedCalls()

    def left_to_default(self) -> Collection[str]:
        """Return the folders of deleted workspaces whose content moved to the default one, as last read."""
        return self._left_to_default

    def forget(self) -> None:
        """Forget everything, because this process changed it: the change counts from now on."""
        self._fresh_until = None
        # Who asks already may be told what was before.
        self._asking = SharedCalls()

    async def find(self, name: str) -> Workspace | None:
        """Return a workspace; None if there is none of this name."""
        await self.refresh()
        return self._known.get(name)

    async def refresh(self) -> None:
        """Ask the store again, if what is known is too old."""
        if self._fresh_until is not None and self._clock() < self._fresh_until:
            return
        asked, asking = self._clock(), self._asking
        catalog = await asking.call("catalog", self.store.catalog)
        if asking is self._asking:
            self._known = {workspace.name: workspace for workspace in catalog.workspaces}
            self._left_to_default = catalog.left_to_default
            self._fresh_until = asked + _FRESH_SECONDS
        else:
            await self.refresh()

    async def entered(self, route: Route, request: Request) -> Workspace | None:
        """Return the workspace that a request is made in; None for the default one.

        Args:
            route: What is asked for.
            request: Names it in a header, or where the route is for links in the address, or does not.

        Raises:
            InvalidParameter: What is named is no name of a workspace, or more than one is named.
            ResourceNotFound: There is no such workspace, or who asks has no business there.
        """
        name = _named(route, request)
        # The default one too sees what moved to it.
        await self.refresh()
        if name in ("", DEFAULT_WORKSPACE):
            return None
        check_workspace_name(name)
        found = self._known.get(name)
        if found is None or not may_enter(request.identity, name):
            raise workspace_not_found(name)
        return found

    def enterable(self, identity: Identity, workspaces: Collection[Workspace]) -> list[Workspace]:
        """Return those of some workspaces that somebody may enter.

        Args:
            identity: Who asks.
            workspaces: Which.
        """
        return [workspace for workspace in workspaces if may_enter(identity, workspace.name)]


def refuse_other_workspaces(route: Route, request: Request) -> None:
    """Refuse a request that names another workspace than the default one, where there are no others.

    Args:
        route: What is asked for.
        request: The request.

    Raises:
        FeatureDisabled: It does.
        InvalidParameter: It names more than one.
    """
    if _named(route, request) not in ("", DEFAULT_WORKSPACE):
        raise FeatureDisabled(
            "workspace.not_enabled",
            "Workspace APIs are not available: workspaces are not enabled on this server. Start it with"
            " --enable-workspaces, or leave the workspace out (MLFLOW_WORKSPACE).",
        )


def is_for_links(route: Route) -> bool:
    """Tell whether a route's address may name the workspace, because browsers follow links to it without headers.

    Whatever changes something, and whatever is read by scripts, is left to the header: no other site can send that.

    Args:
        route: The route.
    """
    known = () if route.request is None else route.request.__struct_fields__
    return route.method == "GET" and route.bytes_flow and _FIELD in known


def _named(route: Route, request: Request) -> str:
    if WORKSPACE_HEADER not in request.headers and not request.query_string:
        return ""
    named = [request.headers.get(WORKSPACE_HEADER, b"").decode("latin-1").strip()]
    in_query: list[str] = []
    if is_for_links(route):
        # What is no UTF-8 becomes a question mark, which no name has.
        values = [value for name, value in query_pairs(request.query_string) if name == _FIELD]
        in_query = [value.encode("utf-8", "replace").decode().strip() for value in values]
    is_repeated = request.header_count(WORKSPACE_HEADER) > 1 or len(in_query) > 1
    if is_repeated or len({name for name in (*named, *in_query) if name}) > 1:
        raise InvalidParameter(
            "workspace.named_twice",
            "The workspace was named more than once, by the header X-MLFLOW-WORKSPACE or in the address; which one is"
            " meant?",
        )
    return next((name for name in (*named, *in_query) if name), "")
