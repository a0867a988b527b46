"""What a client is told of a path, and which names a listing shows. Attacks are in `tests/security`."""

import pytest

from trialog.artifacts.paths import is_addressable, parse_artifact_path
from trialog.errors import InvalidParameter


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("model", ("model",)),
        ("0/8f14/artifacts/model/MLmodel", ("0", "8f14", "artifacts", "model", "MLmodel")),
        ("0/8f14/artifacts/", ("0", "8f14", "artifacts")),
        ("a%20b", ("a%20b",)),
    ],
)
def test_a_path_is_split_into_its_names(text: str, path: tuple[str, ...]) -> None:
    assert parse_artifact_path(text) == path


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a/../b", "consists of dots"),
        ("/etc", "it is absolute"),
        ("a//b", "a name in it is empty"),
        ("a\\b", r"the character '\\\\' is not allowed"),
        ("a\0b", r"the control character U\+0000"),
        ("\ufffd", "not valid UTF-8"),
        ("C:/x", "a drive or a scheme"),
        ("%2e%2e/x", "decoded once more, a name in it consists of dots"),
        ("x" * 300, "longer than 255 bytes"),
        ("/".join(["x" * 200] * 6), "longer than 1024 bytes"),
        ("/".join("x" * 65), "deeper than 64 folders"),
        (".trialog-staging/x", "is reserved"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(text: str, reason: str) -> None:
    with pytest.raises(InvalidParameter, match=rf"^Invalid path .*{reason}.* Name a path relative") as caught:
        parse_artifact_path(text)
    assert caught.value.code == "artifact.invalid_path"
    assert str(caught.value.values["path"]).startswith(text[:200])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MLmodel", True),
        ("loss+step+0.png", True),
        ("a..b", True),
        ("данные.csv", True),
        ("a#b", False),
        ("a\\b", False),
        ("line\nbreak", False),
        (".trialog-staging", False),
        ("a/b", False),
        ("undecodable\udcff", False),
    ],
)
def test_only_names_that_a_client_can_ask_for_are_shown(name: str, expected: bool) -> None:
    assert is_addressable(name, windows=False) is expected
