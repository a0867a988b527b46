"""Binds the socket a server listens on."""

import errno
import ipaddress
import socket
import sys
from dataclasses import dataclass
from typing import NamedTuple

from trialog.errors import ConfigurationError

_PORTS_TRIED = 100
_BACKLOG = 2048
_PROBE_SECONDS = 0.2
_BUSY = frozenset({errno.EADDRINUSE, errno.EACCES} if sys.platform == "win32" else {errno.EADDRINUSE})


@dataclass(frozen=True)
class Listener:
    """A bound socket.

    Attributes:
        socket: Listens already: clients that come before the server is ready wait.
        url: Address to tell people.
        is_moved: Whether the default port was busy and another one was taken.
        is_wildcard: Whether it listens on every address of this machine.
        is_reachable: Whether other machines may reach it.
    """

    socket: socket.socket
    url: str
    is_moved: bool
    is_wildcard: bool
    is_reachable: bool = False


def own_socket(listener: Listener) -> socket.socket:
    """Return a listening socket of this process's own on the same port, which was bound to be shared.

    The system gives each connection to one of those that listen, in turn as far as chance has it. Of one socket
    that several processes listen on, the quickest takes nearly all.

    Args:
        listener: What was bound.
    """
    own = _socket(listener.socket.family)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own.bind(listener.socket.getsockname())
    own.listen(_BACKLOG)
    own.setblocking(False)
    return own


class Interface(NamedTuple):
    """Where a server listens, but for the port.

    Args:
        host: As the operator called it.
        family: Of which kind the address is.
        address: The address.
    """

    host: str
    family: socket.AddressFamily
    address: str

    @property
    def is_reachable(self) -> bool:
        """Whether other machines may reach it."""
        return not self._ip.is_loopback

    @property
    def is_wildcard(self) -> bool:
        """Whether it is every address of this machine."""
        return self._ip.is_unspecified

    @property
    def _ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        return ipaddress.ip_address(self.address.partition("%")[0])


def bind(
    interface: Interface,
    port: int | None,
    *,
    usual_port: int,
    scheme: str,
    prefix: str = "",
    is_shared: bool = False,
) -> Listener:
    """Bind and listen.

    A port that was asked for is taken or refused. Without one it is the usual port or, if that is busy, the next free
    one.

    Args:
        interface: Where to listen.
        port: The port that was asked for; None if none was.
        usual_port: The one to take then.
        scheme: `http` or `https`.
        prefix: Prefix of every path.
        is_shared: Whether to bind and not to listen: every process listens on a socket of its own (`own_socket`).

    Raises:
        ConfigurationError: The port is busy (`server.port_busy`) or may not be bound (`server.port_refused`).
    """
    first = usual_port if port is None else port
    last = first + _PORTS_TRIED - 1 if port is None else first
    for tried in range(first, last + 1):
        bound = _bind(interface.family, interface.address, tried)
        if bound is not None:
            if is_shared:
                bound = _reserved(bound)
            return Listener(
                bound,
                f"{scheme}://{_shown_host(interface)}:{bound.getsockname()[1]}{prefix}",
                is_moved=port is None and tried != first,
                is_wildcard=interface.is_wildcard,
                is_reachable=interface.is_reachable,
            )
    if port is None:
        raise ConfigurationError(
            "server.port_busy", f"All ports from {first} to {last} are busy; choose one with --port.", port=first
        )
    raise ConfigurationError(
        "server.port_busy",
        f"Port {first} of {interface.host} is busy: another program listens there. Choose another with --port, or "
        "leave --port (and MLFLOW_PORT) out to take the next free one.",
        port=first,
    )


def resolve(host: str) -> Interface:
    """Find out which address a host has.

    Args:
        host: Name or address of a network interface.

    Raises:
        ConfigurationError: It is unknown (`server.unknown_host`).
    """
    try:
        found = socket.getaddrinfo(host.removeprefix("[").removesuffix("]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(
            "server.unknown_host", f"The host {host!r} of --host is not known here: {error}.", host=host
        ) from error
    # Of a name with both kinds of address, older clients reach the IPv4 one for sure.
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return Interface(host, family, str(address[0]))


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    """Return a listening socket, or None if the port is busy."""
    if port and sys.platform != "linux" and _is_answered(family, address, port):
        # There a second program may bind one address of a port that another one listens on as a whole.
        return None
    bound = _socket(family)
    try:
        bound.bind((address, port))
        bound.listen(_BACKLOG)
        bound.setblocking(False)
    except OSError as error:
        bound.close()
        if error.errno in _BUSY:
            return None
        raise ConfigurationError(
            "server.port_refused",
            f"The server cannot listen on {address} port {port}: {error.strerror}. Choose others with --host and "
            "--port.",
            port=port,
        ) from error
    return bound


def _socket(family: socket.AddressFamily) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform == "win32":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        # Lets a server start right after another one stopped; it does not let two listen.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it: small answers leave at once.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _reserved(bound: socket.socket) -> socket.socket:
    """Return a socket that only keeps the port of another one, which nobody else had."""
    address = bound.getsockname()
    bound.close()
    reserved = _socket(bound.family)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind(address)
    return reserved


def _is_answered(family: socket.AddressFamily, address: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_SECONDS)
        return probe.connect_ex((address, port)) == 0


def _shown_host(interface: Interface) -> str:
    # Nobody can open http://0.0.0.0 everywhere; the machine's own loopback address always answers there.
    if interface.is_wildcard:
        return "127.0.0.1" if ":" not in interface.address else "[::1]"
    host = interface.host
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
