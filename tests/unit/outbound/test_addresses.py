"""Which addresses may be reached."""

from ipaddress import ip_network

import pytest

from trialog.outbound import AddressPolicy

PUBLIC = ("8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1", "2a00:1450::1")
PRIVATE = ("10.0.0.1", "127.0.0.1", "127.255.255.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::1", "fd12::1")
NEVER = (
    "0.0.0.0",  # noqa: S104  # one of the addresses that are refused
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
)
NO_ADDRESSES = ("", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "8.8.8.8.", "2606:4700::1%eth0")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert AddressPolicy().allows(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_only_if_the_operator_says_so(address: str) -> None:
    assert not AddressPolicy().allows(address)
    assert AddressPolicy(allow_private=True).allows(address)


@pytest.mark.parametrize("address", [*NEVER, *NO_ADDRESSES])
def test_all_others_not_even_then(address: str) -> None:
    assert not AddressPolicy().allows(address)
    assert not AddressPolicy(allow_private=True).allows(address)


def test_a_named_network_may_be_reached_and_its_neighbours_not() -> None:
    policy = AddressPolicy(allowed_networks=(ip_network("10.1.2.0/24"), ip_network("169.254.1.1/32")))
    assert policy.allows("10.1.2.3")
    assert policy.allows("169.254.1.1")
    assert policy.allows("8.8.8.8")
    assert not policy.allows("10.1.3.3")
    assert not policy.allows("169.254.169.254")
    assert not policy.allows("::ffff:10.1.2.3")
