"""Settings: where they come from, which of them wins, and what is said of wrong ones."""

from pathlib import Path
from typing import Any

import pytest

from trialog.config import VARIABLES, Settings, load_settings, read_environment, redact
from trialog.errors import ConfigurationError


def test_without_anything_said_the_usual_holds() -> None:
    assert load_settings({}, {}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("MLFLOW_BACKEND_STORE_URI", "sqlite:///x.db", "backend_store_uri", "sqlite:///x.db"),
        ("MLFLOW_DEFAULT_ARTIFACT_ROOT", "s3://bucket/a", "default_artifact_root", "s3://bucket/a"),
        ("MLFLOW_ARTIFACTS_DESTINATION", "/data", "artifacts_destination", "/data"),
        ("MLFLOW_ARTIFACTS_ONLY", "true", "artifacts_only", True),
        ("MLFLOW_HOST", "localhost", "host", "localhost"),
        ("MLFLOW_PORT", "8080", "port", 8080),
        ("MLFLOW_WORKERS", "4", "workers", 4),
        ("MLFLOW_STATIC_PREFIX", "/a/b-c", "static_prefix", "/a/b-c"),
        ("MLFLOW_SERVER_ALLOWED_HOSTS", "a.example, b.example:80,", "allowed_hosts", ("a.example", "b.example:80")),
        ("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS", "https://a.example", "cors_allowed_origins", ("https://a.example",)),
        ("MLFLOW_SERVER_X_FRAME_OPTIONS", "deny", "x_frame_options", "DENY"),
        ("TRIALOG_ALLOW_OPEN", "YES", "allow_open", True),
        ("TRIALOG_ADDRESS_FILE", "a.txt", "address_file", Path("a.txt")),
        ("TRIALOG_LOG_LEVEL", "Debug", "log_level", "debug"),
        ("TRIALOG_MAX_JSON_BYTES", "2048", "max_json_bytes", 2048),
    ],
)
def test_a_variable_sets_what_it_is_for(variable: str, text: str, field: str, value: Any) -> None:
    assert getattr(load_settings({}, {variable: text}), field) == value


@pytest.mark.parametrize("word", ["false", "0", "No", "off"])
def test_truth_values_are_taken_in_many_spellings(word: str) -> None:
    assert not load_settings({}, {"MLFLOW_SERVE_ARTIFACTS": word}).serve_artifacts


def test_an_empty_variable_says_nothing() -> None:
    assert load_settings({}, {"MLFLOW_PORT": "", "MLFLOW_HOST": ""}) == Settings()


def test_an_option_beats_a_variable() -> None:
    assert load_settings({"port": "1"}, {"MLFLOW_PORT": "2"}).port == 1


@pytest.mark.parametrize(
    ("variable", "text", "part"),
    [
        ("MLFLOW_PORT", "http", "MLFLOW_PORT is 'http': it must be a whole number from 0 to 65535"),
        ("MLFLOW_PORT", "65536", "from 0 to 65535"),
        ("MLFLOW_WORKERS", "0", "from 1 to"),
        ("MLFLOW_SERVE_ARTIFACTS", "perhaps", "true or false"),
        ("MLFLOW_STATIC_PREFIX", "x", "begin with a slash"),
        ("MLFLOW_STATIC_PREFIX", "/x/", "not end with a slash"),
        ("MLFLOW_STATIC_PREFIX", "/{x}", "letters, digits"),
        ("MLFLOW_SERVER_X_FRAME_OPTIONS", "ALLOW", "one of SAMEORIGIN, DENY, NONE"),
    ],
)
def test_a_wrong_value_is_named_with_its_origin(variable: str, text: str, part: str) -> None:
    with pytest.raises(ConfigurationError, match=part):
        load_settings({}, {variable: text})


def test_a_wrong_option_is_named_as_it_is_written() -> None:
    with pytest.raises(ConfigurationError, match=r"The option --static-prefix is 'x'"):
        load_settings({"static_prefix": "x"}, {})


def test_artifact_roots_on_disk_are_the_same_for_every_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({"default_artifact_root": "own"}, {}).default_artifact_root == (tmp_path / "own").as_uri()
    unserved = load_settings({"serve_artifacts": "false"}, {})
    assert unserved.default_artifact_root == (tmp_path / "mlruns").as_uri()
    proxied = load_settings({"serve_artifacts": "false", "default_artifact_root": "mlflow-artifacts:/"}, {})
    assert proxied.default_artifact_root == "mlflow-artifacts:/"


def test_every_setting_has_one_variable() -> None:
    assert sorted(variable.field for variable in VARIABLES) == sorted(vars(Settings()))


def test_a_dotenv_file_is_read_and_the_environment_beats_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MLFLOW_PORT=1\nexport MLFLOW_HOST='a b'\n# note\nEMPTY\n", encoding="utf-8")
    monkeypatch.setenv("MLFLOW_PORT", "2")
    environment = read_environment(tmp_path)
    assert environment["MLFLOW_PORT"] == "2"
    assert environment["MLFLOW_HOST"] == "a b"


UNASKED = [
    ("TRIALOG_ALLOW_OPEN", "true"),
    ("TRIALOG_ALLOW_OPEN", "perhaps"),
    ("TRIALOG_ADDRESS_FILE", "notes.txt"),
    ("MLFLOW_SERVER_ALLOWED_HOSTS", "*"),
    ("MLFLOW_SERVER_ALLOWED_HOSTS", "a.example, *.com"),
    ("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS", "*"),
]


@pytest.mark.parametrize(("name", "value"), UNASKED)
def test_the_dotenv_file_of_a_folder_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    (tmp_path / ".env").write_text(f"{name}='{value}'\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"sets {name}, which is not taken"):
        read_environment(tmp_path)
    # Whoever names the file, or says it in another way, means it.
    assert read_environment(dotenv=tmp_path / ".env")[name] == value
    monkeypatch.setenv(name, "said")
    assert read_environment(tmp_path)[name] == "said"


def test_the_dotenv_file_of_a_folder_may_say_what_opens_nothing(tmp_path: Path) -> None:
    lines = "TRIALOG_ALLOW_OPEN=no\nTRIALOG_ADDRESS_FILE=\nMLFLOW_SERVER_ALLOWED_HOSTS=a.example\n"
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    assert read_environment(tmp_path)["MLFLOW_SERVER_ALLOWED_HOSTS"] == "a.example"


def test_a_dotenv_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no file"):
        read_environment(dotenv=tmp_path / "other.env")


def test_a_dotenv_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_environment(tmp_path)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://bot:secret@db:5432/x", "postgresql://bot:***@db:5432/x"),
        ("postgresql://bot:sec@ret@db/x", "postgresql://bot:***@db/x"),
        ("at 'postgresql+psycopg://bot:secret@db/x'.", "at 'postgresql+psycopg://bot:***@db/x'."),
        ("postgresql://db/x?user=a&password=secret&b=1", "postgresql://db/x?user=a&password=***&b=1"),
        ("http://localhost:5000/a@b", "http://localhost:5000/a@b"),
        ("sqlite:///trialog.db", "sqlite:///trialog.db"),
    ],
)
def test_passwords_are_not_shown(text: str, shown: str) -> None:
    assert redact(text) == shown
