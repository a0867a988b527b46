"""The async client of the model registry: each call runs in a thread of its own and is awaited."""

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from types import TracebackType
from typing import Self, TypeVar

from trialog.errors import ConnectionFailed
from trialog.sdk.results import BestRun, ModelVersion, Move, RegisteredModel

Result = TypeVar("Result")

_THREADS = 8


class ModelRegistry:
    """The model registry of one server, in the manner of asyncio. Any number of tasks may use it.

    A task that is cancelled while it waits goes on at once; what it had asked of the server may still be done there.
    Times are `datetime` in UTC, metrics dictionaries; NaN and infinities are numbers.

    Args:
        address: Address of the server; without it MLFLOW_TRACKING_URI, else the address file of a server that was
            started in this folder, else `http://127.0.0.1:5000`. Who asks is said by MLFLOW_TRACKING_TOKEN, or by
            MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.

    Raises:
        ConfigurationError: The address, or a variable that says how to speak with it, cannot be understood.
    """

    def __init__(self, address: str | None = None) -> None:
        # HTTP, TLS and threads are half of what an import of this package would load; most imports never ask.
        from concurrent.futures import ThreadPoolExecutor

        from trialog.remote.settings import connection_settings
        from trialog.sdk.registry import ModelRegistry as BlockingRegistry

        self._registry = BlockingRegistry(connection_settings(address))
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="trialog")
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; requests under way, and all later ones, end with `ConnectionFailed`."""
        self._is_closed = True
        self._registry.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def register_model(
        self,
        name: str,
        version: str | int | None = None,
        *,
        model_path: str | PathLike[str],
        metrics: Mapping[str, float] | None = None,
        params: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        description: str | None = None,
        run_id: str | None = None,
        experiment_name: str | None = None,
    ) -> ModelVersion:
        """Register a version of a model; the model itself is made if there is none of the name.

        Metrics and params belong to a run. Without `run_id` a finished run is made that holds them, so that the
        version shows them; with it they are logged to that run. Registering a label again with the same content
        returns the version that has it.

        Args:
            name: Name of the model.
            version: A label of your own for the version, such as the time of the training as text or number;
                beside it the server counts the versions.
            model_path: Where the model's files are; kept as it is.
            metrics: What was measured.
            params: What it was trained with; each value is kept as text.
            tags: Notes on the version.
            description: What is to be said of the version.
            run_id: Run that made the model.
            experiment_name: Experiment of the run that is made; the model's name if None.

        Returns:
            The version as the server keeps it.

        Raises:
            ResourceAlreadyExists: The label is taken by a version with other content (`model_version.other_content`).
            InvalidParameter: A name, label or value breaks a rule.
        """
        return await self._run(
            lambda: self._registry.register_model(
                name,
                version,
                model_path=model_path,
                metrics=metrics,
                params=params,
                tags=tags,
                description=description,
                run_id=run_id,
                experiment_name=experiment_name,
            )
        )

    async def get_model(
        self, name: str, version: str | int | None = None, *, stage: str | None = None, alias: str | None = None
    ) -> ModelVersion:
        """Return one version of a model: the newest, unless one is named.

        Args:
            name: Name of the model.
            version: Number or label of the version.
            stage: The newest version in this stage.
            alias: The version that bears this alias.

        Raises:
            ResourceNotFound: There is no such model or version.
            InvalidParameter: More than one of `version`, `stage` and `alias` is given (`registry.two_names`).
        """
        return await self._run(lambda: self._registry.get_model(name, version, stage=stage, alias=alias))

    async def list_models(
        self,
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
        *,
        max_results: int | None = None,
    ) -> list[RegisteredModel]:
        """Find registered models, by name.

        Args:
            filter: Text of the filter language, such as `name LIKE 'lstm%'`.
            max_results: How many are wanted; all if None.
        """
        return await self._run(lambda: self._registry.list_models(filter, max_results=max_results))

    async def list_versions(self, name: str, *, max_results: int | None = 100) -> list[ModelVersion]:
        """Return the versions of a model, the newest first.

        Args:
            name: Name of the model.
            max_results: How many are wanted; all if None. Each takes a request of its own, for its metrics.

        Raises:
            ResourceNotFound: There is no such model.
        """
        return await self._run(lambda: self._registry.list_versions(name, max_results=max_results))

    async def promote(
        self,
        name: str,
        version: str | int,
        stage: str = "Production",
        *,
        archive_existing: bool | None = None,
        reason: str | None = None,
        gate: Mapping[str, object] | None = None,
        expected_version: str | int | None = None,
    ) -> ModelVersion:
        """Move a version into a stage; the registry's history keeps who did it, when and why.

        Args:
            name: Name of the model.
            version: Number or label of the version.
            stage: Where it goes.
            archive_existing: Whether all others leave that stage for Archived; in Production and Staging they do
                unless this is False.
            reason: Why, for the history.
            gate: What was measured before, for the history.
            expected_version: The version that is in the stage now, as far as you know, 0 for none; if it is another,
                nothing is done.

        Raises:
            Conflict: Another promotion was faster, or another version than the expected one is there.
            ResourceNotFound: There is no such model or version.
        """
        return await self._run(
            lambda: self._registry.promote(
                name,
                version,
                stage,
                archive_existing=archive_existing,
                reason=reason,
                gate=gate,
                expected_version=expected_version,
            )
        )

    async def roll_back(self, name: str, stage: str = "Production", *, reason: str | None = None) -> ModelVersion:
        """Put back into a stage the version that was there before, and return it.

        Args:
            name: Name of the model.
            stage: The stage.
            reason: Why, for the history.

        Raises:
            Conflict: Nothing was there before.
        """
        return await self._run(lambda: self._registry.roll_back(name, stage, reason=reason))

    async def history(
        self,
        name: str,
        *,
        stage: str | None = None,
        alias: str | None = None,
        version: str | int | None = None,
        max_results: int | None = None,
    ) -> list[Move]:
        """Return the moves of stages and aliases, the last one first.

        Args:
            name: Name of the model, now or then.
            stage: Only moves into or out of this stage.
            alias: Only moves of this alias.
            version: Only moves of this version.
            max_results: How many are wanted; all if None.
        """
        return await self._run(
            lambda: self._registry.history(name, stage=stage, alias=alias, version=version, max_results=max_results)
        )

    async def best_run(
        self,
        experiments: Sequence[str] | str,
        metric: str,
        *,
        direction: str | None = None,
        filter: str | None = None,  # noqa: A002  the name that MLflow's API gives it
    ) -> BestRun:
        """Return the best run of one or more experiments by a metric.

        Args:
            experiments: Names or ids of the experiments.
            metric: Name of the metric.
            direction: `higher` or `lower`; what the metric means decides if None.
            filter: Only runs that match this text of the filter language.

        Raises:
            ResourceNotFound: There is no such experiment, or no run with such a value.
        """
        return await self._run(lambda: self._registry.best_run(experiments, metric, direction=direction, filter=filter))

    async def _run(self, ask: Callable[[], Result]) -> Result:
        # Whoever awaits this has asyncio loaded already; whoever only imports the package need not wait for it.
        import asyncio

        self._check_open()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and not task.cancelling():
                # Nobody cancelled the caller: its request had not begun when the client was closed.
                self._check_open()
            raise

    def _check_open(self) -> None:
        if self._is_closed:
            raise ConnectionFailed(
                "connection.closed",
                "This ModelRegistry is closed. Make another one, or close it only after the last call.",
            )
