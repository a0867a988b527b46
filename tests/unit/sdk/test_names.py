"""The names that `trialog` hands out, whenever they are asked for."""

import subprocess
import sys

import pytest

import trialog
from trialog.sdk import public


def test_a_name_is_the_same_wherever_it_is_looked_for() -> None:
    for name in public.__all__:
        assert getattr(trialog, name) is getattr(public, name), name


def test_dir_lists_what_there_is_for_users_and_nothing_else() -> None:
    listed = [name for name in dir(trialog) if not name.startswith("__")]
    assert {"Client", "MlflowClient", "autolog", "get_tracker", "log_metric", "sklearn", "start_run"} <= set(listed)
    assert not [name for name in listed if name.startswith("_") or name == "TYPE_CHECKING"]
    assert all(getattr(trialog, name) is not None for name in listed)


def test_a_name_that_is_not_there_is_said_so() -> None:
    with pytest.raises(AttributeError, match="module 'trialog' has no attribute 'log_metrix'"):
        _ = trialog.log_metrix  # type: ignore[attr-defined]  # that it is not there is what is tested


def test_a_training_without_a_server_loads_nothing_that_it_does_not_need(tmp_path: object) -> None:
    """Neither HTTP nor TLS, nor the parts of the API that a training does not call."""
    program = "import sys, trialog\nwith trialog.start_run():\n    trialog.log_metric('loss', 0.5)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"TRIALOG_MODE": "offline", "TRIALOG_SPOOL_FOLDER": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
    )
    loaded = set(done.stdout.split())
    unneeded = {"email", "http.client", "ssl", "sqlalchemy", "trialog.sdk.client", "trialog.wire.routes.table"}
    assert loaded & unneeded == set()
