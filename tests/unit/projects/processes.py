"""Looking at processes."""

import subprocess
import time
from pathlib import Path

SECONDS = 30.0


def is_running(process_id: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked for counts as ended."""
    status = Path(f"/proc/{process_id}/stat")
    if Path("/proc/self/stat").exists():
        # Asking a program over and over costs more than what is tested.
        try:
            return status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process_id)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in {"", "Z"}


def wait_until_ended(process_id: int) -> None:
    """Wait until a process has ended."""
    deadline = time.monotonic() + SECONDS
    while is_running(process_id):
        assert time.monotonic() < deadline, f"the process {process_id} still runs"
        time.sleep(0.01)
