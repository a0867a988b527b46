"""A project on a real Ray, of one core and without a dashboard."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.projects.asked import only_run, output_of, tags_of
from trialog.projects.ray_backend import NODE_TAG
from trialog.sdk.transport import Transport

MLPROJECT = """
entry_points:
  main:
    parameters: {data: path, words: string}
    command: "cat {data} && python say.py {words}"
"""
SAY = """
import os, sys
from pathlib import Path
print(sys.argv[1], os.environ["MLFLOW_RUN_ID"], os.environ["PASSED_ON"])
print("written" if Path("written").exists() else "new")
Path("written").touch()
sys.exit(5)
"""


def test_a_project_on_ray(url: str, transport: Transport, experiment: str, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    project = tmp_path / "project"
    project.mkdir()
    (project / "MLproject").write_text(MLPROJECT, encoding="utf-8")
    (project / "say.py").write_text(SAY, encoding="utf-8")
    # What git ignores is sent all the same.
    (project / ".gitignore").write_text("*.csv\n", encoding="utf-8")
    (project / "rows.csv").write_text("1,2,3\n", encoding="utf-8")
    config = tmp_path / "ray.json"
    config.write_text(json.dumps({"num_cpus": 1, "variables": ["PASSED_ON"]}), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "trialog",
        "run",
        str(project),
        "--backend",
        "ray",
        "--backend-config",
        str(config),
    ]
    given = ["-P", "data=rows.csv", "-P", "words=it's here"]
    # Ray's processes would keep pipes open a moment longer than the command itself.
    with (tmp_path / "shown").open("w") as shown:
        ended = subprocess.run(
            [*command, *given],
            env={**os.environ, "MLFLOW_TRACKING_URI": url, "MLFLOW_EXPERIMENT_ID": experiment, "PASSED_ON": "passed"},
            stdout=shown,
            stderr=subprocess.STDOUT,
            timeout=240,
            check=False,
        )
    said = (tmp_path / "shown").read_text(encoding="utf-8")
    assert ended.returncode == 5, said
    run = only_run(transport, experiment)
    assert run.info.status == "FAILED"
    tags = tags_of(run)
    assert (tags["mlflow.project.backend"], tags["trialog.project.exit_code"]) == ("ray", "5")
    assert tags[NODE_TAG] in said
    for text in (said, output_of(transport, run)):
        assert f"1,2,3\nit's here {run.info.run_id} passed\nnew\n" in text
    assert not (project / "written").exists()
