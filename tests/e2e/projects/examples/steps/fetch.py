"""First step: writes ratings (as if they came from a URL) and keeps them as an artifact of its run."""

# ruff: noqa: T201  a project speaks by what it prints

import argparse
import tempfile
from pathlib import Path

import trialog

parser = argparse.ArgumentParser()
parser.add_argument("--url")
given = parser.parse_args()
with trialog.start_run(), tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "ratings.csv")
    path.write_text("4\n5\n3\n", encoding="utf-8")
    trialog.log_artifact(str(path), "ratings")
    print(f"ratings of {given.url}")
