"""What stands in an `Authorization` header: a name with a password, or a token."""

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TypeAlias

from trialog.access.passwords import LONGEST_PASSWORD
from trialog.access.refusals import malformed_authorization
from trialog.access.tokens import LONGEST_TOKEN
from trialog.entities.account_limits import is_username

# A name and a password of the longest, four bytes a character, in Base64.
_LONGEST_HEADER = 8 * 1024


@dataclass(frozen=True, slots=True)
class PasswordCredentials:
    """A name with a password.

    Attributes:
        username: The name.
        password: What was given as the password.
    """

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenCredentials:
    """A token.

    Attributes:
        text: What was given as a token.
    """

    text: str = field(repr=False)


Credentials: TypeAlias = PasswordCredentials | TokenCredentials


def read_authorization(header: bytes) -> Credentials:
    """Read an `Authorization` header.

    Args:
        header: All of it.

    Raises:
        Unauthenticated: It is neither `Basic` nor `Bearer`, or is none at all.
    """
    if len(header) > _LONGEST_HEADER:
        raise malformed_authorization("It is too long.")
    scheme, _, value = header.strip().partition(b" ")
    match scheme.lower():
        case b"basic":
            return _basic(value.strip())
        case b"bearer":
            return _bearer(value.strip())
    raise malformed_authorization("It is of a kind that is not known here.")


def _basic(value: bytes) -> PasswordCredentials:
    try:
        text = b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        # Not with its cause, which holds what may be a password.
        raise malformed_authorization("It holds no Base64 of text in UTF-8.") from None
    username, colon, password = text.partition(":")
    if not colon:
        raise malformed_authorization("There is no colon between name and password.")
    if not is_username(username):
        raise malformed_authorization("No user can have this name.")
    if len(password) > LONGEST_PASSWORD:
        raise malformed_authorization("The password is too long.")
    return PasswordCredentials(username, password)


def _bearer(value: bytes) -> TokenCredentials:
    if not value or len(value) > LONGEST_TOKEN or not value.isascii():
        raise malformed_authorization("It holds no token.")
    return TokenCredentials(value.decode("ascii"))
