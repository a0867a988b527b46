"""What is in the bin, and what is left of what was removed from it for good: nothing."""

import asyncio
import time

import pytest

from tests.contract.registry_samples import DELETION, new_model
from tests.contract.samples import all_items, new_experiment, new_run, unique
from trialog.artifacts import ArtifactRoots
from trialog.contracts import Store
from trialog.entities import (
    Dataset,
    DatasetInput,
    HistorySearch,
    LifecycleStage,
    LoggedModelSearch,
    Metric,
    ModelOutput,
    NewLoggedModel,
    NewModelVersion,
    NewRun,
    Param,
    RunSearch,
    Tag,
    ViewType,
)
from trialog.entities.bin import BinKind, BinSelection
from trialog.errors import Conflict, InvalidParameter, ResourceNotFound
from trialog.retention import RemovalReport, remove_for_good

pytestmark = pytest.mark.anyio

NO_ARTIFACTS = ArtifactRoots(None)
EVERYTHING = BinSelection()
HOUR = 3_600_000


async def remove(store: Store, selection: BinSelection = EVERYTHING) -> RemovalReport:
    """Remove until nothing is left to do."""
    report = await remove_for_good(store.bin, NO_ARTIFACTS, selection)
    assert report.is_done
    return report


async def full_run(store: Store, experiment_id: str | None = None, *, points: int = 30) -> str:
    """Id of a run with something of everything."""
    run_id = await new_run(store, experiment_id, tags=[Tag("note", "a")])
    metrics = [Metric(key, step / 7, 1000 + step, step) for key in ("loss", "accuracy") for step in range(points)]
    for start in range(0, len(metrics), 900):
        await store.runs.log_batch(run_id, metrics=metrics[start : start + 900], params=[Param("lr", "0.1")])
    dataset = Dataset("prices", "d1", "local", "file.csv")
    await store.runs.log_inputs(run_id, datasets=[DatasetInput(dataset, [Tag("mlflow.data.context", "train")])])
    await store.runs.log_outputs(run_id, [ModelOutput("m-1", 3)])
    return run_id


async def binned_run(store: Store, experiment_id: str | None = None) -> str:
    run_id = await full_run(store, experiment_id)
    await store.runs.delete(run_id)
    return run_id


async def runs_of(store: Store, experiment_id: str) -> set[str]:
    page = await store.runs.search(RunSearch((experiment_id,), view_type=ViewType.ALL))
    return {run.info.run_id for run in page.items}


async def is_there(store: Store, run_id: str) -> bool:
    try:
        await store.runs.get(run_id)
    except ResourceNotFound:
        return False
    return True


async def test_nobody_reaches_a_run_that_was_removed(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await binned_run(store, experiment_id)
    await remove(store, BinSelection(run_ids=(run_id,)))

    assert await runs_of(store, experiment_id) == set()
    for reaching in (
        lambda: store.runs.get(run_id),
        lambda: store.runs.restore(run_id),
        lambda: store.runs.delete(run_id),
        lambda: store.runs.log_metric(run_id, Metric("loss", 1.0, 1, 1)),
        lambda: store.metrics.history(run_id, "loss"),
        lambda: remove(store, BinSelection(run_ids=(run_id,))),
    ):
        with pytest.raises(ResourceNotFound, match="not found"):
            await reaching()
    assert await store.metrics.history_of_runs([run_id], "loss", max_results=10) == []
    assert await store.metrics.ranges([experiment_id]) == []
    assert await store.datasets.search([experiment_id]) == []


async def test_runs_beside_it_stay_as_they_are(store: Store) -> None:
    experiment_id = await new_experiment(store)
    kept, removed, in_bin = [await full_run(store, experiment_id, points=500) for _ in range(3)]
    before = await store.runs.get(kept), (await store.metrics.history(kept, "loss")).items
    await store.runs.delete(removed)
    await store.runs.delete(in_bin)
    await remove(store, BinSelection(run_ids=(removed,)))

    assert await runs_of(store, experiment_id) == {kept, in_bin}
    assert (await store.runs.get(kept), (await store.metrics.history(kept, "loss")).items) == before
    assert len(await store.datasets.search([experiment_id])) == 1
    await store.runs.restore(in_bin)
    assert len((await store.metrics.history(in_bin, "accuracy")).items) == 500


async def test_a_later_run_gets_nothing_of_one_that_was_removed(store: Store) -> None:
    experiment_id = await new_experiment(store)
    await binned_run(store, experiment_id)
    await remove(store)
    later = await new_run(store, experiment_id)

    run = await store.runs.get(later)
    assert (run.metrics, run.params, run.dataset_inputs, run.model_outputs) == ([], [], [], [])
    await store.runs.log_metric(later, Metric("loss", 5.0, 1, 1))
    assert [point.value for point in (await store.metrics.history(later, "loss")).items] == [5.0]


async def test_an_active_run_is_refused_and_nothing_is_removed(store: Store) -> None:
    active, in_bin = await full_run(store), await binned_run(store)
    with pytest.raises(InvalidParameter, match=f"The run {active} is active and not in the bin"):
        await remove(store, BinSelection(run_ids=(in_bin, active)))
    with pytest.raises(ResourceNotFound, match="not found"):
        await remove(store, BinSelection(run_ids=(in_bin, "nothing")))

    assert await is_there(store, in_bin)
    assert len((await store.metrics.history(active, "loss")).items) == 30


async def test_emptying_takes_what_is_in_the_bin_alone(store: Store) -> None:
    experiment_id = await new_experiment(store)
    active, restored, in_bin = [await full_run(store, experiment_id) for _ in range(3)]
    for run_id in (restored, in_bin):
        await store.runs.delete(run_id)
    await store.runs.restore(restored)
    await remove(store)

    assert await runs_of(store, experiment_id) == {active, restored}
    assert len((await store.metrics.history(restored, "loss")).items) == 30


async def test_only_what_lies_there_long_enough_is_removed(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await binned_run(store, experiment_id)
    an_hour_ago = int(time.time() * 1000) - HOUR
    await remove(store, BinSelection(deleted_before=an_hour_ago))
    with pytest.raises(InvalidParameter, match="was deleted later than asked"):
        await remove(store, BinSelection(run_ids=(run_id,), deleted_before=an_hour_ago))
    assert await runs_of(store, experiment_id) == {run_id}
    assert (await store.bin.look(BinSelection(deleted_before=an_hour_ago))).runs == 0


async def test_the_bin_says_what_is_in_it(store: Store) -> None:
    before = await store.bin.look(EVERYTHING)
    run_id = await binned_run(store)
    experiment_id = await new_experiment(store)
    await full_run(store, experiment_id)
    await store.experiments.delete(experiment_id)
    found = await store.bin.look(EVERYTHING)

    assert (found.experiments - before.experiments, found.runs - before.runs) == (1, 2)
    assert found.points - before.points == 120
    assert found.estimated_bytes > before.estimated_bytes
    assert found.oldest is not None
    assert abs(found.oldest / 1000 - time.time()) < 3600
    one = await store.bin.look(BinSelection(run_ids=(run_id,)))
    assert (one.experiments, one.runs, one.points, one.being_removed) == (0, 1, 60, 0)
    assert (await store.bin.look(BinSelection(experiment_ids=(experiment_id,)))).runs == 1
    await remove(store)
    assert (await store.bin.look(EVERYTHING)).runs == 0


async def test_an_experiment_goes_with_all_it_holds(store: Store) -> None:
    name = unique("experiment")
    experiment = await store.experiments.create(name, tags=[Tag("team", "risk")])
    run_ids = [await full_run(store, experiment.experiment_id) for _ in range(3)]
    model = await store.logged_models.create(NewLoggedModel(experiment.experiment_id, "net", source_run_id=run_ids[0]))
    await store.runs.log_batch(run_ids[0], metrics=[Metric("auc", 0.7, 1, 1, model_id=model.model_id)])
    beside = await full_run(store)
    await store.experiments.delete(experiment.experiment_id)
    await remove(store, BinSelection(experiment_ids=(experiment.experiment_id,)))

    with pytest.raises(ResourceNotFound, match="No Experiment"):
        await store.experiments.get(experiment.experiment_id)
    with pytest.raises(ResourceNotFound, match="No Experiment"):
        await store.experiments.restore(experiment.experiment_id)
    with pytest.raises(ResourceNotFound, match="not found"):
        await store.logged_models.get(model.model_id, allow_deleted=True)
    assert [await is_there(store, run_id) for run_id in run_ids] == [False, False, False]
    assert await is_there(store, beside)
    again = await store.experiments.create(name)
    assert again.experiment_id != experiment.experiment_id
    assert await runs_of(store, again.experiment_id) == set()


async def test_an_experiment_that_is_not_in_the_bin_is_refused(store: Store) -> None:
    experiment_id = await new_experiment(store)
    with pytest.raises(InvalidParameter, match=f"The experiment {experiment_id} is active and not in the bin"):
        await remove(store, BinSelection(experiment_ids=(experiment_id,)))
    with pytest.raises(ResourceNotFound, match="No Experiment with id=987654321"):
        await remove(store, BinSelection(experiment_ids=("987654321",)))
    assert (await store.experiments.get(experiment_id)).lifecycle_stage is LifecycleStage.ACTIVE


async def test_an_experiment_with_a_restored_run_is_refused_and_left_when_the_bin_is_emptied(store: Store) -> None:
    experiment_id = await new_experiment(store)
    restored, deleted = await full_run(store, experiment_id), await full_run(store, experiment_id)
    await store.experiments.delete(experiment_id)
    await store.runs.restore(restored)
    with pytest.raises(Conflict, match="holds an active run"):
        await remove(store, BinSelection(experiment_ids=(experiment_id,)))
    assert await runs_of(store, experiment_id) == {restored, deleted}
    await remove(store)

    assert await runs_of(store, experiment_id) == {restored}
    assert (await store.experiments.get(experiment_id)).lifecycle_stage is LifecycleStage.DELETED


async def test_the_default_experiment_stays(store: Store) -> None:
    run_id = (await store.runs.create(NewRun("0", "ada"))).info.run_id
    await store.experiments.delete("0")
    try:
        with pytest.raises(Conflict, match="always there"):
            await remove(store, BinSelection(experiment_ids=("0",)))
        await remove(store)
        assert not await is_there(store, run_id)
    finally:
        await store.experiments.restore("0")
    assert (await store.experiments.get("0")).name == "Default"


async def test_what_a_version_comes_from_stays_until_the_version_is_deleted(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await binned_run(store, experiment_id)
    name = await new_model(store)
    version = await store.model_versions.create(
        NewModelVersion(name=name, source="s3://b/m", storage_location="s3://b/m", run_id=run_id)
    )
    with pytest.raises(Conflict, match=f"Version 1 of the registered model '{name}' comes from the run {run_id}"):
        await remove(store, BinSelection(run_ids=(run_id,)))
    await store.experiments.delete(experiment_id)
    with pytest.raises(Conflict, match="comes from the run"):
        await remove(store, BinSelection(experiment_ids=(experiment_id,)))
    await remove(store)
    found = await store.bin.look(EVERYTHING)
    assert (BinKind.RUN, run_id, name, 1) in {(one.kind, one.item_id, one.name, one.version) for one in found.held}
    assert found.held_count >= 1
    assert await is_there(store, run_id)

    await store.model_versions.delete(name, version.version, DELETION)
    history = [move.version for move in (await store.model_versions.history(HistorySearch(name))).items]
    await remove(store)
    assert not await is_there(store, run_id)
    assert [move.version for move in (await store.model_versions.history(HistorySearch(name))).items] == history


async def test_a_logged_model_outlives_its_run_and_goes_when_it_was_deleted_itself(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await full_run(store, experiment_id)
    model = await store.logged_models.create(
        NewLoggedModel(experiment_id, "net", source_run_id=run_id, params=(Param("a", "1"),), tags=(Tag("k", "v"),))
    )
    await store.runs.delete(run_id)
    await remove(store)
    left = await store.logged_models.get(model.model_id)
    assert (left.params, left.tags, left.source_run_id) == ([Param("a", "1")], [Tag("k", "v")], run_id)

    with pytest.raises(InvalidParameter, match="is active and not in the bin"):
        await remove(store, BinSelection(logged_model_ids=(model.model_id,)))
    await store.logged_models.delete(model.model_id)
    await remove(store, BinSelection(logged_model_ids=(model.model_id,)))
    with pytest.raises(ResourceNotFound, match="not found"):
        await store.logged_models.get(model.model_id, allow_deleted=True)
    assert (
        await all_items(lambda token: store.logged_models.search(LoggedModelSearch((experiment_id,), page_token=token)))
        == []
    )


async def test_too_many_at_once_are_refused(store: Store) -> None:
    with pytest.raises(InvalidParameter, match="At most 100 runs"):
        await remove(store, BinSelection(run_ids=tuple(f"{number:032}" for number in range(101))))


async def test_a_run_that_is_restored_meanwhile_is_there_as_a_whole_or_gone(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_ids = [await binned_run(store, experiment_id) for _ in range(12)]

    async def restore(run_id: str) -> bool:
        try:
            await store.runs.restore(run_id)
        except ResourceNotFound:
            return False
        return True

    restoring = [asyncio.create_task(restore(run_id)) for run_id in run_ids[:6]]
    removing = asyncio.create_task(remove(store))
    restoring += [asyncio.create_task(restore(run_id)) for run_id in run_ids[6:]]
    was_restored = await asyncio.gather(*restoring)
    await removing
    kept = await runs_of(store, experiment_id)
    assert kept == {run_id for run_id, is_kept in zip(run_ids, was_restored, strict=True) if is_kept}
    for run_id in kept:
        run = await store.runs.get(run_id)
        assert run.info.lifecycle_stage is LifecycleStage.ACTIVE
        assert len((await store.metrics.history(run_id, "loss")).items) == 30
        assert (len(run.params), len(run.dataset_inputs)) == (1, 1)
