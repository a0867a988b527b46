"""A real browser in which pages are timed as somebody sees them: from a key or a click to what is drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scripts.install_chromium import find_chromium, install_line

MILLISECONDS: Final = 60_000
LAPTOP: Final = ViewportSize(width=1440, height=900)
# No graphics card, and no calls of the browser's own.
FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Times are taken within the page: whatever speaks to it from outside comes later. What is seen is drawn one frame after
# the condition holds.
_WATCH: Final = """
(() => {
  const LIMIT = 60_000;
  const drawn = (condition) => new Promise((tell, fail) => {
    const end = performance.now() + LIMIT;
    const look = () => {
      if (condition()) requestAnimationFrame(() => setTimeout(() => tell(performance.now())));
      else if (performance.now() > end) fail(new Error(`Never: ${condition}`));
      else requestAnimationFrame(look);
    };
    look();
  });
  let begun = null;
  for (const kind of ["click", "keydown", "change"]) {
    addEventListener(kind, () => { begun ??= performance.now(); }, { capture: true });
  }
  window.timed = {
    until: (text) => drawn(new Function(`return (${text})`)),
    watch: (text) => {
      begun = null;
      const condition = new Function("before", `return (${text})`);
      const before = document.querySelector("[role=grid]")?.innerText ?? "";
      window.timed.end = drawn(() => begun !== null && condition(before)).then((end) => end - begun);
    },
  };
})()
"""


@dataclass
class Visitor:
    """Somebody with a browser that was never here before.

    Attributes:
        page: The page that is open.
        files: Names of the files of the page that were fetched.
    """

    page: Page
    files: list[str] = field(default_factory=list)

    def open(self, url: str, condition: str) -> float:
        """Open an address and return how many milliseconds it takes until a condition holds and is drawn.

        Args:
            url: The address.
            condition: An expression of JavaScript.
        """
        self.page.goto(url, wait_until="commit")
        return float(self.page.evaluate("(text) => window.timed.until(text)", condition))

    def act(self, action: Callable[[], object], condition: str) -> float:
        """Do something and return how many milliseconds it takes from the first click, key or choice until it is drawn.

        Args:
            action: Clicks, types or chooses.
            condition: An expression of JavaScript; `before` is the text of the table before that.
        """
        self.page.evaluate("(text) => window.timed.watch(text)", condition)
        action()
        return float(self.page.evaluate("() => window.timed.end"))


@contextmanager
def start_browser() -> Iterator[Browser]:
    """Start Chromium, and stop it when the block ends.

    Raises:
        SystemExit: There is none.
    """
    path = find_chromium()
    if path is None:
        raise SystemExit(f"There is no Chromium. Install it: {install_line()}")
    with sync_playwright() as playwright:
        # In a container there is often no sandbox for root to use; what it opens here is our own.
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Open a browser that has nothing stored.

    Args:
        browser: What runs it.
    """
    context = browser.new_context(viewport=LAPTOP, locale="en-US")
    context.set_default_timeout(MILLISECONDS)
    context.add_init_script(_WATCH)
    someone = Visitor(context.new_page())
    context.on("requestfinished", lambda request: someone.files.append(request.url.rpartition("/")[2]))
    try:
        yield someone
    finally:
        context.close()
