import math

import msgspec
import pytest

from tests.contract.backends import Promise
from tests.contract.samples import all_items, new_experiment, new_run, search
from tests.contract.test_run_search import add
from trialog.contracts import Store
from trialog.entities import Metric, Page, Run, RunSearch, RunStatus, Tag
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio


async def test_newest_come_first_and_ties_go_by_id(store: Store) -> None:
    experiment_id = await new_experiment(store)
    tied = sorted([await new_run(store, experiment_id, start_time=5) for _ in range(6)])
    newest = await new_run(store, experiment_id, start_time=6)
    oldest = await new_run(store, experiment_id, start_time=4)

    page = await store.runs.search(RunSearch((experiment_id,)))
    assert [run.info.run_id for run in page.items] == [newest, *tied, oldest]


async def test_nan_sorts_after_numbers_and_missing_last_both_ways(store: Store) -> None:
    experiment_id = await new_experiment(store)
    values = {"two": 2.0, "nan": math.nan, "minus": -1.0, "inf": math.inf, "zero": 0.0, "-inf": -math.inf}
    for number, (name, value) in enumerate(values.items()):
        await add(store, experiment_id, name, start_time=number, metrics={"m": value})
    await add(store, experiment_id, "missing", start_time=99)
    await add(store, experiment_id, "other nan", start_time=98, metrics={"m": math.nan})

    upwards = await search(store, experiment_id, order_by=["metrics.m"])
    assert upwards == ["-inf", "minus", "zero", "two", "inf", "other nan", "nan", "missing"]
    downwards = await search(store, experiment_id, order_by=["metrics.m DESC"])
    assert downwards == ["inf", "two", "zero", "minus", "-inf", "other nan", "nan", "missing"]


@pytest.mark.parametrize("entity", ["params", "tags"])
async def test_text_sorts_by_code_point_and_missing_last_both_ways(store: Store, entity: str) -> None:
    experiment_id = await new_experiment(store)
    values = ["b", "B", "10", "9", "é", "ж", ""]
    for number, value in enumerate(values):
        name, logged = value or "empty", {"k": value}
        if entity == "params":
            await add(store, experiment_id, name, start_time=number, params=logged)
        else:
            await add(store, experiment_id, name, start_time=number, tags=logged)
    await add(store, experiment_id, "missing", start_time=99)

    upwards = ["empty", "10", "9", "B", "b", "é", "ж"]
    assert await search(store, experiment_id, order_by=[f"{entity}.k ASC"]) == [*upwards, "missing"]
    assert await search(store, experiment_id, order_by=[f"{entity}.k DESC"]) == [*reversed(upwards), "missing"]


async def test_attributes_sort_and_missing_times_come_last_both_ways(store: Store) -> None:
    experiment_id = await new_experiment(store)
    ids = {
        name: await new_run(store, experiment_id, run_name=name, start_time=t)
        for name, t in {"a": 3, "c": 1, "b": 2}.items()
    }
    await store.runs.update(ids["a"], end_time=10, status=RunStatus.KILLED)
    await store.runs.update(ids["c"], end_time=20, status=RunStatus.FAILED)

    cases = {
        ("start_time",): "c b a",
        ("attributes.start_time DESC",): "a b c",
        ("created asc",): "c b a",
        ("attributes.Created DESC",): "a b c",
        ("end_time",): "a c b",
        ("attribute.end_time DESC",): "c a b",
        ("run_name",): "a b c",
        ("attributes.run_name DESC",): "c b a",
        ("attributes.status ASC",): "c a b",
        ("status DESC",): "b a c",
        ("user_id", "run_name DESC"): "c b a",
        ("tags.`mlflow.runName` DESC",): "c b a",
        ("tags.mlflow.runName",): "a b c",
        ("start_time  desc",): "a b c",
    }
    found = {order: " ".join(await search(store, experiment_id, order_by=order)) for order in cases}
    assert found == cases
    by_id = [name for name, _ in sorted(ids.items(), key=lambda item: item[1])]
    assert await search(store, experiment_id, order_by=["run_id"]) == by_id
    assert await search(store, experiment_id, order_by=["attributes.run_id DESC"]) == by_id[::-1]


async def test_several_keys_sort_one_after_the_other_and_ties_by_newest_start(store: Store) -> None:
    experiment_id = await new_experiment(store)
    rows = {"a": (1.0, "x", 1), "b": (1.0, "y", 2), "c": (2.0, "x", 3), "d": (1.0, "x", 4), "e": (2.0, "x", 2)}
    for name, (value, text, start_time) in rows.items():
        await add(store, experiment_id, name, start_time=start_time, metrics={"m": value}, params={"p": text})

    assert await search(store, experiment_id, order_by=["metrics.m", "params.p DESC"]) == ["b", "d", "a", "c", "e"]
    assert await search(store, experiment_id, order_by=["metrics.m DESC", "start_time"]) == ["e", "c", "a", "b", "d"]
    assert await search(store, experiment_id, order_by=["metrics.m"]) == ["d", "b", "a", "c", "e"]
    filtered = await search(store, experiment_id, "params.p = 'x'", order_by=["metrics.`m` DESC"])
    assert filtered == ["c", "e", "d", "a"]


async def test_zeros_of_both_signs_tie(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for name, value, start_time in (("old", 0.0, 1), ("new", -0.0, 2), ("newest", 0.0, 3)):
        await add(store, experiment_id, name, start_time=start_time, metrics={"m": value})

    for order in ("metrics.m", "metrics.m DESC"):
        assert await search(store, experiment_id, order_by=[order]) == ["newest", "new", "old"]
    assert await search(store, experiment_id, "metrics.m = 0") == ["newest", "new", "old"]


ORDERS: list[tuple[str, ...]] = [
    (),
    ("metrics.m",),
    ("metrics.m DESC",),
    ("params.p DESC", "metrics.m"),
    ("tags.t", "start_time ASC"),
    ("end_time DESC",),
    ("run_name", "metrics.m DESC"),
]


async def mixed_world(store: Store) -> str:
    """An experiment of runs with many ties, NaNs and missing values."""
    experiment_id = await new_experiment(store)
    for number in range(18):
        run_id = await add(
            store,
            experiment_id,
            f"run{number % 4}",
            start_time=number % 5,
            metrics={} if number % 6 == 0 else {"m": math.nan if number % 6 == 1 else float(number % 4)},
            params={} if number % 5 == 0 else {"p": "abc"[number % 3]},
            tags={} if number % 4 == 0 else {"t": "xy"[number % 2]},
        )
        if number % 3:
            await store.runs.update(run_id, end_time=number % 3)
    return experiment_id


@pytest.mark.parametrize("order_by", ORDERS, ids=", ".join)
async def test_pages_hold_all_in_order(store: Store, order_by: tuple[str, ...]) -> None:
    experiment_id = await mixed_world(store)
    whole = (await store.runs.search(RunSearch((experiment_id,), order_by=order_by))).items
    assert len(whole) == 18
    for size in (1, 4, 9, 18):

        async def read(token: str | None, size: int = size) -> Page[Run]:
            return await store.runs.search(
                RunSearch((experiment_id,), order_by=order_by, max_results=size, page_token=token)
            )

        first = await read(None)
        assert len(first.items) == size
        assert (first.next_page_token is None) == (size == 18)
        paged = await all_items(read)
        assert [run.info for run in paged] == [run.info for run in whole]


@pytest.mark.needs(Promise.STABLE_PAGES)
@pytest.mark.parametrize("order_by", ORDERS, ids=", ".join)
async def test_pages_are_stable_while_runs_are_made(store: Store, order_by: tuple[str, ...]) -> None:
    experiment_id = await mixed_world(store)
    whole = (await store.runs.search(RunSearch((experiment_id,), order_by=order_by))).items
    met: list[Run] = []
    token: str | None = None
    for number in range(60):
        page = await store.runs.search(RunSearch((experiment_id,), order_by=order_by, max_results=2, page_token=token))
        met += page.items
        token = page.next_page_token
        if token is None:
            break
        if number < 6:
            # Sometimes before, sometimes after what was met so far.
            await add(
                store,
                experiment_id,
                f"run{number % 4}",
                start_time=number,
                metrics={"m": float(number % 4)},
                params={"p": "abc"[number % 3]},
                tags={"t": "xy"[number % 2], "late": "1"},
            )

    old = [run.info for run in met if Tag("late", "1") not in run.tags]
    assert old == [run.info for run in whole]
    assert len({run.info.run_id for run in met}) == len(met)


@pytest.mark.needs(Promise.STABLE_PAGES)
async def test_pages_are_stable_while_what_was_met_is_deleted(store: Store) -> None:
    experiment_id = await new_experiment(store)
    ids = [await new_run(store, experiment_id, start_time=100 - number) for number in range(6)]
    met: list[str] = []
    token: str | None = None
    while len(met) < 6:
        page = await store.runs.search(RunSearch((experiment_id,), max_results=2, page_token=token))
        met += [run.info.run_id for run in page.items]
        token = page.next_page_token
        await store.runs.delete(met[-1])

    assert met == ids


@pytest.mark.parametrize("max_results", [0, -1, 50_001])
async def test_a_page_has_1_to_50000_items(store: Store, max_results: int) -> None:
    with pytest.raises(InvalidParameter, match="max_results"):
        await store.runs.search(RunSearch((await new_experiment(store),), max_results=max_results))


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
@pytest.mark.parametrize("token", ["junk", "eyJvZmZzZXQiOiAtMX0=", "AAAA", "é", "[]", "x" * 5000])
async def test_a_token_that_the_store_did_not_give_is_refused(store: Store, token: str) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)token"):
        await store.runs.search(RunSearch((await new_experiment(store),), page_token=token))


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
async def test_a_token_of_another_order_is_refused(store: Store) -> None:
    experiment_id = await mixed_world(store)
    page = await store.runs.search(RunSearch((experiment_id,), order_by=("metrics.m",), max_results=2))

    with pytest.raises(InvalidParameter, match=r"(?i)token"):
        await store.runs.search(
            RunSearch((experiment_id,), order_by=("run_name", "end_time"), page_token=page.next_page_token)
        )


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
@pytest.mark.parametrize(
    "order_by",
    [
        ("nonsense.a",),
        ("nonsense",),
        ("metrics.m UP",),
        ("metrics.m ASC DESC",),
        ("dataset.name",),
        ("",),
        ("metrics.m", "metrics.m DESC"),
        ("start_time", "created DESC"),
    ],
    ids=", ".join,
)
async def test_a_wrong_order_is_refused(store: Store, order_by: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParameter, match=r"."):
        await store.runs.search(RunSearch((await new_experiment(store),), order_by=order_by))


async def test_a_metric_is_sorted_by_its_latest_value(store: Store) -> None:
    experiment_id = await new_experiment(store)
    first = await new_run(store, experiment_id, run_name="first")
    second = await new_run(store, experiment_id, run_name="second")
    await store.runs.log_batch(first, metrics=[Metric("m", 9.0, 1, 0), Metric("m", 1.0, 1, 1)])
    await store.runs.log_batch(second, metrics=[Metric("m", 0.0, 1, 0), Metric("m", 2.0, 1, 1)])

    assert await search(store, experiment_id, order_by=["metrics.m"]) == ["first", "second"]


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
async def test_a_token_is_refused_once_its_filter_means_something_else(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_ids = [await new_run(store, experiment_id) for _ in range(3)]
    for run_id in run_ids:
        await store.runs.log_batch(run_id, metrics=[Metric("loss", 0.1, 1, 0), Metric("loss", 5.0, 2, 1)])
    query = RunSearch((experiment_id,), "metrics.loss.min < 1", max_results=1)
    token = (await store.runs.search(query)).next_page_token
    # From now on the filter asks for this metric, and no longer for the least value of the other.
    await store.runs.log_batch(run_ids[0], metrics=[Metric("loss.min", 9.0, 3, 0)])

    with pytest.raises(InvalidParameter, match="another filter or order"):
        await store.runs.search(msgspec.structs.replace(query, page_token=token))
