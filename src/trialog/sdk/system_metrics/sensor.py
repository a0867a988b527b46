"""What a sensor is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1_000_000


class NotMeasured(Exception):
    """The machine has nothing that a sensor could measure, and will not have it later."""


@dataclass(frozen=True)
class Sensor:
    """Something that can be measured again and again.

    Attributes:
        name: What is measured, as a sentence names it.
        read: Measures, and returns values by the names of metrics; raises `NotMeasured` where it never can, and
            anything else where it fails.
        is_count: Whether values count up from the beginning, so that the last one is logged and not the mean.
    """

    name: str
    read: Callable[[], Mapping[str, float]]
    is_count: bool = False
