"""What the registry's client returns: plain values, times as `datetime`, metrics and params as dictionaries."""

from datetime import UTC, datetime

from msgspec import Struct


class ModelVersion(Struct, frozen=True, kw_only=True):
    """One version of a registered model, with the metrics and params of its run.

    Args:
        name: Name of the registered model.
        version: Its number.
        label: A name of the user's own for it, such as the time of the training; None if it has none.
        stage: `None`, `Staging`, `Production` or `Archived`.
        model_path: Where its files are, as it was registered.
        model_uri: How MLflow's clients load it.
        metrics: Last values of its run; NaN and infinities too.
        params: Params of its run.
        tags: Its tags, without the one that holds the label.
        aliases: Aliases that it bears.
        description: What is to be said of it.
        run_id: Run that made it.
        run_name: Name of that run.
        signature: What goes in and comes out: MLflow's signature.
        flavors: Names of the flavors it can be loaded as.
        size_bytes: All its files together; None if that is not known.
        created_at: When it was registered.
        stage_since: When it came into its stage; None if it never moved.
        stage_by: Who moved it there.
        stage_reason: Why.
    """

    name: str
    version: int
    label: str | None
    stage: str
    model_path: str
    model_uri: str
    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]
    aliases: list[str]
    description: str | None
    run_id: str | None
    run_name: str | None
    signature: dict[str, object] | None
    flavors: list[str]
    size_bytes: int | None
    created_at: datetime
    stage_since: datetime | None
    stage_by: str | None
    stage_reason: str | None


class RegisteredModel(Struct, frozen=True, kw_only=True):
    """A name under which versions of a model are kept.

    Args:
        name: The name.
        description: What it is for.
        tags: By key.
        aliases: Number of the version that bears each alias.
        latest_versions: Number of the newest version in each stage that has one.
        created_at: When it was registered.
        updated_at: When it, a version, a tag or an alias was last changed.
    """

    name: str
    description: str | None
    tags: dict[str, str]
    aliases: dict[str, int]
    latest_versions: dict[str, int]
    created_at: datetime
    updated_at: datetime


class Move(Struct, frozen=True, kw_only=True):
    """One move of a version into a stage, or of an alias to a version.

    Args:
        at: When.
        operation: What was asked for, such as `promote` or `rollback`.
        version: The version that moved, or that the alias names now; None for an alias that was taken away.
        from_stage: Stage before; None for an alias.
        to_stage: Stage after; None for an alias and for a version that was deleted.
        alias: The alias that moved; None for a stage.
        from_version: Version that bore the alias before.
        actor: Who did it.
        reason: Why.
        gate: What a gate had measured before.
        change_id: The same for all moves that one call made together.
    """

    at: datetime
    operation: str
    version: int | None
    from_stage: str | None
    to_stage: str | None
    alias: str | None
    from_version: int | None
    actor: str
    reason: str | None
    gate: dict[str, object] | None
    change_id: int


class BestRun(Struct, frozen=True, kw_only=True):
    """The best run by a metric, and how it came to be that.

    Args:
        run_id: The run.
        run_name: Its name.
        experiment_id: Experiment it belongs to.
        metric: Name of the metric.
        value: Its best value.
        direction: Whether `higher` or `lower` values were taken as better.
        band: How good the value is: `bad`, `weak`, `fair`, `good` or `excellent`; None if nobody said what is good.
        ties: Ids of the runs with the very same value, the best run first.
        compared: How many runs have a value.
        metrics: Last values of the run.
        params: Its params.
        tags: Its tags.
    """

    run_id: str
    run_name: str
    experiment_id: str
    metric: str
    value: float
    direction: str
    band: str | None
    ties: list[str]
    compared: int
    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]


def moment(milliseconds: int) -> datetime:
    """Return the time that milliseconds since 1970 UTC stand for."""
    # Divided by whole numbers, because a float would be off by a microsecond.
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)
