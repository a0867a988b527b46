"""A page token that nobody gave out shows nothing, and one that was given out shows no more than its own search."""

import json
import pickle
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.in_process import HOST, RawAnswer, ask, error_of, in_process_app
from tests.security.effort import EFFORT
from tests.security.payloads import TEXTS, escaped
from trialog.entities import Int64
from trialog.errors import InvalidParameter
from trialog.store.page_tokens import decode_page_token, encode_page_token, now_of
from trialog.web import Application

JSON = ("content-type", "application/json")
SEARCHES: dict[str, tuple[str, dict[str, object]]] = {
    "runs": ("runs/search", {"experiment_ids": ["0"], "max_results": 1}),
    "experiments": ("experiments/search", {"max_results": 1}),
    "logged models": ("logged-models/search", {"experiment_ids": ["0"], "max_results": 1}),
}


def coded(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode()


FORGED = {
    "no base64": "not a token!",
    "base64 of nothing": "====",
    "no JSON": urlsafe_b64encode(b"\xff\xfe").decode(),
    "an offset": "1",
    "MLflow's offset": urlsafe_b64encode(b'{"offset": 1, "search_experiment_ids": ["0"]}').decode(),
    "a pickle": urlsafe_b64encode(pickle.dumps([1])).decode(),
    "an object": coded({"query": "x", "position": []}),
    "no position": coded(["x"]),
    "a position of another kind": coded(["x", [None, {}, []]]),
    "numbers beyond 64 bits": coded(["x", [2**64, -(2**64)]]),
    "a time beyond 64 bits": coded(["x", [1], 2**64]),
    "fractions": coded(["x", [1.5]]),
    "very deep": urlsafe_b64encode(b"[" * 50_000).decode(),
    "very long": coded(["x", ["a" * 100_000]]),
    "very many": coded(["x", [1] * 50_000]),
    "SQL": coded(["x' OR 1=1 --", ["' OR 1=1 --"]]),
}


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    async with in_process_app(tmp_path_factory.mktemp("server")) as opened:
        for number in range(3):
            for path, content in (
                ("experiments/create", {"name": f"e{number}"}),
                ("runs/create", {"experiment_id": "0", "start_time": number}),
                ("logged-models", {"experiment_id": "0", "name": f"m{number}"}),
            ):
                made = await ask(opened, "POST", f"/api/2.0/mlflow/{path}", [HOST, JSON], json.dumps(content).encode())
                assert made.status == 200
        yield opened


async def search(app: Application, what: str, **more: object) -> RawAnswer:
    path, content = SEARCHES[what]
    return await ask(app, "POST", f"/api/2.0/mlflow/{path}", [HOST, JSON], json.dumps({**content, **more}).encode())


async def token_of(app: Application, what: str, **more: object) -> str:
    token: str = json.loads((await search(app, what, **more)).body)["next_page_token"]
    return token


@pytest.mark.anyio
@pytest.mark.parametrize("what", SEARCHES)
@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_token_is_refused(app: Application, what: str, name: str) -> None:
    status, code, _ = error_of(await search(app, what, page_token=FORGED[name]))
    assert (status, code) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.anyio
@pytest.mark.parametrize("what", SEARCHES)
async def test_a_token_serves_the_search_that_gave_it_alone(app: Application, what: str) -> None:
    token = await token_of(app, what)
    assert (await search(app, what, page_token=token)).status == 200
    for other in SEARCHES.keys() - {what}:
        assert error_of(await search(app, other, page_token=token))[0] == 400
    order = {"order_by": [{"field_name": "name"}] if what == "logged models" else ["attributes.start_time ASC"]}
    order = {"order_by": ["name"]} if what == "experiments" else order
    assert error_of(await search(app, what, page_token=token, **order))[0] == 400


@pytest.mark.anyio
@pytest.mark.parametrize("what", SEARCHES)
async def test_no_token_that_is_changed_shows_what_the_search_does_not(app: Application, what: str) -> None:
    everything = len(json.loads((await search(app, what, max_results=1000)).body)[what.replace("logged ", "")])
    token = await token_of(app, what)
    query, position, *rest = json.loads(urlsafe_b64decode(token))
    for value in (0, -1, 2**63 - 1, -(2**63), "", "\U0010ffff", "' OR 1=1 --"):
        for place in range(len(position)):
            changed = [*position[:place], value, *position[place + 1 :]]
            answer = await search(app, what, page_token=coded([query, changed, *rest]), max_results=1000)
            assert answer.status in {200, 400}
            if answer.status == 200:
                shown = json.loads(answer.body).get(what.replace("logged ", ""), [])
                assert len(shown) <= everything


@pytest.mark.anyio
@pytest.mark.parametrize("text", [text for texts in TEXTS.values() for text in texts][::7])
async def test_any_payload_as_a_token_is_refused(app: Application, text: str) -> None:
    answer = await ask(app, "GET", f"/api/2.0/mlflow/experiments/search?max_results=1&page_token={escaped(text)}")
    assert answer.status == (200 if text == "" else 400), text


TOKENS = st.one_of(
    st.text(),
    st.binary().map(lambda content: urlsafe_b64encode(content).decode()),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(coded),
    st.tuples(st.just("query"), st.lists(st.integers() | st.text())).map(coded),
)


@settings(max_examples=60 * EFFORT, deadline=None)
@given(token=TOKENS)
@example(token="é")
@example(token="A")
@example(token="\ud800")
def test_any_text_is_a_position_of_the_right_kinds_or_refused(token: str) -> None:
    for read in (lambda: decode_page_token(token, "query", [int, str]), lambda: [now_of(token), ""]):
        try:
            number, text = read()
        except InvalidParameter:
            continue
        assert isinstance(number, int)
        assert -(2**63) <= number < 2**63
        assert isinstance(text, str)


@settings(max_examples=30 * EFFORT, deadline=None)
@given(position=st.lists(st.integers(-(2**63), 2**63 - 1) | st.text()), now=st.none() | st.integers(0, 2**63 - 1))
def test_a_token_comes_back_as_it_was(position: list[Int64 | str], now: int | None) -> None:
    token = encode_page_token("query", position, now)
    assert decode_page_token(token, "query", [type(value) for value in position]) == position


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("greatest", "late"), [(-1, 0), (-(2**63), 0), (-(2**63) + 999, 2**63 - 1), (2**63 - 1, -(2**63)), (0, 2**63 - 1)]
)
async def test_a_forged_token_of_changes_breaks_nothing(app: Application, greatest: int, late: int) -> None:
    async def changes(since: str) -> RawAnswer:
        body = json.dumps({"experiment_ids": ["0"], "since": since}).encode()
        return await ask(app, "POST", "/api/trialog/v1/changes", [HOST, JSON], body)

    token = urlsafe_b64decode(json.loads((await changes("")).body)["token"])
    forged = token[:9] + struct.pack("<qq", greatest, late) + token[25:]
    answer = await changes(urlsafe_b64encode(forged).decode())
    if greatest < 0:
        assert error_of(answer)[:2] == (400, "INVALID_PARAMETER_VALUE")
    else:
        assert (answer.status, json.loads(answer.body)["changed_run_ids"]) == (200, [])
