"""One process that serves a model: loads it, answers with it, puts others in its place, and closes all of it again."""

import asyncio
import contextlib
import gc
import logging
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from trialog.config import Settings
from trialog.contracts.lasting_threads import LastingThreads
from trialog.errors import TrialogError
from trialog.remote.server import RemoteServer
from trialog.remote.settings import connection_settings
from trialog.sdk.tracking_uri import close_transports, current_uri
from trialog.server.binding import Listener, own_socket
from trialog.server.gentle import GentleServer, loop_factory, uvicorn_config
from trialog.serving.app import create_serving_app
from trialog.serving.batching import BatchingPredictor
from trialog.serving.folders import ModelFolders
from trialog.serving.guard import AccountGuard, Guard, TokenGuard
from trialog.serving.holder import ModelHolder
from trialog.serving.measures import Measures
from trialog.serving.model import ServedModel
from trialog.serving.options import ServingOptions
from trialog.serving.source import ModelSource, try_example
from trialog.serving.watching import ModelWatcher

_TOLD_TO_STOP: Final = 143

_logger = logging.getLogger("trialog.serving")


class Place(NamedTuple):
    """Where a process serves.

    Args:
        listener: The socket, or the port that this process listens on with a socket of its own.
        is_shared: Whether it does.
        settings: What the kit of servers is told: TLS, and for how long to wait for what.
        measures: Counts.
        root: Folder for what is fetched, which other processes may share.
        lifeline: File descriptor that can be read when the process above is gone; None if there is none above.
    """

    listener: Listener
    is_shared: bool
    settings: Settings
    measures: Measures
    root: Path
    lifeline: int | None = None


def serve(options: ServingOptions, place: Place, on_ready: Callable[[ServedModel], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way.

    Args:
        options: What the operator chose.
        place: Where.
        on_ready: Is called once, when the model answers.

    Raises:
        TrialogError: The model cannot be had, or the server cannot start as it was asked to.
        SystemExit: It was told to stop before it was ready.
    """
    # A warning of a model is a line of the log.
    logging.captureWarnings(True)
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(options, place, on_ready))
    except asyncio.CancelledError:
        raise SystemExit(_TOLD_TO_STOP) from None
    finally:
        close_transports()


async def _serve(options: ServingOptions, place: Place, on_ready: Callable[[ServedModel], None]) -> None:
    source = ModelSource(options.model_uri, ModelFolders(place.root), allow_pickle=options.allow_pickle)
    measures = place.measures
    async with AsyncExitStack() as opened:
        guard = await opened.enter_async_context(_guard(options, source))
        threads = LastingThreads(1, "trialog-serving")
        opened.callback(threads.shutdown, wait=False, cancel_futures=True)
        with _stopping_at_signal():
            holder = ModelHolder(await asyncio.get_running_loop().run_in_executor(threads, load_first, source))
        measures.in_place(holder.current)
        holder.on_change(measures.in_place)
        predictor = BatchingPredictor(
            batches=options.batch == "auto",
            max_batch_rows=options.max_batch_rows,
            max_waiting=options.max_waiting,
            timeout_seconds=options.timeout_seconds,
            measures=measures,
        )
        opened.push_async_callback(predictor.close, place.settings.shutdown_seconds)
        app = create_serving_app(
            holder, predictor, options, guard, measures=measures, any_address=place.listener.is_wildcard
        )
        server = GentleServer(uvicorn_config(app, place.settings), lambda: on_ready(holder.current))
        _stop_when_above_is_gone(place, server, opened)
        if source.may_change and options.watch_seconds > 0:
            watcher = ModelWatcher(source, holder, measures, options.watch_seconds, threads)
            opened.callback(asyncio.ensure_future(watcher.run()).cancel)
        with own_socket(place.listener) if place.is_shared else nullcontext(place.listener.socket) as listening:
            await server.serve(sockets=[listening])


def load_first(source: ModelSource) -> ServedModel:
    """Load the model that a server begins with.

    It is what the URI names now. Where that cannot be had, it is what another worker of the same server put in place.

    Args:
        source: Where it comes from.

    Raises:
        TrialogError: Neither can be had.
    """
    accepted = source.accepted()
    try:
        found = source.find()
        served = source.load(found)
        if accepted is not None:
            try_example(served)
    except TrialogError as error:
        if accepted is None:
            raise
        _logger.warning("%s serves, as it did before: %s [%s]", accepted.title, error.message, error.code)
        return source.load(accepted)
    if accepted is None:
        # There is nothing better to serve.
        _try_to_answer_example(served)
    source.accept(found)
    # Loading leaves much behind that is of no more use.
    gc.collect()
    return served


def _try_to_answer_example(served: ServedModel) -> None:
    try:
        try_example(served)
    except TrialogError as error:
        _logger.warning("it is served all the same, but %s [%s]", error.message, error.code)


@asynccontextmanager
async def _guard(options: ServingOptions, source: ModelSource) -> AsyncIterator[Guard | None]:
    """Open what knows who may call; None if everybody may."""
    if options.token_file is not None:
        yield TokenGuard(options.token_file)
    elif options.accounts:
        # Who calls shows an account of her own; that of this process says nothing of her.
        server = RemoteServer(replace(connection_settings(current_uri()), authorization=None))
        try:
            guard = AccountGuard(server, source)
            await guard.check_server()
            yield guard
        finally:
            await server.close()
    else:
        yield None


@contextmanager
def _stopping_at_signal() -> Iterator[None]:
    """Let SIGTERM end what is done before the server itself takes signals."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    # Windows has no such signals.
    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, lambda: task is not None and task.cancel())
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)


def _stop_when_above_is_gone(place: Place, server: GentleServer, opened: AsyncExitStack) -> None:
    lifeline = place.lifeline
    if lifeline is None:
        return
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(lifeline)
        # It cannot do so any more, and the others of this server end as well.
        opened.callback(shutil.rmtree, place.root, ignore_errors=True)
        server.should_exit = True

    loop.add_reader(lifeline, stop)
