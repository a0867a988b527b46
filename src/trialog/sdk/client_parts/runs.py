"""What a client can do with runs."""

from collections.abc import Mapping, Sequence

from trialog.entities import PARENT_RUN_TAG, Tag
from trialog.entities.clock import now_milliseconds
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.entities import PagedList, Run, RunStatus, ViewType
from trialog.sdk.entities.conversions import run_of
from trialog.sdk.entities.run_status import stored_status
from trialog.sdk.entities.view_type import stored_view
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.runs import RunResponse, SearchRunsResponse, UpdateRunResponse

_USER_TAG = "mlflow.user"
_NOBODY = "unknown"
_PAGE = 1000


class RunClient(Connected):
    """Runs."""

    def create_run(
        self,
        experiment_id: str,
        start_time: int | None = None,
        tags: Mapping[str, object] | None = None,
        run_name: str | None = None,
    ) -> Run:
        """Begin a run; who begins it is said by the tag `mlflow.user`, if nobody logs in.

        Args:
            experiment_id: Experiment to put it in.
            start_time: Milliseconds since 1970 UTC; now if None.
            tags: First tags.
            run_name: Its name; a generated one if None.
        """
        given = {key: str(value) for key, value in (tags or {}).items()}
        answer = self._transport.call(
            "create_run",
            RunResponse,
            experiment_id=str(experiment_id),
            user_id=given.get(_USER_TAG, _NOBODY),
            run_name=run_name,
            start_time=now_milliseconds() if start_time is None else start_time,
            tags=[Tag(key, value) for key, value in given.items()],
        )
        return run_of(answer.run)

    def get_run(self, run_id: str) -> Run:
        """Return a run and what was logged to it, also from the bin; of each metric the latest value.

        Args:
            run_id: The run.

        Raises:
            ResourceNotFound: There is none.
        """
        return run_of(self._transport.call("get_run", RunResponse, run_id=run_id).run)

    def get_parent_run(self, run_id: str) -> Run | None:
        """Return the run that a run is part of; None if it is part of none.

        Args:
            run_id: The run.
        """
        parent = self.get_run(run_id).data.tags.get(PARENT_RUN_TAG)
        return None if parent is None else self.get_run(parent)

    def search_runs(
        self,
        experiment_ids: Sequence[str] | str,
        filter_string: str = "",
        run_view_type: int | str = ViewType.ACTIVE_ONLY,
        max_results: int = _PAGE,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[Run]:
        """Find runs, one page of them; `trialog.search_runs` returns all as a table.

        Args:
            experiment_ids: Experiments to look in, or the one.
            filter_string: Which runs, such as `metrics.f1 > 0.9 AND params.model = 'lstm'`.
            run_view_type: Active runs, those in the bin, or both.
            max_results: Largest page wanted.
            order_by: What comes first, such as `["metrics.f1 DESC"]`; the last begun if None.
            page_token: Where to go on: `.token` of the page before.
        """
        ids = [experiment_ids] if isinstance(experiment_ids, str | int) else experiment_ids
        answer = self._transport.call(
            "search_runs",
            SearchRunsResponse,
            experiment_ids=[str(one) for one in ids],
            filter=filter_string or None,
            run_view_type=stored_view(run_view_type),
            order_by=list(order_by or ()),
            max_results=max_results,
            page_token=page_token,
        )
        return PagedList(map(run_of, answer.runs), answer.next_page_token or None)

    def update_run(self, run_id: str, status: str | int | None = None, name: str | None = None) -> None:
        """Change where a run stands, or its name; what is None stays as it is.

        Args:
            run_id: The run.
            status: `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
            name: The name.
        """
        if status is None and name is None:
            return
        self._transport.call(
            "update_run",
            UpdateRunResponse,
            run_id=run_id,
            status=None if status is None else stored_status(status),
            run_name=name,
        )

    def set_terminated(self, run_id: str, status: str | int | None = None, end_time: int | None = None) -> None:
        """End a run.

        Args:
            run_id: The run.
            status: How it ended; `FINISHED` if None.
            end_time: Milliseconds since 1970 UTC; now if None.
        """
        self._transport.call(
            "update_run",
            UpdateRunResponse,
            run_id=run_id,
            status=stored_status(RunStatus.FINISHED if status is None else status),
            end_time=end_time or now_milliseconds(),
        )

    def delete_run(self, run_id: str) -> None:
        """Put a run into the bin.

        Args:
            run_id: The run.
        """
        self._transport.call("delete_run", EmptyResponse, run_id=run_id)

    def restore_run(self, run_id: str) -> None:
        """Take a run out of the bin.

        Args:
            run_id: The run.
        """
        self._transport.call("restore_run", EmptyResponse, run_id=run_id)
