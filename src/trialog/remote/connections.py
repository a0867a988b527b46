"""Connections to one server, kept open between requests and used by one thread at a time."""

import contextlib
import http.client
import os
import select
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final
from weakref import WeakSet

from trialog.errors import ConfigurationError, ConnectionFailed
from trialog.remote.answers import Answer
from trialog.remote.settings import ConnectionSettings

_MOST_KEPT: Final = 8
_PIECE_BYTES: Final = 64 * 1024
# Of a refusal.
_MOST_TOLD_BYTES: Final = 1024 * 1024
# A whole file, or the part of it that was asked for.
_FLOWING: Final = frozenset({200, 206})
# What the standard library raises when a connection breaks or the other side speaks no HTTP.
_FAULTS: Final = (OSError, http.client.HTTPException)


class Connections:
    """Connections to one server. Any number of threads may use it.

    Args:
        settings: The server, and how to speak with it.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._context = _tls_context(settings) if settings.address.scheme == "https" else None
        self._idle: list[http.client.HTTPConnection] = []
        self._busy: set[http.client.HTTPConnection] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        _all.add(self)

    def request(
        self,
        method: str,
        target: str,
        body: bytes | BinaryIO | None,
        headers: Mapping[str, str],
        *,
        most_bytes: int | None = None,
    ) -> Answer:
        """Send one request and read its answer.

        Args:
            method: HTTP method.
            target: Path and query, percent-encoded, behind the prefix of the address.
            body: The body, if it has one.
            headers: Headers beside those that every request has.
            most_bytes: How long the body of the answer may be; None for any length.

        Raises:
            ConnectionFailed: The server cannot be reached (`connection.refused`) or believed (`connection.untrusted`),
                so that it has done nothing, or the connection broke or no answer came in time, so that it may have
                (`connection.lost`). Or its answer is too long (`connection.too_long`), or all were closed before it was
                sent (`connection.closed`).
        """
        connection = self._take() or self._open()
        self._begin(connection)
        try:
            connection.request(method, self._settings.address.prefix + target, body, dict(headers))
            response = connection.getresponse()
            answer = Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                self._body(response, most_bytes),
            )
        except _FAULTS as error:
            connection.close()
            raise self._lost(error) from error
        except BaseException:
            # A half-read answer must not be taken for that of the next request.
            connection.close()
            raise
        finally:
            with self._lock:
                self._busy.discard(connection)
        if response.will_close:
            connection.close()
        else:
            self._give_back(connection)
        return answer

    def _body(self, response: http.client.HTTPResponse, most_bytes: int | None) -> bytes:
        if most_bytes is None:
            return response.read()
        body = response.read(most_bytes + 1)
        if len(body) > most_bytes:
            raise ConnectionFailed(
                "connection.too_long",
                f"The answer of the server at {self._settings.address.url} is longer than {most_bytes} bytes, and was"
                " not read to its end.",
                limit=most_bytes,
            )
        if response.length:
            # With a length to read, the library says nothing of an answer that ends before.
            raise http.client.IncompleteRead(body, response.length)
        return body

    def stream(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """Send one request, and read its answer as it comes, on a connection of its own.

        Args:
            method: HTTP method.
            target: As for `request`.
            headers: As for `request`.

        Returns:
            The answer without its body, or with it if it is a refusal; and the body piece by piece.

        Raises:
            ConnectionFailed: As for `request`; also while the pieces are read.
        """
        connection = self._open()
        self._begin(connection)
        try:
            connection.request(method, self._settings.address.prefix + target, None, dict(headers))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(
                response.status, named, b"" if response.status in _FLOWING else response.read(_MOST_TOLD_BYTES)
            )
        except BaseException as error:
            self._end(connection)
            if isinstance(error, _FAULTS):
                raise self._lost(error) from error
            raise
        if answer.status not in _FLOWING:
            self._end(connection)
            return answer, iter(())
        pieces = self._pieces(connection, response)
        # Begun, so that the connection is closed also if nobody wants a piece.
        next(pieces)
        return answer, pieces

    def _pieces(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            yield b""
            while piece := self._piece(response):
                yield piece
            if response.length:
                # The library says nothing of an answer that ends before its announced length.
                raise self._lost(http.client.IncompleteRead(b"", response.length))
        finally:
            self._end(connection)

    def _piece(self, response: http.client.HTTPResponse) -> bytes:
        try:
            return response.read(_PIECE_BYTES)
        except _FAULTS as error:
            raise self._lost(error) from error

    def _end(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._busy.discard(connection)
        connection.close()

    def close(self) -> None:
        """Close what is open; requests under way end at once, as if their connection broke."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
            # A socket may be shut down while another thread reads from it, but not closed; it may be gone already.
            for connection in self._busy:
                with contextlib.suppress(OSError, AttributeError):
                    connection.sock.shutdown(socket.SHUT_RDWR)
        for connection in idle:
            connection.close()

    def forget(self) -> None:
        """Leave what is open to the other process of a fork, which goes on with it."""
        self._lock = threading.Lock()
        self._idle, self._busy = [], set()

    def _begin(self, connection: http.client.HTTPConnection) -> None:
        """Note that a connection is in use, or let go of one that was opened while all were closed."""
        with self._lock:
            if not self._is_closed:
                self._busy.add(connection)
                return
        connection.close()
        raise ConnectionFailed(
            "connection.closed", f"The connection to {self._settings.address.url} was closed before a request was sent."
        )

    def _take(self) -> http.client.HTTPConnection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if not _was_closed_by_server(connection):
                return connection
            connection.close()

    def _give_back(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if not self._is_closed and len(self._idle) < _MOST_KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def _open(self) -> http.client.HTTPConnection:
        address, patience = self._settings.address, self._settings.patience
        connection = (
            http.client.HTTPSConnection(
                address.host, address.port, timeout=patience.connect_seconds, context=self._context
            )
            if self._context is not None
            else http.client.HTTPConnection(address.host, address.port, timeout=patience.connect_seconds)
        )
        try:
            connection.connect()
        except (*_FAULTS, UnicodeError) as error:
            connection.close()
            raise self._refused(error) from error
        connection.sock.settimeout(patience.timeout_seconds)
        return connection

    def _refused(self, error: Exception) -> ConnectionFailed:
        address = self._settings.address
        if isinstance(error, ssl.SSLError):
            return ConnectionFailed(
                "connection.untrusted",
                f"No HTTPS can be spoken with {address.url} ({_reason(error)}). Check that the server speaks HTTPS "
                "there, and name the certificates to trust with MLFLOW_TRACKING_SERVER_CERT_PATH.",
                address=address.url,
            )
        return ConnectionFailed(
            "connection.refused",
            f"No server answers at {address.url} ({_reason(error)}). Start one with `trialog server`, or name another, "
            f"such as with the variable MLFLOW_TRACKING_URI. The address comes from {address.origin}.",
            address=address.url,
        )

    def _lost(self, error: Exception) -> ConnectionFailed:
        address = self._settings.address
        return ConnectionFailed(
            "connection.lost",
            f"The server at {address.url} gave no whole answer ({_reason(error)}). If it was to change something, look "
            "whether it did before you ask again.",
            address=address.url,
        )


_all: "WeakSet[Connections]" = WeakSet()


def _forget_all() -> None:
    for connections in _all:
        connections.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _was_closed_by_server(connection: http.client.HTTPConnection) -> bool:
    """Tell whether something waits to be read where nothing was asked: the end of the connection."""
    open_socket: socket.socket | None = connection.sock
    if open_socket is None:
        return True
    if hasattr(select, "poll"):
        # Unlike select() it takes descriptors of any number.
        poll = select.poll()
        poll.register(open_socket, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([open_socket], [], [], 0)[0])


def _tls_context(settings: ConnectionSettings) -> ssl.SSLContext:
    """Return what HTTPS is spoken with.

    Raises:
        ConfigurationError: A file of certificates cannot be used (`connection.bad_certificate`).
    """
    trusted = settings.server_certificates
    path = trusted
    try:
        context = ssl.create_default_context(
            cafile=str(trusted) if trusted is not None and not trusted.is_dir() else None,
            capath=str(trusted) if trusted is not None and trusted.is_dir() else None,
        )
        path = settings.client_certificate
        if path is not None:
            context.load_cert_chain(path)
    except OSError as error:
        raise ConfigurationError(
            "connection.bad_certificate",
            f"The certificates in {str(path)!r} cannot be used: {_reason(error)}.",
            path=str(path),
        ) from error
    if settings.insecure_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
