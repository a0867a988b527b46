"""Removing for good what was deleted: rows and files together, in short steps that can be interrupted anywhere."""

from trialog.retention.ages import deleted_before, parse_age
from trialog.retention.removal import ArtifactsLeft, FailedRemoval, RemovalReport, continue_removal, remove_for_good
from trialog.retention.weighing import ArtifactsWeight, weigh_artifacts

__all__ = [
    "ArtifactsLeft",
    "ArtifactsWeight",
    "FailedRemoval",
    "RemovalReport",
    "continue_removal",
    "deleted_before",
    "parse_age",
    "remove_for_good",
    "weigh_artifacts",
]
