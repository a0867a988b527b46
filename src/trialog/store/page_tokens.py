"""Where the next page begins: the sort values of the last row, not a count of rows to skip.

A count shifts when rows are made or deleted between two pages; a position in the order does not.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from trialog.entities import Int64
from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter


class _Token(msgspec.Struct, array_like=True, omit_defaults=True):
    query: str
    position: list[Int64 | str]
    now: Int64 | None = None


_decoder = msgspec.json.Decoder(_Token)


def query_fingerprint(*parts: object) -> str:
    """Return a short text that differs for different queries.

    Args:
        parts: What makes the query: kind, order, filter; as they were understood, for what a name means may depend on
            what there is.
    """
    return blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=6).hexdigest()


def encode_page_token(query: str, position: Sequence[int | str], now: int | None = None) -> str:
    """Return the token for the page after a position.

    Args:
        query: Fingerprint of the query it belongs to.
        position: Sort values of the last row of the page before.
        now: What `now()` means in the query, on all its pages.
    """
    return urlsafe_b64encode(msgspec.json.encode(_Token(query, list(position), now))).decode("ascii")


def now_of(token: str | None) -> int:
    """Return what `now()` means in a search: the moment at which its first page was asked for.

    Args:
        token: What a client sent with it; nothing for the first page.

    Raises:
        InvalidParameter: It is no token of this server.
    """
    held = _decode(token).now if token else None
    return now_milliseconds() if held is None else held


def decode_page_token(token: str, query: str, kinds: Sequence[type[int] | type[str]]) -> list[int | str]:
    """Return the position that a token holds.

    Args:
        token: What a client sent.
        query: Fingerprint of the query it is sent with.
        kinds: The type of each sort value.

    Raises:
        InvalidParameter: It is no token of this server, or of another query.
    """
    held = _decode(token)
    if held.query != query or [type(value) for value in held.position] != list(kinds):
        raise InvalidParameter(
            "page_token.other_query",
            "Invalid page token: it belongs to a search with another filter or order. Send it with the search that gave"
            " it, or send none to begin anew.",
        )
    return held.position


def _decode(token: str) -> _Token:
    try:
        return _decoder.decode(urlsafe_b64decode(token.encode("ascii")))
    except (UnicodeError, binascii.Error, msgspec.MsgspecError, RecursionError) as error:
        raise InvalidParameter(
            "page_token.invalid",
            "Invalid page token, could not base64-decode it into a position. Send the next_page_token of the page"
            " before, unchanged, or none for the first page.",
        ) from error
