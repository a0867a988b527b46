"""Makes `.venv`, installs into it what the demo, or a developer, needs, and builds the web page.

Usage: `python3 scripts/set_up.py demo` or `python3 scripts/set_up.py development`.

Every version comes from `constraints.txt`. Packages are installed by uv, which takes seconds; where uv cannot be had,
pip does the same in about a minute. Where packages come from is for pip's and uv's own settings to say. A second call
with nothing changed ends at once.

This file is run by whatever Python is at hand: it keeps to what Python 3.8 knows and finds a newer one where that is
too old for Trialog.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
PYTHON_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "python")
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
CONSTRAINTS = ("-c", "constraints.txt")
# A developer's set holds the demo's, because tests run the demo.
SETS = {
    "demo": ("-e", ".[demo]", "--group", "ui"),
    "development": (
        *("-e", ".[demo,oidc,onnx,postgres,ray]", "--group", "lint", "--group", "security", "--group", "test"),
        *("--group", "ui"),
    ),
}


def main() -> int:
    """Set up what the command line names and return the exit code."""
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in SETS:
        print("usage: python3 scripts/set_up.py " + "|".join(SETS), file=sys.stderr)
        return 2
    os.chdir(str(ROOT))
    if not is_done(wanted):
        make_environment()
        install(SETS[wanted], compiles=wanted == "development")
        stamp(wanted).write_text(fingerprint(wanted))
    if wanted == "development":
        # As the packages are, see `install`; what is compiled already is left alone.
        subprocess.run((str(PYTHON), "-m", "compileall", "-q", "src"), check=False)
    # By itself it does nothing where no source of the page changed.
    if subprocess.run((str(PYTHON), "-m", "scripts.build_ui"), check=False).returncode:
        print("Everything else is set up; the same command later builds the page too.", file=sys.stderr)
    return 0


def stamp(wanted: str) -> Path:
    """Return the file that says what was installed last for a set."""
    return ENVIRONMENT / (".trialog-" + wanted)


def fingerprint(wanted: str) -> str:
    """Return a digest of everything that decides what gets installed."""
    # The checkout's own place counts, because it is installed editable.
    digest = hashlib.sha256(" ".join((str(ROOT), *SETS[wanted])).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_done(wanted: str) -> bool:
    """Say whether the environment already holds a set, by itself or within the developer's."""
    return PYTHON.exists() and any(
        stamp(name).exists() and stamp(name).read_text() == fingerprint(name) for name in {wanted, "development"}
    )


def make_environment() -> None:
    """Make `.venv` with pip in it, unless it is there."""
    if not PYTHON.exists():
        run(find_python(), "-m", "venv", str(ENVIRONMENT))
    elif succeeds(str(PYTHON), "-m", "pip", "--version"):
        return
    else:
        run(str(PYTHON), "-m", "ensurepip")


def find_python() -> str:
    """Return a Python that Trialog runs on: this one, or another one on the path.

    Raises:
        SystemExit: There is none; the message says which one is needed.
    """
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    check = f"import sys, venv; sys.exit(sys.version_info < {OLDEST_PYTHON!r})"
    for name in PYTHON_NAMES:
        found = shutil.which(name)
        if found and succeeds(found, "-c", check):
            return found
    wanted = ".".join(map(str, OLDEST_PYTHON))
    raise SystemExit(f"Trialog needs Python {wanted} or newer; none was found on the path.")


def install(requirements: tuple[str, ...], *, compiles: bool) -> None:
    """Install requirements by uv, or by pip where uv cannot be had or cannot reach its packages.

    Args:
        requirements: As pip takes them.
        compiles: Whether to compile all of it now, and not what is used when it is. Tests start hundreds of programs,
            each of which would compile what it imports wherever Python is told to keep none of that.
    """
    pip = (str(PYTHON), "-m", "pip")
    compiling = ("--compile-bytecode",) if compiles else ()
    uv = (str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), *compiling, *CONSTRAINTS)
    has_uv = succeeds(*uv[:3], "--version") or succeeds(*pip, "install", "--quiet", *CONSTRAINTS, "uv")
    settings = install_settings()
    if has_uv and subprocess.run((*uv, *requirements), env=settings, check=False).returncode == 0:
        return
    print("uv could not install the packages; pip does it now, which takes longer.", file=sys.stderr)
    # Dependency groups are known to pip since 25.1.
    run(*pip, "install", "--quiet", "pip>=25.1")
    run(*pip, "install", *CONSTRAINTS, *requirements, env=settings)


def install_settings() -> dict[str, str]:
    """Return the environment to install in; a mirror named for pip is named for uv too, which reads none of that."""
    # The web page is built when everything is there.
    settings = {**os.environ, "TRIALOG_BUILD_UI": "0"}
    for ours, pips in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("UV_INDEX", "PIP_EXTRA_INDEX_URL")):
        if pips in settings:
            settings.setdefault(ours, settings[pips])
    return settings


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Run a command; end with its exit code if it fails."""
    code = subprocess.run(command, env=env, check=False).returncode
    if code:
        raise SystemExit(f"Failed with exit code {code}: {' '.join(command)}")


def succeeds(*command: str) -> bool:
    """Say whether a command ends well; what it prints is not shown."""
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
