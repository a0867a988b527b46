"""How large the web page is and how quick; writes `UI.md`.

Usage: `python -m benchmarks.ui [--runs 100000] [--points 100000] [--times 7]`. Builds the page if its sources changed,
fills a store, starts a server on it and Chromium in front of it; the median of several visits counts.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import psutil
from playwright.sync_api import Browser

import trialog
from benchmarks.browser import LAPTOP, start_browser, visitor
from benchmarks.machine import describe
from benchmarks.servers import running, trialog_server
from benchmarks.ui_bundle import FileSize, kibi, sizes_of, total
from benchmarks.ui_store import log_curves, make_store
from benchmarks.ui_timings import ROWS, Scrolling, Timing, time_curves, time_questions, time_scrolling, time_table
from scripts.build_ui import BUILT, build

CURVES: Final = 20
FIRST_LOAD: Final = 150
PACES: Final = (100, 250)
# Files that are smaller than this are told together.
_LEAST: Final = 3 * 1024
_TIMES: Final = (
    "From the click, the key or the address to what is drawn, rows and all their values; everything that is asked of"
    " the server is in it."
)
_SCROLLING: Final = (
    "A row is missing where nothing is drawn in its place; its values are waited for where marks stand for them."
)
_HOME: Final = "document.querySelector('main h1') !== null && document.querySelector('main [aria-busy=true]') === null"


class Measured(NamedTuple):
    """All that was measured.

    Attributes:
        runs: How many runs the table has.
        points: How many points each curve has.
        browser: The browser's version.
        first: Files that the first page fetches.
        others: All other files.
        timings: What took how long.
        scrolling: How the table scrolled.
    """

    runs: int
    points: int
    browser: str
    first: Sequence[FileSize]
    others: Sequence[FileSize]
    timings: Sequence[Timing]
    scrolling: Sequence[Scrolling]


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ui", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000, help="runs in the table")
    parser.add_argument("--points", type=int, default=100_000, help="points of each curve")
    parser.add_argument("--times", type=int, default=7, help="visits; the median counts")
    arguments = parser.parse_args()
    build()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        # Whoever reads the figures has to know what else went on.
        load = ("load average when it began", f"{psutil.getloadavg()[0]:.1f}")
        machine = [*describe(directory), load]
        measured = measure(directory, arguments.runs, arguments.points, arguments.times)
    text = table(measured, machine)
    (Path(__file__).parent / "UI.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


def measure(directory: Path, runs: int, points: int, times: int) -> Measured:
    """Measure everything.

    Args:
        directory: Where the store lies.
        runs: How many runs the table has.
        points: How many points each curve has.
        times: How often each is timed.
    """
    _say(f"fills a store with {runs:,} runs")
    make_store(directory, runs)
    with running(trialog_server(), directory) as server, start_browser() as browser:
        _say(f"logs {CURVES} curves of {points:,} points")
        experiment = log_curves(server, CURVES, points)
        first = _first_files(browser, server.url)
        timings: list[Timing] = []
        _say("opens the table")
        timings += time_table(browser, server.url, times)
        _say("sorts and filters")
        timings += time_questions(browser, server.url, times)
        _say("draws curves")
        timings += time_curves(browser, server.url, experiment, times)
        _say("scrolls")
        scrolling = time_scrolling(browser, server.url, PACES)
        version = browser.version
    sizes, firsts = sizes_of(BUILT), sizes_of(BUILT, first)
    return Measured(runs, points, version, firsts, _others(sizes, firsts), timings, scrolling)


def table(measured: Measured, machine: Sequence[tuple[str, str]]) -> str:
    """Return the page.

    Args:
        measured: What was measured.
        machine: What the machine is.
    """
    lines = ["# The web page: how large, how quick", "", "Written by `make bench-ui`.", ""]
    store = f"store in SQLite with {measured.runs:,} runs of 20 metrics and 20 parameters"
    window = f"{LAPTOP['width']} × {LAPTOP['height']}"
    times = len(measured.timings[0].milliseconds)
    lines += [f"- {name}: {value}" for name, value in machine]
    lines += [
        f"- Trialog {trialog.__version__}, {store}; server and browser share the machine",
        f"- Chromium {measured.browser} without a graphics card, {window}",
    ]
    lines += ["", "## Sizes", "", *_sizes(measured), "", "## Times", "", _TIMES, ""]
    lines += ["| ms | to reach | median | least | most |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [_timed(timing) for timing in measured.timings]
    curves = f"There are {CURVES} curves, of {measured.points:,} points each."
    lines += ["", f"Each was done {times} times, each time by a browser that had never been here. {curves}"]
    lines += ["", "## Scrolling", "", f"Through {ROWS:,} of {measured.runs:,} rows. {_SCROLLING}", ""]
    lines += [
        "| rows/s | frames | with a missing row | rows in sight whose values are waited for | longest frame, ms |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.pace:,} | {one.frames:,} | {one.missing:,} | {one.waiting:.1%} | {one.longest:,.0f} |"
        for one in measured.scrolling
    ]
    return "\n".join(lines) + "\n"


def _sizes(measured: Measured) -> list[str]:
    gzip, brotli = total(measured.first)
    small = [size for size in measured.others if size.gzip < _LEAST]
    small_gzip, small_brotli = total(small)
    return [
        "| KiB | to reach | gzip | Brotli |",
        "| --- | ---: | ---: | ---: |",
        f"| **first page, {len(measured.first)} files** | {FIRST_LOAD} | **{gzip:,.1f}** | {brotli:,.1f} |",
        *(f"| of it {size.name} | | {kibi(size.gzip)} | {kibi(size.brotli)} |" for size in measured.first[:6]),
        *(
            f"| fetched when it is needed: {size.name} | | {kibi(size.gzip)} | {kibi(size.brotli)} |"
            for size in measured.others
            if size.gzip >= _LEAST
        ),
        f"| {len(small)} smaller ones together | | {small_gzip:,.1f} | {small_brotli:,.1f} |",
    ]


def _timed(timing: Timing) -> str:
    reach = "" if timing.reach is None else f"{timing.reach:,.0f}"
    least, most = min(timing.milliseconds), max(timing.milliseconds)
    return f"| {timing.what} | {reach} | {timing.median:,.0f} | {least:,.0f} | {most:,.0f} |"


def _first_files(browser: Browser, url: str) -> list[str]:
    with visitor(browser) as someone:
        someone.open(url, _HOME)
        someone.page.wait_for_load_state("networkidle")
        return list(someone.files)


def _others(sizes: Sequence[FileSize], first: Sequence[FileSize]) -> list[FileSize]:
    fetched = set(first)
    return [size for size in sizes if size not in fetched]


def _say(what: str) -> None:
    print(f"… {what}", flush=True)


if __name__ == "__main__":
    main()
