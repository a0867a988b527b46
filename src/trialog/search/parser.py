"""Tokens to a tree: filters and orderings.

A filter is a row of clauses. `AND` stands between them, and as in MLflow a superfluous or a missing one is forgiven:

    filter     = { "AND" | comparison }
    comparison = field operator value | field "IS" [ "NOT" ] "NULL"
    field      = key | entity "." key
    value      = number | text | "(" text { "," text } [ "," ] ")"

An ordering is `field [ "ASC" | "DESC" ]`.
"""

from collections.abc import Sequence

from trialog.search.grammar import Grammar
from trialog.search.reader import FieldName, KnownField, TokenReader, shown
from trialog.search.tokens import TokenKind
from trialog.search.tree import And, Comparison, Field, Filter, Operator, OrderBy
from trialog.search.values import ValueReader

MAXIMUM_COMPARISONS = 500
"""Clauses of a filter; databases refuse expressions much deeper than that."""

MAXIMUM_ORDER_FIELDS = 50
"""Fields to order by; SQLite joins at most 64 tables."""

_A_FIELD = "a field such as metrics.loss"
_AND_OR_END = "AND or the end of the filter"
_AN_OPERATOR = "a comparison operator"
_OPERATOR_WORDS = ("LIKE", "ILIKE", "RLIKE", "IN", "NOT", "IS")
_LISTS = (Operator.IN, Operator.NOT_IN)
_PRESENCE = (Operator.IS_NULL, Operator.IS_NOT_NULL)


def parse_filter(text: str | None, grammar: Grammar) -> Filter | None:
    """Read a filter.

    Args:
        text: The filter as the caller wrote it.
        grammar: What is searched.

    Returns:
        The tree, or None if there is nothing to filter by.

    Raises:
        InvalidParameter: The filter is wrong; `position` is the index of the character at which it is.
    """
    if text is None or not text.strip():
        return None
    return _FilterReader(text, grammar).filter()


def parse_order_by(items: Sequence[str], grammar: Grammar) -> tuple[OrderBy, ...]:
    """Read what results are ordered by.

    Args:
        items: The fields as the caller wrote them, each with `ASC`, `DESC` or neither behind it.
        grammar: What is searched.

    Returns:
        The fields, the weightiest first.

    Raises:
        InvalidParameter: An item is wrong, or names a field again; `item` is its index, `position` the index of the
            character in it.
    """
    found: dict[Field, OrderBy] = {}
    for index, text in enumerate(items):
        reader = _OrderReader(text, grammar, item=index)
        order = reader.order()
        if index >= MAXIMUM_ORDER_FIELDS:
            phrase = f"`order_by` contains {len(items)} fields"
            raise reader.error("too_many_order_fields", phrase, 0, f"at most {MAXIMUM_ORDER_FIELDS} fields")
        if order.field in found and grammar.refuses_repeated_order:
            phrase = f"`order_by` contains duplicate fields: {shown(str(list(items)))}"
            raise reader.error("duplicate_order_field", phrase, 0, "a field that does not stand before")
        found.setdefault(order.field, order)
    return tuple(found.values())


def parse_order_field(field_name: str, grammar: Grammar) -> Field:
    """Read a field to order by that comes apart from its direction, as logged models have it.

    Behind the dot everything belongs to the key, whatever characters it has; quotes around the whole key do not.

    Args:
        field_name: An attribute, or an entity, a dot and a key.
        grammar: What is searched.

    Returns:
        The field.

    Raises:
        InvalidParameter: There is no such field, or results cannot be ordered by it.
    """
    reader = _OrderReader(field_name, grammar)
    entity, dot, key = field_name.partition(".")
    if not dot:
        entity, key = "", field_name.strip()
    quoted = len(key) > 1 and key[0] == key[-1] and key[0] in "`'\""
    name = FieldName(
        first=reader.current,
        entity=entity if dot else None,
        key=key[1:-1] if quoted else key,
        key_position=len(entity) + len(dot),
        end=len(field_name),
    )
    return reader.orderable(name)


class _OrderReader(TokenReader):
    def __init__(self, text: str, grammar: Grammar, **values: int) -> None:
        super().__init__(text, grammar, f"Invalid order_by clause '{shown(text)}'. Could not be parsed", **values)

    def order(self) -> OrderBy:
        field = self.orderable(self.field_name(_A_FIELD))
        ascending = not self.at_word("DESC")
        if self.at_word("ASC", "DESC"):
            self.advance()
        elif self.at(TokenKind.WORD):
            phrase = f"Invalid ordering key in order_by clause '{shown(self.text)}'"
            raise self.error("invalid_direction", phrase, self.current.position, "ASC, DESC or the end of the clause")
        if not self.at(TokenKind.END):
            raise self.unexpected(self.current, "the end of the clause")
        return OrderBy(field, ascending)

    def orderable(self, name: FieldName) -> Field:
        known = self.known_field(name, ordering=True)
        if not known.rule.orderable:
            phrase = f"Invalid order by field name: '{shown(self.text)}'. Invalid order_by entity: {known.field.entity}"
            expected = f"a field that {self.grammar.noun} can be ordered by"
            raise self.error("not_orderable", phrase, name.first.position, expected)
        return known.field


class _FilterReader(ValueReader):
    def __init__(self, text: str, grammar: Grammar) -> None:
        super().__init__(text, grammar, "Invalid clause(s) in filter string")

    def filter(self) -> Filter | None:
        clauses: list[Filter] = []
        joined = True
        while not self.at(TokenKind.END):
            if self.at_word("AND"):
                self.advance()
                joined = True
                continue
            clauses.append(self._comparison(joined=joined))
            joined = False
            if len(clauses) > MAXIMUM_COMPARISONS:
                phrase = "Invalid clause(s) in filter string: there are too many"
                raise self.error(
                    "too_many_comparisons", phrase, self.current.position, f"at most {MAXIMUM_COMPARISONS}"
                )
        if len(clauses) < 2:
            return clauses[0] if clauses else None
        return And(tuple(clauses))

    def _comparison(self, *, joined: bool) -> Comparison:
        expected = _A_FIELD if joined else _AND_OR_END
        name = self.field_name(expected)
        if not self.at(TokenKind.OPERATOR) and not self.at_word(*_OPERATOR_WORDS):
            if not joined:
                raise self.unexpected(name.first, expected)
            raise self.unexpected(self.current, self._operator_hint(name))
        known = self.known_field(name)
        operator = self._operator(known)
        if operator in _PRESENCE:
            return Comparison(known.field, operator, None, name.first.position)
        value = self.list_of_text(known) if operator in _LISTS else self.value(known)
        return Comparison(known.field, operator, value, name.first.position)

    def _operator_hint(self, name: FieldName) -> str:
        if self.current.position == name.end and not self.at(TokenKind.END):
            return f"{_AN_OPERATOR}; a key with other characters than letters, digits, _ and . stands in back-ticks"
        return _AN_OPERATOR

    def _operator(self, known: KnownField) -> Operator:
        start = self.current.position
        written = self._operator_text()
        if written in known.rule.operators:
            return Operator(written)
        allowed = ", ".join(known.rule.operators)
        if written in _PRESENCE and (entities := self.grammar.entities_with(Operator.IS_NULL)):
            phrase = (
                f"IS NULL / IS NOT NULL is only supported for {' and '.join(entities)}, "
                f"not for '{known.field.entity}' '{shown(known.written)}'"
            )
        elif written in _LISTS and (keys := known.entity_rule.keys_with(Operator.IN)):
            phrase = f"Only {keys} {known.field.entity}s support comparison with a list of quoted string values"
        else:
            phrase = f"Invalid comparator '{shown(written)}' not one of '{allowed}'"
        raise self.error("invalid_operator", phrase, start, f"one of {allowed}")

    def _operator_text(self) -> str:
        first = self.advance()
        word = first.text.upper()
        if word == "NOT":
            if not self.at_word("IN", "LIKE", "ILIKE"):
                raise self.unexpected(self.current, "IN")
            return f"NOT {self.advance().text.upper()}"
        if word == "IS":
            negated = self.at_word("NOT")
            if negated:
                self.advance()
            if not self.at_word("NULL"):
                raise self.unexpected(self.current, "NULL" if negated else "NULL or NOT NULL")
            self.advance()
            return "IS NOT NULL" if negated else "IS NULL"
        return word
