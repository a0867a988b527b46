"""Curves in one line."""

import math

from trialog.cli.sparkline import sparkline


def test_a_curve_has_a_character_for_each_value() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], 80, "utf-8") == "▁▂▃▄▅▆▇█"
    assert sparkline([7.0, 0.0], 80, "utf-8") == "█▁"
    assert sparkline([5.0, 5.0], 80, "utf-8") == "▅▅"
    assert sparkline([], 80, "utf-8") == ""


def test_a_long_curve_fits_and_great_numbers_do_too() -> None:
    assert sparkline(range(1000), 8, "utf-8") == "▁▂▃▄▅▆▇█"
    assert sparkline([-1.7e308, 1.7e308, math.nan, math.inf], 80, "utf-8") == "▁█??"
    assert sparkline([math.nan], 80, "utf-8") == "?"


def test_a_terminal_without_such_characters_gets_others() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], 80, "ascii") == "_.-=+*%#"
    assert sparkline([0, 7], 80, "no such encoding") == "_#"
