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


@pytest.mark.parametrize(
    ("address", "beside"),
    [("sqlite:///{folder}/trialog.db", True), ("sqlite:///trialog.db", False), ("postgresql://u@h/d", False)],
)
def test_artifacts_are_kept_beside_the_file_of_the_store(tmp_path: Path, address: str, beside: bool) -> None:
    options = {"backend_store_uri": address.format(folder=tmp_path.as_posix())}
    usual = load_settings(options, {}).artifacts_destination
    assert Path(usual) == (tmp_path / "mlartifacts" if beside else Path("mlartifacts"))
    assert load_settings(options, {"MLFLOW_ARTIFACTS_DESTINATION": "x"}).artifacts_destination == "x"


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


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_may_stand_in_a_file(tmp_path: Path, ending: str) -> None:
    (tmp_path / "secret").write_bytes(b"  all of this " + ending.encode())
    for name, field in (
        ("MLFLOW_AUTH_ADMIN_PASSWORD", "admin_password"),
        ("MLFLOW_BACKEND_STORE_URI", "backend_store_uri"),
    ):
        assert getattr(load_settings({}, {f"{name}_FILE": str(tmp_path / "secret")}), field) == "  all of this "
    assert load_settings({"backend_store_uri": "sqlite:///x"}, {"MLFLOW_BACKEND_STORE_URI_FILE": "none"})


@pytest.mark.parametrize(
    ("content", "part"), [(b"", "is empty"), (b"\n", "is empty"), (b"\xff", "no text"), (b"a" * 70_000, "too much")]
)
def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ConfigurationError, match=part):
        load_settings({}, {"TRIALOG_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")})


def test_a_secret_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="leave one out"):
        load_settings({}, {"MLFLOW_AUTH_ADMIN_PASSWORD": "a", "MLFLOW_AUTH_ADMIN_PASSWORD_FILE": str(tmp_path)})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings({}, {"MLFLOW_AUTH_ADMIN_PASSWORD_FILE": str(tmp_path / "missing")})


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "host").write_text("ml.example.org")
    assert load_settings({}, {"MLFLOW_HOST_FILE": str(tmp_path / "host")}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("TRIALOG_ACCOUNTS", "yes", "accounts", True),
        ("TRIALOG_ACCOUNTS", "no", "accounts", False),
        ("TRIALOG_DEFAULT_PERMISSION", "no_permissions", "default_permission", "NO_PERMISSIONS"),
        ("TRIALOG_PUBLIC_URL", "https://ml.example.org/a/", "public_url", "https://ml.example.org/a"),
        ("TRIALOG_OIDC_GROUPS", "cn=ml,ops = operators", "oidc_groups", (("cn", "ml"), ("ops", "operators"))),
    ],
)
def test_settings_of_accounts(variable: str, text: str, field: str, value: Any) -> None:
    assert getattr(load_settings({}, {variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("TRIALOG_DEFAULT_PERMISSION", "DENY"),
        ("TRIALOG_SESSION_SECONDS", "0"),
        ("TRIALOG_TRUSTED_PROXIES", "everybody"),
        ("TRIALOG_PUBLIC_URL", "ml.example.org"),
        ("TRIALOG_PUBLIC_URL", "https://user:password@ml.example.org"),
        ("TRIALOG_PUBLIC_URL", "javascript://ml.example.org"),
        ("TRIALOG_PUBLIC_URL", "https://ml.example.org?x"),
        ("TRIALOG_OIDC_GROUPS", "a"),
        ("TRIALOG_OIDC_GROUPS", "a="),
    ],
)
def test_wrong_settings_of_accounts_are_refused(variable: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=variable):
        load_settings({}, {variable: text})


@pytest.mark.parametrize(
    "line",
    [
        "TRIALOG_ACCOUNTS=false",
        "TRIALOG_DEFAULT_PERMISSION=READ",
        "TRIALOG_SESSION_SECONDS=7776000",
        "TRIALOG_TRUSTED_PROXIES=0.0.0.0/0",
        "TRIALOG_PUBLIC_URL=https://evil.example",
        "MLFLOW_AUTH_CONFIG_PATH=auth.ini",
        "MLFLOW_AUTH_ADMIN_USERNAME=mallory",
        "MLFLOW_AUTH_ADMIN_PASSWORD=known to mallory",
        "MLFLOW_AUTH_ADMIN_PASSWORD_FILE=password.txt",
        "MLFLOW_BACKEND_STORE_URI_FILE=/etc/hostname",
        "TRIALOG_OIDC_ISSUER=https://evil.example",
        "TRIALOG_OIDC_CLIENT_ID=trialog",
        "TRIALOG_OIDC_CLIENT_SECRET_FILE=/etc/hostname",
        "TRIALOG_OIDC_USERNAME_CLAIM=nickname",
    ],
)
def test_a_folder_lets_nobody_in(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(line)
    with pytest.raises(ConfigurationError, match="not taken from a file that only happens to lie") as refused:
        read_environment(tmp_path)
    assert refused.value.code == "settings.not_from_dotenv"
