"""Cookies of the login: written so that no other site and no script gets hold of them, read without trust."""

import re

SESSION_COOKIE = "trialog_session"
OIDC_COOKIE = "trialog_oidc"
_VALUE = re.compile(r"[A-Za-z0-9_.~-]*")
_LONGEST_HEADER = 16 * 1024


def cookie_name(name: str, *, is_secure: bool, path: str = "/") -> str:
    """Return the name that a cookie has on the wire.

    Over HTTPS browsers take `__Host-` from this very host only: no sibling of the domain can plant one.

    Args:
        name: The plain name.
        is_secure: Whether the server is reached by HTTPS.
        path: Below which path of the host the browser sends it.
    """
    if not is_secure:
        return name
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


def cookie_header(
    name: str, value: str, *, is_secure: bool, seconds: int, path: str = "/", same_site: str = "Lax"
) -> str:
    """Return the value of a `Set-Cookie` header.

    Args:
        name: The plain name.
        value: What it holds: letters, digits and `_.~-`.
        is_secure: Whether the server is reached by HTTPS.
        seconds: How long the browser keeps it; 0 takes it away.
        path: Below which path of the host the browser sends it.
        same_site: `Lax`, so that a link from elsewhere finds the user logged in, or `Strict`.

    Raises:
        ValueError: The value could break out of the header.
    """
    if not _VALUE.fullmatch(value):
        raise ValueError("a cookie's value may hold letters, digits and _.~- alone")
    secure = "; Secure" if is_secure else ""
    return (
        f"{cookie_name(name, is_secure=is_secure, path=path)}={value}; Path={path}; Max-Age={seconds}; HttpOnly;"
        f" SameSite={same_site}{secure}"
    )


def read_cookie(header: bytes | None, name: str) -> str | None:
    """Return what a cookie holds; None if it is not there, not once alone, or not one of ours.

    Args:
        header: The `Cookie` header.
        name: Its name on the wire, from `cookie_name`.
    """
    if header is None or len(header) > _LONGEST_HEADER:
        return None
    pairs = (part.strip().partition("=") for part in header.decode("latin-1").split(";"))
    values = [value for key, _, value in pairs if key == name]
    # Two of one name: somebody planted one beside the true one, and nobody can tell which.
    if len(values) != 1 or not values[0] or not _VALUE.fullmatch(values[0]):
        return None
    return values[0]
