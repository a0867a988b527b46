"""Passwords that were right a moment ago."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialog.access.verified import VerifiedPasswords

# A slow machine fails no test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_what_was_right_is_known_until_it_is_forgotten() -> None:
    verified = VerifiedPasswords(lambda: 0.0)
    key = verified.key("ada", "correct horse")
    assert verified.hash_of(key) is None
    verified.remember(key, "hash 1")
    assert verified.hash_of(key) == "hash 1"
    assert verified.hash_of(verified.key("ada", "wrong")) is None
    verified.forget(key)
    assert verified.hash_of(key) is None


def test_it_counts_for_a_while_only() -> None:
    moment = [0.0]
    verified = VerifiedPasswords(lambda: moment[0], seconds=300)
    key = verified.key("ada", "correct horse")
    verified.remember(key, "hash 1")
    moment[0] = 300.0
    assert verified.hash_of(key) is None


def test_it_counts_as_long_as_it_is_used() -> None:
    moment = [0.0]
    verified = VerifiedPasswords(lambda: moment[0], seconds=300)
    key = verified.key("ada", "correct horse")
    verified.remember(key, "hash 1")
    for _ in range(10):
        moment[0] += 299.9
        assert verified.hash_of(key) == "hash 1"
    moment[0] += 300.0
    assert verified.hash_of(key) is None


def test_another_process_knows_nothing_of_it() -> None:
    assert VerifiedPasswords().key("ada", "x") != VerifiedPasswords().key("ada", "x")


def test_the_oldest_is_forgotten_when_there_are_too_many() -> None:
    verified = VerifiedPasswords(lambda: 0.0, entries=2)
    keys = [verified.key("ada", password) for password in ("a", "b", "c")]
    for key in keys:
        verified.remember(key, "hash")
    assert [verified.hash_of(key) for key in keys] == [None, "hash", "hash"]


@patient
@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_read_the_same(name: str, password: str, other_name: str, other_password: str) -> None:
    verified = VerifiedPasswords()
    same = (name, password) == (other_name, other_password)
    assert (verified.key(name, password) == verified.key(other_name, other_password)) is same
    assert verified.key(name + ":", password) != verified.key(name, ":" + password)
