"""What a client can do with experiments."""

from collections.abc import Mapping, Sequence

from trialog.entities import Tag
from trialog.errors import ResourceNotFound
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.entities import Experiment, PagedList, ViewType
from trialog.sdk.entities.conversions import experiment_of
from trialog.sdk.entities.view_type import stored_view
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.experiments import (
    CreateExperimentResponse,
    ExperimentResponse,
    SearchExperimentsResponse,
)

_PAGE = 1000


class ExperimentClient(Connected):
    """Experiments."""

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, object] | None = None
    ) -> str:
        """Make an experiment and return its id.

        Args:
            name: Its name; no other may have it, not even one in the bin.
            artifact_location: URI under which its runs keep their artifacts; the server's own place if None.
            tags: Notes on it, by key.

        Raises:
            ResourceAlreadyExists: The name is taken.
        """
        return self._transport.call(
            "create_experiment",
            CreateExperimentResponse,
            name=name,
            artifact_location=artifact_location,
            tags=[Tag(key, str(value)) for key, value in (tags or {}).items()],
        ).experiment_id

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return the experiment of an id, also from the bin.

        Args:
            experiment_id: The id.

        Raises:
            ResourceNotFound: There is none.
        """
        answer = self._transport.call("get_experiment", ExperimentResponse, experiment_id=str(experiment_id))
        return experiment_of(answer.experiment)

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        """Return the experiment of a name, also from the bin; None if there is none.

        Args:
            name: The name.
        """
        try:
            answer = self._transport.call("get_experiment_by_name", ExperimentResponse, experiment_name=name)
        except ResourceNotFound:
            return None
        return experiment_of(answer.experiment)

    def search_experiments(
        self,
        view_type: int | str = ViewType.ACTIVE_ONLY,
        max_results: int | None = _PAGE,
        filter_string: str | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[Experiment]:
        """Find experiments, one page of them.

        Args:
            view_type: Active ones, those in the bin, or both.
            max_results: Largest page wanted.
            filter_string: Which ones, such as `name LIKE 'churn%' AND tags.team = 'risk'`.
            order_by: What comes first, such as `["name DESC"]`; the last updated if None.
            page_token: Where to go on: `.token` of the page before.
        """
        answer = self._transport.call(
            "search_experiments",
            SearchExperimentsResponse,
            filter=filter_string,
            view_type=stored_view(view_type),
            order_by=list(order_by or ()),
            max_results=_PAGE if max_results is None else max_results,
            page_token=page_token,
        )
        return PagedList(map(experiment_of, answer.experiments), answer.next_page_token or None)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an experiment another name.

        Args:
            experiment_id: The experiment.
            new_name: The name.
        """
        self._transport.call("update_experiment", EmptyResponse, experiment_id=str(experiment_id), new_name=new_name)

    def delete_experiment(self, experiment_id: str) -> None:
        """Put an experiment into the bin.

        Args:
            experiment_id: The experiment.
        """
        self._transport.call("delete_experiment", EmptyResponse, experiment_id=str(experiment_id))

    def restore_experiment(self, experiment_id: str) -> None:
        """Take an experiment out of the bin.

        Args:
            experiment_id: The experiment.
        """
        self._transport.call("restore_experiment", EmptyResponse, experiment_id=str(experiment_id))

    def set_experiment_tag(self, experiment_id: str, key: str, value: object) -> None:
        """Set or overwrite a tag of an experiment.

        Args:
            experiment_id: The experiment.
            key: Name of the tag.
            value: Anything; its text is kept.
        """
        self._transport.call(
            "set_experiment_tag", EmptyResponse, experiment_id=str(experiment_id), key=key, value=str(value)
        )

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an experiment.

        Args:
            experiment_id: The experiment.
            key: Name of the tag.
        """
        self._transport.call("delete_experiment_tag", EmptyResponse, experiment_id=str(experiment_id), key=key)
