"""A client for registered models and their versions."""

from collections.abc import Mapping, Sequence

from trialog.entities import Tag
from trialog.sdk.paging import collect
from trialog.sdk.transport import Transport
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.model_versions import (
    ModelVersionMessage,
    ModelVersionResponse,
    SearchModelVersionsResponse,
)
from trialog.wire.messages.promotion import (
    ModelHistoryResponse,
    RegistryMoveMessage,
    StageAtResponse,
    VersionDetailsResponse,
)
from trialog.wire.messages.registered_models import (
    RegisteredModelMessage,
    RegisteredModelResponse,
    SearchRegisteredModelsResponse,
)

_PAGE = 1000
_MODEL_PAGE = 1000
_MOVE_PAGE = 1000


class Models:
    """Registered models of one server.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def search(
        self,
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
        *,
        order_by: Sequence[str] = (),
        max_results: int | None = None,
    ) -> list[RegisteredModelMessage]:
        """Find registered models; all pages of them unless told how many.

        Args:
            filter: Text of the filter language.
            order_by: `key [ASC|DESC]` items; by name if empty.
            max_results: How many are wanted.
        """

        def page(size: int, token: str | None) -> tuple[list[RegisteredModelMessage], str | None]:
            answer = self._transport.call(
                "search_registered_models",
                SearchRegisteredModelsResponse,
                filter=filter,
                order_by=list(order_by),
                max_results=size,
                page_token=token,
            )
            return answer.registered_models, answer.next_page_token

        return collect(page, max_results, page_size=_MODEL_PAGE)

    def get(self, name: str) -> RegisteredModelMessage:
        """Return a registered model."""
        return self._transport.call("get_registered_model", RegisteredModelResponse, name=name).registered_model

    def create(
        self, name: str, *, description: str | None = None, tags: Mapping[str, str] | None = None
    ) -> RegisteredModelMessage:
        """Register a name."""
        return self._transport.call(
            "create_registered_model",
            RegisteredModelResponse,
            name=name,
            description=description,
            tags=[Tag(key, value) for key, value in (tags or {}).items()],
        ).registered_model

    def delete(self, name: str, *, force: bool = False) -> None:
        """Remove a model with all its versions for good; one with a version in Production only by force."""
        self._transport.call("delete_registered_model", EmptyResponse, name=name, force=force)

    def versions(self, name: str, *, max_results: int | None = None) -> list[ModelVersionMessage]:
        """Return the versions of a model, the newest number first.

        Args:
            name: Name of the registered model.
            max_results: How many are wanted.
        """

        def page(size: int, token: str | None) -> tuple[list[ModelVersionMessage], str | None]:
            answer = self._transport.call(
                "search_model_versions",
                SearchModelVersionsResponse,
                filter=_named(name),
                order_by=["version_number DESC"],
                max_results=size,
                page_token=token,
            )
            return [version for version in answer.model_versions if version.name == name], answer.next_page_token

        return collect(page, max_results, page_size=_PAGE)

    def get_version(self, name: str, version: str) -> VersionDetailsResponse:
        """Return all there is to know of a version.

        Args:
            name: Name of the registered model.
            version: Its number or label, or a stage, `@alias` or `latest`.
        """
        return self._transport.call("get_named_version", VersionDetailsResponse, name=name, version=version)

    def get_stage_version(self, name: str, stage: str) -> VersionDetailsResponse:
        """Return all there is to know of the newest version in a stage."""
        return self._transport.call("get_stage_version", VersionDetailsResponse, name=name, stage=stage)

    def create_version(
        self,
        name: str,
        source: str,
        *,
        run_id: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> ModelVersionMessage:
        """Register the next version of a model."""
        return self._transport.call(
            "create_model_version",
            ModelVersionResponse,
            name=name,
            source=source,
            run_id=run_id,
            description=description,
            tags=[Tag(key, value) for key, value in (tags or {}).items()],
        ).model_version

    def delete_version(self, name: str, version: str, *, force: bool = False) -> None:
        """Remove a version for good; one in Production only by force."""
        self._transport.call("delete_model_version", EmptyResponse, name=name, version=version, force=force)

    def promote(
        self,
        name: str,
        version: str,
        *,
        stage: str,
        archive_existing: bool | None = None,
        reason: str | None = None,
        gate: Mapping[str, object] | None = None,
        expected_version: int | str | None = None,
        force: bool = False,
    ) -> VersionDetailsResponse:
        """Move a version into a stage and say why.

        Args:
            name: Name of the registered model.
            version: Its number or label, or a stage, `@alias` or `latest`.
            stage: Where it goes.
            archive_existing: Whether all others leave that stage for Archived; where it can be so, it is, if None.
            reason: Why, for the history.
            gate: What a gate measured, for the history.
            expected_version: The version believed to be in the stage now, 0 for none; if it is another, nothing is
                done.
            force: Whether to go on although the files of the version are gone.

        Raises:
            Conflict: Another promotion was faster, or another version than the expected one is there.
        """
        return self._transport.call(
            "promote_model",
            VersionDetailsResponse,
            model_name=name,
            version=version,
            stage=stage,
            archive_existing=archive_existing,
            reason=reason,
            gate=dict(gate) if gate is not None else None,
            expected_version=expected_version,
            force=force,
        )

    def roll_back(self, name: str, *, stage: str, reason: str | None = None) -> VersionDetailsResponse:
        """Put back into a stage what was there before."""
        return self._transport.call(
            "roll_back_stage", VersionDetailsResponse, model_name=name, stage=stage, reason=reason
        )

    def history(
        self,
        name: str,
        *,
        stage: str | None = None,
        alias: str | None = None,
        version: str | None = None,
        max_results: int | None = None,
    ) -> list[RegistryMoveMessage]:
        """Return the moves of stages and aliases, the last one first.

        Args:
            name: Name of the registered model, now or then.
            stage: Only moves into or out of this stage.
            alias: Only moves of this alias.
            version: Only moves of this version.
            max_results: How many are wanted.
        """

        def page(size: int, token: str | None) -> tuple[list[RegistryMoveMessage], str | None]:
            answer = self._transport.call(
                "get_model_history",
                ModelHistoryResponse,
                name=name,
                stage=stage,
                alias=alias,
                version=version,
                max_results=size,
                page_token=token,
            )
            return answer.moves, answer.next_page_token

        return collect(page, max_results, page_size=_MOVE_PAGE)

    def stage_at(self, name: str, stage: str, time: str) -> StageAtResponse:
        """Return what was in a stage at a moment.

        Args:
            name: Name of the registered model, now or then.
            stage: The stage.
            time: A date (its end, UTC), a date and time, or milliseconds since 1970 UTC.
        """
        return self._transport.call("get_stage_at", StageAtResponse, name=name, stage=stage, time=time)

    def set_alias(self, name: str, alias: str, version: str) -> None:
        """Give an alias to a version, and take it from the one that bore it."""
        self._transport.call("set_registered_model_alias", EmptyResponse, name=name, alias=alias, version=version)

    def delete_alias(self, name: str, alias: str) -> None:
        """Take an alias away."""
        self._transport.call("delete_registered_model_alias", EmptyResponse, name=name, alias=alias)


def _named(name: str) -> str:
    """Return a filter that finds the versions of a model, and of few others where the name has both kinds of quotes."""
    for quote in ("'", '"'):
        if quote not in name:
            return f"name = {quote}{name}{quote}"
    pattern = name.replace("'", "_")
    return f"name LIKE '{pattern}'"
