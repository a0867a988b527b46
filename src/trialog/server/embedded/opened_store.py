"""A store that is open, with the application that serves it, in a thread with an event loop of its own."""

import asyncio
import getpass
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec

from trialog.config import Settings
from trialog.contracts.lasting_threads import LastingThreads
from trialog.entities import DEFAULT_WORKSPACE, Identity
from trialog.server.app import create_app
from trialog.server.audit_records import command_identity
from trialog.server.mlruns_folder import open_roots
from trialog.store import open_store
from trialog.web import Application
from trialog.web.asgi import Receive, Scope, Send

Result = TypeVar("Result")

# Whoever was told to end does so within this time, or is left behind.
_ENDING_SECONDS: Final = 5.0
_LONGEST_NAME: Final = 64
_THREADS: Final = 4


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose own threads work until it ends; those of the standard library stop before.

    Args:
        threads: They do what `asyncio.to_thread` is asked for.
    """

    def __init__(self, threads: LastingThreads) -> None:
        super().__init__()
        self._threads = threads

    def run_in_executor(  # type: ignore[override]  # the types of the arguments, which are passed on as they are
        self, executor: Executor | None, func: Callable[..., Result], *args: Any
    ) -> "asyncio.Future[Result]":
        """See `asyncio.loop.run_in_executor`."""
        return super().run_in_executor(executor or self._threads, func, *args)


class OpenedStore:
    """A store that is open. Any number of threads may ask.

    Args:
        settings: Where it is, and what the application is told.

    Raises:
        TrialogError: It cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks: set[asyncio.Task[Any]] = set()
        self._opened: Future[Application] = Future()
        self._closing = asyncio.Event()
        self._patience_seconds = 0.0
        self._threads = LastingThreads(_THREADS, "trialog-embedded-work")
        self.loop = _Loop(self._threads)
        self._thread = threading.Thread(target=self._run, name="trialog-embedded", daemon=True)
        self._thread.start()
        try:
            self._app = self._opened.result()
        except BaseException:
            # Also where somebody at the keyboard does not want to wait for it: then it is closed as soon as it is open.
            self._end()
            raise

    def begin(self, scope: Scope, receive: Receive, send: Send) -> "Future[None]":
        """Have the application answer a request; to be called by one thread at a time, and not after `close`."""
        return asyncio.run_coroutine_threadsafe(self._answer(scope, receive, send), self.loop)

    def close(self, patience_seconds: float) -> None:
        """Close the store, and wait until it is.

        Args:
            patience_seconds: How long what was begun may take to end; after that it is broken off.
        """
        self._patience_seconds = patience_seconds
        self._end()
        self._thread.join()

    def _end(self) -> None:
        # One that could not be opened has ended by itself.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._closing.set)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await self._app(scope, receive, send)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # whatever it is belongs to who opens the store
            if self._opened.done():
                raise
            self._opened.set_exception(error)
        finally:
            self._threads.shutdown()

    async def _serve(self) -> None:
        async with AsyncExitStack() as opened:
            self._opened.set_result(await _application(self._settings, opened))
            await self._closing.wait()
            await self._end_what_was_begun()

    async def _end_what_was_begun(self) -> None:
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=self._patience_seconds)
        left = set(self._tasks)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=_ENDING_SECONDS)


async def _application(settings: Settings, opened: AsyncExitStack) -> Application:
    roots = open_roots(settings)
    opened.push_async_callback(roots.close)
    store = await open_store(
        settings.backend_store_uri,
        default_artifact_root=settings.default_artifact_root,
        auto_upgrade=settings.auto_upgrade,
    )
    opened.push_async_callback(store.close)
    others = [one.name for one in (await store.workspaces.catalog()).workspaces if one.name != DEFAULT_WORKSPACE]
    with_workspaces = replace(settings, enable_workspaces=settings.enable_workspaces or bool(others))
    return create_app(store, roots, with_workspaces, everybody=_who_opens())


def _who_opens() -> Identity:
    """Return who asks: she may open the store, and so do everything; histories have her name on this machine."""
    known = command_identity()
    try:
        return msgspec.structs.replace(known, actor=getpass.getuser()[:_LONGEST_NAME])
    except (ImportError, KeyError, OSError):
        # The operating system has no name for her, as in many a container.
        return known
