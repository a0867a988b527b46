"""Soft deletion: what is deleted stays readable by id until it is removed for good."""

from enum import StrEnum


class LifecycleStage(StrEnum):
    """Whether an experiment or run is in use or in the bin."""

    ACTIVE = "active"
    DELETED = "deleted"


class ViewType(StrEnum):
    """Which lifecycle stages a search looks at."""

    ACTIVE_ONLY = "ACTIVE_ONLY"
    DELETED_ONLY = "DELETED_ONLY"
    ALL = "ALL"
