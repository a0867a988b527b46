"""The login at an identity provider: there, and back again."""

import base64
import binascii
import logging
import time
from typing import Final

from trialog.access import OIDC_COOKIE, OIDC_COOKIE_SECONDS, Recent
from trialog.errors import (
    InvalidParameter,
    PermissionDenied,
    TemporarilyUnavailable,
    TooManyRequests,
    TrialogError,
    Unauthenticated,
)
from trialog.server.access import Access, ProviderLogin
from trialog.server.login.form import LoginForm
from trialog.server.login.forms import own_cookie, read_query, safe_path, set_cookie
from trialog.server.login.session import LoginSessions, redirect
from trialog.server.login.texts import Texts, texts_for
from trialog.web import Request, Response
from trialog.web.failures import status_of

_NEXT_COOKIE: Final = "trialog_next"
_REFUSALS: Final = (Unauthenticated, PermissionDenied, InvalidParameter, TooManyRequests, TemporarilyUnavailable)
_LOGGED_AGAIN_AFTER_SECONDS: Final = 60.0
_MOST_LOGGED: Final = 100
_logger = logging.getLogger("trialog.server")


class ProviderPages:
    """Sends browsers to the provider, and takes them back.

    Args:
        access: Knows who somebody is.
        provider: Where users log in.
        prefix: Prefix of all paths of the server.
        form: Shown when a login comes to no good end.
    """

    def __init__(self, access: Access, provider: ProviderLogin, prefix: str, form: LoginForm) -> None:
        self._access = access
        self._provider = provider
        self._prefix = prefix
        self._form = form
        self._sessions = LoginSessions(access)
        self._logged: Recent[str, float] = Recent(_MOST_LOGGED)

    async def begin(self, request: Request) -> Response:
        """Send a browser to the provider."""
        next_path = safe_path(read_query(request).get("next"), self._prefix)
        try:
            start = await self._provider.client.begin()
        except TemporarilyUnavailable as error:
            self._sessions.note_refusal(request, "login", error)
            return await self._failure(request, next_path, error)
        return redirect(
            start.url,
            (
                set_cookie(request, OIDC_COOKIE, start.cookie, OIDC_COOKIE_SECONDS),
                set_cookie(request, _NEXT_COOKIE, _coded(next_path), OIDC_COOKIE_SECONDS),
            ),
        )

    async def finish(self, request: Request) -> Response:
        """Take a browser back, and log in who came with it."""
        next_path = safe_path(_decoded(own_cookie(request, _NEXT_COOKIE)), self._prefix)
        try:
            login = await self._provider.client.finish(
                read_query(request), own_cookie(request, OIDC_COOKIE), request.address
            )
            identity = await self._provider.accounts.identity(login)
        except _REFUSALS as error:
            self._sessions.note_refusal(request, "login", error)
            return await self._failure(request, next_path, error)
        # She may be new here, or in other groups than before.
        self._access.authenticator.accounts_changed()
        return await self._sessions.begin(request, identity, next_path, self._spent(request))

    async def _failure(self, request: Request, next_path: str, error: TrialogError) -> Response:
        self._log(error)
        texts = texts_for(request.headers.get(b"accept-language"))
        seconds = error.values.get("retry_after_seconds", 1)
        message = _message(texts, error).format(name=self._provider.name, seconds=seconds)
        return await self._form.answer(
            request, next_path, message=message, status=status_of(error), headers=self._spent(request)
        )

    def _log(self, error: TrialogError) -> None:
        """Tell the operator why: the page says it to nobody, and users cannot mend it. Each reason once a minute."""
        now = time.monotonic()
        last = self._logged.get(error.message)
        if last is not None and now - last < _LOGGED_AGAIN_AFTER_SECONDS:
            return
        self._logged.set(error.message, now)
        cause = "" if error.__cause__ is None else f" [{type(error.__cause__).__name__}]"
        _logger.warning("a login at %s failed: %s%s", self._provider.name, error.message, cause)

    def _spent(self, request: Request) -> tuple[tuple[bytes, bytes], ...]:
        return (set_cookie(request, OIDC_COOKIE, "", 0), set_cookie(request, _NEXT_COOKIE, "", 0))


def _message(texts: Texts, error: TrialogError) -> str:
    if isinstance(error, TooManyRequests):
        return texts.throttled
    if isinstance(error, TemporarilyUnavailable):
        return texts.unavailable
    if error.code == "oidc.no_account":
        return texts.no_account
    return texts.name_is_taken if error.code == "oidc.name_is_taken" else texts.not_finished


def _coded(path: str) -> str:
    return base64.urlsafe_b64encode(path.encode("ascii")).decode("ascii").rstrip("=")


def _decoded(text: str | None) -> str | None:
    try:
        return None if text is None else base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
