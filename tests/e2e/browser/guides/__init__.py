"""Programs that log through the real `mlflow`, as the readers of five guides have them."""
