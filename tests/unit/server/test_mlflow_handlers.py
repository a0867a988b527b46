"""The route table and the handlers know each other."""

import inspect
from typing import get_type_hints

import pytest

from trialog.server.mlflow_api.handlers import HANDLERS, Handler
from trialog.wire.routes import EXPERIMENT_ROUTES, LOGGED_MODEL_ROUTES, RUN_ROUTES, SERVER_ROUTES, Route

JSON_ROUTES = [
    route
    for route in (*SERVER_ROUTES, *EXPERIMENT_ROUTES, *RUN_ROUTES, *LOGGED_MODEL_ROUTES)
    if route.response is not None
]


def test_every_json_route_has_a_handler_and_every_handler_a_route() -> None:
    assert {route.operation for route in JSON_ROUTES} == set(HANDLERS)


@pytest.mark.parametrize("route", JSON_ROUTES, ids=lambda route: f"{route.method} {route.operation}")
def test_a_handler_takes_and_gives_what_its_route_says(route: Route) -> None:
    handler: Handler = HANDLERS[route.operation]
    hints = get_type_hints(handler)
    _, request_name = inspect.signature(handler).parameters

    assert hints[request_name] == (route.request or type(None))
    assert hints["return"] == route.response
