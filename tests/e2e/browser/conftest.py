"""A real browser before a real server. One browser for all of these tests, a context of its own for each of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from scripts.build_ui import build
from scripts.install_chromium import find_chromium, install_line, is_wanted
from tests.architecture.code import ROOT
from tests.e2e.browser.programs import Programs, start_programs
from tests.e2e.browser.watch import Watch
from tests.servers import RunningServer

HERE = Path(__file__).parent
FAILURES = ROOT / ".cache" / "e2e" / "failures"
# Whoever waits so long sees a fault; a machine under load is not one.
MILLISECONDS = 30_000
# No graphics card, and no calls of the browser's own.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAPTOP = ViewportSize(width=1280, height=800)
FAILED = pytest.StashKey[bool]()


class Visit(Protocol):
    """Opens a page of a server as somebody would, in a browser that nobody used before."""

    def __call__(
        self,
        server: RunningServer | str,
        address: str = "",
        *,
        locale: str = "en-US",
        theme: str = "light",
        size: ViewportSize = LAPTOP,
        expected: tuple[str, ...] = (),
    ) -> Page:
        """Open a page.

        Args:
            server: The server, or its address.
            address: What is opened, without a slash before it.
            locale: Language and country that the browser asks for.
            theme: Look that the system has.
            size: How large the window is.
            expected: Patterns of faults that are no faults in this test.
        """


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_wanted():
        return
    left_out = [item for item in items if HERE in item.path.parents]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[assignment]  # what a wrapper is sent is its result
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report  # type: ignore[return-value]  # as above


# Of the package, not of the session: while it lives, no other test can run an event loop of its own in this thread.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser."""
    path = find_chromium()
    if path is None:
        pytest.fail(f"There is no Chromium. Install it: {install_line()}  (E2E=0 leaves these tests out.)")
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        # In a container there is often no sandbox for root to use; what it opens here is our own.
        started = playwright.chromium.launch(executable_path=path, chromium_sandbox=False, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Runs programs that log through `mlflow`."""
    with start_programs(tmp_path_factory.mktemp("programs") / "log") as started:
        yield started


@pytest.fixture(scope="package", autouse=True)
def _built_page(programs: Programs) -> None:
    """The page is built of the sources that are there; servers look for it when they start."""
    # Meanwhile the programs import what they need.
    build()


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Opens pages; at the end of the test none of them may have done what no page may do."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(
        server: RunningServer | str,
        address: str = "",
        *,
        locale: str = "en-US",
        theme: str = "light",
        size: ViewportSize = LAPTOP,
        expected: tuple[str, ...] = (),
    ) -> Page:
        url = server if isinstance(server, str) else server.url
        context = browser.new_context(
            base_url=f"{url}/",
            locale=locale,
            timezone_id="Europe/Moscow",
            color_scheme="dark" if theme == "dark" else "light",
            viewport=size,
        )
        context.set_default_timeout(MILLISECONDS)
        watch = Watch(context, urlsplit(url).netloc)
        for pattern in expected:
            watch.expect(pattern)
        opened.append((context, watch))
        page = context.new_page()
        page.goto(address)
        return page

    yield open_page
    faults = [fault for _, watch in opened for fault in watch.faults]
    if request.node.stash.get(FAILED, False):
        _keep_pictures(request.node.name, [context for context, _ in opened])
    for context, _ in opened:
        context.close()
    assert not faults, "\n".join(faults)


def _keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    """Keep what was to be seen when a test failed."""
    FAILURES.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=FAILURES / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)[:150]}-{number}.png")
