"""Second step: averages the ratings that the first one kept."""

import argparse
from pathlib import Path

import trialog

parser = argparse.ArgumentParser()
parser.add_argument("--ratings")
parser.add_argument("--power", type=float)
given = parser.parse_args()
with trialog.start_run():
    ratings = [float(line) for line in Path(given.ratings, "ratings.csv").read_text(encoding="utf-8").split()]
    trialog.log_metric("mean", sum(rating**given.power for rating in ratings) / len(ratings))
