"""What a client can do with versions of registered models."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from trialog.entities import ModelStage, Tag
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.registry.uris import parse_models_uri, split_source
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.entities import ModelVersion, PagedList
from trialog.sdk.entities.conversions import model_version_of
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.model_versions import (
    GetModelVersionDownloadUriResponse,
    ModelVersionResponse,
    SearchModelVersionsResponse,
)
from trialog.wire.messages.promotion import VersionDetailsResponse
from trialog.wire.messages.registered_models import GetLatestVersionsResponse, RegisteredModelResponse

_PAGE = 10_000
_AWAITED_SECONDS = 300


class ModelVersionClient(Connected):
    """Versions of registered models. A version is named by its number, as text or not, or by its label."""

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Mapping[str, object] | None = None,
        run_link: str | None = None,
        description: str | None = None,
        await_creation_for: int | None = _AWAITED_SECONDS,
        model_id: str | None = None,
    ) -> ModelVersion:
        """Register the next version of a model.

        Args:
            name: Name of the registered model.
            source: Where its files are.
            run_id: Run that made it.
            tags: First tags.
            run_link: Address of a page about the run.
            description: What is to be said of it.
            await_creation_for: Nothing hangs on it: a version is ready at once.
            model_id: Logged model it is registered from.
        """
        del await_creation_for
        answer = self._registry.call(
            "create_model_version",
            ModelVersionResponse,
            name=name,
            source=source,
            run_id=run_id,
            tags=[Tag(key, str(value)) for key, value in (tags or {}).items()],
            run_link=run_link,
            description=description,
            model_id=model_id,
        )
        return model_version_of(answer.model_version)

    def copy_model_version(self, src_model_uri: str, dst_name: str) -> ModelVersion:
        """Register a version of one model as the next version of another, which is made if it is not there.

        Args:
            src_model_uri: `models:/NAME/VERSION` or `models:/NAME@ALIAS`, where a version may be a stage or `latest`.
            dst_name: Name of the other model.
        """
        parts = split_source(src_model_uri)
        if parts.scheme != "models" or (named := parse_models_uri(src_model_uri, parts)).model_id is not None:
            raise InvalidParameter(
                "model_version.no_version_uri",
                f"{src_model_uri[:200]!r} names no version. Write models:/NAME/VERSION or models:/NAME@ALIAS.",
                uri=src_model_uri[:200],
            )
        found = self._registry.call("get_named_version", VersionDetailsResponse, name=named.name, version=named.version)
        original = self.get_model_version(named.name, found.version)
        with suppress(ResourceAlreadyExists):
            self._registry.call("create_registered_model", RegisteredModelResponse, name=dst_name)
        return self.create_model_version(
            dst_name,
            f"models:/{original.name}/{original.version}",
            run_id=original.run_id,
            tags=original.tags,
            run_link=original.run_link,
            description=original.description,
        )

    def get_model_version(self, name: str, version: str | int) -> ModelVersion:
        """Return a version.

        Args:
            name: Name of the registered model.
            version: The version.

        Raises:
            ResourceNotFound: There is none.
        """
        answer = self._registry.call("get_model_version", ModelVersionResponse, name=name, version=str(version))
        return model_version_of(answer.model_version)

    def search_model_versions(
        self,
        filter_string: str | None = None,
        max_results: int = _PAGE,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[ModelVersion]:
        """Find versions, one page of them.

        Args:
            filter_string: Which ones, such as `name = 'churn' AND tags.checked = 'yes'`.
            max_results: Largest page wanted.
            order_by: What comes first, such as `["version_number DESC"]`; the last changed if None.
            page_token: Where to go on: `.token` of the page before.
        """
        answer = self._registry.call(
            "search_model_versions",
            SearchModelVersionsResponse,
            filter=filter_string,
            max_results=max_results,
            order_by=list(order_by or ()),
            page_token=page_token,
        )
        return PagedList(map(model_version_of, answer.model_versions), answer.next_page_token or None)

    def update_model_version(self, name: str, version: str | int, description: str | None = None) -> ModelVersion:
        """Describe a version.

        Args:
            name: Name of the registered model.
            version: The version.
            description: What is to be said of it.

        Raises:
            InvalidParameter: Nothing is said (`model_version.nothing_to_update`).
        """
        if description is None:
            raise InvalidParameter(
                "model_version.nothing_to_update", "Nothing is to be changed: give a description, which may be empty."
            )
        answer = self._registry.call(
            "update_model_version", ModelVersionResponse, name=name, version=str(version), description=description
        )
        return model_version_of(answer.model_version)

    def transition_model_version_stage(
        self, name: str, version: str | int, stage: str, archive_existing_versions: bool = False
    ) -> ModelVersion:
        """Move a version into a stage.

        Args:
            name: Name of the registered model.
            version: The version.
            stage: `Staging`, `Production`, `Archived` or `None`.
            archive_existing_versions: Whether all others leave that stage for `Archived`.
        """
        answer = self._registry.call(
            "transition_model_version_stage",
            ModelVersionResponse,
            name=name,
            version=str(version),
            stage=stage,
            archive_existing_versions=archive_existing_versions,
        )
        return model_version_of(answer.model_version)

    def get_model_version_stages(self, name: str, version: str | int) -> list[str]:
        """Return the stages that a version may be in.

        Args:
            name: Name of the registered model; nothing hangs on it.
            version: The version; nothing hangs on it.
        """
        del name, version
        return [stage.value for stage in ModelStage]

    def delete_model_version(self, name: str, version: str | int) -> None:
        """Remove a version for good, unless it is in Production.

        Args:
            name: Name of the registered model.
            version: The version.

        Raises:
            Conflict: It is in Production.
        """
        self._registry.call("delete_model_version", EmptyResponse, name=name, version=str(version))

    def get_model_version_download_uri(self, name: str, version: str | int) -> str:
        """Return where the files of a version are.

        Args:
            name: Name of the registered model.
            version: The version.
        """
        return self._registry.call(
            "get_model_version_download_uri", GetModelVersionDownloadUriResponse, name=name, version=str(version)
        ).artifact_uri

    def set_model_version_tag(
        self,
        name: str,
        version: str | int | None = None,
        key: str | None = None,
        value: object = None,
        stage: str | None = None,
    ) -> None:
        """Set or overwrite a tag of a version.

        Args:
            name: Name of the registered model.
            version: The version.
            key: Name of the tag.
            value: Anything; its text is kept.
            stage: The newest version of this stage, in place of `version`.
        """
        self._registry.call(
            "set_model_version_tag",
            EmptyResponse,
            name=name,
            version=self._version(name, version, stage),
            key=key or "",
            value=str(value),
        )

    def delete_model_version_tag(
        self, name: str, version: str | int | None = None, key: str | None = None, stage: str | None = None
    ) -> None:
        """Remove a tag of a version.

        Args:
            name: Name of the registered model.
            version: The version.
            key: Name of the tag.
            stage: The newest version of this stage, in place of `version`.
        """
        self._registry.call(
            "delete_model_version_tag",
            EmptyResponse,
            name=name,
            version=self._version(name, version, stage),
            key=key or "",
        )

    def _version(self, name: str, version: str | int | None, stage: str | None) -> str:
        if (version is None) == (stage is None):
            raise InvalidParameter(
                "model_version.version_or_stage", "Name the version either by `version` or by `stage`."
            )
        if stage is None:
            return str(version)
        answer = self._registry.call("get_latest_versions", GetLatestVersionsResponse, name=name, stages=[stage])
        if not answer.model_versions:
            raise ResourceNotFound(
                "registry.stage_empty", f"No version of {name!r} is in the stage {stage!r}.", name=name, stage=stage
            )
        return answer.model_versions[0].version
