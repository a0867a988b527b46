"""Proxies in front: which of them are believed, and from where a request came before them."""

import logging
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from trialog.web.request import Request

_MOST_PROXIES: Final = 32
_logger = logging.getLogger("trialog.web")


class TrustedProxies:
    """Finds the address of a client by what proxies say in `X-Forwarded-For`.

    Each writes the address that it was called from behind what it was sent. So the list is read from its end, and no
    further than to the first address that is no trusted proxy's: what stands before, anybody may have written.

    A proxy that nobody named is not believed, and all who come through it are one client. The first request that comes
    so is told of in the log.

    Args:
        networks: Those of proxies that are believed.
    """

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        self._networks = tuple(networks)
        self._is_warned = False

    def client_of(self, request: Request) -> str:
        """Return the IP address of the client; empty if the connection has none.

        Args:
            request: Came from a client or a proxy.
        """
        if not self._networks and b"x-forwarded-for" not in request.headers:
            return request.address
        nearest = _parsed(request.address) if self._networks else None
        if nearest is None or not self._trusts(nearest):
            if not self._is_warned and b"x-forwarded-for" in request.headers:
                self._warn(request.address)
            return request.address
        said = b",".join(request.header_values(b"x-forwarded-for")).decode("latin-1").split(",")
        for text in reversed(said[-_MOST_PROXIES:]):
            address = _parsed(text)
            if address is None:
                # Not what a proxy writes: the last one that did is as far as can be seen.
                break
            nearest = address
            if not self._trusts(nearest):
                break
        return str(nearest)

    def _warn(self, peer: str) -> None:
        # Once: whoever is no proxy can send the header too.
        self._is_warned = True
        _logger.warning(
            "a request from %s says that it came through a proxy; if %s is a proxy of yours, name it in"
            " TRIALOG_TRUSTED_PROXIES: till then all who come through it are slowed down together when one of them"
            " guesses passwords, and the record of what was done names its address in place of theirs",
            peer,
            peer,
        )

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address.version == network.version and address in network for network in self._networks)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        # Some add the port.
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
