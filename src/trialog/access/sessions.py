"""Logins of browsers: the secret in the cookie, what is stored of it, and the token that guards against other sites."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from trialog.entities import Session

SESSION_SECONDS = 12 * 60 * 60
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_CSRF_CONTEXT = b"trialog csrf token"


@dataclass(frozen=True)
class NewSession:
    """A login that has just begun.

    Attributes:
        secret: What the browser keeps in a cookie; new at each login, so that none can be known beforehand.
        secret_hash: What is stored of it.
        session: The login itself.
    """

    secret: str = field(repr=False)
    secret_hash: bytes = field(repr=False)
    session: Session


def new_session(user_id: int, now: int, *, seconds: int = SESSION_SECONDS) -> NewSession:
    """Begin a login.

    Args:
        user_id: Whose.
        now: The time, in milliseconds since 1970.
        seconds: How long it lasts.
    """
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session = Session(user_id=user_id, created_at=now, expires_at=now + seconds * 1000)
    return NewSession(secret, _hash(secret), session)


def session_hash(secret: str) -> bytes | None:
    """Return what is stored of a login's secret; None if this cannot be one."""
    return _hash(secret) if _SECRET.fullmatch(secret) else None


def csrf_token(secret: str) -> str:
    """Return what a page has to send along with whatever it changes.

    It is made of the login's secret, which no page can read: it fits this login alone, in whichever process.

    Args:
        secret: The secret in the cookie.
    """
    return hmac.digest(secret.encode("ascii"), _CSRF_CONTEXT, "sha256").hex()


def is_csrf_token(secret: str, presented: str) -> bool:
    """Say whether a page sent what belongs to its login.

    Args:
        secret: The secret in the cookie.
        presented: What the page sent.
    """
    if session_hash(secret) is None:
        return False
    return hmac.compare_digest(csrf_token(secret).encode(), presented.encode("utf-8", "surrogatepass"))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()
