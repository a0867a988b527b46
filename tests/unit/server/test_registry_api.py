"""MLflow's registry routes: shapes, names of versions, and where their files may be."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.in_process import error_of, in_process_client
from tests.unit.server.registry import PROMOTION, ask, call, new_model, new_run, promote

pytestmark = pytest.mark.anyio

BAD = (400, "INVALID_PARAMETER_VALUE")
MISSING = (404, "RESOURCE_DOES_NOT_EXIST")
MLMODEL = b"""
flavors: {python_function: {}, sklearn: {}}
model_size_bytes: 7
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: null
"""


async def register(client: httpx.AsyncClient, name: str, source: str, **fields: Any) -> dict[str, Any]:
    """Register a version."""
    answer = await call(client, "POST", "model-versions/create", name=name, source=source, **fields)
    version: dict[str, Any] = answer["model_version"]
    return version


async def details(client: httpx.AsyncClient, name: str, version: int | str) -> Any:
    """All there is to know of a version."""
    return await call(client, "GET", f"{PROMOTION}/{name}/versions/{version}")


async def upload(client: httpx.AsyncClient, uri: str, **files: bytes) -> None:
    """Put files where a proxied URI says."""
    folder = uri.removeprefix("mlflow-artifacts:")
    for name, content in files.items():
        await client.put(f"/api/2.0/mlflow-artifacts/artifacts{folder}/{name}", content=content)


async def logged_model(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """The info of a new logged model."""
    answer = await call(client, "POST", "logged-models", experiment_id="0", name="net", **fields)
    info: dict[str, Any] = answer["model"]["info"]
    return info


async def test_a_version_is_shown_as_mlflow_does(client: httpx.AsyncClient) -> None:
    name = await new_model(client)
    version = await register(client, name, "s3://bucket/x")
    times = {version.pop("creation_timestamp"), version.pop("last_updated_timestamp")}
    assert len(times) == 1
    assert version == {
        "name": name,
        "version": "1",
        "current_stage": "None",
        "source": "s3://bucket/x",
        "status": "READY",
        "description": "",
        "run_id": "",
        "run_link": "",
    }
    updated = await call(client, "PATCH", "model-versions/update", name=name, version="1")
    assert "description" not in updated["model_version"]
    assert (await details(client, name, 1))["description"] is None


async def test_an_empty_model_is_shown_as_mlflow_does(client: httpx.AsyncClient) -> None:
    name = await new_model(client)
    model = (await call(client, "GET", "registered-models/get", name=name))["registered_model"]
    assert set(model) == {"name", "creation_timestamp", "last_updated_timestamp"}
    assert await call(client, "GET", "registered-models/search", filter="name = 'nobody'") == {}


async def test_a_label_names_a_version_for_mlflows_clients(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    for label in ("20251012_162229", "20251216103000"):
        await register(client, name, f"s3://bucket/{label}", tags=[{"key": "trialog.label", "value": label}])
    for label, number in (("20251012_162229", "2"), ("20251216103000", "3")):
        found = await call(client, "GET", "model-versions/get", name=name, version=label)
        assert found["model_version"]["version"] == number
        located = await call(client, "GET", "model-versions/get-download-uri", name=name, version=label)
        assert located == {"artifact_uri": f"s3://bucket/{label}"}
        for method in ("GET", "POST"):
            latest = await call(client, method, "registered-models/get-latest-versions", name=name, stages=[label])
            assert [version["version"] for version in latest["model_versions"]] == [number]
    both = await call(
        client, "POST", "registered-models/get-latest-versions", name=name, stages=["none", "20251012_162229"]
    )
    assert [version["version"] for version in both["model_versions"]] == ["3", "2"]
    copy = await register(client, name, f"models:/{name}/20251012_162229")
    assert copy["source"] == f"models:/{name}/2"


async def test_a_stage_asked_for_many_times_is_answered_once_and_many_are_refused(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    path = "registered-models/get-latest-versions"
    repeated = await call(client, "POST", path, name=name, stages=["None"] * 3000)
    assert [version["version"] for version in repeated["model_versions"]] == ["1"]
    answer = await ask(client, "POST", path, name=name, stages=[f"label {number}" for number in range(101)])
    *found, message = error_of(answer)
    assert tuple(found) == BAD
    assert "at most 100 stages" in message


async def test_what_is_no_version_is_told_in_mlflows_words(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    for version, code, part in (
        ("9", MISSING, f"Model Version (name={name}, version=9) not found"),
        ("abc", BAD, "Parameter 'version' must be an integer, got 'abc'."),
    ):
        *found, message = error_of(await ask(client, "GET", "model-versions/get", name=name, version=version))
        assert tuple(found) == code
        assert part in message
    for model, code, part in (
        (name, BAD, "Invalid Model Version stage: live. Value must be one of None, Staging, Production, Archived"),
        ("nobody", MISSING, "Registered Model with name=nobody not found"),
    ):
        answer = await ask(client, "POST", "registered-models/get-latest-versions", name=model, stages=["live"])
        *found, message = error_of(answer)
        assert tuple(found) == code
        assert part in message


@pytest.mark.parametrize(
    "source",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "file:/etc",
        "C:\\Windows",
        "C:/Windows",
        "..",
        "a/../../b",
        "a/%2e%2e/b",
        "a\\b",
        "s3://bucket/../x",
        "mlflow-artifacts:/0/nobody/artifacts/model",
        "mlflow-artifacts:/",
        "mlflow-artifacts://host/0/x",
        "http://localhost:5000/api/2.0/mlflow-artifacts/artifacts/0/x",
        "runs:/nobody/model",
        "models:/m-0123",
        "models://host/m/1",
        "models:/a/b/c",
        "javascript:alert(1)",
        "http://[",
        "s3://b/" + "x" * 3000,
    ],
)
async def test_a_source_of_somebody_else_is_refused(client: httpx.AsyncClient, source: str) -> None:
    name = await new_model(client)
    run = await new_run(client)
    for fields in ({}, {"run_id": run["run_id"]}):
        answer = await ask(client, "POST", "model-versions/create", name=name, source=source, **fields)
        assert error_of(answer)[:2] == BAD
    assert await call(client, "GET", "model-versions/search", filter=f"name = '{name}'") == {}


@pytest.mark.parametrize("source", ["models:/nobody/1", "models:/nobody@champion", "models:/nobody/latest"])
async def test_a_copy_of_nothing_is_refused(client: httpx.AsyncClient, source: str) -> None:
    name = await new_model(client)
    assert error_of(await ask(client, "POST", "model-versions/create", name=name, source=source))[:2] == MISSING


async def test_a_source_must_belong_to_what_the_request_names(client: httpx.AsyncClient) -> None:
    name = await new_model(client)
    one, other = await new_run(client), await new_run(client)
    for source in (f"runs:/{one['run_id']}/model", f"{one['artifact_uri']}/model"):
        answer = await ask(client, "POST", "model-versions/create", name=name, source=source, run_id=other["run_id"])
        *code, message = error_of(answer)
        assert tuple(code) == BAD
        assert "The run_id request parameter must identify the resource that contains the source." in message
        assert (await register(client, name, source, run_id=one["run_id"]))["run_id"] == one["run_id"]
    model, stranger = await logged_model(client), await logged_model(client)
    for source in (f"models:/{model['model_id']}", f"{model['artifact_uri']}/x"):
        fields = {"name": name, "source": source, "model_id": stranger["model_id"]}
        *code, message = error_of(await ask(client, "POST", "model-versions/create", **fields))
        assert tuple(code) == BAD
        assert "The model_id request parameter must identify" in message
    answer = await ask(client, "POST", "model-versions/create", name=name, source="s3://b/x", model_id="m-nobody")
    assert error_of(answer)[:2] == MISSING


async def test_a_logged_model_is_registered(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    model = await logged_model(client, source_run_id=run["run_id"])
    await upload(client, model["artifact_uri"], MLmodel=MLMODEL, **{"model.pkl": b"12345"})
    name = await new_model(client)
    version = await register(client, name, f"models:/{model['model_id']}", model_id=model["model_id"])
    assert version["run_id"] == run["run_id"]
    shown = await details(client, name, 1)
    assert (shown["model_path"], shown["storage_location"]) == (f"models:/{model['model_id']}", model["artifact_uri"])
    assert (shown["model_id"], shown["flavors"]) == (model["model_id"], ["python_function", "sklearn"])
    assert shown["signature"] == {"inputs": [{"type": "double", "name": "x"}]}
    assert shown["size_bytes"] == len(MLMODEL) + 5
    located = await call(client, "GET", "model-versions/get-download-uri", name=name, version="1")
    assert located == {"artifact_uri": model["artifact_uri"]}
    stored = await call(client, "GET", f"logged-models/{model['model_id']}")
    (tag,) = stored["model"]["info"]["tags"]
    assert (tag["key"], name in tag["value"]) == ("mlflow.modelVersions", True)

    other = await new_model(client)
    copy = await register(client, other, f"models:/{name}/1")
    assert copy["run_id"] == run["run_id"]
    same = ("storage_location", "model_id", "signature", "flavors", "size_bytes")
    copied = await details(client, other, 1)
    assert {key: copied[key] for key in same} == {key: shown[key] for key in same}
    answer = await ask(client, "POST", "model-versions/create", name=other, source=f"models:/{name}/1", run_id="x")
    assert error_of(answer)[:2] == BAD


async def test_a_copy_keeps_what_its_name_meant_then(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=2)
    await promote(client, name, 1)
    await call(client, "POST", "registered-models/alias", name=name, alias="champion", version="2")
    for named, number in (("/production", 1), ("@champion", 2), ("/latest", 2)):
        other = await new_model(client)
        assert (await register(client, other, f"models:/{name}{named}"))["source"] == f"models:/{name}/{number}"


async def test_the_model_of_a_run_is_read_where_it_lies(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    name = await new_model(client)
    model = await logged_model(client, source_run_id=run["run_id"])
    await call(client, "POST", "runs/outputs", run_id=run["run_id"], models=[{"model_id": model["model_id"]}])
    await upload(client, model["artifact_uri"], MLmodel=MLMODEL)
    await upload(client, f"{run['artifact_uri']}/old", MLmodel=b"flavors: {keras: {}}")
    for path, flavors in (("net", ["python_function", "sklearn"]), ("old", ["keras"]), ("none", [])):
        version = await register(client, name, f"runs:/{run['run_id']}/{path}", run_id=run["run_id"])
        shown = await details(client, name, version["version"])
        assert (shown["flavors"], shown["storage_location"]) == (flavors, f"runs:/{run['run_id']}/{path}")
    fetched = await ask(client, "GET", "/model-versions/get-artifact", name=name, version="1", path="MLmodel")
    assert fetched.content == MLMODEL


@pytest.mark.parametrize("content", [b"[", b"\xff", b"a: &x 1", b"x" * (2**20 + 1)])
async def test_a_version_is_registered_whatever_its_files_are_like(client: httpx.AsyncClient, content: bytes) -> None:
    run = await new_run(client)
    await upload(client, f"{run['artifact_uri']}/model", MLmodel=content)
    name = await new_model(client)
    await register(client, name, f"{run['artifact_uri']}/model", run_id=run["run_id"])
    shown = await details(client, name, 1)
    assert (shown["signature"], shown["flavors"], shown["size_bytes"]) == (None, [], len(content))


async def test_one_file_is_a_source_too(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    await upload(client, run["artifact_uri"], **{"model.pkl": b"12345"})
    name = await new_model(client)
    await register(client, name, f"{run['artifact_uri']}/model.pkl", run_id=run["run_id"])
    assert (await details(client, name, 1))["size_bytes"] == 5
    assert (await promote(client, name, 1))["stage"] == "Production"


async def test_local_files_are_those_of_the_run_alone(tmp_path: Path) -> None:
    root = (tmp_path / "local").as_posix()
    async with in_process_client(tmp_path, default_artifact_root=root) as client:
        run, name = await new_run(client), await new_model(client)
        folder = Path(run["artifact_uri"].removeprefix("file://"))
        (folder / "model").mkdir(parents=True)
        (folder / "model" / "MLmodel").write_bytes(MLMODEL)
        inside = (folder / "model").as_posix()
        for source in (inside, f"file://{inside}"):
            version = await register(client, name, source, run_id=run["run_id"])
            assert (await details(client, name, version["version"]))["flavors"] == ["python_function", "sklearn"]
        for source in (f"{inside}/../../x", folder.parent.as_posix(), f"{folder.as_posix()}2", "/etc/passwd"):
            answer = await ask(client, "POST", "model-versions/create", name=name, source=source, run_id=run["run_id"])
            assert error_of(answer)[:2] == BAD
        assert error_of(await ask(client, "POST", "model-versions/create", name=name, source=inside))[:2] == BAD


async def test_files_elsewhere_are_not_fetched(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    await register(client, name, "s3://bucket/model")
    for version in ("1", "2"):
        answer = await ask(client, "GET", "/model-versions/get-artifact", name=name, version=version, path="MLmodel")
        *code, message = error_of(answer)
        assert tuple(code) == BAD
        assert "not served here" in message


@pytest.mark.parametrize("path", ["../MLmodel", "/etc/passwd", "%2e%2e/MLmodel", "a\\b"])
async def test_an_artifact_of_a_version_lies_below_it(client: httpx.AsyncClient, path: str) -> None:
    run, name = await new_run(client), await new_model(client)
    await upload(client, run["artifact_uri"], MLmodel=MLMODEL)
    await register(client, name, f"{run['artifact_uri']}/model", run_id=run["run_id"])
    answer = await ask(client, "GET", "/model-versions/get-artifact", name=name, version="1", path=path)
    assert error_of(answer)[:2] == BAD


async def test_prompts_have_no_files(client: httpx.AsyncClient) -> None:
    name = await new_model(client)
    tags = [{"key": "mlflow.prompt.is_prompt", "value": "True"}]
    assert (await register(client, name, "dummy-source", tags=tags))["version"] == "1"
    answer = await ask(client, "POST", "model-versions/create", name=name, source="s3://b/x", tags=tags)
    assert "Prompt sources must use" in error_of(answer)[2]


async def test_what_is_in_production_is_deleted_by_force_alone(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=2)
    for version, path, fields in ((1, "model-versions/delete", {"version": "1"}), (2, "registered-models/delete", {})):
        await promote(client, name, version)
        answer = await ask(client, "DELETE", path, name=name, **fields)
        assert error_of(answer)[:2] == (409, "RESOURCE_CONFLICT")
        assert error_of(await ask(client, "DELETE", path, name=name, force="yes", **fields))[:2] == BAD
        await call(client, "DELETE", path, name=name, force=True, **fields)


async def test_archiving_needs_a_stage_of_one(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    fields = {"name": name, "version": "1", "archive_existing_versions": True}
    answer = await ask(client, "POST", "model-versions/transition-stage", stage="Archived", **fields)
    *code, message = error_of(answer)
    assert tuple(code) == BAD
    assert "'Archived' is not an Active stage" in message
