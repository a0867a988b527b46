"""Numbers as MLflow's JSON has them."""

from math import isinf, isnan


def number_for_wire(value: float) -> float | str:
    """Return a number, or the text that stands for NaN or an infinity."""
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
