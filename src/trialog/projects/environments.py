"""Makes the environment that a project wants, or takes it from the cache, and tells how a command runs in it."""

import hashlib
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.projects.environment_cache import (
    KeptEnvironment,
    empty,
    environments_folder,
    find_kept,
    held,
    mark_whole,
    remove_unused,
)
from trialog.projects.environment_plan import EnvironmentPlan, find_conda
from trialog.projects.installers import (
    make_by_conda,
    make_by_uv,
    make_by_venv,
    not_made,
)
from trialog.sdk.python_environments import OF_THIS_ENVIRONMENT, find_uv, python_of

_DIGITS_OF_NAME: Final = 20
_FORMAT: Final = "1"
_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Environment:
    """An environment that commands can run in.

    Attributes:
        folder: Where it lies; None for the one that Trialog itself runs in.
        is_new: Whether it was made just now.
        seconds: How long it took until it was ready.
        size_bytes: How much its files hold.
        runner: What stands before a command that is to run in it.
    """

    folder: Path | None = None
    is_new: bool = False
    seconds: float = 0.0
    size_bytes: int = 0
    runner: tuple[str, ...] = ()

    def variables(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that a command gets so that it runs in this environment.

        Args:
            given: The variables that it would get without.
        """
        if self.folder is None:
            # What the command line of Trialog was called by may lie off the path.
            return {**given, "PATH": _in_front(Path(sys.executable).parent, given)}
        kept = {name: value for name, value in given.items() if name not in OF_THIS_ENVIRONMENT}
        if not self.runner:
            kept["VIRTUAL_ENV"] = str(self.folder)
            kept["PATH"] = _in_front(python_of(self.folder).parent, given)
        return kept

    def command(self, argv: Sequence[str]) -> list[str]:
        """Return a command so that it runs in this environment.

        Args:
            argv: The program and its arguments.
        """
        return [*self.runner, *argv]


def make_environment(plan: EnvironmentPlan, say: Callable[[str], None]) -> Environment:
    """Return the environment of a plan: from the cache, or made now; of two who want the same, one waits.

    Args:
        plan: The environment.
        say: Told what happens, line by line.

    Raises:
        ConfigurationError: It could not be made (`project.environment_not_made`).
        TemporarilyUnavailable: Another process is making it for too long (`project.environment_busy`).
    """
    for note in plan.notes:
        say(note)
    if plan.manager == "local":
        return Environment()
    began = time.monotonic()
    try:
        return _kept_or_made(plan, say, began)
    except OSError as error:
        raise not_made(f"The environment could not be kept: {error}.") from error


def _kept_or_made(plan: EnvironmentPlan, say: Callable[[str], None], began: float) -> Environment:
    place = environments_folder() / _name(plan)
    python = place / "python.exe" if plan.manager == "conda" and os.name == "nt" else python_of(place)
    with held(place, say):
        kept = find_kept(place, python)
        is_new = kept is None
        if kept is None:
            empty(place)
            say(f"Making an environment by {plan.manager} in {place}")
            kept = _make(plan, place, say)
    if is_new:
        remove_unused(place.parent)
    seconds = time.monotonic() - began
    what = "Made" if is_new else "Found"
    say(f"{what} the environment {place.name} ({kept.size_bytes / _MEBIBYTE:.1f} MiB) in {seconds:.1f} s")
    runner: tuple[str, ...] = ()
    if plan.manager == "conda":
        runner = _runner_of_conda(place)
    return Environment(folder=place, is_new=is_new, seconds=seconds, size_bytes=kept.size_bytes, runner=runner)


def _make(plan: EnvironmentPlan, place: Path, say: Callable[[str], None]) -> KeptEnvironment:
    began = time.monotonic()
    try:
        if plan.manager == "conda":
            make_by_conda(plan, place, say)
        elif plan.manager == "uv" and (uv := find_uv()) is not None:
            make_by_uv(uv, plan, place, say)
        else:
            if plan.manager == "uv":
                say("uv is not installed; Python's own venv and pip do it, which takes longer: pip install uv")
            make_by_venv(plan, place, say)
        return mark_whole(place, time.monotonic() - began)
    except BaseException:
        empty(place)
        raise


def _name(plan: EnvironmentPlan) -> str:
    """Return the name that an environment is kept by: it tells all that its content comes of."""
    python = plan.python or sys.version
    parts = (_FORMAT, plan.digest, python, sys.platform, platform.machine())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS_OF_NAME]


def _runner_of_conda(place: Path) -> tuple[str, ...]:
    conda = find_conda() or "conda"
    if Path(conda).stem == "micromamba":
        return (conda, "run", "--prefix", str(place))
    return (conda, "run", "--no-capture-output", "--prefix", str(place))


def _in_front(folder: Path, variables: Mapping[str, str]) -> str:
    path = variables.get("PATH", "")
    return f"{folder}{os.pathsep}{path}" if path else str(folder)
