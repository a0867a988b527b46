"""Addresses as they are written to the disk: without what it takes to be let in."""

from urllib.parse import urlsplit, urlunsplit

from trialog.remote.address import parse_address
from trialog.sdk.tracking_uri import is_server


def spooled_uri(uri: str) -> str:
    """Return an address without passwords.

    Args:
        uri: An address that `open_transport` takes.

    Raises:
        ConfigurationError: It looks like that of a server, and is none.
    """
    if is_server(uri):
        return parse_address(uri, "the tracking URI").url
    if "@" not in uri:
        return uri
    parts = urlsplit(uri)
    user, _, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{place}" if name else place))
