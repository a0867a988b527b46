"""A port that hands everything on to a server, so that the server can be gone for a while and cost no start anew."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit


@contextmanager
def relayed(url: str, port: int = 0) -> Iterator[str]:
    """Open a port to a server; at the end it and its connections are closed.

    Args:
        url: Address of the server.
        port: The port; a free one if 0.

    Yields:
        The address of the port.
    """
    place = urlsplit(url)
    opened: list[socket.socket] = []

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((place.hostname or "", place.port or 0)) as other:
                opened.extend((self.request, other))
                back = threading.Thread(target=_hand_on, args=(other, self.request))
                back.start()
                _hand_on(self.request, other)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

    with Server(("127.0.0.1", port), Connection) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            for connection in opened:
                _close(connection)


def _hand_on(source: Any, target: Any) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    _close(source)
    _close(target)


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
