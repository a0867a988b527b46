"""Environments apart from ours, for other programs and for other versions of what we have: made once and kept."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from scripts.set_up import install_settings


def environment_apart(folder: Path, requirements: Sequence[str], by_pip: Sequence[str] = ()) -> Path:
    """Return the interpreter of an environment with some packages, after making it where needed.

    Args:
        folder: Where it is kept, such as a folder in the checkout's `.cache`.
        requirements: Its packages, as pip takes them.
        by_pip: Packages that pip itself installs before the others, from where its own settings say, which uv does not
            read; such as a PyTorch without what graphics cards need.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete = folder / "installed.json"
    wanted = json.dumps([*by_pip, *requirements, sys.version])
    # Several processes may need it at a time.
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        # Written last: an install that was interrupted, or was of something else, is done again.
        if not complete.exists() or complete.read_text(encoding="utf-8") != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            if by_pip:
                _install_by_pip(python, by_pip)
            _install(python, requirements)
            complete.write_text(wanted, encoding="utf-8")
    return python


def _install(python: Path, requirements: Sequence[str]) -> None:
    """Install by uv, which takes seconds, or by pip where uv is missing or cannot reach its packages."""
    # It is started again and again; pip compiles by itself.
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
    uv += requirements
    if subprocess.run(uv, env=install_settings(), check=False).returncode:
        _install_by_pip(python, requirements)


def _install_by_pip(python: Path, requirements: Sequence[str]) -> None:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    subprocess.run(pip, env=install_settings(), check=True)
