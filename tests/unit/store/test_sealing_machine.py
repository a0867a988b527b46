"""Random interleavings of what happens to points, on the real store, held against a plain set."""

import asyncio
import math
import shutil
import struct
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.store.sealed import BY_HAND, faults, seal_all
from trialog.entities import Metric, NewRun, Page, RunSearch, ViewType
from trialog.store.double_keys import to_key
from trialog.store.experiments import make_default_experiment
from trialog.store.sql_store import SqlStore
from trialog.store.sqlite_database import SqliteDatabase

Result = TypeVar("Result")
Points = set[tuple[int, int, int]]

(PAYLOAD,) = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0123))
KEYS = st.sampled_from(["a", "b"])
VALUES = st.sampled_from([0.0, -0.0, 0.25, -1.5, math.nan, -math.nan, PAYLOAD, math.inf, -math.inf, 5e-324])
POINTS = st.tuples(st.integers(0, 60) | st.just(2**63 - 1), st.integers(-3, 3) | st.just(-(2**63)), VALUES)


class SealingMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._directory = tempfile.TemporaryDirectory()
        self._file = Path(self._directory.name) / "0.db"
        self._copies = 0
        self._points: dict[tuple[str, str], Points] = {}
        self._deleted: set[str] = set()
        self._page: tuple[str, str, int, str, tuple[int, int, int]] | None = None
        self._open()

    def _open(self) -> None:
        self._database = SqliteDatabase(self._file, sealing=BY_HAND)
        self._run(self._database.write(lambda connection: make_default_experiment(connection, "mlflow-artifacts:/")))
        self._store = SqlStore(self._database, "mlflow-artifacts:/")

    def _run(self, request: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(request)

    def teardown(self) -> None:
        self._run(self._store.close())
        assert faults(self._file) == []
        self._runner.close()
        self._directory.cleanup()

    @initialize()
    def make_runs(self) -> None:
        self._runs = [self._run(self._store.runs.create(NewRun("0"))).info.run_id for _ in range(2)]
        self._points = {(run, key): set() for run in self._runs for key in ("a", "b")}

    def _log(self, which: int, key: str, points: list[tuple[int, int, float]]) -> None:
        run = self._runs[which]
        if run in self._deleted:
            return
        metrics = [Metric(key, value, timestamp, step) for timestamp, step, value in points]
        self._run(self._store.runs.log_batch(run, metrics=metrics))
        self._points[run, key] |= {(timestamp, step, to_key(value)) for timestamp, step, value in points}

    @rule(which=st.integers(0, 1), key=KEYS, points=st.lists(POINTS, max_size=30))
    def log(self, which: int, key: str, points: list[tuple[int, int, float]]) -> None:
        self._log(which, key, points)

    @rule(which=st.integers(0, 1), key=KEYS, first=st.integers(0, 200), count=st.integers(1, 40), value=VALUES)
    def log_a_stretch(self, which: int, key: str, first: int, count: int, value: float) -> None:
        self._log(which, key, [(time, time, value) for time in range(first, first + count)])

    @rule(whole=st.booleans())
    def seal(self, whole: bool) -> None:
        self._run(seal_all(self._database, BY_HAND, whole=whole))

    @rule()
    def open_again(self) -> None:
        self._run(self._store.close())
        self._open()

    @rule()
    def crash(self) -> None:
        """Go on with a copy of the files as they lie while the store is open, as after a kill."""
        self._copies += 1
        copy = Path(self._directory.name) / f"{self._copies}.db"
        for suffix in ("", "-wal"):
            shutil.copy(f"{self._file}{suffix}", f"{copy}{suffix}")
        self._run(self._store.close())
        self._file = copy
        self._open()

    @rule(which=st.integers(0, 1))
    def delete_or_restore_a_run(self, which: int) -> None:
        run = self._runs[which]
        if run in self._deleted:
            self._run(self._store.runs.restore(run))
        else:
            self._run(self._store.runs.delete(run))
        self._deleted ^= {run}

    @rule(which=st.integers(0, 1), key=KEYS)
    def history(self, which: int, key: str) -> None:
        run = self._runs[which]
        assert _triples(self._run(self._store.metrics.history(run, key))) == sorted(self._points[run, key])

    @rule(which=st.integers(0, 1), key=KEYS, size=st.integers(1, 30))
    def begin_to_page(self, which: int, key: str, size: int) -> None:
        run = self._runs[which]
        page = self._run(self._store.metrics.history(run, key, max_results=size))
        found, expected = _triples(page), sorted(self._points[run, key])
        assert found == expected[:size]
        assert (page.next_page_token is None) == (len(expected) <= size)
        self._page = (run, key, size, page.next_page_token, found[-1]) if page.next_page_token else None

    @precondition(lambda self: self._page is not None)
    @rule()
    def page_on(self) -> None:
        """The token may be from before anything: it means the points behind a place."""
        assert self._page is not None
        run, key, size, token, place = self._page
        page = self._run(self._store.metrics.history(run, key, max_results=size, page_token=token))
        found, expected = _triples(page), [point for point in sorted(self._points[run, key]) if point > place]
        assert found == expected[:size]
        self._page = (run, key, size, page.next_page_token, found[-1]) if page.next_page_token else None

    @rule(key=KEYS, size=st.integers(1, 100))
    def histories_of_runs(self, key: str, size: int) -> None:
        found = self._run(self._store.metrics.history_of_runs(self._runs, key, max_results=size))
        expected = [(run, *point) for run in sorted(self._runs) for point in sorted(self._points[run, key])]
        assert [(p.run_id, p.timestamp, p.step, to_key(p.value)) for p in found] == expected[:size]

    @rule(which=st.integers(0, 1), key=KEYS, ends=st.none() | st.tuples(st.integers(-3, 60), st.integers(-3, 60)))
    def samples(self, which: int, key: str, ends: tuple[int, int] | None) -> None:
        run = self._runs[which]
        start, end = sorted(ends) if ends else (None, None)
        found = self._run(
            self._store.metrics.sampled_history_of_runs([run], key, start_step=start, end_step=end, max_results=5)
        )
        inside = [p for p in self._points[run, key] if start is None or end is None or start <= p[1] <= end]
        expected = sorted(inside, key=lambda point: (point[1], point[0], point[2]))
        total = len(expected)
        if total > 5:
            expected = [expected[place] for place in sorted({index * total // 5 for index in range(4)} | {total - 1})]
        assert [(p.timestamp, p.step, to_key(p.value)) for p in found] == expected

    @invariant()
    def latest_values_are_right(self) -> None:
        if self._points:
            found = self._run(self._store.runs.search(RunSearch(("0",), view_type=ViewType.ALL))).items
            for run in found:
                for metric in run.metrics:
                    points = self._points[run.info.run_id, metric.key]
                    latest = max(points, key=lambda point: (point[1], point[0], point[2]))
                    assert (metric.timestamp, metric.step, to_key(metric.value)) == latest


def _triples(page: Page[Metric]) -> list[tuple[int, int, int]]:
    return [(point.timestamp, point.step, to_key(point.value)) for point in page.items]


SealingMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSealing = SealingMachine.TestCase
