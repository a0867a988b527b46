"""A long body is read aside, so that other requests get their turn meanwhile."""

import asyncio
import json

import pytest

from tests.unit.web.scopes import body_in, request_of
from trialog.errors import InvalidParameter
from trialog.web import BodyLimits
from trialog.web.messages import body_message
from trialog.wire.messages.runs import CreateRun

pytestmark = pytest.mark.anyio

LIMITS = BodyLimits(json_bytes=10_000_000, seconds=60)
JSON = {"Content-Type": "application/json"}


async def another_request(turns: list[str]) -> None:
    turns.append("another")


@pytest.mark.parametrize(("length", "order"), [(10, ["this", "another"]), (1_000_000, ["another", "this"])])
async def test_others_get_their_turn_while_a_long_body_is_read(length: int, order: list[str]) -> None:
    body = json.dumps({"experiment_id": "0", "user_id": "u" * length}).encode()
    request = request_of("POST", "/", JSON, receive=body_in(body), limits=LIMITS)
    turns: list[str] = []
    another = asyncio.create_task(another_request(turns))
    assert await body_message(request, CreateRun) == CreateRun("0", "u" * length)
    turns.append("this")
    await another
    assert turns == order


async def test_a_long_body_that_is_wrong_is_refused_as_a_short_one() -> None:
    body = json.dumps({"experiment_id": 0, "user_id": "u" * 1_000_000}).encode()
    with pytest.raises(InvalidParameter, match="Invalid value 0 for parameter 'experiment_id'"):
        await body_message(request_of("POST", "/", JSON, receive=body_in(body), limits=LIMITS), CreateRun)
