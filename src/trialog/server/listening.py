"""The socket the server listens on, bound before anything else starts, so that no port is promised and then lost."""

import contextlib
import errno
import ipaddress
import re
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from trialog.config import DEFAULT_PORT, Settings
from trialog.errors import ConfigurationError
from trialog.server.entry import check_not_open, is_meant_for_others, is_surely_without_accounts

_ADDRESS = re.compile(rb"https?://\S+\s*")
_LONGEST_ADDRESS_BYTES = 4096
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


def listen(settings: Settings) -> Listener:
    """Bind and listen.

    A port that was asked for is taken or refused. Without one it is the default port or, if that is busy, the next
    free one.

    Raises:
        ConfigurationError: The host is unknown (`server.unknown_host`) or open to others without accounts
            (`server.open_address`), the port is busy (`server.port_busy`) or may not be bound
            (`server.port_refused`).
    """
    family, address = _resolve(settings.host)
    is_reachable = not ipaddress.ip_address(address.partition("%")[0]).is_loopback
    if (is_reachable or is_meant_for_others(settings)) and is_surely_without_accounts(settings):
        check_not_open(settings)
    first = DEFAULT_PORT if settings.port is None else settings.port
    last = first + _PORTS_TRIED - 1 if settings.port is None else first
    for port in range(first, last + 1):
        bound = _bind(family, address, port)
        if bound is not None:
            scheme = "http" if settings.ssl_certfile is None else "https"
            return Listener(
                bound,
                f"{scheme}://{_shown_host(settings.host, address)}:{bound.getsockname()[1]}{settings.static_prefix}",
                is_moved=settings.port is None and port != first,
                is_wildcard=ipaddress.ip_address(address.partition("%")[0]).is_unspecified,
                is_reachable=is_reachable,
            )
    if settings.port is None:
        raise ConfigurationError(
            "server.port_busy", f"All ports from {first} to {last} are busy; choose one with --port.", port=first
        )
    raise ConfigurationError(
        "server.port_busy",
        f"Port {first} of {settings.host} is busy: another program listens there. Choose another with --port, or leave "
        "--port (and MLFLOW_PORT) out to take the next free one.",
        port=first,
    )


def _resolve(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host.removeprefix("[").removesuffix("]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(
            "server.unknown_host", f"The host {host!r} of --host is not known here: {error}.", host=host
        ) from error
    # Of a name with both kinds of address, older clients reach the IPv4 one for sure.
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, str(address[0])


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    """Return a listening socket, or None if the port is busy."""
    if port and sys.platform != "linux" and _is_answered(family, address, port):
        # There a second program may bind one address of a port that another one listens on as a whole.
        return None
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Lets a server start right after another one stopped; it does not let two listen.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit it: small answers leave at once.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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


def _is_answered(family: socket.AddressFamily, address: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_SECONDS)
        return probe.connect_ex((address, port)) == 0


def _shown_host(host: str, address: str) -> str:
    # Nobody can open http://0.0.0.0 everywhere; the machine's own loopback address always answers there.
    if ipaddress.ip_address(address.partition("%")[0]).is_unspecified:
        return "127.0.0.1" if ":" not in address else "[::1]"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


class AddressFile:
    """A file of one line that holds the server's URL while it runs.

    Args:
        path: The file; missing folders above it are made.
        url: The URL.
    """

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url

    def write(self) -> None:
        """Write it whole, so that nobody reads half a URL.

        Raises:
            ConfigurationError: It cannot be written (`server.address_file`), or something else than an address stands
                there (`server.not_an_address_file`).
        """
        temporary = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        try:
            self._check_replaceable()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(f"{self._url}\n", encoding="utf-8")
            temporary.replace(self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise ConfigurationError(
                "server.address_file",
                f"The address cannot be written to {str(self._path)!r}: {error.strerror}.",
                path=str(self._path),
            ) from error

    def _check_replaceable(self) -> None:
        try:
            with self._path.open("rb") as file:
                content = file.read(_LONGEST_ADDRESS_BYTES + 1)
        except FileNotFoundError:
            return
        # An empty file was made to be written to.
        if content and (len(content) > _LONGEST_ADDRESS_BYTES or not _ADDRESS.fullmatch(content)):
            raise ConfigurationError(
                "server.not_an_address_file",
                f"The file {str(self._path)!r} holds something else than the address of a server and is left as it "
                "is; name another one with --address-file.",
                path=str(self._path),
            )

    def remove(self) -> None:
        """Remove it, unless another server wrote its own address there meanwhile."""
        with contextlib.suppress(OSError):
            if self._path.read_text(encoding="utf-8").strip() == self._url:
                self._path.unlink()
