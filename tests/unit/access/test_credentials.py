"""What stands in an Authorization header."""

from base64 import b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialog.access import PasswordCredentials, read_authorization
from trialog.access.credentials import TokenCredentials
from trialog.errors import Unauthenticated

# A slow machine fails no test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def basic(text: str | bytes) -> bytes:
    return b"Basic " + b64encode(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (basic("ada:correct horse"), PasswordCredentials("ada", "correct horse")),
        (basic("ada:with:colons:"), PasswordCredentials("ada", "with:colons:")),
        (basic("Анна:пароль из слов"), PasswordCredentials("Анна", "пароль из слов")),
        (basic("ada:"), PasswordCredentials("ada", "")),
        (b"bAsIc  YWRhOng=", PasswordCredentials("ada", "x")),
        (b"Bearer tlg_abc", TokenCredentials("tlg_abc")),
        (b"bearer tlg_abc ", TokenCredentials("tlg_abc")),
    ],
)
def test_names_passwords_and_tokens_are_read(header: bytes, expected: object) -> None:
    assert read_authorization(header) == expected


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"", "not known here"),
        (b"Basic", "no colon"),
        (b"Basic %%%%", "no Base64"),
        (b"Basic YWRhOng", "no Base64"),
        (b"Basic YWRh\nOng=", "no Base64"),
        (basic("ada"), "no colon"),
        (basic(b"ada:\xff\xfe"), "no Base64 of text in UTF-8"),
        (basic(":secret-of-ada"), "No user can have"),
        (basic("a\x00da:x"), "No user can have"),
        (basic("a\r\nda:x"), "No user can have"),
        (basic("a" * 257 + ":x"), "No user can have"),
        (basic("ada:" + "x" * 1025), "too long"),
        (b"Basic " + b"A" * 9000, "too long"),
        (b"Bearer ", "no token"),
        (b"Bearer " + b"a" * 257, "no token"),
        (b"Bearer \xff\xfe", "no token"),
        (b"Digest username=ada", "not known here"),
        (b"Negotiate abc", "not known here"),
    ],
)
def test_junk_is_refused_with_its_reason_and_without_its_content(header: bytes, reason: str) -> None:
    with pytest.raises(Unauthenticated, match=reason) as refused:
        read_authorization(header)
    assert refused.value.code == "auth.malformed_header"
    assert "secret" not in str(refused.value)
    # The cause of a failed decoding would hold the password.
    assert refused.value.__cause__ is None


@patient
@given(st.binary(max_size=200), st.sampled_from([b"", b"Basic ", b"Bearer ", b"basic\t"]))
def test_whatever_comes_is_read_or_refused(junk: bytes, scheme: bytes) -> None:
    try:
        read_authorization(scheme + junk)
    except Unauthenticated as refused:
        assert refused.code == "auth.malformed_header"  # noqa: PT017  what is refused is chance's choice


def test_secrets_are_not_shown_by_accident() -> None:
    assert "correct horse" not in repr(read_authorization(basic("ada:correct horse")))
    assert "tlg_abc" not in repr(read_authorization(b"Bearer tlg_abc"))
