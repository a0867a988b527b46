"""One row of the route table, and the few kinds of rows that most are."""

from msgspec import Struct

from trialog.wire.messages.base import EmptyResponse
from trialog.wire.routes.target import Permission, Target

MLFLOW = "/api/2.0/mlflow"


class Route(Struct, frozen=True):
    """One thing that can be asked of the server.

    Args:
        operation: Its name; several routes of one operation differ in method.
        method: HTTP method.
        path: Its address, with `{name}` for one part of it and `{name:path}` for any number of parts.
        request: What is asked. Its fields come from path and query for GET and for routes with `bytes_flow` or
            `bodiless`, else from path and JSON body. None if there are none to read.
        response: What is answered as JSON; None for bytes or plain text.
        permission: What the caller needs.
        targets: What she needs it on, each of them; none for an open route alone.
        bytes_flow: Whether body or answer are bytes that flow past rather than JSON.
        bodiless: Whether path and query say all, so that a POST needs no body and none that comes is read.
        body_type: Content type that the bytes of the body must have; None if it may be any.
        binary: Content type of the answer where it comes in bytes as well as in JSON, as the client accepts, or in
            bytes of a type that is known.
        is_logging: Whether it logs what runs and models produce, which is too much for the record of what was done.
        status: HTTP status of the answer; one of 204 has no body.
    """

    operation: str
    method: str
    path: str
    request: type[Struct] | None
    response: type[Struct] | None
    permission: Permission
    targets: tuple[Target, ...]
    bytes_flow: bool = False
    bodiless: bool = False
    body_type: str | None = None
    binary: str | None = None
    is_logging: bool = False
    status: int = 200

    def __post_init__(self) -> None:
        if bool(self.targets) is (self.permission is Permission.OPEN):
            raise ValueError(f"{self.operation}: a route is open, or says what its permission is needed on")
        known = () if self.request is None else self.request.__struct_fields__
        for target in self.targets:
            if target.field and target.field.partition(".")[0] not in known:
                raise ValueError(f"{self.operation}: no field {target.field} is asked for")


def aliases(route: Route) -> tuple[str, ...]:
    """Return every address of a route, its own first.

    MLflow's web page asks under `/ajax-api` for what clients ask for under `/api`. Here each has the other too.
    """
    paths = [route.path]
    if route.operation == "search_datasets":
        # A slip in MLflow's route table made this one known without the slash.
        paths.append("/api/2.0mlflow/experiments/search-datasets")
    if route.path.startswith("/api/"):
        paths += [f"/ajax-api/{path.removeprefix('/api/')}" for path in paths]
    elif route.path.startswith("/ajax-api/"):
        paths += [f"/api/{path.removeprefix('/ajax-api/')}" for path in paths]
    return tuple(paths)


def read(operation: str, path: str, request: type[Struct], response: type[Struct], *targets: Target) -> Route:
    """Return a GET that reads."""
    return Route(operation, "GET", path, request, response, Permission.READ, targets)


def find(operation: str, path: str, request: type[Struct], response: type[Struct], *targets: Target) -> Route:
    """Return a POST that reads."""
    return Route(operation, "POST", path, request, response, Permission.READ, targets)


def write(
    operation: str,
    path: str,
    request: type[Struct],
    *targets: Target,
    response: type[Struct] = EmptyResponse,
    method: str = "POST",
    permission: Permission = Permission.EDIT,
) -> Route:
    """Return a route that writes."""
    return Route(operation, method, path, request, response, permission, targets)


def log(
    operation: str,
    path: str,
    request: type[Struct],
    *targets: Target,
    response: type[Struct] = EmptyResponse,
    method: str = "POST",
) -> Route:
    """Return a route that logs what a run or a model produces."""
    return Route(operation, method, path, request, response, Permission.EDIT, targets, is_logging=True)


def flow(
    operation: str, method: str, path: str, request: type[Struct], permission: Permission, *targets: Target
) -> Route:
    """Return a route of bytes that flow past."""
    response = None if method == "GET" else EmptyResponse
    return Route(operation, method, path, request, response, permission, targets, bytes_flow=True, is_logging=True)
