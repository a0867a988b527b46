"""The web page as browsers fetch it: at its addresses and nowhere else, its files compressed and kept."""

import gzip
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.in_process import HOST, RawAnswer, ask
from trialog.server.ui_pages import ADDRESSES, UiPages
from trialog.web import Application, BodyLimits, Gate, Router

pytestmark = pytest.mark.anyio

INDEX = """<!doctype html>
<html lang="en">
  <head>
    <base href="/" />
    <meta name="trialog-accounts" content="no" />
    <script type="module" src="./assets/main-abc123.js"></script>
  </head>
  <body><noscript>Nothing.</noscript></body>
</html>
"""
SCRIPT = b"console.log('a page');" * 50
# Without the time, so that each process that runs these tests calls them the same.
COMPRESSED = gzip.compress(SCRIPT, mtime=0)
ADDRESS = {
    "experiment_ids": "1,2",
    "name": "team%2Firis",
    "part": "metrics",
    "run_id": "0f1c",
    "tab": "artifacts",
    "version": "3",
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / ".sources").write_text("a digest", encoding="utf-8")
    (tmp_path / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "assets" / "main-abc123.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "main-abc123.js.br").write_bytes(b"as brotli")
    (tmp_path / "assets" / "main-abc123.js.gz").write_bytes(COMPRESSED)
    return tmp_path


def served(folder: Path, prefix: str = "", *, has_accounts: bool = False) -> Application:
    ui = UiPages(prefix, lambda _request: r"<p>No scripts? \1</p>", has_accounts=has_accounts, folder=folder)
    router = Router(prefix)
    for path, endpoint in (*ui.pages(), *ui.files()):
        router.add("GET", path, endpoint)
    router.add_for_unknown(ui.for_unknown)
    return Application(router, Gate(prefix=prefix), BodyLimits(1024, 1.0), frame_options="SAMEORIGIN")


async def get(app: Application, path: str, *headers: tuple[str, str]) -> RawAnswer:
    return await ask(app, "GET", path, [HOST, *headers])


@pytest.mark.parametrize("address", ADDRESSES)
async def test_the_page_is_there_at_each_of_its_addresses(built: Path, address: str) -> None:
    answer = await get(served(built), f"{address.format(**ADDRESS)}?view=charts")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert b"main-abc123.js" in answer.body


@pytest.mark.parametrize("address", ["/api/2.0/mlflow/nothing", "/nothing", "/assets/", "/index.html", "/.sources"])
async def test_no_other_address_shows_the_page(built: Path, address: str) -> None:
    answer = await get(served(built), address)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")


@pytest.mark.parametrize("address", ["/nothing", "/runs/a/b/c", "/models/a/versions/", "/.sources"])
async def test_who_opens_an_address_that_leads_nowhere_is_shown_the_page_that_says_so(
    built: Path, address: str
) -> None:
    for header in (("accept", "text/html,*/*;q=0.8"), ("sec-fetch-mode", "navigate")):
        answer = await get(served(built, "/ml"), f"/ml{address}", header)
        assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert b"main-abc123.js" in answer.body
        assert "etag" not in answer.headers
        assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("address", ["/api/2.0/mlflow/nothing", "/ajax-api/3.0/x", "/assets/gone.js"])
async def test_what_programs_ask_is_answered_to_programs(built: Path, address: str) -> None:
    answer = await get(served(built), address, ("accept", "text/html"))
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    posted = await ask(served(built), "POST", "/nothing", [HOST, ("accept", "text/html")])
    assert (posted.status, posted.headers["content-type"]) == (404, "application/json")


async def test_the_page_runs_nothing_but_its_own_files(built: Path) -> None:
    answer = await get(served(built), "/")
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_knows_its_prefix_and_whether_one_logs_in(built: Path) -> None:
    plain = (await get(served(built), "/")).body.decode()
    assert '<base href="/" />' in plain
    assert 'name="trialog-accounts" content="no"' in plain
    guarded = (await get(served(built, "/ml", has_accounts=True), "/ml/experiments")).body.decode()
    assert '<base href="/ml/" />' in guarded
    assert 'name="trialog-accounts" content="yes"' in guarded


async def test_without_scripts_the_page_says_how_to_log(built: Path) -> None:
    body = (await get(served(built), "/")).body.decode()
    assert r"<noscript><p>No scripts? \1</p></noscript>" in body


async def test_a_page_that_the_server_cannot_write_into_is_refused(built: Path) -> None:
    (built / "index.html").write_text(INDEX.replace("<noscript>", "<p>"), encoding="utf-8")
    with pytest.raises(ValueError, match="build it anew"):
        served(built)


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"as brotli"),
        ("gzip", "gzip", COMPRESSED),
        ("br;q=0, gzip;q=0.5", "gzip", COMPRESSED),
        ("br; q=0.0", None, SCRIPT),
        ("", None, SCRIPT),
    ],
)
async def test_a_file_comes_compressed_as_the_browser_takes_it(
    built: Path, accepted: str, coding: str | None, body: bytes
) -> None:
    answer = await get(served(built), "/assets/main-abc123.js", ("accept-encoding", accepted))
    assert answer.headers.get("content-encoding") == coding
    assert gzip.decompress(answer.body) == SCRIPT if coding == "gzip" else answer.body == body
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "accept-encoding"


async def test_a_file_whose_name_holds_its_digest_is_kept_for_ever(built: Path) -> None:
    app = served(built)
    assert "immutable" in (await get(app, "/assets/main-abc123.js")).headers["cache-control"]
    assert (await get(app, "/icon.svg")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/icon.svg", "/assets/main-abc123.js"])
async def test_what_the_browser_has_is_not_sent_again(built: Path, path: str) -> None:
    app = served(built)
    tag = (await get(app, path)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = await get(app, path, ("if-none-match", known))
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert (await get(app, path, ("if-none-match", '"other"'))).status == 200


async def test_a_file_that_an_upgrade_took_away_is_not_there(built: Path) -> None:
    app = served(built)
    (built / "icon.svg").unlink()
    answer = await get(app, "/icon.svg")
    assert answer.status == 404
    assert b"Load the page anew" in answer.body


class _Tags(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


async def test_a_prefix_breaks_out_of_nothing(built: Path) -> None:
    plain, odd = _Tags(), _Tags()
    plain.feed((await get(served(built), "/")).body.decode())
    odd.feed((await get(served(built, '/a"b'), "/a%22b/")).body.decode())
    assert odd.found == plain.found
