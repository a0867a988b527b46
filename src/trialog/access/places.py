"""Places in a queue: so many in all, so many for one client, and some kept for those who are known."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from trialog.access.refusals import too_many_logins

_RETRY_AFTER_SECONDS = 1


class Places:
    """Counts who is at something that not many can be at, and sends away at once whoever would be one too many.

    Args:
        total: How many there are.
        of_one_client: How many one client may take, so that one cannot take all.
        of_strangers: How many those may take whom nobody knows; all if it is not said.
    """

    def __init__(self, total: int, of_one_client: int, of_strangers: int | None = None) -> None:
        self._total = total
        self._of_one_client = of_one_client
        self._of_strangers = total if of_strangers is None else of_strangers
        self._clients: Counter[str] = Counter()
        self._strangers = 0

    def check(self, client: str, *, is_known: bool = False) -> None:
        """Refuse whoever would find no place.

        Args:
            client: Who asks, such as a network.
            is_known: Whether she is no stranger.

        Raises:
            TooManyRequests: All that she could take are taken.
        """
        is_full = self._clients.total() >= self._total or self._clients[client] >= self._of_one_client
        if is_full or (not is_known and self._strangers >= self._of_strangers):
            raise too_many_logins(_RETRY_AFTER_SECONDS)

    @contextmanager
    def taken(self, client: str, *, is_known: bool = False) -> Iterator[None]:
        """Take a place for as long as the context lasts.

        Args:
            client: As for `check`.
            is_known: As for `check`.

        Raises:
            TooManyRequests: As for `check`.
        """
        self.check(client, is_known=is_known)
        self._clients[client] += 1
        self._strangers += not is_known
        try:
            yield
        finally:
            self._strangers -= not is_known
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]
