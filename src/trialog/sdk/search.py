"""Finds runs, all pages of them, and makes a table of them."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

from trialog.sdk.entities.view_type import ViewType, stored_view
from trialog.sdk.flat_runs import FlatRuns
from trialog.sdk.paging import pages
from trialog.sdk.transport import Transport
from trialog.wire.messages.runs import RunMessage, SearchRunsResponse

_PAGE: Final = 2500


def find_runs(
    transport: Transport,
    experiment_ids: Sequence[str],
    filter_string: str | None = None,
    *,
    run_view_type: int | str = ViewType.ACTIVE_ONLY,
    max_results: int | None = None,
    order_by: Sequence[str] | None = None,
) -> Iterator[RunMessage]:
    """Hand out the runs that match, all pages of them unless told how many; of no experiment none.

    Args:
        transport: Asks the server.
        experiment_ids: Experiments to look in.
        filter_string: Text of the filter language.
        run_view_type: Active runs, those in the bin, or both.
        max_results: How many are wanted.
        order_by: What comes first; the last begun if None.
    """
    if not experiment_ids:
        return

    def page(size: int, token: str | None) -> tuple[list[RunMessage], str | None]:
        answer = transport.call(
            "search_runs",
            SearchRunsResponse,
            experiment_ids=[str(one) for one in experiment_ids],
            filter=filter_string or None,
            run_view_type=stored_view(run_view_type),
            order_by=list(order_by or ()),
            max_results=size,
            page_token=token,
        )
        return answer.runs, answer.next_page_token

    for found in pages(page, max_results, page_size=_PAGE):
        yield from found


def table_of_runs(runs: Iterable[RunMessage]) -> Any:
    """Return runs as a `pandas.DataFrame` or, where pandas is not installed, as a list of dictionaries.

    Args:
        runs: The runs.
    """
    table = FlatRuns()
    for run in runs:
        table.add(run)
    if find_spec("pandas") is not None:
        return table.data_frame()
    _say_that_pandas_is_missing()
    return table.rows()


@cache
def _say_that_pandas_is_missing() -> None:
    """Say once that tables are lists."""
    warnings.warn(
        "pandas is not installed: tables of runs are lists of dictionaries. Install it with: pip install pandas",
        stacklevel=4,
    )
