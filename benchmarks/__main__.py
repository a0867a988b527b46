"""Measures Trialog and MLflow's server in turns and writes `RESULTS.md`.

Usage: `python -m benchmarks [--rounds 3] [--seconds 5] [--only mlflow|trialog]`; with `--only` nothing is written.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.machine import describe
from benchmarks.measure import Round, measure
from benchmarks.mlflow_environment import CACHE
from benchmarks.report import Results, show, write_markdown
from benchmarks.servers import Contestant, mlflow_server, trialog_server
from benchmarks.wrk import check_installed

SERVERS = {"mlflow": mlflow_server, "trialog": trialog_server}


def main() -> None:
    """Run all rounds."""
    arguments = _arguments()
    check_installed()
    chosen = [make() for name, make in SERVERS.items() if arguments.only in (None, name)]
    # A directory for temporary files is often in memory, where nothing waits for a disk.
    stores = CACHE / "stores"
    stores.mkdir(parents=True, exist_ok=True)
    rounds: dict[Contestant, list[Round]] = {contestant: [] for contestant in chosen}
    for number in range(1, arguments.rounds + 1):
        for contestant in chosen:
            print(f"round {number} of {arguments.rounds}: {contestant.name}", flush=True)
            with tempfile.TemporaryDirectory(dir=stores) as name:
                rounds[contestant].append(measure(contestant, Path(name), seconds=arguments.seconds))
    results = Results(rounds, arguments.seconds, describe(stores))
    show(results)
    if arguments.only is None:
        write_markdown(results, Path(__file__).with_name("RESULTS.md"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Trialog beside MLflow's server.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server is measured (default: 3)")
    parser.add_argument("--seconds", type=int, default=5, help="how long each load lasts (default: 5)")
    parser.add_argument("--only", choices=tuple(SERVERS), help="measure one server and write nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
