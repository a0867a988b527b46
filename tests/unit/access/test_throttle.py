"""Failures to log in make the next attempt wait, and lock nobody out."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialog.access.networks import network_of, networks_of, site_of
from trialog.access.throttle import LoginThrottle
from trialog.errors import TooManyRequests

# A slow machine fails no test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

HOME, ELSEWHERE = "203.0.113.5", "198.51.100.1"


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def wait_of(throttle: LoginThrottle, username: str, address: str) -> int:
    """Seconds that an attempt has to wait; one that need not fails."""
    try:
        throttle.begin(username, address)
    except TooManyRequests as refused:
        return int(refused.values["retry_after_seconds"] or 0)
    return 0


def failures_until_throttled(throttle: LoginThrottle, username: str, address: str) -> int:
    return next(count for count in range(1000) if wait_of(throttle, username, address))


def test_after_a_few_slips_the_delay_grows_to_a_minute() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    assert failures_until_throttled(throttle, "ada", HOME) == 5
    delays = []
    for _ in range(10):
        delays.append(wait_of(throttle, "ada", HOME))
        clock.seconds += delays[-1]
        assert wait_of(throttle, "ada", HOME) == 0
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_asking_too_early_makes_nothing_worse() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    failures_until_throttled(throttle, "ada", HOME)
    assert {wait_of(throttle, "ada", HOME) for _ in range(100)} == {1}
    clock.seconds += 1
    throttle.begin("ada", HOME)


def test_case_makes_no_other_name() -> None:
    throttle = LoginThrottle(Clock())
    failures_until_throttled(throttle, "ada", HOME)
    assert wait_of(throttle, "ADA", HOME) == 1


def test_many_addresses_get_few_more_guesses_at_one_name() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    addresses = [f"198.51.{third}.{last}" for third in range(4) for last in range(250)]
    assert [wait_of(throttle, "ada", address) for address in addresses].count(0) == 5 + 100
    # An hour later, as many again from where nothing failed lately.
    clock.seconds += 3600
    assert [wait_of(throttle, "ada", address) for address in addresses].count(0) == 5 + 100


def test_from_where_nothing_failed_she_has_a_try_whatever_is_guessed_elsewhere() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    for number in range(50):
        while not wait_of(throttle, "admin", ELSEWHERE):
            pass
        # The guesser takes each moment at which the name is free, and the true one none of them.
        throttle.succeeded(throttle.begin("admin", f"203.0.113.{number}"))
        clock.seconds += 0.2
    assert wait_of(throttle, "admin", ELSEWHERE) > 0


def test_many_names_get_no_more_guesses_from_one_address() -> None:
    throttle = LoginThrottle(Clock())
    guesses = [wait_of(throttle, f"user{number}", ELSEWHERE) for number in range(100)]
    assert guesses.count(0) == 20


def test_a_whole_network_of_ipv6_is_one_address() -> None:
    throttle = LoginThrottle(Clock())
    guesses = [wait_of(throttle, f"user{number}", f"2001:db8::{number:x}") for number in range(100)]
    assert guesses.count(0) == 20


@pytest.mark.parametrize(("bits", "most"), [(56, 60), (48, 200)])
def test_whoever_has_many_networks_of_ipv6_gets_not_much_further(bits: int, most: int) -> None:
    throttle = LoginThrottle(Clock())
    # Of all the networks of 64 bits in one that is wider.
    networks = [f"2001:db8:7:{number if bits == 56 else number * 256:x}::1" for number in range(200)]
    guesses = [
        wait_of(throttle, f"user{number}-{place}", network)
        for place in range(10)
        for number, network in enumerate(networks)
    ]
    assert guesses.count(0) == most


def test_where_somebody_comes_from() -> None:
    assert networks_of("::ffff:198.51.100.1") == networks_of(ELSEWHERE) == (ELSEWHERE,)
    assert networks_of("2001:db8:1:2:3::4") == ("2001:db8:1:2::/64", "2001:db8:1::/56", "2001:db8:1::/48")
    assert network_of(network_of("2001:db8::1")) == network_of("2001:db8::2") == "2001:db8::"
    assert site_of("2001:db8:1:200::1") == site_of("2001:db8:1:ff00::") == "2001:db8:1::/48"
    assert networks_of("unix:") == ("unix:",)


def test_an_attacker_elsewhere_does_not_lock_a_user_out_of_her_home() -> None:
    throttle = LoginThrottle(Clock())
    throttle.succeeded(throttle.begin("ada", HOME))
    for number in range(200):
        wait_of(throttle, "ada", f"198.51.100.{number}")
    assert wait_of(throttle, "ada", ELSEWHERE) > 0
    throttle.succeeded(throttle.begin("Ada", HOME))


def test_from_her_home_too_a_user_is_guessed_at_slowly() -> None:
    throttle = LoginThrottle(Clock())
    throttle.succeeded(throttle.begin("ada", HOME))
    assert failures_until_throttled(throttle, "ada", HOME) == 5


def test_who_has_an_account_gets_no_more_guesses_by_using_it() -> None:
    throttle = LoginThrottle(Clock())
    guesses = 0
    for number in range(100):
        throttle.succeeded(throttle.begin("mallory", ELSEWHERE))
        guesses += wait_of(throttle, f"user{number}", ELSEWHERE) == 0
    assert guesses == 20


def test_many_at_once_get_no_further_than_one_after_the_other() -> None:
    throttle = LoginThrottle(Clock())
    under_way = [throttle.begin("ada", HOME) for _ in range(5)]
    assert wait_of(throttle, "ada", HOME) == 1
    throttle.abandoned(under_way[0])
    assert wait_of(throttle, "ada", HOME) == 0


def test_failures_are_forgiven_after_a_while() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    failures_until_throttled(throttle, "ada", HOME)
    clock.seconds += 900
    assert failures_until_throttled(throttle, "ada", HOME) == 5


@patient
@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), st.sampled_from(["ok", "no", "gone"]))))
def test_memory_is_bounded_whatever_is_tried(attempts: list[tuple[str, str, str]]) -> None:
    throttle = LoginThrottle(Clock(), remembered=3)
    for username, address, outcome in attempts:
        try:
            attempt = throttle.begin(username, address)
        except TooManyRequests:
            continue
        if outcome == "ok":
            throttle.succeeded(attempt)
        if outcome == "gone":
            throttle.abandoned(attempt)
    assert throttle.size <= 21


def test_a_message_says_how_long_to_wait() -> None:
    throttle = LoginThrottle(Clock())
    failures_until_throttled(throttle, "ada", HOME)
    with pytest.raises(TooManyRequests, match="try again in 1 s") as refused:
        throttle.begin("ada", HOME)
    assert refused.value.code == "auth.throttled"
