"""The socket the server listens on, bound before anything else starts, so that no port is promised and then lost."""

import contextlib
import re
import secrets
from pathlib import Path

from trialog.config import DEFAULT_PORT, Settings
from trialog.errors import ConfigurationError
from trialog.server.binding import Listener, bind, resolve
from trialog.server.entry import check_not_open, is_meant_for_others, is_surely_without_accounts

_ADDRESS = re.compile(rb"https?://\S+\s*")
_LONGEST_ADDRESS_BYTES = 4096


def listen(settings: Settings) -> Listener:
    """Bind and listen.

    A port that was asked for is taken or refused. Without one it is the default port or, if that is busy, the next
    free one.

    Raises:
        ConfigurationError: The host is unknown (`server.unknown_host`) or open to others without accounts
            (`server.open_address`), the port is busy (`server.port_busy`) or may not be bound
            (`server.port_refused`).
    """
    interface = resolve(settings.host)
    if (interface.is_reachable or is_meant_for_others(settings)) and is_surely_without_accounts(settings):
        check_not_open(settings)
    scheme = "http" if settings.ssl_certfile is None else "https"
    return bind(interface, settings.port, usual_port=DEFAULT_PORT, scheme=scheme, prefix=settings.static_prefix)


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
