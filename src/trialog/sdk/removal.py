"""A client for the bin of a server, and for removing from it for good."""

import time
from collections.abc import Callable
from typing import Final

from trialog.entities.bin import BinContent, BinItem, BinSelection, HeldItem
from trialog.retention import ArtifactsLeft, FailedRemoval, RemovalReport
from trialog.sdk.transport import Transport
from trialog.wire.messages.bin import BinContentResponse, RemovalResponse

# While another process removes from the same store.
_WAIT_SECONDS: Final = 1.0


class Bin:
    """The bin of one server.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def look(
        self, selection: BinSelection, older_than_seconds: int | None = None, *, count_artifacts: bool = False
    ) -> BinContent:
        """Say what is in the bin.

        Args:
            selection: What is named in it; nothing for all.
            older_than_seconds: Only what was deleted so long ago, by the clock of the server.
            count_artifacts: Whether to count the bytes of files.
        """
        fields = _fields(selection, older_than_seconds) | {"count_artifacts": count_artifacts or None}
        answer = self._transport.call("look_into_bin", BinContentResponse, **fields)
        return BinContent(
            experiments=answer.experiments,
            runs=answer.runs,
            logged_models=answer.logged_models,
            points=answer.points,
            estimated_bytes=answer.estimated_bytes,
            oldest=answer.oldest,
            held=tuple(HeldItem(one.kind, one.id, one.name, int(one.version)) for one in answer.held),
            held_count=answer.held_count,
            being_removed=answer.being_removed,
            free_bytes=answer.free_bytes,
            artifact_bytes=answer.artifact_bytes,
            all_artifacts_counted=answer.all_artifacts_counted,
        )

    def remove_for_good(
        self,
        selection: BinSelection,
        older_than_seconds: int | None = None,
        on_progress: Callable[[RemovalReport], None] | None = None,
    ) -> RemovalReport:
        """Remove for good what is named, or everything in the bin, and wait until it is done.

        Args:
            selection: What is named in it; nothing for all.
            older_than_seconds: Only what was deleted so long ago, by the clock of the server.
            on_progress: Called with what was done so far, every few seconds.
        """
        report = RemovalReport()
        fields = {**_fields(selection, older_than_seconds), "everything": None if selection.is_named else True}
        while not report.is_done:
            if report.is_elsewhere:
                time.sleep(_WAIT_SECONDS)
            answer = (
                self._transport.call("continue_removal", RemovalResponse)
                if report.is_begun
                else self._transport.call("remove_for_good", RemovalResponse, **fields)
            )
            _add(report, answer)
            if on_progress is not None:
                on_progress(report)
        return report


def _fields(selection: BinSelection, older_than_seconds: int | None) -> dict[str, object]:
    return {
        "run_ids": list(selection.run_ids) or None,
        "experiment_ids": list(selection.experiment_ids) or None,
        "logged_model_ids": list(selection.logged_model_ids) or None,
        "older_than_seconds": older_than_seconds,
    }


def _add(report: RemovalReport, answer: RemovalResponse) -> None:
    for name in ("begun", "experiments", "runs", "logged_models", "points", "returned_bytes"):
        setattr(report, name, getattr(report, name) + getattr(answer, name))
    report.artifacts_left += [ArtifactsLeft(BinItem(one.kind, 0, one.id), one.uri) for one in answer.artifacts_left]
    report.artifacts_left_count += answer.artifacts_left_count
    # What failed is tried again with each request: the last answer tells how it stands.
    report.failed = [FailedRemoval(BinItem(one.kind, 0, one.id), one.message) for one in answer.failed]
    report.failed_count = answer.failed_count
    report.is_begun, report.is_done = answer.is_begun, answer.is_done
    report.is_elsewhere, report.can_return_space = answer.is_elsewhere, answer.can_return_space
