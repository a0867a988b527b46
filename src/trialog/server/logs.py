"""Log lines: time, severity, part, message, on standard error, with no password in them."""

import logging
import time
from typing import Final

from trialog.config import redact

_LINE: Final = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"
_TIME: Final = "%Y-%m-%dT%H:%M:%S"


class RedactingFormatter(logging.Formatter):
    """Writes one record as UTC time, severity, part and message; passwords in URIs become `***`, in tracebacks too."""

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        """Return a time as UTC."""
        return time.gmtime(seconds)

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return redact(super().format(record))


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
