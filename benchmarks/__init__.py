"""Trialog and MLflow's own server measured side by side: `make bench`."""
