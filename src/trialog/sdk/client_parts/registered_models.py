"""What a client can do with registered models and their aliases."""

from collections.abc import Mapping, Sequence

from trialog.entities import Tag
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.entities import ModelVersion, PagedList, RegisteredModel
from trialog.sdk.entities.conversions import model_version_of, registered_model_of
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.model_versions import ModelVersionResponse
from trialog.wire.messages.registered_models import (
    GetLatestVersionsResponse,
    RegisteredModelResponse,
    SearchRegisteredModelsResponse,
)

_PAGE = 100


class RegisteredModelClient(Connected):
    """Registered models and their aliases."""

    def create_registered_model(
        self, name: str, tags: Mapping[str, object] | None = None, description: str | None = None
    ) -> RegisteredModel:
        """Register a name.

        Args:
            name: The name.
            tags: First tags.
            description: What it is for.

        Raises:
            ResourceAlreadyExists: The name is registered.
        """
        answer = self._registry.call(
            "create_registered_model",
            RegisteredModelResponse,
            name=name,
            tags=[Tag(key, str(value)) for key, value in (tags or {}).items()],
            description=description,
        )
        return registered_model_of(answer.registered_model)

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Return a registered model.

        Args:
            name: Its name.

        Raises:
            ResourceNotFound: There is none.
        """
        answer = self._registry.call("get_registered_model", RegisteredModelResponse, name=name)
        return registered_model_of(answer.registered_model)

    def search_registered_models(
        self,
        filter_string: str | None = None,
        max_results: int = _PAGE,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[RegisteredModel]:
        """Find registered models, one page of them; prompts are left out unless the filter names them.

        Args:
            filter_string: Which ones, such as `name LIKE 'churn%'`.
            max_results: Largest page wanted.
            order_by: What comes first, such as `["name DESC"]`; by name if None.
            page_token: Where to go on: `.token` of the page before.
        """
        answer = self._registry.call(
            "search_registered_models",
            SearchRegisteredModelsResponse,
            filter=filter_string,
            max_results=max_results,
            order_by=list(order_by or ()),
            page_token=page_token,
        )
        return PagedList(map(registered_model_of, answer.registered_models), answer.next_page_token or None)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Give a registered model another name.

        Args:
            name: Its name.
            new_name: The other name.
        """
        answer = self._registry.call("rename_registered_model", RegisteredModelResponse, name=name, new_name=new_name)
        return registered_model_of(answer.registered_model)

    def update_registered_model(self, name: str, description: str | None = None) -> RegisteredModel:
        """Describe a registered model; without a description, take it away.

        Args:
            name: Its name.
            description: What it is for.
        """
        answer = self._registry.call(
            "update_registered_model", RegisteredModelResponse, name=name, description=description
        )
        return registered_model_of(answer.registered_model)

    def delete_registered_model(self, name: str) -> None:
        """Remove a registered model with all its versions for good, unless one of them is in Production.

        Args:
            name: Its name.

        Raises:
            Conflict: A version is in Production.
        """
        self._registry.call("delete_registered_model", EmptyResponse, name=name)

    def get_latest_versions(self, name: str, stages: Sequence[str] | None = None) -> list[ModelVersion]:
        """Return the newest version of each stage that has one.

        Args:
            name: Name of the registered model.
            stages: Only of these stages.
        """
        answer = self._registry.call(
            "get_latest_versions", GetLatestVersionsResponse, name=name, stages=list(stages or ())
        )
        return [model_version_of(version) for version in answer.model_versions]

    def set_registered_model_tag(self, name: str, key: str, value: object) -> None:
        """Set or overwrite a tag of a registered model.

        Args:
            name: Name of the registered model.
            key: Name of the tag.
            value: Anything; its text is kept.
        """
        self._registry.call("set_registered_model_tag", EmptyResponse, name=name, key=key, value=str(value))

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag of a registered model.

        Args:
            name: Name of the registered model.
            key: Name of the tag.
        """
        self._registry.call("delete_registered_model_tag", EmptyResponse, name=name, key=key)

    def set_registered_model_alias(self, name: str, alias: str, version: str | int) -> None:
        """Give an alias to a version, and take it from the one that bore it.

        Args:
            name: Name of the registered model.
            alias: The alias, such as `champion`.
            version: Number of the version.
        """
        self._registry.call("set_registered_model_alias", EmptyResponse, name=name, alias=alias, version=str(version))

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Take an alias away.

        Args:
            name: Name of the registered model.
            alias: The alias.
        """
        self._registry.call("delete_registered_model_alias", EmptyResponse, name=name, alias=alias)

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Return the version that bears an alias.

        Args:
            name: Name of the registered model.
            alias: The alias; `latest` names the newest version.
        """
        answer = self._registry.call("get_model_version_by_alias", ModelVersionResponse, name=name, alias=alias)
        return model_version_of(answer.model_version)
