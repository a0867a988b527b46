"""The route table and the handlers know each other."""

import inspect
from typing import get_type_hints

import pytest

from trialog.server import api
from trialog.server.call import ActingHandler
from trialog.server.mlflow_api.handlers import ACTING_HANDLERS, HANDLERS, Handler
from trialog.wire.routes import Route
from trialog.wire.routes.table import (
    EXPERIMENT_ROUTES,
    LOGGED_MODEL_ROUTES,
    MODEL_VERSION_ROUTES,
    PROMOTION_ROUTES,
    REGISTERED_MODEL_ROUTES,
    RUN_ROUTES,
    SERVER_ROUTES,
)

EVERY_HANDLER: dict[str, Handler | ActingHandler] = {**HANDLERS, **ACTING_HANDLERS, **api.HANDLERS}
JSON_ROUTES = [
    route
    for route in (
        *SERVER_ROUTES,
        *EXPERIMENT_ROUTES,
        *RUN_ROUTES,
        *LOGGED_MODEL_ROUTES,
        *REGISTERED_MODEL_ROUTES,
        *MODEL_VERSION_ROUTES,
        *PROMOTION_ROUTES,
    )
    if route.response is not None
]


def test_every_json_route_has_a_handler() -> None:
    assert {route.operation for route in JSON_ROUTES} <= set(EVERY_HANDLER)


def test_no_operation_has_two_handlers() -> None:
    assert len(EVERY_HANDLER) == len(HANDLERS) + len(ACTING_HANDLERS) + len(api.HANDLERS)


@pytest.mark.parametrize("route", JSON_ROUTES, ids=lambda route: f"{route.method} {route.operation}")
def test_a_handler_takes_and_gives_what_its_route_says(route: Route) -> None:
    handler = EVERY_HANDLER[route.operation]
    hints = get_type_hints(handler)
    _, request_name = inspect.signature(handler).parameters

    assert hints[request_name] == (route.request or type(None))
    assert hints["return"] == route.response
