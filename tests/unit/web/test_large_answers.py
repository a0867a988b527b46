"""Large answers are encoded piece by piece, and nobody can tell."""

import msgspec
import pytest

from trialog.entities import Metric
from trialog.web.messages import message_response
from trialog.wire.messages.metrics import GetMetricHistoryResponse

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 400, 1234])
async def test_an_answer_in_pieces_is_the_answer_in_one(count: int) -> None:
    message = GetMetricHistoryResponse([Metric("m", float(step), step, step) for step in range(count)], "token")

    answer = await message_response(message)

    assert answer.body == msgspec.json.encode(message)
