"""Artifacts over HTTP: by their place, by their run and by their model; whole, in part and in parts."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest

from tests.in_process import ask, error_of
from trialog.web import Application

pytestmark = pytest.mark.anyio

PROXY = "/api/2.0/mlflow-artifacts"
FILES = f"{PROXY}/artifacts"
CONTENT = bytes(range(256)) * 10


async def new_run(client: httpx.AsyncClient, experiment_id: str = "0") -> dict[str, str]:
    answer = await client.post("/api/2.0/mlflow/runs/create", json={"experiment_id": experiment_id})
    info: dict[str, str] = answer.json()["run"]["info"]
    return info


async def new_model(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/api/2.0/mlflow/logged-models", json={"experiment_id": "0", "name": "m"})
    info: dict[str, str] = answer.json()["model"]["info"]
    return info


def place_of(uri: str) -> str:
    assert uri.startswith("mlflow-artifacts:/")
    return f"{FILES}/{uri.removeprefix('mlflow-artifacts:/')}"


@pytest.fixture(scope="module")
async def stored(client: httpx.AsyncClient) -> str:
    assert (await client.put(f"{FILES}/kept/data.bin", content=CONTENT)).json() == {}
    return f"{FILES}/kept/data.bin"


async def test_a_file_comes_back_as_it_was_sent(client: httpx.AsyncClient, stored: str) -> None:
    answer = await client.get(stored)
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="data.bin"')
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["accept-ranges"] == "bytes"


async def test_a_file_is_sent_in_pieces_and_replaced_as_a_whole(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    await client.put(f"{FILES}/replaced.txt", content=b"before")
    await client.put(f"{FILES}/replaced.txt", content=pieces())
    assert (await client.get(f"{FILES}/replaced.txt")).content == b"x" * 1_000_000


async def test_an_empty_file_is_a_file(client: httpx.AsyncClient) -> None:
    assert (await client.put(f"{FILES}/empty.txt", content=b"")).status_code == 200
    answer = await client.get(f"{FILES}/empty.txt")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("asked", "part", "content_range"),
    [
        ("bytes=0-9", CONTENT[:10], "bytes 0-9/2560"),
        ("bytes=2550-", CONTENT[2550:], "bytes 2550-2559/2560"),
        ("bytes=-5", CONTENT[-5:], "bytes 2555-2559/2560"),
        ("bytes=2555-9999", CONTENT[2555:], "bytes 2555-2559/2560"),
        ("bytes=0-", CONTENT, "bytes 0-2559/2560"),
    ],
)
async def test_a_part_is_sent(
    client: httpx.AsyncClient, stored: str, asked: str, part: bytes, content_range: str
) -> None:
    answer = await client.get(stored, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == part
    assert answer.headers["content-range"] == content_range
    assert answer.headers["content-length"] == str(len(part))


async def test_several_parts_at_once_are_the_whole(client: httpx.AsyncClient, stored: str) -> None:
    answer = await client.get(stored, headers={"Range": "bytes=0-1,5-6"})
    assert (answer.status_code, answer.content) == (200, CONTENT)


@pytest.mark.parametrize("asked", ["bytes=2560-", "bytes=-0"])
async def test_a_part_outside_the_file_is_refused(client: httpx.AsyncClient, stored: str, asked: str) -> None:
    answer = await client.get(stored, headers={"Range": asked})
    assert error_of(answer)[:2] == (416, "BAD_REQUEST")
    assert answer.headers["content-range"] == "bytes */2560"


async def test_a_part_of_a_replaced_file_is_not_mixed_with_the_old_one(client: httpx.AsyncClient) -> None:
    await client.put(f"{FILES}/changing.txt", content=b"old content")
    etag = (await client.get(f"{FILES}/changing.txt")).headers["etag"]
    headers = {"Range": "bytes=4-", "If-Range": etag}
    assert (await client.get(f"{FILES}/changing.txt", headers=headers)).content == b"content"
    await client.put(f"{FILES}/changing.txt", content=b"new")
    answer = await client.get(f"{FILES}/changing.txt", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"new")


async def test_a_file_that_the_client_has_is_not_sent_again(client: httpx.AsyncClient, stored: str) -> None:
    etag = (await client.get(stored)).headers["etag"]
    answer = await client.get(stored, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag


async def test_head_tells_the_size(client: httpx.AsyncClient, stored: str) -> None:
    answer = await client.head(stored)
    assert answer.content == b""
    assert answer.headers["content-length"] == "2560"


@pytest.mark.parametrize("name", ["a b.txt", "100%25.txt", "a%20b.txt", "модель.txt", "a+b&c=d.txt", "a;b.txt"])
async def test_names_are_kept_as_they_are(client: httpx.AsyncClient, name: str) -> None:
    address = f"{FILES}/names/{quote(name)}"
    await client.put(address, content=name.encode())
    assert (await client.get(address)).content == name.encode()
    files = (await client.get(FILES, params={"path": "names"})).json()["files"]
    assert name in {file["path"] for file in files}


@pytest.mark.parametrize(
    "path",
    [
        "../x", "a/../../x", "%2e%2e/x", "%252e%252e/x", "%25252e%25252e/x", "..%2fx", "..%5cx", "a%5c..%5cx", "./x",
        "/etc/passwd", "%2fetc%2fpasswd", "C:/x", "c%3a%5cx", "a%00b", "a%23b", "a%3fb", "a//b", "...", "%ff",
        ".trialog-staging/x", "%c0%ae%c0%ae/x", "file:///etc/passwd",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_paths_that_lead_elsewhere_are_refused(app: Application, method: str, path: str) -> None:
    answer = await ask(app, method, f"{FILES}/{path}", body=b"x")
    assert error_of(answer)[:2] == (400, "INVALID_PARAMETER_VALUE")


async def test_a_missing_file_is_named(client: httpx.AsyncClient) -> None:
    status, code, message = error_of(await client.get(f"{FILES}/nothing/there.txt"))
    assert (status, code) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert "there.txt" in message


async def test_an_upload_needs_a_file_name(client: httpx.AsyncClient) -> None:
    status, code, message = error_of(await client.put(f"{FILES}/folder/", content=b"x"))
    assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
    assert "name of a file" in message


async def test_folders_are_listed_by_last_name_and_deleted_whole(client: httpx.AsyncClient) -> None:
    for name in ("b.txt", "a/1.txt", "a/2.txt"):
        await client.put(f"{FILES}/tree/{name}", content=b"12345")
    assert (await client.get(FILES, params={"path": "tree"})).json() == {
        "files": [{"path": "a", "is_dir": True}, {"path": "b.txt", "is_dir": False, "file_size": 5}]
    }
    assert (await client.delete(f"{FILES}/tree/a/")).json() == {}
    assert [file["path"] for file in (await client.get(FILES, params={"path": "tree"})).json()["files"]] == ["b.txt"]
    assert (await client.get(FILES, params={"path": "tree/b.txt"})).json() == {}
    assert (await client.get(FILES, params={"path": "nowhere"})).json() == {}


async def test_the_root_itself_is_not_deleted(client: httpx.AsyncClient, stored: str) -> None:
    assert error_of(await client.delete(f"{FILES}/"))[0] == 400
    assert (await client.get(stored)).status_code == 200


async def test_files_of_a_run_are_listed_and_fetched_by_the_run(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    await client.put(f"{place_of(run['artifact_uri'])}/sub/note.txt", content="заметка".encode())

    listing = await client.get("/api/2.0/mlflow/artifacts/list", params={"run_id": run["run_id"]})
    assert listing.json() == {"root_uri": run["artifact_uri"], "files": [{"path": "sub", "is_dir": True}]}
    listing = await client.get("/api/2.0/mlflow/artifacts/list", params={"run_id": run["run_id"], "path": "sub"})
    assert listing.json()["files"] == [{"path": "sub/note.txt", "is_dir": False, "file_size": 14}]
    for name in ("run_id", "run_uuid"):
        answer = await client.get("/get-artifact", params={name: run["run_id"], "path": "sub/note.txt"})
        assert answer.text == "заметка"


async def test_a_page_sends_a_small_file_by_run(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    upload = "/ajax-api/2.0/mlflow/upload-artifact"
    question = {"run_uuid": run["run_id"], "path": "sub/x.txt"}
    assert (await client.post(upload, params=question, content=b"x")).json() == {}
    assert (await client.get(f"{place_of(run['artifact_uri'])}/sub/x.txt")).content == b"x"

    assert "Request must specify data" in error_of(await client.post(upload, params=question))[2]
    status, _, message = error_of(await client.post(upload, params=question, content=b"x" * (10 * 2**20 + 1)))
    assert status == 413
    assert "Max size is 10MB" in message

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"y" * 2**20

    assert error_of(await client.post(upload, params=question, content=endless()))[0] == 413
    assert (await client.get(f"{place_of(run['artifact_uri'])}/sub/x.txt")).content == b"x"


async def test_files_of_a_logged_model_are_listed_and_fetched_by_the_model(client: httpx.AsyncClient) -> None:
    model = await new_model(client)
    await client.put(f"{place_of(model['artifact_uri'])}/MLmodel", content=b"flavors: {}")

    listing = await client.get(f"/api/2.0/mlflow/logged-models/{model['model_id']}/artifacts/directories")
    assert listing.json()["files"] == [{"path": "MLmodel", "is_dir": False, "file_size": 11}]
    files = f"/ajax-api/2.0/mlflow/logged-models/{model['model_id']}/artifacts/files"
    assert (await client.get(files, params={"artifact_file_path": "MLmodel"})).text == "flavors: {}"
    assert error_of(await client.get(files, params={"artifact_file_path": "../x"}))[0] == 400


@pytest.mark.parametrize(
    "location",
    ["s3://bucket/x", "file:///etc", "/etc", "http://evil.example/api/2.0/mlflow-artifacts/artifacts/x", "ftp://a/b"],
)
async def test_a_location_that_a_client_chose_is_kept_but_not_opened(client: httpx.AsyncClient, location: str) -> None:
    body = {"name": f"at {location}", "artifact_location": location}
    experiment = (await client.post("/api/2.0/mlflow/experiments/create", json=body)).json()["experiment_id"]
    run = await new_run(client, experiment)
    assert run["artifact_uri"].startswith(location)

    question = {"run_id": run["run_id"], "run_uuid": run["run_id"], "path": "passwd"}
    for answer in (
        await client.get("/api/2.0/mlflow/artifacts/list", params=question),
        await client.get("/get-artifact", params=question),
        await client.post("/ajax-api/2.0/mlflow/upload-artifact", params=question, content=b"x"),
    ):
        status, code, message = error_of(answer)
        assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
        assert "not served here" in message


async def test_a_large_file_is_sent_in_parts(client: httpx.AsyncClient) -> None:
    question = {"path": "C:\\data\\big.bin", "num_parts": 2}
    begun = (await client.post(f"{PROXY}/mpu/create/0/run/artifacts", json=question)).json()
    assert [part["part_number"] for part in begun["credentials"]] == [1, 2]
    parts = []
    for part, content in zip(begun["credentials"], (b"first ", b"second"), strict=True):
        assert part["url"].startswith("http://localhost:5000/api/2.0/mlflow-artifacts/mpu/part/")
        etag = (await client.put(part["url"], content=content)).headers["etag"]
        parts.append({"part_number": part["part_number"], "etag": etag, "url": part["url"]})
    assert (await client.get(FILES, params={"path": "0/run/artifacts"})).json() == {}

    end = {"path": "C:\\data\\big.bin", "upload_id": begun["upload_id"], "parts": parts}
    wrong = {**end, "parts": [{**parts[0], "etag": "other"}, parts[1]]}
    assert error_of(await client.post(f"{PROXY}/mpu/complete/0/run/artifacts", json=wrong))[0] == 400
    assert (await client.post(f"{PROXY}/mpu/complete/0/run/artifacts", json=end)).json() == {}
    assert (await client.get(f"{FILES}/0/run/artifacts/big.bin")).content == b"first second"


async def test_an_upload_in_parts_is_given_up(client: httpx.AsyncClient) -> None:
    begun = (await client.post(f"{PROXY}/mpu/create/up", json={"path": "x", "num_parts": 1})).json()
    end = {"path": "x", "upload_id": begun["upload_id"]}
    assert (await client.post(f"{PROXY}/mpu/abort/up", json=end)).json() == {}
    assert error_of(await client.put(begun["credentials"][0]["url"], content=b"x"))[0] == 404


async def test_there_are_no_presigned_addresses(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    question = {"run_id": run["run_id"], "path": "x"}
    for answer in (
        await client.get(f"{PROXY}/presigned/x"),
        await client.post("/api/2.0/mlflow/artifacts/presigned-upload-url", json=question),
        await client.post("/api/2.0/mlflow/artifacts/presigned-download-url", json=question),
    ):
        assert error_of(answer)[:2] == (501, "NOT_IMPLEMENTED")
