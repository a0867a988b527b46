"""A killed server must not cost anything that was acknowledged.

The machine goes on: what a power cut would take is measured by `benchmarks.fsync_trace`.
"""

from pathlib import Path

from tests.e2e.acknowledged import faults, log_until_killed
from tests.servers import start_trialog


def test_every_acknowledged_point_survives_a_kill(tmp_path: Path) -> None:
    with start_trialog(tmp_path) as server:
        logs = log_until_killed(server, clients=6, answers=600)
    assert all(log.acknowledged for log in logs)
    with start_trialog(tmp_path) as server:
        assert faults(server, logs) == []


def test_a_killed_server_goes_on_where_it_was(tmp_path: Path) -> None:
    with start_trialog(tmp_path) as server:
        first = log_until_killed(server, clients=2, answers=100)
    with start_trialog(tmp_path) as server:
        second = log_until_killed(server, clients=2, answers=100)
    with start_trialog(tmp_path) as server:
        assert faults(server, first + second) == []
