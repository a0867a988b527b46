"""Tokens to a tree: filters and orderings.

`AND` binds tighter than `OR`, `NOT` tighter than both. As in MLflow a superfluous `AND` is forgiven, and a missing one
between two comparisons:

    filter     = { "AND" } [ either ]
    either     = all { "OR" all }
    all        = clause { "AND" clause | comparison } [ "AND" ]       the last "AND" only where the filter ends
    clause     = "NOT" clause | "(" either ")" | comparison
    comparison = field operator value | field "IS" [ "NOT" ] "NULL"
               | field [ "NOT" ] "IN" list | field [ "NOT" ] "BETWEEN" value "AND" value
    field      = key | entity "." key
    value      = number | text | now
    list       = "(" value { "," value } [ "," ] ")"
    now        = "now" "(" ")" { ( "+" | "-" ) count ( "s" | "m" | "h" | "d" | "w" ) }

An ordering is `field [ "ASC" | "DESC" ]`.
"""

from collections.abc import Sequence

from trialog.search.grammar import Grammar
from trialog.search.reader import FieldName, KeyLookup, KnownField, TokenReader, shown
from trialog.search.suggestions import did_you_mean, field_as_written
from trialog.search.tokens import TokenKind
from trialog.search.tree import And, Comparison, Entity, Field, Filter, Not, Operator, Or, OrderBy, Value
from trialog.search.values import ValueReader

MAXIMUM_COMPARISONS = 500
"""Clauses of a filter; databases refuse expressions much deeper than that."""

MAXIMUM_DEPTH = 40
"""Brackets and `NOT`s inside each other; each costs a few calls inside each other, here and where SQL is made."""

MAXIMUM_ORDER_FIELDS = 50
"""Fields to order by; SQLite joins at most 64 tables."""

_A_FIELD = "a field such as metrics.loss"
_AN_OPERATOR = "a comparison operator"
_AFTER_A_CLAUSE = "AND, OR or the end of the filter"
_AFTER_A_CLAUSE_IN_BRACKETS = "AND, OR or )"
_OPERATOR_WORDS = ("LIKE", "ILIKE", "RLIKE", "IN", "NOT", "IS", "BETWEEN")
_NEGATED_WORDS = ("IN", "LIKE", "ILIKE", "RLIKE", "BETWEEN")
_SYMBOLS = {"=~": Operator.RLIKE.value, "!~": Operator.NOT_RLIKE.value}
_LISTS = (Operator.IN, Operator.NOT_IN)
_RANGES = (Operator.BETWEEN, Operator.NOT_BETWEEN)
_REGULAR_EXPRESSIONS = (Operator.RLIKE, Operator.NOT_RLIKE)
_PRESENCE = (Operator.IS_NULL, Operator.IS_NOT_NULL)
_NUMBER_OPERATORS = frozenset({"<", "<=", ">", ">=", "BETWEEN", "NOT BETWEEN"})
_OPERATORS_MEANT = {
    "==": "=",
    "===": "=",
    "<>": "!=",
    "!": "!=",
    "!==": "!=",
    "=!": "!=",
    "=<": "<=",
    "=>": ">=",
    "~": Operator.RLIKE.value,
    "~=": Operator.RLIKE.value,
}
_SPELLINGS = frozenset(operator.value for operator in Operator)


def parse_filter(
    text: str | None, grammar: Grammar, *, now: int | None = None, has_key: KeyLookup | None = None
) -> Filter | None:
    """Read a filter.

    Args:
        text: The filter as the caller wrote it.
        grammar: What is searched.
        now: What `now()` means, in milliseconds since 1970; None for the time of this call.
        has_key: Tells which metrics, params and tags there are, for names that mean different things depending on
            that; without it they are taken as they stand, and a name without an entity can only be an attribute.

    Returns:
        The tree, or None if there is nothing to filter by.

    Raises:
        InvalidParameter: The filter is wrong; `position` is the index of the character at which it is.
    """
    if text is None or not text.strip():
        return None
    return _FilterReader(text, grammar, now, has_key).filter()


def parse_order_by(items: Sequence[str], grammar: Grammar, *, has_key: KeyLookup | None = None) -> tuple[OrderBy, ...]:
    """Read what results are ordered by.

    Args:
        items: The fields as the caller wrote them, each with `ASC`, `DESC` or neither behind it.
        grammar: What is searched.
        has_key: As for `parse_filter`.

    Returns:
        The fields, the weightiest first.

    Raises:
        InvalidParameter: An item is wrong, or names a field again; `item` is its index, `position` the index of the
            character in it.
    """
    found: dict[Field, OrderBy] = {}
    for index, text in enumerate(items):
        reader = _OrderReader(text, grammar, has_key, item=index)
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
    def __init__(self, text: str, grammar: Grammar, has_key: KeyLookup | None = None, **values: int) -> None:
        fault = f"Invalid order_by clause '{shown(text)}'. Could not be parsed"
        super().__init__(text, grammar, fault, has_key, **values)

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
        known = self.bare_field(name, None) if self.is_bare(name) else self.known_field(name, ordering=True)
        if not known.rule.orderable:
            phrase = f"Invalid order by field name: '{shown(self.text)}'. Invalid order_by entity: {known.field.entity}"
            expected = f"a field that {self.grammar.noun} can be ordered by"
            raise self.error("not_orderable", phrase, name.first.position, expected)
        return known.field


class _FilterReader(ValueReader):
    def __init__(self, text: str, grammar: Grammar, now: int | None, has_key: KeyLookup | None) -> None:
        super().__init__(text, grammar, "Invalid clause(s) in filter string", now, has_key)
        self._comparisons = 0
        self._depth = 0
        self._brackets = 0

    def filter(self) -> Filter | None:
        while self.at_word("AND"):
            self.advance()
        if self.at(TokenKind.END):
            return None
        tree = self._either()
        if not self.at(TokenKind.END):
            raise self.unexpected(self.current, _AFTER_A_CLAUSE)
        return tree

    def _either(self) -> Filter:
        clauses = [self._all()]
        while self.at_word("OR"):
            self.advance()
            clauses.append(self._all())
        return clauses[0] if len(clauses) == 1 else Or(tuple(clauses))

    def _all(self) -> Filter:
        clauses = [self._clause()]
        while True:
            joined = self.at_word("AND")
            while self.at_word("AND"):
                self.advance()
            if self.at(TokenKind.END) or (not joined and (self.at(TokenKind.CLOSE) or self.at_word("OR"))):
                break
            clauses.append(self._clause() if joined else self._comparison(joined=False))
        return clauses[0] if len(clauses) == 1 else And(tuple(clauses))

    def _clause(self) -> Filter:
        if not self.at(TokenKind.OPEN) and not self.at_word("NOT"):
            return self._comparison(joined=True)
        if self._depth == MAXIMUM_DEPTH:
            phrase = "Invalid clause(s) in filter string: brackets and NOTs are nested too deeply"
            raise self.error("too_deep", phrase, self.current.position, f"at most {MAXIMUM_DEPTH} inside each other")
        self._depth += 1
        clause = Not(self._clause()) if self.advance().kind is TokenKind.WORD else self._in_brackets()
        self._depth -= 1
        return clause

    def _in_brackets(self) -> Filter:
        self._brackets += 1
        clause = self._either()
        if not self.at(TokenKind.CLOSE):
            raise self.unexpected(self.current, _AFTER_A_CLAUSE_IN_BRACKETS)
        self.advance()
        self._brackets -= 1
        return clause

    def _comparison(self, *, joined: bool) -> Comparison:
        expected = _A_FIELD if joined else _AFTER_A_CLAUSE_IN_BRACKETS if self._brackets else _AFTER_A_CLAUSE
        name = self.field_name(expected)
        if not self.at(TokenKind.OPERATOR) and not self.at_word(*_OPERATOR_WORDS):
            if not joined:
                raise self.unexpected(name.first, expected)
            raise self.unexpected(self.current, self._operator_hint(name))
        self._comparisons += 1
        if self._comparisons > MAXIMUM_COMPARISONS:
            phrase = "Invalid clause(s) in filter string: there are too many"
            raise self.error("too_many_comparisons", phrase, name.first.position, f"at most {MAXIMUM_COMPARISONS}")
        known = None if self.is_bare(name) else self.known_field(name)
        start = self.current.position
        written = self._operator_text()
        if known is None:
            operator = Operator(written) if written in _SPELLINGS else None
            known = self.bare_field(name, operator or Operator.EQUAL, number=self.at_number() if operator else None)
        operator = self._allowed(known, written, start)
        return Comparison(known.field, operator, self._right_side(known, operator), name.first.position)

    def _right_side(self, known: KnownField, operator: Operator) -> Value:
        if operator in _PRESENCE:
            return None
        if operator in _LISTS:
            return self.list_of_values(known)
        if operator in _RANGES:
            return self._range(known)
        if operator in _REGULAR_EXPRESSIONS:
            return self.regular_expression(known)
        return self.value(known)

    def _range(self, known: KnownField) -> Value:
        low = self.number(known)
        if not self.at_word("AND"):
            raise self.unexpected(self.current, "AND and the upper end of the range")
        self.advance()
        return low, self.number(known)

    def _operator_hint(self, name: FieldName) -> str:
        if self.current.position == name.end and not self.at(TokenKind.END):
            return f"{_AN_OPERATOR}; a key with other characters than letters, digits, _ and . stands in back-ticks"
        return _AN_OPERATOR

    def _allowed(self, known: KnownField, written: str, start: int) -> Operator:
        if written in known.rule.operators:
            return Operator(written)
        field = shown(field_as_written(known.entity_rule, known.written))
        if written in _PRESENCE and (entities := self.grammar.entities_with(Operator.IS_NULL)):
            phrase = (
                f"IS NULL / IS NOT NULL is only supported for {' and '.join(entities)}, "
                f"not for '{known.field.entity}' '{shown(known.written)}'"
            )
        else:
            phrase = f"Invalid comparator '{shown(written)}' for {field}.{self._operator_advice(known, written)}"
        raise self.error("invalid_operator", phrase, start, f"one of {', '.join(known.rule.operators)}")

    def _operator_advice(self, known: KnownField, written: str) -> str:
        """Say what was probably meant by an operator that is none, or none for a field."""
        meant = _OPERATORS_MEANT.get(written, written)
        if meant in known.rule.operators:
            return did_you_mean([meant])
        if known.rule.kind.numeric or meant not in _NUMBER_OPERATORS:
            return ""
        if known.field.entity not in {Entity.PARAM, Entity.TAG}:
            return " It is text, and has no order."
        noun = known.entity_rule.names[-1].capitalize()
        return f" {noun} are text: compare as in = 'x', or log the number as a metric."

    def _operator_text(self) -> str:
        first = self.advance()
        word = first.text.upper()
        if word == "NOT":
            if not self.at_word(*_NEGATED_WORDS):
                raise self.unexpected(self.current, ", ".join(_NEGATED_WORDS))
            return f"NOT {self.advance().text.upper()}"
        if word == "IS":
            negated = self.at_word("NOT")
            if negated:
                self.advance()
            if not self.at_word("NULL"):
                raise self.unexpected(self.current, "NULL" if negated else "NULL or NOT NULL")
            self.advance()
            return "IS NOT NULL" if negated else "IS NULL"
        return _SYMBOLS.get(word, word)
