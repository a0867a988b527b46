"""The right side of a comparison."""

import math
import re
from collections.abc import Callable
from typing import TypeVar

from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter
from trialog.search.grammar import Grammar, ValueKind
from trialog.search.reader import KeyLookup, KnownField, TokenReader, is_reserved, shown
from trialog.search.regular_expressions import MAXIMUM_PATTERN_LENGTH, InvalidPattern, check_pattern
from trialog.search.times import looks_like_a_date, read_date, read_relative
from trialog.search.tokens import TokenKind
from trialog.search.tree import Entity, Value

Item = TypeVar("Item")

MAXIMUM_LIST_ITEMS = 10_000
"""Items of all lists of a filter; databases bind a limited number of values."""

MAXIMUM_REGULAR_EXPRESSIONS = 10
"""Regular expressions of a filter; each may be held against every record."""

_LARGEST_INTEGER = 2**63 - 1
_SMALLEST_INTEGER = -(2**63)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_INFINITY = frozenset({"inf", "infinity"})
_A_TIME = "a time such as 1700000000000 (milliseconds since 1970), '2026-01-31', '2026-01-31T12:00:00Z' or now() - 7d"
_NUMBER_HINTS = {
    ValueKind.FLOAT: "a number such as 0.5",
    ValueKind.TIME: _A_TIME,
    ValueKind.WHOLE_TIME: _A_TIME,
    ValueKind.WHOLE_NUMBER: "a whole number",
}
_TEXTS = frozenset({TokenKind.SINGLE_QUOTED, TokenKind.DOUBLE_QUOTED})
_LENIENT_TEXTS = frozenset({TokenKind.WORD, TokenKind.NUMBER})
_NUMBER_AHEAD = re.compile(r"(?:\(\s*){0,2}[+-]?(?:\.?[0-9]|inf(?:inity)?\b)", re.ASCII | re.IGNORECASE)
_BARE_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[\w:.+-]*", re.ASCII)
_ESCAPED = re.compile(r"\\([\\'\"])")


class ValueReader(TokenReader):
    """Reads values of the kind that a key is compared with.

    Args:
        text: A filter.
        grammar: What may be named in it.
        fault: What a message about a fault of syntax begins with.
        now: What `now()` means, in milliseconds since 1970; None for the time of this call.
        has_key: As for `TokenReader`.
    """

    def __init__(
        self, text: str, grammar: Grammar, fault: str, now: int | None = None, has_key: KeyLookup | None = None
    ) -> None:
        super().__init__(text, grammar, fault, has_key)
        self._now = now_milliseconds() if now is None else now
        self._listed = 0
        self._patterns = 0

    def value(self, known: KnownField) -> Value:
        """Read a single value.

        Args:
            known: The field it is compared with.

        Returns:
            A number or a text, as the field's rule says.

        Raises:
            InvalidParameter: There is no value here, or one of another kind.
        """
        return self.number(known) if known.rule.kind.numeric else self._checked_text(known)

    def number(self, known: KnownField) -> int | float:
        """Read a single number or time.

        Args:
            known: The field it is compared with, whose kind is numeric.

        Returns:
            A float for a metric; for an attribute an int, or a float where its kind takes one.

        Raises:
            InvalidParameter: There is no number here, or one of another kind.
        """
        match known.rule.kind:
            case ValueKind.TIME | ValueKind.WHOLE_TIME:
                return self._time(known)
            case ValueKind.WHOLE_NUMBER:
                return self._whole_number(known)
            case _:
                return float(self._number_text(known))

    def at_number(self) -> bool:
        """Tell whether a number begins here, or a list that begins with one.

        Returns:
            Whether it does.
        """
        return _NUMBER_AHEAD.match(self.text, self.current.position) is not None

    def regular_expression(self, known: KnownField) -> str:
        """Read a regular expression.

        Args:
            known: The field it is held against.

        Returns:
            The expression, which is valid.

        Raises:
            InvalidParameter: There is no text here, or no regular expression in it, or one beyond the limits.
        """
        position = self.current.position
        pattern = self._checked_text(known)
        self._patterns += 1
        if self._patterns > MAXIMUM_REGULAR_EXPRESSIONS:
            phrase = "Invalid clause(s) in filter string: too many regular expressions"
            raise self.error("too_many_regular_expressions", phrase, position, f"at most {MAXIMUM_REGULAR_EXPRESSIONS}")
        if len(pattern) > MAXIMUM_PATTERN_LENGTH:
            phrase = f"The regular expression has {len(pattern)} characters"
            expected = f"at most {MAXIMUM_PATTERN_LENGTH} characters"
            raise self.error("regular_expression_too_long", phrase, position, expected)
        try:
            check_pattern(pattern)
        except InvalidPattern as error:
            phrase = f"Invalid regular expression '{shown(pattern)}': {error}"
            expected = "an expression in RE2's syntax, which has no back references and no looking ahead or behind"
            raise self.error("invalid_regular_expression", phrase, position, expected) from error
        return pattern

    def list_of_values(self, known: KnownField) -> tuple[str, ...] | tuple[int | float, ...]:
        """Read a list of values in brackets, the brackets doubled or not.

        Args:
            known: The field that is compared with them.

        Returns:
            The values in order.

        Raises:
            InvalidParameter: There is no list here, it is empty or not closed, or an item is of another kind.
        """
        return self._list(known, self.number) if known.rule.kind.numeric else self._list(known, self._listed_text)

    def _list(self, known: KnownField, read: Callable[[KnownField], Item]) -> tuple[Item, ...]:
        example = (
            "numbers in brackets, such as (1, 2)"
            if known.rule.kind.numeric
            else "quoted values in brackets, such as ('a', 'b')"
        )
        depth = 0
        while self.at(TokenKind.OPEN) and depth < 2:
            self.advance()
            depth += 1
        if depth == 0:
            raise self.unexpected(self.current, f"a list of {example}")
        items: list[Item] = []
        while not self.at(TokenKind.CLOSE):
            self._count_item()
            items.append(read(known))
            if not self.at(TokenKind.COMMA):
                break
            self.advance()
        if not items and not self.grammar.lenient_values:
            phrase = "While parsing a list in the query, expected a non-empty list of string values, but got empty list"
            expected = "a number" if known.rule.kind.numeric else "a quoted value"
            raise self.error("empty_list", phrase, self.current.position, expected)
        for _ in range(depth):
            if not self.at(TokenKind.CLOSE):
                raise self.unexpected(self.current, ", or )" if items else ")")
            self.advance()
        return tuple(items)

    def _count_item(self) -> None:
        self._listed += 1
        if self._listed > MAXIMUM_LIST_ITEMS:
            phrase = "While parsing a list in the query: too many values"
            raise self.error(
                "too_many_list_items", phrase, self.current.position, f"at most {MAXIMUM_LIST_ITEMS} values"
            )

    def _listed_text(self, known: KnownField) -> str:
        if self.current.kind not in _TEXTS and not self._at_lenient_text():
            phrase = (
                "While parsing a list in the query, expected string value, punctuation, or whitespace, "
                f"but got different type in list: {shown(self.current.text)}"
            )
            raise self._value_error("text_expected", phrase, "a quoted value")
        escaped = self.current.kind in _TEXTS
        text = self._checked_text(known)
        return _ESCAPED.sub(r"\1", text) if escaped else text

    def _checked_text(self, known: KnownField) -> str:
        position = self.current.position
        text = self._text(known)
        if known.rule.kind is not ValueKind.EXPERIMENT_ID:
            return text
        number = _int64(text.strip())
        if number is None:
            phrase = f"Invalid experiment ID '{shown(text)}'. Experiment ID must be a valid integer."
            raise self.error("invalid_experiment_id", phrase, position, "a whole number in quotes")
        return str(number)

    def _text(self, known: KnownField) -> str:
        token = self.current
        if token.kind in _TEXTS:
            return self.advance().value
        if self._at_lenient_text():
            return self._unquoted()
        if token.kind in {TokenKind.WORD, TokenKind.BACKTICKED}:
            phrase = (
                "Parameter value is either not quoted or unidentified quote types used for string value "
                f"{shown(token.text)}. Use either single or double quotes."
            )
        elif known.field.entity is Entity.ATTRIBUTE:
            phrase = f"Expected a quoted string value for attributes. Got value {shown(token.text)}"
        elif known.field.entity is Entity.DATASET:
            phrase = f"Expected a quoted string value for dataset attributes. Got value {shown(token.text)}"
        else:
            phrase = (
                f"Expected a quoted string value for {known.field.entity} (e.g. 'my-value'). "
                f"Got value {shown(token.text)}"
            )
        raise self._value_error("text_expected", phrase, "a quoted value")

    def _at_lenient_text(self) -> bool:
        return self.grammar.lenient_values and self.current.kind in _LENIENT_TEXTS and not is_reserved(self.current)

    def _unquoted(self) -> str:
        start = last = self.advance()
        while self.at(TokenKind.DOT):
            dot = self.advance()
            if not self.at(TokenKind.WORD) or self.current.position != dot.end:
                raise self.unexpected(self.current, "a value in quotes")
            last = self.advance()
        return self.text[start.position : last.end]

    def _number_text(self, known: KnownField) -> str:
        token = self.current
        infinite = token.kind is TokenKind.WORD and token.text.lower() in _INFINITY
        if token.kind is TokenKind.NUMBER or infinite:
            return self.advance().text
        noun = "metric" if known.field.entity is Entity.METRIC else f"numeric attribute: {known.written}"
        phrase = f"Expected numeric value type for {noun}. Found {shown(token.text)}"
        raise self._value_error("number_expected", phrase, _NUMBER_HINTS[known.rule.kind])

    def _time(self, known: KnownField) -> int | float:
        token = self.current
        if token.kind in _TEXTS and looks_like_a_date(token.value):
            try:
                moment = read_date(token.value)
            except ValueError as error:
                phrase = f"Invalid time '{shown(token.value)}' for attribute '{known.written}': {error}"
                raise self.error("invalid_time", phrase, token.position, _A_TIME) from error
            self.advance()
            return moment
        if bare := _BARE_DATE.match(self.text, token.position):
            phrase = f"Invalid time {shown(bare[0])} for attribute '{known.written}': a date stands in quotes"
            raise self.error("invalid_time", phrase, token.position, f"'{shown(bare[0])}'")
        relative = read_relative(self.text, token.position)
        if relative is None:
            return self._attribute_number(known)
        while not self.at(TokenKind.END) and self.current.position < relative.end:
            self.advance()
        if self.current.text[:1] in {"+", "-"}:
            raise self.unexpected(self.current, "a distance such as - 7d, its unit one of s, m, h, d and w")
        moment = self._now + relative.milliseconds
        if not _SMALLEST_INTEGER <= moment <= _LARGEST_INTEGER:
            phrase = f"Invalid value for numeric attribute '{known.written}': it is out of range"
            raise self.error("number_out_of_range", phrase, token.position, "a number that fits 64 bits")
        return moment

    def _attribute_number(self, known: KnownField) -> int | float:
        token = self.current
        written = self._number_text(known)
        whole = _INTEGER.fullmatch(written) is not None
        if not whole and known.rule.kind is ValueKind.WHOLE_TIME:
            phrase = f"Invalid value for numeric attribute '{known.written}': '{shown(written)}'"
            raise self.error("integer_expected", phrase, token.position, "a whole number")
        number = _int64(written) if whole else float(written)
        if number is None or math.isinf(number):
            phrase = f"Invalid value for numeric attribute '{known.written}': '{shown(written)}' is out of range"
            raise self.error("number_out_of_range", phrase, token.position, "a number that fits 64 bits")
        return number

    def _whole_number(self, known: KnownField) -> int:
        token = self.current
        written = self.advance().value if token.kind in _TEXTS else self._number_text(known)
        number = _int64(written.strip())
        if number is None:
            phrase = f"Invalid value for numeric attribute '{known.written}': '{shown(written)}'"
            raise self.error("integer_expected", phrase, token.position, "a whole number that fits 64 bits")
        return number

    def _value_error(self, what: str, phrase: str, expected: str) -> InvalidParameter:
        """Build the error for a token that is no value of the right kind, or no value at all."""
        token = self.current
        if token.kind in {TokenKind.END, TokenKind.UNCLOSED}:
            return self.unexpected(token, expected)
        return self.error(what, phrase, token.position, expected)


def _int64(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > len(str(_LARGEST_INTEGER)):
        return None
    number = -int(digits) if text.startswith("-") else int(digits)
    return number if _SMALLEST_INTEGER <= number <= _LARGEST_INTEGER else None
