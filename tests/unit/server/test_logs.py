"""Log lines."""

import logging
import re
import sys

from trialog.server.logs import RedactingFormatter


def line_of(message: str, *arguments: object, with_traceback: bool = False) -> str:
    formatter = RedactingFormatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    information = sys.exc_info() if with_traceback else None
    record = logging.LogRecord("trialog.x", logging.INFO, "file", 1, message, arguments, information)
    return formatter.format(record)


def fail(message: str = "postgresql://bot:secret@db/x") -> None:
    raise RuntimeError(message)


def test_a_line_has_time_severity_part_and_message() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO trialog\.x a=1", line_of("a=%s", 1))


def test_no_password_is_written_not_even_in_a_traceback() -> None:
    assert line_of("store=%s", "postgresql://bot:secret@db/x").endswith("store=postgresql://bot:***@db/x")
    try:
        fail()
    except RuntimeError:
        written = line_of("failed", with_traceback=True)
    assert "RuntimeError: postgresql://bot:***@db/x" in written
    assert "secret@" not in written


def test_what_a_client_wrote_cannot_look_like_a_line_of_its_own() -> None:
    forged = "2026-01-01T00:00:00.000Z INFO trialog.server forged"
    for end in ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"):
        written = line_of("path=%s", f"a{end}{forged}")
        assert [line for line in written.splitlines()[1:] if not line.startswith("    ")] == []
        assert "forged" in written


def test_a_traceback_is_indented_below_its_line() -> None:
    try:
        fail("a\n2026-01-01T00:00:00.000Z INFO trialog.server forged")
    except RuntimeError:
        written = line_of("failed", with_traceback=True)
    assert "\n    Traceback (most recent call last):\n" in written
    assert "\n2026" not in written


def test_nothing_in_a_line_commands_a_terminal() -> None:
    written = line_of("path=%s tab=\t", "\x1b[2J\x1b]0;owned\x07\x08\x7f\x9b\u202e\u2066\ud800")
    assert written.endswith(r"path=\x1b[2J\x1b]0;owned\x07\x08\x7f\x9b\u202e\u2066\ud800 tab=" + "\t")
    written.encode()
