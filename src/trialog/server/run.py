"""Runs the server until it is told to stop: socket, store, application, and all of it closed again in order."""

import asyncio
import gc
import importlib.util
import logging
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import uvicorn

from trialog.artifacts import ArtifactRoots
from trialog.config import Settings, default_address_file, redact
from trialog.contracts import WorkspaceStores
from trialog.errors import ConfigurationError
from trialog.remote.server import RemoteServer
from trialog.remote.settings import ConnectionSettings
from trialog.remote.store import RemoteStore
from trialog.server.another_server import AnotherServer, RemoteRoots
from trialog.server.app import create_app
from trialog.server.certificates import check_certificates
from trialog.server.connection import ConnectionLimits, connection_type
from trialog.server.descriptors import available_connections
from trialog.server.entry import (
    are_accounts_asked_for,
    are_accounts_on,
    check_not_open,
    check_workspaces,
    is_meant_for_others,
)
from trialog.server.listening import AddressFile, Listener, listen
from trialog.server.mlruns_folder import check_read_only, open_roots, shows_mlruns
from trialog.server.opened_access import OpenedAccess, opened_access
from trialog.server.removal_worker import RemovalWorker
from trialog.server.webhook_sender import create_webhook_sender
from trialog.server.webhook_worker import RetryRule, WebhookWorker
from trialog.store import open_store

_logger = logging.getLogger("trialog.server")
_ENDED_AT_ONCE = 130


class _Server(uvicorn.Server):
    """Says when it is ready; stops gently at the first signal and at once at the second."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What exists by now stays: no collection needs to look at it again.
        gc.collect()
        gc.freeze()
        await asyncio.to_thread(self._on_ready)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            # The store is safe against this: what was acknowledged is on disk.
            os._exit(_ENDED_AT_ONCE)
        self.should_exit = True


class _Opened(NamedTuple):
    """What the application is made of.

    Args:
        store: All data; None serves artifacts alone.
        roots: The artifacts.
        access: Who may get in; None lets everybody in.
        another: The server whose data is shown; None if it is the own.
    """

    store: WorkspaceStores | None
    roots: ArtifactRoots
    access: OpenedAccess | None
    another: AnotherServer | None = None


def run(
    settings: Settings,
    announce: Callable[[Listener, str | None], None],
    another_server: ConnectionSettings | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way and close the store.

    Args:
        settings: What the operator chose.
        announce: Called once, when the server answers, with the secret that makes the first administrator, if there
            is no administrator yet.
        another_server: The server whose data is shown; None if it is the own.

    Raises:
        ConfigurationError: The server cannot start as it was asked to.
    """
    _check_workers(settings)
    check_certificates(settings)
    listener = listen(settings)
    _warn(settings)
    with listener.socket, asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, listener, announce, another_server))
    _logger.info("stopped")


async def _serve(
    settings: Settings,
    listener: Listener,
    announce: Callable[[Listener, str | None], None],
    another_server: ConnectionSettings | None,
) -> None:
    address_file = _address_file(settings, listener)
    opening = _opened(settings, listener) if another_server is None else _remote(another_server, settings, listener)
    async with opening as (store, roots, opened, another):
        access = None if opened is None else opened.access
        _warn_of_plain_passwords(settings, listener, has_accounts=access is not None)

        def on_ready() -> None:
            _logger.info("listening url=%s store=%s", listener.url, redact(settings.backend_store_uri))
            announce(listener, None if opened is None else opened.first_secret)

        app = create_app(store, roots, settings, takes_any_address=listener.is_wildcard, access=access, another=another)
        server = _Server(_uvicorn_config(app, settings), on_ready)
        try:
            if address_file is not None:
                address_file.write()
            await server.serve(sockets=[listener.socket])
        finally:
            if address_file is not None:
                address_file.remove()


@asynccontextmanager
async def _opened(settings: Settings, listener: Listener) -> AsyncIterator[_Opened]:
    """Open the artifacts and, if anything is asked of it, the store; close both in the end in any case."""
    async with AsyncExitStack() as opened:
        is_read_only = shows_mlruns(settings) and not settings.artifacts_only
        if is_read_only:
            check_read_only(settings)
        roots = open_roots(settings)
        opened.push_async_callback(roots.close)
        if settings.artifacts_only and not are_accounts_asked_for(settings):
            yield _Opened(None, roots, None)
            return
        store = await open_store(
            settings.backend_store_uri,
            default_artifact_root=settings.default_artifact_root,
            auto_upgrade=settings.auto_upgrade,
        )
        opened.push_async_callback(store.close)
        await check_workspaces(settings, store.workspaces)
        access = None
        if await are_accounts_on(settings, store.accounts, is_reachable=listener.is_reachable):
            access = await opened.enter_async_context(opened_access(settings, store))
        if settings.artifacts_only:
            yield _Opened(None, roots, access)
            return
        if is_read_only:
            # There are no webhooks, and nothing is removed.
            yield _Opened(store, roots, None)
            return
        worker = WebhookWorker(
            store.webhook_deliveries,
            create_webhook_sender(settings),
            parallel=settings.webhook_delivery_max_workers,
            rule=RetryRule(settings.webhook_request_max_retries),
        )
        await worker.start()
        opened.push_async_callback(worker.stop)
        removals = RemovalWorker(store.every_bin, roots, settings.bin_retention_days)
        await removals.start()
        opened.push_async_callback(removals.stop)
        yield _Opened(store, roots, access)


@asynccontextmanager
async def _remote(another_server: ConnectionSettings, settings: Settings, listener: Listener) -> AsyncIterator[_Opened]:
    """Open what shows another server's data, and close its connections in the end in any case."""
    if listener.is_reachable or is_meant_for_others(settings):
        check_not_open(settings)
    server = RemoteServer(another_server)
    try:
        yield _Opened(RemoteStore(server), RemoteRoots(server), None, AnotherServer(server))
    finally:
        await server.close()


def _warn(settings: Settings) -> None:
    if settings.allow_open:
        _logger.warning("open: whoever can reach the server can read and change everything, there are no accounts")
    if settings.accounts is False:
        _logger.warning("no-accounts: nobody has to log in, whatever accounts there are")
    if "*" in settings.allowed_hosts:
        _logger.warning("allowed_hosts=*: pages of the web can reach the server by DNS rebinding")
    here, destination = Path("mlartifacts").absolute(), Path(settings.artifacts_destination)
    beside_store = default_address_file(settings.backend_store_uri).with_name(here.name)
    if settings.serve_artifacts and here.is_dir() and here != destination.absolute() == beside_store:
        _logger.warning(
            "artifacts are kept in %s, beside the store; the folder mlartifacts of the working directory is not used."
            " If they are to be there, give --artifacts-destination ./mlartifacts",
            destination,
        )
    if "*" in settings.cors_allowed_origins:
        _logger.warning("cors_allowed_origins=*: every page of the web that somebody here opens can use the server")


def _warn_of_plain_passwords(settings: Settings, listener: Listener, *, has_accounts: bool) -> None:
    is_encrypted = settings.ssl_certfile is not None or (settings.public_url or "").startswith("https:")
    if has_accounts and listener.is_reachable and not is_encrypted:
        _logger.warning(
            "plain HTTP: passwords and tokens can be read on the way; give --ssl-certfile, or put a proxy with HTTPS"
            " in front and name its address in TRIALOG_PUBLIC_URL"
        )


def _address_file(settings: Settings, listener: Listener) -> AddressFile | None:
    path = settings.address_file
    if path is None and listener.is_moved:
        # Whoever expects the default port can find out there where the server went.
        path = default_address_file(settings.backend_store_uri)
    return AddressFile(path, listener.url) if path is not None else None


def _check_workers(settings: Settings) -> None:
    if settings.workers == 1:
        return
    reason = (
        "SQLite lets one process write at a time, so several would only wait for each other"
        if settings.backend_store_uri.startswith("sqlite")
        else "`trialog server` answers from one process; start several with the same --backend-store-uri behind a proxy"
    )
    raise ConfigurationError(
        "server.several_workers",
        f"--workers (MLFLOW_WORKERS) is {settings.workers}, but {reason}: leave it out or give 1. One process serves "
        "many clients at once.",
        workers=settings.workers,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if importlib.util.find_spec("uvloop") is None:
        return None
    # There is none on Windows, where asyncio's own loop serves.
    import uvloop

    return uvloop.new_event_loop


def _uvicorn_config(app: object, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # uvicorn names its own types of the same ASGI messages
        loop="none",
        http=connection_type(ConnectionLimits(available_connections(), stalled_seconds=settings.body_seconds)),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=2048,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        ssl_certfile=settings.ssl_certfile,
        ssl_keyfile=settings.ssl_keyfile,
        ssl_keyfile_password=settings.ssl_keyfile_password,
        ssl_ca_certs=None if settings.ssl_ca_certs is None else str(settings.ssl_ca_certs),
        ssl_cert_reqs=ssl.CERT_NONE if settings.ssl_ca_certs is None else ssl.CERT_REQUIRED,
    )
