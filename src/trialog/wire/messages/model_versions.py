"""Messages about versions of registered models.

Requests name a version by its number or, where it is read, by its label. Both are text on MLflow's wire.
"""

from typing import Annotated

from msgspec import Meta, field

from trialog.entities import ModelStage, ModelVersionStatus, RequiredText, Tag
from trialog.wire.messages.base import RequestMessage, ResponseMessage


class CreateModelVersion(RequestMessage, frozen=True):
    """Register a version."""

    name: RequiredText
    source: RequiredText
    run_id: str | None = None
    tags: list[Tag] = field(default_factory=list)
    run_link: str | None = None
    description: str | None = None
    model_id: str | None = None


class GetModelVersion(RequestMessage, frozen=True):
    """Read a version."""

    name: RequiredText
    version: RequiredText


class UpdateModelVersion(RequestMessage, frozen=True):
    """Describe a version; without a description, take it away."""

    name: RequiredText
    version: RequiredText
    description: str | None = None


class DeleteModelVersion(RequestMessage, frozen=True):
    """Remove a version for good; one in Production only by force."""

    name: RequiredText
    version: RequiredText
    force: bool = False


class SearchModelVersions(RequestMessage, frozen=True):
    """Find versions."""

    filter: str | None = None
    max_results: Annotated[int, Meta(ge=1, le=200_000)] = 10_000
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None


class GetModelVersionDownloadUri(RequestMessage, frozen=True):
    """Ask where the files of a version are."""

    name: RequiredText
    version: RequiredText


class GetModelVersionArtifact(RequestMessage, frozen=True):
    """Fetch one file of a version.

    Args:
        name: The registered model.
        version: The version.
        path: The file.
        workspace: The workspace that it is in, for links, which send no headers.
    """

    name: RequiredText
    version: RequiredText
    path: RequiredText
    workspace: str = ""


class TransitionModelVersionStage(RequestMessage, frozen=True):
    """Move a version into a stage."""

    name: RequiredText
    version: RequiredText
    stage: RequiredText
    archive_existing_versions: bool = False


class SetModelVersionTag(RequestMessage, frozen=True):
    """Set or overwrite a tag of a version; the tag `trialog.label` is its label."""

    name: RequiredText
    version: RequiredText
    key: RequiredText
    value: str = ""


class DeleteModelVersionTag(RequestMessage, frozen=True):
    """Remove a tag of a version."""

    name: RequiredText
    version: RequiredText
    key: RequiredText


class ModelVersionMessage(ResponseMessage, frozen=True):
    """A version as MLflow's answers show it."""

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    current_stage: ModelStage
    source: str
    status: ModelVersionStatus
    user_id: str | None = None
    description: str | None = None
    run_id: str | None = None
    status_message: str | None = None
    tags: list[Tag] = field(default_factory=list)
    run_link: str | None = None
    aliases: list[str] = field(default_factory=list)


class ModelVersionResponse(ResponseMessage, frozen=True):
    """One version."""

    model_version: ModelVersionMessage


class SearchModelVersionsResponse(ResponseMessage, frozen=True):
    """One page of versions."""

    model_versions: list[ModelVersionMessage] = field(default_factory=list)
    next_page_token: str | None = None


class GetModelVersionDownloadUriResponse(ResponseMessage, frozen=True):
    """Where the files of a version are."""

    artifact_uri: str
