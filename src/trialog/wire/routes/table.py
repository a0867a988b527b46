"""The whole table of routes, by group."""

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from trialog.wire.routes.accounts import ACCOUNT_ROUTES
from trialog.wire.routes.artifact_views import ARTIFACT_VIEW_ROUTES
from trialog.wire.routes.artifacts import ARTIFACT_ROUTES
from trialog.wire.routes.audit import AUDIT_ROUTES
from trialog.wire.routes.bin import BIN_ROUTES
from trialog.wire.routes.log_streams import LOG_STREAM_ROUTES
from trialog.wire.routes.metric_meanings import METRIC_MEANING_ROUTES
from trialog.wire.routes.overviews import OVERVIEW_ROUTES
from trialog.wire.routes.permissions import PERMISSION_ROUTES
from trialog.wire.routes.reading import READING_ROUTES
from trialog.wire.routes.registry import MODEL_VERSION_ROUTES, PROMOTION_ROUTES, REGISTERED_MODEL_ROUTES
from trialog.wire.routes.roles import ROLE_ROUTES
from trialog.wire.routes.route import Route
from trialog.wire.routes.tracking import EXPERIMENT_ROUTES, LOGGED_MODEL_ROUTES, RUN_ROUTES, SERVER_ROUTES
from trialog.wire.routes.users import USER_ROUTES
from trialog.wire.routes.webhooks import WEBHOOK_ROUTES
from trialog.wire.routes.workspaces import WORKSPACE_ROUTES

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
]

# By the name that documentation gives each group. The guides' links open the promotion routes at `mlflow`.
ROUTE_GROUPS: Mapping[str, tuple[Route, ...]] = MappingProxyType(
    {
        "server": SERVER_ROUTES,
        "experiments": EXPERIMENT_ROUTES,
        "runs": RUN_ROUTES,
        "log-streams": LOG_STREAM_ROUTES,
        "logged-models": LOGGED_MODEL_ROUTES,
        "registered-models": REGISTERED_MODEL_ROUTES,
        "model-versions": MODEL_VERSION_ROUTES,
        "mlflow": PROMOTION_ROUTES,
        "metrics": METRIC_MEANING_ROUTES,
        "reading": READING_ROUTES,
        "overviews": OVERVIEW_ROUTES,
        "artifacts": (*ARTIFACT_ROUTES, *ARTIFACT_VIEW_ROUTES),
        "bin": BIN_ROUTES,
        "webhooks": WEBHOOK_ROUTES,
        "users": USER_ROUTES,
        "roles": ROLE_ROUTES,
        "permissions": PERMISSION_ROUTES,
        "workspaces": WORKSPACE_ROUTES,
        "accounts": ACCOUNT_ROUTES,
        "audit": AUDIT_ROUTES,
    }
)
ROUTES: tuple[Route, ...] = tuple(chain.from_iterable(ROUTE_GROUPS.values()))
