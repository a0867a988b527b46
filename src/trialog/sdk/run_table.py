"""A client for the table of runs: any number of them, page by page, and of each some columns."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from trialog.entities import ViewType
from trialog.entities.limits import MAX_COLUMNS_AT_ONCE, MAX_KEYS_AT_ONCE, MAX_KEYS_EXPERIMENTS, MAX_TABLE_RUNS
from trialog.entities.run_columns import RunAttribute
from trialog.entities.run_keys import KeyKind
from trialog.errors import ConnectionFailed, InvalidParameter
from trialog.sdk.transport import Transport
from trialog.wire.messages.reading import RunColumnsResponse
from trialog.wire.messages.run_keys import RunKeysResponse
from trialog.wire.messages.runs import SearchRunsResponse

Value = str | int | float | list[str] | None
_KINDS: Final = {"metrics": KeyKind.METRIC, "params": KeyKind.PARAM, "tags": KeyKind.TAG}
ATTRIBUTES: Final = (
    RunAttribute.RUN_ID,
    RunAttribute.RUN_NAME,
    RunAttribute.EXPERIMENT_ID,
    RunAttribute.STATUS,
    RunAttribute.LIFECYCLE_STAGE,
    RunAttribute.USER_ID,
    RunAttribute.START_TIME,
    RunAttribute.END_TIME,
    RunAttribute.ARTIFACT_URI,
)
"""What a table of all columns says of each run beside what was logged."""


class RunQuestion(Struct, frozen=True, kw_only=True):
    """Which runs are meant.

    Args:
        experiment_ids: Where to look.
        filter: Text of the filter language; all runs without it.
        view_type: Which lifecycle stages to look at.
        order_by: `entity.key [ASC|DESC]` items; the last started first if empty.
    """

    experiment_ids: list[str]
    filter: str | None = None
    view_type: ViewType = ViewType.ACTIVE_ONLY
    order_by: list[str] = []


class TablePage(Struct, frozen=True):
    """Some rows.

    Args:
        rows: For each run its values, in the order of the columns.
        total: How many runs there are on all pages; None if that is not known.
    """

    rows: list[list[Value]]
    total: int | None


class RunTable:
    """The table of runs of one server.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def columns(self, question: RunQuestion) -> list[str]:
        """Return the columns of all that runs have: what every run has, and what was logged, by name.

        Where the server does not know all names at once, all runs are looked through for them.

        Args:
            question: Which runs.
        """
        found: dict[str, list[str]] = {}
        is_plain = question.filter is None and question.view_type is ViewType.ACTIVE_ONLY
        if is_plain and len(question.experiment_ids) <= MAX_KEYS_EXPERIMENTS:
            for kind, asked in _KINDS.items():
                answer = self._transport.call(
                    "find_run_keys",
                    RunKeysResponse,
                    experiment_ids=question.experiment_ids,
                    kind=asked,
                    max_results=MAX_KEYS_AT_ONCE,
                )
                if not answer.is_complete or answer.total > len(answer.keys):
                    break
                found[kind] = answer.keys
        if len(found) < len(_KINDS):
            found = self._logged_names(question)
        return [*ATTRIBUTES, *(f"{kind}.{name}" for kind in _KINDS for name in sorted(found[kind]))]

    def pages(self, question: RunQuestion, columns: Sequence[str]) -> Iterator[TablePage]:
        """Yield all runs, some at a time.

        Args:
            question: Which runs.
            columns: What to read of each: `run_name`, `metrics.NAME`, `params.NAME`, `tags.NAME`.

        Raises:
            InvalidParameter: There is no such column (`run_table.unknown_column`).
            ConnectionFailed: The server's pages have no end (`connection.endless_pages`).
        """
        check_columns(columns)
        others = [column for column in columns if column != RunAttribute.RUN_ID]
        # The runs of a page are named for what does not fit into one answer.
        first, *rest = _portions(others, MAX_COLUMNS_AT_ONCE - 1)
        token: str | None = None
        given: set[str] = set()
        total: int | None = None
        while True:
            answer = self._ask(
                [RunAttribute.RUN_ID, *first],
                experiment_ids=question.experiment_ids,
                filter=question.filter,
                run_view_type=question.view_type,
                order_by=question.order_by,
                max_results=MAX_TABLE_RUNS,
                page_token=token,
            )
            total = answer.total if total is None else total
            values = _values(answer, [RunAttribute.RUN_ID, *first])
            run_ids = [str(run_id) for run_id in values[RunAttribute.RUN_ID]]
            for portion in rest if run_ids else ():
                more = self._ask([RunAttribute.RUN_ID, *portion], run_ids=run_ids)
                values.update(_matched(_values(more, [RunAttribute.RUN_ID, *portion]), run_ids))
            yield TablePage([list(row) for row in zip(*(values[name] for name in columns), strict=True)], total)
            token = answer.next_page_token
            if not token:
                return
            if token in given:
                raise ConnectionFailed(
                    "connection.endless_pages", f"The server gave the page token {token[:100]!r} twice."
                )
            given.add(token)

    def _ask(self, columns: Sequence[str], **fields: object) -> RunColumnsResponse:
        return self._transport.call(
            "search_run_columns",
            RunColumnsResponse,
            attributes=[RunAttribute(column) for column in columns if "." not in column],
            metrics=_names(columns, "metrics"),
            params=_names(columns, "params"),
            tags=_names(columns, "tags"),
            **fields,
        )

    def _logged_names(self, question: RunQuestion) -> dict[str, list[str]]:
        names: dict[str, set[str]] = {kind: set() for kind in _KINDS}
        token: str | None = None
        while True:
            answer = self._transport.call(
                "search_runs",
                SearchRunsResponse,
                experiment_ids=question.experiment_ids,
                filter=question.filter,
                run_view_type=question.view_type,
                max_results=MAX_TABLE_RUNS,
                page_token=token,
            )
            for run in answer.runs:
                names["metrics"].update(metric.key for metric in run.data.metrics)
                names["params"].update(param.key for param in run.data.params)
                names["tags"].update(tag.key for tag in run.data.tags)
            if not answer.next_page_token or answer.next_page_token == token:
                return {kind: list(found) for kind, found in names.items()}
            token = answer.next_page_token


def check_columns(columns: Sequence[str]) -> None:
    """Refuse columns that there are not.

    Raises:
        InvalidParameter: So it is (`run_table.unknown_column`).
    """
    known = [attribute.value for attribute in RunAttribute]
    for column in columns:
        kind, dot, name = column.partition(".")
        if column not in known and not (dot and name and kind in _KINDS):
            raise InvalidParameter(
                "run_table.unknown_column",
                f"There is no column {column[:100]!r}; write {', '.join(known)}, or metrics., params. or tags. before "
                "a name.",
                column=column[:100],
            )


def _portions(columns: Sequence[str], size: int) -> list[Sequence[str]]:
    return [columns[start : start + size] for start in range(0, max(1, len(columns)), size)]


def _names(columns: Sequence[str], kind: str) -> list[str]:
    return [column.partition(".")[2] for column in columns if column.startswith(f"{kind}.")]


def _values(answer: RunColumnsResponse, columns: Sequence[str]) -> dict[str, Sequence[Value]]:
    found: dict[str, Sequence[Value]] = {}
    for column in columns:
        kind, dot, name = column.partition(".")
        if not dot:
            found[column] = answer.attributes[column]
        elif kind == "metrics":
            found[column] = [_number(value) for value in answer.metrics[name]]
        else:
            found[column] = (answer.params if kind == "params" else answer.tags)[name]
    return found


def _matched(values: dict[str, Sequence[Value]], run_ids: Sequence[str]) -> dict[str, Sequence[Value]]:
    """Return columns with a value for each run, also for one that was removed meanwhile."""
    places = {run_id: place for place, run_id in enumerate(values.pop(RunAttribute.RUN_ID))}
    return {
        column: [cells[places[run_id]] if run_id in places else None for run_id in run_ids]
        for column, cells in values.items()
    }


def _number(value: float | str | None) -> float | None:
    # NaN and infinities are text in JSON.
    return math.nan if value == "NaN" else None if value is None else float(value)
