"""What stands in the way of a start is said, and nothing is left behind by it."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import PASSWORD, write_certificates
from trialog.config import Settings
from trialog.errors import ConfigurationError
from trialog.server.certificates import check_certificates
from trialog.server.run import run


def refused(directory: Path, **choices: Any) -> str:
    """What is said of a start that cannot be."""
    kept = {
        "backend_store_uri": f"sqlite:///{(directory / 'trialog.db').as_posix()}",
        "artifacts_destination": str(directory / "artifacts"),
    }
    with pytest.raises(ConfigurationError, match=r"\w") as error:
        run(
            Settings(**{**kept, "port": 0, **choices}),
            lambda listener, _secret: pytest.fail(f"it serves at {listener.url}"),
        )
    assert "secret" not in error.value.message
    return error.value.message


@pytest.mark.parametrize(
    ("choices", "part"),
    [
        ({"workers": 2}, "SQLite lets one process write at a time"),
        ({"workers": 2, "backend_store_uri": "postgresql://bot:secret@db/x"}, "answers from one process"),
        ({"artifacts_destination": "s3://bucket/x"}, "keeps them in a local folder"),
        ({"backend_store_uri": "postgresql://bot:secret@127.0.0.1:1/x"}, "cannot be opened"),
        ({"backend_store_uri": "sqlite:///no/such/folder/x.db"}, "there is no folder"),
        ({"ssl_keyfile": Path("x.key")}, "--ssl-keyfile needs --ssl-certfile"),
        ({"ssl_ca_certs": Path("x.pem")}, "--ssl-ca-certs needs --ssl-certfile"),
        ({"ssl_keyfile_password": "secret"}, "--ssl-keyfile-password needs --ssl-certfile"),
        ({"ssl_certfile": Path("none.pem")}, "'none.pem' of --ssl-certfile cannot be read: No such file"),
    ],
)
def test_what_cannot_be_started_is_named(tmp_path: Path, choices: dict[str, Any], part: str) -> None:
    assert re.search(re.escape(part), refused(tmp_path, **choices))


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ({"ssl_certfile": "garbage"}, "certificate in PEM"),
        ({"ssl_certfile": "good"}, "--ssl-keyfile its private key"),
        ({"ssl_certfile": "good", "ssl_keyfile": "garbage"}, "--ssl-keyfile its private key"),
        ({"ssl_certfile": "good", "ssl_keyfile": "other_key"}, "key values mismatch"),
        ({"ssl_certfile": "good", "ssl_keyfile": "missing"}, "of --ssl-keyfile cannot be read"),
        ({"ssl_certfile": "good", "ssl_keyfile": "locked_key"}, "--ssl-keyfile-password the password"),
        ({"ssl_certfile": "good", "ssl_keyfile": "key", "ssl_ca_certs": "missing"}, "of --ssl-ca-certs cannot be read"),
        ({"ssl_certfile": "good", "ssl_keyfile": "key", "ssl_ca_certs": "garbage"}, "must hold certificates in PEM"),
    ],
)
def test_certificates_that_do_not_fit_are_named(tmp_path: Path, files: dict[str, str], part: str) -> None:
    write_certificates(tmp_path)
    assert part in refused(tmp_path, **{option: tmp_path / name for option, name in files.items()})
    assert not (tmp_path / "trialog.db").exists()


def test_certificates_that_fit_are_taken(tmp_path: Path) -> None:
    write_certificates(tmp_path)
    good, key, locked = tmp_path / "good", tmp_path / "key", tmp_path / "locked_key"
    check_certificates(Settings(ssl_certfile=good, ssl_keyfile=key, ssl_ca_certs=good))
    check_certificates(Settings(ssl_certfile=good, ssl_keyfile=locked, ssl_keyfile_password=PASSWORD))


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("my notes, not a database")
    assert "notes.db" in refused(tmp_path, backend_store_uri=f"sqlite:///{file.as_posix()}")
    assert file.read_text() == "my notes, not a database"


def test_an_address_file_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "address cannot be written" in refused(tmp_path, address_file=tmp_path / "file" / "address")
