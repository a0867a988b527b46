import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, unique
from trialog.contracts import Store
from trialog.entities import DEFAULT_EXPERIMENT_ID, Experiment, LifecycleStage, Tag
from trialog.errors import InvalidParameter, ResourceAlreadyExists, ResourceNotFound

pytestmark = pytest.mark.anyio

UNKNOWN_ID = "987654321"


def tags_of(experiment: Experiment) -> dict[str, str]:
    return {tag.key: tag.value for tag in experiment.tags}


async def test_the_default_experiment_is_there_from_the_start(store: Store) -> None:
    experiment = await store.experiments.get(DEFAULT_EXPERIMENT_ID)

    assert experiment.name == "Default"
    assert experiment.lifecycle_stage is LifecycleStage.ACTIVE
    assert (await store.experiments.get_by_name("Default")).experiment_id == DEFAULT_EXPERIMENT_ID


async def test_a_new_experiment_reads_back_as_it_was_made(store: Store) -> None:
    name = unique("Прогноз é 予測")
    created = await store.experiments.create(name, tags=[Tag("team", "risk"), Tag("empty", "")])

    assert created.name == name
    assert created.experiment_id.isdecimal()
    assert created.lifecycle_stage is LifecycleStage.ACTIVE
    assert tags_of(created) == {"team": "risk", "empty": ""}
    assert created.creation_time == created.last_update_time > 1_700_000_000_000
    assert await store.experiments.get(created.experiment_id) == created
    assert await store.experiments.get_by_name(name) == created


async def test_the_artifact_location_ends_with_the_id_when_none_is_given(store: Store) -> None:
    first = await store.experiments.create(unique("a"))
    second = await store.experiments.create(unique("b"))

    assert first.artifact_location.endswith(f"/{first.experiment_id}")
    assert second.artifact_location.endswith(f"/{second.experiment_id}")


@pytest.mark.parametrize("location", ["s3://bucket/some/path", "s3://bucket/path?versionId=3", "gs://b"])
async def test_an_artifact_location_is_kept_as_given(store: Store, location: str) -> None:
    created = await store.experiments.create(unique("a"), artifact_location=location)

    assert (await store.experiments.get(created.experiment_id)).artifact_location == location


@pytest.mark.parametrize(
    "location",
    [
        "s3://bucket/path#fragment",
        "http://host/path;params",
        "runs:/0123456789abcdef/model",
        "s3://bucket/path?where=../..",
        "s3://bucket/" + "x" * 2048,
    ],
)
async def test_a_location_that_breaks_a_limit_is_refused(store: Store, location: str) -> None:
    name = unique("a")
    with pytest.raises(InvalidParameter, match=r"(?i)artifact|query"):
        await store.experiments.create(name, artifact_location=location)

    with pytest.raises(ResourceNotFound, match="Could not find experiment with name"):
        await store.experiments.get_by_name(name)


async def test_a_name_has_1_to_500_characters(store: Store) -> None:
    longest = unique("x").ljust(500, "ж")
    assert (await store.experiments.create(longest)).name == longest

    with pytest.raises(InvalidParameter, match="500"):
        await store.experiments.create(longest + "x")
    with pytest.raises(InvalidParameter, match="name"):
        await store.experiments.create("")


async def test_a_name_is_taken_by_active_and_deleted_experiments(store: Store) -> None:
    name = unique("taken")
    experiment_id = (await store.experiments.create(name)).experiment_id

    with pytest.raises(ResourceAlreadyExists, match=rf"Experiment\(name={name}\) already exists"):
        await store.experiments.create(name)
    await store.experiments.delete(experiment_id)
    with pytest.raises(ResourceAlreadyExists, match=rf"Experiment\(name={name}\) already exists"):
        await store.experiments.create(name)
    # Names are compared letter by letter.
    assert (await store.experiments.create(name.upper())).name == name.upper()


async def test_ids_grow_and_are_not_used_again(store: Store) -> None:
    first = await new_experiment(store)
    await store.experiments.delete(first)
    second = await new_experiment(store)

    assert int(second) > int(first)


async def test_an_unknown_experiment_is_not_found(store: Store) -> None:
    with pytest.raises(ResourceNotFound, match=f"No Experiment with id={UNKNOWN_ID} exists"):
        await store.experiments.get(UNKNOWN_ID)
    with pytest.raises(ResourceNotFound, match="Could not find experiment with name 'no such name'"):
        await store.experiments.get_by_name("no such name")
    for write in (
        store.experiments.rename(UNKNOWN_ID, unique("a")),
        store.experiments.delete(UNKNOWN_ID),
        store.experiments.restore(UNKNOWN_ID),
        store.experiments.set_tag(UNKNOWN_ID, Tag("k", "v")),
        store.experiments.delete_tag(UNKNOWN_ID, "k"),
    ):
        with pytest.raises(ResourceNotFound, match=f"No Experiment with id={UNKNOWN_ID} exists"):
            await write


@pytest.mark.parametrize("experiment_id", ["abc", "1.5", "1; DROP TABLE runs"])
async def test_an_id_that_is_no_number_finds_nothing(store: Store, experiment_id: str) -> None:
    with pytest.raises((InvalidParameter, ResourceNotFound), match=r"(?i)experiment"):
        await store.experiments.get(experiment_id)


async def test_renaming_changes_name_and_time(store: Store) -> None:
    experiment = await store.experiments.create(unique("old"))
    name = unique("новое имя")
    await store.experiments.rename(experiment.experiment_id, name)

    renamed = await store.experiments.get(experiment.experiment_id)
    assert renamed.name == name
    assert renamed.creation_time == experiment.creation_time
    assert renamed.last_update_time >= experiment.last_update_time
    with pytest.raises(ResourceNotFound, match="Could not find experiment"):
        await store.experiments.get_by_name(experiment.name)
    assert (await store.experiments.create(experiment.name)).name == experiment.name


async def test_an_experiment_may_be_renamed_to_its_own_name(store: Store) -> None:
    experiment = await store.experiments.create(unique("same"))
    await store.experiments.rename(experiment.experiment_id, experiment.name)

    assert (await store.experiments.get(experiment.experiment_id)).name == experiment.name


async def test_a_name_that_breaks_a_limit_is_refused_by_rename(store: Store) -> None:
    experiment = await store.experiments.create(unique("kept"))
    for name in ("", "x" * 501):
        with pytest.raises(InvalidParameter, match="name"):
            await store.experiments.rename(experiment.experiment_id, name)

    assert (await store.experiments.get(experiment.experiment_id)) == experiment


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_renaming_to_a_taken_name_is_refused(store: Store) -> None:
    taken = await store.experiments.create(unique("taken"))
    binned = await store.experiments.create(unique("binned"))
    await store.experiments.delete(binned.experiment_id)
    experiment_id = await new_experiment(store)

    for name in (taken.name, binned.name):
        with pytest.raises(ResourceAlreadyExists, match="already exists"):
            await store.experiments.rename(experiment_id, name)


async def test_deleting_puts_the_experiment_and_its_runs_into_the_bin(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_ids = [await new_run(store, experiment_id) for _ in range(3)]
    other = await new_run(store)
    await store.experiments.delete(experiment_id)

    assert (await store.experiments.get(experiment_id)).lifecycle_stage is LifecycleStage.DELETED
    for run_id in run_ids:
        assert (await store.runs.get(run_id)).info.lifecycle_stage is LifecycleStage.DELETED
    assert (await store.runs.get(other)).info.lifecycle_stage is LifecycleStage.ACTIVE


async def test_restoring_makes_all_runs_active_also_those_deleted_before(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_ids = [await new_run(store, experiment_id) for _ in range(2)]
    await store.runs.delete(run_ids[0])
    await store.experiments.delete(experiment_id)
    await store.experiments.restore(experiment_id)

    assert (await store.experiments.get(experiment_id)).lifecycle_stage is LifecycleStage.ACTIVE
    for run_id in run_ids:
        assert (await store.runs.get(run_id)).info.lifecycle_stage is LifecycleStage.ACTIVE


async def test_an_experiment_is_deleted_once_and_restored_once(store: Store) -> None:
    experiment_id = await new_experiment(store)

    with pytest.raises(ResourceNotFound, match=f"No Experiment with id={experiment_id} exists"):
        await store.experiments.restore(experiment_id)
    await store.experiments.delete(experiment_id)
    with pytest.raises(ResourceNotFound, match=f"No Experiment with id={experiment_id} exists"):
        await store.experiments.delete(experiment_id)


async def test_a_deleted_experiment_can_be_read_and_keeps_its_tags(store: Store) -> None:
    experiment = await store.experiments.create(unique("binned"), tags=[Tag("k", "v")])
    await store.experiments.delete(experiment.experiment_id)

    found = await store.experiments.get_by_name(experiment.name)
    assert found.experiment_id == experiment.experiment_id
    assert tags_of(found) == {"k": "v"}


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_a_deleted_experiment_is_not_renamed(store: Store) -> None:
    experiment = await store.experiments.create(unique("binned"))
    await store.experiments.delete(experiment.experiment_id)

    with pytest.raises(InvalidParameter, match="active"):
        await store.experiments.rename(experiment.experiment_id, unique("new"))
    assert (await store.experiments.get(experiment.experiment_id)).name == experiment.name


async def test_a_deleted_experiment_takes_no_tags(store: Store) -> None:
    experiment = await store.experiments.create(unique("binned"), tags=[Tag("k", "v")])
    await store.experiments.delete(experiment.experiment_id)

    with pytest.raises(InvalidParameter, match="must be in the 'active' state"):
        await store.experiments.set_tag(experiment.experiment_id, Tag("k", "changed"))
    with pytest.raises(InvalidParameter, match="must be in the 'active' state"):
        await store.experiments.delete_tag(experiment.experiment_id, "k")
    assert tags_of(await store.experiments.get(experiment.experiment_id)) == {"k": "v"}


async def test_tags_are_set_overwritten_and_removed(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await store.experiments.set_tag(experiment_id, Tag("k", "first"))
    await store.experiments.set_tag(experiment_id, Tag("k", "second"))
    await store.experiments.set_tag(experiment_id, Tag("mlflow.note.content", "# Заметка\n* строка"))

    assert tags_of(await store.experiments.get(experiment_id)) == {
        "k": "second",
        "mlflow.note.content": "# Заметка\n* строка",
    }
    await store.experiments.delete_tag(experiment_id, "k")
    assert "k" not in tags_of(await store.experiments.get(experiment_id))
    with pytest.raises(ResourceNotFound, match="No tag with name: k"):
        await store.experiments.delete_tag(experiment_id, "k")


async def test_limits_of_experiment_tags(store: Store) -> None:
    experiment_id = await new_experiment(store)
    largest = Tag("k" * 250, "v" * 20_000)
    await store.experiments.set_tag(experiment_id, largest)
    assert (await store.experiments.get(experiment_id)).tags == [largest]

    with pytest.raises(InvalidParameter, match="250"):
        await store.experiments.set_tag(experiment_id, Tag("k" * 251, "v"))
    with pytest.raises(InvalidParameter, match=r"(?i)20,?000"):
        await store.experiments.set_tag(experiment_id, Tag("other", "v" * 20_001))
    with pytest.raises(InvalidParameter, match=r"(?i)key|name"):
        await store.experiments.set_tag(experiment_id, Tag("a//b", "v"))
    assert (await store.experiments.get(experiment_id)).tags == [largest]


async def test_a_first_tag_that_breaks_a_limit_makes_no_experiment(store: Store) -> None:
    name = unique("none")
    with pytest.raises(InvalidParameter, match="250"):
        await store.experiments.create(name, tags=[Tag("good", "v"), Tag("k" * 251, "v")])

    with pytest.raises(ResourceNotFound, match="Could not find experiment"):
        await store.experiments.get_by_name(name)
