"""`trialog db`, and a server that meets a store of an older version, as a person at a terminal sees them."""

from pathlib import Path

import requests

from tests.unit.cli.processes import run_to_end, started_server
from tests.unit.store.older import content_of, make_older_store, version_in
from trialog.store.schema import NEWEST_VERSION

NOT_BY_ITSELF = {"TRIALOG_AUTO_UPGRADE": "false"}


def backups_in(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"trialog.db.before-{NEWEST_VERSION}.*.bak"))


def test_the_version_is_told_and_nothing_changed(tmp_path: Path) -> None:
    make_older_store(tmp_path / "trialog.db")

    told = run_to_end(tmp_path, "db", "version")

    assert (told.code, told.output.strip()) == (0, "0001")
    assert f"uses version {NEWEST_VERSION}; `trialog db upgrade` upgrades the store" in told.errors
    assert version_in(tmp_path / "trialog.db") == "0001"


def test_a_store_is_upgraded_with_a_backup_and_again_nothing_is_left_to_do(tmp_path: Path) -> None:
    content = make_older_store(tmp_path / "own.db")
    address = "sqlite:///own.db"

    done = run_to_end(tmp_path, "db", "upgrade", "--backend-store-uri", address)

    assert done.code == 0, done.errors
    assert f"from version 0001 to {NEWEST_VERSION}" in done.output
    (backup,) = tmp_path.glob(f"own.db.before-{NEWEST_VERSION}.*.bak")
    assert f"Backup of the store as it was: {backup}" in done.output
    assert content_of(tmp_path / "own.db") == content
    again = run_to_end(tmp_path, "db", "upgrade", environment={"MLFLOW_BACKEND_STORE_URI": address})
    assert again.output == f"There is nothing to upgrade: the store is of version {NEWEST_VERSION}, or empty.\n"
    assert run_to_end(tmp_path, "db", "version", "--backend-store-uri", address).output == f"{NEWEST_VERSION}\n"
    assert set(tmp_path.glob("*.bak")) == {backup}


def test_a_store_can_be_upgraded_without_a_backup(tmp_path: Path) -> None:
    content = make_older_store(tmp_path / "trialog.db")

    done = run_to_end(tmp_path, "db", "upgrade", "--no-backup")

    assert done.code == 0, done.errors
    assert "Backup" not in done.output
    assert backups_in(tmp_path) == []
    assert content_of(tmp_path / "trialog.db") == content


def test_neither_command_makes_a_store(tmp_path: Path) -> None:
    for command in ("version", "upgrade"):
        refused = run_to_end(tmp_path, "db", command)
        assert refused.code == 1
        assert refused.errors.startswith(f"Error: There is no store at {tmp_path / 'trialog.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_store_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "trialog.db").write_text("This is a text, and long enough to be no empty database." * 100)
    for command in ("version", "upgrade"):
        refused = run_to_end(tmp_path, "db", command)
        assert refused.code == 1
        assert "Traceback" not in refused.errors


def test_a_server_upgrades_an_older_store_and_says_so(tmp_path: Path) -> None:
    make_older_store(tmp_path / "trialog.db")

    with started_server(tmp_path, "--port", "0") as server:
        query = {"experiment_name": "прогноз"}
        answer = requests.get(f"{server.url}/api/2.0/mlflow/experiments/get-by-name", query, timeout=30)
        assert answer.json()["experiment"]["tags"] == [{"key": "owner", "value": "ada"}]
        (backup,) = backups_in(tmp_path)
        assert f"from=0001 to={NEWEST_VERSION} backup={backup}" in server.log


def test_a_server_that_may_not_upgrade_by_itself_says_what_to_do(tmp_path: Path) -> None:
    make_older_store(tmp_path / "trialog.db")

    refused = run_to_end(tmp_path, "server", "--port", "0", environment=NOT_BY_ITSELF)

    assert refused.code == 1
    assert "`trialog db upgrade`" in refused.errors
    assert refused.errors.count("\n") == 1
    assert version_in(tmp_path / "trialog.db") == "0001"
    assert run_to_end(tmp_path, "db", "upgrade", environment=NOT_BY_ITSELF).code == 0
