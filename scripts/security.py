"""Attacks Trialog for some minutes, scans its code, and looks its dependencies up among known vulnerabilities.

Usage: `python -m scripts.security`. Looking up needs the network: without it the last step says NOT CHECKED and the
exit code is 3, or 0 where SECURITY_OFFLINE=1 says that this was to be expected. Any finding ends with 1.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EFFORT = "20"
NOT_CHECKED = 3
# Ruff knows the rules of bandit as S; what is silenced says beside it why, which tests/architecture sees to.
SCANNED = ("src", "scripts", "benchmarks", "tests")


@dataclass(frozen=True)
class Audit:
    """What is known of the dependencies.

    Attributes:
        vulnerable: Package, version and name of each vulnerability.
        unchecked: Packages of which nothing could be found out, each with the reason.
    """

    vulnerable: tuple[str, ...]
    unchecked: tuple[str, ...]


def main() -> int:
    """Do everything and return the exit code."""
    is_sound = succeeds({"SECURITY_EFFORT": EFFORT}, "pytest", "tests/security", "--timeout", "1800")
    is_sound &= succeeds({}, "ruff", "check", "--select", "S", *SCANNED)
    audit = audit_dependencies()
    for finding in audit.vulnerable:
        print(f"VULNERABLE: {finding}")
    for reason in audit.unchecked:
        print(f"NOT CHECKED for known vulnerabilities: {reason}")
    if not audit.vulnerable and not audit.unchecked:
        print("No dependency has a known vulnerability.")
    if audit.vulnerable or not is_sound:
        return 1
    return NOT_CHECKED if audit.unchecked and os.environ.get("SECURITY_OFFLINE") != "1" else 0


def succeeds(settings: dict[str, str], *module: str) -> bool:
    """Run a module with further variables of the environment and say whether it ends well."""
    command = (sys.executable, "-m", *module)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=False).returncode == 0


def audit_dependencies() -> Audit:
    """Look every pinned package up among known vulnerabilities."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", "constraints.txt", "--no-deps", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    answer = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return read_report(answer.stdout, answer.stderr)


def read_report(report: str, complaint: str) -> Audit:
    """Return what a report of pip-audit says; it ends well with packages that it could not look up.

    Args:
        report: What it printed, in JSON.
        complaint: What it printed as errors.
    """
    try:
        packages = json.loads(report)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        reason = complaint.strip().splitlines()[-1:] or ["it gave no reason"]
        return Audit((), (f"the list of vulnerabilities cannot be reached: {reason[0]}",))
    vulnerable = tuple(
        f"{package['name']} {package['version']}: {found['id']}"
        for package in packages
        for found in package.get("vulns", ())
    )
    unchecked = tuple(
        f"{package['name']}: {package['skip_reason']}" for package in packages if "skip_reason" in package
    )
    return Audit(vulnerable, unchecked)


if __name__ == "__main__":
    sys.exit(main())
