"""What a dead process would have left, for tests."""

from pathlib import Path

from trialog.sdk.spool.folder import ProcessFolder
from trialog.sdk.spool.spooled_run import SpooledRun, write_run
from trialog.sdk.spool.stream import LogStream


def leave_stream(root: Path, run: SpooledRun, *, points: int, segment_bytes: int = 64 * 1024) -> Path:
    """Leave a stream of points; return its folder."""
    process = ProcessFolder.make(root)
    folder = process.make_run(run)
    write_run(folder, run)
    stream = LogStream(folder, segment_bytes=segment_bytes)
    for step in range(points):
        stream.log_point("loss", 1.0, 1000 + step, step)
    stream.close()
    process.let_go()
    return folder
