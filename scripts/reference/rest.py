"""The page of routes."""

import inspect
from collections import defaultdict

import msgspec
from msgspec import Struct

from scripts.reference.markdown import page, table
from trialog.wire.messages.base import RequestMessage
from trialog.wire.routes import Route, aliases
from trialog.wire.routes.table import ROUTES

INTRODUCTION = """\
Trialog serves MLflow's REST API. A field in bold must be given. GET takes its fields from the query, every other
method from a JSON body; a field that the path names is taken from there. *Bytes* means that a body, not JSON, flows
through. Names may be written in snake_case or camelCase. Each address below `/api` is known below `/ajax-api` too, and
the reverse.

`needs` is what a caller has to be allowed once accounts are on."""


def rest_page() -> str:
    """Return the page."""
    groups: dict[str, list[Route]] = defaultdict(list)
    for route in ROUTES:
        groups[_topic(route)].append(route)
    blocks = []
    for topic, routes in groups.items():
        blocks += [f"## {topic}", table(("route", "does", "asks", "answers", "needs"), map(_row, routes))]
    also = [f"- `{route.path}`: {', '.join(f'`{path}`' for path in others)}" for route, others in _aliases()]
    return page("REST API", INTRODUCTION, [*blocks, "## Further addresses of the same", "\n".join(also)])


def _topic(route: Route) -> str:
    parts = [part for part in route.path.split("/") if part not in ("", "api", "ajax-api", "mlflow", "2.0", "3.0")]
    is_of_mlflow = "/mlflow/" in route.path and parts[0] in ("experiments", "runs", "metrics", "logged-models")
    if is_of_mlflow:
        return parts[0]
    return "artifacts" if "artifact" in route.path else "server"


def _row(route: Route) -> tuple[str, ...]:
    answers = "*bytes*" if route.response is None else _fields(route.response)
    asks = " ".join(filter(None, (_fields(route.request), "*bytes*" if route.bytes_flow and route.response else "")))
    return f"`{route.method} {route.path}`", _does(route), asks, answers, route.permission.name.lower()


def _does(route: Route) -> str:
    asking = [other.operation for other in ROUTES if other.request is route.request]
    text = inspect.getdoc(route.request) if route.request and len(set(asking)) == 1 and not route.bytes_flow else None
    return (text or route.operation.replace("_", " ")).partition("\n")[0].rstrip(".")


def _fields(shape: type[Struct] | None) -> str:
    if shape is None:
        return ""
    is_asked = issubclass(shape, RequestMessage)
    names = [
        f"**{field.encode_name}**" if field.required and is_asked else field.encode_name
        for field in msgspec.structs.fields(shape)
    ]
    return ", ".join(names)


def _aliases() -> list[tuple[Route, tuple[str, ...]]]:
    """The first route of each path that has further addresses, and these."""
    first = {route.path: route for route in reversed(ROUTES)}
    # What every path below `/api` has is said once, in the introduction.
    return [(route, aliases(route)[1:]) for route in reversed(first.values()) if len(aliases(route)) > 2]
