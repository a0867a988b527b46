"""How a text is cut into tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.search.tokens import TokenKind, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("metrics.a>-1", [("WORD", "metrics"), ("DOT", "."), ("WORD", "a"), ("OPERATOR", ">"), ("NUMBER", "-1")]),
        ("a.5", [("WORD", "a"), ("DOT", "."), ("WORD", "5")]),
        ("a .5", [("WORD", "a"), ("NUMBER", ".5")]),
        ("a. 5.", [("WORD", "a"), ("DOT", "."), ("NUMBER", "5.")]),
        ("1.5.5", [("NUMBER", "1.5"), ("NUMBER", ".5")]),
        ("1e5 1e 1.5e 0x1F", [("NUMBER", "1e5"), ("WORD", "1e"), ("UNKNOWN", "1.5e"), ("WORD", "0x1F")]),
        ("inf -inf +Infinity", [("WORD", "inf"), ("NUMBER", "-inf"), ("NUMBER", "+Infinity")]),
        ("-infinite", [("UNKNOWN", "-infinite")]),
        ("('a',)", [("OPEN", "("), ("SINGLE_QUOTED", "'a'"), ("COMMA", ","), ("CLOSE", ")")]),
        ('`a``b`."c"', [("BACKTICKED", "`a``b`"), ("DOT", "."), ("DOUBLE_QUOTED", '"c"')]),
        ("<>=!~", [("OPERATOR", "<>=!~")]),
        ("a;'b", [("WORD", "a"), ("UNKNOWN", ";"), ("UNCLOSED", "'b")]),
        ("'\\'' '\\'", [("SINGLE_QUOTED", "'\\''"), ("SINGLE_QUOTED", "'\\'")]),
        ("'''", [("SINGLE_QUOTED", "''"), ("UNCLOSED", "'")]),
    ],
)
def test_kinds(text: str, tokens: list[tuple[str, str]]) -> None:
    *found, end = tokenize(text)
    assert [(token.kind.name, token.text) for token in found] == tokens
    assert (end.kind, end.position) == (TokenKind.END, len(text))


@given(text=st.one_of(st.text(), st.text("'\"`\\.a1-+e =<(),", max_size=20)))
def test_no_character_is_lost(text: str) -> None:
    place = 0
    for token in tokenize(text):
        assert text[token.position : token.end] == token.text
        assert not text[place : token.position].strip()
        place = token.end
    assert place == len(text)
