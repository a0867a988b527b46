"""Curves of series that are in chunks, of which few are opened."""

import asyncio
import math
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.contract.samples import bits
from tests.thinned_curves import Point, Seen, check_thinned, in_order, within
from tests.unit.store.older import migrate_to
from tests.unit.store.sealed import BY_HAND, NEVER, SMALL, counts, seal_all
from trialog.entities import Metric, NewRun
from trialog.entities.curve import CurveAxis
from trialog.errors import DamagedData
from trialog.store.curves import WHOLE_POINTS, CurveRange, read_curve
from trialog.store.double_keys import column_from_keys
from trialog.store.experiments import make_default_experiment
from trialog.store.run_rows import find_run
from trialog.store.series_points import find_series
from trialog.store.sql_store import SqlStore
from trialog.store.sqlite_database import SqliteDatabase

VALUES = st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf]) | st.floats(-100, 100)
AXES = st.sampled_from(CurveAxis)
SERIES = st.lists(st.tuples(st.integers(0, 40), st.integers(-3, 120), VALUES), min_size=1, max_size=160)


class Stored:
    """A store that seals when it is told to, used from tests that are no coroutines."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._runner = asyncio.Runner()
        self._open()

    def _open(self) -> None:
        self._database = self._runner.run(self._opened())
        self._store = SqlStore(self._database, "mlflow-artifacts:/")

    async def _opened(self) -> SqliteDatabase:
        database = SqliteDatabase(self.file, sealing=BY_HAND._replace(straight=NEVER))
        await database.write(lambda connection: make_default_experiment(connection, "mlflow-artifacts:/"))
        return database

    def close(self) -> None:
        self._runner.run(self._store.close())
        self._runner.close()

    def change(self, change: Callable[[Path], None]) -> None:
        """Do something to the file while nobody has it open."""
        self._runner.run(self._store.close())
        change(self.file)
        self._open()

    def execute(self, statement: str) -> None:
        def run(file: Path) -> None:
            with closing(sqlite3.connect(file)) as connection:
                connection.execute(statement)
                connection.commit()

        self.change(run)

    def query(self, statement: str) -> list[tuple[int, ...]]:
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(statement).fetchall()

    def log(self, points: Sequence[Point]) -> str:
        """Log points as the metric m of a new run."""
        run_id = self._runner.run(self._store.runs.create(NewRun("0"))).info.run_id
        self.add(run_id, points)
        return run_id

    def add(self, run_id: str, points: Sequence[Point]) -> None:
        metrics = [Metric("m", value, timestamp, step) for timestamp, step, value in points]
        self._runner.run(self._store.runs.log_batch(run_id, metrics=metrics))

    def seal(self) -> None:
        self._runner.run(seal_all(self._database, SMALL, whole=False))

    def curve(
        self, run_id: str, part: CurveRange, most: int, *, opened: int = 0, whole: int = WHOLE_POINTS
    ) -> tuple[int, list[Seen]]:
        """Read a curve, opening chunks only where there is no other way."""

        def job(connection: Connection) -> tuple[int, list[Seen]]:
            found = find_series(connection, find_run(connection, "default", run_id).number, "m")
            assert found is not None
            total, shown = read_curve(connection, found, part, most, opened=opened, whole=whole)
            return total, list(
                zip(shown.timestamps, shown.steps, map(bits, column_from_keys(shown.values)), strict=True)
            )

        return self._runner.run(self._database.read(job))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    stored = Stored(tmp_path_factory.mktemp("curves") / "trialog.db")
    yield stored
    stored.close()


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    opened = Stored(tmp_path / "trialog.db")
    yield opened
    opened.close()


def regular(count: int) -> list[Point]:
    return [(1000 * step, step, math.sin(step / 9) * step) for step in range(count)]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    series=SERIES, late=st.integers(0, 12), most=st.integers(10, 50), axis=st.sampled_from(CurveAxis), data=st.data()
)
def test_what_chunks_say_of_themselves_makes_the_curve_of_all_their_points(
    shared: Stored, series: list[Point], late: int, most: int, axis: CurveAxis, data: st.DataObject
) -> None:
    run_id = shared.log(sorted(series[late:], key=lambda point: point[:2]))
    unsealed = shared.curve(run_id, CurveRange(axis), most, opened=10_000) if series[late:] else None
    shared.seal()
    if unsealed is not None:
        assert shared.curve(run_id, CurveRange(axis), most, opened=10_000) == unsealed
    shared.add(run_id, series[:late])
    ordered = in_order(series, axis)

    opened, whole = data.draw(st.sampled_from([0, 10_000])), data.draw(st.sampled_from([0, 10_000]))
    total, shown = shared.curve(run_id, CurveRange(axis), most, opened=opened, whole=whole)
    check_thinned(shown, total, most, ordered, axis)

    start = data.draw(st.integers(-5, 121))
    end = data.draw(st.integers(start, 122))
    inside = within(ordered, axis, start, end)
    total, shown = shared.curve(run_id, CurveRange(axis, start, end), most, opened=opened, whole=whole)
    check_thinned(shown, total, most, inside, axis)


def test_a_long_series_is_thinned_without_opening_a_chunk(stored: Stored) -> None:
    points = regular(900)
    run_id = stored.log(points)
    stored.seal()
    rows, chunks = counts(stored.file)
    assert (rows < 30, chunks > 100) == (True, True)
    stored.execute("UPDATE trialog_chunks SET data = x'00'")

    for axis in CurveAxis:
        total, shown = stored.curve(run_id, CurveRange(axis), 200)
        check_thinned(shown, total, 200, in_order(points, axis), axis)
        assert len(shown) > 150
    with pytest.raises(DamagedData, match="Stored points of the metric 'm'"):
        stored.curve(run_id, CurveRange(CurveAxis.STEP), 200, opened=900)


@pytest.mark.parametrize(
    "column", [f"{end}_{part}" for end in ("min", "max") for part in ("value", "timestamp", "step")]
)
@pytest.mark.parametrize("changed", ["{} + 1024", "'text'", "NULL"])
def test_what_a_row_says_wrongly_of_its_chunk_is_not_drawn(stored: Stored, column: str, changed: str) -> None:
    points = regular(400)
    run_id = stored.log(points)
    stored.seal()
    # One chunk says something else, and another cannot be opened, which nobody must do.
    [(wrong,), (other,)] = stored.query("SELECT id FROM trialog_chunks ORDER BY id LIMIT 2")
    stored.execute(f"UPDATE trialog_chunks SET {column} = {changed.format(column)} WHERE id = {wrong}")  # noqa: S608  written here
    stored.execute(f"UPDATE trialog_chunks SET data = x'00' WHERE id = {other}")  # noqa: S608  written here

    for axis in CurveAxis:
        total, shown = stored.curve(run_id, CurveRange(axis), 60)
        check_thinned(shown, total, 60, in_order(points, axis), axis)
    stored.execute(f"UPDATE trialog_chunks SET data = x'00' WHERE id = {wrong}")  # noqa: S608  written here
    with pytest.raises(DamagedData, match=f"chunk {wrong} of series"):
        stored.curve(run_id, CurveRange(CurveAxis.STEP), 60)


def test_chunks_whose_edges_have_no_checksum_are_opened(stored: Stored) -> None:
    points = regular(400)
    run_id = stored.log(points)
    stored.seal()
    stored.execute("UPDATE trialog_chunks SET checksum = substr(checksum, 1, 8), max_step = max_step + 1")

    total, shown = stored.curve(run_id, CurveRange(CurveAxis.STEP), 60)
    check_thinned(shown, total, 60, in_order(points, CurveAxis.STEP), CurveAxis.STEP)


def test_chunks_of_an_older_store_are_opened_and_show_the_same(stored: Stored) -> None:
    points = regular(400)
    run_id = stored.log(points)
    stored.seal()
    before = stored.curve(run_id, CurveRange(CurveAxis.STEP), 50)

    stored.change(lambda file: migrate_to(file, "0005"))
    assert stored.curve(run_id, CurveRange(CurveAxis.STEP), 50, opened=10**6)[0] == 400
    total, shown = stored.curve(run_id, CurveRange(CurveAxis.STEP), 50)
    check_thinned(shown, total, 50, in_order(points, CurveAxis.STEP), CurveAxis.STEP)
    assert (before[0], before[1][0], before[1][-1]) == (total, shown[0], shown[-1])


def test_a_series_that_went_wrong_for_good_needs_no_chunk_to_be_opened(stored: Stored) -> None:
    points = [*regular(100), *((1000 * step, step, math.nan) for step in range(100, 900))]
    run_id = stored.log(points)
    stored.seal()
    stored.execute("UPDATE trialog_chunks SET data = x'00' WHERE first_step > 110 OR last_step < 90")

    total, shown = stored.curve(run_id, CurveRange(CurveAxis.STEP), 100)
    check_thinned(shown, total, 100, in_order(points, CurveAxis.STEP), CurveAxis.STEP)


def test_a_run_that_began_again_from_an_earlier_step_is_one_curve(stored: Stored) -> None:
    first = regular(300)
    again = [(timestamp + 1_000_000, step, -value) for timestamp, step, value in regular(600)[200:]]
    run_id = stored.log([*first, *again])
    stored.seal()

    total, shown = stored.curve(run_id, CurveRange(CurveAxis.STEP), 80)
    check_thinned(shown, total, 80, in_order([*first, *again], CurveAxis.STEP), CurveAxis.STEP)
    inside = within(in_order([*first, *again], CurveAxis.STEP), CurveAxis.STEP, 250, 299)
    total, shown = stored.curve(run_id, CurveRange(CurveAxis.STEP, 250, 299), 80)
    check_thinned(shown, total, 80, inside, CurveAxis.STEP)
    assert total == 100
