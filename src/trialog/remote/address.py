"""Where the server is: from an argument, a variable, the file a server left, or the usual place."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from trialog.config import DEFAULT_PORT, Settings, default_address_file, redact
from trialog.errors import ConfigurationError

TRACKING_URI_VARIABLE = "MLFLOW_TRACKING_URI"
_STANDARD_PORTS = {"http": 80, "https": 443}
_LONGEST_ADDRESS = 4096


@dataclass(frozen=True)
class ServerAddress:
    """The address of a server, taken apart.

    Attributes:
        scheme: `http` or `https`.
        host: Name or address of its machine, without brackets.
        port: Its port.
        prefix: What stands before every path; empty, or with a slash in front and none at the end.
        username: Who asks, if the address says so.
        password: The password beside it.
        origin: Who named the address, for sentences about it.
    """

    scheme: str
    host: str
    port: int
    prefix: str = ""
    username: str | None = None
    password: str | None = None
    origin: str = "the argument"

    @property
    def url(self) -> str:
        """The address as text, without name and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.prefix}"

    @property
    def is_local(self) -> bool:
        """Whether it is an address of this machine alone."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def find_address(given: str | None, environment: Mapping[str, str]) -> ServerAddress:
    """Return the address to ask.

    It is the given one, else that of MLFLOW_TRACKING_URI, else the one that a running server wrote to its address file
    (TRIALOG_ADDRESS_FILE, else `trialog.address` beside its store), else this machine's port 5000.

    Args:
        given: An address that the caller names.
        environment: Variables by name.

    Raises:
        ConfigurationError: The text that is found is no address of a server (`connection.bad_address`), or a file
            that only happens to lie there names another machine (`connection.foreign_address_file`).
    """
    if given:
        return parse_address(given, "the argument")
    if text := environment.get(TRACKING_URI_VARIABLE):
        return parse_address(text, f"the variable {TRACKING_URI_VARIABLE}")
    if path := environment.get("TRIALOG_ADDRESS_FILE"):
        if (text := _read_line(Path(path))) is not None:
            return parse_address(text, f"the file {path}")
    else:
        store = environment.get("MLFLOW_BACKEND_STORE_URI") or Settings.backend_store_uri
        file = default_address_file(store)
        if (text := _read_line(file)) is not None:
            return _check_local(parse_address(text, f"the file {file}"), file)
    return ServerAddress("http", "127.0.0.1", DEFAULT_PORT, origin="nothing else, so that the usual address is taken")


def parse_address(text: str, origin: str) -> ServerAddress:
    """Take an address apart.

    Args:
        text: The address.
        origin: Who named it, for the sentence if it is none.

    Raises:
        ConfigurationError: It is no address of a server (`connection.bad_address`).
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise _bad_address(text, origin, f"it cannot be read: {error}") from error
    if parts.scheme not in _STANDARD_PORTS:
        raise _bad_address(text, origin, "it names a store or a folder, and not a server")
    if not parts.hostname or not parts.hostname.isprintable() or " " in parts.hostname:
        raise _bad_address(text, origin, "it names no machine")
    if parts.query or parts.fragment:
        raise _bad_address(text, origin, "it must end before '?' and '#'")
    return ServerAddress(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port if port is not None else _STANDARD_PORTS[parts.scheme],
        prefix=parts.path.rstrip("/"),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        origin=origin,
    )


def _bad_address(text: str, origin: str, fault: str) -> ConfigurationError:
    shown = redact(text[:300])
    return ConfigurationError(
        "connection.bad_address",
        f"{shown!r}, named by {origin}, is no address of a server: {fault}. Write it as in http://127.0.0.1:5000.",
        address=shown,
    )


def _read_line(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LONGEST_ADDRESS).strip() or None
    except (OSError, UnicodeDecodeError):
        # No server runs that would have written it.
        return None


def _check_local(address: ServerAddress, path: Path) -> ServerAddress:
    """Refuse to send data and passwords where a file of a folder that came from others says."""
    if not address.is_local:
        raise ConfigurationError(
            "connection.foreign_address_file",
            f"The file {str(path)!r} names {address.url}, which is another machine, and nobody asked for that file. "
            f"If the address is right, give it with --tracking-uri or set {TRACKING_URI_VARIABLE}.",
            path=str(path),
            address=address.url,
        )
    return address
