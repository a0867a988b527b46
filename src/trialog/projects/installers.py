"""Makes an environment in a folder: by uv, by Python's own venv with pip, or by conda."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from trialog.config import redact
from trialog.errors import ConfigurationError, InvalidParameter
from trialog.projects.environment_plan import EnvironmentPlan, find_conda
from trialog.projects.requirement_lines import NO_REQUIREMENTS
from trialog.sdk.python_environments import python_of, variables_for_install

Say: TypeAlias = Callable[[str], None]

_LINES_SHOWN: Final = 20


def make_by_uv(uv: Sequence[str], plan: EnvironmentPlan, place: Path, say: Say) -> None:
    """Make an environment by uv.

    Args:
        uv: How uv is called.
        plan: The environment.
        place: Folder for it.
        say: Told what uv says.

    Raises:
        ConfigurationError: It could not be made (`project.environment_not_made`).
    """
    settings = variables_for_install()
    # The packages of this environment are not to be seen by the new one, nor a Python of the project's folder.
    make = [*uv, "venv", "--quiet", "--no-project"]
    wanted = plan.python or sys.executable
    try:
        _run([*make, "--python", wanted, str(place)], plan.folder, settings, _unsaid)
    except ConfigurationError as error:
        nearest = _without_patch(wanted)
        if nearest is None or not _succeeds(
            [*make, "--clear", "--no-python-downloads", "--python", nearest, str(place)], settings
        ):
            raise _no_python(wanted, error.message) from error
        say(f"Python {wanted} is not here and could not be downloaded; the environment has another {nearest}.")
    install = [*uv, "pip", "install", "--python", str(python_of(place))]
    _install(install, plan, settings, say)


def make_by_venv(plan: EnvironmentPlan, place: Path, say: Say) -> None:
    """Make an environment by Python's own venv, and install by pip.

    Args:
        plan: The environment.
        place: Folder for it.
        say: Told what pip says.

    Raises:
        ConfigurationError: It could not be made (`project.environment_not_made`).
    """
    settings = variables_for_install()
    settings.update(PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    python = _find_python(plan.python, say)
    _run([python, "-m", "venv", str(place)], plan.folder, settings, say)
    _install([str(python_of(place)), "-m", "pip", "install", "--quiet"], plan, settings, say)


def make_by_conda(plan: EnvironmentPlan, place: Path, say: Say) -> None:
    """Make an environment by conda, mamba or micromamba.

    Args:
        plan: The environment.
        place: Folder for it.
        say: Told what conda says.

    Raises:
        ConfigurationError: It could not be made (`project.environment_not_made`).
    """
    conda = find_conda()
    if conda is None or plan.conda_file is None:
        raise not_made(
            f"{plan.conda_file} wants an environment of conda, and no conda, mamba or micromamba is installed here. "
            "Install one of them; or use --env-manager uv if it wants nothing but Python and packages of pip, or "
            "--env-manager local with everything installed that it names."
        )
    create = ["create", "--yes"] if Path(conda).stem == "micromamba" else ["env", "create", "--quiet"]
    command = [conda, *create, "--prefix", str(place), "--file", str(plan.conda_file)]
    _run(command, plan.folder, variables_for_install(), say)


def not_made(sentence: str) -> ConfigurationError:
    """Return the error that an environment could not be made."""
    return ConfigurationError("project.environment_not_made", sentence)


def _install(install: Sequence[str], plan: EnvironmentPlan, settings: Mapping[str, str], say: Say) -> None:
    for requirements in (plan.build, plan.requirements):
        if requirements == NO_REQUIREMENTS:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            arguments: list[str] = []
            for option, name, lines in (
                ("-r", "requirements.txt", requirements.lines),
                ("-c", "constraints.txt", requirements.constraints),
            ):
                if lines:
                    path = Path(scratch, name)
                    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                    arguments += [option, str(path)]
            # What stands in a file uv takes as it once built it.
            _run([*install, *arguments, *requirements.local], plan.folder, settings, say)


def _run(command: Sequence[str], folder: Path, variables: Mapping[str, str], say: Say) -> None:
    """Run a program that makes or fills an environment, and hand on each line that it writes."""
    shown: deque[str] = deque(maxlen=_LINES_SHOWN)
    try:
        process = subprocess.Popen(  # noqa: S603  the project names what is installed, and the user runs the project
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise not_made(f"{command[0]} cannot be started: {error.strerror}.") from error
    with process:
        try:
            for line in process.stdout or ():
                text = redact(line.rstrip())
                shown.append(text)
                say(text)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        said = "\n".join(shown) or "It said nothing."
        raise not_made(
            f"The environment could not be made: `{redact(' '.join(command))}` ended with exit code "
            f"{process.returncode}. {said}"
        )


def _succeeds(command: Sequence[str], variables: Mapping[str, str] | None = None) -> bool:
    try:
        return subprocess.run(command, env=variables, capture_output=True, check=False).returncode == 0  # noqa: S603  as above
    except OSError:
        return False


def _unsaid(line: str) -> None:
    """Take a line that nobody needs to read, unless it all fails."""


def _without_patch(version: str) -> str | None:
    """Return `3.11` for `3.11.7`; None for what has no third part."""
    match = re.fullmatch(r"(\d+\.\d+)\.[\w.*]+", version)
    return None if match is None else match[1]


def _find_python(wanted: str | None, say: Say) -> str:
    """Return a Python of the version that is wanted, for those who have no uv."""
    here = ".".join(map(str, sys.version_info[:3]))
    if wanted is None or here == wanted or here.startswith(wanted + "."):
        return sys.executable
    numbers = re.match(r"\D*(\d+)\.(\d+)", wanted)
    if numbers is None:
        raise InvalidParameter(
            "project.environment_manager", f"Without uv, Python {wanted!r} cannot be found; name one such as 3.11."
        )
    name = f"{numbers[1]}.{numbers[2]}"
    found = sys.executable if here.startswith(name + ".") else shutil.which(f"python{name}")
    if found is None or not _succeeds([found, "-c", "import venv"]):
        raise _no_python(wanted, f"There is no python{name} on the path.")
    if name != wanted:
        say(f"Without uv, Python {wanted} is not looked for; the environment has the {name} that is here.")
    return found


def _no_python(wanted: str, said: str) -> ConfigurationError:
    return not_made(
        f"Python {wanted}, which the project wants, is not here and could not be had. Install it, or change the "
        f"version in the project's environment file, or use --env-manager local. {said}"
    )
