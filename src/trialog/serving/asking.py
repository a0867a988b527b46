"""Asks a model: about each request by itself, about several at once, or both ways. It runs in whatever thread calls."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from trialog.serving.model import ServedModel
from trialog.serving.model_input import ModelInput
from trialog.serving.splitting import are_alike, split


class ModelStopped(RuntimeError):
    """The code of the model asked for the end of the process, or of what calls it; the server goes on."""


class Outcome(NamedTuple):
    """What came of one request.

    Args:
        predictions: What the model gave.
        error: What it raised; None if it gave something.
    """

    predictions: Any
    error: BaseException | None = None


class Comparison(NamedTuple):
    """What asking both ways showed.

    Args:
        gain: Time that each request by itself took, by the time that all of them at once took; None if nothing can be
            said, because one of them failed by itself.
        is_same: Whether asking at once gave the same.
    """

    gain: float | None
    is_same: bool


class Asked(NamedTuple):
    """What came of asking a model.

    Args:
        outcomes: What came of each request, in their order.
        rows: How many rows they had.
        seconds: How long it took.
        comparison: What asking both ways showed; None if it was asked one way.
    """

    outcomes: list[Outcome]
    rows: int
    seconds: float
    comparison: Comparison | None = None


Ask: TypeAlias = Callable[[ServedModel, Sequence[ModelInput]], Asked]


def ask_singly(served: ServedModel, several: Sequence[ModelInput]) -> Asked:
    """Ask a model about each of some requests by itself.

    Args:
        served: The model.
        several: The requests.
    """
    begin = time.perf_counter()
    outcomes = [_outcome(served, one) for one in several]
    return Asked(outcomes, _rows(several), time.perf_counter() - begin)


def ask_together(served: ServedModel, several: Sequence[ModelInput]) -> Asked:
    """Ask a model about several requests at once.

    Where that fails it is asked about each half, until it is known whose fault it is: nobody gets the error of another.

    Args:
        served: The model.
        several: The requests, which can be put together.
    """
    begin = time.perf_counter()
    outcomes = _by_halves(served, several)
    return Asked(outcomes, _rows(several), time.perf_counter() - begin)


def ask_both_ways(served: ServedModel, several: Sequence[ModelInput]) -> Asked:
    """Ask a model about each of several requests by itself and about all of them at once, and compare.

    Args:
        served: The model.
        several: The requests, which can be put together.
    """
    asked = ask_singly(served, several)
    if any(outcome.error is not None for outcome in asked.outcomes):
        return asked._replace(comparison=Comparison(None, is_same=True))
    begin = time.perf_counter()
    try:
        together = _at_once(served, several)
    except BaseException:  # what a model cannot do with several at once, whatever it says of it, is not tried again
        return asked._replace(comparison=Comparison(None, is_same=False))
    gain = asked.seconds / max(time.perf_counter() - begin, sys.float_info.min)
    pairs = zip(asked.outcomes, together, strict=True)
    is_same = all(are_alike(one.predictions, other.predictions) for one, other in pairs)
    return asked._replace(comparison=Comparison(gain, is_same))


def _rows(several: Sequence[ModelInput]) -> int:
    return sum(one.rows for one in several)


def _outcome(served: ServedModel, given: ModelInput) -> Outcome:
    try:
        return Outcome(served.predict(given))
    except BaseException as error:  # a model may be anybody's code: what it raises is for who asked, whatever it is
        # These would end the event loop, or cannot be handed over.
        if isinstance(error, Exception) and not isinstance(error, StopIteration):
            return Outcome(None, error)
        stopped = ModelStopped(f"{type(error).__name__}: {error}")
        stopped.__cause__ = error
        return Outcome(None, stopped)


def _by_halves(served: ServedModel, several: Sequence[ModelInput]) -> list[Outcome]:
    if len(several) == 1:
        return [_outcome(served, several[0])]
    try:
        return _at_once(served, several)
    except BaseException:  # whatever it is, the request that is at fault raises it again, and then it belongs to it
        half = len(several) // 2
        return [*_by_halves(served, several[:half]), *_by_halves(served, several[half:])]


def _at_once(served: ServedModel, several: Sequence[ModelInput]) -> list[Outcome]:
    predictions = served.predict(several[0].followed_by(several[1:]))
    return [Outcome(part) for part in split(predictions, [one.rows for one in several])]
