"""Makes what a run was made of once more: its files, its packages and its command."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialog.errors import InvalidParameter, ResourceNotFound, TemporarilyUnavailable
from trialog.sdk.python_environments import OF_THIS_ENVIRONMENT, find_uv, python_of, variables_for_install
from trialog.sdk.recipe import Address, Recipe, Requirements, read_requirements
from trialog.sdk.source.command import has_masked
from trialog.sdk.source.contexts import REPRODUCES
from trialog.sdk.source.git_files import find_repository
from trialog.sdk.source.git_program import Git, find_git, git_environment
from trialog.sdk.source.packages import requirements
from trialog.sdk.source.surroundings import platform_name

ENVIRONMENT_FOLDER: Final = ".venv"
_SECONDS: Final = 3600.0
_NO_HOOKS: Final = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=")
_PROTOCOLS: Final = ("https", "ssh")
_MOST_NAMED: Final = 20
# What would send the new run elsewhere, or into the old one.
_NOT_PASSED_ON: Final = ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_NAME", "TRIALOG_MODE")


@dataclass(frozen=True)
class Origin:
    """Where the files of a commit come from.

    Attributes:
        repository: A repository of this machine that has the commit; a further working tree of it is made.
        address: Where the repository is cloned from, if there is none here.
    """

    repository: Path | None = None
    address: Address | None = None


def find_origin(recipe: Recipe, repository: str | None = None) -> Origin:
    """Return where the files of a run's commit come from.

    Args:
        recipe: What the run was made of.
        repository: Folder of a repository, if the user names one; else the one that the working directory lies in, if
            that has the commit, or else the one that the run names.

    Raises:
        ResourceNotFound: No repository is known that has the commit (`reproduce.no_repository`).
        InvalidParameter: There is no git (`reproduce.no_git`).
    """
    if recipe.commit is None:
        return Origin()
    program = _git_program()
    found = find_repository(Path(repository) if repository is not None else Path.cwd())
    if found is not None:
        answer = Git(program, found.root).ask("cat-file", "-e", f"{recipe.commit}^{{commit}}")
        if answer is not None and answer.code == 0:
            return Origin(repository=found.root)
    if repository is None and recipe.address is not None:
        return Origin(address=recipe.address)
    where = f"The folder {repository!r} is in none" if repository is not None else "The working directory is in none"
    raise ResourceNotFound(
        "reproduce.no_repository",
        f"No repository is known that has the commit {recipe.commit}. {where} that has it"
        f"{'' if recipe.address or repository else ', and the run names none'}. Name a clone with --repository.",
        commit=recipe.commit,
    )


class Reproduction:
    """One run that is made once more in a folder.

    Args:
        recipe: What it was made of.
        origin: Where the files of its commit come from.
        folder: Folder that takes them; it must be empty, or not be there.

    Raises:
        InvalidParameter: Something is in the folder (`reproduce.folder_taken`).
    """

    def __init__(self, recipe: Recipe, origin: Origin, folder: Path) -> None:
        self.recipe = recipe
        self.folder = folder.absolute()
        self.differences: list[str] = []
        self._origin = origin
        self._python: Path | None = None
        if os.path.lexists(self.folder) and (not self.folder.is_dir() or any(self.folder.iterdir())):
            raise InvalidParameter(
                "reproduce.folder_taken",
                f"There is something in {str(self.folder)!r} already. Name another folder with --into.",
            )

    def make_files(self) -> None:
        """Check out the commit and apply the changes that it does not hold.

        Raises:
            ResourceNotFound: The repository does not have the commit (`reproduce.no_commit`).
            InvalidParameter: git refuses something.
        """
        recipe = self.recipe
        if recipe.script is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            name, content = recipe.script
            (self.folder / name).write_bytes(content)
            self.differences.append(
                "The run was in no git repository: its script alone is here, without files that lay beside it."
            )
            return
        if recipe.commit is None:
            return
        self._check_out(recipe.commit)
        if recipe.changes is not None:
            self._apply(recipe.changes)
        elif recipe.is_dirty:
            self.differences.append(
                "Files were changed that the commit does not hold, and the changes are not recorded."
            )
        elif recipe.is_dirty is None:
            self.differences.append("It is not recorded whether files were changed that the commit does not hold.")
        self.differences += [f"A changed file was not recorded: {text}." for text in recipe.left_out]
        if (self.folder / ".gitmodules").is_file():
            self.differences.append("Submodules are not checked out: `git submodule update --init` does it.")

    def make_environment(self) -> None:
        """Make an environment of the packages that the run had; what cannot be had is told as a difference.

        Raises:
            InvalidParameter: The files hold something in the place of the environment.
        """
        place = self.folder / ENVIRONMENT_FOLDER
        if os.path.lexists(place):
            raise InvalidParameter(
                "reproduce.environment_taken",
                f"The files of the run hold {ENVIRONMENT_FOLDER!r} themselves, so that no environment can be made "
                "there. Use --no-venv to take the packages of this one.",
            )
        installer = _Installer(place, self.recipe.python)
        self._python = installer.python
        if self.recipe.requirements is not None:
            installer.install(self.recipe.requirements, self.folder)
        here = installer.packages(self.folder)
        self._compare(installer.version, here)
        if self.recipe.requirements is not None:
            _name_some(
                self.differences,
                "Packages of the repository are not installed",
                [folder for folder in self.recipe.requirements.editable if folder not in here.editable],
            )

    def use_this_environment(self) -> None:
        """Take the packages of this process in place of an environment of its own."""
        self._python = Path(sys.executable)
        version = sys.version_info
        self._compare(f"{version.major}.{version.minor}.{version.micro}", read_requirements(requirements()))

    def command(self) -> list[str]:
        """Return the command that does the run again.

        Raises:
            InvalidParameter: It was not recorded, or not all of it.
        """
        recipe = self.recipe
        if not recipe.command:
            what = "It was a notebook: open it in the folder" if recipe.is_notebook else "Its command is not recorded"
            raise InvalidParameter("reproduce.no_command", f"The run cannot be begun by itself. {what}.")
        if has_masked(recipe.command):
            raise InvalidParameter(
                "reproduce.secret_needed",
                "The command held secrets, which are not recorded: *** stands for them. Give it yourself.",
            )
        program, *rest = recipe.command
        python = self._python or Path(sys.executable)
        if program == "python":
            return [str(python), *rest]
        installed = shutil.which(program, path=str(python.parent))
        if installed is None:
            raise InvalidParameter(
                "reproduce.no_program", f"No package of the environment has the program {program!r}.", program=program
            )
        return [installed, *rest]

    def run(self, tracking_uri: str) -> int:
        """Do the run again and return the exit code of its command.

        Args:
            tracking_uri: Where it logs to.
        """
        place = self.working_folder()
        # The user was shown the command and wants it.
        return subprocess.run(self.command(), cwd=place, env=self.variables(tracking_uri), check=False).returncode  # noqa: S603

    def working_folder(self) -> Path:
        """Return where the command is given.

        Raises:
            InvalidParameter: It is no folder of the files (`reproduce.unusable`).
        """
        place = self.folder.joinpath(*self.recipe.folder.parts)
        # A link among the files may lead elsewhere.
        if not place.is_dir() or not place.resolve().is_relative_to(self.folder.resolve()):
            raise InvalidParameter(
                "reproduce.unusable",
                f"The run says as its folder {str(self.recipe.folder)!r}, which its files do not have.",
                what="folder",
            )
        return place

    def variables(self, tracking_uri: str) -> dict[str, str]:
        """Return the variables that the command gets.

        Args:
            tracking_uri: Where it logs to.
        """
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
        # Clients of MLflow set tags that stand here, too.
        kept["MLFLOW_RUN_CONTEXT"] = json.dumps({REPRODUCES: self.recipe.run_id})
        kept["MLFLOW_TRACKING_URI"] = tracking_uri
        kept["MLFLOW_EXPERIMENT_ID"] = self.recipe.experiment_id
        if self._python is not None and self._python != Path(sys.executable):
            for name in OF_THIS_ENVIRONMENT:
                kept.pop(name, None)
            kept["VIRTUAL_ENV"] = str(self.folder / ENVIRONMENT_FOLDER)
            kept["PATH"] = os.pathsep.join([str(self._python.parent), kept.get("PATH", "")])
        return kept

    def _check_out(self, commit: str) -> None:
        if self._origin.repository is not None:
            # A folder of the user's own, which she works in anyway.
            _git(
                [
                    "-C",
                    str(self._origin.repository),
                    *_NO_HOOKS,
                    "worktree",
                    "add",
                    "--detach",
                    "--",
                    str(self.folder),
                    commit,
                ],
                _PROTOCOLS,
            )
            return
        address = self._origin.address
        if address is None:
            raise ResourceNotFound("reproduce.no_repository", "No repository is known that has the commit.")
        protocols = ("file",) if address.is_local else _PROTOCOLS
        clone = ["clone", "--no-checkout", "--no-recurse-submodules", "--template="]
        _git([*_NO_HOOKS, *clone, "--", address.text, str(self.folder)], protocols)
        inside = ["-C", str(self.folder), *_NO_HOOKS]
        if not _git_says([*inside, "cat-file", "-e", f"{commit}^{{commit}}"]):
            # No branch has it any more; some servers hand it out by its hash.
            _git([*inside, "fetch", "--no-tags", "--no-recurse-submodules", "--", "origin", commit], protocols)
        _git([*inside, "checkout", "--quiet", "--detach", commit], protocols)

    def _apply(self, changes: bytes) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "uncommitted.diff"
            path.write_bytes(changes)
            # git refuses what lies outside of the folder, behind a link, or in `.git`.
            options = ["-C", str(self.folder), *_NO_HOOKS, "-c", "core.autocrlf=false"]
            _git([*options, "apply", "--whitespace=nowarn", "--", str(path)])

    def _compare(self, python: str, here: Requirements) -> None:
        """Tell what is other than it was."""
        recipe = self.recipe
        if recipe.python is not None and recipe.python != python:
            self.differences.append(f"Python is {python}, and was {recipe.python}.")
        if recipe.platform is not None and recipe.platform != platform_name():
            self.differences.append(f"The machine is {platform_name()}, and was {recipe.platform}.")
        if recipe.requirements is None:
            self.differences.append("The packages that the run had are not recorded.")
            return
        wanted = recipe.requirements.versions
        _name_some(
            self.differences,
            "Packages are missing",
            [
                *[f"{name}=={version}" for name, version in wanted.items() if name not in here.versions],
                *[line for line in recipe.requirements.direct if line not in here.direct],
            ],
        )
        _name_some(
            self.differences,
            "Packages have other versions",
            [
                f"{name} {here.versions[name]}, and was {version}"
                for name, version in wanted.items()
                if here.versions.get(name, version) != version
            ],
        )
        _name_some(
            self.differences,
            "Packages are not installed as they were",
            [line for line in recipe.requirements.unknown if line not in here.unknown],
        )


class _Installer:
    """Makes an environment and installs packages into it: by uv, or by venv and pip."""

    def __init__(self, place: Path, python: str | None) -> None:
        self._place = place
        self._uv = find_uv()
        self.python = python_of(place)
        # Settings of uv that lie in the files of the run must not count: it works in a folder of its own.
        with tempfile.TemporaryDirectory() as scratch:
            if self._uv is not None:
                make = [*self._uv, "venv", "--quiet", "--no-project", "--no-python-downloads"]
                version = ".".join((python or "").split(".")[:2])
                is_made = version.replace(".", "").isdigit() and _runs(
                    [*make, "--python", version, str(place)], scratch
                )
                if not is_made:
                    _must_run([*make, "--python", sys.executable, str(place)], scratch)
            else:
                _must_run([sys.executable, "-m", "venv", str(place)], scratch)
            ask = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
            self.version = _must_run([str(self.python), "-I", "-c", ask], scratch).strip()
        # It is no part of what the run was made of.
        (place / ".gitignore").write_text("*\n", encoding="utf-8")

    def install(self, wanted: Requirements, root: Path) -> None:
        """Install packages; those that cannot be had are missing afterwards."""
        lines = [f"{name}=={version}" for name, version in wanted.versions.items()] + list(wanted.direct)
        for folder in wanted.editable:
            path = root.joinpath(*folder.split("/"))
            if path.is_dir() and path.resolve().is_relative_to(root.resolve()):
                lines.append(f"-e {path.as_uri()}")
        with tempfile.TemporaryDirectory() as scratch:
            if lines and not self._installs(lines, scratch) and len(lines) > 1:
                # One that cannot be had keeps all of them.
                for line in lines:
                    self._installs([line], scratch)

    def packages(self, root: Path) -> Requirements:
        """Return what is installed."""
        found = [*self._place.glob("lib*/python*/site-packages"), *self._place.glob("Lib/site-packages")]
        return read_requirements(requirements(root.resolve(), [str(path) for path in found]))

    def _installs(self, lines: Sequence[str], scratch: str) -> bool:
        path = Path(scratch) / "requirements.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        # The list has all packages with their versions: what they need is in it, as it was.
        if self._uv is not None:
            command = [*self._uv, "pip", "install", "--quiet", "--python", str(self.python), "--no-deps"]
        else:
            command = [str(self.python), "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
            command.append("--disable-pip-version-check")
        return _runs([*command, "-r", str(path)], scratch)


def _name_some(differences: list[str], what: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        differences.append(f"{what}: {', '.join(names[:_MOST_NAMED])}{more}.")


def _git_program() -> str:
    program = find_git()
    if program is None:
        raise InvalidParameter(
            "reproduce.no_git", "The program git is needed to check out the commit of the run, and is not installed."
        )
    return program


def _git(arguments: Sequence[str], protocols: Sequence[str] = ()) -> None:
    done = _git_done(arguments, protocols)
    if done.returncode != 0:
        raise InvalidParameter(
            "reproduce.git_refused",
            f"git {_command_of(arguments)} failed: {done.stderr.strip()[-500:] or 'it does not say why'}. Where a "
            "password is needed, clone the repository yourself and name the clone with --repository.",
        )


def _git_says(arguments: Sequence[str]) -> bool:
    return _git_done(arguments, ()).returncode == 0


def _git_done(arguments: Sequence[str], protocols: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return _done([_git_program(), *arguments], None, git_environment(*protocols))


def _command_of(arguments: Sequence[str]) -> str:
    commands = {"apply", "checkout", "clone", "fetch", "worktree"}
    return next((argument for argument in arguments if argument in commands), "")


def _must_run(command: Sequence[str], folder: str) -> str:
    done = _done(command, folder, variables_for_install())
    if done.returncode != 0:
        raise InvalidParameter(
            "reproduce.no_environment", f"No environment could be made: {done.stderr.strip()[-500:]}."
        )
    return done.stdout


def _runs(command: Sequence[str], folder: str) -> bool:
    return _done(command, folder, variables_for_install()).returncode == 0


def _done(
    command: Sequence[str], folder: str | None, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603  programs that were looked up, and arguments that were checked
            list(command),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TemporarilyUnavailable(
            "reproduce.too_slow", f"{Path(command[0]).name} did not end within {_SECONDS / 60:.0f} minutes."
        ) from error
