"""Strategies that write clauses of a grammar in random spelling, together with what they mean."""

from dataclasses import dataclass

from hypothesis import strategies as st

from trialog.search import And, Comparison, Field, Filter, Grammar, Operator, OrderBy, Value, ValueKind
from trialog.search.grammar import EntityRule

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
    match kind:
        case ValueKind.TEXT:
            return draw(_texts(style.quoted))
        case ValueKind.EXPERIMENT_ID:
            number = draw(st.integers(0, 2**63 - 1))
            return f"'{number}'", str(number)
        case ValueKind.FLOAT:
            written = draw(style.numbers)
            return written, float(written)
        case ValueKind.TIME:
            written = draw(style.numbers.filter(lambda text: "inf" not in text))
            return written, float(written) if any(mark in written.lower() for mark in ".e") else int(written)
        case ValueKind.WHOLE_TIME:
            number = draw(st.integers(-(2**63), 2**63 - 1))
            return str(number), number


@st.composite
def _lists(draw: st.DrawFn, style: Style, kind: ValueKind) -> tuple[str, Value]:
    item = _texts(style.listed) if kind is ValueKind.TEXT else _values(style, kind)
    items = draw(st.lists(item, min_size=1, max_size=3))
    comma = draw(st.sampled_from([",", ", ", " ,\t"]))
    trailing = draw(st.sampled_from(["", ","]))
    depth = draw(st.integers(1, 2)) if not trailing else 1
    written = comma.join(text for text, _ in items) + trailing
    return f"{'(' * depth}{written}{')' * depth}", tuple(str(value) for _, value in items)


@st.composite
def comparisons(draw: st.DrawFn, grammar: Grammar, style: Style) -> tuple[str, Comparison]:
    """A clause as written and what it means, at position 0."""
    written, field, rule = draw(fields(grammar, style, ordering=False))
    key_rule = rule.any_key or rule.keys[field.key]
    operator = draw(st.sampled_from(key_rule.operators))
    if operator in {Operator.IS_NULL, Operator.IS_NOT_NULL}:
        return f"{written} {draw(cased(operator.value))}", Comparison(field, operator, None, 0)
    listed = operator in {Operator.IN, Operator.NOT_IN}
    text, value = draw((_lists if listed else _values)(style, key_rule.kind))
    spaces = draw(style.space), draw(style.space)
    if operator.value.isupper():
        return f"{written} {draw(cased(operator.value))} {text}", Comparison(field, operator, value, 0)
    return f"{written}{spaces[0]}{operator.value}{spaces[1]}{text}", Comparison(field, operator, value, 0)


@st.composite
def filters(draw: st.DrawFn, grammar: Grammar, style: Style) -> tuple[str, Filter]:
    """A filter as written and its tree."""
    clauses = draw(st.lists(comparisons(grammar, style), min_size=1, max_size=4))
    text = draw(style.space) + draw(st.sampled_from(["", "AND "]))
    placed: list[Filter] = []
    for index, (written, meaning) in enumerate(clauses):
        if index:
            text += draw(st.sampled_from([" AND ", " and ", "\nAnd\t", " AND AND "]))
        placed.append(Comparison(meaning.field, meaning.operator, meaning.value, len(text)))
        text += written
    text += draw(st.sampled_from(["", " ", " and"]))
    return text, placed[0] if len(placed) == 1 else And(tuple(placed))


@st.composite
def orders(draw: st.DrawFn, grammar: Grammar, style: Style) -> tuple[str, OrderBy]:
    """An order_by item as written and what it means."""
    written, field, _ = draw(fields(grammar, style, ordering=True))
    direction = draw(st.sampled_from(["", "ASC", "DESC"]))
    space = draw(style.space.filter(bool)) if direction else ""
    return f"{written}{space}{draw(cased(direction))}", OrderBy(field, direction != "DESC")
