"""Goes on with a run of a folder `mlruns/`, which the tracking URI names."""

import json
import os
import sys
from pathlib import Path

from mlflow import MlflowClient

client = MlflowClient()
client.log_metric(os.environ["RUN"], "epoch loss", -1.0, timestamp=1_800_000_000_000, step=1000)
client.set_tag(os.environ["RUN"], "appended", "yes")
Path(sys.argv[1]).write_text(json.dumps({}), encoding="utf-8")
