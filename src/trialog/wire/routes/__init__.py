"""The routes of the API as data.

Servers dispatch by it, clients build addresses from it, documentation is made of it. All of it stands in
`trialog.wire.routes.table`; a client asks for the few routes that it needs by name.
"""

from functools import cache
from importlib import import_module
from typing import Final

from trialog.wire.routes.route import Route, aliases
from trialog.wire.routes.target import Permission, Target, TargetKind

__all__ = ["Permission", "Route", "Target", "TargetKind", "aliases", "find_route"]

# Where a route is looked for by its name, first where those stand that a training asks for.
_MODULES: Final = (
    "tracking",
    "log_streams",
    "artifacts",
    "artifact_views",
    "reading",
    "registry",
    "metric_meanings",
    "bin",
    "overviews",
    "webhooks",
    "users",
    "roles",
    "permissions",
    "workspaces",
    "accounts",
    "audit",
)


@cache
def find_route(operation: str) -> Route:
    """Return the route of an operation, without loading more of the table than what stands before it.

    Args:
        operation: Its name in the route table.

    Raises:
        LookupError: There is none.
    """
    for name in _MODULES:
        tables: list[tuple[Route, ...]] = [
            value for key, value in vars(import_module(f"{__name__}.{name}")).items() if key.endswith("_ROUTES")
        ]
        found = [route for table in tables for route in table if route.operation == operation]
        if found:
            # Of the two methods that some searches have, the one with a body takes filters of any length.
            return next((route for route in found if route.method != "GET"), found[0])
    raise LookupError(operation)
