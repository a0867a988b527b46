"""Messages about the bin, and about removing from it for good."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from trialog.entities.bin import BinKind
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage

Age = Annotated[int, Meta(ge=0, le=10**11)]
"""Seconds since something was deleted."""


class SelectInBin(StrictRequestMessage, frozen=True):
    """What in the bin is meant: what is named, or all, and that only if it was deleted so many seconds ago."""

    run_ids: list[str] = field(default_factory=list)
    experiment_ids: list[str] = field(default_factory=list)
    logged_model_ids: list[str] = field(default_factory=list)
    older_than_seconds: Age | UnsetType = UNSET


class LookIntoBin(SelectInBin, frozen=True, kw_only=True):
    """Say what is in the bin: what is named, or all, and that only if it was deleted so many seconds ago.

    With `count_artifacts` the bytes of its files are counted, for two seconds at most.
    """

    count_artifacts: bool = False


class RemoveForGood(SelectInBin, frozen=True, kw_only=True):
    """Remove for good what is named, or everything in the bin.

    An experiment goes with all its runs and logged models. `everything` must be true if nothing is named, so that no
    slip empties the bin; with `older_than_seconds` it is everything that old.
    """

    everything: bool = False


class ContinueRemoval(StrictRequestMessage, frozen=True):
    """Go on with what was begun to be removed."""


class HeldItemMessage(ResponseMessage, frozen=True):
    """Something that is not removed, because a version of a registered model comes from it."""

    kind: BinKind
    id: str
    name: str
    version: str


class BinContentResponse(ResponseMessage, frozen=True):
    """What is in the bin and may be removed for good; see `trialog.entities.bin.BinContent`."""

    experiments: int
    runs: int
    logged_models: int
    points: int
    estimated_bytes: int
    oldest: int | None
    held: list[HeldItemMessage]
    held_count: int
    being_removed: int
    free_bytes: int
    artifact_bytes: int | None
    all_artifacts_counted: bool


class ArtifactsLeftMessage(ResponseMessage, frozen=True):
    """Files of something removed that were left, because this server does not open the place where they are."""

    kind: BinKind
    id: str
    uri: str


class FailedRemovalMessage(ResponseMessage, frozen=True):
    """Something whose files could not be deleted now; it is tried again with the next removal."""

    kind: BinKind
    id: str
    message: str


class RemovalResponse(ResponseMessage, frozen=True):
    """What one call did; see `trialog.retention.RemovalReport`.

    As long as `is_begun` is false, not all that was asked for is out of the bin: the same request goes on with it.
    Then, as long as `is_done` is false, `continue` does. With `is_elsewhere` it is worth waiting a second before.
    """

    begun: int
    experiments: int
    runs: int
    logged_models: int
    points: int
    returned_bytes: int
    artifacts_left: list[ArtifactsLeftMessage]
    artifacts_left_count: int
    failed: list[FailedRemovalMessage]
    failed_count: int
    is_begun: bool
    is_done: bool
    is_elsewhere: bool
    can_return_space: bool
