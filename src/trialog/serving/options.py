"""What the operator of a model server chose."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

DEFAULT_PORT: Final = 5001
"""Port of a model server: beside that of a tracking server, whose clients must not meet a model there."""

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class ServingOptions:
    """Everything that an operator can choose.

    Attributes:
        model_uri: Which model: `models:/NAME/VERSION`, `models:/NAME@ALIAS`, `models:/m-ID`, `runs:/ID/name` or a path.
        host: Name or address of the network interface to listen on.
        port: Port to listen on; 0 is any free one, None the default or, if that is busy, the next free one.
        workers: How many processes predict.
        timeout_seconds: How long a request may take.
        watch_seconds: Pause between two questions whether another version was promoted; 0 asks never.
        allow_pickle: Whether the model may run code while it is loaded; None to ask the environment.
        batch: Whether requests that wait at the same moment are predicted together where the model gains by it.
        max_batch_rows: How many rows are predicted together at most.
        max_waiting: How many requests may wait for the model.
        max_body_bytes: Largest body of a request.
        body_seconds: How long a body may take beyond what its length needs.
        allow_open: Whether to listen beyond this machine although nobody has to show who she is.
        accounts: Whether callers have to show an account of the tracking server that may read the model.
        token_file: File with the tokens of which callers have to show one, one a line.
        allowed_hosts: Host headers taken beside the usual ones; `*` in one stands for any text.
        cors_allowed_origins: Origins of web pages that may call; `*` stands for any text.
        keep_alive_seconds: How long an unused connection is kept.
        shutdown_seconds: How long requests under way may take to finish when the server stops.
        log_level: Least severe log lines to write.
        ssl_certfile: Certificate of the server; it speaks HTTPS if given.
        ssl_keyfile: Private key of the certificate.
        ssl_keyfile_password: What unlocks the private key.
    """

    model_uri: str
    host: str = "127.0.0.1"
    port: int | None = None
    workers: int = 1
    timeout_seconds: float = 60.0
    watch_seconds: float = 5.0
    allow_pickle: bool | None = None
    batch: Literal["auto", "off"] = "auto"
    max_batch_rows: int = 4096
    max_waiting: int = 1024
    max_body_bytes: int = 100 * MEBIBYTE
    body_seconds: int = 60
    allow_open: bool = False
    accounts: bool = False
    token_file: Path | None = None
    allowed_hosts: tuple[str, ...] = ()
    cors_allowed_origins: tuple[str, ...] = ()
    keep_alive_seconds: int = 75
    shutdown_seconds: int = 25
    log_level: str = "info"
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    ssl_keyfile_password: str | None = field(default=None, repr=False)

    @property
    def asks_who_calls(self) -> bool:
        """Whether callers have to show who they are."""
        return self.accounts or self.token_file is not None
