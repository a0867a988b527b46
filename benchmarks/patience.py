"""Reading again where a connection was lost: MLflow's supervisor replaces workers that are busy for too long."""

from collections.abc import Callable
from typing import TypeVar

from tests.e2e.rest import CONNECTION_LOST

TRIES = 5

Answer = TypeVar("Answer")


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask until there is an answer, a few times at most.

    Args:
        ask: Reads something, over a connection that is opened anew where it was lost.
    """
    for _ in range(TRIES - 1):
        try:
            return ask()
        except CONNECTION_LOST:
            continue
    return ask()
