"""Which names a pattern fits."""

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.registry.metric_patterns import fits, generality


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("auc", "auc", True),
        ("auc", "auc2", False),
        ("*", "", True),
        ("*", "anything/at all", True),
        ("val_*", "val_", True),
        ("val_*", "test_val_auc", False),
        ("*_auc", "roc_auc", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*a*b*", "xbya", False),
        ("*a*b*", "xaybz", True),
        ("[a]*", "a", False),
        ("a?", "ab", False),
    ],
)
def test_a_star_stands_for_any_characters_and_nothing_else_is_special(pattern: str, name: str, expected: bool) -> None:
    assert fits(pattern, name) is expected


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_it_fits_what_a_regular_expression_would(pattern: str, name: str) -> None:
    expression = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    assert fits(pattern, name) is (re.fullmatch(expression, name) is not None)
    assert fits(pattern, name) is fnmatch.fnmatchcase(name, pattern)


def test_many_stars_take_no_time() -> None:
    assert not fits("a*" * 5000 + "b", "a" * 20_000)


def test_a_name_says_more_than_a_pattern_and_a_long_pattern_more_than_a_short_one() -> None:
    patterns = ["*", "val_*", "val_auc", "*_auc", "val_auc*", "*va_*"]
    assert sorted(patterns, key=generality) == ["val_auc", "val_auc*", "*_auc", "val_*", "*va_*", "*"]
