import pytest

from tests.contract.backends import Promise
from tests.contract.samples import all_items, new_experiment, new_run, unique
from trialog.contracts import Store
from trialog.entities import (
    DatasetFilter,
    LoggedModel,
    LoggedModelOrder,
    LoggedModelSearch,
    LoggedModelStatus,
    Metric,
    NewLoggedModel,
    Page,
    Param,
    Tag,
)
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio


async def add(
    store: Store,
    experiment_id: str,
    name: str,
    *,
    model_type: str | None = None,
    run_id: str | None = None,
    params: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> str:
    model = await store.logged_models.create(
        NewLoggedModel(
            experiment_id,
            name,
            model_type,
            run_id,
            tuple(Param(key, value) for key, value in (params or {}).items()),
            tuple(Tag(key, value) for key, value in (tags or {}).items()),
        )
    )
    return model.model_id


async def find(
    store: Store,
    experiment_id: str,
    filter_text: str | None = None,
    *,
    datasets: tuple[DatasetFilter, ...] = (),
    order_by: tuple[LoggedModelOrder, ...] = (LoggedModelOrder("name"),),
) -> str:
    """Names of the models that a search finds, in its order."""
    page = await store.logged_models.search(LoggedModelSearch((experiment_id,), filter_text, datasets, order_by))
    return " ".join(model.name for model in page.items)


async def small_world(store: Store) -> tuple[str, str, dict[str, str]]:
    """An experiment of four models, the run that measured them, and their ids by name."""
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    ids = {
        "ash": await add(store, experiment_id, "ash", model_type="tree", params={"depth": "3"}, tags={"team": "Risk"}),
        "birch": await add(store, experiment_id, "birch", model_type="tree", params={"depth": "30"}),
        "cedar": await add(store, experiment_id, "cedar", model_type="net", run_id=run_id, tags={"team": "risk"}),
        "date": await add(store, experiment_id, "date"),
    }
    measured = [
        ("ash", "acc", 0.5, "iris", "d1"),
        ("ash", "acc", 0.9, "wine", "d2"),
        ("birch", "acc", 0.7, "iris", "d1"),
        ("cedar", "acc", 0.6, "iris", "d9"),
        ("cedar", "loss", 3.0, None, None),
    ]
    for number, (name, key, value, dataset, digest) in enumerate(measured):
        await store.runs.log_metric(run_id, Metric(key, value, 100 + number, number, ids[name], dataset, digest))
    return experiment_id, run_id, ids


CASES = {
    "": "ash birch cedar date",
    "name = 'ash'": "ash",
    "name != 'ash'": "birch cedar date",
    "attributes.name LIKE '%a%'": "ash cedar date",
    "name LIKE 'A%'": "",
    "name ILIKE 'A%'": "ash",
    "name IN ('ash', 'date')": "ash date",
    "name NOT IN ('ash', 'date')": "birch cedar",
    "model_type = 'tree'": "ash birch",
    "model_type != 'tree' AND model_type LIKE '_%'": "cedar",
    "creation_timestamp > 0": "ash birch cedar date",
    "creation_timestamp < 5": "",
    "last_updated_timestamp >= 5": "ash birch cedar date",
    "creation_time > 0": "ash birch cedar date",
    "params.depth = '3'": "ash",
    "params.depth LIKE '3%'": "ash birch",
    "params.depth != '3'": "birch",
    "params.depth IN ('3', '30')": "ash birch",
    "tags.team = 'Risk'": "ash",
    "tags.team ILIKE 'RISK'": "ash cedar",
    "tags.team NOT IN ('Risk')": "cedar",
    "metrics.acc > 0.65": "ash birch",
    "metrics.acc >= 0.5": "ash birch cedar",
    "metrics.acc = 0.7": "birch",
    "metrics.loss != 1": "cedar",
    "metrics.acc > 0.65 AND model_type = 'tree' and params.depth = '3'": "ash",
    "metrics.acc < 0.65 AND metrics.loss > 1": "cedar",
}


async def test_filters_of_every_kind(store: Store) -> None:
    experiment_id, _, _ = await small_world(store)
    found = {text: await find(store, experiment_id, text) for text in CASES}

    assert found == CASES


async def test_filters_on_ids(store: Store) -> None:
    experiment_id, run_id, ids = await small_world(store)

    assert await find(store, experiment_id, f"model_id = '{ids['ash']}'") == "ash"
    assert await find(store, experiment_id, f"model_id IN ('{ids['ash']}', '{ids['date']}')") == "ash date"
    assert await find(store, experiment_id, f"source_run_id = '{run_id}'") == "cedar"


@pytest.mark.needs(Promise.LANGUAGE)
async def test_filters_on_the_status_and_with_double_quotes(store: Store) -> None:
    experiment_id, _, ids = await small_world(store)
    await store.logged_models.finalize(ids["ash"], LoggedModelStatus.READY)

    assert await find(store, experiment_id, "status = 'LOGGED_MODEL_READY'") == "ash"
    assert await find(store, experiment_id, "status != 'LOGGED_MODEL_READY'") == "birch cedar date"
    assert await find(store, experiment_id, 'name = "ash"') == "ash"
    assert await find(store, experiment_id, "attributes.creation_timestamp < 5") == ""
    assert await find(store, experiment_id, "attributes.creation_timestamp > 5") == "ash birch cedar date"


@pytest.mark.needs(Promise.LANGUAGE)
async def test_metric_comparisons_look_at_the_datasets_given(store: Store) -> None:
    experiment_id, _, _ = await small_world(store)
    iris, wine = DatasetFilter("iris"), DatasetFilter("wine")

    assert await find(store, experiment_id, "metrics.acc > 0.65", datasets=(iris,)) == "birch"
    assert await find(store, experiment_id, "metrics.acc > 0.65", datasets=(wine,)) == "ash"
    assert await find(store, experiment_id, "metrics.acc > 0.65", datasets=(iris, wine)) == "ash birch"
    exact = (DatasetFilter("iris", "d9"),)
    assert await find(store, experiment_id, "metrics.acc > 0", datasets=exact) == "cedar"
    # Without a metric comparison: models measured on these datasets at all.
    assert await find(store, experiment_id, "model_type = 'tree'", datasets=(wine,)) == "ash"
    assert await find(store, experiment_id, datasets=exact) == "cedar"


async def test_order_by_attributes_and_metrics_with_missing_last(store: Store) -> None:
    experiment_id, _, _ = await small_world(store)

    async def ordered(*order_by: LoggedModelOrder) -> str:
        return await find(store, experiment_id, order_by=order_by)

    assert await ordered(LoggedModelOrder("name", ascending=False)) == "date cedar birch ash"
    # Of several measurements the latest counts.
    assert await ordered(LoggedModelOrder("metrics.acc"), LoggedModelOrder("name")) == "cedar birch ash date"
    assert await ordered(LoggedModelOrder("metrics.acc", ascending=False)) == "ash birch cedar date"
    on_iris = LoggedModelOrder("metrics.acc", dataset_name="iris")
    assert await ordered(on_iris, LoggedModelOrder("name")) == "ash cedar birch date"
    exact = LoggedModelOrder("metrics.acc", dataset_name="iris", dataset_digest="d9")
    assert await ordered(exact, LoggedModelOrder("name")) == "cedar ash birch date"


@pytest.mark.needs(Promise.LANGUAGE)
async def test_a_type_that_was_not_given_sorts_last_both_ways_and_satisfies_no_comparison(store: Store) -> None:
    experiment_id, _, _ = await small_world(store)
    assert await find(store, experiment_id, "model_type != 'tree'") == "cedar"
    for ascending, names in ((True, "cedar ash birch date"), (False, "ash birch cedar date")):
        order_by = (LoggedModelOrder("model_type", ascending=ascending), LoggedModelOrder("name"))
        assert await find(store, experiment_id, order_by=order_by) == names


async def test_newest_come_first_then_by_id(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for number in range(8):
        await add(store, experiment_id, f"model {number}")
    found = (await store.logged_models.search(LoggedModelSearch((experiment_id,)))).items

    assert found == sorted(found, key=lambda model: (-model.creation_timestamp, model.model_id))
    by_time = (LoggedModelOrder("creation_timestamp"),)
    upwards = (await store.logged_models.search(LoggedModelSearch((experiment_id,), order_by=by_time))).items
    assert upwards == sorted(found, key=lambda model: (model.creation_timestamp, model.model_id))


async def test_what_is_found_carries_all_that_was_logged(store: Store) -> None:
    experiment_id, _, ids = await small_world(store)
    page = await store.logged_models.search(LoggedModelSearch((experiment_id,), "name = 'ash'"))

    assert page.items == [await store.logged_models.get(ids["ash"])]


async def test_experiments_bound_the_search(store: Store) -> None:
    first, second = [await new_experiment(store) for _ in range(2)]
    await add(store, first, "a")
    await add(store, second, "b")

    assert await find(store, first) == "a"
    page = await store.logged_models.search(LoggedModelSearch((first, second)))
    assert {model.name for model in page.items} == {"a", "b"}


@pytest.mark.parametrize(
    "order_by",
    [(), (LoggedModelOrder("name"),), (LoggedModelOrder("metrics.acc", ascending=False), LoggedModelOrder("name"))],
    ids=["newest", "name", "metric"],
)
async def test_pages_hold_all_in_order(store: Store, order_by: tuple[LoggedModelOrder, ...]) -> None:
    experiment_id, _, _ = await small_world(store)
    for number in range(5):
        await add(store, experiment_id, f"more {number}")
    whole = (await store.logged_models.search(LoggedModelSearch((experiment_id,), order_by=order_by))).items
    assert len(whole) == 9
    for size in (1, 4, 9):

        async def read(token: str | None, size: int = size) -> Page[LoggedModel]:
            return await store.logged_models.search(
                LoggedModelSearch((experiment_id,), order_by=order_by, max_results=size, page_token=token)
            )

        assert await all_items(read) == whole


@pytest.mark.needs(Promise.STABLE_PAGES)
async def test_pages_are_stable_while_models_are_made(store: Store) -> None:
    experiment_id, _, ids = await small_world(store)
    met: list[str] = []
    token: str | None = None
    while True:
        page = await store.logged_models.search(LoggedModelSearch((experiment_id,), max_results=1, page_token=token))
        met += [model.model_id for model in page.items]
        token = page.next_page_token
        if token is None or len(met) > 50:
            break
        await add(store, experiment_id, unique("later"))

    assert len(met) == len(set(met))
    assert set(ids.values()) <= set(met)


async def test_a_token_belongs_to_its_query(store: Store) -> None:
    experiment_id, _, _ = await small_world(store)
    query = LoggedModelSearch((experiment_id,), "name != 'x'", max_results=1)
    token = (await store.logged_models.search(query)).next_page_token
    assert token is not None
    other = await new_experiment(store)

    for wrong in (
        LoggedModelSearch((other,), "name != 'x'", max_results=1, page_token=token),
        LoggedModelSearch((experiment_id,), "name != 'y'", max_results=1, page_token=token),
        LoggedModelSearch(
            (experiment_id,), "name != 'x'", order_by=(LoggedModelOrder("name"),), max_results=1, page_token=token
        ),
    ):
        with pytest.raises(InvalidParameter, match=r"(?i)token"):
            await store.logged_models.search(wrong)


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
@pytest.mark.parametrize("token", ["junk", "eyJvZmZzZXQiOiAtMX0=", "AAAA", "é", "[]", "x" * 5000])
async def test_a_token_that_the_store_did_not_give_is_refused(store: Store, token: str) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)token"):
        await store.logged_models.search(LoggedModelSearch((await new_experiment(store),), page_token=token))


@pytest.mark.parametrize(
    "filter_text",
    [
        "metric.acc > 1",
        "param.depth = '3'",
        "metrics.acc > 'a'",
        "metrics.acc LIKE 'a'",
        "name > 'a'",
        "name",
        "name = 'a' OR",
        "nonsense.a = 'b'",
    ],
)
@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_a_wrong_filter_is_refused(store: Store, filter_text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"."):
        await find(store, await new_experiment(store), filter_text)


@pytest.mark.parametrize("field_name", ["nonsense", "params.depth", "tags.team", ""])
async def test_a_wrong_order_is_refused(store: Store, field_name: str) -> None:
    with pytest.raises(InvalidParameter, match=r"."):
        await find(store, await new_experiment(store), order_by=(LoggedModelOrder(field_name),))


async def test_a_search_over_very_many_datasets_or_fields_is_refused(store: Store) -> None:
    experiment_id = await new_experiment(store)
    datasets = tuple(DatasetFilter(f"d{number}") for number in range(101))
    order = tuple(LoggedModelOrder(f"metrics.m{number}") for number in range(51))

    with pytest.raises(InvalidParameter, match="at most 100 datasets"):
        await store.logged_models.search(LoggedModelSearch((experiment_id,), datasets=datasets))
    with pytest.raises(InvalidParameter, match="at most 50 order_by items"):
        await store.logged_models.search(LoggedModelSearch((experiment_id,), order_by=order))
    full = LoggedModelSearch((experiment_id,), "metrics.m > 0", datasets=datasets[:100], order_by=order[:50])
    assert (await store.logged_models.search(full)).items == []
