"""Accounts of a store that the command opens itself: what a server would do is done here."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, to_builtins

from trialog.cli.opened_store import opened_store
from trialog.config import Settings
from trialog.entities import ANYBODY, AuditRecord, Identity
from trialog.wire.reading import read_request
from trialog.wire.routes import ROUTES, Permission

if TYPE_CHECKING:
    from trialog.server.call import Call
    from trialog.store.sql_store import SqlStore

ResponseType = TypeVar("ResponseType", bound=Struct)

# Whoever can open the store may do everything.
_IDENTITY = Identity(ANYBODY, is_admin=True, via="command")


class OpenedAccounts:
    """Answers what a server would be asked about accounts.

    Args:
        runner: Runs what the store does.
        store: Where the accounts are.
        call: What handlers are given.
    """

    def __init__(self, runner: asyncio.Runner, store: "SqlStore", call: "Call") -> None:
        self._runner = runner
        self._store = store
        self._call = call

    def call(self, operation: str, response_type: type[ResponseType], /, **fields: object) -> ResponseType:
        """Do one thing, as `Transport.call` asks for it.

        Args:
            operation: Its name in the route table.
            response_type: Type of the answer.
            fields: Fields of the request; None is the same as left out.

        Raises:
            TrialogError: It is refused.
        """
        answer = self._runner.run(self._answer(operation, fields))
        if not isinstance(answer, response_type):
            raise TypeError(f"{operation} answers {type(answer)}, not {response_type}")
        return answer

    def download(self, operation: str, /) -> Iterator[bytes]:
        """Hand out the record of who did what piece by piece, as `Transport.download` does.

        Args:
            operation: The only one of accounts that comes as bytes.
        """
        if operation != "export_audit_records":
            raise ValueError(f"{operation} does not come as bytes")
        records = self._store.audit_log.export()
        while piece := self._runner.run(_next(records)):
            yield piece

    async def _answer(self, operation: str, fields: dict[str, object]) -> Any:
        # Loaded with the store, see `opened_store`.
        from trialog.server.api import HANDLERS
        from trialog.server.authorisation import resource_of
        from trialog.server.mlflow_api import ACTING_HANDLERS

        route = next(route for route in ROUTES if route.operation == operation)
        given = to_builtins({name: value for name, value in fields.items() if value is not None})
        if route.request is None:
            raise ValueError(f"{operation} asks nothing")
        message = read_request(given, route.request)
        answer = await {**ACTING_HANDLERS, **HANDLERS}[operation](self._call, message)
        if route.permission > Permission.READ and route.method != "GET":
            record = AuditRecord(
                record_id=0,
                timestamp=time.time_ns() // 1_000_000,
                actor=_IDENTITY.actor,
                via=_IDENTITY.via,
                address="",
                operation=operation,
                resource=resource_of(route, message),
                status=200,
            )
            await self._store.audit_log.add([record])
        return answer


@contextmanager
def opened_accounts(settings: Settings) -> Iterator[OpenedAccounts]:
    """Open the accounts of a store that is there, and close them in the end.

    Args:
        settings: Where it is.

    Raises:
        ConfigurationError: There is no store.
    """
    # As above.
    from trialog.access import Authenticator, Passwords
    from trialog.artifacts import ArtifactRoots
    from trialog.server.access import Access
    from trialog.server.call import Call

    async def begin(opened: AsyncExitStack) -> OpenedAccounts:
        store = await opened.enter_async_context(opened_store(settings))
        passwords = Passwords()
        opened.callback(passwords.close)
        authenticator = Authenticator(store.accounts, passwords)
        access = Access(authenticator, store.resources, _keep_nothing, audit_log=store.audit_log)
        return OpenedAccounts(runner, store, Call(store, ArtifactRoots(None), _IDENTITY, guarded=access))

    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        try:
            yield runner.run(begin(opened))
        finally:
            runner.run(opened.aclose())


async def _keep_nothing(_record: AuditRecord) -> None:
    """Records are written when something is done, by who does it."""


async def _next(records: AsyncIterator[bytes]) -> bytes:
    return await anext(records, b"")
