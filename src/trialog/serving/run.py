"""Starts a model server: socket, worker processes if there are to be several, and all of it closed again in order."""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from trialog.config import Settings
from trialog.errors import ConfigurationError, TrialogError
from trialog.server.binding import Interface, Listener, bind, resolve
from trialog.server.certificates import check_certificates
from trialog.serving.measures import MeasureMemory
from trialog.serving.options import DEFAULT_PORT, ServingOptions
from trialog.serving.started import Started
from trialog.serving.workers import Workers, check_workers
from trialog.web.gate import is_loopback

if TYPE_CHECKING:
    from trialog.serving.model import ServedModel


def run(options: ServingOptions, announce: Callable[[Started], None], fail: Callable[[TrialogError], None]) -> int:
    """Serve a model until SIGINT or SIGTERM, then finish what is under way.

    Args:
        options: What the operator chose.
        announce: Is called once, when the server answers.
        fail: Is called in a worker process with what keeps it from starting, for nobody above it can be told.

    Returns:
        Exit code.

    Raises:
        TrialogError: The model cannot be had, or the server cannot start as it was asked to.
    """
    check_workers(options.workers)
    settings = _settings(options)
    check_certificates(settings)
    interface = resolve(options.host)
    _check_not_open(options, interface)
    scheme = "http" if options.ssl_certfile is None else "https"
    # Elsewhere the system would give all connections to one of those that listen on sockets of their own.
    is_shared = options.workers > 1 and sys.platform == "linux"
    listener = bind(interface, options.port, usual_port=DEFAULT_PORT, scheme=scheme, is_shared=is_shared)
    memory = MeasureMemory(options.workers)
    with listener.socket, TemporaryDirectory(prefix="trialog-serving-", ignore_cleanup_errors=True) as folder:
        server = _Server(options, settings, listener, is_shared, memory, Path(folder), announce, fail)
        if options.workers > 1:
            return Workers(options.workers, server.serve_below, options.shutdown_seconds).run()
        server.serve_alone()
        return 0


class _Server(NamedTuple):
    """What every process of a server is given."""

    options: ServingOptions
    settings: Settings
    listener: Listener
    is_shared: bool
    memory: MeasureMemory
    root: Path
    announce: Callable[[Started], None]
    fail: Callable[[TrialogError], None]

    def serve(self, worker: int, lifeline: int | None, on_ready: Callable[["ServedModel"], None]) -> None:
        """Serve in this process."""
        # The process above workers loads none of the libraries of models, whose threads no fork survives.
        from trialog.serving.process import Place, serve

        measures = self.memory.of_worker(worker)
        place = Place(self.listener, self.is_shared, self.settings, measures, self.root, lifeline)
        serve(self.options, place, on_ready)

    def serve_alone(self) -> None:
        """Serve in this process, which is the only one."""
        self.serve(0, None, self.tell)

    def serve_below(self, worker: int, lifeline: int, on_ready: Callable[[], None] | None) -> None:
        """Serve in this process, which is one of several.

        Args:
            worker: Its number.
            lifeline: Can be read when the process above is gone.
            on_ready: Is to be called when it answers; None if nobody waits for that.
        """

        def tell(served: "ServedModel") -> None:
            if on_ready is not None:
                self.tell(served)
                on_ready()

        try:
            self.serve(worker, lifeline, tell)
        except TrialogError as error:
            self.fail(error)
            raise SystemExit(1) from error

    def tell(self, served: "ServedModel") -> None:
        """Tell people that the server answers."""
        listener = self.listener
        self.announce(
            Started(
                listener.url,
                listener.is_moved,
                listener.is_reachable,
                served.name,
                served.version,
                self.options,
            )
        )


def _settings(options: ServingOptions) -> Settings:
    """Return what the kit of servers takes of the options."""
    return Settings(
        host=options.host,
        keep_alive_seconds=options.keep_alive_seconds,
        shutdown_seconds=options.shutdown_seconds,
        body_seconds=options.body_seconds,
        ssl_certfile=options.ssl_certfile,
        ssl_keyfile=options.ssl_keyfile,
        ssl_keyfile_password=options.ssl_keyfile_password,
    )


def _check_not_open(options: ServingOptions, interface: Interface) -> None:
    """Refuse to serve others than this machine without asking who calls, unless the operator said that this is meant.

    Raises:
        ConfigurationError: It is not said (`server.open_address`).
    """
    if options.accounts and options.token_file is not None:
        raise ConfigurationError(
            "settings.contradiction", "--accounts and --token-file are two ways to ask who calls; leave one out."
        )
    if options.asks_who_calls and options.allow_open:
        raise ConfigurationError(
            "settings.contradiction",
            "--allow-open lets everybody call, and --accounts or --token-file asks who calls; leave one out.",
        )
    is_for_others = interface.is_reachable or not all(is_loopback(host) for host in options.allowed_hosts)
    if not is_for_others or options.asks_who_calls or options.allow_open:
        return
    raise ConfigurationError(
        "server.open_address",
        "Other machines could reach the model server, and everybody there could use the model. Give --accounts, so that"
        " callers show an account of the tracking server that may read the model; or --token-file with tokens of your"
        " own; or listen on 127.0.0.1; or give --allow-open if that is what you want.",
        host=options.host,
    )
