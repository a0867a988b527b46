"""Versions of registered models."""

from enum import StrEnum

from msgspec import Struct

from trialog.entities.tag import Tag
from trialog.entities.visibility import Visibility

LABEL_TAG = "trialog.label"
"""Tag of a version that holds its label: a name of the user's own, such as the time of the training."""

MODEL_VERSIONS_TAG = "mlflow.modelVersions"
"""Tag of a logged model that lists the versions registered from it."""


class ModelStage(StrEnum):
    """How far a version has come."""

    NONE = "None"
    STAGING = "Staging"
    PRODUCTION = "Production"
    ARCHIVED = "Archived"


class ModelVersionStatus(StrEnum):
    """Whether a version's files are all there."""

    PENDING_REGISTRATION = "PENDING_REGISTRATION"
    FAILED_REGISTRATION = "FAILED_REGISTRATION"
    READY = "READY"


class ModelContent(Struct, frozen=True):
    """What a version's own files say of it.

    Args:
        signature: MLflow's model signature, as JSON text: `{"inputs": ..., "outputs": ..., "params": ...}`.
        flavors: Names of the flavors it can be loaded as.
        size_bytes: All its files together.
    """

    signature: str | None = None
    flavors: tuple[str, ...] = ()
    size_bytes: int | None = None


class ModelVersion(Struct, frozen=True):
    """One version of a registered model, without what its files say: that may be large, and is asked for by itself.

    Args:
        name: Name of the registered model.
        version: Its number; counted from 1 and never used again.
        creation_timestamp: Milliseconds since 1970 UTC.
        last_updated_timestamp: Milliseconds since 1970 UTC.
        description: What is to be said of it; None if nobody did.
        user_id: Who registered it, as the access layer knows; None where nobody logs in.
        current_stage: How far it has come.
        source: Where its files are, as the client said.
        storage_location: Where they are in truth: `source` with `models:/` resolved.
        run_id: Run that made it, if any.
        run_link: Address of a page about that run, as the client said.
        model_id: Logged model it was registered from, if any.
        status: Whether its files are all there.
        status_message: More on that, if there is more.
        label: A name of the user's own for it, unique in its model; None if it has none.
        tags: By key.
        aliases: Names of the aliases it bears.
    """

    name: str
    version: int
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None
    user_id: str | None
    current_stage: ModelStage
    source: str
    storage_location: str
    run_id: str | None
    run_link: str | None
    model_id: str | None
    status: ModelVersionStatus
    status_message: str | None
    label: str | None
    tags: list[Tag]
    aliases: list[str]


class NewModelVersion(Struct, frozen=True):
    """A version to register; its source has been checked.

    Args:
        name: Name of the registered model.
        source: Where its files are, as the client said.
        storage_location: Where they are in truth.
        run_id: Run that made it.
        run_link: Address of a page about that run.
        model_id: Logged model it is registered from.
        description: What is to be said of it.
        tags: First tags; `trialog.label` among them becomes its label.
        content: What its files say.
        user_id: Who registers it.
    """

    name: str
    source: str
    storage_location: str
    run_id: str | None = None
    run_link: str | None = None
    model_id: str | None = None
    description: str | None = None
    tags: tuple[Tag, ...] = ()
    content: ModelContent = ModelContent()
    user_id: str | None = None


class ModelVersionSearch(Struct, frozen=True):
    """What to look for among versions.

    Args:
        filter: Text of the filter language; None or blank finds all versions of models that are no prompts.
        order_by: Sort keys; last changed first when empty, then by name and newest version.
        max_results: Largest page wanted; pages may be shorter.
        page_token: Where to go on, from the page before.
        visible: Which registered models may be read, by their numbers; None for all.
    """

    filter: str | None = None
    order_by: tuple[str, ...] = ()
    max_results: int = 10_000
    page_token: str | None = None
    visible: Visibility | None = None
