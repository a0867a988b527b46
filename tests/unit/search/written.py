"""Strategies that write clauses of a grammar in random spelling, together with what they mean."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from trialog.search import (
    And,
    Comparison,
    Entity,
    EntityRule,
    Field,
    Filter,
    Grammar,
    KeyRule,
    Not,
    Operator,
    Or,
    OrderBy,
    Value,
    ValueKind,
)

NOW = 1_800_000_000_000
UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
SYMBOLS_OF = {Operator.RLIKE: "=~", Operator.NOT_RLIKE: "!~"}
LETTERS = "abcXYZ_éñЖ日"
SYMBOLS = " -/:.,;()[]%*#$@!?=<>+&|~^{}"


@dataclass(frozen=True)
class Style:
    """How freely clauses are written."""

    words: st.SearchStrategy[str]
    quoted: dict[str, st.SearchStrategy[str]]
    listed: dict[str, st.SearchStrategy[str]]
    numbers: st.SearchStrategy[str]
    space: st.SearchStrategy[str]
    key_quotes: str = "`\"'"
    unprefixed: bool = True
    whole_quotes: str = ""
    beyond: bool = False
    """Whether what MLflow's language lacks is written too."""


def _inside(quote: str, *, pieces: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    others = "".join(mark for mark in "`\"'" if mark != quote)
    piece = st.one_of(st.sampled_from(LETTERS + "019" + SYMBOLS + others), st.sampled_from([" AND ", "NULL", *pieces]))
    return st.lists(piece, max_size=8).map("".join)


FREE = Style(
    words=st.text(LETTERS + "019", min_size=1, max_size=6),
    quoted={
        "`": _inside("`", pieces=("``", "\n", "\\n")),
        '"': _inside('"', pieces=('""', '\\"', "\n", "\\n")),
        "'": _inside("'", pieces=("''", "\\'", "\n", "\\n")),
    },
    listed={'"': _inside('"', pieces=("\n", "\\n")), "'": _inside("'", pieces=("\n", "\\n"))},
    numbers=st.one_of(
        st.from_regex(r"[+-]?([0-9]{1,6}(\.[0-9]{0,4})?|\.[0-9]{1,4})([eE][+-]?[0-9]{1,2})?", fullmatch=True),
        st.floats(allow_nan=False).map(repr),
    ),
    space=st.text(" \t\n\r\u00a0", max_size=3),
    whole_quotes='`"',
    beyond=True,
)

# What MLflow's parser reads alike: SQL has words and characters that it treats as its own.
AS_MLFLOW = Style(
    words=st.text(LETTERS, min_size=1, max_size=6).filter(
        lambda word: word.upper() not in {"CASE", "IN", "VALUES", "USING", "FROM", "AS"}
    ),
    quoted={
        "`": _inside("`"),
        '"': _inside('"', pieces=('""', '\\"', "\n", "\\n")).filter(lambda text: "`" not in text),
        "'": _inside("'", pieces=("''", "\\'", "\n", "\\n")).filter(lambda text: "`" not in text),
    },
    listed={'"': _inside('"'), "'": _inside("'")},
    numbers=st.from_regex(r"-?([0-9]{1,6}(\.[0-9]{1,4})?(e-?[0-9]{1,2})?|[0-9]{1,4}\.|\.[0-9]{1,4})", fullmatch=True),
    space=st.text(" \t\n", max_size=2),
)


@st.composite
def cased(draw: st.DrawFn, word: str) -> str:
    """A keyword in any mixture of cases."""
    return "".join(draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in word)


@st.composite
def fields(draw: st.DrawFn, grammar: Grammar, style: Style, *, ordering: bool) -> tuple[str, Field, EntityRule]:
    """A field of the grammar: as written, what it means, its rule."""
    rules = [
        rule
        for rule in grammar.entities
        if not ordering
        or (rule.any_key is not None and rule.any_key.orderable)
        or any(key.orderable for key in rule.keys.values())
    ]
    rule = draw(st.sampled_from(rules))
    if rule.any_key is None:
        key = draw(st.sampled_from(sorted({*rule.keys, *rule.aliases})))
        quote = draw(st.sampled_from(style.key_quotes if " " in key else ["", *style.key_quotes]))
    else:
        quote = draw(st.sampled_from(["", *style.key_quotes]))
        key = draw(style.quoted[quote] if quote else st.lists(style.words, min_size=1, max_size=3).map(".".join))
    found = rule.find(key)
    assert found is not None
    field = Field(rule.entity, found[0])
    name = draw(st.sampled_from(rule.names))
    if rule is grammar.attributes and style.unprefixed and quote != "'" and draw(st.booleans()):
        return f"{quote}{key}{quote}", field, rule
    whole = draw(st.sampled_from(["", *style.whole_quotes]))
    if whole and not quote:
        return f"{whole}{name}.{key}{whole}", field, rule
    return f"{name}.{quote}{key}{quote}", field, rule


@st.composite
def _texts(draw: st.DrawFn, texts: dict[str, st.SearchStrategy[str]]) -> tuple[str, str]:
    quote = draw(st.sampled_from(sorted(set(texts) - {"`"})))
    text = draw(texts[quote])
    return f"{quote}{text}{quote}", text


@st.composite
def _values(draw: st.DrawFn, style: Style, kind: ValueKind) -> tuple[str, Value]:
    text, value = draw(_numbers(style, kind) if kind.numeric else _texts(style.quoted))
    if kind is ValueKind.EXPERIMENT_ID:
        number = draw(st.integers(0, 2**63 - 1))
        return f"'{number}'", str(number)
    return text, value


@st.composite
def _numbers(draw: st.DrawFn, style: Style, kind: ValueKind) -> tuple[str, int | float]:
    if kind in {ValueKind.TIME, ValueKind.WHOLE_TIME} and style.beyond and draw(st.booleans()):
        return draw(_times())
    match kind:
        case ValueKind.FLOAT:
            written = draw(style.numbers)
            return written, float(written)
        case ValueKind.TIME:
            written = draw(style.numbers.filter(lambda text: "inf" not in text))
            return written, float(written) if any(mark in written.lower() for mark in ".e") else int(written)
        case _:
            number = draw(st.integers(-(2**63), 2**63 - 1))
            quote = draw(st.sampled_from(["", "'", '"'])) if kind is ValueKind.WHOLE_NUMBER else ""
            return f"{quote}{number}{quote}", number


@st.composite
def _times(draw: st.DrawFn) -> tuple[str, int]:
    """A date, a date-time with or without a zone, or a distance from `NOW`."""
    form = draw(st.sampled_from(["date", "utc", "zone", "now"]))
    if form == "now":
        count, unit = draw(st.integers(0, 10**9 - 1)), draw(st.sampled_from(sorted(UNITS)))
        sign, space = draw(st.sampled_from("+-")), draw(st.sampled_from(["", " "]))
        milliseconds = count * UNITS[unit]
        return f"now(){space}{sign}{space}{count}{unit}", NOW + (milliseconds if sign == "+" else -milliseconds)
    moment = draw(st.datetimes()).replace(microsecond=0)
    if form == "date":
        moment = moment.replace(hour=0, minute=0, second=0)
        return f"'{moment.date().isoformat()}'", _milliseconds(moment)
    if form == "utc":
        return f'"{moment.isoformat(draw(st.sampled_from("T ")))}{draw(st.sampled_from(["", "Z"]))}"', _milliseconds(
            moment
        )
    return f"'{moment.isoformat()}+03:00'", _milliseconds(moment) - 3 * 3_600_000


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1)) // timedelta(milliseconds=1)


@st.composite
def _lists(draw: st.DrawFn, style: Style, kind: ValueKind) -> tuple[str, Value]:
    item = _texts(style.listed) if kind is ValueKind.TEXT else _values(style, kind)
    items = draw(st.lists(item, min_size=1, max_size=3))
    comma = draw(st.sampled_from([",", ", ", " ,\t"]))
    trailing = draw(st.sampled_from(["", ","]))
    depth = draw(st.integers(1, 2)) if not trailing else 1
    written = comma.join(text for text, _ in items) + trailing
    values: Any = tuple(value for _, value in items)
    return f"{'(' * depth}{written}{')' * depth}", values


@st.composite
def _right_sides(draw: st.DrawFn, style: Style, kind: ValueKind, operator: Operator) -> tuple[str, Value]:
    if operator in {Operator.IS_NULL, Operator.IS_NOT_NULL}:
        return "", None
    if operator in {Operator.IN, Operator.NOT_IN}:
        return draw(_lists(style, kind))
    if operator in {Operator.BETWEEN, Operator.NOT_BETWEEN}:
        (low, least), (high, greatest) = draw(_numbers(style, kind)), draw(_numbers(style, kind))
        return f"{low} {draw(cased('AND'))} {high}", (least, greatest)
    if operator in {Operator.RLIKE, Operator.NOT_RLIKE}:
        pattern = draw(st.sampled_from(["a+", "^x.*$", "(a|b)\\d", "[0-9]{2}", "", "(?i)й AND "]))
        return f"'{pattern}'", pattern
    return draw(_values(style, kind))


@st.composite
def comparisons(draw: st.DrawFn, grammar: Grammar, style: Style) -> tuple[str, Comparison]:
    """A clause as written and what it means, at position 0."""
    written, field, rule = draw(fields(grammar, style, ordering=False))
    key_rule = rule.any_key or rule.keys[field.key]
    operators = key_rule.operators if style.beyond else mlflow_operators(grammar, field, key_rule)
    operator = draw(st.sampled_from(operators))
    text, value = draw(_right_sides(style, key_rule.kind, operator))
    meaning = Comparison(field, operator, value, 0)
    symbol = SYMBOLS_OF.get(operator, operator.value)
    if symbol != operator.value and draw(st.booleans()):
        symbol = operator.value
    if symbol.isupper():
        return f"{written} {draw(cased(symbol))} {text}".rstrip(" "), meaning
    return f"{written}{draw(style.space)}{symbol}{draw(style.space)}{text}", meaning


def mlflow_operators(grammar: Grammar, field: Field, rule: KeyRule) -> tuple[Operator, ...]:
    """The operators that MLflow takes too."""
    known = {"=", "!="}
    if rule.kind.numeric:
        known |= {"<", "<=", ">", ">="}
    elif rule.kind is ValueKind.TEXT:
        known |= {"LIKE", "ILIKE"}
    models, registry = grammar.noun == "logged models", grammar.noun in {"registered models", "model versions"}
    listed = {"run_id", "experiment_id"} | ({"name"} if registry else set())
    if not rule.kind.numeric and (models or field.entity is Entity.DATASET or field.key in listed):
        known |= {"IN", "NOT IN"}
    if field.entity in {Entity.PARAM, Entity.TAG} and not models:
        known -= {"IN", "NOT IN"}
        if not registry:
            known |= {"IS NULL", "IS NOT NULL"}
    return tuple(operator for operator in rule.operators if operator.value in known)


@st.composite
def filters(draw: st.DrawFn, grammar: Grammar, style: Style) -> tuple[str, Filter]:
    """A filter as written and its tree."""
    written, tree = draw(_all_of(comparisons(grammar, style), 4) if not style.beyond else _trees(grammar, style))
    start = draw(style.space) + draw(st.sampled_from(["", "AND "]))
    return f"{start}{written}{draw(st.sampled_from(['', ' ', ' and']))}", moved(tree, len(start))


def _trees(grammar: Grammar, style: Style) -> st.SearchStrategy[tuple[str, Filter]]:
    return st.recursive(
        comparisons(grammar, style),
        lambda inner: st.one_of(_all_of(inner, 3), _any_of(inner), _none_of(inner)),
        max_leaves=6,
    )


@st.composite
def _all_of(draw: st.DrawFn, inner: st.SearchStrategy[tuple[str, Filter]], most: int) -> tuple[str, Filter]:
    parts = draw(st.lists(inner, min_size=1, max_size=most))
    parts = [_bracketed(*part) if isinstance(part[1], And | Or) else part for part in parts]
    text, placed = _joined(
        [(draw(st.sampled_from([" AND ", " and ", "\nAnd\t", " AND AND "])), *part) for part in parts]
    )
    return text, placed[0] if len(placed) == 1 else And(placed)


@st.composite
def _any_of(draw: st.DrawFn, inner: st.SearchStrategy[tuple[str, Filter]]) -> tuple[str, Filter]:
    parts = draw(st.lists(inner, min_size=2, max_size=3))
    parts = [_bracketed(*part) if isinstance(part[1], Or) or draw(st.booleans()) else part for part in parts]
    text, placed = _joined([(draw(st.sampled_from([" OR ", " or\n"])), *part) for part in parts])
    return text, Or(placed)


@st.composite
def _none_of(draw: st.DrawFn, inner: st.SearchStrategy[tuple[str, Filter]]) -> tuple[str, Filter]:
    text, tree = draw(inner)
    if isinstance(tree, And | Or) or draw(st.booleans()):
        text, tree = _bracketed(text, tree)
    word = draw(cased("NOT")) + " "
    return word + text, Not(moved(tree, len(word)))


def _bracketed(text: str, tree: Filter) -> tuple[str, Filter]:
    return f"( {text})", moved(tree, 2)


def _joined(parts: list[tuple[str, str, Filter]]) -> tuple[str, tuple[Filter, ...]]:
    text, placed = "", []
    for index, (separator, written, tree) in enumerate(parts):
        text += separator if index else ""
        placed.append(moved(tree, len(text)))
        text += written
    return text, tuple(placed)


def moved(tree: Filter, by: int) -> Filter:
    """The tree of the same filter with so many characters in front of it."""
    match tree:
        case And(clauses):
            return And(tuple(moved(clause, by) for clause in clauses))
        case Or(clauses):
            return Or(tuple(moved(clause, by) for clause in clauses))
        case Not(clause):
            return Not(moved(clause, by))
        case Comparison():
            return Comparison(tree.field, tree.operator, tree.value, tree.position + by)


@st.composite
def orders(draw: st.DrawFn, grammar: Grammar, style: Style) -> tuple[str, OrderBy]:
    """An order_by item as written and what it means."""
    written, field, _ = draw(fields(grammar, style, ordering=True))
    direction = draw(st.sampled_from(["", "ASC", "DESC"]))
    space = draw(style.space.filter(bool)) if direction else ""
    return f"{written}{space}{draw(cased(direction))}", OrderBy(field, direction != "DESC")
