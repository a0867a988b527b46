"""How requests are written that the route table knows by name."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from trialog.wire.routes import Route


def written(route: Route, fields: Mapping[str, object]) -> tuple[str, bytes | None]:
    """Return path and query, and the body, that a request is written as.

    Args:
        route: What is asked.
        fields: Fields of the request; each is sent as it is, and no other.

    Raises:
        TypeError: The request has no such field, or lacks one.
    """
    content: dict[str, Any] = {}
    if route.request is not None:
        route.request(**fields)
        content = msgspec.to_builtins(dict(fields))
    target = route.path
    for name in list(content):
        for placeholder, safe in ((f"{{{name}}}", ""), (f"{{{name}:path}}", "/")):
            if placeholder in target:
                target = target.replace(placeholder, quote(str(content.pop(name)), safe=safe))
                break
    if route.method == "GET" or route.bytes_flow or route.bodiless:
        query = urlencode([pair for name, value in content.items() for pair in _query_pairs(name, value)])
        return (f"{target}?{query}" if query else target), None
    return target, msgspec.json.encode(content)


def _query_pairs(name: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [(name, str(item)) for item in value]
    return [(name, str(value).lower() if isinstance(value, bool) else str(value))]
