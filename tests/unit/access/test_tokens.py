"""API tokens."""

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialog.access.tokens import new_token, parse_token

# A slow machine fails no test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_a_token_is_known_by_its_beginning_and_fits_what_is_stored() -> None:
    made = new_token()
    assert made.text.startswith(f"tlg_{made.token_id}_")
    presented = parse_token(made.text)
    assert presented is not None
    assert presented.token_id == made.token_id
    assert presented.fits(made.secret_hash)
    assert not presented.fits(new_token().secret_hash)


def test_what_is_stored_is_a_hash_and_nothing_shows_the_secret() -> None:
    made = new_token()
    assert made.secret_hash == hashlib.sha256(made.text.encode()).digest()
    assert made.text not in repr(made)
    assert len({new_token().text for _ in range(100)}) == 100


@patient
@given(st.data())
def test_a_slip_is_found_without_asking_anybody(data: st.DataObject) -> None:
    text = new_token().text
    position = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="ascii").filter(lambda letter: letter != text[position]))
    assert parse_token(text[:position] + letter + text[position + 1 :]) is None


@patient
@given(st.text(max_size=300))
def test_junk_is_no_token(text: str) -> None:
    assert parse_token(text) is None


@pytest.mark.parametrize("change", ["{} ", " {}", "{}\n", "{}0", "TLG{}", "{}{}{}{}"])
def test_a_token_is_nothing_but_itself(change: str) -> None:
    text = new_token().text
    assert parse_token(change.format(text, text, text, text)) is None
