"""What is told of a model server that answers."""

from typing import NamedTuple

from trialog.serving.options import ServingOptions


class Started(NamedTuple):
    """What is told of a model server that answers.

    Args:
        url: Its address.
        is_moved: Whether the usual port was busy and another one was taken.
        is_reachable: Whether other machines may reach it.
        name: Name of the registered model; None if it is none.
        version: Its version there.
        options: What the operator chose.
    """

    url: str
    is_moved: bool
    is_reachable: bool
    name: str | None
    version: str | None
    options: ServingOptions
