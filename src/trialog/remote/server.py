"""The other server: what is asked of it, within bounds, and what goes wrong with it said in one way.

Nothing that it answers is loaded or run. Redirects are not followed: passwords would go with them.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar

import msgspec
from msgspec import Struct

from trialog.errors import (
    ConnectionFailed,
    PermissionDenied,
    RangeNotSatisfiable,
    ResourceNotFound,
    TrialogError,
    Unauthenticated,
)
from trialog.remote.answers import Answer, refusal
from trialog.remote.connections import Connections
from trialog.remote.requests import written
from trialog.remote.settings import ConnectionSettings
from trialog.version import __version__
from trialog.wire.routes import find_route

AnswerType = TypeVar("AnswerType", bound=Struct)
Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_BYTES: Final = 64 * 1024 * 1024
"""So long may an answer be that is not a file."""

AT_ONCE: Final = 8
"""So many requests one question makes of the other server at the same moment."""

_THREADS: Final = 16
_SHOWN: Final = 300
_JSON: Final = "application/json"
_WORKSPACE_HEADER: Final = "X-MLFLOW-WORKSPACE"
_OWN_API: Final = "/api/trialog/v1/status"
_UNSATISFIED: Final = re.compile(r"bytes \*/(?P<size>[0-9]{1,18})")
# By what the path of a question holds; the first one counts.
_NOT_FOUND_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "artifact": "artifact.not_found",
        "/experiments/": "experiment.not_found",
        "/runs/": "run.not_found",
        "/metrics/": "run.not_found",
        "/logged-models": "logged_model.not_found",
        "/registered-models/": "registered_model.not_found",
        "/model-versions/": "model_version.not_found",
    }
)
_NOT_THERE: Final = frozenset({404, 405, 501})


class ServerKind(StrEnum):
    """What the other server is."""

    MLFLOW = "mlflow"
    TRIALOG = "trialog"


class Threads(Protocol):
    """Has something done in a thread."""

    async def __call__(self, work: Callable[[], Result], /) -> Result:
        """Return what it came to."""
        ...


class RemoteFile:
    """A file of the other server, as it comes.

    Args:
        answer: The head of the answer.
        pieces: Its body.
        run: Has something done in a thread.
    """

    def __init__(self, answer: Answer, pieces: Iterator[bytes], run: Threads) -> None:
        self.answer = answer
        self._pieces = pieces
        self._run = run

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes.

        Raises:
            ConnectionFailed: The connection broke, or no more came in time.
        """
        while piece := await self._run(lambda: next(self._pieces, b"")):
            yield piece

    async def close(self) -> None:
        """Let go of the connection; doing so twice, or in the middle of reading, does no harm."""
        close: Callable[[], None] | None = getattr(self._pieces, "close", None)
        if close is not None:
            await self._run(close)


class RemoteServer:
    """One other server. Its methods are coroutines of one event loop, which is never kept waiting.

    Args:
        settings: Where it is, and how to speak with it.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        self.url = settings.address.url
        self._connections = Connections(settings)
        self._seconds = settings.patience.timeout_seconds
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="trialog-remote")
        self._headers = {"Accept": _JSON, "User-Agent": f"trialog/{__version__}"}
        if settings.authorization is not None:
            self._headers["Authorization"] = settings.authorization
        if settings.workspace is not None:
            self._headers[_WORKSPACE_HEADER] = settings.workspace
        self._kind: ServerKind | None = None
        self._version: str | None = None
        self._finding_out = asyncio.Lock()

    @property
    def known_kind(self) -> ServerKind | None:
        """What the server is; None as long as nobody found out."""
        return self._kind

    @property
    def version(self) -> str | None:
        """Which version of MLflow's API it speaks; None as long as nobody found out, or if it does not say."""
        return self._version

    async def kind(self) -> ServerKind:
        """Find out what the server is, once.

        Raises:
            ConnectionFailed: It cannot be asked.
        """
        if self._kind is None:
            async with self._finding_out:
                if self._kind is None:
                    self._kind = await self._find_kind()
        return self._kind

    async def ask(self, operation: str, answer_type: type[AnswerType], /, **fields: object) -> AnswerType:
        """Ask for one thing.

        Args:
            operation: Its name in the route table.
            answer_type: What is answered.
            fields: Fields of the request; those that are None are left out.

        Raises:
            TrialogError: What the server refused.
            ConnectionFailed: It cannot be reached, is too slow, failed, or is no server of MLflow's API.
        """
        route = find_route(operation)
        target, body = written(route, {name: value for name, value in fields.items() if value is not None})
        try:
            answer = await self.fetch(route.method, target, body)
        except ResourceNotFound as error:
            raise _said_as_here(error, route.path) from error
        return await self._read(answer, answer_type)

    async def fetch(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request as it is, and return what is answered if that is no refusal.

        Args:
            method: HTTP method.
            target: Path and query, percent-encoded.
            body: JSON.
            headers: Headers in place of the usual ones.

        Raises:
            TrialogError: What the server refused.
            ConnectionFailed: As for `ask`.
        """
        answer = await self.exchange(method, target, body, headers)
        if not 200 <= answer.status < 300:
            raise self.refused(answer)
        return answer

    async def exchange(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request as it is, and return what is answered, whatever it is.

        Args:
            method: HTTP method.
            target: Path and query, percent-encoded.
            body: JSON, unless the headers say something else.
            headers: Headers in place of the usual ones.

        Raises:
            ConnectionFailed: The server cannot be reached, is too slow, or answers with too much.
        """
        kind = {} if body is None else {"Content-Type": _JSON}
        sent = {**self._headers, **kind, **(headers or {})}
        return await self._run(lambda: self._connections.request(method, target, body, sent, most_bytes=MOST_BYTES))

    async def open(self, target: str, headers: Mapping[str, str]) -> RemoteFile:
        """Begin to fetch a file.

        Args:
            target: Path and query, percent-encoded.
            headers: Headers beside the usual ones.

        Raises:
            RangeNotSatisfiable: The headers ask for a part that the file does not have.
            TrialogError: What the server refused.
            ConnectionFailed: As for `ask`.
        """
        # Not compressed: what is answered is as long as it says.
        sent = {**self._headers, "Accept": "*/*", "Accept-Encoding": "identity", **headers}
        answer, pieces = await self._run(lambda: self._connections.stream("GET", target, sent))
        if answer.status == 416:
            size = _UNSATISFIED.fullmatch(answer.headers.get("content-range", ""))
            raise RangeNotSatisfiable(
                "artifact.range_not_satisfiable",
                "The asked bytes lie outside the file.",
                size=int(size["size"]) if size else 0,
            )
        if answer.status not in (200, 206):
            told = self.refused(answer)
            raise _said_as_here(told, target) if isinstance(told, ResourceNotFound) else told
        return RemoteFile(answer, pieces, self._run)

    async def each(self, ask: Callable[[Item], Coroutine[Any, Any, Result]], items: Iterable[Item]) -> list[Result]:
        """Ask about each of some things, a few at once.

        Args:
            ask: Asks about one.
            items: The things.

        Returns:
            What was answered, in the order of the things.
        """
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(item: Item) -> Result:
            async with turns:
                return await ask(item)

        return list(await asyncio.gather(*(one(item) for item in items)))

    async def close(self) -> None:
        """Close the connections; requests under way end."""
        self._connections.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _find_kind(self) -> ServerKind:
        answer = await self.exchange("GET", _OWN_API)
        if answer.status in _NOT_THERE or (answer.status == 400 and "json" not in _type_of(answer)):
            self._version = await self._find_version()
            return ServerKind.MLFLOW
        if answer.status != 200 or "json" not in _type_of(answer):
            raise self.refused(answer)
        told = await self._read(answer, _Status)
        self._version = told.mlflow_version
        return ServerKind.TRIALOG

    async def _find_version(self) -> str | None:
        answer = await self.exchange("GET", "/version")
        text = answer.body[:_SHOWN].decode("utf-8", "replace").strip()
        is_version = answer.status == 200 and text[:1].isdigit() and text.isascii() and text.isprintable()
        return text if is_version else None

    async def _read(self, answer: Answer, answer_type: type[AnswerType]) -> AnswerType:
        try:
            return await self._run(lambda: _decoder(answer_type).decode(answer.body or b"{}"))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._not_mlflow(answer) from error

    def refused(self, answer: Answer) -> TrialogError:
        """Return the error that an answer tells of.

        Args:
            answer: One that is no success, or none of MLflow's API.
        """
        if answer.status == 401:
            return ConnectionFailed(
                "remote.not_admitted",
                f"The server at {self.url} does not admit Trialog (HTTP 401). Start `trialog ui` with"
                " MLFLOW_TRACKING_TOKEN, or with MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, in the"
                " environment.",
                url=self.url,
            )
        told = refusal(answer, self.url)
        if isinstance(told, Unauthenticated):
            return ConnectionFailed("remote.not_admitted", told.message, url=self.url)
        if isinstance(told, ConnectionFailed):
            return self._moved(answer) if told.code == "connection.moved" else self._not_mlflow(answer)
        if answer.status == 403 and told.code == "connection.not_admitted":
            return PermissionDenied(
                "remote.not_permitted", f"The server at {self.url} does not permit this (HTTP 403).", url=self.url
            )
        if answer.status >= 500 and answer.status != 501:
            return self._failed(answer, told.message)
        return told

    def _moved(self, answer: Answer) -> ConnectionFailed:
        elsewhere = answer.headers.get("location", "elsewhere")[:_SHOWN]
        return ConnectionFailed(
            "remote.moved",
            f"The server at {self.url} sends its callers to {elsewhere!r}, which is not followed because passwords"
            " would go with it. If that is the right server, give its address to --backend-store-uri.",
            url=self.url,
            location=elsewhere,
        )

    def _failed(self, answer: Answer, said: str) -> ConnectionFailed:
        return ConnectionFailed(
            "remote.failed",
            f"The server at {self.url} failed on a question (HTTP {answer.status}): {said[:_SHOWN]}",
            url=self.url,
            status=answer.status,
        )

    def _not_mlflow(self, answer: Answer) -> ConnectionFailed:
        if answer.status >= 500:
            return self._failed(answer, "it did not say why")
        return ConnectionFailed(
            "remote.not_mlflow",
            f"What answers at {self.url} does not speak MLflow's API as it is known here: HTTP {answer.status} with"
            f" {_type_of(answer) or 'no type'!r}. Check the address, and the path behind the port if that server was"
            " started with --static-prefix.",
            url=self.url,
            status=answer.status,
        )

    async def _run(self, work: Callable[[], Result]) -> Result:
        """Do something in a thread, and say what goes wrong as this server's."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except ConnectionFailed as error:
            raise self._explained(error) from error

    def _explained(self, error: ConnectionFailed) -> ConnectionFailed:
        match error.code:
            case "connection.refused":
                # Another one may be started in its place.
                self._kind = None
                return ConnectionFailed(
                    "remote.unreachable",
                    f"No server answers at {self.url}. What is shown of it may be old; try again when it is back.",
                    url=self.url,
                )
            case "connection.untrusted":
                return ConnectionFailed("remote.untrusted", error.message, url=self.url)
            case "connection.too_long":
                return ConnectionFailed("remote.too_much", error.message, url=self.url)
        if isinstance(error.__cause__, TimeoutError):
            return ConnectionFailed(
                "remote.too_slow",
                f"The server at {self.url} did not answer within {self._seconds:g} seconds. Try again, or ask for"
                " less.",
                url=self.url,
                seconds=self._seconds,
            )
        return ConnectionFailed(
            "remote.broke_off",
            f"The connection to the server at {self.url} broke off before all was answered. If something was to be"
            " changed, look whether it was before you try again.",
            url=self.url,
        )


class _Status(Struct, frozen=True):
    """What alone is read of the state of a server of Trialog."""

    version: str
    mlflow_version: str


@cache
def _decoder(answer_type: type[AnswerType]) -> msgspec.json.Decoder[AnswerType]:
    # Not strict, because NaN and the infinities are text, and so are whole numbers of some servers.
    return msgspec.json.Decoder(answer_type, strict=False)


def _said_as_here(error: ResourceNotFound, path: str) -> ResourceNotFound:
    """Return an error with the code that the same has here; MLflow has one for all that is not there."""
    if not error.code.startswith("server."):
        return error
    found = next((code for part, code in _NOT_FOUND_CODES.items() if part in path), error.code)
    return type(error)(found, error.message)


def _type_of(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()[:_SHOWN]
