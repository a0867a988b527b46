"""One class for what a training does with a tracker, from its first param to the loaded model."""

import re
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.models import lightgbm, onnx, pytorch, sklearn, xgboost
from trialog.sdk.client import Client
from trialog.sdk.entities.conversions import run_of
from trialog.sdk.entities.model_version import ModelVersion
from trialog.sdk.flat_runs import flat_row
from trialog.sdk.fluent import artifacts as artifact_functions
from trialog.sdk.fluent import logging, reading_models, runs
from trialog.sdk.fluent.active_runs import ActiveRun, end_whole
from trialog.sdk.fluent.asking import ask
from trialog.sdk.fluent.experiments import set_experiment
from trialog.sdk.fluent.settled import settle
from trialog.sdk.model_loading import load_any
from trialog.sdk.model_logging import Save, log_model
from trialog.sdk.reports import report
from trialog.sdk.runs import Runs
from trialog.sdk.tracking_uri import set_tracking_uri
from trialog.sdk.transport import Transport

_DIRECTIONS: Final = {"DESC": "higher", "ASC": "lower"}
_SAVES: Final[Mapping[str, Save]] = {
    "lightgbm": lightgbm.save_model,
    "onnx": onnx.save_model,
    "sklearn": sklearn.save_model,
    "torch": pytorch.save_model,
    "xgboost": xgboost.save_model,
}
_LOGGED_MODEL: Final = re.compile(r"models:/(?P<model_id>m-[^/]+)")
# What the name of a model cannot hold.
_NO_NAME: Final = re.compile(r"[/:.%\"'\s]+")


class Tracker:
    """Tracks the runs of one experiment: params, metrics, models, and what was best.

    Args:
        experiment_name: Name of the experiment; it is made if it is not there.
        tracking_uri: Where it is, as `trialog.set_tracking_uri` takes it; where this process tracks if None.
    """

    def __init__(self, experiment_name: str, tracking_uri: str | PathLike[str] | None = None) -> None:
        if tracking_uri is not None:
            set_tracking_uri(tracking_uri)
        self.experiment_name = experiment_name
        self._experiment = set_experiment(experiment_name)
        self._run: ActiveRun | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end_run("FINISHED" if kind is None else "FAILED")

    @property
    def run_id(self) -> str | None:
        """Id of the run that was started and not ended; None if there is none."""
        return None if self._run is None else self._run.info.run_id

    def start_run(
        self, run_name: str | None = None, tags: Mapping[str, Any] | None = None, description: str | None = None
    ) -> ActiveRun:
        """Begin a run in the experiment of this tracker; the run before, if it was not ended, ends.

        Args:
            run_name: Its name; one is made up if None.
            tags: First tags.
            description: What is to be said of it, in Markdown.
        """
        self.end_run()
        # Another tracker of this process may have chosen another experiment meanwhile.
        self._experiment = set_experiment(self.experiment_name)
        self._run = runs.start_run(run_name=run_name, tags=tags, description=description, nested=True)
        return self._run

    def end_run(self, status: str = "FINISHED") -> None:
        """End the run that was started; nothing happens if there is none.

        Args:
            status: `FINISHED`, `FAILED` or `KILLED`.

        Raises:
            InvalidParameter: No run can end so.
        """
        ending = runs.status_of(status)
        run, self._run = self._run, None
        if run is not None:
            # Also where another one was begun inside it, or it was begun in another thread.
            end_whole(run.info.run_id, ending)

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log params to the run.

        Args:
            params: Values by name.
        """
        logging.log_params(params, run_id=self._logged_run())

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Log metrics to the run.

        Args:
            metrics: Values by name.
            step: Where in the training they were measured; 0 if None.
        """
        logging.log_metrics(metrics, step=step, run_id=self._logged_run())

    def log_artifact(self, local_path: str | PathLike[str], artifact_path: str | None = None) -> None:
        """Log a file or folder to the run.

        Args:
            local_path: The file or folder, as it is now.
            artifact_path: Folder among the run's artifacts to put it in; the topmost if None.
        """
        artifact_functions.log_artifact(local_path, artifact_path, run_id=self._logged_run())

    def log_model(
        self,
        model: Any,
        model_name: str = "model",
        *,
        artifacts: Mapping[str, str | PathLike[str]] | None = None,
        signature: Any = None,
        input_example: Any = None,
        tags: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> str:
        """Log a model of scikit-learn, PyTorch, XGBoost or LightGBM, or one in the format ONNX, to the run.

        Args:
            model: The model.
            model_name: Its name.
            artifacts: Files that go with it, by what they are; they are logged to the run, in the folder of that name.
            signature: What it takes and gives; found out from the example if None.
            input_example: Some rows of what it takes.
            tags: Tags of the model, and of each version that is registered of it.
            options: What else the flavor takes, such as `pip_requirements`.

        Returns:
            A URI that loads it, and registers it.

        Raises:
            InvalidParameter: No flavor knows the model (`model.unknown_flavor`), or it cannot be saved.
            TrialogError: What the server refused.
        """
        run_id = self._logged_run()
        save = _save_of(model)
        named = _NO_NAME.sub("_", model_name).strip("_") or "model"
        info = log_model(
            save, model, named, run_id=run_id, signature=signature, input_example=input_example, tags=tags, **options
        )
        # A graph of ONNX has one of its own.
        if signature is None and input_example is None and info.signature is None:
            report(
                InvalidParameter(
                    "model.no_signature",
                    f"The model {model_name!r} is logged without a signature, so that nobody can see what it takes."
                    " Pass input_example=, some rows of what it takes, or signature=.",
                )
            )
        for what, path in (artifacts or {}).items():
            self.log_artifact(Path(path), what)
        return info.model_uri

    def register_model(
        self,
        model_uri: str,
        model_name: str,
        description: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> ModelVersion:
        """Register a logged model as the next version of a name; its tags and its signature go with it.

        Args:
            model_uri: What `log_model` returned.
            model_name: Name of the registered model; it is made if it is not there.
            description: What is to be said of the version.
            tags: Tags of the version, beside those that the model was logged with.

        Raises:
            TrialogError: What the server refused.
        """
        client = Client()
        logged = _LOGGED_MODEL.fullmatch(model_uri)
        noted = {} if logged is None else client.get_logged_model(logged["model_id"]).tags
        own = {key: value for key, value in noted.items() if not key.startswith("mlflow.")}
        version = reading_models.register_model(model_uri, model_name, tags={**own, **(tags or {})})
        if description is None:
            return version
        return client.update_model_version(model_name, version.version, description)

    def get_best_run(self, metric: str, order: str = "DESC") -> dict[str, Any] | None:
        """Return the run of the experiment with the best value of a metric, in flat keys; None if none has one.

        Args:
            metric: Name of the metric.
            order: `DESC` if higher values are better, `ASC` if lower ones are.

        Returns:
            `run_id`, `experiment_id`, `status`, `start_time` and the like, and `metrics.NAME`, `params.NAME`,
            `tags.NAME`.

        Raises:
            InvalidParameter: The order is neither.
        """
        direction = _DIRECTIONS.get(order.upper())
        if direction is None:
            raise InvalidParameter("request.unknown_order", f"The order is DESC or ASC, not {order!r}.", order=order)
        settle()

        def find(transport: Transport) -> dict[str, Any]:
            best = Runs(transport).best(metric, experiment_names=[self.experiment_name], direction=direction)
            return flat_row(run_of(best.run))

        try:
            return ask(find)
        except ResourceNotFound:
            return None

    def search_runs(
        self, filter_string: str = "", order_by: Sequence[str] | None = None, max_results: int = 1000
    ) -> list[dict[str, Any]]:
        """Return runs of the experiment, each in flat keys as `get_best_run` has them.

        Args:
            filter_string: Text of the filter language, such as `metrics.val_accuracy > 0.7`.
            order_by: Such as `metrics.val_f1 DESC`; the last started first if None.
            max_results: How many at most.

        Raises:
            InvalidParameter: Filter or order cannot be read.
        """
        experiment_id = self._experiment.experiment_id or set_experiment(self.experiment_name).experiment_id
        settle()
        found = ask(
            lambda transport: Runs(transport).search(
                [experiment_id], filter_string, order_by=order_by or (), max_results=max_results
            )
        )
        return [flat_row(run_of(message)) for message in found]

    def load_model(self, model_uri: str) -> Any:
        """Load a model as the library that it is of knows it.

        Args:
            model_uri: `models:/NAME/VERSION`, where a version is a number, a stage or `latest`; `models:/NAME@ALIAS`;
                or what `log_model` returned.

        Raises:
            ResourceNotFound: There is no such model.
            TrialogError: It cannot be loaded.
        """
        return load_any(model_uri)

    def _logged_run(self) -> str:
        if self._run is None:
            return self.start_run().info.run_id
        return self._run.info.run_id


def get_tracker(experiment_name: str, tracking_uri: str | PathLike[str] | None = None) -> Tracker:
    """Return a tracker of an experiment.

    Args:
        experiment_name: Name of the experiment; it is made if it is not there.
        tracking_uri: Where it is, as `trialog.set_tracking_uri` takes it; where this process tracks if None.
    """
    return Tracker(experiment_name, tracking_uri)


def _save_of(model: Any) -> Save:
    """Return what saves a model, by the library that its class, or one that it is made of, comes from."""
    for kind in type(model).__mro__:
        save = _SAVES.get(kind.__module__.partition(".")[0])
        if save is not None:
            return save
    raise InvalidParameter(
        "model.unknown_flavor",
        f"No flavor is known for {type(model).__module__}.{type(model).__qualname__}. Log it with the module of its"
        " library, such as trialog.sklearn.log_model, or as a Python function with trialog.pyfunc.log_model.",
    )
