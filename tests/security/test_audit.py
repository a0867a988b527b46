"""`make security` says of each dependency whether it was looked up; what was not never counts as sound."""

import json
from collections.abc import Mapping

from scripts.security import read_report

FINE = {"name": "click", "version": "8.5.1", "vulns": []}
BAD = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "lost", "skip_reason": "Dependency not found on PyPI and could not be audited: lost (1.0)"}


def report(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_sound_packages() -> None:
    audit = read_report(report(FINE, FINE), "")
    assert (audit.vulnerable, audit.unchecked) == ((), ())


def test_a_vulnerable_package_is_named() -> None:
    assert read_report(report(FINE, BAD), "Found 1 known vulnerability").vulnerable == ("old 1.0: PYSEC-2026-1",)


def test_a_package_that_was_passed_over_was_not_checked() -> None:
    audit = read_report(report(FINE, SKIPPED), "No known vulnerabilities found")
    assert audit.unchecked == ("lost: Dependency not found on PyPI and could not be audited: lost (1.0)",)


def test_without_the_network_nothing_was_checked() -> None:
    for written, complaint in (
        ("", "Traceback\nConnectionError: Failed to resolve 'pypi.org'"),
        ("", ""),
        ("{}", "x"),
        ("Found", ""),
    ):
        audit = read_report(written, complaint)
        assert audit.vulnerable == ()
        assert len(audit.unchecked) == 1
        assert "cannot be reached" in audit.unchecked[0]
