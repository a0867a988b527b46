"""Which hosts and origins get in, and what the options for them mean."""

import pytest

from tests.unit.web.scopes import request_of
from trialog.errors import InvalidParameter, PermissionDenied
from trialog.web import Gate, allowed_hosts_for
from trialog.wire.routes import Route, aliases
from trialog.wire.routes.table import ROUTES

API = "/api/2.0/mlflow/runs/create"
# What a person may follow a link to: files, and what tells nothing that is secret.
LINKED = {"/get-artifact", "/model-versions/get-artifact", "/health", "/version"}


def gets_in(gate: Gate, *, method: str = "POST", path: str = API, **headers: str) -> bool:
    named = {"Host": "localhost:5000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        gate.check(request_of(method, path, named))
    except PermissionDenied:
        return False
    return True


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "LOCALHOST:1", "127.0.0.1:5000", "[::1]", "[::1]:80"])
def test_loopback_names_get_in_on_any_port(host: str) -> None:
    assert gets_in(Gate(), Host=host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:5000",
        "127.0.0.1.evil.example",
        "127.0.0.2",
        "0.0.0.0:5000",
        "192.168.0.1",
        "",
        "localhost@evil.example",
        "localhost evil.example",
        "localhost:5000:5000",
        "localhost:x",
        "local\u0130host",
    ],
)
def test_other_hosts_do_not_get_in(host: str) -> None:
    assert not gets_in(Gate(), Host=host)


def test_a_request_without_host_does_not_get_in() -> None:
    with pytest.raises(PermissionDenied, match="Invalid Host header"):
        Gate().check(request_of("GET", API))


def test_two_hosts_in_one_request_are_refused() -> None:
    with pytest.raises(InvalidParameter, match="more than one Host header"):
        Gate().check(request_of("GET", API, [("Host", "evil.example"), ("Host", "localhost:1")]))


def test_two_hosts_in_one_request_are_refused_though_each_was_let_in_before() -> None:
    gate = Gate(["a.example"])
    assert gets_in(gate, Host="a.example")
    assert gets_in(gate, Host="localhost")
    for hosts in (("evil.example", "localhost"), ("a.example", "localhost"), ("localhost", "localhost")):
        with pytest.raises(InvalidParameter, match="more than one Host header"):
            gate.check(request_of("GET", API, [("Host", host) for host in hosts]))


def test_a_host_that_was_let_in_before_does_not_let_in_a_second_one_beside_it() -> None:
    gate = Gate()
    assert gets_in(gate, Host="localhost")
    assert not gets_in(gate, Host="evil.example")


@pytest.mark.parametrize(
    ("pattern", "host", "is_in"),
    [
        ("mlflow.example.com", "mlflow.example.com", True),
        ("mlflow.example.com", "mlflow.example.com:8443", True),
        ("mlflow.example.com:8443", "mlflow.example.com:8443", True),
        ("mlflow.example.com:8443", "mlflow.example.com:80", False),
        ("Mlflow.Example.com", "mlflow.example.com", True),
        ("app-*.internal.example", "app-7.internal.example:80", True),
        ("app-*.internal.example", "app-7.internal.example.evil.example", False),
        ("*.example.com", "evil.example", False),
        ("192.168.*", "192.168.3.4:5000", True),
        ("192.168.*", "192.168.evil.example", False),
        ("10.0.0.100:*", "10.0.0.100:5000", True),
        ("mlflow.example.com", "mlflowXexample.com", False),
        ("*", "anything.example", True),
    ],
)
def test_what_an_allowed_host_means(pattern: str, host: str, is_in: bool) -> None:
    assert gets_in(Gate([pattern]), Host=host) is is_in


def test_a_server_on_all_interfaces_takes_addresses_but_no_names() -> None:
    gate = Gate(any_address=True)
    assert gets_in(gate, Host="192.168.3.4:5000")
    assert gets_in(gate, Host="[fe80::1]:5000")
    assert not gets_in(gate, Host="evil.example:5000")


@pytest.mark.parametrize(
    ("bound", "host"),
    [
        ("2001:db8::7", "[2001:db8::7]:5000"),
        ("[2001:db8::7]", "[2001:db8::7]"),
        ("2001:DB8:0:0::7", "[2001:db8::7]:5000"),
        ("2001:DB8:0:0::7", "[2001:db8:0:0::7]:5000"),
        ("192.168.3.4", "192.168.3.4:5000"),
        ("tracking.example", "tracking.example:5000"),
    ],
)
def test_a_server_is_called_by_the_address_that_it_listens_on(bound: str, host: str) -> None:
    gate = Gate(allowed_hosts_for(bound, ["other.example"]))
    assert gets_in(gate, Host=host)
    assert gets_in(gate, Host="other.example")
    assert not gets_in(gate, Host="[2001:db8::8]:5000")


def test_health_and_version_answer_under_any_name() -> None:
    gate = Gate(prefix="/x")
    assert gets_in(gate, method="GET", path="/x/health", Host="10.0.0.7:5000")
    assert gets_in(gate, method="GET", path="/x/version", Host="10.0.0.7:5000")
    assert not gets_in(gate, method="GET", path="/health", Host="10.0.0.7:5000")


@pytest.mark.parametrize("origin", ["http://localhost:5000", "https://localhost:5000", "http://127.0.0.1:8888"])
def test_pages_of_this_machine_may_call_a_server_on_this_machine(origin: str) -> None:
    assert gets_in(Gate(), Origin=origin)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "file://", "", "https://evil.example/localhost"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_pages_of_elsewhere_may_not_call_the_api(origin: str, method: str) -> None:
    assert not gets_in(Gate(), method=method, Origin=origin)


def test_pages_of_this_machine_may_not_call_a_server_with_another_name() -> None:
    gate = Gate(["mlflow.example.com"])
    assert gets_in(gate, Host="mlflow.example.com", Origin="https://mlflow.example.com")
    assert not gets_in(gate, Host="mlflow.example.com", Origin="http://localhost:3000")


def test_allowed_origins_may_call_and_read_the_answer() -> None:
    gate = Gate(origins=["https://app.example.com", "https://*.lab.example"])
    for origin in ("https://app.example.com", "https://a.lab.example"):
        headers = dict(gate.check(request_of("POST", API, {"Host": "localhost", "Origin": origin})))
        assert headers[b"access-control-allow-origin"] == origin.encode()
        assert headers[b"vary"] == b"Origin"
    assert not gets_in(gate, Origin="https://app.example.com.evil.example")
    assert not gets_in(gate, Origin="http://app.example.com")


def test_a_star_takes_every_origin_but_sends_no_credentials() -> None:
    headers = Gate(origins=["*"]).check(request_of("POST", API, {"Host": "localhost", "Origin": "https://a.example"}))
    assert headers == ((b"access-control-allow-origin", b"*"),)


def test_a_request_that_the_browser_calls_cross_site_does_not_reach_the_api() -> None:
    assert not gets_in(Gate(), method="GET", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")
    assert not gets_in(Gate(), method="GET", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")
    assert not gets_in(Gate(), method="POST", path="/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")
    assert gets_in(Gate(), method="GET", Sec_Fetch_Site="same-origin")
    assert gets_in(Gate(), method="GET", Sec_Fetch_Site="none", Sec_Fetch_Mode="navigate")


def test_a_link_on_another_site_may_lead_to_a_page() -> None:
    assert gets_in(Gate(), method="GET", path="/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")


@pytest.mark.parametrize("prefix", ["", "/behind/a/proxy"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_page_of_elsewhere_reaches_any_route_of_the_api(route: Route, prefix: str) -> None:
    gate = Gate(prefix=prefix)
    for path in set(aliases(route)) - LINKED:
        for headers in (
            {"Origin": "https://evil.example"},
            {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
        ):
            assert not gets_in(gate, method=route.method, path=prefix + path, **headers), path
