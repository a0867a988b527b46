"""What all know who make environments of Python: where their Python lies, who makes them, and by which settings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

OF_THIS_ENVIRONMENT: Final = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__")
"""Variables that would have an environment of its own take the packages of this one."""
# By these names uv knows what is set for pip alone.
_SETTINGS_OF_UV: Final = (
    ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"),
    ("UV_INDEX", "PIP_EXTRA_INDEX_URL"),
    ("UV_FIND_LINKS", "PIP_FIND_LINKS"),
)


def python_of(place: Path) -> Path:
    """Return the Python of an environment of Python."""
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_uv() -> list[str] | None:
    """Return how uv is called, from the path or as a module of this Python; None if it is not installed."""
    program = shutil.which("uv")
    if program is not None:
        return [program]
    module = [sys.executable, "-m", "uv"]
    # Nothing of the user's: this Python, asked for its own module.
    is_there = subprocess.run([*module, "--version"], capture_output=True, check=False).returncode == 0  # noqa: S603
    return module if is_there else None


def variables_for_install() -> dict[str, str]:
    """Return the variables of a program that installs: nothing of this environment, and pip's mirrors for uv, too."""
    variables = {name: value for name, value in os.environ.items() if name not in OF_THIS_ENVIRONMENT}
    for ours, pips in _SETTINGS_OF_UV:
        if pips in variables:
            variables.setdefault(ours, variables[pips])
    return variables
