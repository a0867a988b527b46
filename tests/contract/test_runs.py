import json
import re
from collections.abc import Awaitable, Callable

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, search, tags_of, unique
from trialog.contracts import Store
from trialog.entities import (
    LOGGED_MODEL_HISTORY_TAG,
    RUN_NAME_TAG,
    Dataset,
    DatasetInput,
    LifecycleStage,
    Metric,
    ModelInput,
    ModelOutput,
    NewLoggedModel,
    NewRun,
    Param,
    RunStatus,
    Tag,
)
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = pytest.mark.anyio

UNKNOWN_ID = "f" * 32
GENERATED_NAME = re.compile(r"[a-z]+-[a-z]+-\d+")
# Everything that writes to a run, except the ways in and out of the bin.
WRITES: dict[str, Callable[[Store, str], Awaitable[object]]] = {
    "update": lambda store, run_id: store.runs.update(run_id, status=RunStatus.FINISHED),
    "update name": lambda store, run_id: store.runs.update(run_id, run_name="other"),
    "log_batch": lambda store, run_id: store.runs.log_batch(run_id, tags=[Tag("k", "v")]),
    "log_batch of params": lambda store, run_id: store.runs.log_batch(run_id, params=[Param("k", "v")]),
    "log_metric": lambda store, run_id: store.runs.log_metric(run_id, Metric("k", 1.0, 1)),
    "log_param": lambda store, run_id: store.runs.log_param(run_id, Param("k", "v")),
    "set_tag": lambda store, run_id: store.runs.set_tag(run_id, Tag("k", "v")),
    "set_tag of the name": lambda store, run_id: store.runs.set_tag(run_id, Tag(RUN_NAME_TAG, "other")),
    "delete_tag": lambda store, run_id: store.runs.delete_tag(run_id, "k"),
    "log_inputs": lambda store, run_id: store.runs.log_inputs(
        run_id, datasets=[DatasetInput(Dataset("d", "1", "local", "{}"))]
    ),
    "log_inputs of models": lambda store, run_id: store.runs.log_inputs(run_id, models=[ModelInput("m-" + "0" * 32)]),
    "log_outputs": lambda store, run_id: store.runs.log_outputs(run_id, [ModelOutput("m-" + "0" * 32)]),
    "record_logged_model": lambda store, run_id: store.runs.record_logged_model(
        run_id, {"artifact_path": "m", "flavors": {}, "utc_time_created": "2026-01-01", "run_id": run_id}
    ),
}


async def test_a_new_run_reads_back_as_it_was_made(store: Store) -> None:
    experiment = await store.experiments.create(unique("experiment"))
    created = await store.runs.create(
        NewRun(
            experiment_id=experiment.experiment_id,
            user_id="ада",
            run_name="Прогон é",
            start_time=1_700_000_000_123,
            tags=(Tag("mlflow.source.name", "train.py"), Tag("empty", "")),
        )
    )

    info = created.info
    assert re.fullmatch(r"[0-9a-f]{32}", info.run_id)
    assert info.experiment_id == experiment.experiment_id
    assert (info.run_name, info.user_id, info.start_time, info.end_time) == ("Прогон é", "ада", 1_700_000_000_123, None)
    assert (info.status, info.lifecycle_stage) == (RunStatus.RUNNING, LifecycleStage.ACTIVE)
    assert info.artifact_uri == f"{experiment.artifact_location}/{info.run_id}/artifacts"
    assert tags_of(created) == {"mlflow.source.name": "train.py", "empty": "", RUN_NAME_TAG: "Прогон é"}
    assert (created.metrics, created.params) == ([], [])
    assert (created.dataset_inputs, created.model_inputs, created.model_outputs) == ([], [], [])
    assert await store.runs.get(info.run_id) == created


@pytest.mark.parametrize(
    ("location", "uri"),
    [
        ("s3://bucket/root", "s3://bucket/root/{}/artifacts"),
        ("s3://bucket/root/", "s3://bucket/root/{}/artifacts"),
        ("s3://bucket/root?versionId=3&x=y", "s3://bucket/root/{}/artifacts?versionId=3&x=y"),
        ("mlflow-artifacts:/7", "mlflow-artifacts:/7/{}/artifacts"),
    ],
)
async def test_the_artifact_uri_goes_before_any_query(store: Store, location: str, uri: str) -> None:
    experiment = await store.experiments.create(unique("experiment"), artifact_location=location)
    run_id = await new_run(store, experiment.experiment_id)

    assert (await store.runs.get(run_id)).info.artifact_uri == uri.format(run_id)


async def test_a_run_without_a_name_gets_one_of_two_words_and_a_number(store: Store) -> None:
    experiment_id = await new_experiment(store)
    names = set()
    for given in (None, "", None, None):
        run = await store.runs.create(NewRun(experiment_id, run_name=given))
        assert GENERATED_NAME.fullmatch(run.info.run_name)
        assert len(run.info.run_name) <= 20
        assert tags_of(run)[RUN_NAME_TAG] == run.info.run_name
        names.add(run.info.run_name)

    assert len(names) > 1


async def test_the_name_may_come_from_the_tag(store: Store) -> None:
    experiment_id = await new_experiment(store)
    named = await store.runs.create(NewRun(experiment_id, tags=(Tag(RUN_NAME_TAG, "from tag"),)))
    agreed = await store.runs.create(NewRun(experiment_id, run_name="same", tags=(Tag(RUN_NAME_TAG, "same"),)))

    assert named.info.run_name == "from tag"
    assert tags_of(named) == {RUN_NAME_TAG: "from tag"}
    assert agreed.info.run_name == "same"


async def test_name_and_name_tag_that_differ_are_refused(store: Store) -> None:
    experiment_id = await new_experiment(store)
    with pytest.raises(InvalidParameter, match=r"mlflow\.runName"):
        await store.runs.create(NewRun(experiment_id, run_name="one", tags=(Tag(RUN_NAME_TAG, "two"),)))

    assert await search(store, experiment_id) == []


@pytest.mark.needs(Promise.ABSENT_TIMES)
async def test_a_run_may_start_without_a_time(store: Store) -> None:
    run = await store.runs.create(NewRun(await new_experiment(store)))

    assert run.info.start_time is None
    assert (await store.runs.get(run.info.run_id)).info == run.info


async def test_names_need_not_be_unique(store: Store) -> None:
    experiment_id = await new_experiment(store)
    first = await new_run(store, experiment_id, run_name="same")
    second = await new_run(store, experiment_id, run_name="same")

    assert first != second


async def test_a_run_needs_an_active_experiment(store: Store) -> None:
    with pytest.raises(ResourceNotFound, match="No Experiment with id=987654321 exists"):
        await store.runs.create(NewRun("987654321"))
    experiment_id = await new_experiment(store)
    await store.experiments.delete(experiment_id)
    with pytest.raises(InvalidParameter, match=f"experiment {experiment_id} must be in the 'active' state"):
        await store.runs.create(NewRun(experiment_id))


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
@pytest.mark.parametrize("tag", [Tag("k" * 251, "v"), Tag("a/../b", "v"), Tag("good", "v" * 8001)])
async def test_a_first_tag_that_breaks_a_limit_is_refused(store: Store, tag: Tag) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)tag|key|value|name"):
        await store.runs.create(NewRun(await new_experiment(store), tags=(Tag("first", "v"), tag)))


async def test_an_unknown_run_is_not_found(store: Store) -> None:
    with pytest.raises(ResourceNotFound, match=f"Run with id={UNKNOWN_ID} not found"):
        await store.runs.get(UNKNOWN_ID)
    with pytest.raises(ResourceNotFound, match=f"Run with id={UNKNOWN_ID} not found"):
        await store.runs.delete(UNKNOWN_ID)
    with pytest.raises(ResourceNotFound, match=f"Run with id={UNKNOWN_ID} not found"):
        await store.runs.restore(UNKNOWN_ID)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_no_write_reaches_an_unknown_run(store: Store, write: Callable[[Store, str], Awaitable[object]]) -> None:
    with pytest.raises(ResourceNotFound, match=f"Run with id={UNKNOWN_ID} not found"):
        await write(store, UNKNOWN_ID)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_a_deleted_run_refuses_writes_and_stays_as_it_is(
    store: Store, write: Callable[[Store, str], Awaitable[object]]
) -> None:
    run_id = await new_run(store, tags=[Tag("k", "kept")])
    await store.runs.delete(run_id)
    before = await store.runs.get(run_id)
    with pytest.raises(InvalidParameter, match=f"run {run_id} must be in the 'active' state"):
        await write(store, run_id)

    assert await store.runs.get(run_id) == before


async def test_update_changes_what_is_given(store: Store) -> None:
    run_id = await new_run(store, run_name="first")
    updated = await store.runs.update(run_id, status=RunStatus.FINISHED, end_time=1_700_000_001_000)
    assert (updated.status, updated.end_time, updated.run_name) == (RunStatus.FINISHED, 1_700_000_001_000, "first")

    updated = await store.runs.update(run_id, run_name="второе")
    assert (updated.status, updated.end_time, updated.run_name) == (RunStatus.FINISHED, 1_700_000_001_000, "второе")
    read = await store.runs.get(run_id)
    assert read.info == updated
    assert tags_of(read)[RUN_NAME_TAG] == "второе"


@pytest.mark.parametrize("status", list(RunStatus))
async def test_update_takes_every_status(store: Store, status: RunStatus) -> None:
    run_id = await new_run(store)

    assert (await store.runs.update(run_id, status=status)).status is status
    assert (await store.runs.get(run_id)).info.status is status


async def test_update_with_nothing_or_an_empty_name_changes_nothing(store: Store) -> None:
    run_id = await new_run(store, run_name="kept")
    before = await store.runs.get(run_id)

    assert await store.runs.update(run_id) == before.info
    assert await store.runs.update(run_id, run_name="") == before.info
    assert await store.runs.get(run_id) == before


async def test_update_takes_any_end_time(store: Store) -> None:
    run_id = await new_run(store)
    for end_time in (2**63 - 1, 1):
        await store.runs.update(run_id, end_time=end_time)
        assert (await store.runs.get(run_id)).info.end_time == end_time


async def test_a_finished_run_may_run_again_and_takes_writes(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.update(run_id, status=RunStatus.FINISHED, end_time=5)
    await store.runs.log_param(run_id, Param("late", "1"))
    await store.runs.update(run_id, status=RunStatus.RUNNING)

    run = await store.runs.get(run_id)
    assert (run.info.status, run.info.end_time) == (RunStatus.RUNNING, 5)
    assert run.params == [Param("late", "1")]


async def test_delete_and_restore_may_be_repeated(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.restore(run_id)
    assert (await store.runs.get(run_id)).info.lifecycle_stage is LifecycleStage.ACTIVE

    for _ in range(2):
        await store.runs.delete(run_id)
        assert (await store.runs.get(run_id)).info.lifecycle_stage is LifecycleStage.DELETED
    for _ in range(2):
        await store.runs.restore(run_id)
        assert (await store.runs.get(run_id)).info.lifecycle_stage is LifecycleStage.ACTIVE


async def test_a_restored_run_has_all_it_had_and_takes_writes(store: Store) -> None:
    run_id = await new_run(store, tags=[Tag("k", "v")])
    await store.runs.log_batch(run_id, metrics=[Metric("m", 0.5, 10, 1)], params=[Param("p", "1")])
    before = await store.runs.get(run_id)
    await store.runs.delete(run_id)
    await store.runs.restore(run_id)

    assert await store.runs.get(run_id) == before
    await store.runs.log_metric(run_id, Metric("m", 0.25, 11, 2))
    assert [metric.value for metric in (await store.runs.get(run_id)).metrics] == [0.25]


async def test_deleting_a_run_leaves_its_neighbours(store: Store) -> None:
    experiment_id = await new_experiment(store)
    binned, kept = [await new_run(store, experiment_id) for _ in range(2)]
    await store.runs.delete(binned)

    assert (await store.runs.get(kept)).info.lifecycle_stage is LifecycleStage.ACTIVE
    assert (await store.experiments.get(experiment_id)).lifecycle_stage is LifecycleStage.ACTIVE


async def test_logged_models_are_recorded_one_after_the_other(store: Store) -> None:
    run_id = await new_run(store)
    first = {"artifact_path": "модель", "flavors": {"python_function": {"loader_module": "m"}}}
    second = {"artifact_path": "other", "flavors": {"sklearn": {}}}
    for model in (first, second):
        await store.runs.record_logged_model(
            run_id, {**model, "utc_time_created": "2026-01-01 00:00:00.000000", "run_id": run_id}
        )

    recorded = json.loads(tags_of(await store.runs.get(run_id))[LOGGED_MODEL_HISTORY_TAG])
    assert [item["artifact_path"] for item in recorded] == ["модель", "other"]
    assert [item["flavors"] for item in recorded] == [first["flavors"], second["flavors"]]
    assert all(item["run_id"] == run_id for item in recorded)


@pytest.mark.parametrize("missing", ["artifact_path", "flavors", "utc_time_created", "run_id"])
async def test_a_logged_model_needs_its_fields(store: Store, missing: str) -> None:
    run_id = await new_run(store)
    model = {"artifact_path": "m", "flavors": {}, "utc_time_created": "2026-01-01", "run_id": run_id}
    del model[missing]
    with pytest.raises(InvalidParameter, match=missing):
        await store.runs.record_logged_model(run_id, model)

    assert LOGGED_MODEL_HISTORY_TAG not in tags_of(await store.runs.get(run_id))


async def test_more_than_a_request_may_hold_is_refused(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = (await store.runs.create(NewRun(experiment_id))).info.run_id
    many = tuple(Tag(f"t{number}", "x") for number in range(1001))

    with pytest.raises(InvalidParameter, match="at most 1000 tags"):
        await store.runs.create(NewRun(experiment_id, tags=many))
    with pytest.raises(InvalidParameter, match="at most 1000 tags"):
        await store.experiments.create("many tags", tags=many)
    with pytest.raises(InvalidParameter, match="at most 1000 tags"):
        await store.logged_models.create(NewLoggedModel(experiment_id, tags=many))
    with pytest.raises(InvalidParameter, match="at most 1000 models"):
        await store.runs.log_outputs(run_id, [ModelOutput(f"m-{number}") for number in range(1001)])
    with pytest.raises(InvalidParameter, match="at most 1000 models"):
        await store.runs.log_inputs(run_id, models=[ModelInput(f"m-{number}") for number in range(1001)])
    with pytest.raises(InvalidParameter, match="maximum length of 256"):
        await store.runs.create(NewRun(experiment_id, user_id="x" * 257))


async def test_a_nul_is_refused_wherever_text_is_kept(store: Store) -> None:
    run_id = await new_run(store)

    with pytest.raises(InvalidParameter, match="NUL"):
        await store.experiments.create("a\0b")
    with pytest.raises(InvalidParameter, match="NUL"):
        await store.runs.set_tag(run_id, Tag("t", "a\0b"))
    with pytest.raises(InvalidParameter, match="NUL"):
        await store.runs.log_param(run_id, Param("p", "a\0b"))


async def test_a_history_of_models_does_not_grow_without_end(store: Store) -> None:
    run_id = await new_run(store)
    model = {"artifact_path": "m", "flavors": {"x" * 600_000: {}}, "utc_time_created": "now", "run_id": run_id}
    await store.runs.record_logged_model(run_id, model)

    with pytest.raises(InvalidParameter, match="maximum length of 1000000"):
        await store.runs.record_logged_model(run_id, model)
