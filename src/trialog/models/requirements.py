"""Which packages a model needs: the files `requirements.txt`, `conda.yaml` and `python_env.yaml` of its folder."""

import pickletools
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter, ResourceNotFound, require
from trialog.models.folder import FORMAT_VERSION, read_limited, to_yaml
from trialog.models.warned import warn

REQUIREMENTS: Final = "requirements.txt"
CONDA: Final = "conda.yaml"
PYTHON_ENVIRONMENT: Final = "python_env.yaml"

_BUILD_PACKAGES: Final = ("pip", "setuptools", "wheel")
_PINNED: Final = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._-]{0,200})(?:\[[^\]]*\])?\s?==\s?([A-Za-z0-9][A-Za-z0-9.!+_-]{0,100})"
)
_PYTHON: Final = re.compile(r"(\d{1,3})\.(\d{1,3})")
# What a Python that runs a model has anyhow, or what does not come from an index.
_NO_REQUIREMENT: Final = frozenset({"__main__", "builtins", "trialog", "mlflow", "cloudpickle"})
# Packages that are not called like their module.
_OTHER_NAMES: Final = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
# Builds of one package under names of their own, with the same modules and versions. Models name the package itself,
# which is there for every machine.
_BUILDS: Final = {
    "onnxruntime": ("onnxruntime-gpu",),
    "tensorflow": ("tensorflow-cpu", "tensorflow-gpu", "tensorflow-macos"),
    "xgboost": ("xgboost-cpu",),
}
_MOST_BYTES: Final = 1024 * 1024
_MOST_NAMED: Final = 10
_STRINGS: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_NOT_A_VALUE: Final = frozenset({"MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT", "FRAME"})


def pinned(package: str) -> str:
    """Return the requirement of a package in the version that is installed here; a local label is left away."""
    version = installed_version(package)
    return package if version is None else f"{package}=={version.partition('+')[0]}"


def installed_version(package: str) -> str | None:
    """Return the version of a package that is installed here, in whatever build; None if it is not."""
    for name in (package, *_BUILDS.get(package.lower(), ())):
        with suppress(metadata.PackageNotFoundError):
            return metadata.version(name)
    return None


def requirements_of(modules: Iterable[str]) -> list[str]:
    """Return the requirements that bring modules.

    Args:
        modules: Names of modules, such as `sklearn.linear_model._base`. What belongs to Python, to this package or
            to no package at all is left out.
    """
    roots = {name.partition(".")[0] for name in modules} - _NO_REQUIREMENT - set(sys.stdlib_module_names)
    return sorted({pinned(package) for root in roots if (package := _package_of(root)) is not None})


def package_named_like(root: str) -> str:
    """Return the name of the package that usually brings a topmost module, also if it is not installed."""
    return _OTHER_NAMES.get(root, root)


@cache
def _package_of(root: str) -> str | None:
    """Return the package that brings a topmost module; None if none does."""
    package = package_named_like(root)
    if installed_version(package) is not None:
        return package
    # It reads the list of files of every package.
    found = metadata.packages_distributions().get(root)
    return found[0] if found else None


def is_own(root: str) -> bool:
    """Tell whether a topmost module is the user's own: neither Python's nor brought by a package."""
    return root not in _NO_REQUIREMENT | set(sys.stdlib_module_names) and _package_of(root) is None


def modules_of_pickle(content: bytes) -> set[str]:
    """Return the modules that a pickle names, without loading it."""
    modules: set[str] = set()
    strings: list[str] = []
    every: set[str] = set()
    try:
        for opcode, argument, _ in pickletools.genops(content):
            if opcode.name in _STRINGS:
                strings.append(str(argument))
                every.add(str(argument))
            elif opcode.name == "GLOBAL":
                modules.add(str(argument).partition(" ")[0])
            elif opcode.name == "STACK_GLOBAL" and len(strings) > 1:
                modules.add(strings[-2])
            elif opcode.name not in _NOT_A_VALUE:
                strings.clear()
    except ValueError:
        # What is no pickle from some place on names no more modules.
        return modules
    # A function that cloudpickle keeps whole names the modules it uses as mere texts.
    return modules | (every & set(sys.modules) if "subimport" in every else set())


def write_environment(
    folder: Path,
    defaults: Sequence[str],
    *,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    conda_env: Mapping[str, Any] | str | None = None,
) -> list[str]:
    """Write the files that say which packages a model needs.

    Args:
        folder: The model folder.
        defaults: Requirements that its maker found out.
        pip_requirements: Requirements to take in place of these: a list, or the path of a requirements file.
        extra_pip_requirements: Requirements to take beside these.
        conda_env: A whole environment of conda, as a dictionary or the path of its file, in place of all that.

    Returns:
        The requirements as written.

    Raises:
        InvalidParameter: The file of requirements is not there (`model.requirements_not_found`), or the environment
            of conda is none (`model.conda_invalid`).
    """
    if conda_env is not None:
        given = _read_conda(conda_env)
        pip_requirements = _pip_part(given)
    wanted = list(defaults) if pip_requirements is None else read_requirements(pip_requirements)
    wanted += [] if extra_pip_requirements is None else read_requirements(extra_pip_requirements)
    # Tools that serve model folders install what stands here, and take their own loader from MLflow.
    if not any(re.match(r"mlflow(-skinny)?\b", one) for one in wanted):
        wanted.insert(0, f"mlflow=={FORMAT_VERSION}")
    wanted = list(dict.fromkeys(wanted))
    python = platform.python_version()
    pip = installed_version("pip")
    conda: Mapping[str, Any] = {
        "channels": ["conda-forge"],
        "dependencies": [f"python={python}", "pip" if pip is None else f"pip<={pip}", {"pip": wanted}],
        "name": "mlflow-env",
    }
    build = [pinned(package) for package in _BUILD_PACKAGES]
    environment = {"python": python, "build_dependencies": build, "dependencies": [f"-r {REQUIREMENTS}"]}
    _write(folder / REQUIREMENTS, "\n".join(wanted) + "\n")
    _write(folder / CONDA, to_yaml(conda if conda_env is None else dict(given)))
    _write(folder / PYTHON_ENVIRONMENT, to_yaml(environment, sort_keys=False))
    return wanted


def read_requirements(given: Sequence[str] | str) -> list[str]:
    """Return requirements that are given as a list, or as the path of a file with one a line.

    Raises:
        InvalidParameter: The file is not there (`model.requirements_not_found`).
    """
    if not isinstance(given, str):
        return [str(one) for one in given]
    try:
        lines = Path(given).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InvalidParameter(
            "model.requirements_not_found", f"The requirements cannot be read from {given!r}: {error.strerror}."
        ) from error
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def _read_conda(given: Mapping[str, Any] | str) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    yaml = require("yaml", extra="models")
    try:
        content = yaml.safe_load(Path(given).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InvalidParameter("model.conda_invalid", f"conda_env cannot be read from {given!r}: {error}.") from error
    if not isinstance(content, dict):
        raise InvalidParameter("model.conda_invalid", f"{given!r} holds no environment of conda.")
    return content


def _pip_part(environment: Mapping[str, Any]) -> list[str]:
    """Return what an environment of conda has pip install."""
    parts = environment.get("dependencies") or []
    return [str(one) for part in parts if isinstance(part, dict) for one in part.get("pip") or []]


def warn_of_mismatches(folder: Path, python_version: str | None = None) -> None:
    """Say which packages a model was made with are here in another version, or not at all.

    Args:
        folder: The model folder.
        python_version: The version of Python that made it; None if that is not known.
    """
    different: list[str] = []
    made = None if python_version is None else _PYTHON.match(python_version)
    here = platform.python_version_tuple()[:2]
    if made is not None and made.groups() != here:
        different.append(f"Python {made[0]} (here {'.'.join(here)})")
    for line in _lines(folder):
        match = _PINNED.match(line.strip())
        if match is None or re.sub(r"[-_.]+", "-", match[1]).lower() in {"mlflow", "mlflow-skinny"}:
            continue
        installed = installed_version(match[1])
        if installed is None or installed.partition("+")[0] != match[2].partition("+")[0]:
            different.append(f"{match[1]} {match[2]} (here {'none' if installed is None else installed})")
    if different:
        more = f" and {len(different) - _MOST_NAMED} more" if len(different) > _MOST_NAMED else ""
        warn(
            f"The model was made with other versions than are installed here: {', '.join(different[:_MOST_NAMED])}"
            f"{more}. Install them with pip install -r {REQUIREMENTS} of its folder if it does not load or predicts "
            "otherwise.",
        )


def _lines(folder: Path) -> list[str]:
    """Return the lines of a model's requirements; none if they cannot be read, for the model may load all the same."""
    try:
        return read_limited(folder, REQUIREMENTS, _MOST_BYTES)[:_MOST_BYTES].decode("utf-8", "replace").splitlines()
    except (InvalidParameter, ResourceNotFound):
        return []


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
