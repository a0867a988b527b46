"""What answers the login pages: they take who somebody is, and give a cookie for it.

They are open to everybody, so each checks by itself what it is sent: a form has to come from the page that showed it,
by a token that belongs to a cookie of the same browser, and by its Origin.
"""

from collections.abc import Iterator
from typing import Final

from trialog.access import LONGEST_PASSWORD, SESSION_COOKIE, csrf_token, is_csrf_token, not_authenticated
from trialog.entities import Identity
from trialog.entities.account_limits import is_username
from trialog.errors import TooManyRequests, Unauthenticated
from trialog.server.access import Access
from trialog.server.login.first import FirstPages
from trialog.server.login.form import LoginForm
from trialog.server.login.forms import (
    CSRF_FIELD,
    FormCheck,
    own_cookie,
    read_form,
    read_query,
    safe_path,
    set_cookie,
)
from trialog.server.login.pages import logout_page, page_response
from trialog.server.login.provider import ProviderPages
from trialog.server.login.session import LoginSessions, foreign_form, redirect
from trialog.server.login.texts import texts_for
from trialog.web import Endpoint, Request, Response, json_response
from trialog.web.door import CSRF_HEADER, is_of_own_origin
from trialog.web.failures import failure_response, status_of

LOGIN_PAGE: Final = "/login"
LOGOUT_PAGE: Final = "/logout"
FIRST_PAGE: Final = "/login/first"
SESSION: Final = "/login/session"
PROVIDER: Final = "/login/oidc"
CALLBACK: Final = "/login/oidc/callback"
"""Where an identity provider sends browsers back to."""


class LoginPages:
    """All that people log in and out with.

    Args:
        access: Knows who somebody is.
        prefix: Prefix of all paths of the server.
    """

    def __init__(self, access: Access, prefix: str) -> None:
        self._access = access
        self._authenticator = access.authenticator
        self._prefix = prefix
        self._sessions = LoginSessions(access)
        self._check = FormCheck()
        provider, first = access.provider, access.first_administrator
        self._form = LoginForm(
            prefix + LOGIN_PAGE,
            None if provider is None else (provider.name, prefix + PROVIDER),
            None if first is None else (first, prefix + FIRST_PAGE),
        )

    def endpoints(self) -> Iterator[tuple[str, str, Endpoint]]:
        """Yield methods and paths, without the prefix, each with what answers it."""
        yield "GET", LOGIN_PAGE, self._show
        yield "POST", LOGIN_PAGE, self._log_in
        yield "GET", LOGOUT_PAGE, self._show_logout
        yield "POST", LOGOUT_PAGE, self._log_out
        yield "GET", SESSION, self._tell_session
        if self._access.first_administrator is not None:
            first = FirstPages(
                self._access,
                self._access.first_administrator,
                self._check,
                self._prefix + FIRST_PAGE,
                prefix=self._prefix,
                login=self._prefix + LOGIN_PAGE,
            )
            yield "GET", FIRST_PAGE, first.show
            yield "POST", FIRST_PAGE, first.create
        if self._access.provider is not None:
            provider = ProviderPages(self._access, self._access.provider, self._prefix, self._form)
            yield "GET", PROVIDER, provider.begin
            yield "GET", CALLBACK, provider.finish

    async def _show(self, request: Request) -> Response:
        return await self._form.answer(request, safe_path(read_query(request).get("next"), self._prefix))

    async def _log_in(self, request: Request) -> Response:
        texts = texts_for(request.headers.get(b"accept-language"))
        form = await read_form(request)
        next_path, username = safe_path(form.get("next"), self._prefix), form.get("username", "")
        fault = self._check.fault(request, form, texts)
        if fault is not None:
            self._sessions.note_refusal(request, "login", foreign_form())
            return await self._form.answer(request, next_path, message=fault, status=403, username=username)
        try:
            identity = await self._by_password(username, form.get("password", ""), request.address)
        except (Unauthenticated, TooManyRequests) as error:
            self._sessions.note_refusal(request, "login", error)
            if isinstance(error, Unauthenticated):
                return await self._form.answer(request, next_path, message=texts.wrong, status=401, username=username)
            seconds = str(error.values.get("retry_after_seconds", 1))
            return await self._form.answer(
                request,
                next_path,
                message=texts.throttled.format(seconds=seconds),
                status=status_of(error),
                username=username,
                headers=((b"retry-after", seconds.encode("ascii")),),
            )
        return await self._sessions.begin(request, identity, next_path)

    async def _by_password(self, username: str, password: str, address: str) -> Identity:
        # Nobody's name and password are like these, so that it tells nothing to be quick with them.
        if not is_username(username) or len(password) > LONGEST_PASSWORD:
            raise not_authenticated()
        return await self._authenticator.by_password(username, password, address)

    async def _show_logout(self, request: Request) -> Response:
        secret = own_cookie(request, SESSION_COOKIE) if is_of_own_origin(request) else None
        identity = None if secret is None else await self._identity(secret)
        if secret is None or identity is None:
            return redirect(self._prefix + LOGIN_PAGE)
        texts = texts_for(request.headers.get(b"accept-language"))
        content = logout_page(texts, self._prefix + LOGOUT_PAGE, csrf_token(secret), identity.actor)
        return page_response(texts, texts.log_out, content)

    async def _log_out(self, request: Request) -> Response:
        secret = own_cookie(request, SESSION_COOKIE)
        if secret is None:
            return redirect(self._prefix + LOGIN_PAGE)
        presented = request.headers.get(CSRF_HEADER, b"").decode("latin-1")
        if not presented:
            presented = (await read_form(request)).get(CSRF_FIELD, "")
        if not is_of_own_origin(request) or not is_csrf_token(secret, presented):
            # Another site may not even end a login; on the page there is a button for it.
            self._sessions.note_refusal(request, "logout", foreign_form())
            return redirect(self._prefix + LOGOUT_PAGE)
        identity = await self._identity(secret)
        await self._authenticator.end_session(secret)
        if identity is not None:
            await self._sessions.note(request, identity, "logout")
        return redirect(self._prefix + LOGIN_PAGE, (set_cookie(request, SESSION_COOKIE, "", 0),))

    async def _tell_session(self, request: Request) -> Response:
        """Tell a page of ours who is logged in, and what it has to send along with changes."""
        secret = own_cookie(request, SESSION_COOKIE) if is_of_own_origin(request) else None
        identity = None if secret is None else await self._identity(secret)
        if secret is None or identity is None:
            return failure_response(not_authenticated(), asks_for_password=False)
        answer = json_response(
            {"username": identity.actor, "is_admin": identity.is_admin, "csrf_token": csrf_token(secret)}
        )
        answer.headers = (*answer.headers, (b"cache-control", b"no-store"))
        return answer

    async def _identity(self, secret: str) -> Identity | None:
        try:
            return await self._authenticator.by_session(secret)
        except Unauthenticated:
            return None
