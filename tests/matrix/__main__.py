"""`make test-matrix`: see `python -m tests.matrix --help`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from tests.matrix.checking import Ways, check, unused_exempt
from tests.matrix.environments import ROOT, TRIALOG, VERSIONS, python_of
from tests.matrix.table import table, write_guide
from tests.servers import start_trialog

_PROGRAMS: Final = (TRIALOG, *VERSIONS)
_SECONDS: Final = 900


def main(arguments: Sequence[str]) -> int:
    """Move all models, print what came of it, and return how the process is to end."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.matrix",
        description="Saves models of each flavor with Trialog and with MLflow 2.22 and 3.17, on disk and on a server "
        "of Trialog, loads each with the others, compares, and where all is well writes the table of "
        "docs/guide/models.md. The first time it installs three environments, of about 1.2 GB each.",
    )
    parser.add_argument("--directory", help="where to leave models and results; by default nothing is left")
    options = parser.parse_args(arguments)
    for program in _PROGRAMS:
        python_of(program)
    with tempfile.TemporaryDirectory(prefix="trialog-matrix-", ignore_cleanup_errors=True) as temporary:
        directory = Path(options.directory or temporary).resolve()
        directory.mkdir(parents=True, exist_ok=True)
        with start_trialog(directory / "server") as server:
            ways, versions = _moved(directory, server.url)
    console = Console(soft_wrap=True, markup=False, highlight=False)
    console.print("\n".join(table(ways)))
    faults = [
        f"{case}, {source} → {target}: {one}" for (case, source, target), way in ways.items() for one in way.faults
    ]
    faults += [
        f"{one.case}, {one.program}: it is listed that it cannot {one.doing} it, and was never tried"
        for one in unused_exempt(ways)
    ]
    if not faults:
        write_guide(ways, versions)
    for fault in faults:
        console.print(f"FAULT: {fault}")
    console.print(f"{sum(way.loads for way in ways.values())} loads went well; {len(faults)} faults.")
    return 1 if faults else 0


def _moved(directory: Path, url: str) -> tuple[Ways, dict[str, str]]:
    """Let each program save and the others load; return what came of it, and the version of each."""

    def saved(program: str) -> dict[str, Any]:
        return _run(program, directory / f"{program}.json", directory, url, "save", str(directory / program))

    def loaded(program: str) -> dict[str, Any]:
        sources = VERSIONS if program == TRIALOG else (TRIALOG,)
        paths = [str(directory / f"{source}.json") for source in sources]
        return _run(program, directory / f"loaded-by-{program}.json", directory, url, "load", *paths)

    with ThreadPoolExecutor(2) as two:
        manifests = dict(zip(_PROGRAMS, two.map(saved, _PROGRAMS), strict=True))
        found = dict(zip(_PROGRAMS, two.map(loaded, _PROGRAMS), strict=True))
    pairs = [(TRIALOG, version) for version in VERSIONS] + [(version, TRIALOG) for version in VERSIONS]
    by_pair = {
        (source, target): [one for one in found[target]["models"] if one["from"] == source] for source, target in pairs
    }
    versions = {program: manifest["version"] for program, manifest in manifests.items()}
    return check({program: manifest["models"] for program, manifest in manifests.items()}, by_pair), versions


def _run(program: str, result: Path, directory: Path, url: str, *arguments: str) -> dict[str, Any]:
    """Run `tests.matrix.moving` in the environment of a program, and return what it tells."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHON", "TRIALOG_"))}
    own = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore", "MLFLOW_DISABLE_TELEMETRY": "true"}
    # Threads of models as small as these wait for one another most of the time.
    own["OMP_NUM_THREADS"] = "1"
    library = TRIALOG if program == TRIALOG else "mlflow"
    command = [str(python_of(program)), "-m", "tests.matrix.moving", str(result), library, url, *arguments]
    finished = subprocess.run(
        command,
        cwd=directory,
        env={**kept, **own},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=_SECONDS,
    )
    if finished.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {finished.returncode}:\n{finished.stdout}\n{finished.stderr}")
    told: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
