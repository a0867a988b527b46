"""Goes on with a run of a folder `mlruns/`, which the tracking URI names."""

import json
import os
import sys
import warnings

warnings.simplefilter("ignore")

from mlflow import MlflowClient

client = MlflowClient()
client.log_metric(os.environ["RUN"], "epoch loss", -1.0, timestamp=1_800_000_000_000, step=1000)
client.set_tag(os.environ["RUN"], "appended", "yes")
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({}, file)
