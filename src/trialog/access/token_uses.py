"""When tokens were used last: noted beside the requests, which need not wait for it."""

import asyncio
import logging

from trialog.access.recent import Recent
from trialog.contracts.accounts import AccountStore
from trialog.errors import TrialogError

_logger = logging.getLogger("trialog.access")
_MINUTE = 60_000
_REMEMBERED = 10_000


class TokenUses:
    """Notes the use of each token once a minute.

    Args:
        accounts: Where it is noted.
    """

    def __init__(self, accounts: AccountStore) -> None:
        self._accounts = accounts
        self._noted: Recent[str, int] = Recent(_REMEMBERED)
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, token_id: str, now: int) -> int:
        """Note that a token was used.

        Args:
            token_id: Which.
            now: The time, in milliseconds since 1970.

        Returns:
            When the next minute begins: until then nothing more is noted of it.
        """
        minute = now // _MINUTE
        if self._noted.get(token_id) != minute:
            self._noted.set(token_id, minute)
            task = asyncio.get_running_loop().create_task(self._write(token_id, minute * _MINUTE))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        return (minute + 1) * _MINUTE

    async def close(self) -> None:
        """Wait until all is written."""
        await asyncio.gather(*self._writing)

    async def _write(self, token_id: str, moment: int) -> None:
        try:
            await self._accounts.tokens.note_use(token_id, moment)
        except TrialogError as error:
            # Who asks with the token has nothing to do with this.
            _logger.warning("The use of token %s was not noted: %s", token_id, error.message)
