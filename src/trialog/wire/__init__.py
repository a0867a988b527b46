"""MLflow's wire: which routes there are, what their JSON looks like, and how it becomes entities."""
