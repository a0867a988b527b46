"""Which endpoint a method and a path lead to, and with which parameters."""

import anyio
import pytest

from tests.unit.web.scopes import request_of
from trialog.errors import EndpointNotFound, InvalidParameter, MethodNotAllowed
from trialog.web import Endpoint, Request, Response, Router


def named(name: str) -> Endpoint:
    async def endpoint(_request: Request) -> Response:
        return Response(name.encode())

    return endpoint


def router_of(*routes: tuple[str, str], prefix: str = "") -> Router:
    router = Router(prefix)
    for method, path in routes:
        router.add(method, path, named(f"{method} {path}"))
    return router


def found(router: Router, method: str, raw_path: str) -> tuple[str, dict[str, str]]:
    request = request_of(method, raw_path, raw_path=raw_path.encode())
    answer = anyio.run(router.find(request), request)
    assert isinstance(answer, Response)
    return answer.body.decode(), request.path_parameters


ROUTES = (
    ("GET", "/models/{id}"),
    ("PATCH", "/models/{id}"),
    ("POST", "/models/search"),
    ("GET", "/models/{id}/files"),
    ("DELETE", "/models/{id}/tags/{key:path}"),
    ("GET", "/artifacts"),
    ("GET", "/artifacts/{path:path}"),
    ("PUT", "/artifacts/{path:path}"),
)


@pytest.mark.parametrize(
    ("method", "path", "template", "parameters"),
    [
        ("POST", "/models/search", "/models/search", {}),
        ("GET", "/models/m-1", "/models/{id}", {"id": "m-1"}),
        ("PATCH", "/models/m-1", "/models/{id}", {"id": "m-1"}),
        ("GET", "/models/a%2Fb", "/models/{id}", {"id": "a/b"}),
        ("GET", "/models/a%252Fb", "/models/{id}", {"id": "a%2Fb"}),
        ("GET", "/models/m-1/files", "/models/{id}/files", {"id": "m-1"}),
        ("DELETE", "/models/m-1/tags/a/b%20c", "/models/{id}/tags/{key:path}", {"id": "m-1", "key": "a/b c"}),
        ("GET", "/artifacts", "/artifacts", {}),
        ("GET", "/artifacts/", "/artifacts/{path:path}", {"path": ""}),
        ("PUT", "/artifacts/../x%2e", "/artifacts/{path:path}", {"path": "../x."}),
    ],
)
def test_a_path_leads_to_its_endpoint(method: str, path: str, template: str, parameters: dict[str, str]) -> None:
    assert found(router_of(*ROUTES), method, path) == (f"{method} {template}", parameters)


@pytest.mark.parametrize(
    "path", ["/", "/models", "/models/", "/models/m-1/", "/models/m-1/nothing", "/artifact", "//artifacts"]
)
def test_other_paths_are_not_served(path: str) -> None:
    with pytest.raises(EndpointNotFound, match="No endpoint GET"):
        found(router_of(*ROUTES), "GET", path)


def test_another_method_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(MethodNotAllowed, match=r"allowed: GET, HEAD, OPTIONS, PATCH\.") as refused:
        found(router_of(*ROUTES), "DELETE", "/models/m-1")
    assert refused.value.values["allowed"] == "GET, HEAD, OPTIONS, PATCH"


def test_head_is_answered_where_get_is() -> None:
    assert found(router_of(*ROUTES), "HEAD", "/artifacts") == ("GET /artifacts", {})


def test_options_says_which_methods_there_are() -> None:
    request = request_of("OPTIONS", "/artifacts/x")
    answer = anyio.run(router_of(*ROUTES).find(request), request)
    assert (answer.status, dict(answer.headers)) == (204, {b"allow": b"GET, HEAD, OPTIONS, PUT"})


def test_a_prefix_stands_before_every_path() -> None:
    router = router_of(*ROUTES, prefix="/x")
    assert found(router, "GET", "/x/models/m") == ("GET /models/{id}", {"id": "m"})
    with pytest.raises(EndpointNotFound, match="No endpoint"):
        found(router, "GET", "/models/m")


def test_a_parameter_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="not valid UTF-8"):
        found(router_of(*ROUTES), "GET", "/models/%ff")


def test_serving_one_thing_twice_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="served twice"):
        router_of(("GET", "/a"), ("GET", "/a"))
