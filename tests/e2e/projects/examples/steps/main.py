"""Runs the two steps as runs of their own below this one, each by MLflow itself."""

import argparse

import mlflow
import mlflow.projects

parser = argparse.ArgumentParser()
parser.add_argument("--power", type=float)
given = parser.parse_args()
run = mlflow.projects.run
with mlflow.start_run():
    fetched = run(".", "fetch", env_manager="local")  # type: ignore[no-untyped-call]  # MLflow gives it no types
    ratings = {"ratings": f"runs:/{fetched.run_id}/ratings", "power": given.power}
    averaged = run(".", "average", parameters=ratings, env_manager="local")  # type: ignore[no-untyped-call]  # as above
    mean = mlflow.MlflowClient().get_run(averaged.run_id).data.metrics["mean"]
    mlflow.log_metric("mean", mean)
