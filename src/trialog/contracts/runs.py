"""What a store promises about runs."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from trialog.entities import (
    DatasetInput,
    EncodedRun,
    Metric,
    ModelInput,
    ModelOutput,
    NewRun,
    Page,
    Param,
    Run,
    RunInfo,
    RunSearch,
    RunStatus,
    Tag,
)
from trialog.entities.log_stream import LogPart
from trialog.entities.run_columns import RunColumnChoice, RunColumns


class RunStore(Protocol):
    """Runs and what is logged to them.

    Every write is atomic and durable when it returns, and safe to repeat: MLflow's client repeats requests.
    A refused write changes nothing. Writes to a deleted run are refused, except `delete` and `restore`.
    """

    async def create(self, new_run: NewRun) -> Run:
        """Begin a run; one with an id of the client's choice that the experiment has already stays as it is.

        Returns:
            The run, RUNNING, with its new id, name and artifact URI. The tag `mlflow.runName` equals its name.

        Raises:
            InvalidParameter: The experiment is deleted, a tag breaks a limit, name and name tag differ, or the id is
                none.
            ResourceNotFound: No experiment has this id.
            ResourceAlreadyExists: Another experiment has a run with this id.
        """
        ...

    async def get(self, run_id: str) -> Run:
        """Return a run and what was logged to it, active or deleted.

        Raises:
            ResourceNotFound: No run has this id.
        """
        ...

    async def update(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        """Change what is given of an active run; None and an empty name leave things as they are.

        Raises:
            InvalidParameter: The run is deleted.
            ResourceNotFound: No run has this id.
        """
        ...

    async def delete(self, run_id: str) -> None:
        """Put a run into the bin; no error if it is there.

        Raises:
            ResourceNotFound: No run has this id.
        """
        ...

    async def restore(self, run_id: str) -> None:
        """Take a run out of the bin; no error if it is active.

        Raises:
            ResourceNotFound: No run has this id.
        """
        ...

    async def search(self, query: RunSearch) -> Page[Run]:
        """Find runs, with all that was logged to them.

        Pages are stable: each run that matches throughout is met exactly once, whatever is made meanwhile.
        NaN sorts after numbers and missing values last, in both directions; ties go by newest start, then by id.

        Raises:
            InvalidParameter: Filter, order, page size or token are wrong.
        """
        ...

    async def search_encoded(self, query: RunSearch) -> Page[EncodedRun]:
        """Find runs as `search` does, for an answer: what nobody reads is JSON already.

        Raises:
            InvalidParameter: As `search`.
        """
        ...

    async def search_columns(self, query: RunSearch, choice: RunColumnChoice) -> RunColumns:
        """Find runs as `search` does, for a table: nothing is read but the columns that are wanted.

        The first page says how many runs match: all of them where that is quickly counted, else how many were
        found until it took too long.

        Args:
            query: What to look for; its pages and tokens are those of `search`.
            choice: At most 300 columns, and 1,000,000 values on a page.

        Raises:
            InvalidParameter: As `search`, or there are too many columns or values.
        """
        ...

    async def columns_of(self, run_ids: Sequence[str], choice: RunColumnChoice) -> RunColumns:
        """Return columns of runs that are named, in the order of their names; unknown ones are told apart.

        Args:
            run_ids: At most 1,000 runs, active or deleted; a repeated one counts once.
            choice: At most 300 columns.

        Raises:
            InvalidParameter: There are too many runs, columns or values.
        """
        ...

    async def log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> None:
        """Log everything given, or nothing.

        Identical points are stored once. A metric with a `model_id` is also attached to that logged model.

        Raises:
            InvalidParameter: A limit is broken, a param would change, or the run is deleted.
            ResourceNotFound: No run has this id.
        """
        ...

    async def apply_log(self, run_id: str, part: LogPart) -> None:
        """Apply a part of a stream, or do nothing if it was applied.

        A tag that the part takes away need not be there.

        Raises:
            InvalidParameter: A limit is broken, a param would change, or the run is deleted.
            ResourceNotFound: No run, or logged model of a point, has this id.
            Conflict: The part does not begin where what was applied ends (`log_stream.out_of_step`); the error's value
                `applied` says where that is.
        """
        ...

    async def log_metric(self, run_id: str, metric: Metric) -> None:
        """Log one point; as `log_batch`."""
        ...

    async def log_param(self, run_id: str, param: Param) -> None:
        """Log one param; as `log_batch`."""
        ...

    async def set_tag(self, run_id: str, tag: Tag) -> None:
        """Set or overwrite one tag; `mlflow.runName` renames the run.

        Raises:
            InvalidParameter: The tag breaks a limit, or the run is deleted.
            ResourceNotFound: No run has this id.
        """
        ...

    async def delete_tag(self, run_id: str, key: str) -> None:
        """Remove one tag.

        Raises:
            InvalidParameter: The run is deleted.
            ResourceNotFound: No run has this id, or it has no such tag.
        """
        ...

    async def log_inputs(
        self,
        run_id: str,
        *,
        datasets: Sequence[DatasetInput] = (),
        models: Sequence[ModelInput] = (),
    ) -> None:
        """Say which datasets and logged models a run uses; a repeated one is kept once.

        Raises:
            InvalidParameter: A limit is broken, or the run is deleted.
            ResourceNotFound: No run has this id.
        """
        ...

    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """Say which logged models a run made; a repeated one is kept once.

        Raises:
            InvalidParameter: The run is deleted.
            ResourceNotFound: No run has this id.
        """
        ...

    async def record_logged_model(self, run_id: str, model: Mapping[str, object]) -> None:
        """Append a model's description to the tag `mlflow.log-model.history`, as clients of MLflow 2 ask.

        Args:
            run_id: The run.
            model: MLmodel content; `artifact_path`, `flavors`, `utc_time_created` and `run_id` are required.

        Raises:
            InvalidParameter: A required field is missing or the run is deleted.
            ResourceNotFound: No run has this id.
        """
        ...
