"""Finds runs of another server: by a search, by name, or the newest of some experiments. What is read has a bound."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct

from trialog.entities import Page, Run, RunSearch, ViewType
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.remote import messages
from trialog.remote.kept_runs import KeptRuns
from trialog.remote.reading import run_of, runs_of
from trialog.remote.server import RemoteServer

NEWEST: Final = 200
"""So many runs stand for all of an experiment where not all of them are read."""

_NEWEST_FIRST: Final = "attributes.start_time DESC"
# So many are named in one search.
_NAMED_AT_ONCE: Final = 200
_SAMPLE_SECONDS: Final = 15.0
_MOST_SAMPLES: Final = 32
# Beyond so many, what is read takes a thread, so that others get their turn.
_LONG: Final = 50

# Experiments, and which lifecycle stages are looked at.
_Place: TypeAlias = tuple[ViewType, frozenset[str]]


class RunSample(Struct, frozen=True):
    """The newest runs of some experiments.

    Args:
        runs: The runs, the newest first.
        is_complete: Whether there are no others.
    """

    runs: list[Run]
    is_complete: bool


class RunFinder:
    """Finds runs.

    Args:
        server: The other server.
        kept: Runs that were just read.
    """

    def __init__(self, server: RemoteServer, kept: KeptRuns) -> None:
        self._server = server
        self._kept = kept
        self._asking: dict[RunSearch, asyncio.Task[Page[Run]]] = {}
        self._samples: OrderedDict[_Place, tuple[float, asyncio.Task[RunSample]]] = OrderedDict()

    async def get(self, run_id: str) -> Run:
        """Return one run.

        Raises:
            ResourceNotFound: No run has this id.
        """
        answer = await self._server.ask("get_run", messages.RunAnswer, run_id=run_id)
        run = run_of(answer.run)
        self._kept.keep([run])
        return run

    async def search(self, query: RunSearch) -> Page[Run]:
        """Find runs as the other server does.

        Raises:
            InvalidParameter: It does not understand the question.
        """
        asking = self._asking.get(query)
        if asking is None:
            # Several parts of a page ask the same at the same moment, and it costs the other server much.
            asking = self._asking[query] = asyncio.ensure_future(self._search(query))
            asking.add_done_callback(lambda _asked: self._asking.pop(query, None))
            asking.add_done_callback(_has_failed)
        return await asyncio.shield(asking)

    async def _search(self, query: RunSearch) -> Page[Run]:
        answer = await self._server.ask(
            "search_runs",
            messages.RunsAnswer,
            experiment_ids=list(query.experiment_ids),
            filter=query.filter,
            order_by=list(query.order_by),
            run_view_type=query.view_type,
            max_results=query.max_results,
            page_token=query.page_token,
        )
        found = runs_of(answer.runs) if len(answer.runs) < _LONG else await asyncio.to_thread(runs_of, answer.runs)
        self._kept.keep(found)
        return Page(found, answer.next_page_token or None)

    async def find_newest(
        self,
        experiment_ids: Sequence[str],
        *,
        filter_text: str | None = None,
        view_type: ViewType = ViewType.ACTIVE_ONLY,
        max_results: int = NEWEST,
    ) -> RunSample:
        """Return the newest runs of experiments.

        Args:
            experiment_ids: Where to look.
            filter_text: Only runs that match it.
            view_type: Which lifecycle stages to look at.
            max_results: So many at most.
        """
        if not experiment_ids:
            return RunSample([], is_complete=True)
        query = RunSearch(
            experiment_ids=tuple(experiment_ids),
            filter=filter_text,
            order_by=(_NEWEST_FIRST,),
            view_type=view_type,
            max_results=max_results,
        )
        page = await self.search(query)
        return RunSample(page.items, is_complete=page.next_page_token is None)

    async def sample(self, experiment_ids: Iterable[str], view_type: ViewType = ViewType.ACTIVE_ONLY) -> RunSample:
        """Return the newest runs of experiments as they were a few seconds ago or later.

        Args:
            experiment_ids: Where to look.
            view_type: Which lifecycle stages to look at.
        """
        key = (view_type, frozenset(experiment_ids))
        kept = self._samples.get(key)
        if kept is None or time.monotonic() - kept[0] > _SAMPLE_SECONDS or _has_failed(kept[1]):
            # Several parts of a page ask for the same at the same moment.
            looking = asyncio.ensure_future(self.find_newest(sorted(key[1]), view_type=view_type))
            looking.add_done_callback(_has_failed)
            kept = self._samples[key] = (time.monotonic(), looking)
            self._samples.move_to_end(key)
            while len(self._samples) > _MOST_SAMPLES:
                self._samples.popitem(last=False)
        return await asyncio.shield(kept[1])

    async def named(self, run_ids: Iterable[str]) -> dict[str, Run]:
        """Return runs by id, active or deleted; those that are not there are left out.

        Args:
            run_ids: Which, none of them longer ago than what was kept.
        """
        found: dict[str, Run] = {}
        missing: list[str] = []
        for run_id in dict.fromkeys(run_ids):
            kept = self._kept.get(run_id)
            if kept is None:
                missing.append(run_id)
            else:
                found[run_id] = kept
        while missing:
            missing = await self._find_some(missing, found)
        return found

    async def _find_some(self, missing: list[str], found: dict[str, Run]) -> list[str]:
        """Add runs of one experiment, and return those that are left to be found."""
        first = missing[0]
        place = self._kept.experiment_of(first)
        if place is None or "'" in first:
            try:
                run = await self.get(first)
            except (ResourceNotFound, InvalidParameter):
                # What cannot be an id is not there either.
                return missing[1:]
            found[first] = run
            missing, place = missing[1:], run.info.experiment_id
        some = [one for one in missing if _is_plain(one) and self._kept.experiment_of(one) in (None, place)]
        some = some[:_NAMED_AT_ONCE]
        if some:
            quoted = ", ".join(f"'{run_id}'" for run_id in some)
            query = RunSearch(
                experiment_ids=(place,),
                filter=f"attributes.run_id IN ({quoted})",
                view_type=ViewType.ALL,
                max_results=len(some),
            )
            page = await self.search(query)
            found |= {run.info.run_id: run for run in page.items}
        # Those that were expected there and are not, are gone.
        gone = {one for one in some if self._kept.experiment_of(one) == place}
        return [one for one in missing if one not in found and one not in gone]


def _is_plain(run_id: str) -> bool:
    return run_id.replace("-", "").replace("_", "").isalnum() and run_id.isascii()


def _has_failed(task: asyncio.Task[Any]) -> bool:
    # Looked at, its fault is none that nobody heard of: whoever asked may have gone away.
    return task.done() and (task.cancelled() or task.exception() is not None)
