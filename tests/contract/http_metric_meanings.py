"""What metrics mean, their ranges and the best runs, over Trialog's own API."""

from collections.abc import Sequence

import msgspec

from tests.contract.http_connection import HttpConnection, Json
from trialog.entities.best_run import MetricSummaryKind, RunRanking
from trialog.entities.metric_meaning import MeaningStatement, MetricMeaningOverride, MetricRange
from trialog.errors import ResourceNotFound

TRIALOG = "/api/trialog/v1"
MEANINGS = f"{TRIALOG}/metric-meanings"
STATEMENT_PARTS = set(MeaningStatement.__struct_fields__)


def override_of(item: Json) -> MetricMeaningOverride:
    """What was said, from an answer."""
    said = {name: value for name, value in item.items() if name in STATEMENT_PARTS}
    return MetricMeaningOverride(
        item["pattern"],
        item.get("experiment_id"),
        msgspec.convert(said, MeaningStatement),
        item["last_updated_timestamp"],
        item["actor"],
    )


class HttpMetricMeanings:
    """`MetricMeaningStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def set(
        self, pattern: str, statement: MeaningStatement, *, experiment_id: str | None = None, actor: str
    ) -> MetricMeaningOverride:
        """Who says it is what the server knows of the caller: here, nobody logs in."""
        body = {name: value for name, value in msgspec.to_builtins(statement).items() if value not in (None, [])}
        answer = await self._connection.send("PUT", _address(pattern, experiment_id), body)
        return override_of(answer["override"])

    async def delete(self, pattern: str, *, experiment_id: str | None = None) -> None:
        await self._connection.send("DELETE", _address(pattern, experiment_id), {})

    async def overrides(
        self, experiment_ids: Sequence[str] = (), *, metric: str | None = None
    ) -> list[MetricMeaningOverride]:
        """The API has no way to name the metric; what a client does not want it leaves out."""
        found: dict[tuple[str | None, str], MetricMeaningOverride] = {}
        for experiment_id in [*experiment_ids] or [""]:
            answer = await self._connection.get(f"{MEANINGS}/overrides", {"experiment_id": experiment_id or None})
            for one in map(override_of, answer["overrides"]):
                found[one.experiment_id, one.pattern] = one
        return [one for one in found.values() if metric is None or one.pattern == metric or "*" in one.pattern]


async def ranges_over_http(
    connection: HttpConnection, experiment_ids: Sequence[str], keys: Sequence[str] | None
) -> list[MetricRange]:
    """`MetricStore.ranges`, from the meanings of metrics, which say between what their values lie."""
    found: list[MetricRange] = []
    for experiment_id in sorted(set(experiment_ids), key=int):
        query = {"experiment_id": experiment_id, "metric": keys or None}
        try:
            answer = await connection.get(MEANINGS, query)
        except ResourceNotFound:
            continue
        found += [
            MetricRange(experiment_id, item["metric"], item["logged"]["least"], item["logged"]["greatest"])
            for item in sorted(answer["meanings"], key=lambda one: one["metric"])
            if item["logged"] is not None
        ]
    return found


async def rank_over_http(
    connection: HttpConnection,
    experiment_ids: Sequence[str],
    key: str,
    *,
    highest: bool,
    summary: MetricSummaryKind,
    filter_text: str | None,
    max_results: int,
) -> RunRanking:
    """`MetricStore.rank`, from the best run with a given direction."""
    body = {
        "metric": key,
        "experiment_ids": list(experiment_ids),
        "filter": filter_text,
        "summary": summary.value,
        "direction": "higher" if highest else "lower",
    }
    try:
        answer = await connection.post(f"{TRIALOG}/runs/best", body)
    except ResourceNotFound as error:
        return RunRanking(None, (), 0, 0, int(error.values.get("skipped") or 0))
    ties = tuple(answer["ties"][:max_results])
    return RunRanking(answer["value"], ties, answer["tie_count"], answer["compared"], answer["skipped"])


def _address(pattern: str, experiment_id: str | None) -> str:
    if experiment_id is None:
        return f"{MEANINGS}/overrides/{pattern}"
    return f"{TRIALOG}/experiments/{experiment_id}/metric-meanings/{pattern}"
