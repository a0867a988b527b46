"""Registered models of another server with their versions, and what the runs of these measured."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

from msgspec.structs import replace

from trialog.entities import (
    SYSTEM_METRIC_PREFIX,
    ModelContent,
    ModelStage,
    ModelVersion,
    RegisteredModel,
    RegisteredModelSearch,
    Run,
)
from trialog.entities.model_overview import (
    KEY_METRIC_TAG,
    ModelDetails,
    ModelOverview,
    ModelOverviews,
    ModelOverviewSearch,
    VersionOverview,
    VersionRow,
)
from trialog.remote.model_versions import RemoteModelVersions
from trialog.remote.pages import page_of
from trialog.remote.registered_models import RemoteRegisteredModels
from trialog.remote.run_finder import RunFinder
from trialog.remote.server import RemoteServer
from trialog.remote.texts import name_filter

_PAGE: Final = 1_000
_MOST_PAGES: Final = 5
_KEPT_SECONDS: Final = 10.0
_SHOWN_METRICS: Final = 200
_SHOWN_PARAMS: Final = 200
_LONGEST_SIGNATURE: Final = 100_000
# Of so many versions the files are looked into.
_OPENED: Final = 20
# Models are spoken of by name alone.
_NO_NUMBER: Final = 0


class ModelOverviewReader:
    """Reads what pages show of registered models.

    Args:
        server: The other server.
        models: Registered models of it.
        versions: Versions of these.
        finder: Finds runs of it.
    """

    def __init__(
        self,
        server: RemoteServer,
        models: RemoteRegisteredModels,
        versions: RemoteModelVersions,
        finder: RunFinder,
    ) -> None:
        self._server = server
        self._models = models
        self._versions = versions
        self._finder = finder
        self._kept: tuple[float, list[RegisteredModel]] | None = None

    async def find(self, query: ModelOverviewSearch) -> ModelOverviews:
        """See `OverviewStore.models`; of more than five thousand, the first five thousand are found."""
        found = await self._matching(query.search)
        if query.by_last_change:
            found.sort(key=lambda model: (-model.last_updated_timestamp, model.name))
        page, token = page_of(found, query.max_results, query.page_token)
        return ModelOverviews(await self._overviews(page), len(found), token)

    async def in_production(self, max_results: int) -> tuple[list[ModelOverview], int]:
        """Return models that have a version in Production, last changed first, and how many models there are.

        Args:
            max_results: So many models at most.
        """
        if self._kept is None or time.monotonic() - self._kept[0] > _KEPT_SECONDS:
            self._kept = (time.monotonic(), await self._matching(""))
        every = self._kept[1]
        there = [
            replace(model, latest_versions=[one for one in model.latest_versions if _is_in_production(one)])
            for model in every
            if any(map(_is_in_production, model.latest_versions))
        ]
        there.sort(key=lambda model: (-model.last_updated_timestamp, model.name))
        return await self._overviews(there[:max_results]), len(every)

    async def read(self, name: str, *, max_results: int, before_version: int | None = None) -> ModelDetails:
        """See `OverviewStore.model`; of more than a thousand versions, the newest thousand are found.

        Raises:
            ResourceNotFound: No model has this name.
        """
        model, every = await asyncio.gather(self._models.get(name), self._versions.newest(name))
        left = [one for one in every if before_version is None or one.version < before_version]
        shown = left[:max_results]
        runs = await self._runs_of([*shown, *model.latest_versions])
        [overview] = _with_runs([model], runs)
        contents = await self._server.each(
            lambda version: self._versions.content(name, version.version), shown[:_OPENED]
        )
        signatures: dict[str, str | None] = {}
        rows = []
        for place, version in enumerate(shown):
            content = contents[place] if place < len(contents) else None
            signature_id = None
            if content is not None and content.signature is not None:
                signature_id = blake2b(content.signature.encode(), digest_size=8).hexdigest()
                is_short = len(content.signature) <= _LONGEST_SIGNATURE
                signatures[signature_id] = content.signature if is_short else None
            run = runs.get(version.run_id or "")
            rows.append(
                VersionRow(
                    overview=_version_overview(version, run, _key_metric(model)),
                    content=ModelContent() if content is None else replace(content, signature=None),
                    signature_id=signature_id,
                    params=[] if run is None else run.params[:_SHOWN_PARAMS],
                )
            )
        return ModelDetails(
            overview=replace(overview, version_count=len(every), latest=every[0].version if every else None),
            rows=rows,
            signatures=signatures,
            next_before_version=shown[-1].version if len(left) > len(shown) else None,
        )

    async def _matching(self, search: str) -> list[RegisteredModel]:
        found: list[RegisteredModel] = []
        token: str | None = None
        for _ in range(_MOST_PAGES):
            page = await self._models.search(
                RegisteredModelSearch(name_filter(search), max_results=_PAGE, page_token=token)
            )
            found += page.items
            token = page.next_page_token
            if token is None:
                break
        folded = search.casefold()
        return [model for model in found if folded in model.name.casefold()]

    async def _overviews(self, models: Sequence[RegisteredModel]) -> list[ModelOverview]:
        runs = await self._runs_of(version for model in models for version in model.latest_versions)
        return _with_runs(models, runs)

    async def _runs_of(self, versions: Iterable[ModelVersion]) -> dict[str, Run]:
        return await self._finder.named(version.run_id for version in versions if version.run_id is not None)


def _is_in_production(version: ModelVersion) -> bool:
    return version.current_stage is ModelStage.PRODUCTION


def _with_runs(models: Sequence[RegisteredModel], runs: dict[str, Run]) -> list[ModelOverview]:
    found = []
    for model in models:
        latest = max((version.version for version in model.latest_versions), default=None)
        versions = {
            version.version: _version_overview(version, runs.get(version.run_id or ""), _key_metric(model))
            for version in model.latest_versions
        }
        # Numbers are given in order: it has no more than that, less those that were deleted.
        found.append(ModelOverview(_NO_NUMBER, model, latest or 0, latest, versions))
    return found


def _version_overview(version: ModelVersion, run: Run | None, key_metric: str | None) -> VersionOverview:
    if run is None:
        return VersionOverview(version, None, None, [])
    own = [metric for metric in run.metrics if not metric.key.startswith(SYSTEM_METRIC_PREFIX)]
    shown = own[:_SHOWN_METRICS] + [metric for metric in own[_SHOWN_METRICS:] if metric.key == key_metric]
    return VersionOverview(version, None, run.info, shown)


def _key_metric(model: RegisteredModel) -> str | None:
    return next((tag.value for tag in model.tags if tag.key == KEY_METRIC_TAG), None)
