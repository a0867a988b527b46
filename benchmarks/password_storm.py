"""Guesses passwords at a server, at a steady pace, until it is told to stop; a process of its own, as guessers are.

Run by `benchmarks.login_storm` as `python -m benchmarks.password_storm PORT RATE ADDRESSES`. It ends when its standard
input does, and prints as JSON for how many seconds it guessed, and how many guesses were answered with which status.
"""

import asyncio
import base64
import json
import sys
import time
from collections import Counter
from contextlib import suppress
from typing import Final

CONNECTIONS: Final = 50
USERS: Final = 100
TARGET: Final = "/api/2.0/mlflow/experiments/search?max_results=1"


class Storm:
    """Guesses of many clients.

    Args:
        port: Where the server listens on this machine.
        rate: How many guesses a second.
        addresses: From how many addresses they are said to come.
    """

    def __init__(self, port: int, rate: int, addresses: int) -> None:
        self._port = port
        self._pause = CONNECTIONS / rate
        self._addresses = addresses
        self._guesses = 0
        self._is_over = asyncio.Event()
        self.statuses: Counter[int] = Counter()

    async def run(self) -> float:
        """Guess until standard input ends; return for how many seconds."""
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(CONNECTIONS):
                group.create_task(self._guess(number * self._pause / CONNECTIONS))
            await asyncio.to_thread(sys.stdin.read)
            self._is_over.set()
        return time.perf_counter() - begun

    async def _guess(self, delay: float) -> None:
        await asyncio.sleep(delay)
        due = time.perf_counter()
        while not self._is_over.is_set():
            # A server may close a connection whenever it wants.
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    while not self._is_over.is_set():
                        writer.write(self._request())
                        self.statuses[await _status(reader)] += 1
                        # Who was late does not catch up by guessing faster.
                        due = max(due + self._pause, time.perf_counter())
                        await asyncio.sleep(max(0.0, due - time.perf_counter()))
                finally:
                    writer.close()

    def _request(self) -> bytes:
        self._guesses += 1
        number = self._guesses % self._addresses
        shown = base64.b64encode(f"user{self._guesses % USERS}:guess {self._guesses}".encode()).decode()
        return (
            f"GET {TARGET} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAuthorization: Basic {shown}\r\n"
            f"X-Forwarded-For: 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}\r\n\r\n"
        ).encode()


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0)
    await reader.readexactly(length)
    return int(lines[0].split()[1])


async def main() -> None:
    """Guess, and print what came of it."""
    port, rate, addresses = map(int, sys.argv[1:])
    storm = Storm(port, rate, addresses)
    seconds = await storm.run()
    print(json.dumps({"seconds": seconds, "statuses": dict(storm.statuses)}))


if __name__ == "__main__":
    asyncio.run(main())
