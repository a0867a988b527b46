"""API tokens: `tlg_<id>_<secret>`, made here, stored as a hash.

The beginning tells scanners of leaked secrets what it is. The last characters of the secret are a checksum of all
before them, so that a token with a slip in it is known without asking the store.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

TOKEN_PREFIX = "tlg_"  # noqa: S105  it says that a token follows; it is none
TOKEN_VIA = "token:"  # noqa: S105  likewise: with a token's id, how somebody showed who she is
LONGEST_TOKEN = 256
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID_LENGTH = 12
# 43 of 62 characters hold 256 bits.
_SECRET_LENGTH = 43
_CHECKSUM_LENGTH = 6
_TOKEN = re.compile(
    rf"(?P<checked>{TOKEN_PREFIX}(?P<id>[0-9A-Za-z]{{{_ID_LENGTH}}})_[0-9A-Za-z]{{{_SECRET_LENGTH}}})"
    rf"(?P<checksum>[0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})"
)


@dataclass(frozen=True)
class NewToken:
    """A token that was just made.

    Attributes:
        token_id: By which it is known.
        secret_hash: What is stored of it.
        text: All of it; shown once and never again.
    """

    token_id: str
    secret_hash: bytes = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class PresentedToken:
    """A token that somebody sent, well formed but not known to be right.

    Attributes:
        token_id: By which it is known.
        secret_hash: What must be stored of it if it is right.
    """

    token_id: str
    secret_hash: bytes = field(repr=False)

    def fits(self, secret_hash: bytes) -> bool:
        """Say whether it is the token of which this is stored, in the same time whatever the answer."""
        return hmac.compare_digest(self.secret_hash, secret_hash)


def new_token() -> NewToken:
    """Make a token out of chance."""
    token_id = _random_text(_ID_LENGTH)
    checked = f"{TOKEN_PREFIX}{token_id}_{_random_text(_SECRET_LENGTH)}"
    text = checked + _checksum(checked)
    return NewToken(token_id, _hash(text), text)


def parse_token(text: str) -> PresentedToken | None:
    """Read a token; None if it is none, or has a slip in it."""
    if len(text) > LONGEST_TOKEN:
        return None
    found = _TOKEN.fullmatch(text)
    if found is None or _checksum(found["checked"]) != found["checksum"]:
        return None
    return PresentedToken(found["id"], _hash(text))


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode("ascii"))
    digits = ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


def _hash(text: str) -> bytes:
    # A plain hash is enough for what nobody can guess: there are 2^256 of them.
    return hashlib.sha256(text.encode("ascii")).digest()
