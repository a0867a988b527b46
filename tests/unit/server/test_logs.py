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


def fail() -> None:
    raise RuntimeError("postgresql://bot:secret@db/x")


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
