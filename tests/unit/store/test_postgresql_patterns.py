"""What RE2 finds PostgreSQL finds, and nothing else."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.postgresql import server_url
from trialog.search.regular_expressions import InvalidPattern, check_pattern, matches
from trialog.store.postgresql_patterns import to_postgresql

TEXTS = (
    "",
    "a",
    "ab",
    "AB",
    "aXb",
    "a\nb",
    "a\r\nb\n",
    "\n",
    "naïve",
    "ключ 7",
    "КЛЮЧ",
    "ſK",
    "ß",
    "5٣",
    "a_b-c.d",
    "[x]^$|\\{2}",
    "\x01\x7f\x85\u2028",
    "😀 x😀",
    "x" * 300,
    "***:a",
    "(?i)a",
)
PATTERNS = (
    "",
    "a",
    "^a$",
    "^$",
    "a.b",
    "(?s)a.b",
    "(?m)^b$",
    "(?m)$",
    "(?s:a.)b",
    r"\Aa\z",
    "a$",
    r"b\n\z",
    r"\d",
    r"\D",
    r"^\w+$",
    r"\W",
    r"\s",
    r"\S{3}",
    r"[\d\-x]",
    r"[^\w\s]",
    r"[]a]",
    r"[^]a]",
    r"[a^-]",
    r"[[:alpha:]]{2}",
    r"[[:^digit:]]",
    r"[[:a]",
    r"\bb",
    r"\Bb\b",
    r"\b",
    r"\B",
    r"(?i)ab",
    r"(?i)ключ",
    r"(?i)k",
    r"(?i)S",
    r"(?i)[j-l]",
    r"a(?i)X(?-i)b",
    r"(?i:A)b",
    r"((?i)A)B",
    r"(?P<name>a)|(?P<other>b)",
    r"(?<name>a)b",
    r"(?:a|)b",
    r"(|x)+y?",
    r"()",
    r"a||b",
    r"a*?b",
    r"x{300}",
    r"^x{299,301}$",
    r"^x{301,}$",
    r"^x{0,299}$",
    r"x{2,3}?",
    r"(a{2}){2}",
    r"a{,2}",
    r"a{",
    r"\{2\}",
    r"\Q[x]^$|\E\\",
    r"\Qa.b",
    r"\x41",
    r"\x{1F600}",
    r"\101",
    r"\07|a",
    r"\a|\f|\t|\v|\r",
    r"\.",
    r"\_b",
    r"\*\*\*:",
    r"\(\?i",
    r"\pL",
    r"\PL",
    r"\p{Cyrillic}+",
    r"\p{^Cyrillic}",
    r"\p{Nd}",
    r"(?i)\p{Lu}{2}",
    r"[^\x00-\x{10FFFF}]",
    r"[\x{80}-\x{10FFFF}]",
    r"(?U)a+",
    r"^*a",
    r"(?:^)*b",
    r"\b*a",
    r"(?:\b|x)+7",
    r"[ -~]{4}",
    "a b",
    "#",
    "é",
    "ï",
)

PIECES = st.sampled_from(
    ("a", "b", "x", "k", "ß", "К", "\n", ".", "^", "$", "|", "(", "(?:", "(?i)", "(?m)", "(?s:", ")", "*", "+", "?")
) | st.sampled_from(
    ("{2}", "{0,2}", "[a-c]", "[^x]", "[[:upper:]]", r"\b", r"\B", r"\d", r"\W", r"\pL", r"\Q*\E", r"\x{61}", r"\]")
)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[psycopg.Connection[Any]]:
    address = server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute('CREATE TEMPORARY TABLE texts (number INTEGER, content TEXT COLLATE "C")')
        for row in enumerate(TEXTS):
            connection.execute("INSERT INTO texts VALUES (%s, %s)", row)
        yield connection


def found_by_postgresql(connection: psycopg.Connection[Any], pattern: str) -> list[str]:
    asked = "SELECT content FROM texts WHERE content ~ %s ORDER BY number"
    return [text for (text,) in connection.execute(asked, (to_postgresql(pattern),))]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_finds_what_re2_finds(postgresql: psycopg.Connection[Any], pattern: str) -> None:
    check_pattern(pattern)

    assert found_by_postgresql(postgresql, pattern) == [text for text in TEXTS if matches(pattern, text)]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(pieces=st.lists(PIECES, max_size=8))
def test_it_finds_what_re2_finds_whatever_is_asked(postgresql: psycopg.Connection[Any], pieces: list[str]) -> None:
    pattern = "".join(pieces)
    try:
        check_pattern(pattern)
    except InvalidPattern:
        return

    assert found_by_postgresql(postgresql, pattern) == [text for text in TEXTS if matches(pattern, text)], pattern


@pytest.mark.parametrize("pattern", [r"\C", r"a\C", r"\Qa\E\C", r"\\\C"])
def test_a_part_of_a_character_cannot_be_asked_for(pattern: str) -> None:
    with pytest.raises(InvalidPattern, match="a single byte is no character"):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"\\C", r"\Q\C\E", r"\Q\C"])
def test_a_backslash_and_a_letter_can(pattern: str) -> None:
    check_pattern(pattern)
    assert matches(pattern, r"a\C")
