"""Finds Chromium for the tests of the web page, and installs it where it can: `python -m scripts.install_chromium`.

`make test` runs this before the tests. It never fails: where there is no Chromium afterwards, the tests that need one
fail and name the line that installs it. With `E2E=0` in the environment nothing is installed, and those tests are left
out.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Final

from scripts import debian

SWITCH: Final = "E2E"
# The one without windows takes a third of the processor's time of the others.
_NAMES: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "msedge",
)
# Where they lie on systems that put no programs on the path.
_PLACES: Final = (
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
# Older systems have but the second.
_PACKAGES: Final = ("chromium-headless-shell", "chromium")


def main() -> int:
    """Install Chromium if it is missing and can be had, and return 0."""
    if is_wanted() and find_chromium() is None:
        print(f"Chromium is missing for the tests of the web page ({SWITCH}=0 leaves them out)", flush=True)
        if not any(debian.install(package) for package in _PACKAGES):
            print(f"It could not be installed, and those tests will fail. Install it: {install_line()}", flush=True)
    return 0


def is_wanted() -> bool:
    """Tell whether tests that need a browser are to run: yes, unless `E2E=0` is in the environment."""
    return os.environ.get(SWITCH) != "0"


def find_chromium() -> str | None:
    """Return the path of Chromium, or of another browser made of it; None where there is none."""
    found = (shutil.which(name) for name in _NAMES)
    return next((path for path in (*found, *_PLACES) if path is not None and Path(path).is_file()), None)


def install_line() -> str:
    """Return what somebody types to install it on a system such as this one."""
    if sys.platform == "darwin":
        return "brew install --cask chromium"
    if sys.platform == "win32":
        return "winget install Google.Chrome"
    return debian.install_line(_PACKAGES[-1])


if __name__ == "__main__":
    sys.exit(main())
