import asyncio

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, params_of, tags_of, unique
from trialog.contracts import Store
from trialog.entities import Metric, NewRun, Param, RunSearch, Tag
from trialog.errors import InvalidParameter, ResourceAlreadyExists

pytestmark = pytest.mark.anyio

WRITERS = 20
WRITES = 15


async def test_twenty_writers_to_one_run_lose_nothing(store: Store) -> None:
    run_id = await new_run(store)

    async def write(writer: int) -> None:
        for step in range(WRITES):
            await store.runs.log_metric(run_id, Metric("shared", float(writer), step, step))
            await store.runs.log_batch(
                run_id,
                metrics=[Metric(f"own{writer}", step / 2, step, step)],
                params=[Param(f"p{writer}-{step}", "1")],
                tags=[Tag(f"t{writer}", str(step)), Tag("last", str(writer))],
            )

    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))

    run = await store.runs.get(run_id)
    history = (await store.metrics.history(run_id, "shared")).items
    assert history == [
        Metric("shared", float(writer), step, step) for step in range(WRITES) for writer in range(WRITERS)
    ]
    assert len(run.params) == WRITERS * WRITES
    assert [tags_of(run)[f"t{writer}"] for writer in range(WRITERS)] == [str(WRITES - 1)] * WRITERS
    latest = {metric.key: metric.value for metric in run.metrics}
    assert latest == {"shared": WRITERS - 1} | {f"own{writer}": (WRITES - 1) / 2 for writer in range(WRITERS)}


async def test_twenty_writers_to_runs_of_their_own_lose_nothing(store: Store) -> None:
    experiment_id = await new_experiment(store)

    async def write(writer: int) -> str:
        run_id = await new_run(store, experiment_id, run_name=str(writer))
        for step in range(WRITES):
            metrics = [Metric(key, step + writer / 100, step, step) for key in ("a", "b")]
            await store.runs.log_batch(run_id, metrics=metrics, params=[Param(f"p{step}", str(writer))])
        await store.runs.set_tag(run_id, Tag("done", str(writer)))
        return run_id

    run_ids = await asyncio.gather(*(write(writer) for writer in range(WRITERS)))

    assert len(set(run_ids)) == WRITERS
    for writer, run_id in enumerate(run_ids):
        run = await store.runs.get(run_id)
        assert params_of(run) == {f"p{step}": str(writer) for step in range(WRITES)}
        assert tags_of(run)["done"] == str(writer)
        for key in ("a", "b"):
            values = [metric.value for metric in (await store.metrics.history(run_id, key)).items]
            assert values == [step + writer / 100 for step in range(WRITES)]
    assert len((await store.runs.search(RunSearch((experiment_id,)))).items) == WRITERS


async def test_one_of_many_wins_a_name(store: Store) -> None:
    name = unique("wanted")
    answers = await asyncio.gather(*(store.experiments.create(name) for _ in range(10)), return_exceptions=True)

    won = [answer for answer in answers if not isinstance(answer, BaseException)]
    lost = [answer for answer in answers if isinstance(answer, ResourceAlreadyExists)]
    assert (len(won), len(lost)) == (1, 9)
    assert (await store.experiments.get_by_name(name)) == won[0]


async def test_one_of_many_wins_a_param(store: Store) -> None:
    run_id = await new_run(store)
    answers = await asyncio.gather(
        *(store.runs.log_param(run_id, Param("lr", str(number))) for number in range(10)), return_exceptions=True
    )

    refused = [answer for answer in answers if isinstance(answer, InvalidParameter)]
    assert (answers.count(None), len(refused)) == (1, 9)
    assert params_of(await store.runs.get(run_id)) == {"lr": str(answers.index(None))}


@pytest.mark.needs(Promise.ATOMIC_BATCH)
async def test_a_refused_batch_among_good_ones_spoils_none(store: Store) -> None:
    run_id = await new_run(store)
    await store.runs.log_param(run_id, Param("fixed", "1"))

    async def write(number: int) -> None:
        fixed = Param("fixed", "2" if number % 3 == 0 else "1")
        await store.runs.log_batch(
            run_id, metrics=[Metric("m", float(number), 1, number)], params=[Param(f"p{number}", "1"), fixed]
        )

    answers = await asyncio.gather(*(write(number) for number in range(30)), return_exceptions=True)

    good = [number for number in range(30) if number % 3]
    assert [number for number, answer in enumerate(answers) if answer is None] == good
    assert [metric.step for metric in (await store.metrics.history(run_id, "m")).items] == good
    assert set(params_of(await store.runs.get(run_id))) == {"fixed", *(f"p{number}" for number in good)}


async def test_what_was_answered_is_read_at_once(store: Store) -> None:
    experiment_id = await new_experiment(store)

    async def write_and_read(number: int) -> None:
        run = await store.runs.create(NewRun(experiment_id, start_time=number))
        await store.runs.log_metric(run.info.run_id, Metric("m", float(number), 1, 1))
        assert [metric.value for metric in (await store.runs.get(run.info.run_id)).metrics] == [float(number)]
        found = await store.runs.search(RunSearch((experiment_id,), filter=f"metrics.m = {number}"))
        assert [item.info.run_id for item in found.items] == [run.info.run_id]

    await asyncio.gather(*(write_and_read(number) for number in range(WRITERS)))
