"""The page that makes the first administrator, for whoever has the secret that the server showed."""

from trialog.access import FirstAdministrator
from trialog.entities import Identity
from trialog.entities.account_limits import check_username
from trialog.errors import InvalidParameter, ResourceAlreadyExists, TooManyRequests, TrialogError, Unauthenticated
from trialog.server.access import Access
from trialog.server.login.forms import FormCheck, form_token, read_form
from trialog.server.login.pages import first_page, page_response
from trialog.server.login.session import LoginSessions, foreign_form, redirect
from trialog.server.login.texts import Texts, texts_for
from trialog.web import Request, Response
from trialog.web.failures import status_of


class FirstPages:
    """Shows the form and makes the administrator.

    Args:
        access: Knows who somebody is.
        first: Makes the administrator.
        check: Tells whose form it is.
        action: Path where the form is sent.
        prefix: Prefix of all paths of the server.
        login: Path of the page where people log in.
    """

    def __init__(
        self, access: Access, first: FirstAdministrator, check: FormCheck, action: str, *, prefix: str, login: str
    ) -> None:
        self._access = access
        self._first = first
        self._check = check
        self._action = action
        self._home = f"{prefix}/"
        self._login = login
        self._sessions = LoginSessions(access)

    async def show(self, request: Request) -> Response:
        """Show the form, as long as there is no administrator; then lead to the login."""
        return self._answer(request) if await self._first.is_awaited() else redirect(self._login)

    async def create(self, request: Request) -> Response:
        """Make the administrator, and log her in."""
        texts = texts_for(request.headers.get(b"accept-language"))
        form = await read_form(request)
        username = form.get("username", "")
        fault = self._check.fault(request, form, texts)
        if fault is not None:
            self._sessions.note_refusal(request, "create_first_administrator", foreign_form())
            return self._answer(request, fault, 403, username)
        if not await self._first.is_awaited():
            return redirect(self._login)
        try:
            user = await self._made(form.get("secret", ""), username, form.get("password", ""), request.address)
        except (Unauthenticated, InvalidParameter, ResourceAlreadyExists, TooManyRequests) as error:
            self._sessions.note_refusal(request, "create_first_administrator", error)
            return self._answer(request, _message(texts, error), status_of(error), username)
        self._access.authenticator.accounts_changed()
        await self._sessions.note(request, user, "create_first_administrator")
        return await self._sessions.begin(request, user, self._home)

    async def _made(self, secret: str, username: str, password: str, address: str) -> Identity:
        check_username("username", username)
        user = await self._first.create(secret, username, password, address)
        return Identity(actor=user.username, user_id=user.user_id, is_admin=user.is_admin, via="password")

    def _answer(self, request: Request, message: str = "", status: int = 200, username: str = "") -> Response:
        texts = texts_for(request.headers.get(b"accept-language"))
        token, cookie = form_token(request)
        content = first_page(texts, self._action, token, username=username)
        return page_response(texts, texts.first, content, message=message, status=status, headers=cookie)


def _message(texts: Texts, error: TrialogError) -> str:
    if isinstance(error, TooManyRequests):
        return texts.throttled.format(seconds=error.values.get("retry_after_seconds", 1))
    if isinstance(error, Unauthenticated):
        return texts.secret_refused
    if error.code == "password.is_known":
        return texts.password_known
    return texts.password_rule if error.code.startswith("password.") else texts.name_refused
