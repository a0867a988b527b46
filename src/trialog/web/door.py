"""The door behind the gate: who asks is found out before anything else of a request is looked at."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeAlias

from trialog.access import SESSION_COOKIE, Authenticator, cookie_name, is_csrf_token, read_authorization, read_cookie
from trialog.access.refusals import malformed_authorization, not_authenticated
from trialog.entities import Identity
from trialog.errors import PermissionDenied, TrialogError
from trialog.web.request import Request

CSRF_HEADER: Final = b"x-trialog-csrf"
"""Header in which a page sends the token of its login, with whatever changes something."""

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

RefusalSink: TypeAlias = Callable[[Request, TrialogError], Awaitable[None]]


class Door:
    """Lets in who shows who she is; to whoever does not, every path looks alike, those that are not served as well.

    Args:
        authenticator: Knows by what is shown who somebody is.
        open_paths: Methods and paths that are for everybody; what is shown with them is not looked at.
        note_refusal: Told of everybody who is not let in.
    """

    def __init__(
        self, authenticator: Authenticator, open_paths: Iterable[tuple[str, str]], note_refusal: RefusalSink
    ) -> None:
        self._authenticator = authenticator
        self._open_paths = frozenset(open_paths)
        self._note_refusal = note_refusal

    async def admit(self, request: Request) -> None:
        """Note on a request who sent it.

        Raises:
            Unauthenticated: She does not show who she is, or what she shows does not count.
            TooManyRequests: Too many attempts to log in failed.
            PermissionDenied: A page would change something without the token of its login (`auth.csrf`).
        """
        method = "GET" if request.method == "HEAD" else request.method
        if (method, request.path) in self._open_paths:
            return
        try:
            request.identity = await self._identify(request)
        except TrialogError as error:
            await self._note_refusal(request, error)
            raise

    async def _identify(self, request: Request) -> Identity:
        header = request.headers.get(b"authorization")
        if header is not None:
            if request.header_count(b"authorization") > 1:
                raise malformed_authorization("It was sent more than once.")
            return await self._authenticator.identify(read_authorization(header), request.address)
        name = cookie_name(SESSION_COOKIE, is_secure=request.scheme == "https")
        secret = None
        if request.header_count(b"cookie") == 1:
            secret = read_cookie(request.headers[b"cookie"], name)
        if secret is None:
            raise not_authenticated()
        identity = await self._authenticator.by_session(secret)
        presented = request.headers.get(CSRF_HEADER, b"").decode("latin-1")
        if request.method not in _SAFE_METHODS and not is_csrf_token(secret, presented):
            raise PermissionDenied(
                "auth.csrf",
                f"A page that changes something has to send the token of its login in {CSRF_HEADER.decode()}."
                " Load the page again.",
            )
        return identity
