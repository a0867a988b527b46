"""Examples of the routes for streams of what a process logs, shown where the API is documented."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialog.server.openapi_examples import Example

_RUN_ID: Final = "0f1c9a6f3c4b4b0d8b8b3f6f6c1f2a3d"
_STARTED: Final = 1760286000000

LOG_STREAM_EXAMPLES: Final[Mapping[str, Example]] = MappingProxyType(
    {
        "begin_run": Example(
            {
                "experiment_id": "1",
                "user_id": "ada",
                "run_name": "agile-raven-78",
                "start_time": _STARTED,
                "tags": [{"key": "team", "value": "quants"}],
            },
            {
                "run": {
                    "info": {
                        "run_id": _RUN_ID,
                        "run_uuid": _RUN_ID,
                        "experiment_id": "1",
                        "run_name": "agile-raven-78",
                        "user_id": "ada",
                        "status": "RUNNING",
                        "artifact_uri": f"mlflow-artifacts:/1/{_RUN_ID}/artifacts",
                        "lifecycle_stage": "active",
                        "start_time": _STARTED,
                    },
                    "data": {
                        "tags": [
                            {"key": "mlflow.runName", "value": "agile-raven-78"},
                            {"key": "team", "value": "quants"},
                        ],
                    },
                    "inputs": {},
                    "outputs": {},
                }
            },
        ),
        "apply_log": Example(None, {"applied": 4096}),
    }
)
