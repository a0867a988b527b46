"""Speaks to the model registry of a server as a user with `curl` does."""

import uuid
from typing import Any

import httpx

MLFLOW = "/api/2.0/mlflow"
PROMOTION = "/mlflow/models"


def unique(word: str = "model") -> str:
    """A name no other test has."""
    return f"{word}-{uuid.uuid4().hex[:12]}"


async def call(client: httpx.AsyncClient, method: str, path: str, /, **fields: Any) -> Any:
    """What a successful request answers; a GET has its fields in the query."""
    answer = await ask(client, method, path, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(client: httpx.AsyncClient, method: str, path: str, /, **fields: Any) -> httpx.Response:
    """Any answer."""
    address = path if path.startswith("/") else f"{MLFLOW}/{path}"
    if method == "GET":
        return await client.get(address, params=fields)
    return await client.request(method, address, json=fields)


async def new_run(client: httpx.AsyncClient, **metrics: Any) -> dict[str, Any]:
    """The info of a new run with some metrics and a param."""
    info: dict[str, Any] = (await call(client, "POST", "runs/create", experiment_id="0", run_name="night"))["run"][
        "info"
    ]
    points = [{"key": key, "value": value, "timestamp": 1, "step": 0} for key, value in metrics.items()]
    params = [{"key": "max_depth", "value": "6"}]
    await call(client, "POST", "runs/log-batch", run_id=info["run_id"], metrics=points, params=params)
    return info


async def new_model(client: httpx.AsyncClient, *, versions: int = 0) -> str:
    """Name of a new registered model with some versions."""
    name = unique()
    await call(client, "POST", "registered-models/create", name=name)
    for number in range(1, versions + 1):
        await call(client, "POST", "model-versions/create", name=name, source=f"artifacts/models/v{number}.pkl")
    return name


async def promote(client: httpx.AsyncClient, name: str, version: int | str, **fields: Any) -> Any:
    """Promote to Production as the guide does."""
    body = {"stage": "Production", "archive_existing": True, **fields}
    return await call(client, "POST", f"{PROMOTION}/promote", model_name=name, version=version, **body)


async def stages(client: httpx.AsyncClient, name: str) -> dict[int, str]:
    """Stage of each version."""
    found = await call(client, "GET", "model-versions/search", filter=f"name = '{name}'")
    return {int(version["version"]): version["current_stage"] for version in found["model_versions"]}


async def history(client: httpx.AsyncClient, name: str, **fields: Any) -> list[dict[str, Any]]:
    """Moves, the last one first."""
    found: list[dict[str, Any]] = (await call(client, "GET", f"{PROMOTION}/{name}/history", **fields))["moves"]
    return found
