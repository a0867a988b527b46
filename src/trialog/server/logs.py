"""Log lines: time, severity, part, message, on standard error, with no password in them."""

import logging
import re
import time
from typing import Final

from trialog.config import redact

_LINE: Final = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"
_TIME: Final = "%Y-%m-%dT%H:%M:%S"
# Whatever ends a line somewhere, moves the cursor of a terminal, or turns the direction of its text.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FURTHER_LINE: Final = "\n    "


class RedactingFormatter(logging.Formatter):
    """Writes one record as UTC time, severity, part and message; passwords in URIs become `***`, in tracebacks too.

    Further lines of a record, those of a traceback for example, are indented, and control characters escaped: nothing
    that a client wrote can look like a record of its own.
    """

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        """Return a time as UTC."""
        return time.gmtime(seconds)

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        plain = _CONTROL.sub(lambda match: ascii(match[0])[1:-1], redact(super().format(record)))
        return plain.replace("\n", _FURTHER_LINE)


def configure_logging(level: str) -> None:
    """Send the log of this process to standard error.

    Args:
        level: Least severe lines to write: debug, info, warning or error.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(_LINE, _TIME))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their lines of the info level say what ours say already, or speak of what works inside.
    for name in ("uvicorn.error", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
