"""The login at an identity provider: there, and back again."""

import base64
import binascii
from typing import Final

from trialog.access import OIDC_COOKIE, OIDC_COOKIE_SECONDS
from trialog.errors import InvalidParameter, PermissionDenied, TemporarilyUnavailable, TrialogError, Unauthenticated
from trialog.server.access import Access, ProviderLogin
from trialog.server.login.form import LoginForm
from trialog.server.login.forms import own_cookie, read_query, safe_path, set_cookie
from trialog.server.login.session import NOBODY, LoginSessions, redirect
from trialog.server.login.texts import Texts, texts_for
from trialog.web import Request, Response
from trialog.web.failures import status_of

_NEXT_COOKIE: Final = "trialog_next"


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

    async def begin(self, request: Request) -> Response:
        """Send a browser to the provider."""
        next_path = safe_path(read_query(request).get("next"), self._prefix)
        try:
            start = await self._provider.client.begin()
        except TemporarilyUnavailable as error:
            return self._failure(request, next_path, error)
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
            login = await self._provider.client.finish(read_query(request), own_cookie(request, OIDC_COOKIE))
            identity = await self._provider.accounts.identity(login)
        except (Unauthenticated, PermissionDenied, InvalidParameter, TemporarilyUnavailable) as error:
            await self._sessions.note(request, NOBODY, "login", error)
            return self._failure(request, next_path, error)
        # She may be new here, or in other groups than before.
        self._access.authenticator.accounts_changed()
        return await self._sessions.begin(request, identity, next_path, self._spent(request))

    def _failure(self, request: Request, next_path: str, error: TrialogError) -> Response:
        texts = texts_for(request.headers.get(b"accept-language"))
        message = _message(texts, error).format(name=self._provider.name)
        return self._form.answer(
            request, next_path, message=message, status=status_of(error), headers=self._spent(request)
        )

    def _spent(self, request: Request) -> tuple[tuple[bytes, bytes], ...]:
        return (set_cookie(request, OIDC_COOKIE, "", 0), set_cookie(request, _NEXT_COOKIE, "", 0))


def _message(texts: Texts, error: TrialogError) -> str:
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
