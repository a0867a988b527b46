"""Who may call a model server: whoever shows an account of the tracking server that may read the model, or a token."""

import hashlib
import hmac
import logging
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from trialog.access import PasswordCredentials, Recent, SharedCalls, malformed_authorization, read_authorization
from trialog.access.throttle import Attempt, LoginThrottle
from trialog.errors import (
    ConfigurationError,
    ConnectionFailed,
    PermissionDenied,
    TemporarilyUnavailable,
    TooManyRequests,
    TrialogError,
    Unauthenticated,
)
from trialog.remote.requests import written
from trialog.remote.server import RemoteServer
from trialog.serving.source import ModelSource
from trialog.web.door import is_of_own_origin
from trialog.web.failures import failure_response
from trialog.web.request import Request
from trialog.web.response import Response
from trialog.wire.routes import find_route

OPEN_PATHS: Final = frozenset({"/ping", "/health"})
"""What load balancers ask, which says nothing but that the server is there."""

_REMEMBERED_SECONDS: Final = 10.0
# For so long longer is taken what counted, while the tracking server cannot be asked.
_GRACE_SECONDS: Final = 900.0
_REMEMBERED_CALLERS: Final = 10_000
_KEY_BYTES: Final = 32
_MOST_WAITING_SECONDS: Final = 3600
_FEWEST_TOKEN_CHARACTERS: Final = 16
_MOST_TOKENS: Final = 1000
_MOST_FILE_BYTES: Final = 256 * 1024
_LOOKED_AT_SECONDS: Final = 1.0
# Tokens that were seen so long ago count while the file is being written or put in place.
_WRITTEN_SECONDS: Final = 10.0

_logger = logging.getLogger("trialog.serving")


class Guard(ABC):
    """Lets callers in who show what they have to. Belongs to one event loop."""

    async def admit(self, request: Request) -> None:
        """Let a request in.

        Raises:
            Unauthenticated: The caller shows nothing, or what does not count.
            PermissionDenied: The caller may not read the model.
            TooManyRequests: Too many attempts failed.
            TemporarilyUnavailable: The tracking server cannot be asked whether it counts.
        """
        if request.path in OPEN_PATHS:
            return
        header = request.headers.get(b"authorization")
        if header is None:
            raise _nothing_shown()
        if request.header_count(b"authorization") > 1:
            raise malformed_authorization("It was sent more than once.")
        await self._check(header, request)

    def refusal(self, _request: Request, error: Unauthenticated) -> Response:
        """Return the answer to somebody who did not show who she is."""
        return failure_response(error)

    @abstractmethod
    async def _check(self, header: bytes, request: Request) -> None:
        """Let in who sent a header, or raise."""


class TokenGuard(Guard):
    """Lets in who shows one of the tokens of a file. The file may change at any time.

    While somebody writes it, what it held some seconds ago counts. One that stays unreadable, empty or wrong lets
    nobody in.

    Args:
        path: The file: a token a line; empty lines and those that begin with `#` are none.
        clock: Seconds that only grow.

    Raises:
        ConfigurationError: It cannot be read, or holds no tokens (`serving.bad_token_file`).
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._throttle = LoginThrottle()
        # Before it is read, so that what is written meanwhile is another.
        self._stamp = _stamp(path)
        self._digests = _read_tokens(path)
        self._seen_at = self._looked_at = clock()

    async def _check(self, header: bytes, request: Request) -> None:
        scheme, _, token = header.strip().partition(b" ")
        if scheme.lower() != b"bearer":
            raise _nothing_shown()
        now = self._clock()
        if now - self._looked_at >= _LOOKED_AT_SECONDS:
            self._looked_at = now
            self._look_again(now)
        digest = hashlib.sha256(token.strip()).digest()
        # Each is compared, whichever fits, so that the time says nothing.
        if sum(hmac.compare_digest(digest, known) for known in self._digests):
            return
        self._throttle.begin_unnamed(request.address)
        raise _nothing_shown()

    def _look_again(self, now: float) -> None:
        """Read the file again if it has changed."""
        stamp = _stamp(self._path)
        if stamp is None or stamp != self._stamp:
            try:
                self._digests, self._stamp = _read_tokens(self._path), stamp
            except ConfigurationError as error:
                self._do_without(now, error)
                return
        self._seen_at = now

    def _do_without(self, now: float, error: ConfigurationError) -> None:
        """Let nobody in any more, unless the tokens that count were seen a moment ago."""
        if now - self._seen_at < _WRITTEN_SECONDS:
            return
        if self._digests:
            _logger.warning("nobody is let in: %s", error.message)
        self._digests, self._stamp = (), None


class _Answer(NamedTuple):
    """What the tracking server said of a caller.

    Args:
        may_read: Whether she may read the model; if not, she is somebody all the same.
        at: When it said so.
    """

    may_read: bool
    at: float


class AccountGuard(Guard):
    """Lets in who may read the model on the tracking server, which is asked with what the caller shows.

    What it says is remembered for some seconds, by an HMAC under a key that never leaves the process.

    Args:
        server: The tracking server.
        model: What the caller has to be able to read.
        clock: Tells the time in seconds; it never goes back.
    """

    def __init__(self, server: RemoteServer, model: ModelSource, clock: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._target = _question(model)
        self._clock = clock
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._answers: Recent[bytes, _Answer] = Recent(_REMEMBERED_CALLERS)
        self._questions: SharedCalls[_Answer] = SharedCalls()
        self._throttle = LoginThrottle(clock)

    async def check_server(self) -> None:
        """See to it that the tracking server asks who its callers are.

        Raises:
            ConfigurationError: It lets everybody in (`serving.no_accounts`).
            ConnectionFailed: It cannot be asked.
        """
        answer = await self._server.exchange("GET", self._target)
        if answer.status != 401:
            raise ConfigurationError(
                "serving.no_accounts",
                f"The tracking server at {self._server.url} asks nobody to log in, so that --accounts would let"
                " everybody in. Start it with --accounts, or give --token-file with tokens of your own.",
                url=self._server.url,
            )

    async def _check(self, header: bytes, request: Request) -> None:
        if header.lstrip()[:5].lower() == b"basic" and not is_of_own_origin(request):
            # A browser that remembers a password sends it for whatever page asks.
            raise _nothing_shown()
        key = hmac.digest(self._key, header, "sha256")
        answer = self._answers.get(key)
        if answer is None or self._clock() - answer.at >= _REMEMBERED_SECONDS:
            answer = await self._questions.call(key, lambda: self._ask(key, header, request, answer))
        if not answer.may_read:
            raise PermissionDenied("auth.permission_denied", "You may not read this model on the tracking server.")

    async def _ask(self, key: bytes, header: bytes, request: Request, before: _Answer | None) -> _Answer:
        credentials = read_authorization(header)
        attempt = (
            self._throttle.begin(credentials.username, request.address)
            if isinstance(credentials, PasswordCredentials)
            else self._throttle.begin_unnamed(request.address)
        )
        try:
            answer = await self._put_question(header, request.address)
        except TrialogError as error:
            return self._unanswered(attempt, before, error)
        if answer is None:
            self._answers.forget(key)
            raise _nothing_shown()
        self._throttle.succeeded(attempt)
        self._answers.set(key, answer)
        return answer

    def _unanswered(self, attempt: Attempt, before: _Answer | None, error: TrialogError) -> _Answer:
        """Return what counted a while ago, if the tracking server cannot be asked now."""
        self._throttle.abandoned(attempt)
        if isinstance(error, TooManyRequests):
            raise error
        if before is not None and self._clock() - before.at < _GRACE_SECONDS:
            return before
        _logger.warning("a caller could not be checked: %s [%s]", error.message, error.code)
        raise TemporarilyUnavailable(
            "serving.access_unknown", "The tracking server, which knows who may call, cannot be asked now; try again."
        ) from error

    async def _put_question(self, header: bytes, address: str) -> _Answer | None:
        """Return what the tracking server says; None if it does not know the caller."""
        # Where it trusts this machine as a proxy, it counts failures for the caller and not for this server.
        headers = {"Authorization": header.decode("latin-1"), "X-Forwarded-For": address}
        answer = await self._server.exchange("GET", self._target, headers=headers)
        match answer.status:
            case 200:
                return _Answer(True, self._clock())
            case 403 | 404:
                return _Answer(False, self._clock())
            case 401:
                return None
            case 429:
                text = answer.headers.get("retry-after", "1")
                seconds = min(int(text), _MOST_WAITING_SECONDS) if text.isdecimal() else 1
                raise TooManyRequests(
                    "auth.throttled",
                    f"Too many attempts to log in; try again in {seconds} s.",
                    retry_after_seconds=seconds,
                )
            case status:
                raise ConnectionFailed(
                    "remote.failed", f"The server at {self._server.url} answered HTTP {status}.", status=status
                )


def _question(model: ModelSource) -> str:
    """Return path and query of a question that only who may read the model is answered."""
    operation, fields = model.asked_to_read
    target, _ = written(find_route(operation), fields)
    return target


def _nothing_shown() -> Unauthenticated:
    return Unauthenticated(
        "auth.unauthenticated",
        "This model server asks who calls, and you showed nothing or what does not count (any more). Send the header"
        " Authorization with 'Bearer' and a token, or with 'Basic' and the Base64 of 'name:password' if the server"
        " takes accounts of the tracking server.",
    )


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read_tokens(path: Path) -> tuple[bytes, ...]:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_FILE_BYTES + 1)
    except OSError as error:
        raise _bad_file(path, f"cannot be read: {error.strerror}") from error
    lines = [line.strip() for line in content.splitlines()]
    tokens = [line for line in lines if line and not line.startswith(b"#")]
    if len(content) > _MOST_FILE_BYTES or len(tokens) > _MOST_TOKENS:
        raise _bad_file(path, f"is longer than {_MOST_TOKENS} tokens")
    if not tokens:
        raise _bad_file(path, "holds no token")
    if any(len(token) < _FEWEST_TOKEN_CHARACTERS or not token.isascii() or b" " in token for token in tokens):
        raise _bad_file(path, f"holds a line that is no token of at least {_FEWEST_TOKEN_CHARACTERS} characters")
    return tuple(hashlib.sha256(token).digest() for token in tokens)


def _bad_file(path: Path, fault: str) -> ConfigurationError:
    return ConfigurationError(
        "serving.bad_token_file",
        f"The file {str(path)!r} of --token-file {fault}. Write one token a line, such as"
        " `python -c 'import secrets; print(secrets.token_urlsafe(32))'` prints.",
        path=str(path),
    )
