"""Fits the quality of wines by ridge regression, and logs how well it does."""

# ruff: noqa: T201  a project speaks by what it prints

import csv
import sys
from pathlib import Path

import numpy as np

import trialog

path, alpha = sys.argv[1], float(sys.argv[2])
with Path(path).open(newline="", encoding="utf-8") as file:
    rows = [[float(value) for value in row.values()] for row in csv.DictReader(file)]
table = np.array(rows)
inputs, quality = np.column_stack([np.ones(len(table)), table[:, :-1]]), table[:, -1]
half = len(table) // 2

with trialog.start_run():
    square = inputs[:half].T @ inputs[:half] + alpha * np.eye(inputs.shape[1])
    wrong = inputs[half:] @ np.linalg.solve(square, inputs[:half].T @ quality[:half]) - quality[half:]
    trialog.log_metric("rmse", float(np.sqrt(np.mean(wrong**2))))
    trialog.log_metric("mae", float(np.mean(np.abs(wrong))))
    print(f"ridge regression with alpha {alpha}: {len(table)} wines")
