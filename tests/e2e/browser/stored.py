"""Puts things into a server by its REST API, for tests in which it does not matter who logged them."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, Self

import httpx

MLFLOW = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"


class Stored:
    """What is on a server.

    Args:
        url: The server.
        login: Name and password of somebody who may change it.
        workspace: Where it is, if not in the default one.
    """

    def __init__(self, url: str, login: tuple[str, str] | None = None, *, workspace: str | None = None) -> None:
        headers = {} if workspace is None else {"X-MLFLOW-WORKSPACE": workspace}
        self._client = httpx.Client(base_url=url, auth=login, headers=headers, trust_env=False, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._client.close()

    def post(self, path: str, **fields: Any) -> Any:
        """Ask MLflow's API for a change."""
        return self.send("POST", f"{MLFLOW}/{path}", **fields)

    def send(self, method: str, path: str, **fields: Any) -> Any:
        """Ask for a change anywhere."""
        answer = self._client.request(method, path, json=fields)
        assert answer.is_success, answer.text
        return answer.json()

    def experiment(self, name: str) -> str:
        """Create an experiment and return its id."""
        experiment_id: str = self.post("experiments/create", name=name)["experiment_id"]
        return experiment_id

    def run(
        self,
        experiment_id: str,
        name: str,
        *,
        metrics: Mapping[str, Iterable[float | str]] | None = None,
        params: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        status: str = "FINISHED",
    ) -> str:
        """Create a run and return its id.

        Args:
            experiment_id: Where it belongs.
            name: Its name.
            metrics: Values by step, by key.
            params: Values by key.
            tags: Values by key.
            status: What has become of it.
        """
        start = time.time_ns() // 1_000_000 - 60_000
        pairs = [{"key": key, "value": value} for key, value in (tags or {}).items()]
        created = self.post("runs/create", experiment_id=experiment_id, run_name=name, start_time=start, tags=pairs)
        run_id: str = created["run"]["info"]["run_id"]
        points = [
            {"key": key, "value": value, "timestamp": start + step, "step": step}
            for key, values in (metrics or {}).items()
            for step, value in enumerate(values)
        ]
        written = [{"key": key, "value": str(value)} for key, value in (params or {}).items()]
        for first in range(0, max(len(points), 1), 1000):
            self.post(
                "runs/log-batch",
                run_id=run_id,
                metrics=points[first : first + 1000],
                params=written[:100] if first == 0 else [],
            )
        if status != "RUNNING":
            self.post("runs/update", run_id=run_id, status=status, end_time=start + 45_000)
        return run_id

    def file(self, experiment_id: str, run_id: str, path: str, content: bytes) -> None:
        """Upload an artifact of a run."""
        answer = self._client.put(f"{FILES}/{experiment_id}/{run_id}/artifacts/{path}", content=content)
        assert answer.status_code == 200, answer.text
