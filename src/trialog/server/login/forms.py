"""What the login pages read of requests: forms, cookies, and where to go next. None of it is trusted."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from trialog.access import cookie_header, cookie_name, csrf_token, is_csrf_token, read_cookie
from trialog.errors import InvalidParameter, RequestTooLarge
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
_LONGEST_NAME: Final = 256
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
    return read_cookie(request.headers[b"cookie"], cookie_name(name, is_secure=is_secure(request)))


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


def is_own_form(request: Request, form: Mapping[str, str]) -> bool:
    """Tell whether a form was sent by the page of ours that it was shown on, in the browser that it was shown in.

    Args:
        request: Brought the form.
        form: Its fields.
    """
    secret = own_cookie(request, FORM_COOKIE)
    return is_of_own_origin(request) and secret is not None and is_csrf_token(secret, form.get(CSRF_FIELD, ""))


def set_cookie(request: Request, name: str, value: str, seconds: int, *, same_site: str = "Lax") -> tuple[bytes, bytes]:
    """Return the header that gives a browser a cookie of ours.

    Args:
        request: What is answered.
        name: The plain name of the cookie.
        value: What it holds.
        seconds: How long the browser keeps it; 0 takes it away.
        same_site: `Lax` or `Strict`.
    """
    header = cookie_header(name, value, is_secure=is_secure(request), seconds=seconds, same_site=same_site)
    return b"set-cookie", header.encode("ascii")


def is_secure(request: Request) -> bool:
    """Tell whether the browser speaks HTTPS, with the server or with a proxy in front."""
    return request.scheme == "https"


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


def is_usable_name(text: str) -> bool:
    """Tell whether a text could be a user's name at all."""
    return 0 < len(text) <= _LONGEST_NAME and not any(unicodedata.category(character) == "Cc" for character in text)


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")


def _new_secret() -> str:
    return secrets.token_urlsafe(32)
