"""Logging metrics, params and tags to the active run: each call writes to a file of this process, and returns."""

from collections.abc import Mapping
from typing import Any

from trialog.errors import InvalidParameter
from trialog.sdk.fluent.active_runs import active_runs
from trialog.sdk.fluent.process import flush as flush_process
from trialog.sdk.fluent.recorder import Recorder
from trialog.sdk.fluent.runs import recorder_for
from trialog.sdk.settings import client_settings
from trialog.sdk.spool.run_log import Left
from trialog.sdk.values import checked_mapping


def log_metric(
    key: str,
    value: float,
    step: int | None = None,
    synchronous: bool | None = None,
    timestamp: int | None = None,
    run_id: str | None = None,
    model_id: str | None = None,
    dataset: Any = None,
) -> None:
    """Log one point of a metric to the active run; one is begun if there is none.

    It is written to a file at once, which outlives a killed process, and sent from there while the training goes on.

    Args:
        key: Name of the metric.
        value: A number, NaN and infinities too, or an array or tensor that holds a single one.
        step: Where in the training it was measured, a whole number; 0 if None.
        synchronous: Whether to wait until the server has it.
        timestamp: When it was measured, in milliseconds since 1970 UTC; now if None.
        run_id: Another run to log to.
        model_id: Logged model that it measures.
        dataset: Dataset that it was measured on, with a name and a digest.

    Raises:
        InvalidParameter: It cannot be logged, and the process is strict; else that is a warning.
    """
    recorder = opened[-1].recorder if run_id is None and (opened := active_runs()) else recorder_for(run_id)
    recorder.log_metric(
        key,
        value,
        0 if step is None else step,
        timestamp,
        model_id,
        None if dataset is None else _named(recorder, dataset),
    )
    if synchronous:
        _wait(recorder)


def log_metrics(
    metrics: Mapping[str, float],
    step: int | None = None,
    synchronous: bool | None = None,
    run_id: str | None = None,
    timestamp: int | None = None,
    model_id: str | None = None,
    dataset: Any = None,
) -> None:
    """Log points of several metrics to the active run, all at one step; see `log_metric`.

    Args:
        metrics: Values by name.
        step: As for `log_metric`.
        synchronous: As for `log_metric`.
        run_id: As for `log_metric`.
        timestamp: As for `log_metric`.
        model_id: As for `log_metric`.
        dataset: As for `log_metric`.

    Raises:
        InvalidParameter: One cannot be logged, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(run_id)
    named = None if dataset is None else _named(recorder, dataset)
    for key, value in _items(recorder, "metrics", metrics):
        recorder.log_metric(key, value, 0 if step is None else step, timestamp, model_id, named)
    if synchronous:
        _wait(recorder)


def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    """Log a param to the active run; one is begun if there is none. A param never changes.

    Args:
        key: Its name.
        value: Anything; its text is kept.
        synchronous: Whether to wait until the server has it.

    Returns:
        The value.

    Raises:
        InvalidParameter: It cannot be logged, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(None)
    recorder.log_param(key, value)
    if synchronous:
        _wait(recorder)
    return value


def log_params(
    params: Mapping[str, Any],
    synchronous: bool | None = None,
    run_id: str | None = None,
) -> None:
    """Log several params to the active run; see `log_param`.

    Args:
        params: Values by name.
        synchronous: As for `log_param`.
        run_id: Another run to log to.

    Raises:
        InvalidParameter: One cannot be logged, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(run_id)
    for key, value in _items(recorder, "params", params):
        recorder.log_param(key, value)
    if synchronous:
        _wait(recorder)


def set_tag(key: str, value: Any, synchronous: bool | None = None) -> None:
    """Set a tag of the active run; one is begun if there is none.

    Args:
        key: Its name.
        value: Anything; its text is kept.
        synchronous: Whether to wait until the server has it.

    Raises:
        InvalidParameter: It cannot be set, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(None)
    recorder.set_tag(key, value)
    if synchronous:
        _wait(recorder)


def set_tags(tags: Mapping[str, Any], synchronous: bool | None = None) -> None:
    """Set several tags of the active run; see `set_tag`.

    Args:
        tags: Values by name.
        synchronous: As for `set_tag`.

    Raises:
        InvalidParameter: One cannot be set, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(None)
    for key, value in _items(recorder, "tags", tags):
        recorder.set_tag(key, value)
    if synchronous:
        _wait(recorder)


def delete_tag(key: str) -> None:
    """Take a tag of the active run away, if it is there.

    Args:
        key: Its name.
    """
    recorder_for(None).delete_tag(key)


def flush(seconds: float | None = None) -> dict[str, Left]:
    """Wait until everything that this process logged has arrived, and return what has not.

    Args:
        seconds: So long at most; as TRIALOG_FLUSH_SECONDS says if None.

    Returns:
        What is left, by the id of its run; nothing if all has arrived.
    """
    return flush_process(seconds)


def flush_async_logging() -> None:
    """Wait until everything that this process logged has arrived; MLflow's name of `flush`."""
    flush()


def _named(recorder: Recorder, dataset: object) -> tuple[str, str] | None:
    """Return name and digest of a dataset; None if it has none, for the point counts more than what it is of."""
    name, digest = getattr(dataset, "name", None), getattr(dataset, "digest", None)
    if isinstance(name, str) and isinstance(digest, str):
        return name, digest
    recorder.tell(
        InvalidParameter(
            "dataset.wrong_type",
            "A metric is of a dataset with a name and a digest, as from_pandas and from_numpy return it, not of"
            f" {type(dataset).__name__}. The metric is logged without.",
        )
    )
    return None


def _items(recorder: Recorder, what: str, given: object) -> list[tuple[str, object]]:
    items: list[tuple[str, object]] = []
    with recorder.telling():
        items.extend(checked_mapping(what, given).items())
    return items


def _wait(recorder: Recorder) -> None:
    recorder.flush(client_settings().flush_seconds)
