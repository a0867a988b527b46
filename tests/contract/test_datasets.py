import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import Dataset, DatasetInput, DatasetSummary, ModelInput, ModelOutput, NewLoggedModel, Tag
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio

CONTEXT = "mlflow.data.context"


def used(name: str, digest: str = "1", context: str | None = None) -> DatasetInput:
    tags = [] if context is None else [Tag(CONTEXT, context)]
    return DatasetInput(Dataset(name, digest, "local", '{"uri": "data.csv"}'), tags)


async def test_a_dataset_reads_back_as_it_was_logged(store: Store) -> None:
    run_id = await new_run(store)
    whole = DatasetInput(
        Dataset(
            "Ирисы é", "0a1b2c3d", "http", '{"url": "https://example.org/iris"}', '{"columns": []}', '{"rows": 150}'
        ),
        [Tag(CONTEXT, "training"), Tag("note", "ж")],
    )
    bare = used("bare")
    await store.runs.log_inputs(run_id, datasets=[whole, bare])

    found = (await store.runs.get(run_id)).dataset_inputs
    assert {each.dataset.name: each for each in found} == {"Ирисы é": whole, "bare": bare}


@pytest.mark.parametrize("together", [True, False])
async def test_a_repeated_input_is_kept_once(store: Store, *, together: bool) -> None:
    run_id = await new_run(store)
    inputs = [used("d", "1", "training"), used("d", "1", "training"), used("d", "2", "training")]
    if together:
        await store.runs.log_inputs(run_id, datasets=inputs)
    else:
        for each in inputs:
            await store.runs.log_inputs(run_id, datasets=[each])

    found = (await store.runs.get(run_id)).dataset_inputs
    assert sorted((each.dataset.name, each.dataset.digest) for each in found) == [("d", "1"), ("d", "2")]


async def test_two_runs_share_a_dataset_and_keep_their_own_context(store: Store) -> None:
    experiment_id = await new_experiment(store)
    first, second = [await new_run(store, experiment_id) for _ in range(2)]
    await store.runs.log_inputs(first, datasets=[used("d", "1", "training")])
    await store.runs.log_inputs(second, datasets=[used("d", "1", "evaluation")])

    assert (await store.runs.get(first)).dataset_inputs == [used("d", "1", "training")]
    assert (await store.runs.get(second)).dataset_inputs == [used("d", "1", "evaluation")]


@pytest.mark.parametrize(
    ("dataset", "limit"),
    [
        (Dataset("x" * 501, "1", "local", "{}"), "500"),
        (Dataset("d", "x" * 37, "local", "{}"), "36"),
        (Dataset("d", "1", "local", "x" * 65_536), "65,?535"),
        (Dataset("d", "1", "local", "{}", schema="x" * 1_048_576), "1,?048,?575"),
        (Dataset("d", "1", "local", "{}", profile="x" * 16_777_216), "16,?777,?215"),
    ],
    ids=["name", "digest", "source", "schema", "profile"],
)
async def test_limits_of_a_dataset(store: Store, dataset: Dataset, limit: str) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match=limit):
        await store.runs.log_inputs(run_id, datasets=[used("good"), DatasetInput(dataset)])

    assert (await store.runs.get(run_id)).dataset_inputs == []


@pytest.mark.parametrize(("tag", "limit"), [(Tag("x" * 256, "v"), "255"), (Tag("k", "x" * 501), "500")])
async def test_limits_of_the_tags_of_an_input(store: Store, tag: Tag, limit: str) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match=limit):
        await store.runs.log_inputs(run_id, datasets=[DatasetInput(Dataset("d", "1", "local", "{}"), [tag])])

    assert (await store.runs.get(run_id)).dataset_inputs == []


async def test_the_largest_dataset_is_kept_whole(store: Store) -> None:
    run_id = await new_run(store)
    largest = DatasetInput(
        Dataset("ж" * 500, "x" * 36, "local", "s" * 65_535, "c" * 1_048_575),
        [Tag("k" * 255, "v" * 500)],
    )
    await store.runs.log_inputs(run_id, datasets=[largest])

    assert (await store.runs.get(run_id)).dataset_inputs == [largest]


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_at_most_1000_datasets_in_a_request(store: Store) -> None:
    run_id = await new_run(store)
    with pytest.raises(InvalidParameter, match=r"1,?000"):
        await store.runs.log_inputs(run_id, datasets=[used("d", str(number)) for number in range(1001)])

    assert (await store.runs.get(run_id)).dataset_inputs == []


async def test_models_are_inputs_and_outputs(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    read, made, other = [(await store.logged_models.create(NewLoggedModel(experiment_id))).model_id for _ in range(3)]
    await store.runs.log_inputs(run_id, models=[ModelInput(read)], datasets=[used("d")])
    await store.runs.log_outputs(run_id, [ModelOutput(made, 3), ModelOutput(other, 2**40)])

    run = await store.runs.get(run_id)
    assert run.model_inputs == [ModelInput(read)]
    assert {each.model_id: each.step for each in run.model_outputs} == {made: 3, other: 2**40}
    assert run.dataset_inputs == [used("d")]


@pytest.mark.needs(Promise.REPEATABLE)
async def test_a_repeated_model_is_kept_once(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    model_id = (await store.logged_models.create(NewLoggedModel(experiment_id))).model_id
    for _ in range(2):
        await store.runs.log_inputs(run_id, models=[ModelInput(model_id), ModelInput(model_id)])
        await store.runs.log_outputs(run_id, [ModelOutput(model_id, 3), ModelOutput(model_id, 3)])

    run = await store.runs.get(run_id)
    assert run.model_inputs == [ModelInput(model_id)]
    assert run.model_outputs == [ModelOutput(model_id, 3)]


async def test_dataset_summaries_name_each_context_once(store: Store) -> None:
    experiment_id = await new_experiment(store)
    other_experiment = await new_experiment(store)
    first, second = [await new_run(store, experiment_id) for _ in range(2)]
    other = await new_run(store, other_experiment)
    await store.runs.log_inputs(first, datasets=[used("d", "1", "training"), used("bare")])
    await store.runs.log_inputs(second, datasets=[used("d", "1", "evaluation"), used("bare")])
    await store.runs.log_inputs(other, datasets=[used("d", "1", "training")])

    def by_name(summaries: list[DatasetSummary]) -> list[DatasetSummary]:
        return sorted(summaries, key=lambda each: (each.experiment_id, each.name, each.context or ""))

    assert by_name(await store.datasets.search([experiment_id])) == [
        DatasetSummary(experiment_id, "bare", "1"),
        DatasetSummary(experiment_id, "d", "1", "evaluation"),
        DatasetSummary(experiment_id, "d", "1", "training"),
    ]
    both = await store.datasets.search([experiment_id, other_experiment])
    assert len(both) == 4
    assert await store.datasets.search([await new_experiment(store)]) == []


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_dataset_summaries_leave_deleted_runs_out(store: Store) -> None:
    experiment_id = await new_experiment(store)
    kept, binned = [await new_run(store, experiment_id) for _ in range(2)]
    await store.runs.log_inputs(kept, datasets=[used("kept")])
    await store.runs.log_inputs(binned, datasets=[used("kept"), used("binned")])
    await store.runs.delete(binned)

    assert await store.datasets.search([experiment_id]) == [DatasetSummary(experiment_id, "kept", "1")]


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_dataset_summaries_come_newest_use_first_and_at_most_1000(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    for digest in range(3):
        await store.runs.log_inputs(run_id, datasets=[used("d", str(digest))])
    assert [each.digest for each in await store.datasets.search([experiment_id])] == ["2", "1", "0"]

    await store.runs.log_inputs(run_id, datasets=[used("many", str(number)) for number in range(1000)])
    assert len(await store.datasets.search([experiment_id])) == 1000
