"""The routes of the API as data.

Servers dispatch by it, clients build addresses from it, documentation is made of it. All of it is loaded when somebody
asks for all of it; a client asks for the few routes that it needs by name.
"""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

from trialog.wire.routes.route import Route, aliases
from trialog.wire.routes.target import Permission, Target, TargetKind

if TYPE_CHECKING:
    from trialog.wire.routes.table import (
        ACCOUNT_ROUTES,
        ARTIFACT_ROUTES,
        ARTIFACT_VIEW_ROUTES,
        AUDIT_ROUTES,
        BIN_ROUTES,
        EXPERIMENT_ROUTES,
        LOG_STREAM_ROUTES,
        LOGGED_MODEL_ROUTES,
        METRIC_MEANING_ROUTES,
        MODEL_VERSION_ROUTES,
        OVERVIEW_ROUTES,
        PERMISSION_ROUTES,
        PROMOTION_ROUTES,
        READING_ROUTES,
        REGISTERED_MODEL_ROUTES,
        ROLE_ROUTES,
        ROUTE_GROUPS,
        ROUTES,
        RUN_ROUTES,
        SERVER_ROUTES,
        USER_ROUTES,
        WEBHOOK_ROUTES,
        WORKSPACE_ROUTES,
    )

__all__ = [
    "ACCOUNT_ROUTES",
    "ARTIFACT_ROUTES",
    "ARTIFACT_VIEW_ROUTES",
    "AUDIT_ROUTES",
    "BIN_ROUTES",
    "EXPERIMENT_ROUTES",
    "LOGGED_MODEL_ROUTES",
    "LOG_STREAM_ROUTES",
    "METRIC_MEANING_ROUTES",
    "MODEL_VERSION_ROUTES",
    "OVERVIEW_ROUTES",
    "PERMISSION_ROUTES",
    "PROMOTION_ROUTES",
    "READING_ROUTES",
    "REGISTERED_MODEL_ROUTES",
    "ROLE_ROUTES",
    "ROUTES",
    "ROUTE_GROUPS",
    "RUN_ROUTES",
    "SERVER_ROUTES",
    "USER_ROUTES",
    "WEBHOOK_ROUTES",
    "WORKSPACE_ROUTES",
    "Permission",
    "Route",
    "Target",
    "TargetKind",
    "aliases",
    "find_route",
]

# Where a route is looked for by its name, first where those stand that a training asks for.
_MODULES: Final = (
    "tracking",
    "log_streams",
    "artifacts",
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
            value for key, value in vars(_module(name)).items() if key.endswith("_ROUTES")
        ]
        found = [route for table in tables for route in table if route.operation == operation]
        if found:
            # Of the two methods that some searches have, the one with a body takes filters of any length.
            return next((route for route in found if route.method != "GET"), found[0])
    raise LookupError(operation)


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")


if not TYPE_CHECKING:  # a type checker, which would take any name for one that is there, reads the list above

    def __getattr__(name: str) -> object:
        # What a submodule is called is looked for here first, while it is loaded.
        if name.isupper() and name in __all__:
            return getattr(_module("table"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
