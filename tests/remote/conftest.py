"""Another server's data in Trialog's pages."""

import os

# Read by mlflow when it is imported: a test reports nothing to anybody.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
