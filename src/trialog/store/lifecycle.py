"""Lifecycle stages in SQL."""

from trialog.entities import LifecycleStage, ViewType


def stages_of(view_type: ViewType) -> list[LifecycleStage]:
    """Return the lifecycle stages that a search looks at."""
    match view_type:
        case ViewType.ACTIVE_ONLY:
            return [LifecycleStage.ACTIVE]
        case ViewType.DELETED_ONLY:
            return [LifecycleStage.DELETED]
        case ViewType.ALL:
            return list(LifecycleStage)
