"""A server that reads requests and answers each with the same few bytes: how fast the client can be at most.

Usage: `python -m benchmarks.responder [MILLISECONDS]`; it prints its address and answers until it is killed. Before
each answer it computes for so long, or not at all.
"""

import asyncio
import re
import sys
import time
from typing import cast

BODY = b'{"run_id":"0123ab"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"


class Responder(asyncio.Protocol):
    """One connection, whose requests come one after the other.

    Args:
        seconds: So much of the processor each answer takes.
    """

    _transport: asyncio.WriteTransport

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._head = b""
        self._body_left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        # A connection's transport can be written to; uvloop's only does not say so by its class.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer once a request is there whole."""
        if self._body_left:
            self._body_left -= len(data)
        else:
            self._head += data
            end = self._head.find(END_OF_HEAD)
            if end < 0:
                return
            length = LENGTH.search(self._head, 0, end)
            self._body_left = int(length[1]) if length else 0
            self._body_left -= len(self._head) - end - len(END_OF_HEAD)
            self._head = b""
        if self._body_left <= 0:
            self._body_left = 0
            end_of_work = time.thread_time() + self._seconds
            while self._seconds and time.thread_time() < end_of_work:
                pass
            self._transport.write(ANSWER)


async def serve(seconds: float) -> None:
    """Print the address and answer.

    Args:
        seconds: So much of the processor each answer takes.
    """
    server = await asyncio.get_running_loop().create_server(lambda: Responder(seconds), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Answer with the fastest loop there is."""
    seconds = float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0
    if sys.platform == "win32":
        asyncio.run(serve(seconds))
    else:
        import uvloop  # there is none for Windows

        uvloop.run(serve(seconds))


if __name__ == "__main__":
    main()
