"""Kills a server that is being logged to, again and again, and counts what was acknowledged and lost.

Usage: `python -m benchmarks.durability [times]`. A kill takes the process away, not the machine: what the operating
system had not yet written to the disk is shown by `benchmarks.fsync_trace`.
"""

import sys
import tempfile
from pathlib import Path

from tests.e2e.acknowledged import Logging, faults, log_until_killed
from tests.servers import start_trialog

TIMES = 10
CLIENTS = 8
ANSWERS = 2000


def main() -> int:
    """Kill and start again, always on the same store, and print a line for each time."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    logs: list[Logging] = []
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for time in range(1, times + 1):
            with start_trialog(directory) as server:
                logs += log_until_killed(server, clients=CLIENTS, answers=ANSWERS)
            with start_trialog(directory) as server:
                found = faults(server, logs)
            acknowledged = sum(log.acknowledged for log in logs)
            print(f"kill {time}: {acknowledged} points acknowledged so far, {len(found)} of {len(logs)} runs wrong")
            if found:
                print("\n".join(found))
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
