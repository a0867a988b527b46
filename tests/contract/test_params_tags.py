import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_run, params_of, tags_of
from trialog.contracts import Store
from trialog.entities import RUN_NAME_TAG, Metric, Param, Tag
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = pytest.mark.anyio

GOOD_KEYS = [
    "a",
    "lr",
    "learning rate",
    "model/layer 1/units",
    "a.b-c_d:e/f",
    "точность",
    "précision",
    "予測",
    "x" * 250,
    ".hidden",
    "1",
    "-",
    "a b ",
]
BAD_KEYS = [
    "x" * 251,
    "",
    ".",
    "..",
    "..a",
    "/a",
    "a/",
    "a//b",
    "a/./b",
    "a/../b",
    "./a",
    "../a",
    "a\\b",
    "a\nb",
    "a\tb",
    "a,b",
    "a%20b",
    'a"b',
    "a'b",
    "a;b",
    "a(b)",
    "😀",
    "a\x00b",
]


@pytest.mark.parametrize("key", GOOD_KEYS)
async def test_keys_that_are_taken(store: Store, key: str) -> None:
    run_id = await new_run(store)
    await store.runs.log_param(run_id, Param(key, "1"))
    await store.runs.set_tag(run_id, Tag(key, "2"))
    await store.runs.log_metric(run_id, Metric(key, 3.0, 1))

    run = await store.runs.get(run_id)
    assert run.params == [Param(key, "1")]
    assert tags_of(run)[key] == "2"
    assert run.metrics == [Metric(key, 3.0, 1, 0)]
    assert (await store.metrics.history(run_id, key)).items == [Metric(key, 3.0, 1, 0)]


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_keys_that_are_refused(store: Store, key: str) -> None:
    run_id = await new_run(store)
    before = await store.runs.get(run_id)
    for write in (
        store.runs.log_param(run_id, Param(key, "1")),
        store.runs.set_tag(run_id, Tag(key, "1")),
        store.runs.log_metric(run_id, Metric(key, 1.0, 1)),
        store.runs.log_batch(run_id, params=[Param("good", "1"), Param(key, "1")]),
        store.runs.log_batch(run_id, tags=[Tag("good", "1"), Tag(key, "1")]),
        store.runs.log_batch(run_id, metrics=[Metric("good", 1.0, 1), Metric(key, 1.0, 1)]),
    ):
        with pytest.raises(InvalidParameter, match=r"(?i)name|key"):
            await write

    assert await store.runs.get(run_id) == before


async def test_a_param_stays_what_it_is(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_param(run_id, Param("lr", "0.1"))
    # Sent again it is no change.
    await store.runs.log_param(run_id, Param("lr", "0.1"))
    await store.runs.log_batch(run_id, params=[Param("lr", "0.1"), Param("depth", "3")])

    with pytest.raises(InvalidParameter, match=r"Changing param values is not allowed.*'lr'.*'0\.1'"):
        await store.runs.log_param(run_id, Param("lr", "0.10"))
    with pytest.raises(InvalidParameter, match="Changing param values is not allowed"):
        await store.runs.log_batch(run_id, params=[Param("new", "1"), Param("lr", "0.2")])
    assert params_of(await store.runs.get(run_id)) == {"lr": "0.1", "depth": "3"}


@pytest.mark.parametrize("value", ["", " ", "0", "None", "nan", "ключ: значение\n\tстрока", "😀", "a'b\"c`d\\e%_"])
async def test_param_and_tag_values_come_back_as_they_were(store: Store, value: str) -> None:
    run_id = await new_run(store)
    await store.runs.log_param(run_id, Param("k", value))
    await store.runs.set_tag(run_id, Tag("k", value))

    run = await store.runs.get(run_id)
    assert params_of(run) == {"k": value}
    assert tags_of(run)["k"] == value


async def test_the_longest_values_are_kept_whole(store: Store) -> None:
    run_id = await new_run(store)
    # Characters are counted, not bytes.
    await store.runs.log_param(run_id, Param("p", "ж" * 6000))
    await store.runs.log_batch(run_id, params=[Param("q", "x" * 6000)], tags=[Tag("u", "x" * 8000)])
    await store.runs.set_tag(run_id, Tag("t", "ж" * 8000))

    run = await store.runs.get(run_id)
    assert params_of(run) == {"p": "ж" * 6000, "q": "x" * 6000}
    assert (tags_of(run)["t"], tags_of(run)["u"]) == ("ж" * 8000, "x" * 8000)


@pytest.mark.needs(Promise.NO_TRUNCATION)
async def test_a_longer_value_is_refused_and_never_cut(store: Store) -> None:
    run_id = await new_run(store)
    before = await store.runs.get(run_id)
    for write in (
        store.runs.log_param(run_id, Param("p", "x" * 6001)),
        store.runs.log_batch(run_id, params=[Param("a", "1"), Param("p", "x" * 6001)]),
    ):
        with pytest.raises(InvalidParameter, match=r"(?i)6,?000"):
            await write
    for write in (
        store.runs.set_tag(run_id, Tag("t", "x" * 8001)),
        store.runs.log_batch(run_id, tags=[Tag("a", "1"), Tag("t", "x" * 8001)]),
    ):
        with pytest.raises(InvalidParameter, match=r"(?i)8,?000"):
            await write

    assert await store.runs.get(run_id) == before


async def test_tags_are_set_overwritten_and_removed(store: Store) -> None:
    run_id = await new_run(store, run_name="r", tags=[Tag("k", "first")])
    await store.runs.set_tag(run_id, Tag("k", "second"))
    await store.runs.log_batch(run_id, tags=[Tag("k", "third"), Tag("other", "1")])
    assert tags_of(await store.runs.get(run_id)) == {"k": "third", "other": "1", RUN_NAME_TAG: "r"}

    await store.runs.delete_tag(run_id, "k")
    assert tags_of(await store.runs.get(run_id)) == {"other": "1", RUN_NAME_TAG: "r"}
    with pytest.raises(ResourceNotFound, match="No tag with name: k in run with id"):
        await store.runs.delete_tag(run_id, "k")


async def test_of_a_tag_given_twice_in_a_batch_the_last_counts(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_batch(run_id, tags=[Tag("k", "first"), Tag("k", "last")])

    assert tags_of(await store.runs.get(run_id))["k"] == "last"


async def test_the_name_tag_renames_the_run(store: Store) -> None:
    run_id = await new_run(store, run_name="first")
    await store.runs.set_tag(run_id, Tag(RUN_NAME_TAG, "second"))
    run = await store.runs.get(run_id)
    assert (run.info.run_name, tags_of(run)[RUN_NAME_TAG]) == ("second", "second")

    await store.runs.log_batch(run_id, tags=[Tag("k", "v"), Tag(RUN_NAME_TAG, "third")])
    run = await store.runs.get(run_id)
    assert (run.info.run_name, tags_of(run)[RUN_NAME_TAG]) == ("third", "third")


async def test_a_param_and_a_tag_may_share_a_key_with_a_metric(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_batch(run_id, metrics=[Metric("k", 1.0, 1)], params=[Param("k", "p")], tags=[Tag("k", "t")])

    run = await store.runs.get(run_id)
    assert (run.metrics, run.params, tags_of(run)["k"]) == ([Metric("k", 1.0, 1, 0)], [Param("k", "p")], "t")


async def test_params_and_tags_come_by_key(store: Store) -> None:
    run_id = await new_run(store, run_name="r")
    keys = ["b", "a", "C", "ж", "é", "aa"]
    await store.runs.log_batch(
        run_id,
        params=[Param(key, "1") for key in keys],
        tags=[Tag(key, "1") for key in keys],
        metrics=[Metric(key, 1.0, 1) for key in keys],
    )

    run = await store.runs.get(run_id)
    assert [param.key for param in run.params] == sorted(keys)
    assert [metric.key for metric in run.metrics] == sorted(keys)
    assert [tag.key for tag in run.tags] == sorted([*keys, RUN_NAME_TAG])


@pytest.mark.needs(Promise.ATOMIC_BATCH)
@pytest.mark.parametrize(
    "params",
    [
        [Param("new", "1"), Param("old", "changed")],
        [Param("new", "1"), Param("new", "2")],
        [Param("new", "1"), Param("a//b", "2")],
    ],
)
async def test_a_refused_batch_leaves_nothing(store: Store, params: list[Param]) -> None:
    run_id = await new_run(store)
    await store.runs.log_param(run_id, Param("old", "kept"))
    before = await store.runs.get(run_id)
    with pytest.raises(InvalidParameter, match=r"(?i)param|key"):
        await store.runs.log_batch(
            run_id,
            metrics=[Metric("m", float(step), 1, step) for step in range(300)],
            params=params,
            tags=[Tag("t", "1"), Tag(RUN_NAME_TAG, "renamed")],
        )

    assert await store.runs.get(run_id) == before
    assert (await store.metrics.history(run_id, "m")).items == []


async def test_a_param_twice_in_a_batch_is_refused(store: Store) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match=r"(?i)duplicate"):
        await store.runs.log_batch(run_id, params=[Param("k", "1"), Param("k", "2")])

    assert params_of(await store.runs.get(run_id)) == {}


async def test_a_full_batch_is_taken(store: Store) -> None:
    run_id = await new_run(store)
    params = [Param(f"p{number:03}", "1") for number in range(100)]
    tags = [Tag(f"t{number:03}", "1") for number in range(100)]
    await store.runs.log_batch(
        run_id, metrics=[Metric("m", 0.5, 1, step) for step in range(800)], params=params, tags=tags
    )

    run = await store.runs.get(run_id)
    assert run.params == params
    assert set(tags) <= set(run.tags)
    assert len((await store.metrics.history(run_id, "m")).items) == 800


async def test_an_empty_batch_is_no_error(store: Store) -> None:
    run_id = await new_run(store)
    before = await store.runs.get(run_id)
    await store.runs.log_batch(run_id)

    assert await store.runs.get(run_id) == before


@pytest.mark.parametrize(
    ("metrics", "params", "tags", "phrase"),
    [
        (1001, 0, 0, "1000"),
        (0, 101, 0, "100"),
        (0, 0, 101, "100"),
        (801, 100, 100, "1000"),
    ],
)
async def test_limits_of_a_batch(store: Store, metrics: int, params: int, tags: int, phrase: str) -> None:
    run_id = await new_run(store)
    before = await store.runs.get(run_id)
    with pytest.raises(InvalidParameter, match=f"(?i)at most.*{phrase[0]},?{phrase[1:]}"):
        await store.runs.log_batch(
            run_id,
            metrics=[Metric("m", 0.5, 1, step) for step in range(metrics)],
            params=[Param(f"p{number}", "1") for number in range(params)],
            tags=[Tag(f"t{number}", "1") for number in range(tags)],
        )

    assert await store.runs.get(run_id) == before
    assert (await store.metrics.history(run_id, "m")).items == []
