"""Logs what the guide of a Brazilian forecast of share prices shows: one run a ticker and size, errors by epoch."""

import math
from pathlib import Path

import mlflow
from mlflow import MlflowClient

MODEL = "lstm_petr4"
EPOCHS = 50
# Ticker, size of the hidden layer, and the error that training comes to.
RUNS = (
    ("PETR4.SA", 64, 1.7342),
    ("PETR4.SA", 32, 2.4181),
    ("VALE3.SA", 64, 4.1275),
    ("VALE3.SA", 32, 6.8034),
    ("ITUB4.SA", 64, 1.2087),
    ("ITUB4.SA", 32, 11.5),
)


def main() -> None:
    """Train one network a ticker, and predict some days."""
    mlflow.set_experiment("stock-price-prediction")
    client = MlflowClient()
    client.create_registered_model(MODEL)
    for ticker, hidden_size, error in RUNS:
        with mlflow.start_run(run_name=f"{ticker}-{hidden_size}") as run:
            mlflow.set_tags({"environment": "production", "data_source": "yahoo_finance", "model_version": "v2.0"})
            mlflow.log_params({"ticker": ticker, "start_date": "2024-01-01", "end_date": "2026-01-01"})
            mlflow.log_params({"seq_length": 30, "epochs": EPOCHS, "learning_rate": 0.001, "hidden_size": hidden_size})
            for epoch in range(0, EPOCHS, 5):
                mlflow.log_metric("rmse", error + 20 * math.exp(-epoch / 6), step=epoch)
            mlflow.log_metric("rmse", error, step=EPOCHS)
            mlflow.log_metrics({"data_points": 1234567, "last_known_price": 38.51})
            mlflow.log_metrics({f"prediction_day_{day}": 38.51 + day / 10 for day in range(1, 6)})
            for name in (f"lstm_model_{ticker}.pth", f"scaler_close_{ticker}.save"):
                Path(name).write_bytes(bytes(range(256)) * 40)
                mlflow.log_artifact(name)
            Path("previsoes.csv").write_text("dia,preço\n1,38.61\n2,38.71\n3,38.81\n", encoding="utf-8")
            mlflow.log_artifact("previsoes.csv")
            if ticker == "PETR4.SA":
                source = f"runs:/{run.info.run_id}/lstm_model_{ticker}.pth"
                client.create_model_version(MODEL, source, run.info.run_id)
    client.transition_model_version_stage(MODEL, "2", "Production")


if __name__ == "__main__":
    main()
