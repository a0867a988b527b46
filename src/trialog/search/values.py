"""The right side of a comparison."""

import math
import re

from trialog.errors import InvalidParameter
from trialog.search.grammar import Grammar, ValueKind
from trialog.search.reader import KnownField, TokenReader, is_reserved, shown
from trialog.search.tokens import TokenKind
from trialog.search.tree import Entity, Value

MAXIMUM_LIST_ITEMS = 10_000
"""Items of all lists of a filter; databases bind a limited number of values."""

_LARGEST_INTEGER = 2**63 - 1
_SMALLEST_INTEGER = -(2**63)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_INFINITY = frozenset({"inf", "infinity"})
_A_NUMBER = "a number such as 0.5"
_A_TIME = "a time in milliseconds since 1970 such as 1700000000000"
_TEXTS = frozenset({TokenKind.SINGLE_QUOTED, TokenKind.DOUBLE_QUOTED})
_LENIENT_TEXTS = frozenset({TokenKind.WORD, TokenKind.NUMBER})
_ESCAPED = re.compile(r"\\([\\'\"])")


class ValueReader(TokenReader):
    """Reads values of the kind that a key is compared with.

    Args:
        text: A filter.
        grammar: What may be named in it.
        fault: What a message about a fault of syntax begins with.
    """

    def __init__(self, text: str, grammar: Grammar, fault: str) -> None:
        super().__init__(text, grammar, fault)
        self._listed = 0

    def value(self, known: KnownField) -> Value:
        """Read a single value.

        Args:
            known: The field it is compared with.

        Returns:
            A number or a text, as the field's rule says.

        Raises:
            InvalidParameter: There is no value here, or one of another kind.
        """
        match known.rule.kind:
            case ValueKind.TEXT | ValueKind.EXPERIMENT_ID:
                return self._checked_text(known)
            case ValueKind.FLOAT:
                return float(self._number_text(known))
            case ValueKind.TIME | ValueKind.WHOLE_TIME:
                return self._attribute_number(known)

    def list_of_text(self, known: KnownField) -> tuple[str, ...]:
        """Read a list of texts in brackets, the brackets doubled or not.

        Args:
            known: The field that is compared with them.

        Returns:
            The texts in order.

        Raises:
            InvalidParameter: There is no list here, it is empty or not closed, or an item is no text.
        """
        depth = 0
        while self.at(TokenKind.OPEN) and depth < 2:
            self.advance()
            depth += 1
        if depth == 0:
            raise self.unexpected(self.current, "a list of quoted values in brackets, such as ('a', 'b')")
        items: list[str] = []
        while not self.at(TokenKind.CLOSE):
            items.append(self._item(known))
            if not self.at(TokenKind.COMMA):
                break
            self.advance()
        if not items and not self.grammar.lenient_values:
            phrase = "While parsing a list in the query, expected a non-empty list of string values, but got empty list"
            raise self.error("empty_list", phrase, self.current.position, "a quoted value")
        for _ in range(depth):
            if not self.at(TokenKind.CLOSE):
                raise self.unexpected(self.current, ", or )" if items else ")")
            self.advance()
        return tuple(items)

    def _item(self, known: KnownField) -> str:
        self._listed += 1
        if self._listed > MAXIMUM_LIST_ITEMS:
            phrase = "While parsing a list in the query: too many values"
            raise self.error(
                "too_many_list_items", phrase, self.current.position, f"at most {MAXIMUM_LIST_ITEMS} values"
            )
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
        raise self._value_error("number_expected", phrase, _A_NUMBER if known.rule.kind is ValueKind.FLOAT else _A_TIME)

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
