"""Runs of another server."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from trialog.entities import (
    DatasetInput,
    EncodedRun,
    Metric,
    ModelInput,
    ModelOutput,
    NewRun,
    Page,
    Param,
    Run,
    RunInfo,
    RunSearch,
    RunStatus,
    Tag,
)
from trialog.entities.log_stream import LogPart
from trialog.entities.run_columns import RunAttribute, RunColumnChoice, RunColumns
from trialog.errors import NotImplementedHere
from trialog.remote import messages
from trialog.remote.kept_runs import KeptRuns
from trialog.remote.numbers import number_for_wire
from trialog.remote.reading import run_info_of, run_of
from trialog.remote.run_columns import check_choice, columns_of_runs, most_rows, total_of
from trialog.remote.run_finder import RunFinder
from trialog.remote.server import RemoteServer


class RemoteRuns:
    """Implements `RunStore`.

    Args:
        server: The other server.
        finder: Finds runs of it.
        kept: Runs that were just read.
    """

    def __init__(self, server: RemoteServer, finder: RunFinder, kept: KeptRuns) -> None:
        self._server = server
        self._finder = finder
        self._kept = kept

    async def create(self, new_run: NewRun) -> Run:
        """See `RunStore.create`.

        Raises:
            NotImplementedHere: The client chose an id, which MLflow's API does not take (`remote.no_run_ids`).
        """
        if new_run.run_id is not None:
            raise NotImplementedHere(
                "remote.no_run_ids",
                "The other server is one of MLflow, which chooses the ids of runs by itself: a run that was begun"
                " without a server cannot be sent there. Send it to a server of Trialog.",
            )
        answer = await self._server.ask(
            "create_run",
            messages.RunAnswer,
            experiment_id=new_run.experiment_id,
            user_id=new_run.user_id,
            run_name=new_run.run_name,
            start_time=new_run.start_time,
            tags=list(new_run.tags),
        )
        return run_of(answer.run)

    async def get(self, run_id: str) -> Run:
        """See `RunStore.get`."""
        return await self._finder.get(run_id)

    async def update(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        """See `RunStore.update`."""
        answer = await self._server.ask(
            "update_run",
            messages.UpdatedRunAnswer,
            run_id=run_id,
            status=status,
            end_time=end_time,
            run_name=run_name,
        )
        self._kept.forget(run_id)
        return run_info_of(answer.run_info)

    async def delete(self, run_id: str) -> None:
        """See `RunStore.delete`."""
        await self._change("delete_run", run_id)

    async def restore(self, run_id: str) -> None:
        """See `RunStore.restore`."""
        await self._change("restore_run", run_id)

    async def search(self, query: RunSearch) -> Page[Run]:
        """See `RunStore.search`."""
        return await self._finder.search(query)

    async def search_encoded(self, query: RunSearch) -> Page[EncodedRun]:
        """See `RunStore.search_encoded`."""
        page = await self._finder.search(query)
        return Page(await asyncio.to_thread(_encoded, page.items), page.next_page_token)

    async def search_columns(self, query: RunSearch, choice: RunColumnChoice) -> RunColumns:
        """See `RunStore.search_columns`; a page may be shorter than asked for, as whole runs are read for it."""
        check_choice(choice)
        bounded = msgspec.structs.replace(query, max_results=most_rows(query))
        page = await self._finder.search(bounded)
        total = None if query.page_token else total_of(page)
        near = await self._near(page.items, choice)
        return await asyncio.to_thread(columns_of_runs, page.items, choice, total, page.next_page_token, near)

    async def columns_of(self, run_ids: Sequence[str], choice: RunColumnChoice) -> RunColumns:
        """See `RunStore.columns_of`."""
        check_choice(choice, run_ids)
        found = await self._finder.named(run_ids)
        named = [found[run_id] for run_id in dict.fromkeys(run_ids) if run_id in found]
        unknown = tuple(run_id for run_id in dict.fromkeys(run_ids) if run_id not in found)
        near = await self._near(named, choice)
        columns = await asyncio.to_thread(columns_of_runs, named, choice, near=near)
        return msgspec.structs.replace(columns, unknown_run_ids=unknown)

    async def log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> None:
        """See `RunStore.log_batch`; whether all or nothing is logged is as the other server does it."""
        points = [_point(metric) for metric in metrics]
        await self._change("log_batch", run_id, metrics=points, params=list(params), tags=list(tags))

    async def apply_log(self, run_id: str, part: LogPart) -> None:
        """Refuse to apply it.

        Raises:
            NotImplementedHere: Always (`remote.no_log_streams`).
        """
        del part
        raise NotImplementedHere(
            "remote.no_log_streams",
            "The other server is one of MLflow, which does not know what was applied of a stream: what was logged to"
            f" run {run_id[:100]!r} as one cannot be sent there. Log it with MLflow's client, or send it to a server of"
            " Trialog.",
        )

    async def log_metric(self, run_id: str, metric: Metric) -> None:
        """See `RunStore.log_metric`."""
        await self._change("log_metric", run_id, **_point(metric))

    async def log_param(self, run_id: str, param: Param) -> None:
        """See `RunStore.log_param`."""
        await self._change("log_param", run_id, key=param.key, value=param.value)

    async def set_tag(self, run_id: str, tag: Tag) -> None:
        """See `RunStore.set_tag`."""
        await self._change("set_tag", run_id, key=tag.key, value=tag.value)

    async def delete_tag(self, run_id: str, key: str) -> None:
        """See `RunStore.delete_tag`."""
        await self._change("delete_tag", run_id, key=key)

    async def log_inputs(
        self,
        run_id: str,
        *,
        datasets: Sequence[DatasetInput] = (),
        models: Sequence[ModelInput] = (),
    ) -> None:
        """See `RunStore.log_inputs`."""
        await self._change("log_inputs", run_id, datasets=list(datasets), models=list(models))

    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """See `RunStore.log_outputs`."""
        await self._change("log_outputs", run_id, models=list(models))

    async def record_logged_model(self, run_id: str, model: Mapping[str, object]) -> None:
        """See `RunStore.record_logged_model`."""
        await self._change("log_model", run_id, model_json=msgspec.json.encode(model).decode())

    async def _near(self, runs: Sequence[Run], choice: RunColumnChoice) -> list[Run]:
        """Return runs among which children of some are counted, if that is wanted: the newest of their experiments."""
        if RunAttribute.CHILD_COUNT not in choice.attributes or not runs:
            return []
        return (await self._finder.sample(run.info.experiment_id for run in runs)).runs

    async def _change(self, operation: str, run_id: str, **fields: object) -> None:
        await self._server.ask(operation, messages.NoAnswer, run_id=run_id, **fields)
        self._kept.forget(run_id)


def _point(metric: Metric) -> dict[str, object]:
    point = msgspec.structs.asdict(metric)
    point["value"] = number_for_wire(metric.value)
    del point["run_id"]
    return {name: value for name, value in point.items() if value is not None}


def _encoded(runs: Sequence[Run]) -> list[EncodedRun]:
    return [
        EncodedRun(
            info=run.info,
            metrics=run.metrics,
            params=msgspec.json.encode(run.params).decode() if run.params else "",
            tags=msgspec.json.encode(run.tags).decode() if run.tags else "",
            dataset_inputs=run.dataset_inputs,
            model_inputs=run.model_inputs,
            model_outputs=run.model_outputs,
        )
        for run in runs
    ]
