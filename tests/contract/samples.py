"""Things that tests put into a store, and ways to read them back."""

import struct
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from trialog.contracts import Store
from trialog.entities import Metric, NewRun, Page, Run, RunSearch, Tag

Item = TypeVar("Item")


def unique(prefix: str) -> str:
    """A name that nothing in the store has."""
    return f"{prefix}-{uuid.uuid4().hex}"


async def new_experiment(store: Store) -> str:
    """Id of a new experiment."""
    return (await store.experiments.create(unique("experiment"))).experiment_id


async def new_run(
    store: Store,
    experiment_id: str | None = None,
    *,
    run_name: str | None = None,
    start_time: int | None = 1_700_000_000_000,
    tags: Iterable[Tag] = (),
) -> str:
    """Id of a new run; in an experiment of its own if none is given."""
    run = await store.runs.create(
        NewRun(
            experiment_id=experiment_id or await new_experiment(store),
            user_id="ada",
            run_name=run_name,
            start_time=start_time,
            tags=tuple(tags),
        )
    )
    return run.info.run_id


def bits(value: float) -> bytes:
    """The 64 bits of a double: equal for equal NaNs, different for 0.0 and -0.0."""
    return struct.pack(">d", value)


def points(metrics: Iterable[Metric]) -> list[tuple[int, int, bytes]]:
    """Timestamp, step and bits of the value of each point."""
    return [(metric.timestamp, metric.step, bits(metric.value)) for metric in metrics]


def latest(run: Run) -> dict[str, Metric]:
    """The latest point per metric of a run."""
    return {metric.key: metric for metric in run.metrics}


def params_of(run: Run) -> dict[str, str]:
    """Params of a run."""
    return {param.key: param.value for param in run.params}


def tags_of(run: Run) -> dict[str, str]:
    """Tags of a run."""
    return {tag.key: tag.value for tag in run.tags}


async def pages_of(read: Callable[[str | None], Awaitable[Page[Item]]]) -> AsyncIterator[list[Item]]:
    """Items of page after page, until there is no token."""
    page = await read(None)
    yield page.items
    while page.next_page_token is not None:
        page = await read(page.next_page_token)
        yield page.items


async def all_items(read: Callable[[str | None], Awaitable[Page[Item]]]) -> list[Item]:
    """Items of all pages."""
    return [item async for items in pages_of(read) for item in items]


async def search(
    store: Store, experiment_id: str, filter_text: str | None = None, order_by: Sequence[str] = ()
) -> list[str]:
    """Names of the runs that a search finds, in its order."""
    query = RunSearch(experiment_ids=(experiment_id,), filter=filter_text, order_by=tuple(order_by))
    return [run.info.run_name for run in (await store.runs.search(query)).items]
