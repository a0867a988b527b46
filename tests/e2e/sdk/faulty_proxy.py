"""A proxy before a real server that does with requests what a test says: real sockets, and real answers behind it."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Reply = tuple[int, dict[str, str], bytes]
LOSE_ANSWER = "lose the answer"
"""The server carries the request out, and the client is never told."""
Behaviour = Callable[[str, int], Reply | str | None]
"""Takes the path and the number of the request, from 1 on; None passes it on."""


@dataclass
class FaultyProxy:
    """What came to it, and where it is.

    Attributes:
        url: Its address.
        behaves: What it does; may be changed at any time.
        requests: Path and time of every request.
    """

    url: str
    behaves: Behaviour
    requests: list[tuple[str, float]] = field(default_factory=list)

    def is_first_try(self, path: str) -> bool:
        """Whether just this request was sent an odd number of times, with the one that it is asked about."""
        return sum(path == asked for asked, _ in self.requests) % 2 == 1

    def count(self, text: str) -> int:
        """How many requests had a text in their path."""
        return sum(text in path for path, _ in self.requests)


def refusal(status: int, error_code: str, **values: float) -> Reply:
    """An answer in the form of the server's own."""
    said = ", ".join(f'"{name}": {value}' for name, value in values.items())
    body = f'{{"error_code": "{error_code}", "message": "Said by a test.", "code": "test.said", "values": {{{said}}}}}'
    return status, {"Content-Type": "application/json"}, body.encode()


@contextmanager
def faulty_proxy(url: str, behaves: Behaviour = lambda path, number: None) -> Iterator[FaultyProxy]:
    """Stand before a server until the block ends.

    Args:
        url: The server.
        behaves: What to do with requests.
    """
    place = urlsplit(url)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                proxy.requests.append((self.path, time.monotonic()))
                number = len(proxy.requests)
            reply = proxy.behaves(self.path, number)
            if isinstance(reply, tuple):
                self._answer(*reply)
                return
            server = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
            try:
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                server.request(self.command, self.path, body, {**headers, "Host": place.netloc})
                answer = server.getresponse()
                content = answer.read()
            finally:
                server.close()
            if reply == LOSE_ANSWER:
                self.close_connection = True
                return
            named = {"Content-Type": answer.headers.get("Content-Type", "text/plain")}
            self._answer(answer.status, named, content)

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    # The names that the library looks for.
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.pass_on)

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    proxy = FaultyProxy(f"http://127.0.0.1:{listener.server_address[1]}", behaves)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
