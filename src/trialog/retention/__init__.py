"""Removing for good what was deleted: rows and files together, in short steps that can be interrupted anywhere."""

from trialog.retention.ages import deleted_before, parse_age
from trialog.retention.removal import ArtifactsLeft, FailedRemoval, RemovalReport, continue_removal, remove_for_good

__all__ = [
    "ArtifactsLeft",
    "FailedRemoval",
    "RemovalReport",
    "continue_removal",
    "deleted_before",
    "parse_age",
    "remove_for_good",
]
