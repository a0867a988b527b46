"""Takes the pictures of the README: `python -m scripts.pictures`, or `make pictures`.

The demo trains its models and logs them through the unmodified `mlflow` client; a real browser then shows its pages.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect, sync_playwright

from scripts.install_chromium import find_chromium, install_line
from trialog.demo.directory import DemoDirectory
from trialog.demo.server import run_server

PICTURES: Final = Path(__file__).parent.parent / "docs" / "pictures"
_WIDTH: Final = 1280
_HEIGHT: Final = 640
_EXPERIMENT: Final = "Breast_Cancer_Boosting"


def main() -> int:
    """Run the demo, take the pictures and return 0."""
    chromium = find_chromium()
    if chromium is None:
        print(f"There is no Chromium. Install it: {install_line()}")
        return 1
    with tempfile.TemporaryDirectory() as name:
        place = DemoDirectory(Path(name) / "demo")
        place.empty()
        with run_server(place, None) as server:
            _log(server.url, Path(name) / "logged")
            _take(chromium, server.url)
    return 0


def _log(url: str, directory: Path) -> None:
    command = [sys.executable, "-m", "trialog.demo", "--once", "--tracking-uri", url, "--directory", str(directory)]
    subprocess.run(command, check=True)


def _take(chromium: str, url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, chromium_sandbox=False)
        for scheme in ("light", "dark"):
            context = browser.new_context(
                color_scheme="dark" if scheme == "dark" else "light",
                locale="en",
                viewport={"width": _WIDTH, "height": _HEIGHT},
                device_scale_factor=1.5,
            )
            page = context.new_page()
            _show_charts(page, url)
            page.screenshot(path=PICTURES / f"charts-{scheme}.png")
            context.close()
        browser.close()


def _show_charts(page: Page, url: str) -> None:
    """Open the curves of the demo's experiment as its reader would, and wait until they are drawn."""
    page.goto(f"{url}/experiments")
    page.get_by_role("link", name=_EXPERIMENT).click()
    page.get_by_role("link", name="Charts").click()
    page.get_by_label("Find a metric").fill("test/")
    expect(page.locator("canvas")).to_have_count(2)
    page.get_by_label("Find a metric").blur()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    sys.exit(main())
