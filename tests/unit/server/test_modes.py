"""What the settings change: a prefix, artifacts alone, no artifacts, framing, HTTPS before the server."""

from pathlib import Path

import pytest

from tests.in_process import error_of, in_process_client

pytestmark = pytest.mark.anyio

FILE = "/api/2.0/mlflow-artifacts/artifacts/x.txt"
EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0"


async def test_a_prefix_stands_before_every_path(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, static_prefix="/x") as client:
        assert (await client.get("/x/health")).text == "OK"
        assert (await client.get(f"/x{EXPERIMENT}")).status_code == 200
        assert error_of(await client.get("/health"))[:2] == (404, "ENDPOINT_NOT_FOUND")
        body = {"path": "x", "num_parts": 1}
        begun = (await client.post("/x/api/2.0/mlflow-artifacts/mpu/create/up", json=body)).json()
        assert begun["credentials"][0]["url"].startswith("http://localhost:5000/x/api/")
        assert (await client.put(begun["credentials"][0]["url"], content=b"x")).status_code == 200


async def test_a_server_without_artifacts_refuses_them_alone(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, serve_artifacts=False) as client:
        for method in ("GET", "PUT", "DELETE"):
            status, code, message = error_of(await client.request(method, FILE))
            assert (status, code) == (503, "TEMPORARILY_UNAVAILABLE")
            assert "--serve-artifacts" in message
        assert (await client.get(EXPERIMENT)).status_code == 200


async def test_a_server_of_artifacts_refuses_the_rest(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, artifacts_only=True) as client:
        status, code, message = error_of(await client.get(EXPERIMENT))
        assert (status, code) == (503, "TEMPORARILY_UNAVAILABLE")
        assert "--artifacts-only" in message
        assert error_of(await client.get("/get-artifact?run_id=x&path=y"))[0] == 503
        await client.put(FILE, content=b"x")
        assert (await client.get(FILE)).content == b"x"
        assert (await client.get("/health")).text == "OK"
        assert (await client.get("/api/3.0/mlflow/server-info")).status_code == 200


async def test_a_local_root_of_the_operator_is_opened(tmp_path: Path) -> None:
    root = tmp_path / "own root"
    async with in_process_client(tmp_path, serve_artifacts=False, default_artifact_root=root.as_uri()) as client:
        run = (await client.post("/api/2.0/mlflow/runs/create", json={"experiment_id": "0"})).json()["run"]["info"]
        folder = root / "0" / run["run_id"] / "artifacts"
        folder.mkdir(parents=True)
        (folder / "x.txt").write_text("x")
        question = {"run_id": run["run_id"], "path": "x.txt"}
        assert (await client.get("/get-artifact", params=question)).text == "x"


@pytest.mark.parametrize(("choice", "header"), [("DENY", "DENY"), ("NONE", None)])
async def test_who_may_frame_the_pages_is_the_operators_choice(tmp_path: Path, choice: str, header: str | None) -> None:
    async with in_process_client(tmp_path, x_frame_options=choice) as client:
        assert (await client.get("/")).headers.get("x-frame-options") == header


async def test_a_server_on_an_ipv6_address_is_called_by_it(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, host="2001:db8::7") as client:
        assert (await client.get(EXPERIMENT, headers={"Host": "[2001:db8::7]:5000"})).status_code == 200
        assert error_of(await client.get(EXPERIMENT, headers={"Host": "[2001:db8::8]:5000"}))[0] == 403


async def test_behind_a_proxy_with_tls_addresses_are_https(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, allowed_hosts=("mlflow.example.com",), allow_open=True) as client:
        headers = {"Host": "mlflow.example.com", "X-Forwarded-Proto": "https"}
        body = {"path": "x", "num_parts": 1}
        answer = await client.post("/api/2.0/mlflow-artifacts/mpu/create/up", json=body, headers=headers)
        assert answer.json()["credentials"][0]["url"].startswith("https://mlflow.example.com/api/")
