"""Bodies: whole or streamed, never larger or slower than the limits, never taken for whole when they were cut."""

import asyncio
from typing import Any

import pytest

from tests.unit.web.scopes import body_in, request_of
from trialog.errors import InvalidParameter, RequestTooLarge
from trialog.web import BodyLimits
from trialog.web.request import BodyTimeout, ClientDisconnected

pytestmark = pytest.mark.anyio


async def silence() -> dict[str, Any]:
    await asyncio.get_running_loop().create_future()
    raise AssertionError("a client that sends nothing sent something")


async def test_a_body_in_pieces_is_put_together() -> None:
    request = request_of("POST", receive=body_in(b'{"a":', b"1", b"}"))
    assert await request.json_body() == b'{"a":1}'


async def test_a_body_announced_too_large_is_refused_unread() -> None:
    request = request_of("POST", headers={"Content-Length": "1001"}, receive=silence)
    with pytest.raises(RequestTooLarge, match="larger than the 1000 bytes"):
        await request.json_body()


async def test_an_endless_body_is_refused_when_the_limit_is_passed() -> None:
    async def endless() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 300, "more_body": True}

    request = request_of("POST", headers={"Transfer-Encoding": "chunked"}, receive=endless)
    with pytest.raises(RequestTooLarge, match="larger than the 1000 bytes"):
        await request.json_body()


async def test_a_single_piece_over_the_limit_is_refused() -> None:
    request = request_of("POST", receive=body_in(b"x" * 1001))
    with pytest.raises(RequestTooLarge, match="larger than the 1000 bytes"):
        await request.json_body()


async def test_a_body_of_just_the_limit_is_taken() -> None:
    assert len(await request_of("POST", receive=body_in(b"x" * 500, b"x" * 500)).json_body()) == 1000


async def test_a_body_that_does_not_come_is_not_waited_for_without_end() -> None:
    headers = {"Content-Length": "10"}
    request = request_of("POST", headers=headers, receive=silence, limits=BodyLimits(1000, 0.01))
    with pytest.raises(BodyTimeout):
        await request.json_body()


async def test_a_compressed_body_is_refused() -> None:
    request = request_of("POST", headers={"Content-Encoding": "gzip"}, receive=body_in(b"x"))
    with pytest.raises(InvalidParameter, match="Content-Encoding 'gzip'"):
        await request.json_body()


async def test_a_body_that_is_cut_is_never_taken_for_whole() -> None:
    with pytest.raises(ClientDisconnected):
        await request_of("POST", receive=body_in(b'{"a":1}', ends=False)).json_body()
    stream = request_of("PUT", receive=body_in(b"first", ends=False)).stream()
    assert await anext(stream) == b"first"
    with pytest.raises(ClientDisconnected):
        await anext(stream)


async def test_a_stream_hands_out_what_comes() -> None:
    request = request_of("PUT", receive=body_in(b"a", b"", b"b"))
    assert [piece async for piece in request.stream()] == [b"a", b"b"]


async def test_a_stream_that_pauses_for_too_long_ends() -> None:
    stream = request_of("PUT", receive=silence, limits=BodyLimits(1000, 0.01)).stream()
    with pytest.raises(BodyTimeout):
        await anext(stream)


async def test_what_is_still_sent_after_a_refusal_is_read_off() -> None:
    chunked = {"Transfer-Encoding": "chunked"}
    assert await request_of("POST", headers=chunked, receive=body_in(b"a", b"b")).discard_body()
    assert not await request_of("POST", headers=chunked, receive=body_in(b"a", ends=False)).discard_body()
    assert await request_of("POST", headers={"Content-Length": "10"}, receive=silence).discard_body()


async def test_a_client_that_sends_without_end_is_cut_off_after_a_refusal() -> None:
    async def endless() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 2**20, "more_body": True}

    assert not await request_of("POST", headers={"Transfer-Encoding": "chunked"}, receive=endless).discard_body()


@pytest.mark.parametrize(
    ("forwarded", "scheme"),
    [
        (None, "http"),
        ("https", "https"),
        ("http", "http"),
        ("javascript", "http"),
        ("https,http", "https"),
        ("HTTPS , http", "https"),
        ("", "http"),
    ],
)
async def test_the_scheme_is_the_one_of_the_client(forwarded: str | None, scheme: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-Proto": forwarded}
    assert request_of(headers=headers).scheme == scheme
