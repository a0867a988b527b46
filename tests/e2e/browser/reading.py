"""How somebody reads a page: rows of tables, what charts show, and what stands in another language."""

import re
import time

from playwright.sync_api import Locator, Page, expect

SECONDS = 30
# The frame of a chart is grey; what it shows has colours.
_HAS_INK = """(canvas) => {
  if (canvas.width === 0 || canvas.height === 0) return false;
  // Of a copy: the browser warns of canvases that are read more than once.
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
  let coloured = 0;
  for (let place = 0; place < pixels.length; place += 4) {
    const [red, green, blue, opacity] = pixels.subarray(place, place + 4);
    if (opacity > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) coloured += 1;
  }
  return coloured > 20;
}"""


def row_of(page: Page, name: str) -> Locator:
    """Return the row of a table whose head is a name, or begins with it."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{re.escape(name)}")))


def has_ink(chart: Locator) -> bool:
    """Tell whether something is drawn on the canvas of a chart: more than its frame."""
    return any(canvas.evaluate(_HAS_INK) for canvas in chart.locator("canvas").all())


def expect_drawn(chart: Locator) -> None:
    """Wait until a chart is drawn."""
    expect(chart.locator("canvas").first).to_be_visible()
    chart.scroll_into_view_if_needed()
    deadline = time.monotonic() + SECONDS
    while not has_ink(chart):
        assert time.monotonic() < deadline, "nothing was drawn on the chart"
        # A frame later there may be something.
        chart.evaluate("() => new Promise(requestAnimationFrame)")


def settled(page: Page) -> None:
    """Wait until a page shows what it fetched."""
    expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
    expect(page.locator("[class*='_skeleton_'], [aria-busy='true']")).to_have_count(0)


def log_in(page: Page, username: str, password: str) -> None:
    """Log in on the page that asks for it."""
    page.locator("input[name=username]").fill(username)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
