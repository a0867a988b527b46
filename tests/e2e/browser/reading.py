"""How somebody reads a page: rows of tables, what charts show, and what stands in another language."""

import re

from playwright.sync_api import Locator, Page, expect

_HAS_INK = """(canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let place = 0; place < pixels.length; place += 4) {
    if (pixels[place + 3] !== 0) seen.add(`${pixels[place]} ${pixels[place + 1]} ${pixels[place + 2]}`);
  }
  return seen.size > 2;
}"""


def row_of(page: Page, name: str) -> Locator:
    """Return the row of a table whose head is a name, or begins with it."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{re.escape(name)}")))


def has_ink(chart: Locator) -> bool:
    """Tell whether something is drawn on the canvas of a chart: more than one colour and its shades of the frame."""
    return any(canvas.evaluate(_HAS_INK) for canvas in chart.locator("canvas").all())


def expect_drawn(chart: Locator) -> None:
    """Wait until a chart is drawn."""
    expect(chart.locator("canvas").first).to_be_visible()
    chart.scroll_into_view_if_needed()
    for _ in range(200):
        if has_ink(chart):
            return
        # A frame later there may be something.
        chart.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("nothing was drawn on the chart")


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
