"""Messages about datasets."""

from typing import Annotated

from msgspec import Meta, field

from trialog.entities import DatasetSummary, RequiredText
from trialog.wire.messages.base import RequestMessage, ResponseMessage

MAX_EXPERIMENTS = 20


class SearchDatasets(RequestMessage, frozen=True):
    """Find the datasets that runs of some experiments used."""

    experiment_ids: Annotated[list[RequiredText], Meta(min_length=1, max_length=MAX_EXPERIMENTS)]


class SearchDatasetsResponse(ResponseMessage, frozen=True):
    """The datasets and how they were used."""

    dataset_summaries: list[DatasetSummary] = field(default_factory=list)
