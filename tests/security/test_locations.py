"""A client may say where its artifacts are; the server opens none of those places (CVE-2023-1177 and all after it).

Each chain is the one of the published attacks: name a place, make something that lives there, ask for its files.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.in_process import HOST, RawAnswer, ask, in_process_app
from tests.security.effort import EFFORT
from tests.security.payloads import SECRET, TEXTS, escaped
from tests.security.watch import watching
from trialog.web import Application

pytestmark = pytest.mark.anyio

JSON = ("content-type", "application/json")
CONTENT = "what-nobody-may-read-51c0"
LOCATIONS = (
    "@FOLDER@",
    "file:@FOLDER@",
    "file://@FOLDER@",
    "file://localhost@FOLDER@",
    "FILE:@FOLDER@",
    "file:@FOLDER@#",
    "file:@FOLDER@?",
    "file:@FOLDER@;x",
    "http:@FOLDER@",
    "http://localhost/../../..@FOLDER@",
    "http:///#/../../../../../../../..@FOLDER@",
    "http:///?/../../../../../../../..@FOLDER@",
    "http:///;/../../../../../../../..@FOLDER@",
    "mlflow-artifacts:/../../../../../../..@FOLDER@",
    "mlflow-artifacts://localhost/../../../..@FOLDER@",
    "mlflow-artifacts:/%2e%2e/%2e%2e/%2e%2e/%2e%2e@FOLDER@",
    "mlflow-artifacts:/%252e%252e/%252e%252e/%252e%252e@FOLDER@",
    "mlflow-artifacts:/..;/..;/..;/..@FOLDER@",
    "mlflow-artifacts:/..\\..\\..\\..@FOLDER@",
    "mlflow-artifacts:/x#/../../../..@FOLDER@",
    "mlflow-artifacts:/x?/../../../..@FOLDER@",
    "mlflow-artifacts:/0/../..",
    "mlflow-artifacts:..",
    "runs:/../..@FOLDER@",
    "models:/m/..@FOLDER@",
    "s3://bucket/../..@FOLDER@",
    "ftp://localhost@FOLDER@",
    "sftp://localhost@FOLDER@",
    "dbfs:@FOLDER@",
    "hdfs:@FOLDER@",
    "viewfs:@FOLDER@",
    "jar:file:@FOLDER@",
    "local://@FOLDER@",
    "//localhost@FOLDER@",
    "\\\\localhost\\c$",
    "C:\\",
    ".",
    "..",
    "../..",
    "./../..",
    "~",
    "@ARTIFACTS@/../",
    "@ARTIFACTS@/.trialog-staging",
)


class Server:
    """A server, and a file beside it that nobody may reach."""

    def __init__(self, app: Application, place: Path) -> None:
        self.app = app
        self.place = place
        (place / "secret.txt").write_text(CONTENT)

    def filled(self, text: str) -> str:
        filled = text.replace("@FOLDER@", str(self.place)).replace("@ARTIFACTS@", str(self.place / "artifacts"))
        return filled.replace(SECRET, str(self.place / "secret.txt"))

    async def post(self, path: str, **content: object) -> RawAnswer:
        return await ask(self.app, "POST", f"/api/2.0/mlflow/{path}", [HOST, JSON], json.dumps(content).encode())

    async def get(self, target: str) -> RawAnswer:
        return await ask(self.app, "GET", target, [HOST])

    async def must(self, path: str, **content: object) -> dict[str, Any]:
        answer = await self.post(path, **content)
        assert answer.status == 200, answer
        made: dict[str, Any] = json.loads(answer.body)
        return made

    async def assert_nothing_of_run(self, run_id: str) -> None:
        """What lies where the run says is neither listed nor read nor written to."""
        for path in ("", "secret.txt", "../secret.txt", "trialog.db"):
            listed = await self.get(f"/api/2.0/mlflow/artifacts/list?run_id={run_id}&path={escaped(path)}")
            read = await self.get(f"/get-artifact?run_id={run_id}&path={escaped(path)}")
            for answer in (listed, read):
                assert answer.status in {200, 400, 404, 501}
                assert CONTENT.encode() not in answer.body
                assert answer.status != 200 or json.loads(answer.body).get("files", []) == []
        target = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run_id}&path=planted.txt"
        await ask(self.app, "POST", target, [HOST, ("content-length", "1")], b"x")


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    place = tmp_path_factory.mktemp("server")
    async with in_process_app(place) as app:
        opened = Server(app, place)
        await opened.must("registered-models/create", name="m")
        yield opened


@pytest.mark.parametrize("location", LOCATIONS)
async def test_an_experiment_elsewhere_has_no_files_here(server: Server, location: str) -> None:
    before = {file.name for file in server.place.iterdir()}
    with watching(server.place) as seen:
        made = await server.post("experiments/create", name=location, artifact_location=server.filled(location))
        assert made.status in {200, 400}
        if made.status == 200:
            experiment_id = json.loads(made.body)["experiment_id"]
            run = await server.must("runs/create", experiment_id=experiment_id)
            await server.assert_nothing_of_run(run["run"]["info"]["run_id"])
            model = await server.must("logged-models", experiment_id=experiment_id, name="m")
            model_id = model["model"]["info"]["model_id"]
            base = f"/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts"
            for target in (f"{base}/directories", f"{base}/files?artifact_file_path=secret.txt"):
                answer = await server.get(target)
                assert CONTENT.encode() not in answer.body
                assert answer.status != 200 or json.loads(answer.body).get("files", []) == []
    assert seen == []
    assert {file.name for file in server.place.iterdir()} == before
    assert not list(server.place.parent.rglob("planted.txt")) or all(
        "artifacts" in file.relative_to(server.place).parts for file in server.place.rglob("planted.txt")
    )


async def test_a_version_elsewhere_has_no_files_here(server: Server) -> None:
    run = (await server.must("runs/create", experiment_id="0"))["run"]["info"]
    model = (await server.must("logged-models", experiment_id="0", name="m"))["model"]["info"]
    texts = [server.filled(text) for text in (*LOCATIONS, *TEXTS["path traversal"][:: 1 if EFFORT > 1 else 12])]
    sources = [(text, owner) for text in texts for owner in ({}, {"run_id": run["run_id"]})]
    sources += [(f"{run['artifact_uri']}/{text}", {"run_id": run["run_id"]}) for text in texts[::2]]
    sources += [(f"{model['artifact_uri']}/{text}", {"model_id": model["model_id"]}) for text in texts[1::2]]
    with watching(server.place) as seen:
        for source, owner in sources:
            made = await server.post("model-versions/create", name="m", source=source, **owner)
            assert made.status in {200, 400, 404}, (source, owner, made)
            if made.status != 200:
                continue
            version = json.loads(made.body)["model_version"]["version"]
            for path in ("secret.txt", "../secret.txt", "MLmodel", "trialog.db"):
                target = f"/model-versions/get-artifact?name=m&version={version}&path={escaped(path)}"
                answer = await server.get(target)
                assert answer.status in {400, 404}, (source, path, answer)
                assert CONTENT.encode() not in answer.body
    assert seen == []


# What MLflow's server answers under these addresses, and was attacked through; here nothing does.
ABSENT = (
    ("POST", "/ajax-api/2.0/mlflow/gateway-proxy", '{"gateway_path": "http://169.254.169.254/"}'),
    ("GET", "/ajax-api/2.0/mlflow/gateway-proxy?gateway_path=../../etc/passwd", ""),
    ("GET", "/ajax-api/2.0/mlflow/get-trace-artifact?request_id=../../../etc/passwd", ""),
    ("GET", "/ajax-api/3.0/mlflow/get-trace-artifact?request_id=..%2f..%2fsecret.txt&path=x", ""),
    ("GET", "/api/2.0/mlflow/traces/..%2f..%2fsecret.txt/info", ""),
    ("GET", "/api/3.0/mlflow/traces/../../secret.txt", ""),
    ("POST", "/api/3.0/mlflow/scorers/register", '{"serialized_scorer": "gASVAAAA"}'),
    ("POST", "/ajax-api/3.0/mlflow/scorer/invoke", '{"serialized_scorer": "gASVAAAA"}'),
    ("POST", "/ajax-api/3.0/jobs/", '{"job_name": "os.system", "params": {"command": "id"}}'),
    ("POST", "/ajax-api/3.0/jobs", '{"function_fullname": "os.system", "params": {"command": "id"}}'),
    ("POST", "/ajax-api/3.0/mlflow/assistant/message", '{"message": "x"}'),
    ("POST", "/graphql", '{"query": "{ __schema { types { name } } }"}'),
    ("POST", "/ajax-api/2.0/mlflow/graphql", '[{"query": "{ a }"}, {"query": "{ a }"}]'),
    ("POST", "/gateway/mlflow/v1/chat/completions", '{"model": "x"}'),
    ("POST", "/invocations", '{"inputs": [1]}'),
    ("GET", "/static-files/../../../etc/passwd", ""),
    ("GET", "/static-files/..%2f..%2f..%2fetc%2fpasswd", ""),
    ("GET", "/static-files//etc/passwd", ""),
    ("GET", "/docs/../trialog.db", ""),
    ("GET", "/docs/..%2f..%2fapp.py", ""),
    ("GET", "/docs//etc/passwd", ""),
    ("GET", "/.env", ""),
    ("GET", "/.git/config", ""),
    ("GET", "/trialog.db", ""),
    ("GET", "/server.log", ""),
    ("GET", "/metrics/../secret.txt", ""),
    ("GET", "/debug/pprof", ""),
    ("GET", "/console", ""),
)


@pytest.mark.parametrize(("method", "target", "body"), ABSENT, ids=lambda part: str(part)[:60])
async def test_what_mlflow_was_attacked_through_is_not_there(
    server: Server, method: str, target: str, body: str
) -> None:
    with watching(server.place) as seen:
        answer = await ask(server.app, method, target, [HOST, JSON], body.encode())
    assert answer.status in {400, 404, 405, 501}, answer
    assert answer.headers["content-type"] == "application/json"
    assert CONTENT.encode() not in answer.body
    assert seen == []
