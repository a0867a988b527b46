"""Whatever is written comes back as it was meant, and nothing but `InvalidParameter` ever comes out."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.search.written import FREE, NOW, filters, orders
from trialog.errors import InvalidParameter
from trialog.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    And,
    Filter,
    Grammar,
    Not,
    Or,
    parse_filter,
    parse_order_by,
    parse_order_field,
)

GRAMMARS = (RUNS, EXPERIMENTS, LOGGED_MODELS, REGISTERED_MODELS, MODEL_VERSIONS)
grammars = st.sampled_from(GRAMMARS)
fragments = st.lists(
    st.one_of(
        st.text(st.characters(), max_size=4),
        st.text("'\"`\\. \n\0\ud800", max_size=4),
        st.sampled_from(
            ["metrics", "params.", "run_id", " IN ", " NOT ", " IS ", " NULL", " AND ", " LIKE ", "(", ")"]
        ),
        st.sampled_from([" OR ", " BETWEEN ", " RLIKE ", "=~", "now()", " - 7d", "'2026-02-30'", "'[('", "loss.min"]),
        st.sampled_from(["=", ">", "!=", ",", "1", "-", "1e999", "9" * 30, "inf", "nan", "'a'", "start_time", " DESC"]),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda grammar: grammar.noun)
@given(data=st.data())
def test_a_written_filter_is_read_as_it_was_meant(grammar: Grammar, data: st.DataObject) -> None:
    text, meaning = data.draw(filters(grammar, FREE))
    found = parse_filter(text, grammar, now=NOW)
    assert found == meaning
    assert _types(found) == _types(meaning)


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda grammar: grammar.noun)
@given(data=st.data())
def test_a_written_ordering_is_read_as_it_was_meant(grammar: Grammar, data: st.DataObject) -> None:
    text, meaning = data.draw(orders(grammar, FREE))
    assert parse_order_by([text], grammar) == (meaning,)


@given(text=fragments, grammar=grammars)
@example(text="'" * 101, grammar=RUNS)
@example(text="params.a = '" + "\\'" * 100, grammar=RUNS)
@example(text="run_id IN " + "(" * 5000, grammar=RUNS)
@example(text="start_time > " + "9" * 5000, grammar=RUNS)
@example(text="metrics.a > ١٢", grammar=RUNS)
@example(text="experiment_id = '" + "9" * 5000 + "'", grammar=EXPERIMENTS)
@settings(max_examples=150)
def test_any_text_is_read_or_refused(text: str, grammar: Grammar) -> None:
    for read in (_read_filter, _read_order, _read_order_field):
        error = read(text, grammar)
        if error is None:
            continue
        position = error.values["position"]
        assert position in range(len(text) + 1)
        assert error.code.startswith("search.")
        assert f"at character {position}: expected {error.values['expected']}" in error.message
        error.message.encode()


@pytest.mark.parametrize(
    "text",
    [
        "metrics.a > 1 AND " * 13_000,
        "'" * 249_999,
        "params.a = " + "'\\'" * 80_000,
        "`" * 249_999,
        'params.a = "' + "''" * 120_000,
        "run_id IN (" + "''," * 80_000,
        "run_id IN " + "(" * 240_000,
        "(" * 249_000,
        "NOT " * 62_000,
        "NOT(" * 62_000,
        "(run_id = 'a'" + ")" * 240_000,
        "run_id = 'a' OR " * 15_000,
        "start_time > now()" + " - 1d" * 40_000 + " - 1x",
        "now" + " " * 240_000 + "> 1",
        "start_time > now" + " " * 240_000,
        "run_id =~ '" + "(" * 240_000 + "'",
        "metrics.a BETWEEN 1 AND " * 10_000,
        "metrics.a > " + "1" * 240_000 + "x",
        "metrics" + ".a" * 120_000,
        "AND " * 62_000 + "x",
        " " * 249_000 + "=",
    ],
    ids=lambda text: text[:20],
)
# A quadratic step over 250,000 characters takes minutes; a linear one well under a second.
@pytest.mark.timeout(60)
def test_the_longest_filters_are_refused_without_ado(text: str) -> None:
    with pytest.raises(InvalidParameter, match="at character"):
        parse_filter(text, RUNS)


def _types(tree: Filter | None) -> list[type]:
    match tree:
        case And(clauses) | Or(clauses):
            return [kind for clause in clauses for kind in _types(clause)]
        case Not(clause):
            return _types(clause)
        case None:
            return []
    return [type(value) for value in tree.value] if isinstance(tree.value, tuple) else [type(tree.value)]


def _read_filter(text: str, grammar: Grammar) -> InvalidParameter | None:
    try:
        parse_filter(text, grammar)
    except InvalidParameter as error:
        return error
    return None


def _read_order(text: str, grammar: Grammar) -> InvalidParameter | None:
    try:
        parse_order_by([text], grammar)
    except InvalidParameter as error:
        return error
    return None


def _read_order_field(text: str, grammar: Grammar) -> InvalidParameter | None:
    try:
        parse_order_field(text, grammar)
    except InvalidParameter as error:
        return error
    return None
