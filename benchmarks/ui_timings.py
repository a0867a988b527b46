"""What is timed of the web page: opening, sorting, filtering and scrolling a large table, drawing long curves."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from playwright.sync_api import Browser

from benchmarks.browser import Visitor, visitor
from benchmarks.ui_store import TABLE

ROWS: Final = 10_000
"""Rows that are scrolled through."""
_FILLED: Final = (
    "document.querySelectorAll('[role=rowheader]').length > 15"
    " && document.querySelector('[role=grid] [role=row][aria-busy=true]') === null"
    " && document.querySelector('[role=grid]').ariaBusy !== 'true'"
)
_OTHERS: Final = f"{_FILLED} && document.querySelector('[role=grid]').innerText !== before"
_DRAWN: Final = "document.querySelector('.uplot canvas') !== null"
_OTHER_AXIS: Final = f"{_DRAWN} && !document.querySelector('.uplot').hasAttribute('data-before')"
_SCROLL: Final = """
async ([rows, pace]) => {
  const grid = document.querySelector("[role=grid]");
  const height = document.querySelector("[role=row][aria-rowindex='2']").offsetHeight;
  const end = grid.scrollTop + rows * height;
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  let left = grid.scrollTop;
  while (left < end) {
    const now = await new Promise(requestAnimationFrame);
    const duration = now - last;
    last = now;
    left += (duration / 1000) * pace * height;
    grid.scrollTop = left;
    // What the frame shows is known when it is drawn.
    await new Promise((tell) => setTimeout(tell));
    const box = grid.getBoundingClientRect();
    let missing = 0, waiting = 0, seen = 0;
    for (let y = box.top + height * 1.5; y < box.bottom - height; y += height) {
      const row = document.elementFromPoint(box.left + 100, y)?.closest("[role=row]");
      seen += 1;
      if (row == null) missing += 1;
      else if (row.ariaBusy === "true") waiting += 1;
    }
    frames.push([duration, missing, waiting, seen]);
  }
  return frames;
}
"""


class Timing(NamedTuple):
    """Something that was timed.

    Attributes:
        what: As the table calls it.
        reach: Most milliseconds that it is to take; None where nothing is said.
        milliseconds: What it took, each time.
    """

    what: str
    reach: float | None
    milliseconds: Sequence[float]

    @property
    def median(self) -> float:
        """The median."""
        return median(self.milliseconds)


class Scrolling(NamedTuple):
    """How a table scrolled.

    Attributes:
        pace: Rows a second.
        frames: How many frames were drawn.
        missing: Frames in which a row was missing.
        waiting: Share of the rows in sight whose values were still on their way.
        longest: The longest frame, in milliseconds.
    """

    pace: int
    frames: int
    missing: int
    waiting: float
    longest: float


def time_table(browser: Browser, url: str, times: int) -> list[Timing]:
    """Time a table of many runs.

    Args:
        browser: What shows it.
        url: Address of the server.
        times: How often.
    """
    address = f"{url}/experiments/{TABLE}"
    first, again, within = [], [], []
    for _ in range(times):
        with visitor(browser) as someone:
            first.append(someone.open(address, _FILLED))
            again.append(someone.open(address, _FILLED))
            someone.open(f"{url}/experiments", "document.querySelector('[role=rowheader] a') !== null")
            link = someone.page.locator(f"a[href$='/experiments/{TABLE}']").first
            within.append(someone.act(link.click, _FILLED))
    return [
        Timing("table of the runs opened, nothing stored in the browser", 1_000, first),
        Timing("table opened again by its address", 1_000, again),
        Timing("table opened from the list of experiments", 1_000, within),
    ]


def time_questions(browser: Browser, url: str, times: int) -> list[Timing]:
    """Time sorting and filtering.

    Args:
        browser: What shows the table.
        url: Address of the server.
        times: How often.
    """
    columns = "run_name,start_time,status,params.param_00,metrics.metric_00"
    address = f"{url}/experiments/{TABLE}?{urlencode({'columns': columns, 'pinned': 'run_name'})}"
    asked: dict[str, Callable[[Visitor], float]] = {
        "sorted by a metric": lambda someone: _sorted(someone, "metric_00"),
        "sorted by a parameter": lambda someone: _sorted(someone, "param_00"),
        "sorted by name": lambda someone: _sorted(someone, "Run Name"),
        "sorted by status": lambda someone: _sorted(someone, "Status"),
        "filtered by a parameter": lambda someone: _filtered(someone, "params.param_00 = '3'"),
        "filtered by a metric and a parameter": lambda someone: _filtered(
            someone, "metrics.metric_00 > 0.9 AND params.param_00 = '3'"
        ),
        "filtered by status": lambda someone: _filtered(someone, "status = 'FAILED'"),
    }
    found: Mapping[str, list[float]] = {what: [] for what in asked}
    for _ in range(times):
        for what, ask in asked.items():
            with visitor(browser) as someone:
                someone.open(address, _FILLED)
                found[what].append(ask(someone))
    return [Timing(what, 200, milliseconds) for what, milliseconds in found.items()]


def time_scrolling(browser: Browser, url: str, paces: Sequence[int]) -> list[Scrolling]:
    """Scroll through many rows.

    Args:
        browser: What shows the table.
        url: Address of the server.
        paces: Rows a second.
    """
    found = []
    for pace in paces:
        with visitor(browser) as someone:
            someone.open(f"{url}/experiments/{TABLE}", _FILLED)
            frames: list[Any] = someone.page.evaluate(_SCROLL, [ROWS, pace])
            found.append(
                Scrolling(
                    pace,
                    len(frames),
                    sum(missing > 0 for _, missing, _, _ in frames),
                    sum(waiting for _, _, waiting, _ in frames) / sum(seen for *_, seen in frames),
                    max(duration for duration, *_ in frames),
                )
            )
    return found


def time_curves(browser: Browser, url: str, experiment: str, times: int) -> list[Timing]:
    """Time drawing the curves of several runs.

    Args:
        browser: What shows them.
        url: Address of the server.
        experiment: Where the runs are.
        times: How often.
    """
    opened, axis = [], []
    for _ in range(times):
        with visitor(browser) as someone:
            page = someone.page
            someone.open(f"{url}/experiments/{experiment}", _FILLED)
            opened.append(someone.act(page.get_by_role("link", name="Charts", exact=True).click, _DRAWN))
            page.evaluate("() => document.querySelector('.uplot').setAttribute('data-before', '')")
            choice = page.get_by_label("Horizontal axis")
            axis.append(someone.act(lambda choice=choice: choice.select_option("relative"), _OTHER_AXIS))  # type: ignore[misc]  # mypy knows no type of a default
    return [
        Timing("Charts opened from the table: code, values and curves fetched and drawn", None, opened),
        Timing("curves over another axis: fetched and drawn", 300, axis),
    ]


def _sorted(someone: Visitor, column: str) -> float:
    head = someone.page.locator("[role=columnheader] button", has_text=column)
    return someone.act(head.click, _OTHERS)


def _filtered(someone: Visitor, text: str) -> float:
    box = someone.page.get_by_role("combobox", name="Filter of runs")
    box.fill(text)
    return someone.act(lambda: box.press("Enter"), _OTHERS)
