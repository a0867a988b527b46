import asyncio
import json
import time

import pytest

from tests.contract.backends import Promise
from tests.contract.registry_samples import (
    DELETION,
    NAMING,
    SOURCE,
    Change,
    history,
    move,
    new_model,
    new_version,
    stages,
    version_names,
)
from tests.contract.samples import new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import (
    LABEL_TAG,
    MODEL_VERSIONS_TAG,
    Cause,
    ModelContent,
    ModelStage,
    ModelVersionStatus,
    NewLoggedModel,
    NewModelVersion,
    Operation,
    RegisteredModelAlias,
    StageChange,
    Tag,
)
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, ResourceNotFound

pytestmark = pytest.mark.anyio


async def test_a_new_version_reads_back_as_it_was_made(store: Store) -> None:
    name = await new_model(store)
    run_id = await new_run(store)
    created = await store.model_versions.create(
        NewModelVersion(
            name,
            SOURCE,
            SOURCE,
            run_id=run_id,
            run_link="https://example.org/run",
            description="Первая",
            tags=(Tag("b", "2"), Tag("a", "1"), Tag("b", "3")),
        )
    )

    assert (created.name, created.version, created.source, created.run_id) == (name, 1, SOURCE, run_id)
    assert (created.run_link, created.description) == ("https://example.org/run", "Первая")
    assert (created.status, created.current_stage) == (ModelVersionStatus.READY, ModelStage.NONE)
    assert created.creation_timestamp == created.last_updated_timestamp > 1_700_000_000_000
    assert created.tags == [Tag("a", "1"), Tag("b", "3")]
    assert (created.label, created.aliases) == (None, [])
    assert await store.model_versions.get(name, 1) == created
    assert (await store.registered_models.get(name)).last_updated_timestamp == created.creation_timestamp


@pytest.mark.needs(Promise.REGISTRY_INSIDE)
async def test_what_a_version_holds_is_kept(store: Store) -> None:
    name = await new_model(store)
    content = ModelContent('{"inputs": []}', ("sklearn", "python_function"), 12_345_678_901)
    created = await store.model_versions.create(
        NewModelVersion(name, "models:/m-1", "s3://bucket/truth", content=content, user_id="ada")
    )

    found = await store.model_versions.get(name, 1)
    assert found == created
    assert found.user_id == "ada"
    assert await store.model_versions.content(name, created.version) == content
    assert (found.source, found.storage_location) == ("models:/m-1", "s3://bucket/truth")


async def test_numbers_count_up_and_never_come_back(store: Store) -> None:
    name = await new_model(store)
    assert [(await new_version(store, name)).version for _ in range(3)] == [1, 2, 3]
    await store.model_versions.delete(name, 3, DELETION)
    await store.model_versions.delete(name, 1, DELETION)

    assert (await new_version(store, name)).version == 4
    assert await stages(store, name) == {2: "None", 4: "None"}


async def test_twenty_registrations_at_once_get_twenty_numbers(store: Store) -> None:
    name = await new_model(store)
    made = await asyncio.gather(*(new_version(store, name) for _ in range(20)))

    assert sorted(version.version for version in made) == list(range(1, 21))


@pytest.mark.parametrize("version", [0, -1, 3, 2**63, 10**30])
async def test_an_unknown_version_is_not_found(store: Store, version: int) -> None:
    name = await new_model(store, versions=2)
    versions = store.model_versions
    for request in (
        versions.get(name, version),
        versions.update(name, version, "text"),
        versions.delete(name, version, DELETION),
        versions.set_tag(name, version, Tag("k", "v")),
        versions.delete_tag(name, version, "k"),
        move(store, name, version),
        versions.get("nobody", version),
    ):
        with pytest.raises(ResourceNotFound, match=rf"Model Version \(name=.*, version={version}\) not found"):
            await request


async def test_a_description_is_changed_and_taken_away(store: Store) -> None:
    name = await new_model(store, versions=1)
    assert (await store.model_versions.update(name, 1, "новое")).description == "новое"
    assert (await store.model_versions.get(name, 1)).description == "новое"
    assert not (await store.model_versions.update(name, 1, None)).description


@pytest.mark.needs(Promise.OWN_API)
async def test_deleting_a_version_takes_its_aliases_and_tags(store: Store) -> None:
    name = await new_model(store)
    await new_version(store, name, label="first", tags=[Tag("k", "v")])
    await new_version(store, name)
    for alias, version in [("b", 1), ("a", 1), ("kept", 2)]:
        await store.registered_models.set_alias(name, alias, version, NAMING)
    await store.model_versions.delete(name, 1, DELETION)

    assert await stages(store, name) == {2: "None"}
    assert (await store.registered_models.get(name)).aliases == [RegisteredModelAlias("kept", 2)]
    with pytest.raises(InvalidParameter, match=r"Registered model alias a not found\."):
        await store.registered_models.get_by_alias(name, "a")
    # The label is free again.
    assert (await new_version(store, name, label="first")).tags == [Tag(LABEL_TAG, "first")]
    gone = [each for each in await history(store, name) if each.operation.value == "delete"]
    assert [(each.alias, each.version, each.from_version) for each in gone] == [("a", None, 1), ("b", None, 1)]
    assert len({each.change_id for each in gone}) == 1


async def test_a_version_in_production_is_deleted_by_force_alone(store: Store) -> None:
    name = await new_model(store, versions=1)
    await move(store, name, 1)
    before = await store.model_versions.get(name, 1)
    with pytest.raises(Conflict, match=rf"Version 1 of model '{name}' was not deleted.*Production"):
        await store.model_versions.delete(name, 1, DELETION)
    assert await store.model_versions.get(name, 1) == before

    await store.model_versions.delete(name, 1, DELETION, force=True)
    assert await stages(store, name) == {}


async def test_tags_are_set_overwritten_and_removed(store: Store) -> None:
    name = await new_model(store, versions=2)
    versions = store.model_versions
    await versions.set_tag(name, 1, Tag("a", "1"))
    await versions.set_tag(name, 1, Tag("a", "2"))
    await versions.set_tag(name, 1, Tag("ключ x/y", "x" * 100_000))
    await versions.set_tag(name, 1, Tag("empty", ""))
    assert [tag.key for tag in (await versions.get(name, 1)).tags] == ["a", "empty", "ключ x/y"]
    assert (await versions.get(name, 1)).tags[0] == Tag("a", "2")
    assert (await versions.get(name, 2)).tags == []

    await versions.delete_tag(name, 1, "ключ x/y")
    await versions.delete_tag(name, 1, "never there")
    assert (await versions.get(name, 1)).tags == [Tag("a", "2"), Tag("empty", "")]


@pytest.mark.parametrize("tag", [Tag("a$b", "v"), Tag("k" * 251, "v"), Tag("k", "v" * 100_001), Tag("../k", "v")])
async def test_tags_that_are_refused(store: Store, tag: Tag) -> None:
    name = await new_model(store, versions=1)
    with pytest.raises(InvalidParameter, match=r"Names may|250|100,?000"):
        await store.model_versions.set_tag(name, 1, tag)
    with pytest.raises(InvalidParameter, match=r"Names may|250|100,?000"):
        await new_version(store, name, tags=[tag])

    assert (await store.model_versions.get(name, 1)).tags == []
    assert await stages(store, name) == {1: "None"}


async def test_every_change_is_a_change_of_the_version(store: Store) -> None:
    name = await new_model(store, versions=1)
    models, versions = store.registered_models, store.model_versions
    changes: list[Change] = [
        lambda: versions.update(name, 1, "text"),
        lambda: versions.set_tag(name, 1, Tag("k", "v")),
        lambda: versions.delete_tag(name, 1, "k"),
        lambda: models.set_alias(name, "a", 1, NAMING),
        lambda: models.delete_alias(name, "a", NAMING),
        lambda: move(store, name, 1),
    ]
    for change in changes:
        before = (await versions.get(name, 1)).last_updated_timestamp
        while time.time_ns() // 1_000_000 <= before:
            pass  # the clock of milliseconds stands still for a moment
        await change()
        assert (await versions.get(name, 1)).last_updated_timestamp > before


async def test_a_label_names_a_version(store: Store) -> None:
    name, other = await new_model(store), await new_model(store)
    labels = ["20240501_120000", "2024-05-01T12:00:00.5", "Осень 日本", "x" * 255, "1000000", "v1", "-5", "1.5"]
    for label in labels:
        await new_version(store, name, label=label)
    await new_version(store, other, label=labels[0])

    for number, label in enumerate(labels, 1):
        found = await store.model_versions.get_by_label(name, label)
        assert (found.version, found.label, found.tags) == (number, label, [Tag(LABEL_TAG, label)])
        assert found == await store.model_versions.get(name, number)
    assert (await store.model_versions.get_by_label(other, labels[0])).name == other
    for label in ("unknown", "X" * 255):
        with pytest.raises(ResourceNotFound, match=rf"Model Version \(name={name}, label={label}\) not found"):
            await store.model_versions.get_by_label(name, label)
    with pytest.raises(ResourceNotFound, match=r"nobody"):
        await store.model_versions.get_by_label("nobody", "label")


async def test_a_label_is_changed_and_taken_away_with_its_tag(store: Store) -> None:
    name = await new_model(store, versions=2)
    versions = store.model_versions
    await versions.set_tag(name, 1, Tag(LABEL_TAG, "a"))
    await versions.set_tag(name, 1, Tag(LABEL_TAG, "a"))
    await versions.set_tag(name, 1, Tag(LABEL_TAG, "b"))
    assert (await versions.get_by_label(name, "b")).version == 1
    with pytest.raises(ResourceNotFound, match="not found"):
        await versions.get_by_label(name, "a")
    await versions.set_tag(name, 2, Tag(LABEL_TAG, "a"))

    await versions.delete_tag(name, 1, LABEL_TAG)
    assert ((await versions.get(name, 1)).label, (await versions.get(name, 1)).tags) == (None, [])
    await versions.set_tag(name, 2, Tag(LABEL_TAG, "b"))
    assert (await versions.get_by_label(name, "b")).version == 2


async def test_a_label_is_unique_in_its_model(store: Store) -> None:
    name = await new_model(store)
    await new_version(store, name, label="taken")
    await new_version(store, name, label="own")
    with pytest.raises(ResourceAlreadyExists, match=rf"label 'taken'.*version 1 of model '{name}'"):
        await new_version(store, name, label="taken")
    with pytest.raises(ResourceAlreadyExists, match="label 'taken'"):
        await store.model_versions.set_tag(name, 2, Tag(LABEL_TAG, "taken"))

    assert (await store.model_versions.get(name, 2)).tags == [Tag(LABEL_TAG, "own")]
    # A refused version takes no number.
    assert (await new_version(store, name)).version == 3


@pytest.mark.parametrize(
    "label",
    [
        *("", " ", "x" * 256, "a/b", "a@b", "a\nb", "a\x1fb", "1", "007", "999999", "٣"),
        *("Production", "production", "STAGING", "none", "Archived", "latest", "Latest"),
    ],
)
async def test_labels_that_are_refused(store: Store, label: str) -> None:
    name = await new_model(store, versions=1)
    with pytest.raises(InvalidParameter, match="is no label for a version"):
        await new_version(store, name, label=label)
    with pytest.raises(InvalidParameter, match="is no label for a version"):
        await store.model_versions.set_tag(name, 1, Tag(LABEL_TAG, label))

    assert await stages(store, name) == {1: "None"}
    assert (await store.model_versions.get(name, 1)).tags == []


async def new_logged_model(store: Store) -> tuple[str, str]:
    """Id of a new logged model, and of the run that made it."""
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    model = await store.logged_models.create(NewLoggedModel(experiment_id, "model", source_run_id=run_id))
    return model.model_id, run_id


async def register(store: Store, name: str, model_id: str, run_id: str) -> None:
    source = f"models:/{model_id}"
    await store.model_versions.create(NewModelVersion(name, source, source, run_id=run_id, model_id=model_id))


async def test_the_logged_model_tells_of_its_versions(store: Store) -> None:
    model_id, run_id = await new_logged_model(store)
    a, b = await new_model(store), await new_model(store)
    for name in (a, b, a):
        await register(store, name, model_id, run_id)

    tags = {tag.key: tag.value for tag in (await store.logged_models.get(model_id)).tags}
    assert json.loads(tags[MODEL_VERSIONS_TAG]) == [
        {"name": a, "version": 1},
        {"name": b, "version": 1},
        {"name": a, "version": 2},
    ]


async def test_a_logged_model_that_is_not_there_registers_nothing(store: Store) -> None:
    name = await new_model(store)
    with pytest.raises(ResourceNotFound, match="Logged model with ID"):
        await register(store, name, "m-" + "f" * 32, "")

    assert await version_names(store) == []


async def test_a_tag_that_is_no_list_of_versions_is_left_alone(store: Store) -> None:
    name = await new_model(store)
    model_id, run_id = await new_logged_model(store)
    await store.logged_models.set_tags(model_id, [Tag(MODEL_VERSIONS_TAG, "mine")])
    with pytest.raises(InvalidParameter, match=r"no JSON list.*Delete the tag"):
        await register(store, name, model_id, run_id)

    assert await version_names(store) == []
    assert (await store.logged_models.get(model_id)).tags == [Tag(MODEL_VERSIONS_TAG, "mine")]


@pytest.mark.needs(Promise.REGISTRY_INSIDE)
async def test_texts_that_are_too_long(store: Store) -> None:
    name = await new_model(store, versions=1)
    for new in (
        NewModelVersion(name, "s" * 2049, SOURCE),
        NewModelVersion(name, SOURCE, SOURCE, description="d" * 100_001),
        NewModelVersion(name, SOURCE, SOURCE, run_link="l" * 2049),
        NewModelVersion(name, SOURCE, SOURCE, run_id="r" * 257),
    ):
        with pytest.raises(InvalidParameter, match="exceeds the maximum length"):
            await store.model_versions.create(new)
    with pytest.raises(InvalidParameter, match="reason' exceeds the maximum length of 4000"):
        await move(store, name, 1, reason="r" * 4001)
    cause = Cause(Operation.PROMOTE, gate="g" * 16_385)
    with pytest.raises(InvalidParameter, match="gate' is larger than 16384 bytes"):
        await store.model_versions.change_stage(StageChange(name, 1, ModelStage.STAGING, cause))

    assert await stages(store, name) == {1: "None"}
