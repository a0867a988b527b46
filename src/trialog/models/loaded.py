"""Asks whether a value is of a data library, without importing it: what is not loaded made no value."""

import sys
from typing import Any


def is_a(value: object, module: str, *names: str) -> bool:
    """Tell whether a value is an instance of classes of a module.

    Args:
        value: The value.
        module: Name of the module, such as `pandas`.
        names: Names of classes in it.
    """
    loaded = sys.modules.get(module)
    # A module that is being imported has no classes yet.
    classes = tuple(each for name in names if (each := getattr(loaded, name, None)) is not None)
    return bool(classes) and isinstance(value, classes)


def is_array(value: object) -> bool:
    """Tell whether a value is an array of numpy."""
    return is_a(value, "numpy", "ndarray")


def is_frame(value: object) -> bool:
    """Tell whether a value is a frame of pandas."""
    return is_a(value, "pandas", "DataFrame")


def is_series(value: object) -> bool:
    """Tell whether a value is a series of pandas."""
    return is_a(value, "pandas", "Series")


def is_sparse(value: object) -> bool:
    """Tell whether a value is a sparse matrix of scipy that MLflow knows."""
    return is_a(value, "scipy.sparse", "csr_matrix", "csc_matrix")


def is_missing(value: object) -> bool:
    """Tell whether a value stands for none: None, NaN, `pandas.NA` or `pandas.NaT`."""
    if isinstance(value, float):
        return value != value
    pandas: Any = sys.modules.get("pandas")
    return value is None or (
        pandas is not None and (value is getattr(pandas, "NA", None) or value is getattr(pandas, "NaT", None))
    )
