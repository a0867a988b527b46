"""What somebody logged runs nothing in the browser of whoever looks at it (CVE-2024-27132, CVE-2024-27133)."""

import json
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import pytest

from tests.in_process import HOST, RawAnswer, ask, in_process_app
from tests.security.payloads import TEXTS, escaped
from trialog.web import Application

pytestmark = pytest.mark.anyio

SCRIPT = b"<script>fetch('/api/2.0/mlflow/experiments/delete')</script>"
# Of each of these, some browser has run a script.
ENDINGS = """
html HTM xhtml xht svg svgz xml xsl xslt rdf atom mht mhtml shtml pdf swf js mjs
css json md txt ipynb vtt wasm htc eml url webmanifest php jsp appcache jar class hta lnk
desktop csv parquet
"""
NAMES = [
    *(f"page.{ending}" for ending in ENDINGS.split()),
    "page.html.txt",
    "page.txt.html",
    "page",
    "page.",
    "MLmodel",
    ".htaccess",
]
FILES = "/api/2.0/mlflow-artifacts/artifacts"
JSON = ("content-type", "application/json")


class Pages:
    """A server with one run, one logged model and one version of a model, all of the same files."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.run_id = ""
        self.folder = ""

    async def make(self) -> None:
        run = await self.posted("runs/create", experiment_id="0")
        self.run_id = run["run"]["info"]["run_id"]
        self.folder = run["run"]["info"]["artifact_uri"].removeprefix("mlflow-artifacts:/")
        await self.posted("registered-models/create", name="m")
        source = f"runs:/{self.run_id}/."
        await self.posted("model-versions/create", name="m", source=source.removesuffix("/."), run_id=self.run_id)

    async def posted(self, path: str, **content: object) -> dict[str, dict[str, dict[str, str]]]:
        answer = await ask(self.app, "POST", f"/api/2.0/mlflow/{path}", [HOST, JSON], json.dumps(content).encode())
        return json.loads(answer.body)  # type: ignore[no-any-return]  # JSON has no type

    async def put(self, name: str, content: bytes) -> RawAnswer:
        return await ask(self.app, "PUT", f"{FILES}/{self.folder}/{escaped(name)}", [HOST], content)

    def addresses(self, name: str) -> list[str]:
        """Every way to one file."""
        return [
            f"{FILES}/{self.folder}/{escaped(name)}",
            f"/ajax-{FILES.removeprefix('/')}/{self.folder}/{escaped(name)}",
            f"/get-artifact?run_id={self.run_id}&path={escaped(name)}",
            f"/model-versions/get-artifact?name=m&version=1&path={escaped(name)}",
        ]


@pytest.fixture(scope="module")
async def pages(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pages]:
    async with in_process_app(tmp_path_factory.mktemp("server"), allowed_hosts=("*",), allow_open=True) as app:
        made = Pages(app)
        await made.make()
        yield made


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_is_saved_and_never_shown(pages: Pages, name: str) -> None:
    assert (await pages.put(name, SCRIPT)).status == 200
    for address in pages.addresses(name):
        assert (await ask(pages.app, "GET", address, [HOST, ("if-none-match", "*")])).status == 304
        for method, headers in (
            ("GET", []),
            ("HEAD", []),
            ("GET", [("range", "bytes=0-7")]),
            ("GET", [("accept", "text/html"), ("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate")]),
        ):
            answer = await ask(pages.app, method, address, [HOST, *headers])
            assert answer.status in {200, 206}, (address, answer)
            assert answer.headers["content-security-policy"] == "sandbox"
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "text", [text for kind in ("header injection", "stored scripts", "log lines") for text in TEXTS[kind]]
)
async def test_the_name_of_a_file_adds_nothing_to_the_head_of_an_answer(pages: Pages, text: str) -> None:
    name = text.replace("/", "_")
    stored = await pages.put(name, b"content")
    assert stored.status in {200, 400}
    for address in pages.addresses(name):
        answer = await ask(pages.app, "GET", address, [HOST])
        assert answer.status == stored.status, (address, answer)
        assert "x-injected" not in answer.headers
        if answer.status == 200:
            shown = answer.headers["content-disposition"]
            assert shown.isascii()
            assert shown.isprintable()
            assert shown.count('"') == 2, shown
            assert not set("<>'") & set(shown.partition("filename*=UTF-8''")[0])
        else:
            assert answer.headers["content-type"] == "application/json"


class Scripts(HTMLParser):
    """Collects what a page would run and load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


def tags_of(body: bytes) -> list[tuple[str, list[tuple[str, str | None]]]]:
    read = Scripts()
    read.feed(body.decode())
    return read.tags


@pytest.mark.parametrize("text", [text for text in TEXTS["stored scripts"] if text.isascii()])
@pytest.mark.parametrize("header", ["host", "x-forwarded-proto", "x-forwarded-host", "referer", "user-agent", "cookie"])
async def test_no_header_writes_into_a_page(pages: Pages, header: str, text: str) -> None:
    """Even where every host is taken."""
    headers = [] if header == "host" else [HOST]
    for page in ("/", "/docs", f"/docs?{escaped(text)}", f"/?{escaped(text)}"):
        plain = await ask(pages.app, "GET", page, [HOST])
        answer = await ask(pages.app, "GET", page, [*headers, (header, text)])
        assert [tag for tag, _ in tags_of(answer.body)] == [tag for tag, _ in tags_of(plain.body)]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not any(name.startswith("on") for _, attributes in tags_of(answer.body) for name, _ in attributes)
        links = [value for _, attributes in tags_of(answer.body) for name, value in attributes if name == "href"]
        assert not any((link or "").lower().startswith("javascript:") for link in links)
        assert all(link == "data:," for link in links if link and link.startswith("data:"))


@pytest.mark.parametrize("text", [text for text in TEXTS["stored scripts"] if text.isascii()])
async def test_a_content_type_comes_back_as_json_if_at_all(pages: Pages, text: str) -> None:
    """CVE-2023-6568: MLflow put it into a page."""
    answer = await ask(pages.app, "POST", "/api/2.0/mlflow/runs/create", [HOST, ("content-type", text)], b"{}")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("text", TEXTS["stored scripts"] + TEXTS["header injection"])
async def test_what_is_not_there_is_named_as_json_alone(pages: Pages, text: str) -> None:
    for address in (f"/{escaped(text)}", f"/docs/{escaped(text)}", f"/get-artifact?run_id={escaped(text)}&path=a"):
        answer = await ask(pages.app, "GET", address, [HOST])
        assert answer.status in {400, 404}
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://localhost.evil.example", "file://", "x" * 9000]
)
@pytest.mark.parametrize("asked", ["x-a", "x-a\x7f", "authorization, cookie", "a" * 9000])
async def test_what_a_preflight_asks_comes_back_to_pages_of_this_machine_alone(
    pages: Pages, origin: str, asked: str
) -> None:
    headers = [HOST, ("access-control-request-method", "POST"), ("access-control-request-headers", asked)]
    refused = await ask(pages.app, "OPTIONS", "/api/2.0/mlflow/runs/create", [*headers, ("origin", origin)])
    assert refused.status == 403
    assert not any(name.startswith("access-control") for name in refused.headers)
