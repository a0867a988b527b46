"""Messages of the promotion API: stages, who put what there and why, and the way back.

Requests name a version by its number (as number or as text), its label, its stage, `latest` or `@alias`.
Times are milliseconds since 1970 UTC. Answers show every field, null where there is nothing to say.
"""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from trialog.entities import ModelStage, ModelVersionStatus, Operation, RequiredText
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage


class PromoteModel(StrictRequestMessage, frozen=True):
    """Move a version into a stage and say why.

    Args:
        model_name: Name of the registered model.
        version: Which version.
        stage: Where it goes, in any case of letters.
        archive_existing: Whether all others leave that stage for Archived; so it is for Staging and Production unless
            said otherwise.
        reason: Why, for the history.
        gate: What a gate measured before it let the version through, for the history: at most 16 KiB of JSON.
        expected_version: Number or label of the version that the caller believes is in the stage now, 0 if none; if
            there is another, nothing is done.
        force: Whether to go on although the files of the version are gone.
    """

    model_name: RequiredText
    version: int | RequiredText
    stage: RequiredText
    archive_existing: bool | UnsetType = UNSET
    reason: str | None = None
    gate: dict[str, object] | None = None
    expected_version: int | RequiredText | None = None
    force: bool = False


class RollBackStage(StrictRequestMessage, frozen=True):
    """Put back into a stage what was there before.

    Args:
        model_name: Name of the registered model.
        stage: Which stage, in any case of letters.
        reason: Why, for the history.
        expected_version: The version that the caller believes is in the stage now, 0 if none; if there is another,
            nothing is done. So a request that is sent again does not go back twice.
        force: Whether to go on although the files of the version are gone.
    """

    model_name: RequiredText
    stage: RequiredText = ModelStage.PRODUCTION.value
    reason: str | None = None
    expected_version: int | RequiredText | None = None
    force: bool = False


class GetStageVersion(StrictRequestMessage, frozen=True):
    """Read the newest version in a stage."""

    name: RequiredText
    stage: RequiredText


class GetNamedVersion(StrictRequestMessage, frozen=True):
    """Read a version by number, label, stage, `latest` or `@alias`."""

    name: RequiredText
    version: RequiredText


class GetModelHistory(StrictRequestMessage, frozen=True):
    """Read the moves of stages and aliases, the last one first.

    Args:
        name: Name of the registered model, now or then.
        stage: Only moves into or out of this stage.
        alias: Only moves of this alias.
        version: Only moves of this version, by its number, or by any name that it has now.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
    """

    name: RequiredText
    stage: str | None = None
    alias: str | None = None
    version: str | None = None
    max_results: Annotated[int, Meta(ge=1, le=1000)] = 100
    page_token: str | None = None


class GetStageAt(StrictRequestMessage, frozen=True):
    """Read what was in a stage at a moment.

    Args:
        name: Name of the registered model, now or then.
        stage: Which stage, in any case of letters.
        time: A date (its end, UTC), a date and time (UTC unless it names its offset), or milliseconds since 1970 UTC.
    """

    name: RequiredText
    stage: RequiredText
    time: RequiredText


class VersionDetailsResponse(ResponseMessage, frozen=True):
    """All there is to know of a version.

    Args:
        model_path: Where its files are, as the client said that registered it.
        version: Its number.
        stage: How far it has come.
        metrics: Last values of its run; NaN and infinities as text.
        model_uri: How MLflow's clients load it.
        name: Name of the registered model.
        label: A name of the user's own.
        description: What is to be said of it.
        creation_timestamp: When it was registered.
        last_updated_timestamp: When it was last changed.
        user_id: Who registered it.
        status: Whether its files are all there.
        run_id: Run that made it.
        run_name: Name of that run.
        params: Params of that run.
        model_id: Logged model that it was registered from.
        storage_location: Where its files are in truth.
        signature: What goes in and comes out: MLflow's signature with `inputs`, `outputs` and `params`.
        flavors: Names of the flavors it can be loaded as.
        size_bytes: All its files together.
        tags: Its tags.
        aliases: Aliases that it bears.
        since: When it came into its stage; null if it never moved.
        by: Who moved it there.
        reason: Why.
        operation: What was asked for then.
        gate: What a gate had measured.
    """

    model_path: str
    version: int
    stage: ModelStage
    metrics: dict[str, float | str]
    model_uri: str
    name: str
    label: str | None
    description: str | None
    creation_timestamp: int
    last_updated_timestamp: int
    user_id: str | None
    status: ModelVersionStatus
    run_id: str | None
    run_name: str | None
    params: dict[str, str]
    model_id: str | None
    storage_location: str
    signature: dict[str, object] | None
    flavors: list[str]
    size_bytes: int | None
    tags: dict[str, str]
    aliases: list[str]
    since: int | None
    by: str | None
    reason: str | None
    operation: Operation | None
    gate: dict[str, object] | None


class RegistryMoveMessage(ResponseMessage, frozen=True):
    """One move of a stage or an alias.

    Args:
        move_id: Place in the order of all moves.
        change_id: The same for all moves that one call made together.
        registered_model_id: The registered model's own number, which tells apart models that had the same name.
        name: Name that the registered model had.
        version: The version that moved, or that the alias names now.
        alias: The alias that moved; null for a stage.
        from_stage: Stage before.
        to_stage: Stage after; null when the version was deleted.
        from_version: Version that bore the alias before.
        timestamp: When.
        actor: Who.
        operation: What was asked for.
        reason: Why.
        gate: What a gate had measured.
    """

    move_id: int
    change_id: int
    registered_model_id: int
    name: str
    version: int | None
    alias: str | None
    from_stage: ModelStage | None
    to_stage: ModelStage | None
    from_version: int | None
    timestamp: int
    actor: str
    operation: Operation
    reason: str | None
    gate: dict[str, object] | None


class ModelHistoryResponse(ResponseMessage, frozen=True):
    """One page of moves, the last one first."""

    moves: list[RegistryMoveMessage]
    next_page_token: str | None = None


class PastOccupantMessage(ResponseMessage, frozen=True):
    """A version that was in a stage at a moment.

    Args:
        name: Name that its model had when it came there.
        version: Its number; it may have been deleted since.
        since: When it came there.
        by: Who moved it there.
        reason: Why.
        operation: What was asked for.
        gate: What a gate had measured.
    """

    name: str
    version: int
    since: int
    by: str
    reason: str | None
    operation: Operation
    gate: dict[str, object] | None


class StageAtResponse(ResponseMessage, frozen=True):
    """What was in a stage at a moment, newest number first.

    Args:
        name: Name of the registered model, as it was asked for.
        stage: The stage.
        time: The moment.
        versions: What was there.
    """

    name: str
    stage: ModelStage
    time: int
    versions: list[PastOccupantMessage]
