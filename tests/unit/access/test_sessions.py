"""Logins of browsers, and their cookies."""

import pytest

from trialog.access.cookies import SESSION_COOKIE, cookie_header, cookie_name, read_cookie
from trialog.access.sessions import csrf_token, is_csrf_token, new_session, session_hash


def test_each_login_has_a_secret_of_its_own() -> None:
    logins = [new_session(7, 1_000, seconds=60) for _ in range(50)]
    assert len({login.secret for login in logins}) == 50
    assert all(session_hash(login.secret) == login.secret_hash for login in logins)
    assert logins[0].session.expires_at == 61_000
    assert logins[0].secret not in repr(logins[0])


@pytest.mark.parametrize("secret", ["", "short", "a" * 44, "a" * 42 + "/", "a" * 42 + "\n", "ä" * 43])
def test_what_cannot_be_a_secret_is_not_looked_for(secret: str) -> None:
    assert session_hash(secret) is None
    assert not is_csrf_token(secret, "x")


def test_a_page_proves_to_belong_to_its_login() -> None:
    login, other = new_session(7, 0).secret, new_session(7, 0).secret
    assert is_csrf_token(login, csrf_token(login))
    for forged in (csrf_token(other), "", csrf_token(login)[:-1], csrf_token(login) + "0", "ä", "\ud800", login):
        assert not is_csrf_token(login, forged)


def test_a_cookie_is_kept_from_scripts_other_sites_and_sibling_hosts() -> None:
    secret = new_session(7, 0).secret
    header = cookie_header(SESSION_COOKIE, secret, is_secure=True, seconds=60)
    assert header == f"__Host-trialog_session={secret}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
    assert "Secure" not in cookie_header(SESSION_COOKIE, secret, is_secure=False, seconds=60)
    # A browser takes `__Host-` for the whole host only.
    assert cookie_name(SESSION_COOKIE, is_secure=True, path="/ml") == "__Secure-trialog_session"


@pytest.mark.parametrize("value", ["a;b", "a\r\nSet-Cookie: x", "a b", '"a"', "ä"])
def test_nothing_breaks_out_of_a_cookie(value: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        cookie_header(SESSION_COOKIE, value, is_secure=True, seconds=60)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"trialog_session=abc", "abc"),
        (b"a=b; trialog_session=abc;c=d", "abc"),
        (b"a=b; xtrialog_session=abc", None),
        (b"trialog_session=", None),
        (b"trialog_session", None),
        (b'trialog_session="abc"', None),
        (b"trialog_session=\xff\xfe", None),
        # Which of the two is the true one, nobody can tell.
        (b"trialog_session=abc; trialog_session=def", None),
        (b"a=" + b"b" * 20_000 + b"; trialog_session=abc", None),
        (None, None),
    ],
)
def test_cookies_are_read_without_trust(header: bytes | None, expected: str | None) -> None:
    assert read_cookie(header, SESSION_COOKIE) == expected
