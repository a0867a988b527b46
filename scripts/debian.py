"""Installs packages of Debian and its kin where that can be done without asking anybody."""

import os
import shutil
import subprocess
import sys


def install_line(package: str) -> str:
    """Return what somebody types to install a package.

    Args:
        package: Its name.
    """
    return f"sudo {' '.join(_command(package))}"


def install(package: str) -> bool:
    """Install a package, as root or by a sudo that asks nothing, and tell whether that worked.

    Args:
        package: Its name.
    """
    if sys.platform == "win32" or shutil.which("apt-get") is None:
        return False
    become = () if os.geteuid() == 0 else ("sudo", "-n")
    if become and not _succeeds(*become, "true"):
        return False
    command = (*become, *_command(package))
    # What is known of packages may be older than the packages themselves.
    return _succeeds(*command) or (_succeeds(*become, "apt-get", "update") and _succeeds(*command))


def _command(package: str) -> tuple[str, ...]:
    return ("apt-get", "install", "--yes", "--no-install-recommends", package)


def _succeeds(*command: str) -> bool:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0
