"""What a training was called with, whichever way it was given."""

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple


class TrainingData(NamedTuple):
    """What an estimator is trained with.

    Args:
        data: Rows of what goes in.
        labels: What is to be predicted; None if nothing is.
        weights: How much each row counts; None if all count the same.
        is_written_over: Whether the estimator may write over the rows that it is given.
    """

    data: Any
    labels: Any
    weights: Any
    is_written_over: bool = False

    def rows(self) -> Any:
        """Return the rows, as a copy where whoever is given them may write over them."""
        return self.data.copy() if self.is_written_over else self.data


def arguments_of(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a function was given and its defaults, by the names of its parameters.

    Args:
        function: The function.
        args: What it was given by place.
        kwargs: What it was given by name.
    """
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def training_data(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> TrainingData:
    """Return what a method that trains was given, `self` being the first.

    Args:
        function: The method.
        args: What it was given by place.
        kwargs: What it was given by name.
    """
    arguments = arguments_of(function, args, kwargs)
    data, labels = (*list(arguments)[1:3], "", "")[:2]
    return TrainingData(
        arguments.get(data),
        arguments[labels] if labels in {"y", "Y"} else None,
        arguments.get("sample_weight"),
    )


def settings_of(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], without: Collection[str]
) -> dict[str, Any]:
    """Return what a function that trains was told beside data: what was given, and its defaults.

    Args:
        function: The function.
        args: What it was given by place.
        kwargs: What it was given by name.
        without: Parameters that are left out.
    """
    arguments = arguments_of(function, args, kwargs)
    named = {**arguments, **arguments.pop("kwargs", {})}
    return {name: value for name, value in named.items() if name not in without}
