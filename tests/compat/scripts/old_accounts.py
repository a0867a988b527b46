"""Makes accounts and permissions with whatever client of them `mlflow` has, and writes what it read back as JSON.

Usage: python old_accounts.py RESULT, with MLFLOW_TRACKING_URI, and name and password of an administrator, in the
environment. Written for MLflow 2.22.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

PASSWORD = "correct horse battery"
NEW_PASSWORD = "another horse battery"


def refusal_of(call: Callable[..., Any], *arguments: Any) -> str:
    """Return the code of the error with which a call is refused."""
    try:
        call(*arguments)
    except MlflowException as error:
        return str(error.error_code)
    return "done"


def log_in(username: str, password: str) -> None:
    """Be another user from now on."""
    os.environ["MLFLOW_TRACKING_USERNAME"] = username
    os.environ["MLFLOW_TRACKING_PASSWORD"] = password


def main(result: Path) -> None:
    """Do it all and write what was read back to `result`."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    admin = (os.environ["MLFLOW_TRACKING_USERNAME"], os.environ["MLFLOW_TRACKING_PASSWORD"])
    accounts = importlib.import_module("account_client").account_client(os.environ["MLFLOW_TRACKING_URI"])
    client = MlflowClient()
    made = accounts.create_user("old-ada", PASSWORD)
    experiment_id = client.create_experiment("of the old client")
    client.create_registered_model("old-model")
    granted = accounts.create_experiment_permission(experiment_id, "old-ada", "EDIT")
    accounts.create_registered_model_permission("old-model", "old-ada", "READ")
    accounts.update_registered_model_permission("old-model", "old-ada", "NO_PERMISSIONS")
    seen = accounts.get_user("old-ada")
    accounts.update_user_password("old-ada", NEW_PASSWORD)

    log_in("old-ada", PASSWORD)
    refusals = [refusal_of(client.get_experiment, experiment_id)]
    log_in("old-ada", NEW_PASSWORD)
    with mlflow.start_run(experiment_id=experiment_id) as run:
        mlflow.log_metric("loss", 0.5)
    refusals.append(refusal_of(client.delete_experiment, experiment_id))
    refusals.append(refusal_of(client.get_registered_model, "old-model"))
    refusals.append(refusal_of(accounts.create_user, "old-eve", PASSWORD))

    log_in(*admin)
    accounts.update_user_admin("old-ada", True)
    is_admin = accounts.get_user("old-ada").is_admin
    accounts.delete_experiment_permission(experiment_id, "old-ada")
    accounts.delete_registered_model_permission("old-model", "old-ada")
    accounts.delete_user("old-ada")
    read_back = {
        "version": mlflow.__version__,
        "made": [made.username, made.is_admin],
        "granted": [granted.experiment_id == experiment_id, granted.permission],
        "seen": [
            [one.permission for one in seen.experiment_permissions],
            [[one.name, one.permission] for one in seen.registered_model_permissions],
        ],
        "metrics": client.get_run(run.info.run_id).data.metrics,
        "refusals": refusals,
        "is_admin": is_admin,
        "gone": refusal_of(accounts.get_user, "old-ada"),
    }
    result.write_text(json.dumps(read_back), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
