"""However a search is answered, it answers the same; and where an index serves, it reads that index."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from math import inf, nan

import msgspec
import pytest

from tests.postgresql import new_database
from trialog.entities import Metric, NewRun, Param, Run, RunSearch, RunStatus, Tag, ViewType
from trialog.store import SqlStore, open_store, run_plans, run_text_walks, run_walks

pytestmark = pytest.mark.anyio

RUNS = 120
NUMBERS = (0.0, -0.0, 1.0, 1.0, -1.0, 0.5, inf, -inf, nan, -nan, 2.5, 1e300)
TEXTS = ("a", "b", "", "ключ", 'quo"te\\', "line\nbreak", "x" * 100, "x" * 99 + "y", "\x01\x7f")
ORDERS: Sequence[tuple[str, ...]] = (
    (),
    ("metrics.loss ASC",),
    ("metrics.loss DESC",),
    ("metrics.tie DESC",),
    ("metrics.rare ASC",),
    ("metrics.nothing DESC",),
    ("metrics.loss DESC", "start_time DESC"),
    ("metrics.tie ASC", "params.p DESC"),
    ("metrics.loss.max DESC",),
    ("start_time ASC",),
    ("start_time DESC",),
    ("start_time DESC", "run_name ASC"),
    ("end_time ASC",),
    ("end_time DESC",),
    ("run_name ASC",),
    ("run_name DESC",),
    ("status ASC",),
    ("status DESC", "metrics.loss ASC"),
    ("params.p ASC",),
    ("params.p DESC",),
    ("params.p DESC", "start_time DESC"),
    ("params.p ASC", "run_name ASC"),
    ("params.q DESC",),
    ("params.nothing ASC",),
    ("tags.t ASC",),
    ("tags.t DESC", "metrics.loss ASC"),
    ("user_id DESC",),
    ("run_id DESC",),
)
FILTERS = (
    None,
    "metrics.loss > 0",
    "metrics.loss <= 0.5 AND metrics.loss != 0",
    "metrics.loss = 0",
    "metrics.loss IN (1.0, 2.5)",
    "metrics.loss BETWEEN -1 AND 1",
    "metrics.loss != 1",
    "metrics.tie = 1 AND metrics.loss < 3",
    "params.p = 'a'",
    "params.p IN ('b', 'ключ')",
    "params.p = '" + "x" * 100 + "'",
    "tags.t = 'a' AND status = 'FINISHED'",
    "tags.t = 'nothing'",
    "status = 'RUNNING' OR metrics.loss > 1",
    "status IN ('FAILED', 'KILLED')",
    "run_name = 'same'",
    "start_time > 1003 AND start_time <= 1006",
    "end_time >= 2000.5",
    "NOT metrics.loss > 0",
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def uri(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{(tmp_path_factory.mktemp('plans') / 'store.db').as_posix()}"
    else:
        with new_database() as made:
            yield made


@pytest.fixture(scope="module")
async def world(uri: str) -> AsyncIterator[tuple[SqlStore, list[str]]]:
    """A store of two experiments whose runs share values of everything."""
    store = await open_store(uri, default_artifact_root="mlflow-artifacts:/")
    experiments = [(await store.experiments.create(name)).experiment_id for name in ("first", "second")]
    chance = random.Random(11)  # noqa: S311 - makes a world, hides nothing
    for number in range(RUNS):
        start = None if number % 10 == 0 else 1000 + number % 8
        name = "same" if number % 3 else f"name {number % 7}"
        run = await store.runs.create(
            NewRun(experiments[number % 5 == 0], f"user {number % 2}", name, start, (Tag("t", chance.choice(TEXTS)),))
        )
        metrics = [Metric("tie", 1.0, 1), Metric("loss", chance.choice(NUMBERS), 1, 0)]
        await store.runs.log_batch(
            run.info.run_id,
            metrics=metrics[: number % 3] + ([Metric("rare", number, 1)] if number < 4 else []),
            params=[Param("p", chance.choice(TEXTS)), Param("q", str(number))][: number % 4],
        )
        status = chance.choice(list(RunStatus))
        await store.runs.update(run.info.run_id, status=status, end_time=2000 + number % 5 if number % 4 else None)
        if number % 6 == 0:
            await store.runs.delete(run.info.run_id)
    yield store, experiments
    await store.close()


async def pages_of(store: SqlStore, query: RunSearch, size: int) -> list[str]:
    """Ids on all pages."""
    found: list[str] = []
    token = None
    while True:
        page = await store.runs.search(msgspec.structs.replace(query, max_results=size, page_token=token))
        found += [run.info.run_id for run in page.items]
        token = page.next_page_token
        if token is None:
            return found


@pytest.mark.parametrize("order_by", ORDERS, ids=" ".join)
@pytest.mark.parametrize("many_ties", [0, 3, 1000])
async def test_every_plan_finds_the_same_runs_in_the_same_order(
    world: tuple[SqlStore, list[str]], monkeypatch: pytest.MonkeyPatch, order_by: tuple[str, ...], many_ties: int
) -> None:
    store, experiments = world
    chance = random.Random(f"{order_by} {many_ties}")  # noqa: S311 - chooses questions, hides nothing
    for filter_ in chance.sample(FILTERS, 5):
        view, count = chance.choice(list(ViewType)), chance.choice([1, 2])
        query = RunSearch(tuple(experiments[:count]), filter_, order_by, view, 1000)
        monkeypatch.setattr(run_plans, "FEW_RUNS", 10**9)
        expected = [run.info.run_id for run in (await store.runs.search(query)).items]
        monkeypatch.setattr(run_plans, "FEW_RUNS", chance.choice([0, 0, 30]))
        monkeypatch.setattr(run_plans, "MANY_PARTITIONS", chance.choice([0, 200, 200]))
        monkeypatch.setattr(run_plans, "FEW_MATCHES", chance.choice([0, 0, 10, 1000]))
        monkeypatch.setattr(run_plans, "MATCHED_SHARE", chance.choice([1, 4, 1000]))
        shortest = chance.choice([1, 5, 40])
        for walks in (run_walks, run_text_walks):
            monkeypatch.setattr(walks, "SHORTEST_RANGE", shortest)
        monkeypatch.setattr(run_walks, "MANY_TIES", many_ties)
        monkeypatch.setattr(run_text_walks, "MANY_TEXT_TIES", many_ties)
        monkeypatch.setattr(run_text_walks, "MOST_READ_SHARE", chance.choice([1, 1, 2, 8]))
        found = await pages_of(store, query, chance.choice([7, 17, 200]))
        assert found == expected, query


async def test_a_run_is_the_same_read_as_an_entity_and_as_json(world: tuple[SqlStore, list[str]]) -> None:
    store, experiments = world
    query = RunSearch(tuple(experiments), view_type=ViewType.ALL)
    plain, encoded = await store.runs.search(query), await store.runs.search_encoded(query)
    assert len(plain.items) == RUNS
    for run, other in zip(plain.items, encoded.items, strict=True):
        texts = {name: msgspec.json.decode(getattr(other, name) or "[]") for name in ("params", "tags")}
        assert texts == {name: msgspec.to_builtins(getattr(run, name)) for name in texts}
        assert run == Run(
            other.info,
            other.metrics,
            msgspec.convert(texts["params"], list[Param]),
            msgspec.convert(texts["tags"], list[Tag]),
            other.dataset_inputs,
            other.model_inputs,
            other.model_outputs,
        ) or any(metric.value != metric.value for metric in run.metrics)
        assert [param.key for param in run.params] == sorted(param.key for param in run.params)
