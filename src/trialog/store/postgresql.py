"""PostgreSQL as Trialog uses it: psycopg 3, our own transactions, numbers always of 64 bits, faults in plain words."""

from typing import Any

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.types.numeric import Int8Dumper
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from trialog.config import boolean
from trialog.errors import ConfigurationError, InvalidParameter, TemporarilyUnavailable, TrialogError
from trialog.store.address import place_of

# What waits this long for another process is given up.
LOCK_SECONDS = 25
# A process that stopped in the middle of a transaction must not hold its locks for ever.
_ABANDONED_SECONDS = 120
_POOLER = "pgbouncer"
"""Option of an address: between us and the database stands a pooler that gives out connections by transaction."""

STORE_LOCK = int.from_bytes(b"trialog", "big")
"""The number under which Trialog's processes lock the store; "trialog" in ASCII, so that it is nobody else's."""

# However the database or the role has it by default.
_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

ALONE = f"{_WRITING}; SELECT txid_current(), pg_advisory_xact_lock({STORE_LOCK})"
"""Begins a transaction that has the store to itself, and answers with its number."""

BESIDE_OTHERS = f"{_WRITING}; SELECT txid_current(), pg_advisory_xact_lock_shared({STORE_LOCK})"
"""Begins a transaction that shares the store with others of its kind, and answers with its number."""

# What an address may say otherwise. A connection to a machine that is gone is noticed within half a minute.
_CONNECTION = {
    "connect_timeout": "5",
    "application_name": "trialog",
    "client_encoding": "utf8",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_SETTINGS = {
    "jit": "off",  # plans of short statements: compiling them takes longer than running them
    "lock_timeout": f"{LOCK_SECONDS}s",
    "statement_timeout": "0",  # readers have one of their own
    "idle_in_transaction_session_timeout": f"{_ABANDONED_SECONDS}s",
}
_MOST_PREPARED = 500


def create_postgresql_engine(url: URL) -> Engine:
    """Return an engine whose connections leave transactions to their user.

    Args:
        url: Where the database is, whichever driver it names.
    """
    known = {name: value for name, value in _CONNECTION.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query([_POOLER]),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        paramstyle="format",  # by position, as statements that are prepared have it
        use_native_hstore=False,  # a question to each new connection, about a type that no table has
        connect_args=known,
    )
    event.listen(engine, "connect", _prepare_pooled_connection if is_pooled(url) else _prepare_connection)
    return engine


def is_pooled(url: URL) -> bool:
    """Tell whether an address says that a pooler gives out connections by transaction, with `?pgbouncer=true`.

    Raises:
        ConfigurationError: It says neither yes nor no.
    """
    said = url.query.get(_POOLER, "false")
    try:
        return boolean(said if isinstance(said, str) else ",".join(said))
    except ValueError as error:
        raise ConfigurationError(
            "store.unknown_address", f"The address {place_of(url)} says {_POOLER}={said}, but {error}."
        ) from error


def begin_text(url: URL, text: str) -> bytes:
    """Return what begins a transaction.

    Args:
        url: Where the database is.
        text: Statements that begin it.
    """
    if not is_pooled(url):
        return text.encode()
    # What is set for a session stays on a connection that the next transaction need not get.
    beginning, separator, rest = text.partition(";")
    return f"{beginning}; {_set('SET LOCAL', is_local=True)}{separator}{rest}".encode()


def _prepare_connection(driver: psycopg.Connection[Any], record: Any) -> None:
    _prepare_pooled_connection(driver, record)
    driver.prepare_threshold = 2
    driver.prepared_max = _MOST_PREPARED
    execute(driver, _set("SET", is_local=False).encode())


def _prepare_pooled_connection(driver: psycopg.Connection[Any], _record: Any) -> None:
    # psycopg would send each number in as few bytes as it fits: a statement of its own for each combination.
    driver.adapters.register_dumper(int, Int8Dumper)
    driver.prepare_threshold = None


def _set(word: str, *, is_local: bool) -> str:
    settings = "; ".join(f"{word} {name} = '{value}'" for name, value in _SETTINGS.items())
    # An acknowledged write is on disk, whatever the database does for others.
    durable = (
        f"SELECT set_config('synchronous_commit', 'on', {is_local}) WHERE current_setting('synchronous_commit') = 'off'"
    )
    return f"{settings}; {durable}"


def execute(driver: psycopg.Connection[Any], text: bytes) -> PGresult:
    """Run statements without parameters, in one journey and without a cursor; return what the last one answers.

    Args:
        driver: A connection that nobody else uses meanwhile.
        text: The statements.

    Raises:
        psycopg.Error: One of them failed.
    """
    result = driver.pgconn.exec_(text)
    if result.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
        error = psycopg.errors.error_from_result(result)
        # What the database did not say itself is about the connection.
        raise error if error.sqlstate else psycopg.OperationalError(str(error))
    return result


def begin(driver: psycopg.Connection[Any], text: bytes) -> int | None:
    """Begin a transaction and return its number, which one that only reads has not.

    Args:
        driver: As for `execute`.
        text: What begins it; for one that writes, it answers with the number.

    Raises:
        psycopg.Error: It did not begin.
    """
    answer = execute(driver, text)
    number = answer.get_value(0, 0) if answer.ntuples else None
    return None if number is None else int(number)


def fate_of(driver: psycopg.Connection[Any], number: int) -> str | None:
    """Return what became of a transaction: "committed", "aborted" or "in progress"; None if it is forgotten.

    Args:
        driver: As for `execute`, to the database that ran it.
        number: What `begin` returned.

    Raises:
        psycopg.Error: That is not to be learned here.
    """
    fate = execute(driver, f"SELECT txid_status({number})".encode()).get_value(0, 0)
    return None if fate is None else fate.decode()


def commit(driver: psycopg.Connection[Any]) -> None:
    """End a transaction; what it wrote is on disk.

    Args:
        driver: As for `execute`.

    Raises:
        psycopg.Error: It was not written, or the connection broke before that could be known.
    """
    # To commit after a statement that failed is no error to PostgreSQL: it undoes all and says so.
    if execute(driver, b"COMMIT").command_status != b"COMMIT":
        raise psycopg.InternalError("the transaction was undone: one of its statements had failed")


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """Return the driver's own connection behind one of SQLAlchemy."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(f"expected a connection to PostgreSQL, not {driver!r}")
    return driver


def cause_of(error: BaseException) -> BaseException:
    """Return what psycopg raised behind an error of SQLAlchemy, or the error itself."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def is_conflict(error: BaseException) -> bool:
    """Tell whether a transaction was undone because another came in its way: run again, it may well succeed."""
    return isinstance(error, (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected))


def explain(error: BaseException, consequence: str) -> TrialogError | None:
    """Return the error to answer with when the database could not do its work; None if our statement was wrong.

    Args:
        error: What psycopg raised. It names machines and users, which is for the log and not for clients.
        consequence: What did not happen, such as "nothing was written".
    """
    if isinstance(error, psycopg.errors.UntranslatableCharacter) or (
        isinstance(error, psycopg.DataError) and "NUL" in str(error)
    ):
        return InvalidParameter(
            "store.nul_character",
            "A text has the character NUL (U+0000) in it, which PostgreSQL cannot store: nothing was changed. Take it"
            " out.",
        )
    if isinstance(error, psycopg.errors.InvalidRegularExpression):
        return InvalidParameter(
            "search.pattern_too_complex",
            "A regular expression of the question is too large for PostgreSQL, which makes a machine of it: nothing was"
            " read. Repeat less in it.",
        )
    if isinstance(error, psycopg.errors.ProgramLimitExceeded):
        return InvalidParameter(
            "store.text_too_long",
            f"A text of the request is longer than PostgreSQL can find again: {consequence}. Shorten names and ids.",
        )
    if isinstance(error, psycopg.errors.DiskFull):
        return TemporarilyUnavailable(
            "store.full", f"The disk of the store is full: {consequence}. Make room, then send the request again."
        )
    if isinstance(error, (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)):
        return TemporarilyUnavailable(
            "store.locked", f"Another process holds the store: {consequence}. Send the request again in a moment."
        )
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return TemporarilyUnavailable(
            "store.read_only",
            f"The database takes no writes, as a standby does: {consequence}. Name the one that does in"
            " --backend-store-uri; with several machines in it, add target_session_attrs=read-write.",
        )
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return TemporarilyUnavailable(
            "store.no_right", f"The store may not do this in its database: {consequence}. See the log of the server."
        )
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)):
        return TemporarilyUnavailable(
            "store.failed", f"The store could not be reached: {consequence}. See the log of the server."
        )
    return None
