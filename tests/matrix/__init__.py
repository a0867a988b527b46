"""Models of each flavor moved between Trialog and MLflow, in both directions: see `python -m tests.matrix --help`."""
