"""A measured value of a run at one step and time.

Nouns that hold nothing but text and numbers are left out of garbage collection (`gc=False`): they can be in no cycle,
and a page of them is a million objects that a collection would visit while every request waits.
"""

from msgspec import Struct, field

from trialog.entities.numbers import Int64
from trialog.entities.text import RequiredText


class Metric(Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One point of a metric; its identity within a run is (key, timestamp, step, bits of the value).

    Args:
        key: Name of the metric.
        value: Any double; NaN, infinities and the sign of zero are kept.
        timestamp: Milliseconds since 1970 UTC.
        step: Any 64-bit integer.
        model_id: Logged model the value belongs to, if any.
        dataset_name: Name of the dataset it was measured on, if any.
        dataset_digest: Digest of that dataset.
        run_id: Run that logged it; set in answers only.
    """

    key: RequiredText
    value: float
    timestamp: Int64
    # A factory, because answers name the step even when it is 0; a plain default would be left out there.
    step: Int64 = field(default_factory=int)
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None
