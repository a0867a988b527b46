"""What another server of MLflow does not have, and says so."""

from collections.abc import Sequence
from typing import NoReturn

from trialog.contracts.resources import Belonging
from trialog.entities import (
    DEFAULT_WORKSPACE,
    NewWebhook,
    Page,
    Webhook,
    WebhookChanges,
    WebhookDelivery,
)
from trialog.entities.bin import (
    BegunRemovals,
    BinContent,
    BinFolder,
    BinItem,
    BinKind,
    BinSelection,
    Removal,
    RemovedSlice,
    ReturnedSpace,
)
from trialog.entities.metric_meaning import MeaningStatement, MetricMeaningOverride
from trialog.entities.workspace import Workspace, WorkspaceCatalog, WorkspaceDeletionMode
from trialog.errors import NotImplementedHere


class AbsentMetricMeanings:
    """Implements `MetricMeaningStore`: nothing was said, and nothing can be."""

    async def set(
        self, pattern: str, statement: MeaningStatement, *, experiment_id: str | None = None, actor: str
    ) -> MetricMeaningOverride:
        """Refuse to keep it.

        Raises:
            NotImplementedHere: Always (`remote.no_metric_meanings`).
        """
        del statement, experiment_id, actor
        raise NotImplementedHere(
            "remote.no_metric_meanings",
            f"What {pattern[:100]!r} means cannot be kept: the other server has no place for it. What is known of"
            " metrics by their names is shown all the same.",
        )

    async def delete(self, pattern: str, *, experiment_id: str | None = None) -> None:
        """Refuse to forget what nobody said.

        Raises:
            NotImplementedHere: Always (`remote.no_metric_meanings`).
        """
        del experiment_id
        raise NotImplementedHere(
            "remote.no_metric_meanings", f"Nothing was said of {pattern[:100]!r}: the other server has no place for it."
        )

    async def overrides(
        self, experiment_ids: Sequence[str] = (), *, metric: str | None = None
    ) -> list[MetricMeaningOverride]:
        """See `MetricMeaningStore.overrides`."""
        del experiment_ids, metric
        return []


class AbsentBin:
    """Implements `BinStore`: what is deleted can be listed and restored, not weighed and not removed for good."""

    async def look(self, selection: BinSelection) -> BinContent:
        """Refuse."""
        _no_removal(selection)

    async def find(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinItem]:
        """Refuse."""
        _no_removal(selection, kind, after)

    async def folders(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinFolder]:
        """Refuse."""
        _no_removal(selection, kind, after)

    async def begin(self, holder: str, items: Sequence[BinItem], selection: BinSelection) -> BegunRemovals:
        """Refuse."""
        _no_removal(holder, items, selection)

    async def pending(self, after: int = 0) -> list[Removal]:
        """Return nothing: nothing was begun."""
        del after
        return []

    async def remove(self, holder: str, removals: Sequence[Removal]) -> RemovedSlice:
        """Refuse."""
        _no_removal(holder, removals)

    async def give_back_space(self, holder: str) -> ReturnedSpace:
        """Refuse."""
        _no_removal(holder)

    async def release(self, holder: str) -> None:
        """Do nothing: nobody removes."""


class AbsentWebhooks:
    """Implements `WebhookStore`: those of the other server are its own affair."""

    async def create(self, new_webhook: NewWebhook) -> Webhook:
        """Refuse."""
        _no_webhooks(new_webhook)

    async def get(self, webhook_id: str) -> Webhook:
        """Refuse."""
        _no_webhooks(webhook_id)

    async def list_page(self, *, max_results: int, page_token: str | None = None) -> Page[Webhook]:
        """Refuse."""
        _no_webhooks(max_results, page_token)

    async def update(self, webhook_id: str, changes: WebhookChanges) -> Webhook:
        """Refuse."""
        _no_webhooks(webhook_id, changes)

    async def delete(self, webhook_id: str) -> None:
        """Refuse."""
        _no_webhooks(webhook_id)

    async def deliveries(self, webhook_id: str, *, max_results: int) -> list[WebhookDelivery]:
        """Refuse."""
        _no_webhooks(webhook_id, max_results)


class AbsentWorkspaces:
    """Implements `WorkspaceStore`: there is one, that which the other server is asked in."""

    async def catalog(self) -> WorkspaceCatalog:
        """Refuse."""
        _no_workspaces()

    async def get(self, name: str) -> Workspace:
        """Refuse."""
        _no_workspaces(name)

    async def create(
        self, name: str, *, description: str | None = None, default_artifact_root: str | None = None
    ) -> Workspace:
        """Refuse."""
        _no_workspaces(name, description, default_artifact_root)

    async def update(
        self, name: str, *, description: str | None = None, default_artifact_root: str | None = None
    ) -> Workspace:
        """Refuse."""
        _no_workspaces(name, description, default_artifact_root)

    async def delete(self, name: str, mode: WorkspaceDeletionMode, *, actor: str) -> None:
        """Refuse."""
        _no_workspaces(name, mode, actor)


class AbsentResources:
    """Implements `ResourceStore`: the other server decides by itself who may do what."""

    async def experiments(self, experiment_ids: Sequence[str]) -> frozenset[str]:
        """See `ResourceStore.experiments`."""
        return frozenset(experiment_ids)

    async def experiments_of_names(self, names: Sequence[str]) -> dict[str, str]:
        """See `ResourceStore.experiments_of_names`."""
        del names
        return {}

    async def runs(self, run_ids: Sequence[str]) -> dict[str, Belonging]:
        """See `ResourceStore.runs`."""
        del run_ids
        return {}

    async def logged_models(self, model_ids: Sequence[str]) -> dict[str, Belonging]:
        """See `ResourceStore.logged_models`."""
        del model_ids
        return {}

    async def registered_models(self, names: Sequence[str]) -> dict[str, str]:
        """See `ResourceStore.registered_models`."""
        del names
        return {}

    async def names_of_registered_models(self, numbers: Sequence[str]) -> dict[str, str]:
        """See `ResourceStore.names_of_registered_models`."""
        del numbers
        return {}


def _no_removal(*_asked: object) -> NoReturn:
    raise NotImplementedHere(
        "remote.no_removal",
        "What is in the bin of the other server can be restored from here, not removed for good: that is done on its"
        " own machine, with `mlflow gc`.",
    )


def _no_webhooks(*_asked: object) -> NoReturn:
    raise NotImplementedHere("remote.no_webhooks", "Webhooks of the other server are made and listed there, not here.")


def _no_workspaces(*_asked: object) -> NoReturn:
    raise NotImplementedHere(
        "remote.no_workspaces",
        "Of the other server one workspace is shown: that which MLFLOW_WORKSPACE named when `trialog ui` was started,"
        f" else {DEFAULT_WORKSPACE!r}.",
    )
