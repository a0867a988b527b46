"""What a measurement is: a section of the table, measured part by part, each file of this folder one of them."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.backends import Backend, Store
from benchmarks.mlflow_environment import CACHE
from benchmarks.samples import Sample, Subject
from benchmarks.servers import Contestant, Running, mlflow_server, running, trialog_server
from benchmarks.sizes import Sizes

# A directory for temporary files is often in memory, where nothing waits for a disk.
STORES = CACHE / "stores"


@dataclass(frozen=True)
class Serving:
    """A server that answers, and its data.

    Attributes:
        subject: Whose figures it gives.
        server: The server.
        store: Its data.
    """

    subject: Subject
    server: Running
    store: Store


@dataclass(frozen=True)
class Bench:
    """What a section measures with.

    Attributes:
        backend: The database.
        sizes: How much is measured.
        say: Shows what is being done.
    """

    backend: Backend
    sizes: Sizes
    say: Callable[[str], None]

    @contextmanager
    def empty_store(self) -> Iterator[Store]:
        """Make a store and remove it when the block ends."""
        STORES.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=STORES) as name, self.backend.store(Path(name)) as store:
            yield store

    @contextmanager
    def serving(self, subject: Subject, store: Store) -> Iterator[Serving]:
        """Run a server on a store until the block ends.

        Args:
            subject: Which server.
            store: Its data.
        """
        self.say(f"{subject} starts")
        with running(contestant(subject), store.directory, address(subject, store)) as server:
            server.settle(self.sizes.settle_seconds)
            yield Serving(subject, server, store)

    @contextmanager
    def new_server(self, subject: Subject) -> Iterator[Serving]:
        """Run a server on an empty store until the block ends.

        Args:
            subject: Which server.
        """
        with self.empty_store() as store, self.serving(subject, store) as serving:
            yield serving


class Section(Protocol):
    """A section of the table."""

    @property
    def name(self) -> str:
        """As `--only` takes it."""

    @property
    def title(self) -> str:
        """As the progress calls it."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of its figures must know, a paragraph each."""

    @property
    def backends(self) -> Sequence[str]:
        """Names of the databases that it makes sense on."""

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Return the names of the parts it consists of; one that is done need not be done again.

        Args:
            sizes: How much is measured.
        """

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Measure a part.

        Args:
            bench: What to measure with.
            part: Name of the part.

        Raises:
            SystemExit: A server answered with errors, or what it acknowledged is not stored.
        """


def address(subject: Subject, store: Store) -> str:
    """Return what a server is told about its store.

    Args:
        subject: Which server.
        store: The store.
    """
    # Without a driver the newest SQLAlchemy takes one that MLflow does not bring; its own users have this one.
    return store.uri.replace("postgresql://", "postgresql+psycopg2://") if subject == "MLflow" else store.uri


def contestant(subject: Subject) -> Contestant:
    """Return how a server is started.

    Args:
        subject: Which one.
    """
    return mlflow_server() if subject == "MLflow" else trialog_server()
