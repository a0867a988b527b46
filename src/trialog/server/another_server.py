"""Another server's data: passed on as it is where that is a server of Trialog, else made of MLflow's API.

Files are never passed on as they are: they go through the handlers of files, with the headers that keep them from
acting in the name of this server's pages.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from trialog.artifacts import ArtifactLocation, ArtifactRoots
from trialog.errors import ConnectionFailed, InvalidParameter, NotImplementedHere
from trialog.remote.answers import Answer as RemoteAnswer
from trialog.remote.artifacts import RemoteArtifacts, RemoteProxiedArtifacts, owner_of
from trialog.remote.server import RemoteServer, ServerKind
from trialog.web import Answer, Endpoint, Request, Response, StreamedResponse
from trialog.wire.messages.server import AnotherServerKind, AnotherServerMessage, Lack
from trialog.wire.routes import Permission, Route
from trialog.wire.routes.table import ROUTE_GROUPS

_JSON: Final = "application/json"
# Whoever else has a program on this machine reaches this server too: none is to make itself a token by it that lasts.
_OF_ACCOUNTS: Final = frozenset(
    route.operation
    for group in ("users", "roles", "permissions", "accounts")
    for route in ROUTE_GROUPS[group]
    if route.method != "GET"
)
_LACKS: Final[Mapping[ServerKind, tuple[Lack, ...]]] = MappingProxyType(
    {ServerKind.MLFLOW: tuple(Lack), ServerKind.TRIALOG: ()}
)


class RemoteRoots(ArtifactRoots):
    """From an artifact URI to a place among the artifacts of another server.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        super().__init__(RemoteProxiedArtifacts(server))
        self._artifacts = RemoteArtifacts(server)

    def locate(self, artifact_uri: str) -> ArtifactLocation:
        """Return the place that a URI of a run or a logged model names.

        Args:
            artifact_uri: The URI as it is stored there.

        Raises:
            InvalidParameter: It is none of a run or a logged model (`artifact.not_served_here`).
        """
        path = owner_of(artifact_uri)
        if path is None:
            raise InvalidParameter(
                "artifact.not_served_here",
                f"The artifact location {artifact_uri[:200]!r} is not that of a run or a logged model, by which"
                " files of the other server are asked for.",
                uri=artifact_uri[:200],
            )
        return ArtifactLocation(self._artifacts, path)


class AnotherServer:
    """Says whose data is shown, and passes on what that server answers by itself.

    Args:
        server: The other server.
    """

    def __init__(self, server: RemoteServer) -> None:
        self._server = server

    async def describe(self) -> AnotherServerMessage:
        """Return whose data is shown; what is known of it, if it cannot be reached."""
        try:
            kind = await self._server.kind()
        except ConnectionFailed:
            # That it cannot be reached is said by whatever a page asks for.
            return AnotherServerMessage(self._server.url, None, None)
        return AnotherServerMessage(
            self._server.url, AnotherServerKind(kind.value), self._server.version, list(_LACKS[kind])
        )

    def endpoint(self, route: Route, own: Endpoint) -> Endpoint:
        """Return the endpoint of a route.

        Args:
            route: The route.
            own: What answers it from MLflow's API.
        """
        is_file = route.binary is None and route.body_type is None and (route.bytes_flow or route.response is None)
        if is_file or route.permission is Permission.OPEN:
            return own

        async def answer(request: Request) -> Answer:
            if await self._server.kind() is ServerKind.MLFLOW:
                return await own(request)
            if route.operation in _OF_ACCOUNTS:
                raise NotImplementedHere(
                    "remote.no_accounts",
                    "Accounts, tokens and permissions of the other server are changed there, not here: whoever reaches"
                    " this server asks that one in your name.",
                )
            target = _target(route, request)
            if route.bytes_flow and route.body_type is None:
                return await self._stream(route, target)
            body = await request.json_body() if request.has_body else None
            # Which form of the answer is wanted.
            headers = {"Accept": request.headers.get(b"accept", _JSON.encode()).decode("latin-1")}
            if route.body_type is not None:
                headers["Content-Type"] = route.body_type
            return self._passed_on(route, await self._server.exchange(route.method, target, body, headers))

        return answer

    async def _stream(self, route: Route, target: str) -> Answer:
        file = await self._server.open(target, {})
        kind = (route.binary or "application/octet-stream").encode("ascii")
        headers = ((b"content-type", kind), (b"content-disposition", b"attachment"))
        return StreamedResponse(file.chunks(), file.close, None, 200, headers)

    def _passed_on(self, route: Route, answer: RemoteAnswer) -> Response:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_known = kind == _JSON or (route.binary is not None and kind == route.binary and answer.status == 200)
        is_empty = answer.status == 204 and not answer.body
        # A login that is missing is this server's, not that of who reads its pages.
        if answer.status == 401 or 300 <= answer.status < 400 or not (is_known or is_empty):
            raise self._server.refused(answer)
        headers = [] if is_empty else [(b"content-type", kind.encode("latin-1"))]
        if route.binary is not None:
            headers.append((b"vary", b"accept"))
        if "retry-after" in answer.headers:
            headers.append((b"retry-after", answer.headers["retry-after"].encode("latin-1")[:40]))
        return Response(answer.body, answer.status, headers)


def _target(route: Route, request: Request) -> str:
    """Return path and query for the other server: the path of the route, with what this request names in it.

    Raises:
        InvalidParameter: It names what would lead to another path.
    """
    target = route.path
    for name, value in request.path_parameters.items():
        if {".", ".."} & set(value.split("/")):
            raise InvalidParameter(
                "remote.bad_path", f"Parameter {name!r} cannot be {value[:100]!r} in a path.", parameter=name
            )
        text = value.encode("utf-8", "surrogateescape")
        target = target.replace(f"{{{name}}}", quote(text, safe="")).replace(f"{{{name}:path}}", quote(text, safe="/"))
    query = request.query_string.decode("latin-1")
    return f"{target}?{query}" if query else target
