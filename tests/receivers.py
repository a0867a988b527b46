"""Real servers that webhooks are delivered to."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Received:
    """One delivery as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    @property
    def delivery_id(self) -> str:
        return self.headers["X-MLflow-Delivery-Id"]

    def is_signed_with(self, secret: str) -> bool:
        """Verify as MLflow's documentation tells receivers to."""
        timestamp = self.headers["X-MLflow-Timestamp"]
        signed = f"{self.delivery_id}.{timestamp}.{self.body.decode()}".encode()
        digest = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(self.headers["X-MLflow-Signature"], f"v1,{digest}")


@dataclass
class Receiver:
    """A server that keeps what it receives.

    Attributes:
        url: Its address.
        answers: Statuses of the next answers, in order; 200 when they are used up.
        headers: Sent with each answer.
        body: Sent with each answer.
    """

    url: str
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"SECRET OF THE INSIDE"
    before_answer: Callable[[], object] = lambda: None
    _received: list[Received] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def received(self) -> Sequence[Received]:
        with self._changed:
            return tuple(self._received)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def keep(self, one: Received) -> int:
        """Note what came in and return the status to answer with."""
        with self._changed:
            self._received.append(one)
            self._changed.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait_for(self, count: int) -> Sequence[Received]:
        """Wait until so many deliveries have come in, and return all."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self._received) >= count, WAIT_SECONDS)
            assert arrived, f"{len(self._received)} of {count} deliveries came in"
            return tuple(self._received)


@contextmanager
def open_receiver(certificates: Path | None = None) -> Iterator[Receiver]:
    """Receive deliveries on this machine until the block ends.

    Args:
        certificates: Folder with `good` and `key` of `write_certificates`: HTTPS is spoken then.
    """
    receiver = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.keep(Received(self.path, dict(self.headers.items()), body))
            receiver.before_answer()
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *_arguments: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is what some tests do
    server.daemon_threads = True
    scheme = "http"
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "good", certificates / "key")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    receiver.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
