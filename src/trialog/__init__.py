"""Trialog: an experiment tracker and model registry that speaks MLflow's REST API."""

__version__ = "0.1.0"
