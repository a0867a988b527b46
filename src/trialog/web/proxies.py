"""Proxies in front: which of them are believed, and from where a request came before them."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from trialog.web.request import Request

_MOST_PROXIES: Final = 32


class TrustedProxies:
    """Finds the address of a client by what proxies say in `X-Forwarded-For`.

    Each writes the address that it was called from behind what it was sent. So the list is read from its end, and no
    further than to the first address that is no trusted proxy's: what stands before, anybody may have written.

    Args:
        networks: Those of proxies that are believed.
    """

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        self._networks = tuple(networks)

    def client_of(self, request: Request) -> str:
        """Return the IP address of the client; empty if the connection has none.

        Args:
            request: Came from a client or a proxy.
        """
        nearest = _parsed(request.address)
        if nearest is None or not self._trusts(nearest):
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
