"""A training that goes on as long as somebody wants: each call is one step of it."""

import mlflow


def main(step: str, value: str = "") -> None:
    """Take a step.

    Args:
        step: `begin`, `end`, or the number of a step to log a loss at.
        value: The loss, or the name of the run that begins.
    """
    if step == "begin":
        mlflow.set_experiment("live")
        mlflow.start_run(run_name=value)
        mlflow.log_param("learning_rate", 0.01)
    elif step == "end":
        mlflow.end_run()
    else:
        mlflow.log_metric("loss", float(value), step=int(step))
