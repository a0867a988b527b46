"""Which addresses may be reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

IPAddress: TypeAlias = IPv4Address | IPv6Address
IPNetwork: TypeAlias = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[IPNetwork, ...]:
    return tuple(ip_network(text) for text in texts)


# All that the IANA registries of special-purpose addresses do not call reachable from everywhere.
_SPECIAL_IPV4: Final = _networks(
    "0.0.0.0/8",  # this network; on many systems 0.0.0.0 is this machine
    "10.0.0.0/8",
    "100.64.0.0/10",  # behind a carrier's address translation
    "127.0.0.0/8",
    "169.254.0.0/16",  # link-local, the metadata of clouds among it
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",  # relays of 6to4
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
# Of IPv6 only this is in use on the internet. ::1, ::ffff:0:0/96, 64:ff9b::/96, 64:ff9b:1::/48, 100::/64, 5f00::/16,
# fc00::/7, fe80::/10, fec0::/10 and ff00::/8 lie outside of it.
_GLOBAL_IPV6: Final = IPv6Network("2000::/3")
_SPECIAL_IPV6: Final = _networks(
    "2001::/23",  # protocol assignments: Teredo (an IPv4 address within), ORCHID, benchmarks
    "2001:db8::/32",
    "2002::/16",  # 6to4: an IPv4 address within
    "3fff::/20",
)
_PRIVATE: Final = _networks("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
# Where clouds tell a machine its own secrets, although the address is private or even public by its number.
_METADATA: Final = _networks("168.63.129.16/32", "fd00:ec2::254/128", "fd20:ce::254/128")


@dataclass(frozen=True)
class AddressPolicy:
    """Decides which addresses may be reached.

    Args:
        allow_private: Whether private networks and this machine may be; link-local addresses may not even so.
        allowed_networks: Networks that may be reached whatever they are.
    """

    allow_private: bool = False
    allowed_networks: tuple[IPNetwork, ...] = ()

    def allows(self, address: str) -> bool:
        """Tell whether an address may be reached.

        Args:
            address: A numeric address, as name resolution gives it.
        """
        try:
            # One with a zone, as `fe80::1%eth0`, is of one link only and of no network that could be named.
            number = ip_address(address)
        except ValueError:
            return False
        if isinstance(number, IPv6Address) and number.scope_id is not None:
            return False
        if _is_in(number, self.allowed_networks):
            return True
        if _is_in(number, _METADATA):
            return False
        return _is_public(number) or (self.allow_private and _is_in(number, _PRIVATE))


def _is_in(number: IPAddress, networks: Iterable[IPNetwork]) -> bool:
    return any(number.version == network.version and number in network for network in networks)


def _is_public(number: IPAddress) -> bool:
    if number.version == 4:
        return not _is_in(number, _SPECIAL_IPV4)
    return number in _GLOBAL_IPV6 and not _is_in(number, _SPECIAL_IPV6)
