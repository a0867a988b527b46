"""Messages about registered models as pages show them."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from trialog.entities import ModelStage, ModelVersionStatus, PermissionLevel, RequiredText
from trialog.wire.messages.base import ResponseMessage, SearchText, StrictRequestMessage
from trialog.wire.messages.metric_values import MetricReadingMessage, MetricValueMessage
from trialog.wire.messages.promotion import RegistryMoveMessage


class SearchModelOverviews(StrictRequestMessage, frozen=True):
    """List registered models with what is in Production and Staging.

    Args:
        search: Only those whose name holds this text, in any case of letters.
        by_last_change: Those changed last first; else by name.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
    """

    search: SearchText = ""
    by_last_change: bool = False
    max_results: Annotated[int, Meta(ge=1, le=200)] = 50
    page_token: str | None = None


class VersionSummaryMessage(ResponseMessage, frozen=True):
    """A version of a registered model, in short.

    Args:
        version: Its number.
        label: A name of the user's own; null if it has none.
        stage: How far it has come.
        status: Whether its files are all there.
        aliases: Aliases that it bears.
        creation_timestamp: When it was registered, in milliseconds since 1970 UTC.
        since: When it came into its stage; null if it never moved.
        by: Who moved it there; null likewise.
        run_id: Run that made it; null if none is known.
        run_name: Name of that run; null if it is not there.
        experiment_id: Where that run belongs; null likewise.
        key_metric: What tells best how good it is: the metric that the model's tag `trialog.key_metric` names, else the
            first of those of the run that have a target or bands, and a direction; null if there is none.
    """

    version: int
    label: str | None
    stage: ModelStage
    status: ModelVersionStatus
    aliases: list[str]
    creation_timestamp: int
    since: int | None
    by: str | None
    run_id: str | None
    run_name: str | None
    experiment_id: str | None
    key_metric: MetricValueMessage | None


class ModelAliasMessage(ResponseMessage, frozen=True):
    """An alias of a registered model.

    Args:
        alias: The alias.
        version: The version that bears it.
    """

    alias: str
    version: int


class ModelOverviewMessage(ResponseMessage, frozen=True):
    """A registered model, with what is in its stages.

    Args:
        name: Its name.
        description: What it is for; null if nobody said.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC; every change of a version, tag or alias counts.
        tags: Its tags.
        aliases: Its aliases.
        version_count: How many versions it has.
        production: The newest version in Production; null if there is none.
        staging: The newest version in Staging; null if there is none.
        latest: The newest version of all; null if there is none.
        permission: What who asks may do with it: READ, USE, EDIT or MANAGE.
    """

    name: str
    description: str | None
    creation_timestamp: int
    last_updated_timestamp: int
    tags: dict[str, str]
    aliases: list[ModelAliasMessage]
    version_count: int
    production: VersionSummaryMessage | None
    staging: VersionSummaryMessage | None
    latest: VersionSummaryMessage | None
    permission: PermissionLevel


class ModelOverviewsResponse(ResponseMessage, frozen=True):
    """One page of registered models.

    Args:
        models: The models.
        total: How many match on all pages.
        next_page_token: Opaque text to send for the next page; absent on the last page.
    """

    models: list[ModelOverviewMessage]
    total: int
    next_page_token: str | None = None


class GetModelOverview(StrictRequestMessage, frozen=True):
    """Read a registered model with its versions side by side.

    Args:
        name: The registered model.
        max_results: So many versions at most, the newest first.
        before_version: Only versions with a lower number: where to go on.
    """

    name: RequiredText
    max_results: Annotated[int, Meta(ge=1, le=200)] = 50
    before_version: Annotated[int, Meta(ge=1, le=2**63 - 1)] | UnsetType = UNSET


class ModelVersionRowMessage(ResponseMessage, frozen=True):
    """A version beside others.

    Args:
        summary: The version in short.
        description: What is to be said of it; null if nobody did.
        last_updated_timestamp: When it was last changed.
        user_id: Who registered it; null where nobody logs in.
        source: Where its files are, as the client said.
        storage_location: Where they are in truth.
        model_id: Logged model that it was registered from; null if none is known.
        status_message: More on its status; null if there is no more.
        tags: Its tags.
        flavors: Names of the flavors it can be loaded as.
        size_bytes: All its files together; null if that is not known.
        signature_id: Under this name `signatures` has its signature; null if it was registered without.
        metrics: Latest values of its run by name, 200 at most, without those of the system; NaN and infinities as text.
        params: Params of its run by name, 200 at most.
    """

    summary: VersionSummaryMessage
    description: str | None
    last_updated_timestamp: int
    user_id: str | None
    source: str
    storage_location: str
    model_id: str | None
    status_message: str | None
    tags: dict[str, str]
    flavors: list[str]
    size_bytes: int | None
    signature_id: str | None
    metrics: dict[str, float | str]
    params: dict[str, str]


class ModelOverviewResponse(ResponseMessage, frozen=True):
    """A registered model.

    Args:
        model: The model.
        versions: Its versions, the newest first.
        next_before_version: Send it as `before_version` for older versions; null if there are none.
        signatures: What goes into and comes out of versions, each once however many share it; of a signature of more
            than 100,000 bytes null stands here, and `get_named_version` has it.
        readings: What the metrics of the versions mean, by name, in the experiment of the newest version that has one.
        moves: The last 100 moves of stages and aliases, the last one first; `get_model_history` has the others.
        has_more_moves: Whether there are others.
    """

    model: ModelOverviewMessage
    versions: list[ModelVersionRowMessage]
    next_before_version: int | None
    signatures: dict[str, dict[str, object] | None]
    readings: dict[str, MetricReadingMessage]
    moves: list[RegistryMoveMessage]
    has_more_moves: bool
