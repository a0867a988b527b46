"""The run that a project is tracked as."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Final, Self

from trialog.entities import PARENT_RUN_TAG, RUN_NAME_TAG, RunStatus, Tag
from trialog.entities.clock import now_milliseconds
from trialog.entities.run_names import generate_name
from trialog.errors import TrialogError
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.runs import RunMessage, UpdateRunResponse

OUTPUT_PATH: Final = "project/output.log"
EXIT_CODE_TAG: Final = "trialog.project.exit_code"
FAULT_TAG: Final = "trialog.project.fault"
_LONGEST_TAG: Final = 5000
_GOING_ON: Final = frozenset({RunStatus.RUNNING, RunStatus.SCHEDULED})


class TrackedRun:
    """A run of a server that a project logs to. As a block of `with` it ends where an error leaves the block.

    Args:
        transport: Asks the server.
        run: The run.
    """

    def __init__(self, transport: Transport, run: RunMessage) -> None:
        self._transport = transport
        self._runs = Runs(transport)
        self.run_id = run.info.run_id
        self.experiment_id = run.info.experiment_id

    @classmethod
    def begin(cls, transport: Transport, experiment_id: str, name: str | None, tags: Mapping[str, str]) -> Self:
        """Begin a run.

        Args:
            transport: Asks the server.
            experiment_id: The experiment to begin it in.
            name: Its name; one is made up if None.
            tags: Its first tags.
        """
        run = Runs(transport).create(
            experiment_id, run_name=name or generate_name(), start_time=now_milliseconds(), tags=_short(tags)
        )
        return cls(transport, run)

    @classmethod
    def take_up(cls, transport: Transport, run_id: str, name: str | None, tags: Mapping[str, str]) -> Self:
        """Go on with a run.

        Args:
            transport: Asks the server.
            run_id: The run.
            name: Its new name; None for the one it has.
            tags: Tags that it gets.

        Raises:
            ResourceNotFound: There is no such run.
        """
        taken = cls(transport, Runs(transport).get(run_id))
        transport.call("update_run", UpdateRunResponse, run_id=run_id, status=RunStatus.RUNNING)
        taken.note({**tags, **({} if name is None else {RUN_NAME_TAG: name})})
        return taken

    def note(self, tags: Mapping[str, str]) -> None:
        """Set tags."""
        if tags:
            written = [Tag(key, value) for key, value in _short(tags).items()]
            self._transport.call("log_batch", EmptyResponse, run_id=self.run_id, tags=written)

    def log_parameters(self, parameters: Mapping[str, str]) -> None:
        """Log what the project was given."""
        self._runs.log(self.run_id, timestamp=0, metrics={}, params=parameters)

    def keep(self, content: bytes, path: str) -> None:
        """Keep a file among the artifacts, unless it is empty."""
        if content:
            Artifacts(self._transport).upload_content(self.run_id, content, path)

    def end(self, status: RunStatus) -> None:
        """End the run, and with one that did not succeed what was left running of its parts.

        One that the project itself has ended stays as it said, unless something went wrong after that.

        Args:
            status: How it ended.
        """
        if status is RunStatus.FINISHED:
            if RunStatus(self._runs.get(self.run_id).info.status) in _GOING_ON:
                self._set(self.run_id, status)
            return
        self._set(self.run_id, status)
        for run_id in self._running_parts():
            self._set(run_id, status)

    def _set(self, run_id: str, status: RunStatus) -> None:
        self._transport.call("update_run", UpdateRunResponse, run_id=run_id, status=status, end_time=now_milliseconds())

    def _running_parts(self) -> Iterator[str]:
        """Hand out parts that are not ended, and their parts."""
        known, waiting = {self.run_id}, [self.run_id]
        while waiting:
            found = self._runs.search([self.experiment_id], f"tags.`{PARENT_RUN_TAG}` = '{waiting.pop()}'")
            for run in found:
                if run.info.run_id not in known:
                    known.add(run.info.run_id)
                    waiting.append(run.info.run_id)
                    if RunStatus(run.info.status) in _GOING_ON:
                        yield run.info.run_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        if isinstance(error, TrialogError):
            self.note({FAULT_TAG: error.message})
        self.end(RunStatus.FAILED if isinstance(error, Exception) else RunStatus.KILLED)


def _short(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value[:_LONGEST_TAG] for key, value in tags.items() if value}
