"""Answers requests about datasets."""

from trialog.contracts import Store
from trialog.wire.messages.datasets import SearchDatasets, SearchDatasetsResponse


async def search_datasets(store: Store, request: SearchDatasets) -> SearchDatasetsResponse:
    """Find the datasets that runs of some experiments used."""
    return SearchDatasetsResponse(await store.datasets.search(request.experiment_ids))
