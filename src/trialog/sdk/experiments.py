"""A client for experiments."""

from collections.abc import Mapping, Sequence

from trialog.entities import Tag, ViewType
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound
from trialog.sdk.paging import collect
from trialog.sdk.transport import Transport
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.experiments import (
    CreateExperimentResponse,
    ExperimentMessage,
    ExperimentResponse,
    SearchExperimentsResponse,
)

_PAGE = 1000


class Experiments:
    """Experiments of one server.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def search(
        self,
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
        *,
        view_type: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
        max_results: int | None = None,
    ) -> list[ExperimentMessage]:
        """Find experiments; all pages of them unless told how many.

        Args:
            filter: Text of the filter language.
            view_type: Which lifecycle stages to look at.
            order_by: `key [ASC|DESC]` items.
            max_results: How many are wanted.
        """

        def page(size: int, token: str | None) -> tuple[list[ExperimentMessage], str | None]:
            answer = self._transport.call(
                "search_experiments",
                SearchExperimentsResponse,
                filter=filter,
                view_type=view_type,
                order_by=list(order_by),
                max_results=size,
                page_token=token,
            )
            return answer.experiments, answer.next_page_token

        return collect(page, max_results, page_size=_PAGE)

    def get(self, experiment_id: str) -> ExperimentMessage:
        """Return the experiment of an id, also from the bin."""
        return self._transport.call("get_experiment", ExperimentResponse, experiment_id=experiment_id).experiment

    def get_by_name(self, name: str) -> ExperimentMessage:
        """Return the experiment of a name, also from the bin."""
        return self._transport.call("get_experiment_by_name", ExperimentResponse, experiment_name=name).experiment

    def find(self, name_or_id: str) -> ExperimentMessage:
        """Return the experiment that a text names, be it by name or by id.

        Raises:
            InvalidParameter: The text is the name of one and the id of another (`experiment.ambiguous`).
            ResourceNotFound: It is neither.
        """
        try:
            named = self.get_by_name(name_or_id)
        except ResourceNotFound:
            named = None
        if not (name_or_id.isascii() and name_or_id.isdigit()):
            if named is None:
                raise _not_found(name_or_id)
            return named
        try:
            numbered = self.get(name_or_id)
        except ResourceNotFound as error:
            if named is None:
                raise _not_found(name_or_id) from error
            return named
        if named is not None and named.experiment_id != numbered.experiment_id:
            raise InvalidParameter(
                "experiment.ambiguous",
                f"{name_or_id!r} is the id of one experiment and the name of another, whose id is "
                f"{named.experiment_id}. Name the one you mean by --experiment-id or --experiment-name.",
                name=name_or_id,
            )
        return numbered

    def create(self, name: str, *, artifact_location: str | None = None, tags: Mapping[str, str] | None = None) -> str:
        """Make an experiment and return its id."""
        return self._transport.call(
            "create_experiment",
            CreateExperimentResponse,
            name=name,
            artifact_location=artifact_location,
            tags=[Tag(key, value) for key, value in (tags or {}).items()],
        ).experiment_id

    def get_or_create(self, name: str) -> str:
        """Return the id of the experiment of a name, which is made if there is none."""
        try:
            return self.get_by_name(name).experiment_id
        except ResourceNotFound:
            pass
        try:
            return self.create(name)
        except ResourceAlreadyExists:
            # Somebody else made it a moment ago.
            return self.get_by_name(name).experiment_id

    def rename(self, experiment_id: str, new_name: str) -> None:
        """Give an experiment another name."""
        self._transport.call("update_experiment", EmptyResponse, experiment_id=experiment_id, new_name=new_name)

    def set_tag(self, experiment_id: str, key: str, value: str) -> None:
        """Set or overwrite a tag."""
        self._transport.call("set_experiment_tag", EmptyResponse, experiment_id=experiment_id, key=key, value=value)

    def delete_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag."""
        self._transport.call("delete_experiment_tag", EmptyResponse, experiment_id=experiment_id, key=key)

    def delete(self, experiment_id: str) -> None:
        """Put an experiment into the bin."""
        self._transport.call("delete_experiment", EmptyResponse, experiment_id=experiment_id)

    def restore(self, experiment_id: str) -> None:
        """Take an experiment out of the bin."""
        self._transport.call("restore_experiment", EmptyResponse, experiment_id=experiment_id)


def _not_found(name_or_id: str) -> ResourceNotFound:
    return ResourceNotFound(
        "experiment.not_found", f"There is no experiment with the name or id {name_or_id!r}.", name=name_or_id
    )
