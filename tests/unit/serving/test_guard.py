"""Who is let in to a model server, and how often the tracking server is asked for that."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.unit.sdk.answering import CUT, AnsweringServer, answer, answering
from tests.unit.web.scopes import request_of
from trialog.errors import ConfigurationError, TooManyRequests, TrialogError, Unauthenticated
from trialog.remote.server import RemoteServer
from trialog.remote.settings import Patience, connection_settings
from trialog.serving.folders import ModelFolders
from trialog.serving.guard import AccountGuard, Guard, TokenGuard
from trialog.serving.source import ModelSource

MAY = answer(200, b"{}")
MAY_NOT = answer(403, b"{}")
UNKNOWN = answer(401, b"{}")
TOKEN = "Bearer tlg_of_a_user"
OTHER_TOKEN = "Bearer tlg_of_another"


class Clock:
    """Time that a test moves."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def account_guard(
    server: AnsweringServer, clock: Clock, uri: str = "models:/pulse/Production"
) -> AsyncIterator[AccountGuard]:
    patience = Patience(timeout_seconds=5, connect_seconds=5)
    remote = RemoteServer(connection_settings(server.url, {}, patience))
    try:
        yield AccountGuard(remote, ModelSource(uri, ModelFolders(Path())), clock)
    finally:
        await remote.close()


async def outcome(guard: Guard, header: str | None, path: str = "/invocations", **headers: str) -> str:
    """Return the code of the refusal; empty if there is none."""
    shown = {} if header is None else {"Authorization": header}
    try:
        await guard.admit(request_of("POST", path, {**shown, **headers}))
    except TrialogError as error:
        return error.code
    return ""


def outcomes(answers: Sequence[bytes], headers: Sequence[str], pause: float = 0.0) -> tuple[list[str], int]:
    """Return what several requests come to, one after the other, and how many questions that took."""
    clock = Clock()

    async def ask(server: AnsweringServer) -> list[str]:
        found = []
        async with account_guard(server, clock) as guard:
            for header in headers:
                found.append(await outcome(guard, header))
                clock.seconds += pause
        return found

    with answering(answers) as server:
        return asyncio.run(ask(server)), len(server.requests)


def test_the_tracking_server_is_asked_with_what_the_caller_shows() -> None:
    async def ask(server: AnsweringServer) -> None:
        async with account_guard(server, Clock()) as guard:
            assert await outcome(guard, TOKEN) == ""

    with answering([MAY]) as server:
        asyncio.run(ask(server))
    [(line, _)] = server.requests
    assert line == "GET /api/2.0/mlflow/registered-models/get?name=pulse HTTP/1.1"
    assert server.headers[0]["authorization"] == TOKEN


@pytest.mark.parametrize(
    ("uri", "question"),
    [
        (f"models:/m-{'0' * 32}", f"/api/2.0/mlflow/logged-models/m-{'0' * 32}"),
        ("models:/a b@best", "/api/2.0/mlflow/registered-models/get?name=a+b"),
        ("runs:/abc/model", "/api/2.0/mlflow/runs/get?run_id=abc"),
    ],
)
def test_what_is_asked_for_is_whether_the_model_may_be_read(uri: str, question: str) -> None:
    async def ask(server: AnsweringServer) -> None:
        async with account_guard(server, Clock(), uri) as guard:
            await outcome(guard, TOKEN)

    with answering([MAY]) as server:
        asyncio.run(ask(server))
    assert server.requests[0][0] == f"GET {question} HTTP/1.1"


def test_answers_are_remembered_for_some_seconds() -> None:
    assert outcomes([MAY], [TOKEN] * 5, pause=3.0) == ([""] * 5, 2)
    assert outcomes([MAY_NOT], [TOKEN] * 3) == (["auth.permission_denied"] * 3, 1)
    # Of one caller alone.
    assert outcomes([MAY, MAY_NOT], [TOKEN, OTHER_TOKEN, TOKEN]) == (["", "auth.permission_denied", ""], 2)


def test_a_right_that_is_taken_away_ends_within_seconds() -> None:
    assert outcomes([MAY, MAY_NOT], [TOKEN] * 2, pause=11.0)[0] == ["", "auth.permission_denied"]
    assert outcomes([MAY, UNKNOWN], [TOKEN] * 2, pause=11.0)[0] == ["", "auth.unauthenticated"]
    # Nor does it come back when the tracking server is gone.
    seen, _ = outcomes([MAY, UNKNOWN, CUT], [TOKEN] * 3, pause=11.0)
    assert seen == ["", "auth.unauthenticated", "serving.access_unknown"]


def test_what_counted_counts_on_for_a_while_when_the_tracking_server_is_gone() -> None:
    seen, _ = outcomes([MAY, CUT], [TOKEN] * 4, pause=400.0)
    assert seen == ["", "", "", "serving.access_unknown"]
    assert outcomes([CUT], [TOKEN])[0] == ["serving.access_unknown"]
    assert outcomes([answer(500)], [TOKEN])[0] == ["serving.access_unknown"]


def test_whoever_guesses_has_to_wait_and_the_tracking_server_is_left_in_peace() -> None:
    seen, questions = outcomes([UNKNOWN], [f"Bearer guess-{number}" for number in range(60)])
    assert seen[0] == "auth.unauthenticated"
    assert seen[-1] == "auth.throttled"
    assert questions < 30


def test_a_pause_that_the_tracking_server_asks_for_is_passed_on() -> None:
    async def ask(server: AnsweringServer) -> None:
        async with account_guard(server, Clock()) as guard:
            with pytest.raises(TooManyRequests, match="again in 7 s") as caught:
                await guard.admit(request_of("POST", "/invocations", {"Authorization": TOKEN}))
            assert caught.value.values == {"retry_after_seconds": 7}

    with answering([answer(429, b"{}", "Retry-After: 7")]) as server:
        asyncio.run(ask(server))


def test_a_password_that_a_browser_sends_for_another_page_does_not_count() -> None:
    password = "Basic " + base64.b64encode(b"reader:correct horse").decode()

    async def ask(server: AnsweringServer) -> None:
        async with account_guard(server, Clock()) as guard:
            foreign = {"Origin": "https://evil.example", "Host": "localhost:5001"}
            assert await outcome(guard, password, **foreign) == "auth.unauthenticated"
            assert await outcome(guard, password) == ""
            # Nor while it is remembered.
            assert await outcome(guard, password, **foreign) == "auth.unauthenticated"
            assert await outcome(guard, "Basic !!!") == "auth.malformed_header"

    with answering([MAY]) as server:
        asyncio.run(ask(server))
    assert len(server.requests) == 1


def test_a_tracking_server_that_asks_nobody_is_noticed() -> None:
    async def ask(server: AnsweringServer) -> None:
        async with account_guard(server, Clock()) as guard:
            await guard.check_server()

    with answering([UNKNOWN]) as server:
        asyncio.run(ask(server))
    with answering([MAY]) as server, pytest.raises(ConfigurationError, match="asks nobody to log in"):
        asyncio.run(ask(server))


def test_tokens_of_a_file_count_and_change_with_it(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("# ours\n\n  a-token-that-is-long  \n", encoding="ascii")
    clock = Clock()

    async def ask() -> None:
        guard = TokenGuard(file, clock)
        assert await outcome(guard, "Bearer a-token-that-is-long") == ""
        assert await outcome(guard, "bearer   a-token-that-is-long ") == ""
        for wrong in ("Bearer a-token-that-is-lon", "Bearer # ours", "Basic a-token-that-is-long", "Bearer ", None):
            assert await outcome(guard, wrong) == "auth.unauthenticated"
        for path in ("/ping", "/health"):
            assert await outcome(guard, None, path) == ""
        file.write_text("another-token-that-counts-now\n", encoding="ascii")
        # It is looked at no more than once a second.
        clock.seconds += 1
        assert await outcome(guard, "Bearer a-token-that-is-long") == "auth.unauthenticated"
        assert await outcome(guard, "Bearer another-token-that-counts-now") == ""

    asyncio.run(ask())


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_file_that_stays_without_tokens_lets_nobody_in(tmp_path: Path, is_gone: bool) -> None:
    file = tmp_path / "tokens"
    file.write_text("a-token-that-is-long", encoding="ascii")
    clock = Clock()

    async def ask() -> None:
        guard = TokenGuard(file, clock)
        for moment in range(2):
            file.unlink() if is_gone else file.write_text("# all of them are revoked\n", encoding="ascii")
            # Somebody may be writing it.
            for seconds in (1, 1, 7):
                clock.seconds += seconds
                assert await outcome(guard, "Bearer a-token-that-is-long") == ""
            if moment == 0:
                file.write_text("a-token-that-is-long", encoding="ascii")
                clock.seconds += 1
                assert await outcome(guard, "Bearer a-token-that-is-long") == ""
        clock.seconds += 1
        assert await outcome(guard, "Bearer a-token-that-is-long") == "auth.unauthenticated"
        clock.seconds += 100
        assert await outcome(guard, "Bearer a-token-that-is-long") == "auth.unauthenticated"
        file.write_text("a-token-of-the-day-after", encoding="ascii")
        clock.seconds += 1
        assert await outcome(guard, "Bearer a-token-of-the-day-after") == ""
        # Nobody called for a day.
        file.unlink() if is_gone else file.write_text("", encoding="ascii")
        clock.seconds += 86_400
        assert await outcome(guard, "Bearer a-token-of-the-day-after") == "auth.unauthenticated"

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("content", "fault"),
    [("", "holds no token"), ("# none\n", "holds no token"), ("short\n", "at least 16"), ("x" * 300_000, "longer")],
)
def test_a_file_without_good_tokens_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    file = tmp_path / "tokens"
    file.write_text(content, encoding="ascii")
    with pytest.raises(ConfigurationError, match=fault):
        TokenGuard(file)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        TokenGuard(tmp_path / "none")


def test_a_refusal_says_how_to_show_who_one_is(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("a-token-that-is-long", encoding="ascii")
    guard = TokenGuard(file)
    with pytest.raises(Unauthenticated, match="Bearer") as caught:
        asyncio.run(guard.admit(request_of("GET", "/metrics")))
    assert guard.refusal(request_of("GET", "/metrics"), caught.value).status == 401
    assert os.fspath(file) not in caught.value.message
