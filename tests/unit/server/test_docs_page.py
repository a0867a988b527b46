"""The page `/docs`: our own files, and nobody else's. What a browser makes of them is tested in `tests/e2e/browser`."""

import hashlib
import re
from pathlib import Path

import httpx
import pytest

from tests.in_process import error_of, in_process_client
from trialog.server import docs_page

pytestmark = pytest.mark.anyio  # marks the plain tests too, which it leaves as they are

FILES = Path(docs_page.__file__).with_name("docs_files")


async def test_the_page_loads_its_own_files_alone(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "://" not in page.text
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {address for address in named if not address.startswith("data:")} == {
        "/docs/swagger-ui.css",
        "/docs/swagger-ui-bundle.js",
        "/docs/docs.js",
        "/openapi.json",
    }
    for address in named:
        if address.startswith("/"):
            assert (await client.get(address)).status_code == 200
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/docs.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui.css", "text/css; charset=utf-8"),
        ("/openapi.json", "application/json"),
    ],
)
async def test_each_file_is_sent_so_that_no_browser_makes_more_of_it(
    client: httpx.AsyncClient, address: str, kind: str
) -> None:
    answer = await client.get(address)

    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "://" not in policy
    again = await client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.head(address)).headers["content-length"] == str(len(answer.content))


async def test_nothing_else_is_served_beside_them(client: httpx.AsyncClient) -> None:
    for address in ("/docs/README.md", "/docs/..%2fopenapi.py", "/docs/swagger-ui.css.map", "/docs/docs.html"):
        assert error_of(await client.get(address))[:2] == (404, "ENDPOINT_NOT_FOUND")
    assert error_of(await client.post("/docs"))[:2] == (405, "BAD_REQUEST")


async def test_page_and_document_stand_under_the_prefix(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, static_prefix="/my/tracking") as client:
        page = (await client.get("/my/tracking/docs")).text
        document = (await client.get("/my/tracking/openapi.json")).json()
        assert 'src="/my/tracking/docs/docs.js"' in page
        assert (await client.get("/my/tracking/docs/docs.js")).status_code == 200
        assert document["servers"] == [{"url": "/my/tracking"}]
        assert error_of(await client.get("/docs"))[0] == 404


async def test_a_server_of_artifacts_alone_has_the_page_too(tmp_path: Path) -> None:
    async with in_process_client(tmp_path, artifacts_only=True) as client:
        assert (await client.get("/docs")).status_code == 200
        assert (await client.get("/openapi.json")).json()["openapi"] == "3.1.0"


def test_the_files_of_others_are_those_that_were_taken_over() -> None:
    row = re.compile(r"^\| `([^`]+)` \| [\d.]+ \| `(\w{64})` \|$", re.MULTILINE)
    table = row.findall((FILES / "README.md").read_text(encoding="utf-8"))

    assert {name for name, _ in table} == {"swagger-ui-bundle.js", "swagger-ui.css"}
    for name, digest in table:
        assert hashlib.sha256((FILES / name).read_bytes()).hexdigest() == digest, name
    for name in ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"):
        assert (FILES / name).is_file(), name
