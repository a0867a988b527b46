"""The servers of a soak: one or several over one store, killed without warning and started again."""

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.e2e.acknowledged import kill
from tests.servers import LOG_NAME, RunningServer, start_trialog


class Member:
    """A server that keeps its address over all its lives.

    Args:
        directory: Where its log and its artifacts lie.
        arguments: Of `trialog server`.
    """

    def __init__(self, directory: Path, arguments: Sequence[str]) -> None:
        self._directory = directory
        self._arguments = arguments
        self._life = ExitStack()
        self._lock = threading.Lock()
        self._deaths = 0
        self._is_up = True
        self._server = self._start(port=0)

    @property
    def url(self) -> str:
        """Its address."""
        return self._server.url

    @property
    def deaths(self) -> int:
        """Counts up before and after each kill: what was opened at another count may be broken."""
        with self._lock:
            return self._deaths

    def may_fail(self, opened_at: int) -> bool:
        """Tell whether a connection may break, or be refused: the server was killed since, or is not up yet.

        Args:
            opened_at: Count of `deaths` when the connection was opened.
        """
        with self._lock:
            return not self._is_up or opened_at != self._deaths

    def kill_and_restart(self) -> None:
        """Kill the server and start it again at the same address."""
        self._mark(is_up=False)
        kill(self._server)
        self._mark(is_up=False)
        self._life.close()
        self._server = self._start(port=int(self.url.rpartition(":")[2]))
        with self._lock:
            self._is_up = True

    def stop(self) -> None:
        """Stop the server as its user would."""
        self._life.close()

    @property
    def log(self) -> str:
        """What the server has written in all its lives."""
        return (self._directory / LOG_NAME).read_text(encoding="utf-8", errors="replace")

    def _mark(self, *, is_up: bool) -> None:
        with self._lock:
            self._is_up = is_up
            self._deaths += 1

    def _start(self, port: int) -> RunningServer:
        return self._life.enter_context(start_trialog(self._directory, *self._arguments, port=port))


class Fleet:
    """Servers over one store.

    Args:
        directory: Where their logs and artifacts lie.
        store_uri: The store.
        count: How many.
    """

    def __init__(self, directory: Path, store_uri: str, count: int) -> None:
        self.members: list[Member] = []
        self.kills = 0
        try:
            for number in range(count):
                self.members.append(Member(directory / f"server-{number}", ["--backend-store-uri", store_uri]))
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def kill_next(self) -> None:
        """Kill the server whose turn it is and start it again."""
        self.members[self.kills % len(self.members)].kill_and_restart()
        self.kills += 1

    def stop(self) -> None:
        """Stop all that run."""
        for member in self.members:
            member.stop()
