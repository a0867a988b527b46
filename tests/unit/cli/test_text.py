"""Names that others gave must not command a terminal."""

import pytest

from trialog.cli.text import printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("lstm", "lstm"),
        ("Опыт 日本 é", "Опыт 日本 é"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("a\nb\r\tc\x00", r"a\nb\r\tc\x00"),
        ("\x9b31m\x7f", r"\x9b31m\x7f"),
        ("evil\u202etxt.exe", r"evil\u202etxt.exe"),
        ("line\u2028end\ufeff", r"line\u2028end\ufeff"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\udcff", r"\udcff"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_file_for_a_terminal_keeps_its_lines_and_commands_nothing() -> None:
    pieces = [b"a\tb\n\x1b[2J", "ев".encode()[:3], "ев".encode()[3:], b"\xff\x9b\r\n"]
    assert "".join(printable_lines(pieces)) == "a\tb\n\\x1b[2Jев\ufffd\ufffd\n"
