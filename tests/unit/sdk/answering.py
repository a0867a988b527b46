"""A server on a real socket that answers as a test says, for what a healthy one never does."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

CUT = b""
"""The connection ends without an answer."""


@dataclass
class AnsweringServer:
    """What came to it, and where it is.

    Attributes:
        url: Its address.
        requests: First line and body of every request that arrived.
        headers: Headers of each, by name in lower case.
        connections: How many connections were made.
        ended: Is released when a connection has ended.
    """

    url: str
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


def answer(status: int, body: bytes = b"{}", *headers: str, keep: bool = True) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers]
    if not any(line.lower().startswith("content-type") for line in headers):
        lines.append("Content-Type: application/json")
    if not keep:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def answering(answers: Sequence[bytes], *, closes_after_each: bool = False) -> Iterator[AnsweringServer]:
    """Answer requests one after the other, on as many connections as are made.

    Args:
        answers: What to answer; the last one is repeated.
        closes_after_each: Whether the connection ends behind each answer, without saying so in it.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = AnsweringServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
    left = list(answers)
    lock = threading.Lock()
    opened: list[socket.socket] = []

    def converse(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as file:
            while first := file.readline().decode().strip():
                headers = {}
                while line := file.readline().decode().strip():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                body = file.read(int(headers.get("content-length", 0)))
                with lock:
                    server.requests.append((first, body))
                    server.headers.append(headers)
                    said = left.pop(0) if len(left) > 1 else left[0]
                if said == CUT:
                    return
                connection.sendall(said)
                if closes_after_each:
                    return

    def serve(connection: socket.socket) -> None:
        converse(connection)
        server.ended.release()

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            if is_over.is_set():
                connection.close()
                return
            server.connections += 1
            opened.append(connection)
            thread = threading.Thread(target=serve, args=(connection,))
            threads.append(thread)
            thread.start()

    threads: list[threading.Thread] = []
    is_over = threading.Event()
    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        is_over.set()
        # Wakes whoever waits in accept().
        socket.create_connection(listener.getsockname()).close()
        acceptor.join()
        listener.close()
        for connection in opened:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in threads:
            thread.join()
