"""What the login pages read of requests: forms, cookies, and where to go next. None of it is trusted."""

import logging
import re
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from trialog.access import cookie_header, cookie_name, csrf_token, is_csrf_token, read_cookie
from trialog.errors import InvalidParameter, RequestTooLarge
from trialog.server.login.texts import Texts
from trialog.web import Request
from trialog.web.door import is_of_own_origin
from trialog.web.response import Headers

FORM_COOKIE: Final = "trialog_form"
"""Ties a form to the browser that it was shown in, before there is any login."""
CSRF_FIELD: Final = "csrf"

_FORM_SECONDS: Final = 60 * 60
_FORM: Final = b"application/x-www-form-urlencoded"
_LARGEST_FORM: Final = 16 * 1024
_MOST_FIELDS: Final = 20
_LONGEST_PATH: Final = 2000
_LONGEST_SHOWN: Final = 200
_MOST_WARNINGS: Final = 16
_logger = logging.getLogger("trialog.server")
# Browsers take a backslash for a slash, and leave out what is no printable character.
_PATH: Final = re.compile(r"/(?:[!-\[\]-~]*)")


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; of several of one name the last.

    Args:
        request: Brings the form as its body.

    Raises:
        InvalidParameter: It brings none.
        RequestTooLarge: It is larger than any of ours.
    """
    kind = request.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != _FORM:
        raise InvalidParameter(
            "form.unknown_type",
            f"Send the form as {_FORM.decode()}, as browsers send one without being told otherwise.",
        )
    length = request.content_length
    if length is None:
        raise InvalidParameter("form.no_length", "Say the length of the form in Content-Length.")
    if length > _LARGEST_FORM:
        raise RequestTooLarge("form.too_large", f"The form is larger than {_LARGEST_FORM} bytes.", limit=_LARGEST_FORM)
    try:
        return dict(_pairs((await request.json_body()).decode("ascii")))
    except ValueError as error:
        raise InvalidParameter("form.unreadable", "The form cannot be read; send it in UTF-8.") from error


def read_query(request: Request) -> dict[str, str]:
    """Return what stands in the query of an address; nothing of one that cannot be read."""
    try:
        return dict(_pairs(request.query_string.decode("ascii")))
    except ValueError:
        return {}


def own_cookie(request: Request, name: str) -> str | None:
    """Return what a cookie of ours holds; None if it is not there.

    Args:
        request: May bring it.
        name: Its plain name.
    """
    if request.header_count(b"cookie") != 1:
        return None
    return read_cookie(request.headers[b"cookie"], cookie_name(name, is_secure=request.is_secure))


def form_token(request: Request) -> tuple[str, Headers]:
    """Return what a form has to bring back, and the header that gives the browser the cookie it belongs to.

    Args:
        request: Asks for the page of the form.
    """
    # The cookie of another tab is good for this one too.
    secret = own_cookie(request, FORM_COOKIE)
    if secret is None or not is_csrf_token(secret, csrf_token(secret)):
        secret = _new_secret()
    return csrf_token(secret), (set_cookie(request, FORM_COOKIE, secret, _FORM_SECONDS, same_site="Strict"),)


class FormCheck:
    """Tells whether a form was sent by the page of ours that it was shown on, in the browser that it was shown in."""

    def __init__(self) -> None:
        self._warned: set[tuple[bytes, bytes]] = set()

    def fault(self, request: Request, form: Mapping[str, str], texts: Texts) -> str | None:
        """Return what to tell about a form that was not; None if it was.

        Args:
            request: Brought the form.
            form: Its fields.
            texts: Of the language in which it is told.
        """
        if not is_of_own_origin(request):
            self._warn(request.headers.get(b"origin", b""), request.headers.get(b"host", b""))
            return texts.other_origin
        secret = own_cookie(request, FORM_COOKIE)
        if secret is None or not is_csrf_token(secret, form.get(CSRF_FIELD, "")):
            return texts.stale
        return None

    def _warn(self, origin: bytes, host: bytes) -> None:
        # Another site may have sent it; more likely a proxy passes on another Host than browsers call.
        pair = (origin[:_LONGEST_SHOWN], host[:_LONGEST_SHOWN])
        if pair in self._warned or len(self._warned) >= _MOST_WARNINGS:
            return
        self._warned.add(pair)
        _logger.warning(
            "a login form was refused: the browser says that it came from %r, and the server was called %r; if both are"
            " this server, a proxy in front changes the Host header: name the address that browsers call in"
            " TRIALOG_PUBLIC_URL",
            *(one.decode("latin-1") for one in pair),
        )


def set_cookie(request: Request, name: str, value: str, seconds: int, *, same_site: str = "Lax") -> tuple[bytes, bytes]:
    """Return the header that gives a browser a cookie of ours.

    Args:
        request: What is answered.
        name: The plain name of the cookie.
        value: What it holds.
        seconds: How long the browser keeps it; 0 takes it away.
        same_site: `Lax` or `Strict`.
    """
    header = cookie_header(name, value, is_secure=request.is_secure, seconds=seconds, same_site=same_site)
    return b"set-cookie", header.encode("ascii")


def safe_path(text: str | None, prefix: str) -> str:
    """Return where to go after the login: a path of this server, whatever was asked for.

    Args:
        text: What was asked for.
        prefix: Prefix of all paths of the server.
    """
    start = f"{prefix}/"
    if text is None or len(text) > _LONGEST_PATH or not _PATH.fullmatch(text):
        return start
    # Two slashes begin the name of another host. Back to the login would lead in a circle.
    if text.startswith(("//", f"{start}login", f"{start}logout")) or not text.startswith(start):
        return start
    return text


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")


def _new_secret() -> str:
    return secrets.token_urlsafe(32)
