"""A server that reads requests and answers each with the same few bytes: how fast the client can be at most.

Usage: `python -m benchmarks.responder`; it prints its address and answers until it is killed.
"""

import asyncio
import re
import sys
from typing import cast

BODY = b'{"run_id":"0123ab"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"


class Responder(asyncio.Protocol):
    """One connection, whose requests come one after the other."""

    _transport: asyncio.WriteTransport

    def __init__(self) -> None:
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
            self._transport.write(ANSWER)


async def serve() -> None:
    """Print the address and answer."""
    server = await asyncio.get_running_loop().create_server(Responder, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Answer with the fastest loop there is."""
    if sys.platform == "win32":
        asyncio.run(serve())
    else:
        import uvloop  # there is none for Windows

        uvloop.run(serve())


if __name__ == "__main__":
    main()
