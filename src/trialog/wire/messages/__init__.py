"""Requests and responses of MLflow's API, one module per noun; each is named as MLflow names it."""
