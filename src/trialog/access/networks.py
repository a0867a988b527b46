"""From where somebody comes: what stands for all addresses that one client can call from at will."""

from ipaddress import IPv6Address, ip_address

from trialog.entities.account_limits import MAX_ACCOUNT_NAME_LENGTH

# A subnet, what a provider gives to a home, and what it gives to a company.
_PREFIXES = (64, 56, 48)


def networks_of(address: str) -> tuple[str, ...]:
    """Return the networks that a client can call from at will, from the narrowest to the widest.

    Args:
        address: An IP address, or its network; anything else stands for itself.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return (address[:MAX_ACCOUNT_NAME_LENGTH],)
    if not isinstance(parsed, IPv6Address):
        return (str(parsed),)
    if parsed.ipv4_mapped is not None:
        return (str(parsed.ipv4_mapped),)
    return tuple(f"{IPv6Address(int(parsed) >> 128 - bits << 128 - bits)}/{bits}" for bits in _PREFIXES)


def network_of(address: str) -> str:
    """Return what stands for all addresses that one client can call from: of IPv6 the first 64 bits.

    Args:
        address: As for `networks_of`.
    """
    return networks_of(address)[0].removesuffix(f"/{_PREFIXES[0]}")


def site_of(address: str) -> str:
    """Return the widest network that may be one client's: of IPv6 the first 48 bits.

    Args:
        address: As for `networks_of`.
    """
    return networks_of(address)[-1]
