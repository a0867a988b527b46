"""What a store promises about logged models."""

from collections.abc import Sequence
from typing import Protocol

from trialog.entities import LoggedModel, LoggedModelSearch, LoggedModelStatus, NewLoggedModel, Page, Param, Tag


class LoggedModelStore(Protocol):
    """Models as runs log them. Every write is atomic and durable when it returns; a refused write changes nothing."""

    async def create(self, new_model: NewLoggedModel) -> LoggedModel:
        """Begin a logged model, PENDING, with a new id and artifact URI.

        Raises:
            InvalidParameter: A name, param or tag breaks a limit, or the experiment is deleted.
            ResourceNotFound: No experiment has this id.
        """
        ...

    async def get(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        """Return a logged model.

        Args:
            model_id: Its id.
            allow_deleted: Whether to look in the bin too.

        Raises:
            ResourceNotFound: No logged model has this id, or it is deleted and that was not allowed.
        """
        ...

    async def finalize(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        """Say whether its files are all there.

        Raises:
            ResourceNotFound: No logged model has this id.
        """
        ...

    async def delete(self, model_id: str) -> None:
        """Put a logged model into the bin; no error if it is there.

        Raises:
            ResourceNotFound: No logged model has this id.
        """
        ...

    async def set_tags(self, model_id: str, tags: Sequence[Tag]) -> LoggedModel:
        """Set or overwrite tags.

        Raises:
            InvalidParameter: A tag breaks a limit.
            ResourceNotFound: No logged model has this id.
        """
        ...

    async def delete_tag(self, model_id: str, key: str) -> None:
        """Remove a tag.

        Raises:
            ResourceNotFound: No logged model has this id, or it has no such tag.
        """
        ...

    async def log_params(self, model_id: str, params: Sequence[Param]) -> None:
        """Add params; a param given again keeps its value.

        Raises:
            InvalidParameter: A param breaks a limit, or would change.
            ResourceNotFound: No logged model has this id.
        """
        ...

    async def search(self, query: LoggedModelSearch) -> Page[LoggedModel]:
        """Find logged models that are not deleted; newest first by default, then by id.

        Raises:
            InvalidParameter: Filter, order, page size or token are wrong.
        """
        ...
