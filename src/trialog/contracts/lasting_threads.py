"""Threads that take work to the very end of a process.

Those of the standard library's pool are ended when the main thread ends, before functions registered with `atexit` run:
a store that is to take what a process logs until its end needs others.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class LastingThreads(Executor):
    """Some threads, which are there from the beginning: at the end of a process none can be started.

    Args:
        count: How many.
        name: Their names begin so.
    """

    def __init__(self, count: int, name: str) -> None:
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._threads = [
            threading.Thread(target=_work, args=(self._queue,), name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> "Future[Result]":
        """Have a function called in one of the threads.

        Raises:
            RuntimeError: It was shut down.
        """
        future: Future[Result] = Future()
        with self._lock:
            if self._is_closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._queue.put((future, partial(fn, *args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads when they have done what is waiting.

        Args:
            wait: Whether to wait until they have.
            cancel_futures: Whether what nobody has begun with is left undone.
        """
        with self._lock:
            self._is_closed = True
            if cancel_futures:
                self._cancel_waiting()
            for _ in self._threads:
                self._queue.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _cancel_waiting(self) -> None:
        with suppress(Empty):
            while True:
                waiting = self._queue.get_nowait()
                if waiting is not None:
                    waiting[0].cancel()


def _work(queue: "SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]") -> None:
    while (work := queue.get()) is not None:
        future, call = work
        if not future.set_running_or_notify_cancel():
            continue
        try:
            result = call()
        except BaseException as error:  # whatever it raises belongs to the one who asked for it
            future.set_exception(error)
            del error
        else:
            future.set_result(result)
            del result
        # What was done must not be kept until there is more to do.
        del work, future, call
