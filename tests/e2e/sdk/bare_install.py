"""Runs a program as where `pip install trialog` was all: packages of extras and of the tests are not there.

`python -m tests.e2e.sdk.bare_install PACKAGES PROGRAM ARGUMENT...` runs a file, and `... PACKAGES trialog ARGUMENT...`
the command, where nothing but those packages can be imported. `packages()` names them, which takes some time.
"""

import re
import runpy
import sys
import tomllib
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from types import ModuleType

PROJECT = Path(__file__).parents[3] / "pyproject.toml"
NAME = re.compile(r"[A-Za-z0-9._-]+")


def installed() -> set[str]:
    """Return the names of the distributions that come with the bare package."""
    wanted = list(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"])
    found: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        name = normal(NAME.match(requirement)[0])  # type: ignore[index]  # each begins with a name
        if name not in found and "extra ==" not in requirement:
            found.add(name)
            # What is for other systems or older Pythons is not there.
            wanted += [further for further in _requires(name) if ";" not in further]
    return found


def normal(name: str) -> str:
    """Return the name of a distribution as all of its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _requires(name: str) -> list[str]:
    return requires(name) or []


class BareFinder(PathFinder):
    """Finds the standard library, the project itself, and what it needs."""

    known: frozenset[str] = frozenset()

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is known."""
        top = fullname.partition(".")[0]
        is_known = top in sys.stdlib_module_names or top in cls.known
        return super().find_spec(fullname, path, target) if is_known else None


def packages() -> str:
    """Return the names of the packages that can be imported, as the command line takes them."""
    names = installed()
    found = {top for top, owners in packages_distributions().items() if names & {normal(owner) for owner in owners}}
    return ",".join(sorted({"trialog", *found}))


def main() -> None:
    """Run what the command line names."""
    known, program, *sys.argv[1:] = sys.argv[1:]
    BareFinder.known = frozenset(known.split(","))
    sys.meta_path[:] = [BareFinder if finder is PathFinder else finder for finder in sys.meta_path]
    if program == "trialog":
        runpy.run_module("trialog", run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
