"""Text to tokens.

The lexer never refuses anything: what it cannot read becomes a token of kind `UNCLOSED` or `UNKNOWN`, which no rule of
the grammar accepts, so that the parser reports the first fault in reading order and says what belongs there. Each
character is looked at a bounded number of times.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

import msgspec


class TokenKind(Enum):
    """What a token is, before its place in the text gives it a meaning."""

    WORD = auto()
    BACKTICKED = auto()
    SINGLE_QUOTED = auto()
    DOUBLE_QUOTED = auto()
    NUMBER = auto()
    OPERATOR = auto()
    DOT = auto()
    COMMA = auto()
    OPEN = auto()
    CLOSE = auto()
    UNCLOSED = auto()
    UNKNOWN = auto()
    END = auto()


class Token(msgspec.Struct, frozen=True):
    """A piece of the text.

    Args:
        kind: What it is.
        text: The piece as written.
        value: What stands between the quotes of a quoted piece, character for character; else the same as `text`.
        position: Index of its first character.
    """

    kind: TokenKind
    text: str
    value: str
    position: int

    @property
    def end(self) -> int:
        """Index of the first character behind the token."""
        return self.position + len(self.text)


_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w[\w$#]*")
# A bare `inf` is a word, for it may be a key; with a sign it can only be a number.
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]inf(?:inity)?", re.IGNORECASE | re.ASCII
)
_NOT_A_NUMBER = re.compile(r"[+-]?[\w$#.]+")
_OPERATOR = re.compile(r"[<>=!~]+")

_PUNCTUATION = {",": TokenKind.COMMA, "(": TokenKind.OPEN, ")": TokenKind.CLOSE}
_QUOTES = {"'": TokenKind.SINGLE_QUOTED, '"': TokenKind.DOUBLE_QUOTED, "`": TokenKind.BACKTICKED}
# Where a quoted piece may end, and what merely looks like its end: a doubled quote, an escaped one.
_QUOTE_STOPS = {
    "'": re.compile(r"\\'|''|'"),
    '"': re.compile(r'\\"|""|"'),
    "`": re.compile(r"``|`"),
}
# Kinds behind which a dot is a dot; behind anything else it begins a number.
_BEFORE_DOT = frozenset(
    {TokenKind.WORD, TokenKind.BACKTICKED, TokenKind.SINGLE_QUOTED, TokenKind.DOUBLE_QUOTED, TokenKind.DOT}
)


def tokenize(text: str) -> Iterator[Token]:
    """Cut a filter or an order_by item into tokens.

    Args:
        text: The text to cut.

    Yields:
        The tokens in order; the last one is of kind `END`.
    """
    position = 0
    before: Token | None = None
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
            continue
        before = _next_token(text, position, before)
        position = before.end
        yield before
    yield Token(TokenKind.END, "", "", len(text))


def _next_token(text: str, position: int, before: Token | None) -> Token:
    character = text[position]
    touched = before.kind if before is not None and before.end == position else None
    if character in _QUOTES:
        return _quoted(text, position)
    if character == "." and touched in _BEFORE_DOT:
        return _plain(TokenKind.DOT, character, position)
    if touched is TokenKind.DOT and (word := _WORD.match(text, position)):
        return _plain(TokenKind.WORD, word.group(), position)
    if number := _NUMBER.match(text, position):
        return _number(text, number)
    if word := _WORD.match(text, position):
        return _plain(TokenKind.WORD, word.group(), position)
    if operator := _OPERATOR.match(text, position):
        return _plain(TokenKind.OPERATOR, operator.group(), position)
    return _plain(_PUNCTUATION.get(character, TokenKind.UNKNOWN), character, position)


def _plain(kind: TokenKind, text: str, position: int) -> Token:
    return Token(kind, text, text, position)


def _number(text: str, number: re.Match[str]) -> Token:
    if not _WORD.match(text, number.end()):
        return _plain(TokenKind.NUMBER, number.group(), number.start())
    # Letters behind the digits: `1a` is a word like any other, `1.5a` is nothing.
    run = _NOT_A_NUMBER.match(text, number.start())
    written = run.group() if run else number.group()
    return _plain(TokenKind.WORD if _WORD.fullmatch(written) else TokenKind.UNKNOWN, written, number.start())


def _quoted(text: str, position: int) -> Token:
    r"""Read a quoted piece, escapes and all, as MLflow does.

    A doubled or escaped quote belongs to the piece and stays as written. Where the piece would then never end, the
    last such quote ends it after all: `'C:\temp\'` is a whole value.
    """
    quote = text[position]
    end = -1
    for stop in _QUOTE_STOPS[quote].finditer(text, position + 1):
        if stop.group() == quote:
            end = stop.start()
            break
        end = stop.end() - 1 if stop.group().startswith("\\") else stop.start()
    if end < 0:
        return _plain(TokenKind.UNCLOSED, text[position:], position)
    return Token(_QUOTES[quote], text[position : end + 1], text[position + 1 : end], position)
