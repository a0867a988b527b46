"""Head and body of an answer leave together."""

import asyncio
from typing import cast

import pytest

from trialog.server.joined_writes import JoiningTransport

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


class Written:
    """A transport that keeps what it was asked to write."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def joining() -> tuple[Written, JoiningTransport]:
    written = Written()
    return written, JoiningTransport(cast(asyncio.Transport, written), asyncio.get_running_loop())


async def test_a_small_answer_is_one_write() -> None:
    written, transport = joining()
    transport.write(HEAD)
    transport.write(b"OK")
    assert written.writes == [HEAD + b"OK"]
    transport.write(HEAD)
    transport.write(b"")
    assert written.writes == [HEAD + b"OK", HEAD]


async def test_a_head_without_a_body_leaves_in_the_same_turn() -> None:
    written, transport = joining()
    transport.write(HEAD)
    await asyncio.sleep(0)
    assert written.writes == [HEAD]
    transport.write(b"late")
    assert written.writes == [HEAD, b"late"]


async def test_a_head_leaves_before_the_connection_is_closed() -> None:
    written, transport = joining()
    transport.write(HEAD)
    transport.close()
    assert written.writes == [HEAD]
    assert transport.is_closing()


async def test_large_pieces_are_not_copied() -> None:
    written, transport = joining()
    piece = b"x" * 100_000
    transport.write(HEAD)
    transport.write(piece)
    assert written.writes == [HEAD, piece]
    assert written.writes[1] is piece


async def test_an_interim_answer_is_not_kept_back() -> None:
    written, transport = joining()
    transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert written.writes == [b"HTTP/1.1 100 Continue\r\n\r\n"]
