"""Named groups of runs."""

from msgspec import field

from trialog.sdk.entities.base import Entity


class Experiment(Entity, frozen=True):
    """A named group of runs.

    Args:
        experiment_id: Its id.
        name: Its name.
        artifact_location: URI under which its runs keep their artifacts.
        lifecycle_stage: `active` or `deleted`.
        tags: By key.
        creation_time: Milliseconds since 1970 UTC.
        last_update_time: Milliseconds since 1970 UTC.
    """

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    tags: dict[str, str] = field(default_factory=dict)
    creation_time: int | None = None
    last_update_time: int | None = None
