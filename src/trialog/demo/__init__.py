"""What `make demo` runs: real models on real data, logged through the unmodified `mlflow` client and read back."""
