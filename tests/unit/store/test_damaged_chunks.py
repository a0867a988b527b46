"""A chunk that is not what was written is named, and takes nothing else with it."""

import asyncio
import shutil
import sqlite3
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pytest

from tests.unit.store.sealed import BY_HAND, SMALL, counts, faults, until
from trialog.artifacts import ArtifactRoots
from trialog.entities import Metric, NewRun, Param, RunSearch, ViewType
from trialog.entities.bin import BinSelection
from trialog.entities.curve import CurveAxis, CurveSearch
from trialog.errors import DamagedData, ResourceNotFound
from trialog.retention import remove_for_good
from trialog.store import SqlStore, open_store
from trialog.store.sealing import SealingRule

pytestmark = pytest.mark.anyio

# Each request of so many points becomes a chunk.
SIZE = 8
CHUNKS = 5
DAMAGED = 3
"""Number of the chunk that is damaged: its points are the steps 16 to 23 of the metric `m` of the first run."""

Row = dict[str, object]


def line(start: int, count: int, shift: float = 0.0) -> list[Metric]:
    return [Metric("m", 1 / (step + 3) + shift, 10 * step, step) for step in range(start, start + count)]


@dataclass
class Place:
    """A store with five chunks of one metric, and others of another metric and of another run."""

    file: Path
    runs: list[str]

    @asynccontextmanager
    async def opened(self, rule: SealingRule = BY_HAND) -> AsyncIterator[SqlStore]:
        uri = f"sqlite:///{self.file.as_posix()}"
        store = await open_store(uri, default_artifact_root="mlflow-artifacts:/", sealing=rule)
        try:
            yield store
        finally:
            await store.close()

    def change(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.file)) as connection, connection:
            assert connection.execute(statement, values).rowcount > 0

    def chunk(self, number: int) -> Row:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.row_factory = sqlite3.Row
            return dict(connection.execute("SELECT * FROM trialog_chunks WHERE id = ?", (number,)).fetchone())


OTHERS = [Metric("other", float(step), step, step) for step in range(SIZE)]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("made") / "x.db", [])

    async def make() -> None:
        async with made.opened() as store:
            for shift in (0.0, 1.0):
                run_id = (await store.runs.create(NewRun("0"))).info.run_id
                made.runs.append(run_id)
                for start in range(0, SIZE * CHUNKS, SIZE):
                    await store.runs.log_batch(run_id, metrics=line(start, SIZE, shift))
                await store.runs.log_batch(run_id, metrics=OTHERS)

    asyncio.run(make())
    assert counts(made.file) == (0, 2 * CHUNKS + 2)
    return made


@pytest.fixture
def place(made_once: Place, tmp_path: Path) -> Place:
    file = tmp_path / "x.db"
    shutil.copyfile(made_once.file, file)
    return Place(file, made_once.runs)


def with_bit_flipped(data: object, position: int) -> bytes:
    assert isinstance(data, bytes)
    flipped = bytearray(data)
    flipped[position] ^= 0x10
    return bytes(flipped)


def cut_short(data: object) -> bytes:
    assert isinstance(data, bytes)
    return data[:-9]


def with_right_checksum(row: Row, data: bytes) -> tuple[bytes, bytes]:
    """Return data and the checksum that it must have in the place of a row."""
    names = [f"{end}_{part}" for end in ("first", "last") for part in ("timestamp", "step", "value")]
    where = struct.pack("<8q", *(row[name] for name in ("series", *names, "count")))
    return data, blake2b(where + data, digest_size=8).digest()


def put(place: Place, **columns: object) -> None:
    changes = ", ".join(f"{name} = ?" for name in columns)
    place.change(f"UPDATE trialog_chunks SET {changes} WHERE id = {DAMAGED}", *columns.values())  # noqa: S608  written here


def swap(place: Place, other: int, *names: str) -> None:
    mine, theirs = place.chunk(DAMAGED), place.chunk(other)
    put(place, **{name: theirs[name] for name in names})
    changes = ", ".join(f"{name} = ?" for name in names)
    place.change(f"UPDATE trialog_chunks SET {changes} WHERE id = {other}", *(mine[name] for name in names))  # noqa: S608  written here


def bomb(place: Place, count: int) -> None:
    """Put data of ten million zeros, checksum and all, that says it has so many points."""
    packing = zlib.compressobj(9)
    packed = b"".join(packing.compress(bytes(1_000_000)) for _ in range(10)) + packing.flush()
    data, checksum = with_right_checksum(place.chunk(DAMAGED), struct.pack("<BBBI", 1, 1, 0, count) + packed)
    put(place, data=data, checksum=checksum)


def fewer_points(place: Place) -> None:
    packed = zlib.compress(bytes(3 * 8 * 5))
    data, checksum = with_right_checksum(place.chunk(DAMAGED), struct.pack("<BBBI", 1, 1, 0, 5) + packed)
    put(place, data=data, checksum=checksum)


DAMAGES: dict[str, Callable[[Place], None]] = {
    "a bit of the header": lambda place: put(place, data=with_bit_flipped(place.chunk(DAMAGED)["data"], 3)),
    "a bit in the middle": lambda place: put(place, data=with_bit_flipped(place.chunk(DAMAGED)["data"], 40)),
    "the last bits": lambda place: put(place, data=with_bit_flipped(place.chunk(DAMAGED)["data"], -1)),
    "data cut short": lambda place: put(place, data=cut_short(place.chunk(DAMAGED)["data"])),
    "no data": lambda place: put(place, data=b""),
    "text for data": lambda place: put(place, data="text"),
    "a bit of the checksum": lambda place: put(place, checksum=with_bit_flipped(place.chunk(DAMAGED)["checksum"], 5)),
    "no checksum": lambda place: put(place, checksum=b""),
    "text for a checksum": lambda place: put(place, checksum="12345678"),
    "another codec": lambda place: put(place, codec="planes-zlib-9"),
    "a number for a codec": lambda place: put(place, codec=7),
    "a codec that is no text": lambda place: place.change(
        "UPDATE trialog_chunks SET codec = CAST(x'f06c616e' AS TEXT) WHERE id = ?", DAMAGED
    ),
    "another count": lambda place: put(place, count=SIZE + 1),
    "text for a count": lambda place: put(place, count="eight"),
    "data of the chunk before it": lambda place: put(place, data=place.chunk(DAMAGED - 1)["data"]),
    "a bomb": lambda place: bomb(place, SIZE),
    "a bomb that says how large it is": lambda place: bomb(place, 4_000_000_000),
    "fewer points than it says": fewer_points,
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_chunk_is_named_and_all_else_is_served(place: Place, damage: str) -> None:
    DAMAGES[damage](place)
    first, second = place.runs
    async with place.opened() as store:
        for read in (
            store.metrics.history(first, "m"),
            store.metrics.history_of_runs([second, first], "m", max_results=1000),
            store.metrics.sampled_history_of_runs([first], "m", max_results=5),
        ):
            with pytest.raises(DamagedData, match=rf"metric 'm' of run {first} are damaged: chunk {DAMAGED}") as caught:
                await read
            assert caught.value.code == "store.corrupt_chunk"
            named = caught.value.values
            assert (named["run_id"], named["key"]) == (first, "m")
            assert (named["first_timestamp"], named["last_timestamp"]) == (160, 230)
            assert (named["first_step"], named["last_step"]) == (16, 23)

        for healthy in (10, 2 * SIZE):
            page = await store.metrics.history(first, "m", max_results=healthy)
            assert page.items == line(0, healthy)
            with pytest.raises(DamagedData, match="are damaged"):
                await store.metrics.history(first, "m", max_results=10, page_token=page.next_page_token)
        curves = await store.metrics.curves(CurveSearch((first, second), ("m", "other")))
        assert [(curve.run_id, curve.key) for curve in curves.curves] == [
            (first, "other"),
            (second, "m"),
            (second, "other"),
        ]
        [damaged] = curves.damaged_curves
        assert (damaged.run_id, damaged.key) == (first, "m")
        assert "Nothing of it is answered" in damaged.message
        assert (await store.metrics.history(first, "other")).items == OTHERS
        assert (await store.metrics.history(second, "m")).items == line(0, SIZE * CHUNKS, 1.0)
        found = await store.runs.search(RunSearch(("0",), "metrics.m < 1", order_by=("metrics.m DESC",)))
        assert [run.info.run_id for run in found.items] == [first]
        run = await store.runs.get(first)
        assert {metric.key: metric.step for metric in run.metrics} == {"m": SIZE * CHUNKS - 1, "other": SIZE - 1}


@pytest.mark.parametrize(
    "column", ["first_timestamp", "first_step", "first_value", "last_timestamp", "last_step", "count"]
)
async def test_a_text_where_the_place_of_a_chunk_was_is_damage_beside_rows_too(place: Place, column: str) -> None:
    first, second = place.runs
    async with place.opened() as store:
        await store.runs.log_batch(first, metrics=[Metric("m", 0.5, 10 * step + 1, step) for step in (1, 18, 34)])
        put(place, **{column: "text"})
        for read in (
            store.metrics.history(first, "m"),
            store.metrics.history_of_runs([second, first], "m", max_results=1000),
            store.metrics.sampled_history_of_runs([first], "m", max_results=5),
        ):
            with pytest.raises(DamagedData, match=rf"metric 'm' of run {first} are "):
                await read
        curves = await store.metrics.curves(CurveSearch((first, second), ("m",)))
        assert [curve.run_id for curve in curves.damaged_curves] == [first]
        assert (await store.metrics.history(first, "m", max_results=10)).items[-1].step == 8


@pytest.mark.parametrize("damage", ["a bit in the middle", "another codec", "a bomb", "text for a count"])
async def test_what_may_be_in_a_damaged_chunk_is_refused_and_changes_nothing(place: Place, damage: str) -> None:
    DAMAGES[damage](place)
    [first, _] = place.runs
    async with place.opened() as store:
        with pytest.raises(DamagedData, match="are damaged"):
            await store.runs.log_batch(first, metrics=[*line(100, 1), *line(18, 1)], params=[Param("p", "x")])
        run = await store.runs.get(first)
        assert list(run.params) == []
        assert [metric.step for metric in run.metrics if metric.key == "m"] == [SIZE * CHUNKS - 1]


async def test_points_beside_a_damaged_chunk_are_logged_and_sealed(place: Place) -> None:
    DAMAGES["a bit in the middle"](place)
    first, second = place.runs
    before = counts(place.file)[1]
    async with place.opened(SMALL._replace(idle_seconds=0.05)) as store:
        for start in range(100, 140, 4):
            await store.runs.log_batch(first, metrics=line(start, 4))
            await store.runs.log_batch(second, metrics=line(start, 4, 1.0))
        # Late ones, before the damaged chunk and behind it.
        late = [Metric("m", float(step), 10 * step + 1, step) for step in (1, 2, 3, 4, 33, 34, 35)]
        await store.runs.log_batch(first, metrics=late)
        await until(lambda: counts(place.file)[0] < SMALL.idle and counts(place.file)[1] > before)
        assert (await store.metrics.history(second, "m")).items == line(0, SIZE * CHUNKS, 1.0) + line(100, 40, 1.0)
    # Without it, all that is whole is there.
    place.change("DELETE FROM trialog_chunks WHERE id = ?", DAMAGED)
    place.change(
        "UPDATE trialog_series SET sealed_count = sealed_count - ?, count = count - ? WHERE id = 1", SIZE, SIZE
    )
    async with place.opened() as store:
        whole = [*line(0, 2 * SIZE), *line(3 * SIZE, 2 * SIZE), *late, *line(100, 40)]
        assert (await store.metrics.history(first, "m")).items == sorted(whole, key=lambda metric: metric.timestamp)


async def test_a_run_with_a_damaged_chunk_can_be_deleted_restored_and_removed_for_good(place: Place) -> None:
    DAMAGES["no data"](place)
    first, second = place.runs
    async with place.opened() as store:
        await store.runs.delete(first)
        assert [run.info.run_id for run in (await store.runs.search(RunSearch(("0",)))).items] == [second]
        deleted = RunSearch(("0",), view_type=ViewType.DELETED_ONLY)
        assert [run.info.run_id for run in (await store.runs.search(deleted)).items] == [first]
        await store.runs.restore(first)
        assert (await store.metrics.history(first, "other")).items == OTHERS
        await store.runs.delete(first)
        report = await remove_for_good(store.bin, ArtifactRoots(None), BinSelection())
        assert report.is_done
        with pytest.raises(ResourceNotFound, match=first):
            await store.runs.get(first)
        assert (await store.metrics.history(second, "m")).items == line(0, SIZE * CHUNKS, 1.0)
    assert counts(place.file) == (0, CHUNKS + 1)
    assert faults(place.file) == []


@pytest.mark.parametrize("names", [("data",), ("data", "checksum"), ("data", "checksum", "codec", "count")])
@pytest.mark.parametrize("other", [DAMAGED + 1, CHUNKS + 1 + DAMAGED], ids=["of the series", "of another run"])
async def test_chunks_that_changed_places_are_both_noticed(place: Place, other: int, names: tuple[str, ...]) -> None:
    swap(place, other, *names)
    async with place.opened() as store:
        for run_id in place.runs[: 1 if other == DAMAGED + 1 else 2]:
            with pytest.raises(DamagedData, match=rf"run {run_id} are damaged: .*its checksum is wrong"):
                await store.metrics.history(run_id, "m")
        assert (await store.metrics.history(place.runs[0], "other")).items == OTHERS


async def test_a_chunk_that_is_missing_is_noticed_where_its_points_would_be(place: Place) -> None:
    place.change("DELETE FROM trialog_chunks WHERE id = ?", DAMAGED)
    first, second = place.runs
    async with place.opened() as store:
        page = await store.metrics.history(first, "m", max_results=SIZE)
        assert page.items == line(0, SIZE)
        for read in (
            store.metrics.history(first, "m"),
            store.metrics.history(first, "m", max_results=1000),
            store.metrics.history(first, "m", max_results=1000, page_token=page.next_page_token),
            store.metrics.history_of_runs([second, first], "m", max_results=1000),
            store.metrics.sampled_history_of_runs([first], "m", max_results=5),
        ):
            with pytest.raises(
                DamagedData, match=rf"'m' of run {first} are missing: of 40 points .*, 32 are"
            ) as caught:
                await read
            assert (caught.value.code, caught.value.values["found"]) == ("store.missing_chunk", 32)
        for axis in CurveAxis:
            curves = await store.metrics.curves(CurveSearch((first, second), ("m",), axis))
            assert [curve.run_id for curve in curves.curves] == [second]
            assert [curve.run_id for curve in curves.damaged_curves] == [first]
        part = await store.metrics.curves(CurveSearch((first,), ("m",), start=24, end=30))
        assert list(part.curves[0].steps) == list(range(24, 31))
        assert (await store.metrics.history(second, "m")).items == line(0, SIZE * CHUNKS, 1.0)


async def test_each_single_bit_of_a_chunk_matters(place: Place) -> None:
    data = place.chunk(DAMAGED)["data"]
    assert isinstance(data, bytes)
    async with place.opened() as store:
        for position in range(len(data)):
            put(place, data=with_bit_flipped(data, position))
            with pytest.raises(DamagedData, match="its checksum is wrong"):
                await store.metrics.history(place.runs[0], "m")
        put(place, data=data)
        assert (await store.metrics.history(place.runs[0], "m")).items == line(0, SIZE * CHUNKS)
    assert faults(place.file) == []
