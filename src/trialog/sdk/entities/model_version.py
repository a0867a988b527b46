"""Versions of registered models."""

from msgspec import field

from trialog.sdk.entities.base import Entity


class ModelVersion(Entity, frozen=True):
    """One version of a registered model.

    What MLflow's clients show as an empty text where nothing was said is so here as well.

    Args:
        name: Name of the registered model.
        version: Its number, as text.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        description: What is to be said of it; None once that was taken away.
        user_id: Who registered it.
        current_stage: `None`, `Staging`, `Production` or `Archived`.
        source: Where its files are.
        run_id: Run that made it.
        status: Whether its files are all there: `READY`, else `PENDING_REGISTRATION` or `FAILED_REGISTRATION`.
        status_message: More on that, if there is more.
        tags: By key.
        run_link: Address of a page about its run.
        aliases: Names of the aliases it bears.
    """

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int | None = None
    description: str | None = None
    user_id: str | None = None
    current_stage: str | None = None
    source: str | None = None
    run_id: str | None = None
    status: str = "READY"
    status_message: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    run_link: str | None = None
    aliases: list[str] = field(default_factory=list)
