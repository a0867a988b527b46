"""The gate in front of everything: which Host headers and which web pages may call at all.

A page of the wide web can make its reader's browser call a server on the reader's own machine, by renaming its own
host to this address (DNS rebinding) or by plain cross-site requests. Browsers say so in the headers Host, Origin and
Sec-Fetch-Site, which pages cannot forge. The check stands in front of routing, in every mode of the server.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence

from trialog.errors import InvalidParameter, PermissionDenied
from trialog.web.request import Request
from trialog.web.response import Headers

_API_STARTS = ("/api/", "/ajax-api/", "/mlflow/")
_LOGIN_STARTS = ("/login", "/logout")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_REMEMBERED_HOSTS = 256
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.%a-z]+\]|[^:\[\]/@\s]+)(?::(?P<port>[0-9]{1,5}))?")
_NUMERIC_PATTERN = re.compile(r"[0-9.*]+")
_CORS_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_CORS_SECONDS = b"600"
_SIGNS_OF_PROXIES = frozenset(
    {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip"}
)


class Gate:
    """Decides by Host, Origin and Sec-Fetch-Site whether a request gets in.

    Args:
        hosts: Host headers to take beside the loopback ones. One without a port takes any port; `*` stands for any
            text, in one made of digits and dots for digits and dots only; `*` alone takes every host.
        origins: Origins of pages that may call beside the server's own and, where the server is called by a loopback
            name, those of loopback; `*` stands for any text, `*` alone takes every origin.
        any_address: Whether to take every Host that is an IP address. No page can rename itself to an address.
        prefix: Prefix of all paths.
        takes_forwarded: Whether to take what says that it came through a proxy. Behind one on the same machine, all
            who come from elsewhere look as if they came from here.
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        origins: Iterable[str] = (),
        *,
        any_address: bool = False,
        prefix: str = "",
        takes_forwarded: bool = True,
    ) -> None:
        hosts, origins = list(hosts), [origin.lower().rstrip("/") for origin in origins]
        self._any_host = "*" in hosts
        self._any_origin = "*" in origins
        self._any_address = any_address
        self._host_patterns = [_host_pattern(host.lower()) for host in (*_LOOPBACK_NAMES, *hosts)]
        self._origin_patterns = [re.compile(_wildcards(origin, ".*")) for origin in origins]
        # Health checks of load balancers call by whatever name they know, and learn nothing that is secret.
        self._open_paths = frozenset({f"{prefix}/health", f"{prefix}/ping", f"{prefix}/version"})
        self._api_prefixes = tuple(f"{prefix}{start}" for start in _API_STARTS)
        self._login_prefixes = tuple(f"{prefix}{start}" for start in _LOGIN_STARTS)
        self._known_hosts: set[bytes] = set()
        self._takes_forwarded = takes_forwarded

    def check(self, request: Request) -> Headers:
        """Let a request in or not.

        Returns:
            Headers that let a page of another, allowed origin read the answer.

        Raises:
            InvalidParameter: There are several Host headers.
            PermissionDenied: The Host is not one of the server's (`request.host_refused`), a page of another site made
                the request (`request.cross_site`), or it came through a proxy (`request.through_proxy`).
        """
        if request.header_count(b"host") > 1:
            raise InvalidParameter("request.several_hosts", "The request has more than one Host header.")
        headers = request.headers
        if not self._takes_forwarded and not _SIGNS_OF_PROXIES.isdisjoint(headers):
            self._check_direct(request)
        host = headers.get(b"host", b"")
        if host not in self._known_hosts:
            self._check_host(request, host)
        origin = headers.get(b"origin")
        if origin is None:
            # Most clients are no browsers and stop here.
            if headers.get(b"sec-fetch-site") == b"cross-site":
                self._check_navigation(request)
            return ()
        return self._check_origin(request, host, origin)

    def preflight_headers(self, request: Request) -> Headers:
        """Return what a browser wants to know before it sends a request for a page of an allowed origin."""
        asked = request.headers.get(b"access-control-request-headers", b"content-type")
        return (
            (b"access-control-allow-methods", _CORS_METHODS),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", _CORS_SECONDS),
        )

    def _check_direct(self, request: Request) -> None:
        if request.path not in self._open_paths:
            raise PermissionDenied(
                "request.through_proxy",
                "The request came through a proxy, but this server is for this machine alone: nobody has to log in, so "
                "that everybody whom the proxy lets through could read and change everything. Start the server with "
                "--accounts, so that everybody has to log in; or with --allow-open if that is what you want.",
            )

    def _check_host(self, request: Request, host: bytes) -> None:
        text = host.decode("latin-1").lower()
        if self._takes_host(text):
            # Wildcards take endless many names; the memory for them is not endless.
            if len(self._known_hosts) < _REMEMBERED_HOSTS:
                self._known_hosts.add(host)
        elif request.path not in self._open_paths:
            raise PermissionDenied(
                "request.host_refused",
                f"Invalid Host header {text[:200]!r}: this server is not called so. If it should be, name the host "
                "with --allowed-hosts when starting the server.",
                host=text[:200],
            )

    def _takes_host(self, host: str) -> bool:
        if self._any_host:
            return True
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        if any(pattern.fullmatch(host) for pattern in self._host_patterns):
            return True
        return self._any_address and _is_address(match["name"])

    def _check_navigation(self, request: Request) -> None:
        is_link = request.method in _SAFE_METHODS and request.headers.get(b"sec-fetch-mode") == b"navigate"
        # Somebody may follow a link to a page or a file; nobody follows a link to the API.
        if self._any_origin or (is_link and not request.path.startswith(self._api_prefixes)):
            return
        raise _cross_site("another site")

    def _check_origin(self, request: Request, host: bytes, origin: bytes) -> Headers:
        text = origin.decode("latin-1").lower()
        authority = text.partition("://")[2]
        host_text = host.decode("latin-1").lower()
        # Only the authority is compared: a proxy in front may have ended TLS, and then the schemes differ. Some proxies
        # leave the port out of the Host they pass on, which the address that the operator named makes up for.
        if (authority and authority == host_text) or origin.lower() == request.public_origin:
            return ()
        is_allowed = self._any_origin or any(pattern.fullmatch(text) for pattern in self._origin_patterns)
        if is_allowed or (is_loopback(authority) and is_loopback(host_text)):
            if request.path.startswith(self._login_prefixes):
                # What these pages say is for nobody but who reads them.
                return ()
            if self._any_origin:
                return ((b"access-control-allow-origin", b"*"),)
            return (
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-credentials", b"true"),
                (b"vary", b"Origin"),
            )
        if request.method not in _SAFE_METHODS or request.path.startswith(self._api_prefixes):
            raise _cross_site(f"the origin {text[:200]!r}")
        return ()


def _cross_site(who: str) -> PermissionDenied:
    return PermissionDenied(
        "request.cross_site",
        f"Cross-origin request blocked: a page of {who} may not call this server. If it should, name its origin with "
        "--cors-allowed-origins when starting the server. If it is the server's own and a proxy in front changes the "
        "Host header, name it in TRIALOG_PUBLIC_URL.",
    )


def _host_pattern(host: str) -> re.Pattern[str]:
    match = _HOST.fullmatch(host.replace("*", "0"))
    has_port = match is not None and match["port"] is not None
    name, _, port = host.rpartition(":") if has_port else (host, "", "")
    # `192.168.*` is meant for addresses; 192.168.evil.example is a name that anybody can register.
    wildcard = "[0-9.]*" if _NUMERIC_PATTERN.fullmatch(name) else "[^:]*"
    return re.compile(_wildcards(name, wildcard) + (":" + _wildcards(port, "[0-9]*") if has_port else "(?::[0-9]+)?"))


def _wildcards(pattern: str, wildcard: str) -> str:
    return wildcard.join(re.escape(part) for part in pattern.split("*"))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def is_loopback(authority: str) -> bool:
    """Tell whether a name or address, with or without a port, is one of this machine that no other can have.

    Args:
        authority: As in a Host header.
    """
    match = _HOST.fullmatch(authority.lower())
    return match is not None and match["name"] in _LOOPBACK_NAMES


def allowed_hosts_for(bound_host: str, extra: Sequence[str]) -> tuple[str, ...]:
    """Return the Host headers to take for a server bound to `bound_host`.

    Args:
        bound_host: Name or address that the server listens on.
        extra: What the operator allows besides.
    """
    name = bound_host.removeprefix("[").removesuffix("]")
    if ":" not in name:
        return (name, *extra)
    # Browsers write an IPv6 address in its shortest form, whatever was typed.
    return (f"[{name}]", f"[{ipaddress.ip_address(name)}]", *extra)
