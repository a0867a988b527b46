"""The time now, as it is kept everywhere."""

import time


def now_milliseconds() -> int:
    """Return milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000
