"""The programs of the guide of models run from top to bottom, as one."""

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.test_guides import blocks
from tests.servers import start_trialog


def test_the_programs_of_the_guide_of_models_run(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("\n".join(blocks("models.md", "python")), encoding="utf-8")
    with start_trialog(tmp_path / "server") as server:
        environment = {**os.environ, "MLFLOW_TRACKING_URI": server.url, "TRIALOG_SPOOL_FOLDER": str(tmp_path / "spool")}
        environment.pop("TRIALOG_ALLOW_PICKLE", None)
        done = subprocess.run(
            [sys.executable, str(program)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    refused, changed = done.stdout.splitlines()
    assert refused.startswith("The model is the code of scaled.py, and that code would run here.")
    assert changed.startswith("The model was changed after it was saved, and was not loaded. Its file 'requirements")
