"""The door behind the gate: who asks is found out before anything else of a request is looked at."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeAlias
from urllib.parse import quote

from trialog.access import (
    SESSION_COOKIE,
    Authenticator,
    PasswordCredentials,
    cookie_name,
    is_csrf_token,
    malformed_authorization,
    not_authenticated,
    read_authorization,
    read_cookie,
)
from trialog.entities import Identity, PermissionLevel
from trialog.errors import PermissionDenied, TrialogError, Unauthenticated
from trialog.web.failures import failure_response
from trialog.web.request import Request, is_navigation
from trialog.web.response import Response

CSRF_HEADER: Final = b"x-trialog-csrf"
"""Header in which a page sends the token of its login, with whatever changes something."""

# Sent by browsers alone, and not all of them by every browser: none tells what it is over plain HTTP.
_HEADERS_OF_PAGES: Final = (b"sec-fetch-mode", b"origin", b"referer", b"x-requested-with", CSRF_HEADER)
_LONGEST_RETURN: Final = 2000
_NOBODY: Final = Identity(scope=PermissionLevel.NO_PERMISSIONS, via="")
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

RefusalSink: TypeAlias = Callable[[Request, TrialogError], None]
SenderOfPart: TypeAlias = Callable[[Request], Awaitable[Identity | None]]


class Door:
    """Lets in who shows who she is; to whoever does not, every path looks alike, those that are not served as well.

    Args:
        authenticator: Knows by what is shown who somebody is.
        open_paths: Methods and paths that are for everybody; what is shown with them is not looked at.
        note_refusal: Told of everybody who is not let in.
        login_page: Path of the page where people log in.
        sender_of_part: Knows who sends a part of an upload to an address that was made for her; None if nobody does.
    """

    def __init__(
        self,
        authenticator: Authenticator,
        open_paths: Iterable[tuple[str, str]],
        note_refusal: RefusalSink,
        *,
        login_page: str,
        sender_of_part: SenderOfPart | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._open_paths = frozenset(open_paths)
        self._note_refusal = note_refusal
        self._login_page = login_page
        self._sender_of_part = sender_of_part

    async def admit(self, request: Request) -> None:
        """Note on a request who sent it.

        Raises:
            Unauthenticated: She does not show who she is, or what she shows does not count.
            TooManyRequests: Too many attempts to log in failed.
            PermissionDenied: A page would change something without the token of its login (`auth.csrf`).
        """
        # Until it is known, and where it is not asked, who sent it may do nothing.
        request.identity = _NOBODY
        method = "GET" if request.method == "HEAD" else request.method
        if (method, request.path) in self._open_paths:
            return
        header = request.headers.get(b"authorization")
        if header is not None and request.header_count(b"authorization") == 1:
            remembered = self._authenticator.remembered(header)
            if remembered is not None:
                request.identity = remembered
                return
        try:
            request.identity = await self._identify(request)
        except TrialogError as error:
            self._note_refusal(request, error)
            raise

    def refusal(self, request: Request, error: Unauthenticated) -> Response:
        """Return the answer to somebody who did not show who she is.

        Who opens an address in a browser is led to the login page, and back afterwards. A program is asked for a
        password. So is no page that calls: the browser would ask in its stead, by a dialog that nobody understands.

        Args:
            request: What she asked for.
            error: Why she is not let in.
        """
        if not is_navigation(request):
            is_program = not any(name in request.headers for name in _HEADERS_OF_PAGES)
            return failure_response(error, asks_for_password=is_program)
        target = request.raw_path + (b"?" + request.query_string if request.query_string else b"")
        way_back = f"?next={quote(target, safe='')}" if len(target) <= _LONGEST_RETURN else ""
        location = f"{self._login_page}{way_back}".encode("ascii")
        return Response(status=303, headers=((b"location", location), (b"cache-control", b"no-store")))

    async def _identify(self, request: Request) -> Identity:
        header = request.headers.get(b"authorization")
        if header is not None:
            if request.header_count(b"authorization") > 1:
                raise malformed_authorization("It was sent more than once.")
            credentials = read_authorization(header)
            if isinstance(credentials, PasswordCredentials) and not is_of_own_origin(request):
                # A browser that remembers a password sends it for whatever page asks.
                raise not_authenticated()
            return await self._authenticator.identify(credentials, request.address)
        if self._sender_of_part is not None and request.method == "PUT":
            sender = await self._sender_of_part(request)
            if sender is not None:
                return sender
        name = cookie_name(SESSION_COOKIE, is_secure=request.is_secure)
        secret = None
        # The login of a browser is for the server's own pages; those of other origins have to show a token.
        if request.header_count(b"cookie") == 1 and is_of_own_origin(request):
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


def is_of_own_origin(request: Request) -> bool:
    """Tell whether no page of another origin sent a request, whatever origins may call else.

    Only the authority is compared: a proxy in front may have ended TLS, and then the schemes differ.
    """
    origin = request.headers.get(b"origin")
    if origin is None or origin.lower() == request.public_origin:
        return True
    return origin.partition(b"://")[2].lower() == request.headers.get(b"host", b"").lower()
