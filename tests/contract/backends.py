"""What the contract suite runs on: one entry per implementation of `Store`, and what each is known to lack."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import httpx

from tests.contract.http_store import HttpStore
from tests.contract.trialog_store import (
    open_http_store,
    open_postgresql_store,
    open_remote_store,
    open_sealing_postgresql_store,
    open_sealing_store,
    open_sqlite_store,
)
from trialog.contracts import Store


class Promise(Enum):
    """What not every backend keeps; MLflow's own server keeps none of them."""

    ABSENT_TIMES = "a time that was not given is not answered"
    ATOMIC_BATCH = "a refused batch changes nothing"
    CLEAR_REFUSALS = "a wrong request is refused, as the caller's fault"
    EXACT_DOUBLES = "infinities and the sign of zero come back"
    LANGUAGE = "the search language means the same everywhere"
    NO_TRUNCATION = "a value that is too long is refused, not cut"
    OPAQUE_TOKENS = "junk for a page token is the caller's fault"
    REGISTRY_INSIDE = "a caller says who acts, what a version's files hold, and which move of a stage it has seen"
    OVERVIEWS = "what pages show is asked of the store itself"
    OWN_API = "Trialog's own API is there"
    REPEATABLE = "every write may be sent twice"
    STABLE_PAGES = "what happens between two pages moves nothing"
    UNICODE_ILIKE = "ILIKE knows letters beyond ASCII"


@dataclass(frozen=True)
class Backend:
    """One implementation of `Store`.

    Attributes:
        name: Shown in the ids of tests.
        open: Opens a store in an empty directory.
        lacks: Tests that need one of these are skipped.
        only: Modules whose tests concern it; empty if all do.
    """

    name: str
    open: Callable[[Path], AbstractAsyncContextManager[Store]]
    lacks: frozenset[Promise] = field(default=frozenset())
    only: frozenset[str] = field(default=frozenset())


_ABOUT_POINTS = frozenset(
    {
        "test_bin",
        "test_changes",
        "test_concurrency",
        "test_curves",
        "test_logged_model_search",
        "test_logged_models",
        "test_metric_history",
        "test_metric_meanings",
        "test_metrics",
        "test_overviews",
        "test_run_columns",
        "test_run_search",
        "test_run_search_order",
        "test_runs",
        "test_state_machine",
    }
)

_OF_MLFLOW = frozenset(
    {
        "test_datasets",
        "test_experiments",
        "test_logged_models",
        "test_metric_history",
        "test_metrics",
        "test_model_versions",
        "test_runs",
    }
)

# A further backend joins the suite by an entry here.
BACKENDS = (
    Backend("sqlite", open_sqlite_store),
    Backend("sealing", open_sealing_store, only=_ABOUT_POINTS),
    Backend("postgresql", open_postgresql_store),
    Backend("postgresql-sealing", open_sealing_postgresql_store, only=_ABOUT_POINTS),
    # Of the actor and of files the server speaks for itself.
    Backend("http", open_http_store, frozenset({Promise.REGISTRY_INSIDE, Promise.OVERVIEWS})),
    # MLflow's API alone, as it shows another server's data.
    Backend(
        "remote",
        open_remote_store,
        frozenset({Promise.REGISTRY_INSIDE, Promise.OVERVIEWS, Promise.OWN_API}),
        only=_OF_MLFLOW,
    ),
)


def backends_under_test() -> tuple[Backend, ...]:
    """All backends, or the one server that `TRIALOG_CONTRACT_SERVER` names."""
    address = os.environ.get("TRIALOG_CONTRACT_SERVER")
    return (_running_server(address),) if address else BACKENDS


def _running_server(address: str) -> Backend:
    """A server that runs already, such as MLflow's own: it shows whether the suite asks for MLflow's ways."""

    @asynccontextmanager
    async def open_connection(_directory: Path) -> AsyncIterator[Store]:
        # A proxy named by the environment must not come between.
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
            yield HttpStore(client)

    return Backend("server", open_connection, frozenset(Promise))
