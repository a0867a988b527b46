"""Refusals that repeat are counted: how much is written is not for an attacker to say."""

from trialog.entities import AuditRecord
from trialog.server.refusal_counts import RefusalCounts


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def stranger(address: str = "203.0.113.5", *, path: str = "GET /a", code: str = "auth.unauthenticated") -> AuditRecord:
    return AuditRecord(0, 1, "anybody", "", address, "authenticate", path, 401, code)


def user(resource: str, *, actor: str = "ada") -> AuditRecord:
    return AuditRecord(0, 1, actor, "token:x", "203.0.113.5", "delete_run", resource, 403, "auth.permission_denied")


def shown(records: list[AuditRecord]) -> list[tuple[str, str, int]]:
    return [(one.address, one.resource, one.times) for one in records]


def test_the_first_of_each_kind_is_told_at_once() -> None:
    counts = RefusalCounts()
    kinds = [
        stranger(),
        stranger("198.51.100.7"),
        stranger(code="login.throttled"),
        user("run:a"),
        user("run:b"),
        user("run:a", actor="eve"),
    ]
    assert [counts.note(one) for one in kinds] == kinds
    assert counts.seconds_left is None
    assert counts.take() == []


def test_what_repeats_becomes_one_record_of_what_is_common() -> None:
    counts = RefusalCounts()
    assert counts.note(stranger()) is not None
    for number in range(5):
        assert counts.note(stranger(path=f"GET /{number}")) is None
    assert shown(counts.take()) == [("203.0.113.5", "", 5)]
    counts.note(user("run:a"))
    counts.note(user("run:a"))
    assert shown(counts.take()) == [("203.0.113.5", "run:a", 1)]


def test_a_client_of_ipv6_is_its_network() -> None:
    counts = RefusalCounts()
    told = [counts.note(stranger(f"2001:db8::{number:x}", path="GET /a")) for number in range(1, 200)]
    assert sum(one is not None for one in told) == 1
    assert shown(counts.take()) == [("2001:db8::/64", "GET /a", 198)]
    assert counts.note(stranger("1.2.3.4")) is not None
    assert [counts.note(stranger("::ffff:1.2.3.4")), counts.note(stranger("1.2.3.4"))] == [None, None]
    assert shown(counts.take()) == [("1.2.3.4", "GET /a", 2)]


def test_too_many_clients_are_told_apart_no_further() -> None:
    counts = RefusalCounts(most_kinds=10)
    told = [counts.note(stranger(f"198.51.100.{number}")) for number in range(200)]
    assert sum(one is not None for one in told) == 10
    # Whoever has an account is not hidden by that.
    assert counts.note(user("run:a")) is not None
    assert counts.note(stranger("198.51.100.3")) is None
    assert shown(counts.take()) == [("", "GET /a", 190), ("198.51.100.3", "GET /a", 1)]


def test_each_minute_is_told_of_anew() -> None:
    clock = Clock()
    counts = RefusalCounts(60.0, clock=clock)
    counts.note(stranger())
    clock.now = 59.0
    assert counts.note(stranger()) is None
    assert counts.seconds_left == 1.0
    clock.now = 61.0
    assert counts.seconds_left == 0.0
    assert len(counts.take()) == 1
    assert counts.note(stranger()) is not None
    clock.now = 125.0
    assert counts.note(stranger()) is not None
    assert counts.take() == []
