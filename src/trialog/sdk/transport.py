"""Asks a server by the names of the route table, again if need be."""

import os
import random
import threading
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, Protocol, Self, TypeVar

from msgspec import Struct

from trialog.errors import ConnectionFailed, InvalidParameter
from trialog.remote.answers import Answer, read_answer, refusal
from trialog.remote.requests import written
from trialog.remote.settings import ConnectionSettings, Patience
from trialog.version import __version__
from trialog.wire.routes import Permission, Route, find_route

ResponseType = TypeVar("ResponseType", bound=Struct)

# Writes that leave the same behind however often they are carried out. What makes something, or goes back by one, is
# not among them; what takes away would answer that it is gone; and what moves a stage or an alias would, if its first
# answer was lost, overrule whoever moved it since.
_REPEATABLE_WRITES: Final = frozenset(
    {
        "finalize_logged_model",
        "log_batch",
        "log_metric",
        "log_param",
        "set_experiment_metric_meaning",
        "set_experiment_tag",
        "set_metric_meaning",
        "set_model_version_tag",
        "set_registered_model_tag",
        "set_tag",
        "update_model_version",
        "update_registered_model",
        "update_run",
    }
)
# A whole file, or the part of it that was asked for.
_FLOWING: Final = frozenset({200, 206})
# The server has not begun with what it answers so.
_NOT_BEGUN: Final = frozenset({429})
_TRY_AGAIN: Final = frozenset({429, 502, 503, 504})
# Faults that another attempt meets again.
_FINAL: Final = frozenset({"connection.untrusted", "connection.closed", "connection.too_long"})
# No answer of messages is as long; one without an end must not take all memory of a training.
_MOST_ANSWER_BYTES: Final = 512 * 1024 * 1024


class Exchange(Protocol):
    """What carries requests to a server and brings its answers: connections, or the way to one in this process."""

    def request(
        self,
        method: str,
        target: str,
        body: bytes | BinaryIO | None,
        headers: Mapping[str, str],
        *,
        most_bytes: int | None = None,
    ) -> Answer:
        """See `Connections.request`."""
        ...

    def stream(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """See `Connections.stream`."""
        ...

    def close(self) -> None:
        """See `Connections.close`."""
        ...


class Transport:
    """Asks one server. Any number of threads may use it; `close` ends it.

    Args:
        settings: The server, and how to speak with it.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        # HTTP brings along mail, TLS and much else: a fifth of all that a training loads, which offline needs none of.
        from trialog.remote.connections import Connections

        self._set_up(Connections(settings), settings.address.url, settings.patience, settings.workspace)
        if settings.authorization is not None:
            self._headers["Authorization"] = settings.authorization

    @classmethod
    def over(cls, exchange: Exchange, url: str, *, workspace: str | None = None) -> Self:
        """Return a transport over something else than connections.

        Args:
            exchange: What carries the requests.
            url: What is told as the address.
            workspace: In which workspace to ask; None for the default one.
        """
        transport = cls.__new__(cls)
        transport._set_up(exchange, url, Patience(), workspace)
        return transport

    def _set_up(self, exchange: Exchange, url: str, patience: Patience, workspace: str | None) -> None:
        self._connections = exchange
        self._patience = patience
        self._url = url
        self._closed = threading.Event()
        self._headers = {"Accept": "application/json", "User-Agent": f"trialog/{__version__}"}
        self._workspace = workspace

    @property
    def url(self) -> str:
        """Address of the server."""
        return self._url

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    def call(self, operation: str, response_type: type[ResponseType], /, **fields: object) -> ResponseType:
        """Ask for one thing.

        Args:
            operation: Its name in the route table.
            response_type: Type of the answer, as the route table says.
            fields: Fields of the request; None is the same as left out.

        Raises:
            TrialogError: What the server refused or failed at, as it was raised there.
            InvalidParameter: A text holds what is no character (`request.not_unicode`).
            ConnectionFailed: No answer of a Trialog server could be had.
        """
        route = find_route(operation)
        if route.response is not response_type:
            raise TypeError(f"{operation} answers {route.response}, not {response_type}")
        given = {name: value for name, value in fields.items() if value is not None}
        try:
            target, body = written(route, given)
        except UnicodeEncodeError as error:
            raise InvalidParameter("request.not_unicode", "A text of the request is not Unicode.") from error
        headers = self._headers_of(route)
        if body is not None:
            headers = {**headers, "Content-Type": "application/json"}
        answer = self._ask(route, target, body, headers)
        return read_answer(answer, response_type, self._url)

    def send(
        self,
        operation: str,
        response_type: type[ResponseType],
        content: bytes | BinaryIO,
        content_type: str,
        /,
        **fields: object,
    ) -> ResponseType:
        """Ask for one thing by bytes; once, for whoever sends a stream knows when to send it again.

        Args:
            operation: Its name in the route table; one of bytes that flow.
            response_type: Type of the answer, as the route table says.
            content: The body, or an open file that is sent from its beginning to its end.
            content_type: What the body is.
            fields: As for `call`.

        Raises:
            TrialogError: As for `call`.
            ConnectionFailed: As for `call`.
        """
        route = find_route(operation)
        target, _ = written(route, {name: value for name, value in fields.items() if value is not None})
        headers = {**self._headers_of(route), "Content-Type": content_type}
        if not isinstance(content, bytes):
            # Without a length it would be sent in chunks, which proxies keep before they pass them on.
            headers["Content-Length"] = str(content.seek(0, os.SEEK_END))
            content.seek(0)
        answer = self._connections.request(route.method, target, content, headers, most_bytes=_MOST_ANSWER_BYTES)
        return read_answer(answer, response_type, self._url)

    def download(self, operation: str, /, **fields: object) -> Iterator[bytes]:
        """Ask for something that comes as bytes, and hand it out piece by piece.

        Args:
            operation: Its name in the route table.
            fields: As for `call`.

        Raises:
            TrialogError: What the server refused.
            ConnectionFailed: No answer of a Trialog server could be had, or it broke off.
        """
        return self.stream(operation, {}, **fields)[1]

    def stream(self, operation: str, headers: Mapping[str, str], /, **fields: object) -> tuple[Answer, Iterator[bytes]]:
        """Ask for something that comes as bytes, or for a part of it.

        Args:
            operation: Its name in the route table.
            headers: Say which part is wanted.
            fields: As for `call`.

        Returns:
            The answer without its body; and the body piece by piece.

        Raises:
            TrialogError: As for `download`.
            ConnectionFailed: As for `download`.
        """
        route = find_route(operation)
        target, _ = written(route, {name: value for name, value in fields.items() if value is not None})
        asked = {**self._headers_of(route), "Accept": "*/*", **headers}
        answer, pieces = self._connections.stream(route.method, target, asked)
        if answer.status not in _FLOWING:
            raise refusal(answer, self._url)
        return answer, pieces

    def close(self) -> None:
        """Close the connections and wait for nothing; pauses before further attempts end at once."""
        self._closed.set()
        self._connections.close()

    def _headers_of(self, route: Route) -> dict[str, str]:
        # Requests about workspaces name the one that they mean, and go through where that of the client is gone.
        if self._workspace is None or "/mlflow/workspaces" in route.path:
            return self._headers
        return {**self._headers, "X-MLFLOW-WORKSPACE": self._workspace}

    def _ask(self, route: Route, target: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Send until there is an answer that counts, or no attempt is left."""
        is_repeatable = route.permission <= Permission.READ or route.operation in _REPEATABLE_WRITES
        worth_repeating = _TRY_AGAIN if is_repeatable else _NOT_BEGUN
        for attempts_left in range(self._patience.attempts - 1, -1, -1):
            pause = self._pause(attempts_left)
            try:
                answer = self._connections.request(route.method, target, body, headers, most_bytes=_MOST_ANSWER_BYTES)
            except ConnectionFailed as error:
                is_worth_it = is_repeatable or error.code == "connection.refused"
                if attempts_left == 0 or not is_worth_it or error.code in _FINAL:
                    raise
            else:
                asked = _retry_after(answer)
                if (
                    answer.status not in worth_repeating
                    or attempts_left == 0
                    or asked > self._patience.longest_pause_seconds
                ):
                    return answer
                pause = max(pause, asked)
            if self._closed.wait(pause):
                break
        raise ConnectionFailed(
            "connection.closed", f"The connection to {self._url} was closed while a request waited to be sent again."
        )

    def _pause(self, attempts_left: int) -> float:
        # Clients that failed together must not come back together.
        made = self._patience.attempts - 1 - attempts_left
        spread = random.uniform(1.0, 1.5)  # noqa: S311  no secret
        return min(spread * self._patience.first_pause_seconds * 2.0**made, self._patience.longest_pause_seconds)


def _retry_after(answer: Answer) -> float:
    """Return how many seconds the server asks to wait."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    # Rarely said, and long to load.
    from email.utils import parsedate_to_datetime

    try:
        then = parsedate_to_datetime(text)
        now = parsedate_to_datetime(answer.headers["date"])
        return max(0.0, (then - now).total_seconds())
    except (KeyError, TypeError, ValueError):
        return 0.0
