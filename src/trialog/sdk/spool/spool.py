"""Everything that one process keeps until the server has it."""

from pathlib import Path

from trialog.sdk.spool.run_log import Left, RunLog, TransportFactory
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.spool.stream import MOST_BYTES


class Spool:
    """The spool of this process.

    After a fork the other process begins anew with the same object: its `RunLog`s of before are closed there, and are
    to be opened again, with a writer of their own.

    Args:
        root: Folder that the spools of all processes are in.
        sends: Whether what is kept is sent; if not, `trialog sync` does it.
        most_bytes: How much of each stream is kept at most that was not sent.
        most_artifact_bytes: How many bytes of files are kept at most that were not sent, of all runs.
    """

    def __init__(
        self,
        root: Path,
        *,
        sends: bool = True,
        most_bytes: int = MOST_BYTES,
        most_artifact_bytes: int = 10 * MOST_BYTES,
    ) -> None:
        self.root = root

    def open_run(self, run: SpooledRun, transport_factory: TransportFactory) -> RunLog:
        """Begin to keep what is logged to a run.

        Args:
            run: The run.
            transport_factory: Returns what asks its server; called in another thread, when something is to be sent.
                After a fork it must return a new one.

        Raises:
            OSError: The folder cannot be made.
        """
        raise OSError(run.run_id)

    def flush(self, seconds: float) -> dict[str, Left]:
        """Wait until everything has arrived, and return what has not, by run; those of which nothing is left are not in.

        Args:
            seconds: So long at most.
        """
        return {}

    def close(self, seconds: float) -> dict[str, Left]:
        """Close all runs, wait, and return what has not arrived: what is left stays in its files for `trialog sync`."""
        return {}
