"""The bin: what was deleted and can be restored, and what is removed from it for good."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

MAX_REMOVED_AT_ONCE: Final = 100
"""How many runs, experiments or logged models one request may name for removal: they go together or not at all."""


class BinKind(StrEnum):
    """What lies in the bin."""

    EXPERIMENT = "experiment"
    LOGGED_MODEL = "logged_model"
    RUN = "run"


class BinSelection(Struct, frozen=True):
    """Which things in the bin are meant: those named or, if none is named, all of them.

    Args:
        run_ids: Runs by id.
        experiment_ids: Experiments by id, each with all its runs and logged models.
        logged_model_ids: Logged models by id.
        deleted_before: Only what was deleted at this moment or before, in milliseconds since 1970 UTC.
    """

    run_ids: tuple[str, ...] = ()
    experiment_ids: tuple[str, ...] = ()
    logged_model_ids: tuple[str, ...] = ()
    deleted_before: int | None = None

    @property
    def is_named(self) -> bool:
        """Whether ids say what is meant."""
        return bool(self.run_ids or self.experiment_ids or self.logged_model_ids)


class BinItem(Struct, frozen=True):
    """One thing in the bin.

    Args:
        kind: What it is.
        number: The store's own number of it.
        item_id: Its id, as clients know it.
    """

    kind: BinKind
    number: int
    item_id: str


class BinFolder(Struct, frozen=True):
    """Where a run or logged model in the bin keeps its files.

    Args:
        number: The store's own number of the run or model.
        item_id: Its id, as clients know it.
        artifact_uri: The place.
    """

    number: int
    item_id: str
    artifact_uri: str


class HeldItem(Struct, frozen=True):
    """A thing in the bin that is not removed, because a version of a registered model comes from it.

    Args:
        kind: What it is.
        item_id: Its id; of an experiment the id of the run or logged model in it that is held.
        name: The registered model.
        version: The version.
    """

    kind: BinKind
    item_id: str
    name: str
    version: int


class BinContent(Struct, frozen=True):
    """What is in the bin, of what was asked about.

    Args:
        experiments: How many experiments.
        runs: How many runs; those of the experiments among them.
        logged_models: How many logged models, likewise.
        points: How many points of metrics the runs have.
        estimated_bytes: About how many bytes all of it takes in the database; files of artifacts not counted.
        oldest: When the first of it was deleted; None if there is nothing.
        held: Some of what is not removed because versions of registered models come from it.
        held_count: How much that is in all.
        being_removed: How many removals were begun and are not finished.
        free_bytes: Room inside the file of the database that was not given back to the disk yet.
        artifact_bytes: Size of the files that would be deleted; None if they were not counted.
        all_artifacts_counted: Whether there are no more files than those.
    """

    experiments: int
    runs: int
    logged_models: int
    points: int
    estimated_bytes: int
    oldest: int | None
    held: tuple[HeldItem, ...]
    held_count: int
    being_removed: int
    free_bytes: int
    artifact_bytes: int | None = None
    all_artifacts_counted: bool = False


class Removal(Struct, frozen=True):
    """Something that nobody can reach any more, and of which something is still kept.

    Args:
        number: Number of the removal; they are finished in this order.
        item: What is removed.
        artifact_uri: Where its files are; None if it has none of its own.
    """

    number: int
    item: BinItem
    artifact_uri: str | None


class BegunRemovals(Struct, frozen=True):
    """What one short step that begins removals did.

    Args:
        begun: How many were begun.
        left: What it had no time for.
        is_elsewhere: Whether another process removes, so that nothing was done.
    """

    begun: int = 0
    left: tuple[BinItem, ...] = ()
    is_elsewhere: bool = False


class RemovedSlice(Struct, frozen=True):
    """What one short step of removals did.

    Args:
        finished: Which removals came to their end.
        points: How many points of metrics it removed.
        is_elsewhere: Whether another process removes, so that nothing was done.
    """

    finished: tuple[Removal, ...] = ()
    points: int = 0
    is_elsewhere: bool = False


class ReturnedSpace(Struct, frozen=True):
    """What one short step that gives room back to the disk did.

    Args:
        returned_bytes: How much it gave back.
        is_done: Whether nothing is left to give back.
        is_possible: Whether this database can give room back in steps; one that cannot uses it for what comes.
    """

    returned_bytes: int = 0
    is_done: bool = True
    is_possible: bool = True
