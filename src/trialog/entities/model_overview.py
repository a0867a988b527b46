"""Registered models with their versions, and what the runs of these measured."""

from msgspec import Struct

from trialog.entities.metric import Metric
from trialog.entities.model_version import ModelContent, ModelVersion
from trialog.entities.registered_model import RegisteredModel
from trialog.entities.registry_move import RegistryMove
from trialog.entities.run import RunInfo
from trialog.entities.tag import Param
from trialog.entities.visibility import Visibility

KEY_METRIC_TAG = "trialog.key_metric"
"""Tag of a registered model with the name of the metric that tells best how good a version is."""


class ModelOverviewSearch(Struct, frozen=True):
    """Which registered models to look for; prompts are none.

    Args:
        search: Only those whose name holds this text, in any case of letters.
        by_last_change: Those changed last first; else by name.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
        visible: Which may be read, by their numbers; None for all.
        experiments: Which experiments may be read, for the runs of versions; None for all.
    """

    search: str = ""
    by_last_change: bool = False
    max_results: int = 50
    page_token: str | None = None
    visible: Visibility | None = None
    experiments: Visibility | None = None


class VersionOverview(Struct, frozen=True):
    """A version with the run that it comes from.

    Args:
        version: The version.
        arrival: The last move that brought it into its stage; None if it never moved.
        run: The run that made it; None if it is not there, or may not be read.
        metrics: Latest values of that run by name, 200 at most and the model's key metric; without those of the system.
    """

    version: ModelVersion
    arrival: RegistryMove | None
    run: RunInfo | None
    metrics: list[Metric]


class ModelOverview(Struct, frozen=True):
    """A registered model, with some of its versions.

    Args:
        number: The model's own number, by which permissions speak of it.
        model: The model.
        version_count: How many versions it has.
        latest: Number of its newest version; None if it has none.
        versions: The newest version of each stage, and the newest of all, by number.
    """

    number: int
    model: RegisteredModel
    version_count: int
    latest: int | None
    versions: dict[int, VersionOverview]


class ModelOverviews(Struct, frozen=True):
    """One page of registered models.

    Args:
        items: The models.
        total: How many match on all pages.
        next_page_token: As `Page` has it.
    """

    items: list[ModelOverview]
    total: int
    next_page_token: str | None = None


class VersionRow(Struct, frozen=True):
    """A version beside others.

    Args:
        overview: The version and its run.
        content: What its files say, but for the signature.
        signature_id: Under this name its signature is found; None if it has none.
        params: Params of its run by name, 200 at most.
    """

    overview: VersionOverview
    content: ModelContent
    signature_id: str | None
    params: list[Param]


class ModelDetails(Struct, frozen=True):
    """A registered model with its versions side by side.

    Args:
        overview: The model.
        rows: Its versions, the newest first.
        signatures: Signatures by name, as JSON text; None for one that is too long to be shown beside others.
        next_before_version: Older versions have lower numbers than this; None if there are none.
    """

    overview: ModelOverview
    rows: list[VersionRow]
    signatures: dict[str, str | None]
    next_before_version: int | None
