"""Carries requests to a store that this process opens, and goes on with it in both processes after a fork."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import BinaryIO, Final
from weakref import WeakSet

from trialog.config import Settings, load_settings, read_environment, redact
from trialog.errors import ConnectionFailed, TrialogError
from trialog.remote.answers import Answer
from trialog.server.embedded.asking import Asked, FlowingAnswer, WholeAnswer
from trialog.server.embedded.opened_store import OpenedStore
from trialog.web.asgi import Send

# What is under way has so long to end when the store is closed, also before a fork.
_PATIENCE_SECONDS: Final = 5.0
# Of a refusal.
_MOST_TOLD_PIECES: Final = 16
# A whole file, or the part of it that was asked for.
_FLOWING: Final = frozenset({200, 206})


class EmbeddedServer:
    """Answers for a store as a server of it would. Any number of threads may ask; it implements `Exchange`.

    Nobody logs in: whoever may open the store may do everything, also where it has accounts.

    A process must not go on with a SQLite file that another has open, not even to close it. So the store is closed
    before a fork, and opened again by each of the two processes when it is asked for something.

    Args:
        settings: Where the store is, and what the application is told.

    Raises:
        TrialogError: The store cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._url = redact(settings.backend_store_uri)
        self._is_closed = False
        self._opened: OpenedStore | None = None
        # Held while the store is opened or closed, and while a request is handed over.
        self._lock = threading.Lock()
        with self._lock:
            _forks.add(self)
            self._opened = OpenedStore(settings)

    def request(
        self,
        method: str,
        target: str,
        body: bytes | BinaryIO | None,
        headers: Mapping[str, str],
        *,
        most_bytes: int | None = None,
    ) -> Answer:
        """See `Connections.request`.

        Raises:
            ConnectionFailed: The store was closed before (`connection.closed`) or while (`connection.lost`) it was
                asked, or the answer is too long (`connection.too_long`).
            TrialogError: The store was closed by a fork, and cannot be opened again.
            OSError: A file that is sent cannot be read.
        """
        asked, whole = Asked(method, target, body, headers), WholeAnswer(most_bytes, self._url)
        opened, under_way = self._hand_over(asked, whole.send)
        try:
            self._wait_for(under_way, asked)
        except BaseException:
            # Nobody waits any more, such as after an interruption at the keyboard.
            _tell(opened, asked.give_up)
            raise
        answer = whole.answer()
        if answer is None:
            raise self._lost()
        return answer

    def stream(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Answer, Iterator[bytes]]:
        """See `Connections.stream`.

        Raises:
            ConnectionFailed: As for `request`; also while the pieces are read.
            TrialogError: As for `request`.
        """
        asked, flowing = Asked(method, target, None, headers), FlowingAnswer()
        opened, under_way = self._hand_over(asked, flowing.send)
        under_way.add_done_callback(lambda _: flowing.end())
        pieces = self._pieces(opened, under_way, asked, flowing)
        # Begun, so that the answer is given up also if nobody wants a piece.
        next(pieces)
        head = flowing.head()
        if head is None:
            self._wait_for(under_way, asked)
            raise self._lost()
        if head.status in _FLOWING:
            return head, pieces
        return Answer(head.status, head.headers, b"".join(islice(pieces, _MOST_TOLD_PIECES))), iter(())

    def close(self) -> None:
        """Close the store; what is under way has a moment to end before."""
        with self._lock:
            self._is_closed = True
            self._close_store()

    def prepare_for_fork(self) -> None:
        """Close the store, and keep everybody from it until the fork is done."""
        self._lock.acquire()
        self._close_store()

    def go_on_after_fork(self, *, is_child: bool) -> None:
        """Let those in who wait.

        Args:
            is_child: Whether this is the new process, in which nobody waits.
        """
        if is_child:
            self._lock = threading.Lock()
        else:
            self._lock.release()

    def _close_store(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close(_PATIENCE_SECONDS)

    def _hand_over(self, asked: Asked, send: Send) -> tuple[OpenedStore, "Future[None]"]:
        """Begin with a request, on the store as it is open now."""
        with self._lock:
            if self._is_closed:
                raise ConnectionFailed("connection.closed", f"The store at {self._url} was closed before it was asked.")
            if self._opened is None:
                self._opened = OpenedStore(self._settings)
            return self._opened, self._opened.begin(asked.scope, asked.receive, send)

    def _wait_for(self, under_way: "Future[None]", asked: Asked) -> None:
        try:
            under_way.result()
        except TrialogError:
            raise
        except (Exception, CancelledError) as error:  # the application foresees all others: it was broken off
            if asked.fault is None:
                raise self._lost() from error
        if asked.fault is not None:
            raise asked.fault

    def _pieces(
        self, opened: OpenedStore, under_way: "Future[None]", asked: Asked, flowing: FlowingAnswer
    ) -> Iterator[bytes]:
        try:
            yield b""
            while (piece := flowing.parts.get()) is not None:
                yield piece
                _tell(opened, flowing.make_room)
            self._wait_for(under_way, asked)
        finally:
            _tell(opened, asked.give_up)
            _tell(opened, flowing.let_all_pass)

    def _lost(self) -> ConnectionFailed:
        return ConnectionFailed(
            "connection.lost",
            f"The store at {self._url} was closed before it had answered. If it was to change something, look whether"
            " it did before you ask again.",
        )


def open_embedded(uri: str) -> EmbeddedServer:
    """Open a store in this process, as `trialog server` in this folder would with the same environment.

    So both find the same artifacts: in the folder that MLFLOW_ARTIFACTS_DESTINATION names, else in `mlartifacts` beside
    the file of the store, or in the working directory if the store is in PostgreSQL. A store that an older Trialog
    wrote is backed up and upgraded, unless TRIALOG_AUTO_UPGRADE says that it must not be.

    Args:
        uri: `sqlite:///trialog.db`, `postgresql://user:password@host/database`, or a folder `mlruns`.

    Raises:
        ConfigurationError: The address names nothing that can be opened, or the environment cannot be understood.
        MissingDependency: The store is in PostgreSQL, and the extra `postgres` is not installed.
        StoreVersionError: The store is of another version of Trialog, or belongs to something else.
    """
    chosen = load_settings({"backend_store_uri": uri}, read_environment())
    # What a server is told of who reaches it has no meaning where only this process does.
    return EmbeddedServer(
        replace(
            chosen,
            artifacts_only=False,
            static_prefix="",
            allow_open=False,
            accounts=False,
            oidc_issuer=None,
            trusted_proxies=(),
            public_url=None,
        )
    )


def _tell(opened: OpenedStore, what: Callable[[], None]) -> None:
    # A loop that has ended has nobody to be told.
    with suppress(RuntimeError):
        opened.loop.call_soon_threadsafe(what)


class _Forks:
    """Has the stores of this process closed before it forks."""

    def __init__(self) -> None:
        self._servers: WeakSet[EmbeddedServer] = WeakSet()
        self._prepared: list[EmbeddedServer] = []
        # Held while a server is added, and while the process forks.
        self._lock = threading.Lock()

    def add(self, server: EmbeddedServer) -> None:
        """Take care of a server, from before it opens its store."""
        with self._lock:
            self._servers.add(server)

    def before(self) -> None:
        """Close the stores, in the thread that is about to fork."""
        self._lock.acquire()
        for server in list(self._servers):
            server.prepare_for_fork()
            self._prepared.append(server)

    def after(self, *, is_child: bool) -> None:
        """Let everybody go on, in one of the two processes."""
        while self._prepared:
            self._prepared.pop().go_on_after_fork(is_child=is_child)
        if is_child:
            self._lock = threading.Lock()
        else:
            self._lock.release()


_forks = _Forks()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_forks.before,
        after_in_parent=partial(_forks.after, is_child=False),
        after_in_child=partial(_forks.after, is_child=True),
    )
