"""Greets by a package of its environment, and logs by HTTP alone, as the environment has no client."""

# ruff: noqa: S310, T201  it speaks by what it prints, and to the server that it is given

import argparse
import json
import os
import time
import urllib.request

import example_greeting  # type: ignore[import-not-found]  # it is in the project's own environment

parser = argparse.ArgumentParser()
parser.add_argument("--name")
parser.add_argument("--times", type=float)
parser.add_argument("--exit", type=int, default=0)
given = parser.parse_args()
for _ in range(int(given.times)):
    print(example_greeting.greet(given.name))
point = {
    "run_id": os.environ["MLFLOW_RUN_ID"],
    "key": "times",
    "value": given.times,
    "timestamp": int(time.time() * 1000),
}
request = urllib.request.Request(
    os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/log-metric",
    json.dumps(point).encode(),
    {"Content-Type": "application/json"},
)
with urllib.request.urlopen(request, timeout=30) as answer:
    answer.read()
raise SystemExit(given.exit)
