"""What the parsers of filters and of orderings have in common: walking the tokens, reading a field, refusing."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from trialog.errors import InvalidParameter
from trialog.search.grammar import EntityRule, Grammar, KeyRule
from trialog.search.suggestions import (
    close_names,
    did_you_mean,
    entities_that_fit,
    entities_with_keys,
    field_as_written,
    near_keys,
)
from trialog.search.tokens import Token, TokenKind, tokenize
from trialog.search.tree import Entity, Field, Operator, Summary

KeyLookup: TypeAlias = Callable[[Entity, str], bool]
"""Tells whether a record that is searched has a metric, param or tag of a name."""

MAXIMUM_LENGTH = 250_000
"""Characters of a filter or an order_by item; room for some 7,000 run ids."""

_SHOWN = 80
_SUMMARIES = {summary.value: summary for summary in Summary}
_NAMES = frozenset({TokenKind.WORD, TokenKind.BACKTICKED, TokenKind.DOUBLE_QUOTED})
_QUOTED_KEYS = frozenset({TokenKind.BACKTICKED, TokenKind.SINGLE_QUOTED, TokenKind.DOUBLE_QUOTED})
_WORDS_FOR_SYMBOLS = {"&": "AND", "|": "OR", "!": "NOT"}
_RESERVED = frozenset({"AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "ILIKE", "RLIKE"})


class FieldName(msgspec.Struct, frozen=True):
    """A field as written.

    Args:
        first: The token it begins with.
        entity: What stands before the dot, or None if there is no dot.
        key: What stands behind the dot, or the whole.
        key_position: Index of the key's first character.
        end: Index of the first character behind the field.
        literal: Whether the key is quoted, and so cannot mean more than itself.
    """

    first: Token
    entity: str | None
    key: str
    key_position: int
    end: int
    literal: bool = False


class KnownField(msgspec.Struct, frozen=True):
    """A field that the grammar has, with its rules.

    Args:
        field: The field, its key canonical.
        rule: What may be done with the key.
        entity_rule: The entity's other keys.
        written: The key as written.
    """

    field: Field
    rule: KeyRule
    entity_rule: EntityRule
    written: str


def shown(text: str) -> str:
    """Shorten a text for a message.

    Args:
        text: Anything the caller sent.

    Returns:
        The text, or its beginning and three dots; lone surrogates escaped, so that any answer can carry it.
    """
    beginning = text[:_SHOWN].encode(errors="backslashreplace").decode()
    return beginning if len(text) <= _SHOWN else f"{beginning}..."


def is_reserved(token: Token) -> bool:
    """Tell whether a token is a word of the language itself.

    Args:
        token: Any token.

    Returns:
        Whether it is such a word, in any case, without quotes.
    """
    return token.kind is TokenKind.WORD and token.text.upper() in _RESERVED


class TokenReader:
    """Walks the tokens of one text.

    Args:
        text: A filter, or one order_by item.
        grammar: What may be named in it.
        fault: What a message about a fault of syntax begins with.
        has_key: Which keys there are; None where nobody can tell, and each name is taken as it stands.
        **values: What every error carries besides its position.
    """

    def __init__(
        self, text: str, grammar: Grammar, fault: str, has_key: KeyLookup | None = None, **values: int
    ) -> None:
        self.text = text
        self.grammar = grammar
        self._has_key = has_key
        self._fault = fault
        self._values = values
        self._check_characters()
        self._tokens = tokenize(text)
        self.current = next(self._tokens)

    def advance(self) -> Token:
        """Step over the current token.

        Returns:
            The token stepped over.
        """
        token = self.current
        self.current = next(self._tokens, token)
        return token

    def at(self, *kinds: TokenKind) -> bool:
        """Tell whether the current token is of one of some kinds.

        Args:
            *kinds: The kinds.

        Returns:
            Whether it is.
        """
        return self.current.kind in kinds

    def at_word(self, *words: str) -> bool:
        """Tell whether the current token is one of some keywords, in any case.

        Args:
            *words: The keywords in capitals.

        Returns:
            Whether it is.
        """
        return self.at(TokenKind.WORD) and self.current.text.upper() in words

    def field_name(self, expected: str) -> FieldName:
        """Read `key`, `entity.key` or either of them quoted.

        Args:
            expected: What to name in the error if there is no field here.

        Returns:
            The parts, not looked up yet.

        Raises:
            InvalidParameter: There is no field here, or its key is missing or quoted in part.
        """
        first = self.current
        if first.kind not in _NAMES:
            raise self.unexpected(first, expected)
        self.advance()
        if self.at(TokenKind.DOT):
            return self._key_behind(self.advance(), first)
        if is_reserved(first):
            raise self.unexpected(first, expected)
        if first.kind is not TokenKind.WORD and "." in first.value:
            # The whole field is quoted; no attribute's name has a dot.
            entity, _, key = first.value.partition(".")
            return FieldName(first, entity, key, first.position + len(entity) + 2, first.end, literal=True)
        return FieldName(first, None, first.value, first.position, first.end)

    def _key_behind(self, dot: Token, first: Token) -> FieldName:
        start = self.current
        if start.position == dot.end and start.kind in _QUOTED_KEYS:
            self.advance()
            if self.at(TokenKind.DOT):
                raise self.unexpected(self.current, "no dot here: a key is quoted as a whole, as in tags.`a b.c`")
            return FieldName(first, first.value, start.value, start.position, start.end, literal=True)
        end = self._word_behind(dot).end
        while self.at(TokenKind.DOT):
            end = self._word_behind(self.advance()).end
        return FieldName(first, first.value, self.text[dot.end : end], dot.end, end)

    def _word_behind(self, dot: Token) -> Token:
        token = self.current
        if token.position != dot.end or token.kind is not TokenKind.WORD:
            raise self.unexpected(token, "a key that touches the dot, or one quoted as a whole, as in tags.`a b.c`")
        return self.advance()

    def known_field(self, name: FieldName, *, ordering: bool = False) -> KnownField:
        """Look a field up in the grammar.

        Args:
            name: The field as written.
            ordering: Whether it is named to order by, rather than to compare.

        Returns:
            The field with its key's canonical name, and its rules.

        Raises:
            InvalidParameter: The grammar has no such entity, or the entity no such key.
        """
        entity_rule = self.grammar.attributes if name.entity is None else self.grammar.find(name.entity)
        if entity_rule is None:
            raise self._invalid_entity(name)
        found = entity_rule.find(name.key)
        if found is None or not (found[1].operators or ordering):
            raise self._invalid_key(name, entity_rule, ordering=ordering)
        key, rule = found
        field = Field(entity_rule.entity, key)
        if entity_rule.summaries and not name.literal:
            field = self._summary(field) or field
        return KnownField(field, rule, entity_rule, name.key)

    def _summary(self, field: Field) -> Field | None:
        """Read `loss.min` as a summary, unless a metric has that very name: MLflow's meaning comes first."""
        key, _, suffix = field.key.rpartition(".")
        if not key or suffix not in _SUMMARIES or self._has_key is None or self._has_key(field.entity, field.key):
            return None
        return Field(field.entity, key, _SUMMARIES[suffix])

    def is_bare(self, name: FieldName) -> bool:
        """Tell whether a field names no entity and no attribute.

        Args:
            name: The field as written.

        Returns:
            Whether it does neither.
        """
        if name.entity is not None:
            return self.grammar.find(name.entity) is None
        return self.grammar.attributes.find(name.key) is None

    def bare_field(self, name: FieldName, operator: Operator | None, *, number: bool | None = None) -> KnownField:
        """Look a field up that names no entity: it must mean one thing among those that are there.

        Where it is there, but nothing of what is there fits what it is compared by, it is taken nevertheless: what is
        then said of the comparison helps more than that there is no such name.

        Args:
            name: The field as written.
            operator: What it is compared by; None where it is ordered by.
            number: Whether it is compared with a number; None if that is not known.

        Returns:
            The one field that fits.

        Raises:
            InvalidParameter: None is there, or several fit.
        """
        fitting = entities_that_fit(self.grammar, operator, number=number)
        if self._has_key is None:
            raise self._invalid_bare(
                name, [shown(field_as_written(rule, name.key)) for rule in fitting], ordering=not operator
            )
        there = self._those_there(name, fitting) or self._those_there(name, entities_with_keys(self.grammar))
        if len(there) != 1:
            candidates = [shown(field_as_written(known.entity_rule, known.written)) for known in there]
            raise self._invalid_bare(name, candidates, ordering=not operator)
        return there[0]

    def _those_there(self, name: FieldName, rules: Sequence[EntityRule]) -> list[KnownField]:
        """List what a name without an entity means among what is there."""
        key = name.key if name.entity is None else f"{name.entity}.{name.key}"
        return [
            KnownField(field, rule.any_key, rule, key)
            for rule in rules
            if rule.any_key is not None and (field := self._field_there(rule, key, literal=name.literal))
        ]

    def _field_there(self, rule: EntityRule, key: str, *, literal: bool) -> Field | None:
        if self._has_key is None:
            return None
        if self._has_key(rule.entity, key):
            return Field(rule.entity, key)
        summary = self._summary(Field(rule.entity, key)) if rule.summaries and not literal else None
        return summary if summary is not None and self._has_key(rule.entity, summary.key) else None

    def _invalid_bare(self, name: FieldName, candidates: list[str], *, ordering: bool) -> InvalidParameter:
        """Build the error for a name without an entity that means nothing, or several things."""
        if name.entity is not None:
            return self._invalid_entity(name, candidates if self._has_key is not None else [])
        nowhere = ""
        if self._has_key is not None and not candidates:
            *others, last = (rule.names[-1] for rule in entities_with_keys(self.grammar))
            among = f"its {', '.join(others)} and {last}" if others else f"its {last}"
            nowhere = f" None of the {self.grammar.noun} searched here has this name among {among}."
        return self._invalid_key(name, self.grammar.attributes, candidates, nowhere, ordering=ordering)

    def _invalid_entity(self, name: FieldName, candidates: list[str] | None = None) -> InvalidParameter:
        entity = name.entity or ""
        valid = [rule.names[0] for rule in self.grammar.entities]
        if not candidates:
            close = close_names(entity, [spelling for rule in self.grammar.entities for spelling in rule.names])
            rules = [rule for rule in self.grammar.entities if not set(close).isdisjoint(rule.names)]
            candidates = [shown(field_as_written(rule, name.key)) for rule in rules]
        return self.error(
            "invalid_entity",
            f"Invalid entity type '{shown(entity)}'.{did_you_mean(candidates)}",
            name.first.position,
            f"one of {', '.join(valid)}",
        )

    def _invalid_key(
        self, name: FieldName, entity_rule: EntityRule, others: Sequence[str] = (), note: str = "", *, ordering: bool
    ) -> InvalidParameter:
        noun = "dataset" if entity_rule.entity is Entity.DATASET else "attribute"
        valid = [key for key, rule in sorted(entity_rule.keys.items()) if ordering or rule.operators]
        question = did_you_mean([*near_keys(name.key, entity_rule, ordering=ordering), *others])
        return self.error(
            "invalid_key",
            f"Invalid {noun} key '{shown(name.key)}' specified.{note}{question}",
            name.key_position,
            f"one of {', '.join(valid)}",
        )

    def error(self, what: str, phrase: str, position: int, expected: str) -> InvalidParameter:
        """Build the error for a fault.

        Args:
            what: The error's stable code, without `search.`.
            phrase: What is wrong.
            position: Index of the character at which it is wrong.
            expected: What would have been right there.

        Returns:
            The error to raise.
        """
        return InvalidParameter(
            f"search.{what}",
            f"{phrase} (at character {position}: expected {expected})",
            position=position,
            expected=expected,
            **self._values,
        )

    def unexpected(self, token: Token, expected: str) -> InvalidParameter:
        """Build the error for a token that does not belong where it stands.

        Args:
            token: The token.
            expected: What would belong there.

        Returns:
            The error to raise.
        """
        fault = f"{self._fault}: '{shown(token.text)}'"
        if token.kind is TokenKind.END:
            return self.error("unexpected_end", f"{self._fault}: it ends too early", token.position, expected)
        if token.kind is TokenKind.UNCLOSED:
            closing = f"a closing {token.text[0]} for the quote opened here"
            return self.error("unclosed_quote", fault, token.position, closing)
        if token.text == ";" and self.text[token.end :].strip():
            fault = f"Search filter contained multiple expression {shown(self.text)!r}. Provide AND-ed expression list"
        word = _WORDS_FOR_SYMBOLS.get(token.text)
        if word is not None and (word == "NOT" or word in expected):
            fault += f".{did_you_mean([word])}"
        if token.kind is TokenKind.UNKNOWN:
            return self.error("unexpected_character", fault, token.position, expected)
        return self.error("unexpected_token", fault, token.position, expected)

    def _check_characters(self) -> None:
        if len(self.text) > MAXIMUM_LENGTH:
            fault = f"{self._fault}: it has {len(self.text)} characters"
            raise self.error("too_long", fault, MAXIMUM_LENGTH, f"at most {MAXIMUM_LENGTH} characters")
        position = self.text.find("\0")
        if position < 0:
            try:
                self.text.encode()
            except UnicodeEncodeError as error:
                position = error.start
        if position >= 0:
            fault = f"{self._fault}: {self.text[position]!a} is not a character of text"
            raise self.error("invalid_character", fault, position, "text without NUL and lone surrogates")
