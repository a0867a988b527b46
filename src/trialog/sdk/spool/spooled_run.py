"""What a process keeps beside a stream, so that any other one can send it: which run it is of, and on which server."""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from trialog.errors import DamagedData
from trialog.sdk.spool.files import write_whole

RUN_FILE: Final = "run.json"


class SpooledRun(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run that one process logs to.

    Args:
        run_id: Id of the run.
        writer: Name of this process's stream to it: ASCII letters and digits, at most 40; no other stream to the run
            has it.
        tracking_uri: Where the run is, without credentials; a path in it is absolute.
        begins: Whether the run has to be begun there.
        workspace: The workspace that it is in; None for the default one.
        experiment_id: Experiment to begin it in, if that is known.
        experiment_name: Name of the experiment, where its id is not known: it is found, or made, when the run is begun.
        run_name: Name to begin it with.
        user_id: Who begins it.
        start_time: When it began, in milliseconds since 1970 UTC.
        tags: Tags to begin it with.
    """

    run_id: str
    writer: str
    tracking_uri: str
    begins: bool = False
    workspace: str | None = None
    experiment_id: str | None = None
    experiment_name: str | None = None
    run_name: str | None = None
    user_id: str = ""
    start_time: int | None = None
    tags: dict[str, str] = {}


def write_run(folder: Path, run: SpooledRun) -> None:
    """Keep in a folder which run it is of.

    Args:
        folder: The folder of a stream.
        run: The run.

    Raises:
        OSError: It cannot be written.
    """
    write_whole(folder / RUN_FILE, msgspec.json.encode(run))


def read_run(folder: Path) -> SpooledRun:
    """Return which run a folder is of.

    Args:
        folder: The folder of a stream.

    Raises:
        OSError: There is no such file, or it cannot be read.
        DamagedData: It does not say that (`spool.damaged_run`).
    """
    path = folder / RUN_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=SpooledRun)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedData(
            "spool.damaged_run",
            f"{path} does not say which run the files beside it are of: {error}. Write it again, or remove its folder.",
            path=str(path),
        ) from error
