"""What is known as a secret, and what is not."""

import pytest

from trialog.sdk.source.secrets import (
    holds_secret,
    is_private_file,
    is_secret_name,
    masked_command,
    without_credentials,
)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "deploy/.env.production",
        "prod.env",
        ".ENV",
        "keys/server.pem",
        "id_rsa",
        ".ssh/config",
        "a/.aws/credentials",
        "config/Secrets.yaml",
        "secrets/anything.txt",
        "gcp-service-account.json",
        "aws_credentials.json",
        "passwords.csv",
        ".netrc",
    ],
)
def test_files_that_hold_secrets_by_their_name(path: str) -> None:
    assert is_private_file(path)


@pytest.mark.parametrize(
    "path", ["train.py", "environment.yml", "src/secrets.py", "monkey.txt", "a/env/b.toml", "keys.csv"]
)
def test_files_that_hold_none_by_their_name(path: str) -> None:
    assert not is_private_file(path)


@pytest.mark.parametrize(
    "name",
    [
        "--password",
        "db.password",
        "HF_TOKEN",
        "--api-key",
        "apiKey",
        "--aws-secret-access-key",
        "AUTH_TOKEN",
        "client_secret",
    ],
)
def test_options_that_are_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["--max-tokens", "--tokenizer", "--pad-token", "eos_token", "--key", "--lr", "--keyboard", "--compass", ""]
)
def test_options_that_are_none(name: str) -> None:
    assert not is_secret_name(name)


def test_values_of_a_command_are_masked() -> None:
    command = [
        "python",
        "train.py",
        "--lr",
        "0.1",
        "--password",
        "hunter2",
        "--api-key=abc=d",
        "db.password=x",
        "--store=postgresql://ann:secret@host/base",
        "hf_" + "a" * 34,
        "--token",
        "--epochs=3",
        "--name=AKIA" + "A" * 16,
    ]
    assert masked_command(command) == [
        "python",
        "train.py",
        "--lr",
        "0.1",
        "--password",
        "***",
        "--api-key=***",
        "db.password=***",
        "--store=postgresql://ann:***@host/base",
        "***",
        "--token",
        "--epochs=3",
        "--name=***",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----",
        "token = 'ghp_" + "a" * 36 + "'",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "sk-proj-" + "a1" * 12,
    ],
)
def test_texts_in_which_something_looks_like_a_key(text: str) -> None:
    assert holds_secret(text.encode())


def test_texts_of_programs_look_like_no_key() -> None:
    assert not holds_secret(b"task-number = disk-usage; hf_model = 'bert'; -----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize(
    ("url", "cut"),
    [
        ("https://ann:secret@example.com/a/b.git", "https://example.com/a/b.git"),
        ("https://token@example.com:8443/a.git", "https://example.com:8443/a.git"),
        ("https://example.com/a.git?token=abc#x", "https://example.com/a.git"),
        ("https://a:b@c:d@example.com/a", "https://example.com/a"),
        ("ssh://git:secret@example.com/a.git", "ssh://git@example.com/a.git"),
        ("ssh://git@example.com:2222/a.git", "ssh://git@example.com:2222/a.git"),
        ("git@example.com:team/a.git", "git@example.com:team/a.git"),
        ("https://example.com/a@b.git", "https://example.com/a@b.git"),
        ("/srv/git/a.git", "/srv/git/a.git"),
        ("https://[bad/a", "https://***"),
    ],
)
def test_addresses_are_kept_without_names_and_passwords(url: str, cut: str) -> None:
    assert without_credentials(url) == cut
