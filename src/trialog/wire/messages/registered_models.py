"""Messages about registered models and their aliases."""

from typing import Annotated

from msgspec import Meta, field

from trialog.entities import RequiredText, Tag
from trialog.wire.messages.base import RequestMessage, ResponseMessage
from trialog.wire.messages.model_versions import ModelVersionMessage


class CreateRegisteredModel(RequestMessage, frozen=True):
    """Register a name."""

    name: RequiredText
    tags: list[Tag] = field(default_factory=list)
    description: str | None = None


class GetRegisteredModel(RequestMessage, frozen=True):
    """Read a registered model."""

    name: RequiredText


class RenameRegisteredModel(RequestMessage, frozen=True):
    """Give a registered model another name."""

    name: RequiredText
    new_name: RequiredText


class UpdateRegisteredModel(RequestMessage, frozen=True):
    """Describe a registered model; without a description, take it away."""

    name: RequiredText
    description: str | None = None


class DeleteRegisteredModel(RequestMessage, frozen=True):
    """Remove a registered model with all its versions; with one in Production only by force."""

    name: RequiredText
    force: bool = False


class SearchRegisteredModels(RequestMessage, frozen=True):
    """Find registered models."""

    filter: str | None = None
    max_results: Annotated[int, Meta(ge=1, le=1000)] = 100
    order_by: list[str] = field(default_factory=list)
    page_token: str | None = None


class GetLatestVersions(RequestMessage, frozen=True):
    """Read the newest version of each stage; where a label is given for a stage, the version that bears it."""

    name: RequiredText
    stages: list[str] = field(default_factory=list)


class SetRegisteredModelTag(RequestMessage, frozen=True):
    """Set or overwrite a tag of a registered model."""

    name: RequiredText
    key: RequiredText
    value: str = ""


class DeleteRegisteredModelTag(RequestMessage, frozen=True):
    """Remove a tag of a registered model."""

    name: RequiredText
    key: RequiredText


class SetRegisteredModelAlias(RequestMessage, frozen=True):
    """Give an alias to a version, and take it from the one that bore it."""

    name: RequiredText
    alias: RequiredText
    version: RequiredText


class DeleteRegisteredModelAlias(RequestMessage, frozen=True):
    """Take an alias away."""

    name: RequiredText
    alias: RequiredText


class GetModelVersionByAlias(RequestMessage, frozen=True):
    """Read the version that bears an alias."""

    name: RequiredText
    alias: RequiredText


class RegisteredModelAliasMessage(ResponseMessage, frozen=True):
    """An alias and the version that bears it."""

    alias: str
    version: str


class RegisteredModelMessage(ResponseMessage, frozen=True):
    """A registered model as answers show it."""

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""
    latest_versions: list[ModelVersionMessage] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    aliases: list[RegisteredModelAliasMessage] = field(default_factory=list)


class RegisteredModelResponse(ResponseMessage, frozen=True):
    """One registered model."""

    registered_model: RegisteredModelMessage


class SearchRegisteredModelsResponse(ResponseMessage, frozen=True):
    """One page of registered models."""

    registered_models: list[RegisteredModelMessage] = field(default_factory=list)
    next_page_token: str | None = None


class GetLatestVersionsResponse(ResponseMessage, frozen=True):
    """The newest versions."""

    model_versions: list[ModelVersionMessage] = field(default_factory=list)
