"""URLs that users name, taken apart strictly: what two readers could read in two ways is refused."""

import re
from collections.abc import Collection
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple
from urllib.parse import urlsplit

from trialog.errors import InvalidParameter

MAX_URL_LENGTH = 2048

_PORTS = {"http": 80, "https": 443}
_PRINTABLE = re.compile(r"[!-~]+")
_AMBIGUOUS = re.compile(r'[\\<>"`{}|^]')
_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NETLOC = re.compile(r"(?:\[[^\[\]]*\]|[^\[\]:]*)(?::[0-9]+)?")
# What some resolvers take for an address: 127.1, 2130706433, 0x7f.1, 0177.0.0.1.
_NUMERIC_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")


class Target(NamedTuple):
    """Where a URL leads.

    Args:
        scheme: `http` or `https`.
        host: Name, or numeric address without brackets, in small letters.
        port: Its port.
        resource: Path and query, as on the request line.
        authority: What the Host header says.
    """

    scheme: str
    host: str
    port: int
    resource: str
    authority: str


def parse_target(url: str, schemes: Collection[str] = ("https",)) -> Target:
    """Take a URL apart.

    Args:
        url: What a user wrote.
        schemes: Schemes that are taken, in small letters.

    Raises:
        InvalidParameter: It is no URL of one of these schemes, or one that could be read in several ways.
    """
    if len(url) > MAX_URL_LENGTH:
        raise _refused(f"it has {len(url)} characters, and {MAX_URL_LENGTH} are taken")
    if not _PRINTABLE.fullmatch(url) or _AMBIGUOUS.search(url):
        raise _refused(
            'it may hold printable ASCII characters other than \\ < > " ` { } | ^ and blanks; write names of other'
            " alphabets in their xn-- form and other characters percent-encoded"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("it cannot be taken apart") from error
    scheme = parts.scheme.lower()
    if scheme not in schemes or scheme not in _PORTS:
        raise InvalidParameter(
            "webhook.scheme",
            f"Invalid webhook URL scheme: {scheme!r}. Allowed schemes are: {', '.join(sorted(schemes))}.",
            scheme=scheme,
        )
    if "@" in parts.netloc:
        raise _refused("it must hold no user name and no password; sign deliveries with a secret instead")
    if "#" in url:
        raise _refused("it must hold no fragment (#...), which is never sent")
    if port == 0 or parts.netloc.endswith(":"):
        raise _refused("its port must be a number from 1 to 65535")
    if not _NETLOC.fullmatch(parts.netloc):
        raise _refused("behind the scheme there must be a host, or a host, a colon and a port, and nothing else")
    host = _host(parts.netloc, parts.hostname or "")
    port = port or _PORTS[scheme]
    shown = f"[{host}]" if ":" in host else host
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host, port, resource, shown if port == _PORTS[scheme] else f"{shown}:{port}")


def _host(netloc: str, host: str) -> str:
    if netloc.startswith("["):
        try:
            address = IPv6Address(host)
        except AddressValueError as error:
            raise _refused("what stands in brackets must be an IPv6 address") from error
        if address.scope_id is not None:
            raise _refused("an IPv6 address must name no zone (%...)")
        return str(address)
    if not host:
        raise _refused("it must name a host")
    if _NUMERIC_END.fullmatch(host):
        try:
            return str(IPv4Address(host))
        except AddressValueError as error:
            raise _refused(
                "an IPv4 address is four decimal numbers without zeros in front, such as 203.0.113.7"
            ) from error
    if not _NAME.fullmatch(host):
        raise _refused("its host must be a name of letters, digits, hyphens and dots, without a dot at the end")
    return host


def _refused(reason: str) -> InvalidParameter:
    # The URL itself is not repeated: those of chat services are secrets.
    return InvalidParameter("webhook.url", f"Invalid webhook URL: {reason}.")
