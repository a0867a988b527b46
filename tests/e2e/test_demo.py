"""The demo as a person runs it: it trains, compares, ends; and what it stored is there for anybody who asks."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.servers import answers_health, start_trialog

# It trains real models through a client that takes seconds to import, maybe on a slow machine.
SECONDS = 600


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "trialog.demo", *arguments]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "TRIALOG_"))}
    kept.pop("ONCE", None)
    # As wide as the longest line: what is asserted on must not be wrapped.
    return {**kept, "COLUMNS": "200", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


def _ask(url: str, body: Mapping[str, object] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, headers={"Content-Type": "application/json"})  # noqa: S310  our own http server
    with build_opener(ProxyHandler({})).open(request, timeout=30) as response:
        return json.loads(response.read())


@pytest.mark.timeout(SECONDS)
def test_the_demo_logs_real_runs_and_finds_everything_equal(tmp_path: Path) -> None:
    home = tmp_path / "work"
    home.mkdir()
    finished = subprocess.run(
        _command("--once", "--directory", "demo"),
        cwd=home,
        env=_environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr}"
    assert "Everything equals what was logged." in finished.stdout
    assert re.search(r"Read back and compared: 8 runs, .*29\d\d points, .*25 artifacts, 7 models", finished.stdout)
    [best_id] = re.findall(r"Best run: \S+ \(([0-9a-f]{32})\)", finished.stdout)
    assert [path.name for path in home.iterdir()] == ["demo"], "the demo left files outside its directory"

    with start_trialog(home / "demo") as server:
        api = f"{server.url}/api/2.0/mlflow"
        best = _ask(f"{api}/runs/get?run_id={best_id}")["run"]
        tags = {tag["key"]: tag["value"] for tag in best["data"]["tags"]}
        metrics = {metric["key"]: metric["value"] for metric in best["data"]["metrics"]}
        assert (best["info"]["status"], tags["best"]) == ("FINISHED", "true")
        assert metrics["roc_auc"] > 0.98
        history = _ask(f"{api}/metrics/get-history?run_id={best_id}&metric_key=test/log_loss")["metrics"]
        assert [point["step"] for point in history] == list(range(1, 121))
        assert history[-1]["value"] < history[0]["value"]
        children = _ask(
            f"{api}/runs/search",
            {
                "experiment_ids": [best["info"]["experiment_id"]],
                "filter": f"tags.mlflow.parentRunId = '{tags['mlflow.parentRunId']}'",
                "order_by": ["metrics.roc_auc DESC"],
            },
        )["runs"]
        assert len(children) == 6
        assert children[0]["info"]["run_id"] == best_id
        files = _ask(f"{api}/artifacts/list?run_id={best_id}&path=evaluation")["files"]
        assert [file["path"] for file in files] == [
            "evaluation/confusion_matrix.png",
            "evaluation/importances.json",
            "evaluation/report.txt",
            "evaluation/roc_curve.csv",
        ]


def test_a_directory_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "trialog.db").write_text("precious")
    finished = subprocess.run(
        _command("--once", "--directory", str(tmp_path)),
        env=_environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 1
    assert "demo.foreign_directory" in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["trialog.db"]
    assert (tmp_path / "trialog.db").read_text() == "precious"


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C cannot be sent to one process of a console")
def test_ctrl_c_stops_the_demo_and_its_server(tmp_path: Path) -> None:
    with subprocess.Popen(
        _command("--directory", str(tmp_path / "demo")),
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        found = None
        for line in process.stdout:
            found = found or re.search(r"The server at (\S+) answers", line)
            if found:
                break
        assert found is not None
        url = found[1]
        assert answers_health(url)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0
    assert not answers_health(url)
    assert not (tmp_path / "demo" / "address").exists()
