"""MLflow's REST API spoken over one connection, with nothing repeated behind the caller's back."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 30
# What a client sees of a server that is killed while it listens, reads or answers.
CONNECTION_LOST = (OSError, HTTPException)


class Refused(Exception):
    """The server answered with an error.

    Args:
        status: HTTP status.
        answer: Body of the answer.
    """

    def __init__(self, status: int, answer: str) -> None:
        super().__init__(f"{status}: {answer}")
        self.status = status


class RestClient:
    """One connection to a server.

    Args:
        url: Address of the server.
    """

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        assert address.hostname is not None
        self._connection = HTTPConnection(address.hostname, address.port, timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a request below `/api/2.0/mlflow/`.

        Args:
            path: Such as `runs/create`.
            body: The request.

        Raises:
            Refused: The server answered with an error.
        """
        headers = {"Content-Type": "application/json"}
        return self._answer("POST", path, json.dumps(body).encode(), headers)

    def get(self, path: str, **parameters: str | int) -> dict[str, Any]:
        """Ask something below `/api/2.0/mlflow/`.

        Args:
            path: Such as `runs/get`.
            parameters: Of the query.

        Raises:
            Refused: The server answered with an error.
        """
        return self._answer("GET", f"{path}?{urlencode(parameters)}", None, {})

    def create_run(self) -> str:
        """Begin a run in the default experiment and return its id."""
        run_id: str = self.post("runs/create", {"experiment_id": "0", "start_time": 0})["run"]["info"]["run_id"]
        return run_id

    def log_metric(self, run_id: str, key: str, value: float, *, step: int) -> None:
        """Log a point; its timestamp is its step."""
        self.post("runs/log-metric", {"run_id": run_id, "key": key, "value": value, "timestamp": step, "step": step})

    def history(self, run_id: str, key: str) -> list[dict[str, Any]]:
        """Return all points of a metric of a run."""
        points: list[dict[str, Any]] = self.get("metrics/get-history", run_id=run_id, metric_key=key).get("metrics", [])
        return points

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        self._connection.request(method, f"/api/2.0/mlflow/{path}", body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        if response.status != 200:
            raise Refused(response.status, text)
        answer: dict[str, Any] = json.loads(text)
        return answer
