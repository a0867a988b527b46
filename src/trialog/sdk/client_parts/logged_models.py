"""What a client can do with logged models."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from trialog.entities import DatasetFilter, LoggedModelOrder, Param, Tag
from trialog.errors import InvalidParameter
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.entities import FileInfo, LoggedModel, LoggedModelStatus, PagedList
from trialog.sdk.entities.conversions import file_info_of, logged_model_of, stored_model_status
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.logged_models import LoggedModelResponse, SearchLoggedModelsResponse

StructType = TypeVar("StructType", bound=Struct)


class LoggedModelClient(Connected):
    """Logged models."""

    def create_logged_model(
        self,
        experiment_id: str,
        name: str | None = None,
        source_run_id: str | None = None,
        tags: Mapping[str, object] | None = None,
        params: Mapping[str, object] | None = None,
        model_type: str | None = None,
    ) -> LoggedModel:
        """Begin a logged model; it is pending until it is finalized.

        Args:
            experiment_id: Experiment to put it in.
            name: Its name; a generated one if None.
            source_run_id: Run that makes it.
            tags: First tags.
            params: First params.
            model_type: Kind of model.
        """
        answer = self._transport.call(
            "create_logged_model",
            LoggedModelResponse,
            experiment_id=str(experiment_id),
            name=name,
            model_type=model_type,
            source_run_id=source_run_id,
            params=_params(params or {}),
            tags=_tags(tags or {}),
        )
        return logged_model_of(answer.model)

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """Return a logged model.

        Args:
            model_id: Its id.

        Raises:
            ResourceNotFound: There is none.
        """
        return logged_model_of(self._transport.call("get_logged_model", LoggedModelResponse, model_id=model_id).model)

    def finalize_logged_model(self, model_id: str, status: LoggedModelStatus | str) -> LoggedModel:
        """Say whether a logged model's files are all there.

        Args:
            model_id: The logged model.
            status: `READY` or `FAILED`.
        """
        stored = stored_model_status(status)
        if stored is None:
            raise InvalidParameter(
                "logged_model.unknown_status",
                f"{str(status)[:100]!r} is no status of a logged model. Say READY or FAILED.",
            )
        answer = self._transport.call("finalize_logged_model", LoggedModelResponse, model_id=model_id, status=stored)
        return logged_model_of(answer.model)

    def delete_logged_model(self, model_id: str) -> None:
        """Put a logged model into the bin.

        Args:
            model_id: The logged model.
        """
        self._transport.call("delete_logged_model", EmptyResponse, model_id=model_id)

    def log_model_params(self, model_id: str, params: Mapping[str, object]) -> None:
        """Add params to a logged model.

        Args:
            model_id: The logged model.
            params: By name; the text of each is kept.
        """
        self._transport.call("log_logged_model_params", EmptyResponse, model_id=model_id, params=_params(params))

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, object]) -> None:
        """Set or overwrite tags of a logged model.

        Args:
            model_id: The logged model.
            tags: By key; the text of each is kept.
        """
        self._transport.call("set_logged_model_tags", LoggedModelResponse, model_id=model_id, tags=_tags(tags))

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag of a logged model.

        Args:
            model_id: The logged model.
            key: Name of the tag.
        """
        self._transport.call("delete_logged_model_tag", EmptyResponse, model_id=model_id, tag_key=key)

    def search_logged_models(
        self,
        experiment_ids: Sequence[str],
        filter_string: str | None = None,
        datasets: Sequence[Mapping[str, object]] | None = None,
        max_results: int | None = None,
        order_by: Sequence[Mapping[str, object]] | None = None,
        page_token: str | None = None,
    ) -> PagedList[LoggedModel]:
        """Find logged models, one page of them.

        Args:
            experiment_ids: Experiments to look in.
            filter_string: Which ones, such as `metrics.f1 > 0.9`.
            datasets: On which datasets metrics of the filter count, each as `dataset_name` and `dataset_digest`.
            max_results: Largest page wanted.
            order_by: What comes first, each as `field_name`, `ascending`, `dataset_name`, `dataset_digest`.
            page_token: Where to go on: `.token` of the page before.
        """
        answer = self._transport.call(
            "search_logged_models",
            SearchLoggedModelsResponse,
            experiment_ids=[str(one) for one in experiment_ids],
            filter=filter_string,
            datasets=_read("datasets", datasets, DatasetFilter),
            max_results=max_results,
            order_by=_read("order_by", order_by, LoggedModelOrder),
            page_token=page_token,
        )
        return PagedList(map(logged_model_of, answer.models), answer.next_page_token or None)

    def list_logged_model_artifacts(self, model_id: str, path: str | None = None) -> list[FileInfo]:
        """Return what a folder of a logged model's artifacts holds.

        Args:
            model_id: The logged model.
            path: The folder; the whole of it if None.
        """
        return [file_info_of(file) for file in self._artifacts.list(path=path, model_id=model_id)]

    def log_model_artifact(self, model_id: str, local_path: str, artifact_path: str | None = None) -> None:
        """Send a file to a logged model's artifacts.

        Args:
            model_id: The logged model.
            local_path: The file.
            artifact_path: Folder to put it in.
        """
        self._artifacts.upload(None, Path(local_path), artifact_path, model_id=model_id)

    def log_model_artifacts(self, model_id: str, local_dir: str, artifact_path: str | None = None) -> None:
        """Send all that a folder holds to a logged model's artifacts.

        Args:
            model_id: The logged model.
            local_dir: The folder.
            artifact_path: Folder to put it in.
        """
        self._artifacts.upload(None, Path(local_dir), artifact_path, model_id=model_id)


def _params(given: Mapping[str, object]) -> list[Param]:
    return [Param(str(key), str(value)) for key, value in given.items()]


def _tags(given: Mapping[str, object]) -> list[Tag]:
    return [Tag(str(key), str(value)) for key, value in given.items()]


def _read(what: str, given: Iterable[Mapping[str, object]] | None, wanted: type[StructType]) -> list[StructType]:
    try:
        return [msgspec.convert(dict(one), wanted) for one in given or ()]
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        names = ", ".join(wanted.__struct_fields__)
        raise InvalidParameter(
            "request.wrong_type",
            f"{what} must be a list of dictionaries with {names}: {error}.",
            parameter=what,
        ) from error
