"""Logs what the guide of a trading bot shows: experiments, curves by epoch, a model without tags and signature."""

import json
import math
from pathlib import Path

import mlflow
from sklearn.linear_model import LogisticRegression

MODEL = "hybrid_cnn_lstm"
EPOCHS = 50
# Run, size of the hidden layer, learning rate, and the accuracy that it comes to.
RUNS = (
    ("lstm_128", 128, 0.001, 0.74),
    ("lstm_64", 64, 0.001, 0.69),
    ("lstm_256", 256, 0.0005, 0.81),
    ("lstm_32", 32, 0.01, 0.58),
    ("lstm_96", 96, 0.003, 0.77),
)


def main() -> None:
    """Train by hand, retrain by schedule, and register as the bot does."""
    for experiment in ("trading_bot_ml", "model_training", "auto_retraining"):
        mlflow.set_experiment(experiment)
    mlflow.set_experiment("model_training")
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    for number, (name, hidden_size, rate, accuracy) in enumerate(RUNS):
        with mlflow.start_run(run_name=name, tags={"training_mode": "manual"}):
            mlflow.log_params(
                {"model_hidden_size": hidden_size, "trainer_epochs": EPOCHS, "trainer_learning_rate": rate}
            )
            for epoch in range(0, EPOCHS, 5):
                share = 1 - math.exp(-epoch / 10)
                losses = {"train_loss": 1 - 0.7 * share, "val_loss": 1 - 0.5 * share + 0.01 * math.sin(epoch)}
                mlflow.log_metrics({**losses, "val_accuracy": 0.5 + (accuracy - 0.5) * share}, step=epoch)
            mlflow.log_metrics({"test_accuracy": accuracy, "test_f1": accuracy - 0.02})
            Path("metadata.json").write_text(json.dumps({"hidden_size": hidden_size}), encoding="utf-8")
            mlflow.log_artifact("metadata.json")
            if number == 0:
                # As the guide's code has it: neither signature nor tags.
                info = mlflow.sklearn.log_model(model, name=MODEL, pip_requirements=["scikit-learn"])
                mlflow.register_model(info.model_uri, MODEL)
    mlflow.set_experiment("auto_retraining")
    with mlflow.start_run(run_name="nightly", tags={"trigger": "scheduled"}):
        mlflow.log_metric("val_accuracy", float("nan"))
        mlflow.log_metric("walk_forward_accuracy", 0.71)


if __name__ == "__main__":
    main()
