"""Things that were read once and count until something changes."""

from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from trialog.access.recent import Recent
from trialog.access.shared_calls import SharedCalls

Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


class Kept(Generic[Key, Entry]):
    """Reads each thing once and keeps it; what is not there is not kept, so that it counts as soon as it is.

    Args:
        read: Reads one thing; None if it is not there.
        entries: How many to keep at most.
    """

    def __init__(self, read: Callable[[Key], Coroutine[Any, Any, Entry | None]], entries: int) -> None:
        self._read = read
        self._entries: Recent[Key, Entry] = Recent(entries)
        self._reading: SharedCalls[Entry | None] = SharedCalls()
        self._generation = 0

    async def get(self, key: Key) -> Entry | None:
        """Return a thing; None if it is not there."""
        entry = self._entries.get(key)
        if entry is None:
            generation = self._generation
            entry = await self._reading.call((generation, key), lambda: self._fetch(key, generation))
        return entry

    def forget(self, key: Key) -> None:
        """Forget one thing."""
        self._generation += 1
        self._entries.forget(key)

    def clear(self) -> None:
        """Forget everything."""
        # What is being read at this moment may be from before the change, and shall neither be kept nor shared.
        self._generation += 1
        self._entries.clear()

    async def _fetch(self, key: Key, generation: int) -> Entry | None:
        entry = await self._read(key)
        if entry is not None and generation == self._generation:
            self._entries.set(key, entry)
        return entry
