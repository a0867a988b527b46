"""Finds Chromium for the tests of the web page, and installs it where it can: `python -m scripts.install_chromium`.

`make test` runs this before the tests. It never fails: where there is no Chromium afterwards, the tests that need one
fail and name the line that installs it. With `E2E=0` in the environment nothing is installed, and those tests are left
out.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

SWITCH: Final = "E2E"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge")
# Where they lie on systems that put no programs on the path.
_PLACES: Final = (
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_APT: Final = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")


def main() -> int:
    """Install Chromium if it is missing and can be had, and return 0."""
    if is_wanted() and find_chromium() is None and not _install():
        print(f"There is no Chromium; the tests of the web page will fail. Install it: {install_line()}", flush=True)
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
    return f"sudo {' '.join(_APT)}"


def _install() -> bool:
    """Install it on Debian and its kin, as root or by a sudo that asks nothing, and tell whether that worked."""
    if sys.platform == "win32" or shutil.which("apt-get") is None:
        return False
    become = () if os.geteuid() == 0 else ("sudo", "-n")
    if become and not _succeeds(*become, "true"):
        return False
    print(f"Installing Chromium for the tests of the web page ({SWITCH}=0 leaves them out)", flush=True)
    # What is known of packages may be older than the packages themselves.
    return _succeeds(*become, *_APT) or (_succeeds(*become, "apt-get", "update") and _succeeds(*become, *_APT))


def _succeeds(*command: str) -> bool:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
