"""A point of a metric."""

from trialog.sdk.entities.base import Entity


class Metric(Entity, frozen=True):
    """One value of a metric at one step and time.

    Args:
        key: Name of the metric.
        value: The value; NaN and infinities too.
        timestamp: Milliseconds since 1970 UTC.
        step: The step.
        model_id: Logged model the value belongs to, if any.
        dataset_name: Name of the dataset it was measured on, if any.
        dataset_digest: Digest of that dataset.
        run_id: Run that logged it, where an answer says so.
    """

    key: str
    value: float
    timestamp: int
    step: int
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None
