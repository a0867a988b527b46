"""uvicorn as servers here run it: with bounds on connections, and stopped gently."""

import asyncio
import gc
import importlib.util
import os
import socket
import ssl
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn

from trialog.config import Settings
from trialog.server.connection import ConnectionLimits, connection_type
from trialog.server.descriptors import available_connections

_ENDED_AT_ONCE: Final = 130


class GentleServer(uvicorn.Server):
    """Says when it is ready; stops gently at the first signal and at once at the second.

    Args:
        config: uvicorn's own.
        on_ready: Is called in a thread when the server answers.
    """

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        # What exists by now stays: no collection needs to look at it again.
        gc.collect()
        gc.freeze()
        await asyncio.to_thread(self._on_ready)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to stop."""
        if self.should_exit:
            # The store is safe against this: what was acknowledged is on disk.
            os._exit(_ENDED_AT_ONCE)
        self.should_exit = True


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the event loop; None for asyncio's own."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    # There is none on Windows, where asyncio's own loop serves.
    import uvloop

    return uvloop.new_event_loop


def uvicorn_config(app: object, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn serves an application.

    Args:
        app: The application.
        settings: What the operator chose: TLS, and for how long to wait for what.
    """
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
