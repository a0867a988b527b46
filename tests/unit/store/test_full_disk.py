"""A store whose files may not grow: what is refused leaves nothing behind, and all goes on when they may again.

What happens on a disk that is really full is in `tests/e2e/test_disk_full.py`; here the system limits the size of
files, as a quota does, which every user may ask it for.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.store.sealed import BY_HAND, ROWS_ONLY, SMALL, counts, faults, until
from trialog.entities import Metric, NewRun
from trialog.errors import TemporarilyUnavailable
from trialog.store import open_store, sealer

if sys.platform != "win32":
    import resource

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files"),
]

# Enough for the index of the log, and for a few pages of the log itself.
LITTLE = 40_000


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def line(start: int, count: int) -> list[Metric]:
    return [Metric("m", 1 / (step + 3), 10 * step, step) for step in range(start, start + count)]


async def test_what_was_refused_is_not_there_and_what_comes_after_it_is(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    store = await open_store(f"sqlite:///{file.as_posix()}", default_artifact_root="mlflow-artifacts:/")
    run_id = (await store.runs.create(NewRun("0"))).info.run_id
    taken: list[Metric] = []
    refusals: list[TemporarilyUnavailable] = []
    with files_limited_to(file.with_name("x.db-wal").stat().st_size + 300_000):
        for start in range(0, 40_000, 400):
            points = line(start, 400 if start % 800 else 40)
            try:
                await store.runs.log_batch(run_id, metrics=points)
            except TemporarilyUnavailable as refusal:
                refusals.append(refusal)
            else:
                taken += points
        assert taken
        assert len(refusals) > 10
        assert {refusal.code for refusal in refusals} == {"store.failed"}
        assert "did not take what was written: nothing was written. It may be full" in refusals[0].message
        assert (await store.metrics.history(run_id, "m")).items == taken
    more = line(50_000, 1000)
    await store.runs.log_batch(run_id, metrics=more)
    assert (await store.metrics.history(run_id, "m")).items == taken + more
    await store.close()
    assert faults(file) == []


async def test_points_that_could_not_be_sealed_stay_rows_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sealer, "_PAUSE_SECONDS", 0.05)
    file = tmp_path / "x.db"
    uri, root = f"sqlite:///{file.as_posix()}", "mlflow-artifacts:/"
    points = line(0, 3000)
    store = await open_store(uri, default_artifact_root=root, sealing=ROWS_ONLY)
    run_id = (await store.runs.create(NewRun("0"))).info.run_id
    await store.runs.log_batch(run_id, metrics=points[:1000])
    await store.runs.log_batch(run_id, metrics=points[1000:2000])
    await store.runs.log_batch(run_id, metrics=points[2000:])
    await store.close()

    rule = SMALL._replace(size=1024, hot=1280, straight=256)
    with files_limited_to(LITTLE):
        while True:
            try:
                store = await open_store(uri, default_artifact_root=root, sealing=rule)
                break
            except TemporarilyUnavailable:
                continue  # what opening writes was committed together with what the disk has no room for
        await until(lambda: "points were not sealed and will be later" in caplog.text)
        assert (await store.metrics.history(run_id, "m")).items == points
        assert faults(file) == []
    await until(lambda: counts(file)[0] < rule.hot)
    assert (await store.metrics.history(run_id, "m")).items == points
    await store.close()
    assert faults(file) == []


async def test_a_log_of_writes_that_cannot_be_moved_for_want_of_room_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    store = await open_store(
        f"sqlite:///{file.as_posix()}", default_artifact_root="mlflow-artifacts:/", sealing=BY_HAND
    )
    run_id = (await store.runs.create(NewRun("0"))).info.run_id
    log = file.with_name("x.db-wal")
    points: list[Metric] = []
    while log.stat().st_size < 1_500_000:
        points += line(len(points), 200)
        await store.runs.log_batch(run_id, metrics=points[-200:])
    with files_limited_to(LITTLE):
        # It moves the log, as far as it can.
        await store.close()
    store = await open_store(f"sqlite:///{file.as_posix()}", default_artifact_root="mlflow-artifacts:/")
    assert (await store.metrics.history(run_id, "m")).items == points
    await store.close()
    assert faults(file) == []
