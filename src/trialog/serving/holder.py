"""The model that is served now. Another one takes its place in one step."""

import time
from collections.abc import Callable

from trialog.serving.model import ServedModel

Listener = Callable[[ServedModel], None]


class ModelHolder:
    """Holds the model that new requests are answered by.

    A request takes `current` once and stays with it: those under way end with the model that they began with.

    Args:
        served: The first model.
    """

    def __init__(self, served: ServedModel) -> None:
        self._current = served
        self._loaded_at = time.time()
        self._listeners: list[Listener] = []

    @property
    def current(self) -> ServedModel:
        """The model that is served."""
        return self._current

    @property
    def loaded_at(self) -> float:
        """When it was put in place, in seconds since 1970."""
        return self._loaded_at

    def replace(self, served: ServedModel) -> None:
        """Put another model in place.

        Args:
            served: One that is loaded and can predict.
        """
        self._current, self._loaded_at = served, time.time()
        for listener in self._listeners:
            listener(served)

    def on_change(self, listener: Listener) -> None:
        """Have something told of every model that is put in place from now on.

        Args:
            listener: Is called by who puts it there; must be quick.
        """
        self._listeners.append(listener)
