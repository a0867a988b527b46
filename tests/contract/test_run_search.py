import math

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, search
from trialog.contracts import Store
from trialog.entities import (
    Dataset,
    DatasetInput,
    Metric,
    Param,
    RunSearch,
    RunStatus,
    Tag,
    ViewType,
)
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio


async def add(
    store: Store,
    experiment_id: str,
    name: str,
    *,
    start_time: int = 1000,
    params: dict[str, str] | None = None,
    metrics: dict[str, float] | None = None,
    tags: dict[str, str] | None = None,
    datasets: dict[str, str | None] | None = None,
) -> str:
    """A run with the given things logged; datasets are contexts by name."""
    run_id = await new_run(store, experiment_id, run_name=name, start_time=start_time)
    await store.runs.log_batch(
        run_id,
        params=[Param(key, value) for key, value in (params or {}).items()],
        metrics=[Metric(key, value, 1) for key, value in (metrics or {}).items()],
        tags=[Tag(key, value) for key, value in (tags or {}).items()],
    )
    if datasets:
        inputs = [
            DatasetInput(
                Dataset(dataset, f"{dataset}-digest", "local", "{}"),
                [] if context is None else [Tag("mlflow.data.context", context)],
            )
            for dataset, context in datasets.items()
        ]
        await store.runs.log_inputs(run_id, datasets=inputs)
    return run_id


async def small_world(store: Store) -> tuple[str, dict[str, str]]:
    """An experiment of four runs, and their ids by name."""
    experiment_id = await new_experiment(store)
    ids = {
        "tree": await add(
            store,
            experiment_id,
            "tree",
            start_time=4000,
            params={"depth": "3", "model name": "Tree", "шаг": "0.1"},
            metrics={"acc": 0.5, "val/acc": 0.25},
            tags={"team": "Risk", "a.b": "dotted", "mlflow.parentRunId": "p1"},
            datasets={"iris": "training", "wine": "evaluation"},
        ),
        "forest": await add(
            store,
            experiment_id,
            "forest",
            start_time=3000,
            params={"depth": "30", "model name": "Forest"},
            metrics={"acc": 0.75},
            tags={"team": "risk"},
            datasets={"wine": "training"},
        ),
        "boost": await add(
            store,
            experiment_id,
            "boost",
            start_time=2000,
            params={"depth": "3%_"},
            metrics={"acc": math.nan},
            tags={"team": "Fraud"},
            datasets={"iris": None},
        ),
        "bare": await add(store, experiment_id, "bare"),
    }
    await store.runs.update(ids["forest"], status=RunStatus.FINISHED, end_time=5000)
    await store.runs.update(ids["boost"], status=RunStatus.FAILED, end_time=6000)
    return experiment_id, ids


CASES = {
    "": "tree forest boost bare",
    # Metrics: NaN satisfies != only.
    "metrics.acc > 0.5": "forest",
    "metrics.acc >= 0.5": "tree forest",
    "metrics.acc < 0.75": "tree",
    "metrics.acc <= 1e3": "tree forest",
    "metrics.acc = 0.75": "forest",
    "metrics.acc = 0": "",
    "metrics.acc != 0.75": "tree boost",
    "metrics.acc > -1": "tree forest",
    "metric.acc > 0": "tree forest",
    "metrics.`val/acc` = 0.25": "tree",
    'metrics."val/acc" = .25': "tree",
    "metrics.other > 0": "",
    "metrics.acc > 0.1 AND metrics.acc < 0.6": "tree",
    # Params: one that is missing does not satisfy !=.
    "params.depth = '3'": "tree",
    'params.depth = "3"': "tree",
    "param.depth = '3'": "tree",
    "parameters.depth = '3'": "tree",
    "parameter.depth = '3'": "tree",
    "params.depth != '3'": "forest boost",
    "params.depth LIKE '3%'": "tree forest boost",
    "params.depth LIKE '3_'": "forest",
    "params.`model name` = 'Tree'": "tree",
    'params."model name" = "Tree"': "tree",
    "params.`model name` LIKE 't%'": "",
    "params.`model name` ILIKE 't%'": "tree",
    "params.`model name` like 'T%'": "tree",
    "params.шаг = '0.1'": "tree",
    "params.depth IS NULL": "bare",
    "params.depth IS NOT NULL": "tree forest boost",
    "params.depth is not null AND params.`model name` is null": "boost",
    "params.other != 'x'": "",
    # Tags.
    "tags.team = 'Risk'": "tree",
    "tag.team = 'risk'": "forest",
    "tags.team ILIKE 'RISK'": "tree forest",
    "tags.team LIKE '%i%'": "tree forest",
    "tags.team != 'Risk'": "forest boost",
    "tags.a.b = 'dotted'": "tree",
    "tags.`a.b` = 'dotted'": "tree",
    "tags.mlflow.parentRunId = 'p1'": "tree",
    "tags.mlflow.runName = 'forest'": "forest",
    "tags.team IS NULL": "bare",
    # Attributes.
    "attributes.status = 'RUNNING'": "tree bare",
    "status != 'RUNNING'": "forest boost",
    "attribute.status LIKE 'F%'": "forest boost",
    "attr.status = 'FAILED'": "boost",
    "run.status ILIKE 'failed'": "boost",
    "run_name = 'tree'": "tree",
    "attributes.run_name LIKE '%e%'": "tree forest bare",
    "attributes.`run name` = 'forest'": "forest",
    "attributes.`Run Name` != 'forest'": "tree boost bare",
    "attributes.run_name ILIKE 'TREE'": "tree",
    "user_id = 'ada'": "tree forest boost bare",
    "user_id != 'ada'": "",
    "start_time > 2000": "tree forest",
    "attributes.start_time >= 2000": "tree forest boost",
    "attributes.start_time != 2000": "tree forest bare",
    "created <= 2000": "boost bare",
    "attributes.end_time < 5500": "forest",
    "end_time != 5000": "boost",
    "attributes.artifact_uri LIKE '%/artifacts'": "tree forest boost bare",
    # Datasets: any of a run's datasets may satisfy a clause.
    "dataset.name = 'iris'": "tree boost",
    "datasets.name = 'wine'": "tree forest",
    "dataset.name != 'iris'": "tree forest",
    "dataset.name LIKE 'I%'": "",
    "dataset.name ILIKE 'I%'": "tree boost",
    "dataset.name IN ('wine', 'other')": "tree forest",
    "dataset.name NOT IN ('wine', 'other')": "tree boost",
    "dataset.digest = 'wine-digest'": "tree forest",
    "dataset.context = 'training'": "tree forest",
    "dataset.context != 'training'": "tree",
    "dataset.context IN ('evaluation')": "tree",
    "dataset.name = 'iris' AND dataset.name = 'wine'": "tree",
    "dataset.name = 'iris' AND dataset.context = 'evaluation'": "tree",
    # Together.
    "metrics.acc > 0 AND params.depth = '3' and tags.team = 'Risk'": "tree",
    "metrics.acc > 0 And status = 'FINISHED' AND dataset.name = 'wine'": "forest",
}


async def test_filters_of_every_kind(store: Store) -> None:
    experiment_id, _ = await small_world(store)
    found = {text: " ".join(await search(store, experiment_id, text)) for text in CASES}

    assert found == CASES


@pytest.mark.needs(Promise.LANGUAGE)
async def test_a_blank_filter_finds_all(store: Store) -> None:
    experiment_id, ids = await small_world(store)

    assert await search(store, experiment_id, " \n ") == list(ids)


async def test_filters_on_run_ids(store: Store) -> None:
    experiment_id, ids = await small_world(store)
    tree, forest = ids["tree"], ids["forest"]
    cases = {
        f"run_id = '{tree}'": ["tree"],
        f"attributes.run_id != '{tree}'": ["forest", "boost", "bare"],
        f"run_id IN ('{tree}', '{forest}')": ["tree", "forest"],
        f"run_id IN ('{tree}')": ["tree"],
        f"attributes.run_id NOT IN ('{tree}', '{forest}')": ["boost", "bare"],
        f"run_id LIKE '{tree[:20]}%'": ["tree"],
        f"run_id ILIKE '{tree.upper()}'": ["tree"],
    }

    assert {text: await search(store, experiment_id, text) for text in cases} == cases


@pytest.mark.needs(Promise.UNICODE_ILIKE)
async def test_ilike_folds_letters_beyond_ascii_and_like_does_not(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await add(store, experiment_id, "ПРИВЕТ", params={"p": "Élan"}, tags={"t": "ΑΒΓ"}, datasets={"Ёлка": "ОБУЧЕНИЕ"})
    for text in (
        "run_name ILIKE 'привет'",
        "run_name ILIKE 'Прив%'",
        "params.p ILIKE 'éLAN'",
        "params.p ILIKE '_lan'",
        "tags.t ILIKE '%β%'",
        "dataset.name ILIKE 'ёлКА'",
        "dataset.context ILIKE 'обучение'",
    ):
        assert await search(store, experiment_id, text) == ["ПРИВЕТ"], text
        assert await search(store, experiment_id, text.replace("ILIKE", "LIKE").replace("'_lan'", "'élan'")) == [], text


async def test_patterns_take_all_other_characters_as_they_are(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for number, value in enumerate(["a\\b", "a*b", "a?b", "a[b]", "a\nb", "aXb", "a.b", "100%"]):
        await add(store, experiment_id, value, start_time=100 - number, params={"p": value})

    assert await search(store, experiment_id, "params.p LIKE 'a*b'") == ["a*b"]
    assert await search(store, experiment_id, "params.p LIKE 'a?b'") == ["a?b"]
    assert await search(store, experiment_id, "params.p LIKE 'a[b]'") == ["a[b]"]
    assert await search(store, experiment_id, "params.p LIKE 'a.b'") == ["a.b"]
    assert await search(store, experiment_id, "params.p LIKE 'a\\b'") == ["a\\b"]
    assert await search(store, experiment_id, "params.p LIKE 'a_b'") == ["a\\b", "a*b", "a?b", "a\nb", "aXb", "a.b"]
    assert await search(store, experiment_id, "params.p LIKE 'a'") == []
    assert await search(store, experiment_id, "params.p ILIKE '100%'") == ["100%"]
    assert await search(store, experiment_id, "params.p = '100%'") == ["100%"]


@pytest.mark.parametrize(
    "filter_text",
    [
        "metrics.acc",
        "metrics.acc > 'a'",
        "metrics.acc LIKE 'a'",
        "metrics.acc IS NULL",
        "params.depth = 3",
        "params.depth > '3'",
        "params.depth = unquoted",
        "nonsense.a = 'b'",
        "attributes.nonsense = 'a'",
        "nonsense = 'a'",
        "start_time = '5'",
        "start_time LIKE '5'",
        "run_name > 'a'",
        "run_id IN ()",
        "run_id IN (1)",
        "status IN (RUNNING)",
        "dataset.nonsense = 'a'",
        "dataset.name > 'a'",
        "params.a = 'b' OR",
        "params.a = 'b",
        "; DROP TABLE runs",
    ],
)
async def test_a_wrong_filter_is_refused(store: Store, filter_text: str) -> None:
    experiment_id = await new_experiment(store)
    with pytest.raises(InvalidParameter, match=r"."):
        await search(store, experiment_id, filter_text)


async def test_searches_look_at_the_latest_value_only(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id, run_name="r")
    for step, value in enumerate([0.9, 0.1]):
        await store.runs.log_metric(run_id, Metric("acc", value, 1, step))

    assert await search(store, experiment_id, "metrics.acc = 0.1") == ["r"]
    assert await search(store, experiment_id, "metrics.acc = 0.9") == []


async def test_infinities_compare_as_numbers(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await add(store, experiment_id, "up", start_time=2, metrics={"m": math.inf})
    await add(store, experiment_id, "down", start_time=1, metrics={"m": -math.inf})

    assert await search(store, experiment_id, "metrics.m > 1e300") == ["up"]
    assert await search(store, experiment_id, "metrics.m < -1e300") == ["down"]
    assert await search(store, experiment_id, "metrics.m != 0") == ["up", "down"]


async def test_a_renamed_run_is_found_by_its_new_name(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id, run_name="old")
    await store.runs.update(run_id, run_name="new")

    assert await search(store, experiment_id, "run_name = 'new'") == ["new"]
    assert await search(store, experiment_id, "run_name = 'old'") == []
    assert await search(store, experiment_id, "tags.mlflow.runName = 'new'") == ["new"]


async def test_what_is_found_carries_all_that_was_logged(store: Store) -> None:
    experiment_id, ids = await small_world(store)
    page = await store.runs.search(RunSearch((experiment_id,), filter="run_name != 'boost'"))

    assert page.items == [await store.runs.get(ids[name]) for name in ("tree", "forest", "bare")]


async def test_experiments_bound_the_search(store: Store) -> None:
    first, second = [await new_experiment(store) for _ in range(2)]
    await add(store, first, "a", start_time=1)
    await add(store, second, "b", start_time=2)

    async def names(*experiment_ids: str) -> list[str]:
        return [run.info.run_name for run in (await store.runs.search(RunSearch(experiment_ids))).items]

    assert await names(first) == ["a"]
    assert await names(second, first) == ["b", "a"]
    assert await names(first, first) == ["a"]
    assert await names() == []
    assert await names("987654321") == []
    with pytest.raises(InvalidParameter, match=r"(?i)experiment"):
        await names("abc")


async def test_views_show_active_deleted_or_all(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await add(store, experiment_id, "kept", start_time=2)
    await store.runs.delete(await add(store, experiment_id, "binned", start_time=1))

    async def names(view_type: ViewType) -> list[str]:
        page = await store.runs.search(RunSearch((experiment_id,), view_type=view_type))
        return [run.info.run_name for run in page.items]

    assert await names(ViewType.ACTIVE_ONLY) == ["kept"]
    assert await names(ViewType.DELETED_ONLY) == ["binned"]
    assert await names(ViewType.ALL) == ["kept", "binned"]
    await store.experiments.delete(experiment_id)
    assert await names(ViewType.ACTIVE_ONLY) == []
    assert await names(ViewType.DELETED_ONLY) == ["kept", "binned"]


async def test_an_endless_pattern_is_refused(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for operator in ("LIKE", "ILIKE"):
        with pytest.raises(InvalidParameter, match="at most 1000 are taken"):
            await search(store, experiment_id, f"tags.t {operator} '%{'a' * 1000}'")
