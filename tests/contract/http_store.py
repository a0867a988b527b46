"""A `Store` over MLflow's REST: the client with which the contract suite reaches a server."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import httpx
import msgspec

from tests.contract.http_bin import HttpBin
from tests.contract.http_connection import HttpConnection, Json
from tests.contract.http_entities import (
    dataset_input_to_wire,
    encoded_run_of,
    experiment_of,
    integer_to_wire,
    logged_model_of,
    metric_of,
    metric_to_wire,
    pairs_to_wire,
    run_info_of,
    run_of,
)
from tests.contract.http_log_streams import log_part_to_wire
from tests.contract.http_metric_meanings import HttpMetricMeanings, ranges_over_http, rank_over_http
from tests.contract.http_reading import columns_of_over_http, columns_over_http, curves_over_http
from tests.contract.http_registry import HttpModelVersions, HttpRegisteredModels
from tests.contract.http_webhooks import HttpWebhooks
from trialog.contracts import OverviewStore
from trialog.entities import (
    DatasetInput,
    DatasetSummary,
    EncodedRun,
    Experiment,
    ExperimentSearch,
    LoggedModel,
    LoggedModelSearch,
    LoggedModelStatus,
    Metric,
    ModelInput,
    ModelOutput,
    NewLoggedModel,
    NewRun,
    Page,
    Param,
    Run,
    RunInfo,
    RunSearch,
    RunStatus,
    Tag,
)
from trialog.entities.best_run import MetricSummaryKind, RunRanking
from trialog.entities.curve import Curves, CurveSearch
from trialog.entities.log_stream import LogPart
from trialog.entities.metric_meaning import MetricRange
from trialog.entities.run_columns import RunColumnChoice, RunColumns

EXPERIMENTS = "/api/2.0/mlflow/experiments"
RUNS = "/api/2.0/mlflow/runs"
METRICS = "/api/2.0/mlflow/metrics"
MODELS = "/api/2.0/mlflow/logged-models"
# MLflow serves these two under the web page's prefix only.
BULK_HISTORY = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
SEARCH_DATASETS = "/ajax-api/2.0/mlflow/experiments/search-datasets"


class HttpExperiments:
    """`ExperimentStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def create(
        self,
        name: str,
        *,
        artifact_location: str | None = None,
        tags: Sequence[Tag] = (),
        owner: int | None = None,
    ) -> Experiment:
        body = {"name": name, "artifact_location": artifact_location, "tags": pairs_to_wire(tags)}
        answer = await self._connection.post(f"{EXPERIMENTS}/create", body)
        return await self.get(answer["experiment_id"])

    async def get(self, experiment_id: str) -> Experiment:
        answer = await self._connection.get(f"{EXPERIMENTS}/get", {"experiment_id": experiment_id})
        return experiment_of(answer["experiment"])

    async def get_by_name(self, name: str) -> Experiment:
        answer = await self._connection.get(f"{EXPERIMENTS}/get-by-name", {"experiment_name": name})
        return experiment_of(answer["experiment"])

    async def search(self, query: ExperimentSearch) -> Page[Experiment]:
        fields: Json = {
            "max_results": query.max_results,
            "filter": query.filter,
            "order_by": list(query.order_by),
            "view_type": query.view_type.value,
            "page_token": query.page_token,
        }
        # Both methods are served; the client of MLflow POSTs, scripts often GET.
        as_get = self._connection.write_as_text()
        call = self._connection.get if as_get else self._connection.post
        answer = await call(f"{EXPERIMENTS}/search", fields)
        return Page([experiment_of(item) for item in answer.get("experiments", [])], answer.get("next_page_token"))

    async def rename(self, experiment_id: str, new_name: str) -> None:
        await self._connection.post(f"{EXPERIMENTS}/update", {"experiment_id": experiment_id, "new_name": new_name})

    async def delete(self, experiment_id: str) -> None:
        await self._connection.post(f"{EXPERIMENTS}/delete", {"experiment_id": experiment_id})

    async def restore(self, experiment_id: str) -> None:
        await self._connection.post(f"{EXPERIMENTS}/restore", {"experiment_id": experiment_id})

    async def set_tag(self, experiment_id: str, tag: Tag) -> None:
        body = {"experiment_id": experiment_id, "key": tag.key, "value": tag.value}
        await self._connection.post(f"{EXPERIMENTS}/set-experiment-tag", body)

    async def delete_tag(self, experiment_id: str, key: str) -> None:
        body = {"experiment_id": experiment_id, "key": key}
        await self._connection.post(f"{EXPERIMENTS}/delete-experiment-tag", body)


class HttpRuns:
    """`RunStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def create(self, new_run: NewRun) -> Run:
        as_text = self._connection.write_as_text()
        body = {
            "experiment_id": new_run.experiment_id,
            "user_id": new_run.user_id,
            "run_name": new_run.run_name,
            "start_time": integer_to_wire(new_run.start_time, as_text=as_text),
            "tags": pairs_to_wire(new_run.tags),
        }
        if new_run.run_id is None:
            answer = await self._connection.post(f"{RUNS}/create", body)
        else:
            answer = await self._connection.send("PUT", f"/api/trialog/v1/runs/{quote(new_run.run_id)}", body)
        return run_of(answer["run"])

    async def get(self, run_id: str) -> Run:
        answer = await self._connection.get(f"{RUNS}/get", {"run_id": run_id})
        return run_of(answer["run"])

    async def update(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        body = {
            "run_id": run_id,
            "status": status,
            "end_time": integer_to_wire(end_time, as_text=self._connection.write_as_text()),
            "run_name": run_name,
        }
        answer = await self._connection.post(f"{RUNS}/update", body)
        return run_info_of(answer["run_info"])

    async def apply_log(self, run_id: str, part: LogPart) -> None:
        answer = await self._connection.send_bytes(
            f"/api/trialog/v1/runs/{run_id}/log",
            {"writer": part.writer, "start": part.start, "end": part.end},
            log_part_to_wire(part),
            "application/vnd.trialog.log-stream",
        )
        assert answer == {"applied": part.end}

    async def delete(self, run_id: str) -> None:
        await self._connection.post(f"{RUNS}/delete", {"run_id": run_id})

    async def restore(self, run_id: str) -> None:
        await self._connection.post(f"{RUNS}/restore", {"run_id": run_id})

    async def search(self, query: RunSearch) -> Page[Run]:
        body = {
            "experiment_ids": query.experiment_ids,
            "filter": query.filter,
            "order_by": query.order_by,
            "run_view_type": query.view_type.value,
            "max_results": query.max_results,
            "page_token": query.page_token,
        }
        answer = await self._connection.post(f"{RUNS}/search", body)
        return Page([run_of(item) for item in answer.get("runs", [])], answer.get("next_page_token"))

    async def search_encoded(self, query: RunSearch) -> Page[EncodedRun]:
        page = await self.search(query)
        return Page([encoded_run_of(run) for run in page.items], page.next_page_token)

    async def search_columns(self, query: RunSearch, choice: RunColumnChoice) -> RunColumns:
        return await columns_over_http(self._connection, query, choice)

    async def columns_of(self, run_ids: Sequence[str], choice: RunColumnChoice) -> RunColumns:
        return await columns_of_over_http(self._connection, run_ids, choice)

    async def log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> None:
        as_text = self._connection.write_as_text()
        body = {
            "run_id": run_id,
            "metrics": [metric_to_wire(metric, as_text=as_text) for metric in metrics],
            "params": pairs_to_wire(params),
            "tags": pairs_to_wire(tags),
        }
        await self._connection.post(f"{RUNS}/log-batch", body)

    async def log_metric(self, run_id: str, metric: Metric) -> None:
        point = metric_to_wire(metric, as_text=self._connection.write_as_text())
        await self._connection.post(f"{RUNS}/log-metric", {"run_id": run_id, **point})

    async def log_param(self, run_id: str, param: Param) -> None:
        body = {"run_id": run_id, "key": param.key, "value": param.value}
        await self._connection.post(f"{RUNS}/log-parameter", body)

    async def set_tag(self, run_id: str, tag: Tag) -> None:
        await self._connection.post(f"{RUNS}/set-tag", {"run_id": run_id, "key": tag.key, "value": tag.value})

    async def delete_tag(self, run_id: str, key: str) -> None:
        await self._connection.post(f"{RUNS}/delete-tag", {"run_id": run_id, "key": key})

    async def log_inputs(
        self, run_id: str, *, datasets: Sequence[DatasetInput] = (), models: Sequence[ModelInput] = ()
    ) -> None:
        body = {
            "run_id": run_id,
            "datasets": [dataset_input_to_wire(item) for item in datasets],
            "models": [{"model_id": item.model_id} for item in models],
        }
        await self._connection.post(f"{RUNS}/log-inputs", body)

    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        as_text = self._connection.write_as_text()
        items = [{"model_id": item.model_id, "step": integer_to_wire(item.step, as_text=as_text)} for item in models]
        await self._connection.post(f"{RUNS}/outputs", {"run_id": run_id, "models": items})

    async def record_logged_model(self, run_id: str, model: Mapping[str, object]) -> None:
        body = {"run_id": run_id, "model_json": msgspec.json.encode(model).decode()}
        await self._connection.post(f"{RUNS}/log-model", body)


class HttpMetrics:
    """`MetricStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def history(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        query = {"run_id": run_id, "metric_key": key, "max_results": max_results, "page_token": page_token}
        answer = await self._connection.get(f"{METRICS}/get-history", query)
        return Page([metric_of(item) for item in answer.get("metrics", [])], answer.get("next_page_token"))

    async def history_of_runs(self, run_ids: Sequence[str], key: str, *, max_results: int) -> list[Metric]:
        query = {"run_id": run_ids, "metric_key": key, "max_results": max_results}
        answer = await self._connection.get(BULK_HISTORY, query)
        return [metric_of(item) for item in answer.get("metrics", [])]

    async def sampled_history_of_runs(
        self,
        run_ids: Sequence[str],
        key: str,
        *,
        start_step: int | None = None,
        end_step: int | None = None,
        max_results: int,
    ) -> list[Metric]:
        query = {
            "run_ids": run_ids,
            "metric_key": key,
            "start_step": start_step,
            "end_step": end_step,
            "max_results": max_results,
        }
        answer = await self._connection.get(f"{METRICS}/get-history-bulk-interval", query)
        return [metric_of(item) for item in answer.get("metrics", [])]

    async def curves(self, query: CurveSearch) -> Curves:
        return await curves_over_http(self._connection, query)

    async def ranges(self, experiment_ids: Sequence[str], keys: Sequence[str] | None = None) -> list[MetricRange]:
        return await ranges_over_http(self._connection, experiment_ids, keys)

    async def rank(
        self,
        experiment_ids: Sequence[str],
        key: str,
        *,
        highest: bool,
        summary: MetricSummaryKind = MetricSummaryKind.LAST,
        filter_text: str | None = None,
        max_results: int = 100,
    ) -> RunRanking:
        return await rank_over_http(
            self._connection,
            experiment_ids,
            key,
            highest=highest,
            summary=summary,
            filter_text=filter_text,
            max_results=max_results,
        )


class HttpDatasets:
    """`DatasetStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def search(self, experiment_ids: Sequence[str]) -> list[DatasetSummary]:
        answer = await self._connection.post(SEARCH_DATASETS, {"experiment_ids": experiment_ids})
        return [msgspec.convert(item, DatasetSummary) for item in answer.get("dataset_summaries", [])]


class HttpLoggedModels:
    """`LoggedModelStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def create(self, new_model: NewLoggedModel) -> LoggedModel:
        body = {
            "experiment_id": new_model.experiment_id,
            "name": new_model.name,
            "model_type": new_model.model_type,
            "source_run_id": new_model.source_run_id,
            "params": pairs_to_wire(new_model.params),
            "tags": pairs_to_wire(new_model.tags),
        }
        answer = await self._connection.post(MODELS, body)
        return logged_model_of(answer["model"])

    async def get(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        answer = await self._connection.get(f"{MODELS}/{model_id}", {"allow_deleted": "true"} if allow_deleted else {})
        return logged_model_of(answer["model"])

    async def finalize(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        body = {"model_id": model_id, "status": status.value}
        answer = await self._connection.send("PATCH", f"{MODELS}/{model_id}", body)
        return logged_model_of(answer["model"])

    async def delete(self, model_id: str) -> None:
        await self._connection.send("DELETE", f"{MODELS}/{model_id}", {"model_id": model_id})

    async def set_tags(self, model_id: str, tags: Sequence[Tag]) -> LoggedModel:
        body = {"model_id": model_id, "tags": pairs_to_wire(tags)}
        answer = await self._connection.send("PATCH", f"{MODELS}/{model_id}/tags", body)
        # MLflow documents a model in this answer and sends none.
        return logged_model_of(answer["model"]) if "model" in answer else await self.get(model_id)

    async def delete_tag(self, model_id: str, key: str) -> None:
        body = {"model_id": model_id, "tag_key": key}
        await self._connection.send("DELETE", f"{MODELS}/{model_id}/tags/{key}", body)

    async def log_params(self, model_id: str, params: Sequence[Param]) -> None:
        body = {"model_id": model_id, "params": pairs_to_wire(params)}
        await self._connection.post(f"{MODELS}/{model_id}/params", body)

    async def search(self, query: LoggedModelSearch) -> Page[LoggedModel]:
        body = {
            "experiment_ids": query.experiment_ids,
            "filter": query.filter,
            "datasets": [_without_none(item) for item in msgspec.to_builtins(query.datasets)],
            "order_by": [_without_none(item) for item in msgspec.to_builtins(query.order_by)],
            "max_results": query.max_results,
            "page_token": query.page_token,
        }
        answer = await self._connection.post(f"{MODELS}/search", body)
        return Page([logged_model_of(item) for item in answer.get("models", [])], answer.get("next_page_token"))


class HttpStore:
    """`Store` over HTTP.

    Args:
        client: Knows the address of the server; its owner closes it.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._connection = HttpConnection(client)
        self.experiments = HttpExperiments(self._connection)
        self.runs = HttpRuns(self._connection)
        self.metrics = HttpMetrics(self._connection)
        self.datasets = HttpDatasets(self._connection)
        self.logged_models = HttpLoggedModels(self._connection)
        self.metric_meanings = HttpMetricMeanings(self._connection)
        self.registered_models = HttpRegisteredModels(self._connection)
        self.model_versions = HttpModelVersions(self._connection)
        self.webhooks = HttpWebhooks(self._connection)
        self.bin = HttpBin(self._connection)

    @property
    def overviews(self) -> OverviewStore:
        """Not here: pages ask routes of their own, which answer in messages rather than entities."""
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is under way between calls."""


def _without_none(item: Json) -> Json:
    return {name: value for name, value in item.items() if value is not None}
