"""What has changed since a page was drawn, and how a store is."""

from collections.abc import Awaitable, Callable

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import Dataset, DatasetInput, Metric, ModelInput, ModelOutput, Param, RunStatus, Tag
from trialog.entities.store_state import Changes, ChangeSearch
from trialog.errors import InvalidParameter

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.OVERVIEWS)]

Write = Callable[[Store, str], Awaitable[object]]

WRITES: dict[str, Write] = {
    "metric": lambda store, run_id: store.runs.log_metric(run_id, Metric("loss", 1.0, 5, 5)),
    "late point": lambda store, run_id: store.runs.log_metric(run_id, Metric("loss", 9.0, 0, 0)),
    "param": lambda store, run_id: store.runs.log_param(run_id, Param("lr", "1")),
    "new tag": lambda store, run_id: store.runs.set_tag(run_id, Tag("note", "a")),
    "other tag": lambda store, run_id: store.runs.set_tag(run_id, Tag("team", "b")),
    "end of a long tag": lambda store, run_id: store.runs.set_tag(run_id, Tag("long", "a" * 4999 + "b")),
    "no tag": lambda store, run_id: store.runs.delete_tag(run_id, "team"),
    "name": lambda store, run_id: store.runs.update(run_id, run_name="another"),
    "status": lambda store, run_id: store.runs.update(run_id, status=RunStatus.FINISHED, end_time=7),
    "bin": lambda store, run_id: store.runs.delete(run_id),
    "dataset": lambda store, run_id: store.runs.log_inputs(
        run_id, datasets=[DatasetInput(Dataset("train", "1", "local", "{}"))]
    ),
    "model in": lambda store, run_id: store.runs.log_inputs(run_id, models=[ModelInput("m-1")]),
    "model out": lambda store, run_id: store.runs.log_outputs(run_id, [ModelOutput("m-1", 1)]),
}


async def ask(store: Store, experiment_id: str, run_ids: list[str], since: str = "") -> Changes:
    return await store.overviews.changes(ChangeSearch((experiment_id,), tuple(run_ids), since))


@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
async def test_whatever_is_written_to_a_run_is_a_change_of_that_run(store: Store, write: Write) -> None:
    experiment_id = await new_experiment(store)
    changed, other = [await new_run(store, experiment_id, tags=[Tag("team", "a")]) for _ in range(2)]
    for run_id in (changed, other):
        await store.runs.log_metric(run_id, Metric("loss", 0.5, 1, 1))
        await store.runs.set_tag(run_id, Tag("long", "a" * 5000))
    first = await ask(store, experiment_id, [changed, other])
    assert (first.has_changed, first.changed_run_ids, first.gone_run_ids) == (False, (), ())
    again = await ask(store, experiment_id, [changed, other], first.token)
    assert (again.has_changed, again.changed_run_ids) == (False, ())

    await write(store, changed)
    found = await ask(store, experiment_id, [changed, other], again.token)
    assert (found.has_changed, found.changed_run_ids, found.new_runs) == (True, (changed,), 0)
    after = await ask(store, experiment_id, [changed, other], found.token)
    assert (after.has_changed, after.changed_run_ids) == (False, ())


async def test_a_point_that_is_sent_again_changes_nothing(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    points = [Metric("loss", float(step), step, step) for step in range(40)]
    await store.runs.log_batch(run_id, metrics=points)
    before = await ask(store, experiment_id, [run_id])
    await store.runs.log_batch(run_id, metrics=points)
    assert not (await ask(store, experiment_id, [run_id], before.token)).has_changed


async def test_new_runs_are_those_of_the_experiments(store: Store) -> None:
    experiment_id, other = [await new_experiment(store) for _ in range(2)]
    await new_run(store, experiment_id)
    before = await ask(store, experiment_id, [])
    assert before.running == 1
    await new_run(store, other)
    assert (await ask(store, experiment_id, [], before.token)).has_changed is False
    made = [await new_run(store, experiment_id) for _ in range(2)]
    found = await ask(store, experiment_id, made, before.token)
    assert (found.has_changed, found.new_runs, found.running) == (True, 2, 3)
    # They were not on the screen before.
    assert found.changed_run_ids == ()
    assert (await ask(store, experiment_id, made, found.token)).new_runs == 0
    elsewhere = await ask(store, other, [], before.token)
    assert (elsewhere.has_changed, elsewhere.new_runs, elsewhere.running) == (False, 0, 1)


async def test_the_end_of_a_run_that_is_not_on_the_screen_is_noticed(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    before = await ask(store, experiment_id, [])
    await store.runs.update(run_id, status=RunStatus.FAILED)
    found = await ask(store, experiment_id, [], before.token)
    assert (found.has_changed, found.running) == (True, 0)


async def test_a_run_that_is_not_there_is_gone(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    found = await ask(store, experiment_id, [run_id, "0" * 32])
    assert (found.has_changed, found.gone_run_ids) == (True, ("0" * 32,))


@pytest.mark.parametrize("token", ["?", "AAAA", "ключ", "A" * 100, "A" * 101])
async def test_what_is_no_token_is_refused(store: Store, token: str) -> None:
    with pytest.raises(InvalidParameter, match="token in 'since'"):
        await ask(store, "0", [], token)


async def test_a_question_about_too_much_is_refused(store: Store) -> None:
    with pytest.raises(InvalidParameter, match="500"):
        await ask(store, "0", [f"{number:032x}" for number in range(501)])


async def test_a_store_says_how_much_is_in_it(store: Store) -> None:
    before = await store.overviews.state()
    experiment_id = await new_experiment(store)
    await store.runs.delete(await new_run(store, experiment_id))
    found = await store.overviews.state()
    assert (found.experiments - before.experiments, found.runs - before.runs) == (1, 1)
    assert found.size_bytes > 10_000
    assert found.schema_version.isdigit()
    assert (found.being_removed, found.free_bytes >= 0) == (0, True)
