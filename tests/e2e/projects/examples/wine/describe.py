"""Says what is in a table."""

# ruff: noqa: T201  a project speaks by what it prints

import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--data")
parser.add_argument("--rows", type=int, default=1)
given = parser.parse_args()
with Path(given.data).open(encoding="utf-8") as file:
    for _ in range(given.rows + 1):
        print(file.readline().strip())
