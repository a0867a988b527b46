"""Wrong requests: MLflow's error code and status, and a sentence that says what was wrong and where."""

import json
from typing import Any

import httpx
import pytest

from tests.in_process import JSON, ask, error_of
from trialog.web import Application

pytestmark = pytest.mark.anyio

RUNS = "/api/2.0/mlflow/runs"
EXPERIMENTS = "/api/2.0/mlflow/experiments"
BAD = (400, "INVALID_PARAMETER_VALUE")
MISSING = (404, "RESOURCE_DOES_NOT_EXIST")


async def refused(client: httpx.AsyncClient, path: str, body: Any) -> tuple[int, str, str]:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return error_of(await client.post(path, content=content, headers=JSON))


async def new_run(client: httpx.AsyncClient) -> str:
    answer = await client.post(f"{RUNS}/create", json={"experiment_id": "0"})
    run_id: str = answer.json()["run"]["info"]["run_id"]
    return run_id


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ('{"run_id": ', "The body is not JSON"),
        ("{'run_id': 1}", "at byte 1"),
        ("[1]", "must be one JSON object"),
        (b'{"run_id": "\xff"}', "not UTF-8 text at byte 12"),
        ("[" * 100_000, "too deeply"),
        ('{"run_id": 5, "key": "a", "value": 1, "timestamp": 1}', "run_id"),
        ('{"run_id": "x", "key": "a", "value": NaN, "timestamp": 1}', 'write "NaN" in quotes'),
        ('{"run_id": "x", "key": "a", "value": true, "timestamp": 1}', "value"),
        ('{"run_id": "x", "key": "a", "value": 1, "timestamp": 9223372036854775808}', "timestamp"),
        ('{"run_id": "x", "runId": "y", "key": "a", "value": 1, "timestamp": 1}', "both 'run_id' and 'runId'"),
        ("{}", "Missing value for required parameter 'run_id'"),
        ("", "Missing value for required parameter 'run_id'"),
        ('{"run_id": "x", "key": "a", "timestamp": 1}', "Missing value for required parameter 'value'"),
    ],
)
async def test_a_wrong_body_is_named(client: httpx.AsyncClient, body: str | bytes, part: str) -> None:
    *code, message = await refused(client, f"{RUNS}/log-metric", body)
    assert tuple(code) == BAD
    assert part in message


@pytest.mark.parametrize(
    ("content_type", "part"),
    [
        (None, "Content-Type header is missing"),
        ("text/plain", r"must be one of ['application/json']"),
        ("application/x-www-form-urlencoded", r"must be one of ['application/json']"),
    ],
)
async def test_a_body_must_be_announced_as_json(client: httpx.AsyncClient, content_type: str | None, part: str) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = await client.post(f"{EXPERIMENTS}/create", content='{"name": "x"}', headers=headers)
    *code, message = error_of(answer)
    assert tuple(code) == BAD
    assert part in message
    assert message.endswith("With curl, say -H 'Content-Type: application/json'.")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
async def test_every_spelling_of_json_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    answer = await client.post(
        f"{EXPERIMENTS}/get-by-name", content='{"experiment_name": "Default"}', headers={"Content-Type": content_type}
    )
    assert error_of(answer)[0] == 405
    answer = await client.post(
        f"{RUNS}/create", content='{"experiment_id": "0"}', headers={"Content-Type": content_type}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "limit"),
    [
        (f"{RUNS}/set-tag", {"key": "k" * 251, "value": "v"}, 250),
        (f"{RUNS}/set-tag", {"key": "k", "value": "v" * 8001}, 8000),
        (f"{RUNS}/log-parameter", {"key": "k" * 251, "value": "v"}, 250),
        (f"{RUNS}/log-parameter", {"key": "k", "value": "v" * 6001}, 6000),
        (f"{EXPERIMENTS}/create", {"name": "n" * 501}, 500),
    ],
)
async def test_what_is_too_long_is_refused_with_the_limit(
    client: httpx.AsyncClient, path: str, body: dict[str, str], limit: int
) -> None:
    run_id = await new_run(client)
    *code, message = await refused(client, path, body if "name" in body else {"run_id": run_id, **body})
    assert tuple(code) == BAD
    assert f"{limit} characters" in message
    data = (await client.get(f"{RUNS}/get", params={"run_id": run_id})).json()["run"]["data"]
    assert "params" not in data
    assert [tag["key"] for tag in data["tags"]] == ["mlflow.runName"]


async def test_unknown_things_are_named(client: httpx.AsyncClient) -> None:
    *code, message = error_of(await client.get(f"{RUNS}/get", params={"run_id": "f" * 32}))
    assert tuple(code) == MISSING
    assert f"Run with id={'f' * 32} not found" in message
    *code, message = error_of(await client.get(f"{EXPERIMENTS}/get", params={"experiment_id": "77"}))
    assert tuple(code) == MISSING
    assert "No Experiment with id=77 exists" in message
    *code, message = error_of(await client.get("/api/2.0/mlflow/logged-models/m-1"))
    assert tuple(code) == MISSING
    assert "Logged model with ID 'm-1' not found" in message


async def test_a_deleted_run_takes_no_more(client: httpx.AsyncClient) -> None:
    run_id = await new_run(client)
    await client.post(f"{RUNS}/delete", json={"run_id": run_id})
    metric = {"run_id": run_id, "key": "a", "value": 1, "timestamp": 1}
    *code, message = await refused(client, f"{RUNS}/log-metric", metric)
    assert tuple(code) == BAD
    assert "must be in the 'active' state" in message


async def test_a_batch_that_fails_changes_nothing(client: httpx.AsyncClient) -> None:
    run_id = await new_run(client)
    batch = {
        "run_id": run_id,
        "params": [{"key": "fine", "value": "1"}],
        "metrics": [{"key": "fine", "value": 1, "timestamp": 1}],
        "tags": [{"key": "../wrong", "value": "1"}],
    }
    assert tuple((await refused(client, f"{RUNS}/log-batch", batch))[:2]) == BAD
    data = (await client.get(f"{RUNS}/get", params={"run_id": run_id})).json()["run"]["data"]
    assert "params" not in data
    assert "metrics" not in data


async def test_a_body_that_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    status, code, message = await refused(client, f"{RUNS}/log-batch", b" " * (20 * 2**20 + 1))
    assert (status, code) == (413, "INVALID_PARAMETER_VALUE")
    assert "larger than the" in message


async def test_a_profile_of_sixteen_megabytes_is_taken(client: httpx.AsyncClient) -> None:
    dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "{}", "profile": "p" * 16_000_000}
    body = {"run_id": await new_run(client), "datasets": [{"dataset": dataset, "tags": []}]}
    assert (await client.post(f"{RUNS}/log-inputs", json=body)).status_code == 200


async def test_a_wrong_method_is_told_the_right_one(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{RUNS}/create")
    status, code, message = error_of(answer)
    assert (status, code) == (405, "BAD_REQUEST")
    assert "allowed: OPTIONS, POST" in message
    assert answer.headers["allow"] == "OPTIONS, POST"


@pytest.mark.parametrize(
    "path",
    ["/graphql", "/api/2.0/mlflow/traces/create", "/api/3.0/mlflow/traces", "/metrics", "/api/2.0/mlflow"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_endpoint_that_is_not_there_is_named(client: httpx.AsyncClient, method: str, path: str) -> None:
    status, code, message = error_of(await client.request(method, path, json={}))
    assert (status, code) == (404, "ENDPOINT_NOT_FOUND")
    assert path in message


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/api/2.0/mlflow/traces/search", "Traces are"),
        ("/api/3.0/mlflow/traces", "Traces are"),
        ("/v1/metrics", "Intake of OpenTelemetry is"),
        ("/api/3.0/mlflow/gateway/endpoints/list", "The AI gateway is"),
        ("/gateway/mlflow/v1/chat/completions", "The AI gateway is"),
        ("/api/3.0/mlflow/scorers/list", "The evaluation of generative models is"),
        ("/api/3.0/mlflow/datasets/search", "Evaluation datasets are"),
        ("/api/2.0/mlflow/users/create-ui", "Signing up by oneself is"),
        ("/signup", "Signing up by oneself is"),
        ("/graphql", "GraphQL is"),
    ],
)
async def test_what_mlflow_has_and_this_release_lacks_is_named(client: httpx.AsyncClient, path: str, part: str) -> None:
    status, code, message = error_of(await client.post(path, json={}))
    assert (status, code) == (404, "ENDPOINT_NOT_FOUND")
    assert message == f"No endpoint POST {path!r} on this server. {part} not in this release."


async def test_what_nobody_has_is_no_lack(client: httpx.AsyncClient) -> None:
    for path in ("/api/2.0/mlflow/registered-modelsx", "/datasets", "/api/2.0/mlflow/runs/list", "/v1"):
        assert error_of(await client.get(path))[2] == f"No endpoint GET {path!r} on this server."


async def test_traces_are_refused_in_a_way_that_is_not_repeated(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/x-protobuf"}
    status, code, _ = error_of(await client.post("/v1/traces", content=b"\x0a\x00", headers=headers))
    assert (status, code) == (501, "NOT_IMPLEMENTED")


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("run_id=x&metric_key=k&max_results=-1", "max_results"),
        ("run_id=x&metric_key=k&max_results=1e3x", "max_results"),
        ("run_id=%ff&metric_key=k", "not UTF-8"),
        ("metric_key=k", "Missing value for required parameter 'run_id'"),
    ],
)
async def test_a_wrong_query_is_named(client: httpx.AsyncClient, query: str, part: str) -> None:
    *code, message = error_of(await client.get(f"/api/2.0/mlflow/metrics/get-history?{query}"))
    assert tuple(code) == BAD
    assert part in message


async def test_a_query_has_its_limit(app: Application) -> None:
    answer = await ask(app, "GET", f"{RUNS}/get?run_id=" + "z" * 300_000)
    assert error_of(answer)[:2] == BAD


async def test_a_get_may_carry_its_question_in_the_body(client: httpx.AsyncClient) -> None:
    run_id = await new_run(client)
    answer = await client.request("GET", f"{RUNS}/get", content=json.dumps({"run_id": run_id}))
    assert answer.json()["run"]["info"]["run_id"] == run_id
