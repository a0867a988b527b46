"""Datasets as inputs of runs, under MLflow's names."""

from trialog.sdk.datasets import LoggedDataset, from_numpy, from_pandas

__all__ = ["LoggedDataset", "from_numpy", "from_pandas"]
