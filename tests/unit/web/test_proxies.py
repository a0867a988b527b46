"""From where a request came, behind proxies."""

from ipaddress import ip_network
from typing import Any

import pytest

from trialog.web import BodyLimits, Request, TrustedProxies

PROXIES = TrustedProxies([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])


def request_from(peer: str | None, *forwarded: str) -> Request:
    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing is read of the body")

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded],
        "client": None if peer is None else (peer, 40000),
    }
    return Request(scope, receive, BodyLimits(1024, 1.0))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        # Nobody but a proxy is believed.
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("203.0.113.9", (), "203.0.113.9"),
        (None, ("198.51.100.1",), ""),
        # What a proxy says counts, and of what it was told nothing.
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4, 198.51.100.1, 10.0.0.2",), "198.51.100.1"),
        ("10.0.0.1", ("10.9.9.9, 10.0.0.2",), "10.9.9.9"),
        # What no proxy writes ends the search.
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("unknown",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1, <script>",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1, \xff\x00",), "10.0.0.1"),
        # In all the ways in which addresses are written.
        ("fd00::1", ("[2001:db8::5]:8080",), "2001:db8::5"),
        ("::ffff:10.0.0.1", ("198.51.100.1:443",), "198.51.100.1"),
        ("10.0.0.1", (",".join(["10.0.0.7"] * 5000),), "10.0.0.7"),
    ],
)
def test_the_address_of_the_client(peer: str | None, forwarded: tuple[str, ...], client: str) -> None:
    assert PROXIES.client_of(request_from(peer, *forwarded)) == client
