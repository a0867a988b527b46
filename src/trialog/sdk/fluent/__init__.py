"""MLflow's fluent functions: what is logged goes to the active run."""
