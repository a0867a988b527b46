"""From method and path to the endpoint that answers: one lookup for fixed paths, a short walk for the others."""

from collections.abc import Awaitable, Callable, Iterator
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from trialog.errors import EndpointNotFound, InvalidParameter, MethodNotAllowed
from trialog.web.request import Request
from trialog.web.response import Answer, Response

Endpoint: TypeAlias = Callable[[Request], Awaitable[Answer]]

_SHOWN_CHARACTERS = 200


class _Node:
    """What may follow one segment of a path with parameters."""

    __slots__ = ("children", "methods", "parameter", "rest")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.parameter: tuple[str, _Node] | None = None
        self.rest: tuple[str, dict[str, Endpoint]] | None = None
        self.methods: dict[str, Endpoint] = {}


class Router:
    """Knows which endpoint answers which method and path.

    Paths are templates: `{name}` stands for one segment, `{name:path}` at the end for all the rest, slashes included.

    Args:
        prefix: Put in front of every path.
        absent_part: Of a path that is not served, what it would belong to and the verb to go with that, such as
            `Traces are`, if that is known.
    """

    def __init__(self, prefix: str = "", *, absent_part: Callable[[str], str | None] = lambda _path: None) -> None:
        self._prefix = prefix
        self._absent_part = absent_part
        self._fixed: dict[str, dict[str, Endpoint]] = {}
        self._root = _Node()
        self._routes: list[tuple[str, str]] = []
        self._for_unknown: Callable[[Request], Endpoint | None] = lambda _request: None

    def add_for_unknown(self, choose: Callable[[Request], Endpoint | None]) -> None:
        """Let a function choose what answers a request whose path is not served; None refuses it."""
        self._for_unknown = choose

    def add(self, method: str, path: str, endpoint: Endpoint) -> None:
        """Serve `method` on `path` with `endpoint`; HEAD and OPTIONS come by themselves."""
        full = self._prefix + path
        self._routes.append((method, full))
        methods = self._methods_of_template(full) if "{" in full else self._fixed.setdefault(full, {})
        if method in methods:
            raise ValueError(f"{method} {full} is served twice")
        methods[method] = endpoint

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Hand out every (method, path template) that is served."""
        return iter(self._routes)

    def find(self, request: Request) -> Endpoint:
        """Return the endpoint for a request and note its path parameters.

        Raises:
            EndpointNotFound: The path is not served.
            MethodNotAllowed: It is served, but not with this method.
            InvalidParameter: A parameter in the path is not UTF-8.
        """
        methods = self._fixed.get(request.path) or self._walk(request)
        if not methods:
            unknown = self._for_unknown(request)
            if unknown is None:
                raise self._not_found(request)
            return unknown
        endpoint = methods.get(request.method)
        if endpoint is not None:
            return endpoint
        if request.method == "HEAD" and "GET" in methods:
            return methods["GET"]
        allowed = ", ".join(sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}))
        if request.method == "OPTIONS":
            return _options(allowed)
        raise MethodNotAllowed(
            "request.method_not_allowed",
            f"The method {request.method[:20]} is not allowed for {request.path[:_SHOWN_CHARACTERS]!r}; "
            f"allowed: {allowed}.",
            allowed=allowed,
        )

    def _not_found(self, request: Request) -> EndpointNotFound:
        shown = request.path[:_SHOWN_CHARACTERS]
        sentence = f"No endpoint {request.method[:20]} {shown!r} on this server."
        part = self._absent_part(request.path.removeprefix(self._prefix))
        if part is None:
            return EndpointNotFound("request.endpoint_not_found", sentence, path=shown)
        return EndpointNotFound("request.endpoint_not_found", f"{sentence} {part} not in this release.", path=shown)

    def _methods_of_template(self, template: str) -> dict[str, Endpoint]:
        node = self._root
        for segment in template.split("/"):
            if not segment.startswith("{"):
                node = node.children.setdefault(segment, _Node())
            elif segment.endswith(":path}"):
                node.rest = node.rest or (segment[1:-6], {})
                return node.rest[1]
            else:
                node.parameter = node.parameter or (segment[1:-1], _Node())
                if node.parameter[0] != segment[1:-1]:
                    raise ValueError(f"{template}: {segment} is called {node.parameter[0]} elsewhere")
                node = node.parameter[1]
        return node.methods

    def _walk(self, request: Request) -> dict[str, Endpoint] | None:
        # The raw path is split before it is decoded, so that %2F stays inside its segment.
        segments = request.raw_path.split(b"/")
        node = self._root
        parameters: dict[str, bytes] = {}
        found: tuple[dict[str, Endpoint], dict[str, bytes]] | None = None
        for position, segment in enumerate(segments):
            if node.rest is not None:
                # A longer fixed beginning wins over the rest of a shorter one.
                found = node.rest[1], {**parameters, node.rest[0]: b"/".join(segments[position:])}
            child = node.children.get(segment.decode("latin-1"))
            if child is None and node.parameter is not None and segment:
                parameters[node.parameter[0]] = segment
                child = node.parameter[1]
            if child is None:
                break
            node = child
        else:
            if node.methods:
                request.path_parameters = {name: _decoded(part) for name, part in parameters.items()}
                return node.methods
        if found is None:
            return None
        methods, taken = found
        request.path_parameters = {name: _decoded(part) for name, part in taken.items()}
        return methods


def _decoded(segment: bytes) -> str:
    try:
        return unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidParameter(
            "request.path_not_utf8", f"The part {segment[:_SHOWN_CHARACTERS]!r} of the path is not valid UTF-8."
        ) from error


def _options(allowed: str) -> Endpoint:
    async def answer(_request: Request) -> Response:
        return Response(status=204, headers=((b"allow", allowed.encode("ascii")),))

    return answer
