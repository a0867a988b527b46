"""Writes `mlflow_answers.json`: what MLflow's scoring server answers to each of the requests.

Run it by a Python that has MLflow with its server: `python -m tests.e2e.serving.record_mlflow_answers`.
"""

import asyncio
import importlib
import importlib.metadata
import json
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from tests.e2e.serving.scoring_requests import ECHO_CODE, JSON, REQUESTS, SIGNATURES, Asked, write_model

RECORDED = Path(__file__).with_name("mlflow_answers.json")


def main() -> None:
    """Ask MLflow's server everything, and write what it says."""
    from mlflow import pyfunc
    from mlflow.pyfunc import scoring_server

    sys.path.insert(0, str(ECHO_CODE))
    echo_model = importlib.import_module("echo_model")
    with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        apps = {}
        for name in SIGNATURES:
            folder = Path(directory) / name
            write_model(folder, name)
            apps[name] = scoring_server.init(pyfunc.load_model(str(folder)))
        asked = [*REQUESTS, *answer_requests(echo_model.ANSWERS)]
        answers = {one.name: asyncio.run(answer_of(apps[one.model], one)) for one in asked}
    content = {"mlflow": importlib.metadata.version("mlflow"), "answers": answers}
    RECORDED.write_text(json.dumps(content, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")


def answer_requests(answers: dict[str, Any]) -> list[Asked]:
    """Return a request for each of the answers that the model can give."""
    return [Asked(f"answer: {name}", "answers", json.dumps({"inputs": [name]}).encode(), JSON) for name in answers]


async def answer_of(app: Any, asked: Asked) -> dict[str, Any]:
    """Return status and what was answered: predictions, or the error code, or the whole text."""
    header = [] if asked.content_type is None else [(b"content-type", asked.content_type.encode())]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
    }
    scope |= {"path": "/invocations", "raw_path": b"/invocations", "query_string": b"", "root_path": ""}
    scope |= {"headers": [(b"host", b"localhost"), *header], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2)}
    sent: list[Any] = []
    coming = iter([{"type": "http.request", "body": asked.body, "more_body": False}])

    async def receive() -> Any:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception as error:  # what the server does not foresee it lets through after its answer
        return {"status": 500, "error": type(error).__name__}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    status = sent[0]["status"]
    try:
        content = json.loads(body)
    except ValueError:
        return {"status": status, "text": body.decode()[:80]}
    if isinstance(content, dict) and "predictions" in content:
        return {"status": status, "predictions": content["predictions"]}
    return {"status": status, "error": content.get("error_code"), "message": content.get("message", "")[:160]}


if __name__ == "__main__":
    main()
