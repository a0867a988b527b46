"""Names and ids as long as they may be, of characters that take four bytes and do not compress: all have an index."""

import random

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, search, tags_of
from trialog.contracts import Store
from trialog.entities import (
    RUN_NAME_TAG,
    Dataset,
    DatasetInput,
    Metric,
    ModelInput,
    ModelOutput,
    NewLoggedModel,
    NewRun,
    Tag,
)
from trialog.entities.limits import MAX_ID_LENGTH, MAX_KEY_LENGTH, MAX_RUN_NAME_LENGTH
from trialog.errors import InvalidParameter

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.NO_TRUNCATION)]

FIRST_IDEOGRAPH, LAST_IDEOGRAPH = 0x20000, 0x2A6DF


def text(length: int) -> str:
    chosen = random.Random(length)  # noqa: S311  any text will do
    return "".join(chr(chosen.randint(FIRST_IDEOGRAPH, LAST_IDEOGRAPH)) for _ in range(length))


async def test_the_longest_name_of_a_run_is_kept_and_ordered_by(store: Store) -> None:
    experiment_id, name = await new_experiment(store), text(MAX_RUN_NAME_LENGTH)
    created = await store.runs.create(NewRun(experiment_id, run_name=name))
    others = [await new_run(store, experiment_id, run_name="a"), await new_run(store, experiment_id)]
    await store.runs.update(others[1], run_name=name)
    await store.runs.set_tag(others[1], Tag(RUN_NAME_TAG, name))

    found = await search(store, experiment_id, order_by=("attributes.run_name ASC",))
    assert found == ["a", name, name]
    assert tags_of(await store.runs.get(created.info.run_id)) == {RUN_NAME_TAG: name}


async def test_a_longer_name_of_a_run_is_refused_wherever_it_stands(store: Store) -> None:
    experiment_id, name = await new_experiment(store), "n" * (MAX_RUN_NAME_LENGTH + 1)
    run_id = await new_run(store, experiment_id, run_name="short")
    limit = f"{MAX_RUN_NAME_LENGTH} characters"

    with pytest.raises(InvalidParameter, match=limit):
        await store.runs.create(NewRun(experiment_id, run_name=name))
    with pytest.raises(InvalidParameter, match=limit):
        await store.runs.create(NewRun(experiment_id, tags=(Tag(RUN_NAME_TAG, name),)))
    with pytest.raises(InvalidParameter, match=limit):
        await store.runs.update(run_id, run_name=name)
    with pytest.raises(InvalidParameter, match=limit):
        await store.runs.set_tag(run_id, Tag(RUN_NAME_TAG, name))
    with pytest.raises(InvalidParameter, match=limit):
        await store.runs.log_batch(run_id, tags=[Tag(RUN_NAME_TAG, name)])
    assert await search(store, experiment_id) == ["short"]


async def test_a_measurement_on_a_dataset_with_the_longest_name_is_kept(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    model = await store.logged_models.create(NewLoggedModel(experiment_id))
    key, name, digest = "m" * MAX_KEY_LENGTH, text(500), "0123456789abcdef0123456789abcdef0123"
    metric = Metric(key, 1.0, 1, 1, model_id=model.model_id, dataset_name=name, dataset_digest=digest)
    await store.runs.log_metric(run_id, metric)

    [measured] = (await store.logged_models.get(model.model_id)).metrics
    assert (measured.key, measured.dataset_name, measured.dataset_digest) == (key, name, digest)


@pytest.mark.parametrize(("name", "digest"), [("n" * 501, "d"), ("n", "d" * 37)])
async def test_a_measurement_on_a_dataset_with_a_longer_name_is_refused(store: Store, name: str, digest: str) -> None:
    run_id = await new_run(store)

    with pytest.raises(InvalidParameter, match=r"dataset_(name|digest)' exceeds the maximum length"):
        await store.runs.log_metric(run_id, Metric("m", 1.0, 1, dataset_name=name, dataset_digest=digest))
    assert (await store.runs.get(run_id)).metrics == []


async def test_the_longest_ids_of_models_and_names_of_datasets_are_kept(store: Store) -> None:
    run_id, model_id = await new_run(store), text(MAX_ID_LENGTH)
    dataset = Dataset(text(500), text(36), "code", "{}")
    models = [ModelInput(model_id)]
    await store.runs.log_inputs(run_id, datasets=[DatasetInput(dataset, [Tag(text(255), "v")])], models=models)
    await store.runs.log_outputs(run_id, [ModelOutput(model_id, 3)])

    run = await store.runs.get(run_id)
    assert [used.dataset for used in run.dataset_inputs] == [dataset]
    assert (run.model_inputs, run.model_outputs) == (models, [ModelOutput(model_id, 3)])


async def test_a_longer_id_of_a_model_is_refused(store: Store) -> None:
    run_id, model_id = await new_run(store), "m" * (MAX_ID_LENGTH + 1)

    with pytest.raises(InvalidParameter, match="model_id' exceeds the maximum length of 256"):
        await store.runs.log_inputs(run_id, models=[ModelInput(model_id)])
    with pytest.raises(InvalidParameter, match="model_id' exceeds the maximum length of 256"):
        await store.runs.log_outputs(run_id, [ModelOutput(model_id, 1)])
    run = await store.runs.get(run_id)
    assert (run.model_inputs, run.model_outputs) == ([], [])
