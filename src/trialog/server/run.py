"""Runs the server until it is told to stop: socket, store, application, and all of it closed again in order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from trialog.artifacts import ArtifactRoots
from trialog.config import Settings, default_address_file, redact
from trialog.contracts import WorkspaceStores
from trialog.entities import EVERYBODY_IS_ADMIN, Identity
from trialog.errors import ConfigurationError
from trialog.remote.server import RemoteServer
from trialog.remote.settings import ConnectionSettings
from trialog.remote.store import RemoteStore
from trialog.server.another_server import AnotherServer, RemoteRoots
from trialog.server.app import create_app
from trialog.server.binding import Listener
from trialog.server.certificates import check_certificates
from trialog.server.entry import (
    are_accounts_asked_for,
    are_accounts_on,
    check_not_open,
    check_workspaces,
    is_meant_for_others,
)
from trialog.server.gentle import GentleServer, loop_factory, uvicorn_config
from trialog.server.listening import AddressFile, listen
from trialog.server.mlruns_folder import EVERYBODY_READS, check_read_only, open_roots, shows_mlruns
from trialog.server.opened_access import OpenedAccess, opened_access
from trialog.server.removal_worker import RemovalWorker
from trialog.server.webhook_sender import create_webhook_sender
from trialog.server.webhook_worker import RetryRule, WebhookWorker
from trialog.store import open_store

_logger = logging.getLogger("trialog.server")


class _Opened(NamedTuple):
    """What the application is made of.

    Args:
        store: All data; None serves artifacts alone.
        roots: The artifacts.
        access: Who may get in; None lets everybody in.
        another: The server whose data is shown; None if it is the own.
        everybody: Who asks, where nobody has to log in.
    """

    store: WorkspaceStores | None
    roots: ArtifactRoots
    access: OpenedAccess | None
    another: AnotherServer | None = None
    everybody: Identity = EVERYBODY_IS_ADMIN


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
    with listener.socket, asyncio.Runner(loop_factory=loop_factory()) as runner:
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
    async with opening as (store, roots, opened, another, everybody):
        access = None if opened is None else opened.access
        _warn_of_plain_passwords(settings, listener, has_accounts=access is not None)

        def on_ready() -> None:
            _logger.info("listening url=%s store=%s", listener.url, redact(settings.backend_store_uri))
            announce(listener, None if opened is None else opened.first_secret)

        app = create_app(
            store,
            roots,
            settings,
            takes_any_address=listener.is_wildcard,
            access=access,
            another=another,
            everybody=everybody,
        )
        server = GentleServer(uvicorn_config(app, settings), on_ready)
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
            # There are no webhooks, and nothing is removed; pages offer no change.
            yield _Opened(store, roots, None, everybody=EVERYBODY_READS)
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
