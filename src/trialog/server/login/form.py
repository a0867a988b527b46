"""The form of the login, whatever it has to say."""

from urllib.parse import quote

from trialog.access import FirstAdministrator
from trialog.server.login.forms import form_token
from trialog.server.login.pages import login_page, page_response
from trialog.server.login.texts import texts_for
from trialog.web import Request, Response
from trialog.web.response import Headers


class LoginForm:
    """Shows the form.

    Args:
        action: Path where it is sent.
        provider: Name and path of the identity provider that users may log in at; None if there is none.
        first: What makes the first administrator, and the path of its page; None if there was one at the start.
    """

    def __init__(
        self,
        action: str,
        provider: tuple[str, str] | None,
        first: tuple[FirstAdministrator, str] | None,
    ) -> None:
        self._action = action
        self._provider = provider
        self._first = first

    async def answer(
        self,
        request: Request,
        next_path: str,
        *,
        message: str = "",
        status: int = 200,
        username: str = "",
        headers: Headers = (),
    ) -> Response:
        """Return the page.

        Args:
            request: What is answered.
            next_path: Where to go after the login.
            message: What went wrong; empty if nothing did.
            status: HTTP status.
            username: The name that was given before.
            headers: Further headers.
        """
        texts = texts_for(request.headers.get(b"accept-language"))
        token, cookie = form_token(request)
        provider = None
        if self._provider is not None:
            name, path = self._provider
            provider = (name, f"{path}?next={quote(next_path, safe='')}")
        first = self._first[1] if self._first is not None and await self._first[0].is_awaited() else None
        # Sent to the very address of the page, it takes along what stands behind the #: there MLflow's clients say what
        # is to be opened.
        action = "" if request.path == self._action else self._action
        content = login_page(
            texts, action, token, next_path=next_path, username=username, provider=provider, first=first
        )
        return page_response(texts, texts.log_in, content, message=message, status=status, headers=(*cookie, *headers))
