import re

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, unique
from trialog.contracts import Store
from trialog.entities import LoggedModel, LoggedModelSearch, LoggedModelStatus, Metric, NewLoggedModel, Param, Tag
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = pytest.mark.anyio

UNKNOWN_ID = "m-" + "f" * 32


def tags_of(model: LoggedModel) -> dict[str, str]:
    return {tag.key: tag.value for tag in model.tags}


def params_of(model: LoggedModel) -> dict[str, str]:
    return {param.key: param.value for param in model.params}


async def new_model(store: Store, experiment_id: str | None = None, name: str | None = "model") -> str:
    experiment_id = experiment_id or await new_experiment(store)
    return (await store.logged_models.create(NewLoggedModel(experiment_id, name))).model_id


async def test_a_new_model_reads_back_as_it_was_made(store: Store) -> None:
    experiment = await store.experiments.create(unique("experiment"))
    run_id = await new_run(store, experiment.experiment_id)
    created = await store.logged_models.create(
        NewLoggedModel(
            experiment.experiment_id,
            name="Модель 1",
            model_type="sklearn",
            source_run_id=run_id,
            params=(Param("a", "1"), Param("b", "")),
            tags=(Tag("k", "v"), Tag("ключ", "значение")),
        )
    )

    assert re.fullmatch(r"m-[0-9a-f]{32}", created.model_id)
    assert created.artifact_uri == f"{experiment.artifact_location}/models/{created.model_id}/artifacts"
    assert (created.experiment_id, created.name) == (experiment.experiment_id, "Модель 1")
    assert (created.model_type, created.source_run_id) == ("sklearn", run_id)
    assert created.status is LoggedModelStatus.PENDING
    assert created.creation_timestamp == created.last_updated_timestamp > 1_700_000_000_000
    assert params_of(created) == {"a": "1", "b": ""}
    assert tags_of(created) == {"k": "v", "ключ": "значение"}
    assert created.metrics == []
    assert await store.logged_models.get(created.model_id) == created


async def test_a_model_without_a_name_gets_one(store: Store) -> None:
    experiment_id = await new_experiment(store)
    model = await store.logged_models.create(NewLoggedModel(experiment_id))

    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", model.name)
    assert (model.model_type or None, model.source_run_id or None) == (None, None)


async def test_names_need_not_be_unique(store: Store) -> None:
    experiment_id = await new_experiment(store)

    assert await new_model(store, experiment_id) != await new_model(store, experiment_id)


@pytest.mark.parametrize("name", ["a/b", "a:b", "a.b", "a%b", 'a"b', "a'b"])
async def test_names_that_are_refused(store: Store, name: str) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)name"):
        await store.logged_models.create(NewLoggedModel(await new_experiment(store), name))


async def test_a_model_needs_an_active_experiment(store: Store) -> None:
    with pytest.raises(ResourceNotFound, match="No Experiment with id=987654321 exists"):
        await store.logged_models.create(NewLoggedModel("987654321"))
    experiment_id = await new_experiment(store)
    await store.experiments.delete(experiment_id)
    with pytest.raises(InvalidParameter, match="must be in the 'active' state"):
        await store.logged_models.create(NewLoggedModel(experiment_id))


@pytest.mark.parametrize("status", [LoggedModelStatus.READY, LoggedModelStatus.UPLOAD_FAILED])
async def test_finalize_says_how_it_ended(store: Store, status: LoggedModelStatus) -> None:
    model_id = await new_model(store)
    before = await store.logged_models.get(model_id)
    model = await store.logged_models.finalize(model_id, status)

    assert model.status is status
    assert model.last_updated_timestamp >= before.last_updated_timestamp
    assert await store.logged_models.get(model_id) == model
    # A client that repeats its request is answered again.
    assert (await store.logged_models.finalize(model_id, status)).status is status


async def test_an_unknown_model_is_not_found(store: Store) -> None:
    for request in (
        store.logged_models.get(UNKNOWN_ID),
        store.logged_models.finalize(UNKNOWN_ID, LoggedModelStatus.READY),
        store.logged_models.delete(UNKNOWN_ID),
        store.logged_models.set_tags(UNKNOWN_ID, [Tag("k", "v")]),
        store.logged_models.delete_tag(UNKNOWN_ID, "k"),
        store.logged_models.log_params(UNKNOWN_ID, [Param("k", "v")]),
    ):
        with pytest.raises(ResourceNotFound, match=f"Logged model with ID '{UNKNOWN_ID}' not found"):
            await request


async def test_a_deleted_model_is_gone_from_reads(store: Store) -> None:
    experiment_id = await new_experiment(store)
    binned, kept = [await new_model(store, experiment_id) for _ in range(2)]
    await store.logged_models.delete(binned)

    with pytest.raises(ResourceNotFound, match=f"Logged model with ID '{binned}' not found"):
        await store.logged_models.get(binned)
    assert (await store.logged_models.get(binned, allow_deleted=True)).model_id == binned
    found = (await store.logged_models.search(LoggedModelSearch((experiment_id,)))).items
    assert [model.model_id for model in found] == [kept]


async def test_tags_are_set_overwritten_and_removed(store: Store) -> None:
    model_id = await new_model(store)
    await store.logged_models.set_tags(model_id, [Tag("a", "1"), Tag("b", "2")])
    model = await store.logged_models.set_tags(model_id, [Tag("b", "3"), Tag("mlflow.x", "4")])
    assert tags_of(model) == {"a": "1", "b": "3", "mlflow.x": "4"}
    assert tags_of(await store.logged_models.get(model_id)) == tags_of(model)

    await store.logged_models.delete_tag(model_id, "b")
    assert tags_of(await store.logged_models.get(model_id)) == {"a": "1", "mlflow.x": "4"}
    with pytest.raises(ResourceNotFound, match=r"(?i)tag"):
        await store.logged_models.delete_tag(model_id, "b")


async def test_params_are_added(store: Store) -> None:
    model_id = await new_model(store)
    await store.logged_models.log_params(model_id, [Param("a", "1")])
    await store.logged_models.log_params(model_id, [Param("b", "x" * 500), Param("c", "")])

    assert params_of(await store.logged_models.get(model_id)) == {"a": "1", "b": "x" * 500, "c": ""}


@pytest.mark.needs(Promise.REPEATABLE)
async def test_a_param_stays_what_it_is(store: Store) -> None:
    model_id = await new_model(store)
    await store.logged_models.log_params(model_id, [Param("a", "1")])
    await store.logged_models.log_params(model_id, [Param("a", "1")])
    with pytest.raises(InvalidParameter, match=r"(?i)param"):
        await store.logged_models.log_params(model_id, [Param("new", "1"), Param("a", "2")])

    assert params_of(await store.logged_models.get(model_id)) == {"a": "1"}


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_limits_of_tags_and_params(store: Store) -> None:
    model_id = await new_model(store)
    for write in (
        store.logged_models.set_tags(model_id, [Tag("good", "v"), Tag("k" * 251, "v")]),
        store.logged_models.log_params(model_id, [Param("good", "v"), Param("k" * 251, "v")]),
        store.logged_models.log_params(model_id, [Param("good", "v"), Param("k", "v" * 6001)]),
    ):
        with pytest.raises(InvalidParameter, match=r"250|6,?000"):
            await write

    model = await store.logged_models.get(model_id)
    assert (model.tags, model.params) == ([], [])


async def test_metrics_with_a_model_are_the_runs_and_the_models(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    model_id = await new_model(store, experiment_id)
    on_iris = Metric("acc", 0.5, 10, 1, model_id, "iris", "d1")
    on_wine = Metric("acc", 0.75, 20, 2, model_id, "wine", "d2")
    plain = Metric("loss", 0.25, 10, 1, model_id)
    await store.runs.log_metric(run_id, on_iris)
    await store.runs.log_batch(run_id, metrics=[on_wine, plain, Metric("other", 1.0, 10, 1)])

    found = (await store.logged_models.get(model_id)).metrics
    assert {
        (
            each.key,
            each.value,
            each.timestamp,
            each.step,
            each.dataset_name,
            each.dataset_digest,
            each.model_id,
            each.run_id,
        )
        for each in found
    } == {
        ("acc", 0.5, 10, 1, "iris", "d1", model_id, run_id),
        ("acc", 0.75, 20, 2, "wine", "d2", model_id, run_id),
        ("loss", 0.25, 10, 1, None, None, model_id, run_id),
    }
    run = await store.runs.get(run_id)
    assert {metric.key: metric.value for metric in run.metrics} == {"acc": 0.75, "loss": 0.25, "other": 1.0}
    history = (await store.metrics.history(run_id, "acc")).items
    assert [(metric.timestamp, metric.value) for metric in history] == [(10, 0.5), (20, 0.75)]


async def test_a_repeated_metric_of_a_model_is_kept_once(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    model_id = await new_model(store, experiment_id)
    metric = Metric("acc", 0.5, 10, 1, model_id, "iris", "d1")
    await store.runs.log_metric(run_id, metric)
    await store.runs.log_metric(run_id, metric)
    await store.runs.log_batch(run_id, metrics=[metric, metric])

    assert len((await store.logged_models.get(model_id)).metrics) == 1
    assert len((await store.metrics.history(run_id, "acc")).items) == 1


async def test_two_runs_measure_one_model(store: Store) -> None:
    experiment_id = await new_experiment(store)
    model_id = await new_model(store, experiment_id)
    run_ids = [await new_run(store, experiment_id) for _ in range(2)]
    for number, run_id in enumerate(run_ids):
        await store.runs.log_metric(run_id, Metric("acc", number / 2, 10, 1, model_id))

    found = (await store.logged_models.get(model_id)).metrics
    assert {metric.run_id: metric.value for metric in found} == {run_ids[0]: 0.0, run_ids[1]: 0.5}


async def test_deleting_a_deleted_model_is_no_error(store: Store) -> None:
    model_id = await new_model(store)
    await store.logged_models.delete(model_id)
    await store.logged_models.delete(model_id)


async def test_keys_of_models_may_have_any_characters(store: Store) -> None:
    model_id = await new_model(store)
    await store.logged_models.set_tags(model_id, [Tag("a$b?", "1")])
    await store.logged_models.log_params(model_id, [Param("x=y", "2")])

    model = await store.logged_models.get(model_id)
    assert (model.tags, model.params) == ([Tag("a$b?", "1")], [Param("x=y", "2")])
