"""Accounts of a store that the command opens itself: what a server would do is done here."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, to_builtins

from trialog.cli.opened_store import opened_store
from trialog.config import Settings
from trialog.entities import DEFAULT_WORKSPACE
from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter, TrialogError
from trialog.wire.reading import read_request
from trialog.wire.routes import Permission
from trialog.wire.routes.table import ROUTES

if TYPE_CHECKING:
    from trialog.server.call import Call
    from trialog.store.sql_store import SqlStore

ResponseType = TypeVar("ResponseType", bound=Struct)


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
        from trialog.server.audit_records import new_record, resource_of
        from trialog.server.mlflow_api import ACTING_HANDLERS

        route = next(route for route in ROUTES if route.operation == operation)
        given = to_builtins({name: value for name, value in fields.items() if value is not None})
        if route.request is None:
            raise ValueError(f"{operation} asks nothing")
        message = read_request(given, route.request)
        is_recorded = route.permission > Permission.READ and route.method != "GET"
        # Requests about workspaces name the one that they mean, as with a server.
        workspace = DEFAULT_WORKSPACE if "/mlflow/workspaces" in route.path else self._call.workspace
        await self._store.workspaces.get(workspace)
        resource = resource_of(route, message, workspace)
        try:
            answer = await {**ACTING_HANDLERS, **HANDLERS}[operation](self._call, message)
        except TrialogError as error:
            if is_recorded:
                await self._store.audit_log.add([new_record(self._call.identity, operation, resource, error=error)])
            raise
        if is_recorded:
            await self._store.audit_log.add([new_record(self._call.identity, operation, resource)])
        return answer

    def prune_audit_records(self, before: int) -> int:
        """Remove what was recorded before a moment, for good, and record that.

        No server does this: who administers accounts can remove no trace of what she did with them.

        Args:
            before: The moment, in milliseconds since 1970.

        Returns:
            How many records were removed.

        Raises:
            InvalidParameter: The moment is still to come.
        """
        # As above.
        from trialog.server.audit_records import new_record

        if before > now_milliseconds():
            raise InvalidParameter("audit.before_future", "Name a moment that is past: what is recorded until then?")
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=before)
        resource = f"before:{moment.isoformat(timespec='milliseconds')}"
        record = new_record(self._call.identity, "prune_audit_records", resource)
        return self._runner.run(self._store.audit_log.prune(before, record))


@contextmanager
def opened_accounts(settings: Settings, workspace: str = DEFAULT_WORKSPACE) -> Iterator[OpenedAccounts]:
    """Open the accounts of a store that is there, and close them in the end.

    Args:
        settings: Where it is.
        workspace: In which workspace things are named.

    Raises:
        ConfigurationError: There is no store.
    """
    # As above.
    from trialog.access import Authenticator, Passwords
    from trialog.artifacts import ArtifactRoots
    from trialog.server.access import Access
    from trialog.server.audit_records import command_identity
    from trialog.server.audit_writer import AuditWriter
    from trialog.server.call import Call
    from trialog.server.workspaces import Workspaces

    async def begin(opened: AsyncExitStack) -> OpenedAccounts:
        whole = await opened.enter_async_context(opened_store(settings))
        store = whole.in_workspace(workspace)
        passwords = Passwords()
        opened.callback(passwords.close)
        authenticator = Authenticator(store.accounts, passwords)
        access = Access(
            authenticator, store.resources, AuditWriter(store.audit_log), audit_log=store.audit_log, workspace=workspace
        )
        call = Call(
            store,
            ArtifactRoots(None),
            command_identity(),
            guarded=access,
            workspace=workspace,
            known_workspaces=Workspaces(store.workspaces),
        )
        return OpenedAccounts(runner, store, call)

    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        try:
            yield runner.run(begin(opened))
        finally:
            runner.run(opened.aclose())


async def _next(records: AsyncIterator[bytes]) -> bytes:
    return await anext(records, b"")
