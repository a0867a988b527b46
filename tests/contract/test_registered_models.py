import asyncio
import time

import pytest

from tests.contract.backends import Promise
from tests.contract.registry_samples import (
    ARCHIVED,
    DELETION,
    NAMING,
    PRODUCTION,
    STAGING,
    UNNAMING,
    Change,
    history,
    model_names,
    move,
    new_model,
    new_version,
    stages,
)
from tests.contract.samples import unique
from trialog.contracts import Store
from trialog.entities import PROMPT_TAG, NewRegisteredModel, RegisteredModelAlias, Tag
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, ResourceNotFound

pytestmark = pytest.mark.anyio


async def test_a_new_model_reads_back_as_it_was_made(store: Store) -> None:
    name = unique("Модель 日本 é")
    created = await store.registered_models.create(
        NewRegisteredModel(name, "What it is for", (Tag("b", "2"), Tag("ключ", "значение"), Tag("b", "3")))
    )

    assert (created.name, created.description) == (name, "What it is for")
    assert created.creation_timestamp == created.last_updated_timestamp > 1_700_000_000_000
    assert created.tags == [Tag("b", "3"), Tag("ключ", "значение")]
    assert (created.latest_versions, created.aliases) == ([], [])
    assert await store.registered_models.get(name) == created


async def test_a_taken_name_is_refused_and_changes_nothing(store: Store) -> None:
    name = await new_model(store)
    before = await store.registered_models.get(name)
    with pytest.raises(ResourceAlreadyExists, match=rf"Registered Model \(name={name}\) already exists\."):
        await store.registered_models.create(NewRegisteredModel(name, "another"))

    assert await store.registered_models.get(name) == before


async def test_a_prompt_and_a_model_share_their_names(store: Store) -> None:
    name = await new_model(store, tags=[Tag(PROMPT_TAG, "true")])
    with pytest.raises(ResourceAlreadyExists, match=rf"Prompt \(name={name}\) already exists\."):
        await new_model(store, name)
    with pytest.raises(ResourceAlreadyExists, match=rf"Prompt \(name={name}\) already exists\."):
        await new_model(store, name, tags=[Tag(PROMPT_TAG, "true")])


@pytest.mark.parametrize("name", ["a/b", "a:b", "/", ":", " ", "\t", ".", "..", "..a", "a\0b", "x" * 501])
async def test_names_that_are_refused(store: Store, name: str) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)name"):
        await new_model(store, name)
    kept = await new_model(store)
    with pytest.raises(InvalidParameter, match=r"(?i)name"):
        await store.registered_models.rename(kept, name)

    assert await model_names(store) == [kept]


@pytest.mark.parametrize("name", ["a b", "a%b_c'd\"e", "имя", ".hidden", "a..b", "x" * 500, "日本語😀"])
async def test_names_that_are_taken(store: Store, name: str) -> None:
    await new_model(store, name)
    await new_version(store, name)

    assert (await store.registered_models.get(name)).name == name
    assert (await store.model_versions.get(name, 1)).name == name
    assert await model_names(store) == [name]


async def test_names_differ_by_case(store: Store) -> None:
    name = unique("Name")
    await new_model(store, name)
    await new_model(store, name.lower())

    assert (await store.registered_models.get(name.lower())).name == name.lower()


async def test_an_unknown_model_is_not_found(store: Store) -> None:
    models = store.registered_models
    for request in (
        models.get("nobody"),
        models.rename("nobody", "somebody"),
        models.update("nobody", "text"),
        models.delete("nobody", DELETION),
        models.latest_versions("nobody"),
        models.set_tag("nobody", Tag("k", "v")),
        models.delete_tag("nobody", "k"),
        models.delete_alias("nobody", "a", UNNAMING),
        models.get_by_alias("nobody", "a"),
        models.get_by_alias("nobody", "latest"),
        new_version(store, "nobody"),
    ):
        with pytest.raises(ResourceNotFound, match="Registered Model with name=nobody not found"):
            await request


async def test_a_description_is_changed_and_taken_away(store: Store) -> None:
    name = await new_model(store)
    assert (await store.registered_models.update(name, "Ж" * 5001)).description == "Ж" * 5001
    assert not (await store.registered_models.update(name, None)).description
    with pytest.raises(InvalidParameter, match=r"description.*100000"):
        await store.registered_models.update(name, "x" * 100_001)


async def test_renaming_keeps_everything(store: Store) -> None:
    old, new = unique("old"), unique("new")
    await new_model(store, old, tags=[Tag("k", "v")], versions=2)
    await move(store, old, 1)
    await store.registered_models.set_alias(old, "champion", 2, NAMING)
    before = await store.registered_models.get(old)
    renamed = await store.registered_models.rename(old, new)

    assert (renamed.name, renamed.tags, renamed.aliases) == (new, before.tags, before.aliases)
    assert [version.name for version in renamed.latest_versions] == [new, new]
    assert await stages(store, new) == {1: "Production", 2: "None"}
    assert (await store.registered_models.get_by_alias(new, "champion")).version == 2
    with pytest.raises(ResourceNotFound, match=f"Registered Model with name={old} not found"):
        await store.registered_models.get(old)
    # The old name is free, and numbers go on under the new one.
    assert await new_model(store, old) == old
    assert (await new_version(store, new)).version == 3
    assert (await new_version(store, old)).version == 1


async def test_renaming_onto_a_taken_name_changes_nothing(store: Store) -> None:
    name, taken = await new_model(store), await new_model(store)
    with pytest.raises(ResourceAlreadyExists, match=rf"Registered Model \(name={taken}\) already exists"):
        await store.registered_models.rename(name, taken)

    assert await model_names(store) == sorted([name, taken])
    assert (await store.registered_models.rename(name, name)).name == name


async def test_deleting_a_model_frees_its_name(store: Store) -> None:
    name = await new_model(store, tags=[Tag("k", "v")], versions=2)
    await store.registered_models.set_alias(name, "a", 1, NAMING)
    await store.model_versions.set_tag(name, 1, Tag("k", "v"))
    await store.registered_models.delete(name, DELETION)

    with pytest.raises(ResourceNotFound, match=f"Registered Model with name={name} not found"):
        await store.registered_models.get(name)
    with pytest.raises(ResourceNotFound, match=rf"Model Version \(name={name}, version=1\) not found"):
        await store.model_versions.get(name, 1)
    await new_model(store, name, versions=1)
    model = await store.registered_models.get(name)
    assert (model.tags, model.aliases) == ([], [])
    assert model.latest_versions[0].tags == []


async def test_a_model_in_production_is_deleted_by_force_alone(store: Store) -> None:
    name = await new_model(store, versions=2)
    await move(store, name, 2)
    before = await store.registered_models.get(name)
    with pytest.raises(Conflict, match="version 2 is in Production"):
        await store.registered_models.delete(name, DELETION)
    assert await store.registered_models.get(name) == before
    assert await stages(store, name) == {1: "None", 2: "Production"}

    await store.registered_models.delete(name, DELETION, force=True)
    assert await model_names(store) == []


async def test_tags_are_set_overwritten_and_removed(store: Store) -> None:
    name = await new_model(store, tags=[Tag("a", "1")])
    await store.registered_models.set_tag(name, Tag("a", "2"))
    await store.registered_models.set_tag(name, Tag("ключ x/y", "x" * 100_000))
    await store.registered_models.set_tag(name, Tag("empty", ""))
    assert (await store.registered_models.get(name)).tags == [
        Tag("a", "2"),
        Tag("empty", ""),
        Tag("ключ x/y", "x" * 100_000),
    ]

    await store.registered_models.delete_tag(name, "ключ x/y")
    await store.registered_models.delete_tag(name, "never there")
    assert (await store.registered_models.get(name)).tags == [Tag("a", "2"), Tag("empty", "")]


@pytest.mark.parametrize("tag", [Tag("a$b", "v"), Tag("k" * 251, "v"), Tag("k", "v" * 100_001), Tag("../k", "v")])
async def test_tags_that_are_refused(store: Store, tag: Tag) -> None:
    name = await new_model(store)
    with pytest.raises(InvalidParameter, match=r"Names may|250|100,?000"):
        await store.registered_models.set_tag(name, tag)
    with pytest.raises(InvalidParameter, match=r"Names may|250|100,?000"):
        await new_model(store, "other", tags=[tag])

    assert await model_names(store) == [name]
    assert (await store.registered_models.get(name)).tags == []


async def test_the_newest_version_of_each_stage(store: Store) -> None:
    name = await new_model(store, versions=6)
    for version, stage in [(1, PRODUCTION), (2, PRODUCTION), (3, STAGING), (4, ARCHIVED)]:
        await move(store, name, version, stage)

    found = await store.registered_models.latest_versions(name)
    assert [(version.current_stage.value, version.version) for version in found] == [
        ("None", 6),
        ("Staging", 3),
        ("Production", 2),
        ("Archived", 4),
    ]
    model = await store.registered_models.get(name)
    assert [version.version for version in model.latest_versions] == [6, 3, 2, 4]
    some = await store.registered_models.latest_versions(name, [PRODUCTION, STAGING])
    assert [version.version for version in some] == [3, 2]
    await store.model_versions.delete(name, 2, DELETION, force=True)
    assert [each.version for each in await store.registered_models.latest_versions(name, [PRODUCTION])] == [1]
    assert await store.registered_models.latest_versions(await new_model(store)) == []


async def test_an_alias_is_moved_and_taken_away(store: Store) -> None:
    name = await new_model(store, versions=3)
    await store.registered_models.set_alias(name, "champion", 1, NAMING)
    await store.registered_models.set_alias(name, "Вызов-2_x", 3, NAMING)
    await store.registered_models.set_alias(name, "champion", 3, NAMING)

    model = await store.registered_models.get(name)
    assert model.aliases == [RegisteredModelAlias("champion", 3), RegisteredModelAlias("Вызов-2_x", 3)]
    found = await store.registered_models.get_by_alias(name, "champion")
    assert (found.version, found.aliases) == (3, ["champion", "Вызов-2_x"])
    assert (await store.model_versions.get(name, 1)).aliases == []

    await store.registered_models.delete_alias(name, "champion", UNNAMING)
    await store.registered_models.delete_alias(name, "champion", UNNAMING)
    with pytest.raises(InvalidParameter, match=r"Registered model alias champion not found\."):
        await store.registered_models.get_by_alias(name, "champion")
    assert (await store.model_versions.get(name, 3)).aliases == ["Вызов-2_x"]


@pytest.mark.needs(Promise.OWN_API)
async def test_history_keeps_moves_of_aliases(store: Store) -> None:
    name = await new_model(store, versions=2)
    for version in (1, 1, 2):
        await store.registered_models.set_alias(name, "champion", version, NAMING)
    await store.registered_models.delete_alias(name, "champion", UNNAMING)
    await store.registered_models.delete_alias(name, "champion", UNNAMING)

    moves = await history(store, name)
    assert [(each.alias, each.from_version, each.version, each.operation.value) for each in moves] == [
        ("champion", None, 1, "set_alias"),
        ("champion", 1, 2, "set_alias"),
        ("champion", 2, None, "delete_alias"),
    ]
    assert {(each.from_stage, each.to_stage) for each in moves} == {(None, None)}


@pytest.mark.parametrize("alias", ["latest", "LATEST", "v1", "V22", "a b", "a/b", "a@b", "x" * 256, "a\n"])
async def test_aliases_that_are_refused(store: Store, alias: str) -> None:
    name = await new_model(store, versions=1)
    with pytest.raises(InvalidParameter, match=r"alias name"):
        await store.registered_models.set_alias(name, alias, 1, NAMING)

    assert (await store.registered_models.get(name)).aliases == []


@pytest.mark.parametrize("alias", ["v", "v1a", "1", "production", "x" * 255, "é-_"])
async def test_aliases_that_are_taken(store: Store, alias: str) -> None:
    name = await new_model(store, versions=1)
    await store.registered_models.set_alias(name, alias, 1, NAMING)

    assert (await store.registered_models.get_by_alias(name, alias)).version == 1


@pytest.mark.parametrize("version", [2, 10**30])
async def test_an_alias_needs_its_version(store: Store, version: int) -> None:
    name = await new_model(store, versions=1)
    with pytest.raises(ResourceNotFound, match=rf"Model Version \(name={name}, version={version}\) not found"):
        await store.registered_models.set_alias(name, "champion", version, NAMING)

    assert await history(store, name) == []


async def test_latest_is_the_newest_version_whatever_its_stage(store: Store) -> None:
    name = await new_model(store)
    with pytest.raises(ResourceNotFound, match="Latest version not found for model"):
        await store.registered_models.get_by_alias(name, "latest")
    for _ in range(12):
        await new_version(store, name)
    await move(store, name, 1)
    await store.model_versions.delete(name, 12, DELETION)

    assert (await store.registered_models.get_by_alias(name, "latest")).version == 11
    assert (await store.registered_models.get_by_alias(name, "Latest")).version == 11


async def test_every_change_is_a_change_of_the_model(store: Store) -> None:
    name = await new_model(store, versions=2)
    models, versions = store.registered_models, store.model_versions
    changes: list[Change] = [
        lambda: models.update(name, "text"),
        lambda: models.set_tag(name, Tag("k", "v")),
        lambda: models.delete_tag(name, "k"),
        lambda: models.set_alias(name, "a", 1, NAMING),
        lambda: models.delete_alias(name, "a", UNNAMING),
        lambda: versions.update(name, 1, "text"),
        lambda: versions.set_tag(name, 1, Tag("k", "v")),
        lambda: versions.delete_tag(name, 1, "k"),
        lambda: move(store, name, 1),
        lambda: new_version(store, name),
        lambda: versions.delete(name, 2, DELETION),
    ]
    for change in changes:
        before = (await models.get(name)).last_updated_timestamp
        while time.time_ns() // 1_000_000 <= before:
            pass  # the clock of milliseconds stands still for a moment
        await change()
        assert (await models.get(name)).last_updated_timestamp > before


@pytest.mark.needs(Promise.REPEATABLE)
async def test_one_of_many_wins_a_name(store: Store) -> None:
    name = unique("wanted")
    answers = await asyncio.gather(
        *(store.registered_models.create(NewRegisteredModel(name)) for _ in range(10)), return_exceptions=True
    )

    lost = [answer for answer in answers if isinstance(answer, ResourceAlreadyExists)]
    assert (len(answers), len(lost)) == (10, 9)
    assert await model_names(store) == [name]
