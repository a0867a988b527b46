"""Searches for registered models and versions: what is found, in which order, page after page."""

import time
from functools import partial

import pytest

from tests.contract.backends import Promise
from tests.contract.registry_samples import (
    PRODUCTION,
    SOURCE,
    STAGING,
    Change,
    model_names,
    move,
    new_model,
    new_prompt,
    new_version,
    version_names,
)
from tests.contract.samples import all_items, new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import (
    ModelVersion,
    ModelVersionSearch,
    NewModelVersion,
    Page,
    RegisteredModelSearch,
    Tag,
)
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio

IS_PROMPT = "tags.`mlflow.prompt.is_prompt`"


async def in_turn(*changes: Change) -> None:
    """Make changes in different milliseconds."""
    for change in changes:
        await change()
        now = time.time_ns() // 1_000_000
        while time.time_ns() // 1_000_000 <= now:
            pass  # the clock of milliseconds stands still for a moment


async def fill(store: Store) -> None:
    """Models a, B and c, changed in the order c, a, B; a has three versions, B one, c none."""
    await in_turn(
        lambda: new_model(store, "c", tags=[Tag("team", "blue"), Tag("empty", "")]),
        lambda: new_model(store, "a", tags=[Tag("team", "Red")], versions=2),
        lambda: new_version(store, "a", tags=[Tag("team", "red")], label="spring"),
        lambda: new_model(store, "B"),
        lambda: new_version(store, "B", source="s3://other/place"),
    )


@pytest.mark.parametrize(
    ("filter_text", "names"),
    [
        (None, ["B", "a", "c"]),
        ("", ["B", "a", "c"]),
        ("name = 'a'", ["a"]),
        ("attributes.name != 'a'", ["B", "c"]),
        ("name LIKE 'A%'", []),
        ("name ILIKE 'A%'", ["a"]),
        ("name IN ('a', 'c', 'x')", ["a", "c"]),
        ("name NOT IN ('a')", ["B", "c"]),
        ("tags.team = 'Red'", ["a"]),
        ("tag.team ILIKE 'r%'", ["a"]),
        ("tags.team != 'Red'", ["c"]),
        ("tags.empty = ''", ["c"]),
        ("tags.team LIKE '%e%' AND name = 'c'", ["c"]),
        ("tags.team IS NULL OR name = 'c'", ["B", "c"]),
        ("NOT (name = 'a' OR name = 'B')", ["c"]),
        ("last_updated_timestamp > 0 AND creation_timestamp > 0", ["B", "a", "c"]),
    ],
)
@pytest.mark.needs(Promise.LANGUAGE)
async def test_filters_of_models(store: Store, filter_text: str | None, names: list[str]) -> None:
    await fill(store)

    assert await model_names(store, filter_text) == names


@pytest.mark.parametrize(
    ("order_by", "names"),
    [
        (["name DESC"], ["c", "a", "B"]),
        (["name"], ["B", "a", "c"]),
        (["timestamp"], ["c", "a", "B"]),
        (["last_updated_timestamp DESC"], ["B", "a", "c"]),
        (["creation_timestamp ASC", "name"], ["c", "a", "B"]),
    ],
)
@pytest.mark.needs(Promise.LANGUAGE)
async def test_orders_of_models(store: Store, order_by: list[str], names: list[str]) -> None:
    await fill(store)

    assert await model_names(store, None, order_by) == names


A1, A2, A3, B1 = ("a", 1), ("a", 2), ("a", 3), ("B", 1)


@pytest.mark.parametrize(
    ("filter_text", "found"),
    [
        (None, [B1, A3, A2, A1]),
        ("name = 'a'", [A3, A2, A1]),
        ("name = 'x'", []),
        ("name != 'a'", [B1]),
        ("name IN ('a', 'B') AND version_number = 1", [B1, A1]),
        ("name NOT IN ('B')", [A3, A2, A1]),
        ("name LIKE 'A'", []),
        ("name ILIKE 'A'", [A3, A2, A1]),
        ("NOT name = 'a'", [B1]),
        ("version_number >= '2'", [A3, A2]),
        ("version > 1 AND version < 3", [A2]),
        ("version_number BETWEEN 2 AND 3", [A3, A2]),
        ("source_path = 's3://other/place'", [B1]),
        ("source LIKE 's3://bucket/%'", [A3, A2, A1]),
        ("tags.team = 'red'", [A3]),
        ("tags.team IS NULL", [B1, A2, A1]),
        ("label = 'spring'", [A3]),
        ("stage = 'None'", [B1, A3, A2, A1]),
        ("current_stage IN ('Staging', 'Production')", []),
        ("status = 'READY' AND creation_timestamp > 0", [B1, A3, A2, A1]),
        ("run_id = 'x'", []),
        ("name = 'B' OR label = 'spring'", [B1, A3]),
    ],
)
@pytest.mark.needs(Promise.LANGUAGE)
async def test_filters_of_versions(store: Store, filter_text: str | None, found: list[tuple[str, int]]) -> None:
    await fill(store)
    await in_turn(
        lambda: store.model_versions.update("a", 1, "text"),
        lambda: store.model_versions.update("a", 2, "text"),
        lambda: store.model_versions.update("a", 3, "text"),
        lambda: store.model_versions.update("B", 1, "text"),
    )

    assert await version_names(store, filter_text) == found


@pytest.mark.parametrize(
    ("order_by", "found"),
    [
        ([], [A1, B1, A3, A2]),
        (["name"], [B1, A3, A2, A1]),
        (["name DESC", "version_number"], [A1, A2, A3, B1]),
        (["version_number ASC"], [B1, A1, A2, A3]),
        (["last_updated_timestamp"], [A2, A3, B1, A1]),
        (["label"], [A3, B1, A2, A1]),
        (["label DESC", "version_number"], [A3, B1, A1, A2]),
    ],
)
@pytest.mark.needs(Promise.LANGUAGE)
async def test_orders_of_versions(store: Store, order_by: list[str], found: list[tuple[str, int]]) -> None:
    await fill(store)
    await in_turn(
        lambda: store.model_versions.update("a", 2, "text"),
        lambda: store.model_versions.update("a", 3, "text"),
        lambda: store.model_versions.update("B", 1, "text"),
        lambda: store.model_versions.update("a", 1, "text"),
    )

    assert await version_names(store, None, order_by) == found


async def test_versions_by_stage_and_run(store: Store) -> None:
    name = await new_model(store, versions=3)
    run_id = await new_run(store, await new_experiment(store))
    await store.model_versions.create(NewModelVersion(name, SOURCE, SOURCE, run_id=run_id))
    await move(store, name, 1)
    await move(store, name, 2, STAGING)

    assert await version_names(store, f"run_id = '{run_id}'") == [(name, 4)]
    assert await version_names(store, f"run_id IN ('{run_id}', 'x')") == [(name, 4)]
    assert await version_names(store, "stage = 'Production'") == [(name, 1)]
    assert await version_names(store, "stage != 'None'", ["version_number"]) == [(name, 1), (name, 2)]
    # A version without a run has '' for it, as in MLflow.
    for every in ("run_id != 'x'", "run_id LIKE '%'", f"run_id IN ('', '{run_id}')"):
        assert await version_names(store, every, ["version_number"]) == [(name, version) for version in (1, 2, 3, 4)]
    for without in ("run_id = ''", "run_id IN ('')", "run_id LIKE ''"):
        assert await version_names(store, without, ["version_number"]) == [(name, version) for version in (1, 2, 3)]


async def test_a_page_tells_all_of_a_version(store: Store) -> None:
    name = await new_model(store)
    await new_version(store, name, label="first", tags=[Tag("k", "v")])
    await move(store, name, 1, PRODUCTION)
    version = await store.model_versions.get(name, 1)

    assert (await store.model_versions.search(ModelVersionSearch())).items == [version]
    model = (await store.registered_models.search(RegisteredModelSearch())).items[0]
    assert model == await store.registered_models.get(name)
    assert model.latest_versions == [version]


async def test_prompts_are_found_only_when_asked_for(store: Store) -> None:
    await new_model(store, "model", versions=1)
    await new_prompt(store, "prompt")
    prompt, model = ("prompt", 1), ("model", 1)

    for filter_text, names, found in [
        (None, ["model"], [model]),
        ("name LIKE '%'", ["model"], [model]),
        ("name = 'prompt'", [], []),
        (f"{IS_PROMPT} = 'true'", ["prompt"], [prompt]),
        (f"{IS_PROMPT} != 'false'", ["prompt"], [prompt]),
        (f"{IS_PROMPT} = 'false'", ["model"], [model]),
        (f"{IS_PROMPT} != 'true' AND name LIKE '%'", ["model"], [model]),
    ]:
        assert await model_names(store, filter_text) == names
        assert await version_names(store, filter_text) == found
    # What can be named is not hidden.
    assert (await store.registered_models.get("prompt")).name == "prompt"
    assert (await store.registered_models.get_by_alias("prompt", "latest")).version == 1


@pytest.mark.needs(Promise.LANGUAGE)
async def test_prompts_and_models_together(store: Store) -> None:
    await new_model(store, "model", versions=1)
    await new_prompt(store, "prompt")

    for filter_text in (f"{IS_PROMPT} = 'true' OR name = 'model'", f"{IS_PROMPT} IN ('true', 'false')"):
        assert await model_names(store, filter_text) == ["model", "prompt"]
        assert sorted(await version_names(store, filter_text)) == [("model", 1), ("prompt", 1)]
    assert await model_names(store, f"{IS_PROMPT} IS NULL") == ["model"]
    assert await version_names(store, f"NOT {IS_PROMPT} IS NOT NULL") == [("model", 1)]


async def search_page(store: Store, order: tuple[str, ...], size: int, token: str | None) -> Page[ModelVersion]:
    return await store.model_versions.search(ModelVersionSearch(None, order, size, token))


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_pages_hold_everything_once(store: Store, size: int) -> None:
    for name in ("b", "a", "c"):
        await new_model(store, name, versions=3)
    for order in ((), ("name DESC",), ("version_number",)):
        every = await version_names(store, None, order)
        paged = await all_items(partial(search_page, store, order, size))
        assert len(every) == 9
        assert [(version.name, version.version) for version in paged] == every
    models = await all_items(
        lambda token: store.registered_models.search(RegisteredModelSearch(None, ("timestamp DESC",), size, token))
    )
    assert sorted(model.name for model in models) == ["a", "b", "c"]


@pytest.mark.needs(Promise.STABLE_PAGES)
async def test_what_happens_between_two_pages_moves_nothing(store: Store) -> None:
    name = await new_model(store, versions=6)
    order = ("version_number",)
    first = await store.model_versions.search(ModelVersionSearch(None, order, 2))
    await store.model_versions.set_tag(name, 1, Tag("k", "v"))
    await new_version(store, name)
    second = await store.model_versions.search(ModelVersionSearch(None, order, 2, first.next_page_token))

    assert [version.version for version in second.items] == [3, 4]


@pytest.mark.parametrize(
    "filter_text",
    [
        "run_id = 'x'",
        "name > 'a'",
        "name = a",
        "name = 'a' OR",
        "metrics.m > 1",
        "current_stage = 'None'",
        "name LIKE 1",
    ],
)
async def test_filters_of_models_that_are_refused(store: Store, filter_text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)invalid|expected|found"):
        await model_names(store, filter_text)


@pytest.mark.parametrize(
    "filter_text",
    ["metrics.m > 1", "version_number = 'x'", "version_number LIKE '1'", "name = a", "run_id IN ()", "nothing = 'x'"],
)
async def test_filters_of_versions_that_are_refused(store: Store, filter_text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)invalid|expected|found|empty"):
        await version_names(store, filter_text)


@pytest.mark.parametrize("order_by", [["run_id"], ["tags.x"], ["name UP"]])
async def test_orders_of_models_that_are_refused(store: Store, order_by: list[str]) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)order|Invalid attribute key"):
        await model_names(store, None, order_by)


@pytest.mark.parametrize("order_by", [["tags.x"], ["name UP"], ["nothing"]])
async def test_orders_of_versions_that_are_refused(store: Store, order_by: list[str]) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)order|Invalid attribute key"):
        await version_names(store, None, order_by)


async def test_page_sizes_and_tokens_that_are_refused(store: Store) -> None:
    for size in (0, -1, 1001):
        with pytest.raises(InvalidParameter, match="max_results"):
            await store.registered_models.search(RegisteredModelSearch(None, (), size))
    for size in (0, -1, 200_001):
        with pytest.raises(InvalidParameter, match="max_results"):
            await store.model_versions.search(ModelVersionSearch(None, (), size))
    with pytest.raises(InvalidParameter, match="page token"):
        await store.registered_models.search(RegisteredModelSearch(None, (), 10, "junk"))
    with pytest.raises(InvalidParameter, match="page token"):
        await store.model_versions.search(ModelVersionSearch(None, (), 10, "junk"))


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
async def test_a_token_belongs_to_its_search(store: Store) -> None:
    await new_model(store, versions=2)
    token = (await store.model_versions.search(ModelVersionSearch(None, (), 1))).next_page_token
    with pytest.raises(InvalidParameter, match="another filter or order"):
        await store.model_versions.search(ModelVersionSearch("name = 'x'", (), 1, token))


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
async def test_a_tag_that_says_prompt_in_any_case_makes_a_prompt(store: Store) -> None:
    for name, says in (("p", "True"), ("q", "TRUE"), ("m", "yes")):
        await new_model(store, name, tags=[Tag("mlflow.prompt.is_prompt", says)])

    assert await model_names(store, None) == ["m"]
    assert await model_names(store, f"{IS_PROMPT} = 'true'") == ["p", "q"]
