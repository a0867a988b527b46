"""Experiments of another server."""

from collections.abc import Sequence

from trialog.entities import Experiment, ExperimentSearch, Page, Tag
from trialog.remote import messages
from trialog.remote.kept_runs import KeptRuns
from trialog.remote.reading import experiment_of
from trialog.remote.server import RemoteServer


class RemoteExperiments:
    """Implements `ExperimentStore`.

    Args:
        server: The other server.
        kept: Runs that were just read.
    """

    def __init__(self, server: RemoteServer, kept: KeptRuns) -> None:
        self._server = server
        self._kept = kept

    async def create(
        self,
        name: str,
        *,
        artifact_location: str | None = None,
        tags: Sequence[Tag] = (),
        owner: int | None = None,
    ) -> Experiment:
        """See `ExperimentStore.create`; the other server knows by itself who asks."""
        del owner
        made = await self._server.ask(
            "create_experiment",
            messages.CreatedExperimentAnswer,
            name=name,
            artifact_location=artifact_location,
            tags=list(tags),
        )
        return await self.get(made.experiment_id)

    async def get(self, experiment_id: str) -> Experiment:
        """See `ExperimentStore.get`."""
        answer = await self._server.ask("get_experiment", messages.ExperimentAnswer, experiment_id=experiment_id)
        return experiment_of(answer.experiment)

    async def get_by_name(self, name: str) -> Experiment:
        """See `ExperimentStore.get_by_name`."""
        answer = await self._server.ask("get_experiment_by_name", messages.ExperimentAnswer, experiment_name=name)
        return experiment_of(answer.experiment)

    async def search(self, query: ExperimentSearch) -> Page[Experiment]:
        """See `ExperimentStore.search`."""
        answer = await self._server.ask(
            "search_experiments",
            messages.ExperimentsAnswer,
            max_results=query.max_results,
            filter=query.filter,
            order_by=list(query.order_by),
            view_type=query.view_type,
            page_token=query.page_token,
        )
        return Page([experiment_of(one) for one in answer.experiments], answer.next_page_token or None)

    async def rename(self, experiment_id: str, new_name: str) -> None:
        """See `ExperimentStore.rename`."""
        await self._server.ask("update_experiment", messages.NoAnswer, experiment_id=experiment_id, new_name=new_name)

    async def delete(self, experiment_id: str) -> None:
        """See `ExperimentStore.delete`."""
        await self._server.ask("delete_experiment", messages.NoAnswer, experiment_id=experiment_id)
        # Its runs go with it.
        self._kept.forget_all()

    async def restore(self, experiment_id: str) -> None:
        """See `ExperimentStore.restore`."""
        await self._server.ask("restore_experiment", messages.NoAnswer, experiment_id=experiment_id)
        self._kept.forget_all()

    async def set_tag(self, experiment_id: str, tag: Tag) -> None:
        """See `ExperimentStore.set_tag`."""
        await self._server.ask(
            "set_experiment_tag", messages.NoAnswer, experiment_id=experiment_id, key=tag.key, value=tag.value
        )

    async def delete_tag(self, experiment_id: str, key: str) -> None:
        """See `ExperimentStore.delete_tag`."""
        await self._server.ask("delete_experiment_tag", messages.NoAnswer, experiment_id=experiment_id, key=key)
