import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.wheels import make_wheel
from trialog.errors import ConfigurationError
from trialog.projects.environment_cache import environments_folder, held, remove_unused
from trialog.projects.environment_plan import plan_environment
from trialog.projects.environments import Environment, make_environment
from trialog.projects.local_command import LocalJob
from trialog.sdk.python_environments import find_uv, python_of

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="programs that are shell scripts")
ASK = "import sys, tiny; print(tiny.VERSION, sys.prefix)"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    return tmp_path / "cache" / "trialog" / "environments"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    make_wheel(folder / "wheels", "tiny", "1.0", "VERSION = '1.0'\n")
    (folder / "python_env.yaml").write_text("dependencies: [./wheels/tiny-1.0-py3-none-any.whl]\n", encoding="utf-8")
    return folder


def made(folder: Path, said: list[str] | None = None, manager: str | None = None) -> Environment:
    return make_environment(plan_environment(folder, manager=manager), ([] if said is None else said).append)


def answer(environment: Environment, *command: str) -> str:
    job = LocalJob(environment.command(command), Path.cwd(), environment.variables(os.environ))
    said = b"".join(job.output()).decode()
    assert job.wait() == 0, said
    return said.strip()


@pytest.mark.skipif(find_uv() is None, reason="uv is not installed")
def test_it_is_made_once_and_anew_when_it_is_broken(project: Path, cache: Path) -> None:
    said: list[str] = []
    found: list[Environment] = []
    threads = [threading.Thread(target=lambda: found.append(made(project, said))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.is_new for one in found) == [False, True]
    assert "Another process makes this environment; waiting for it." in said
    (place,) = [path for path in cache.iterdir() if path.is_dir()]
    assert {one.folder for one in found} == {place}
    assert found[0].size_bytes == found[1].size_bytes > 0
    assert answer(found[0], "python", "-c", ASK).split() == ["1.0", str(place)]

    python_of(place).unlink()
    assert made(project).is_new
    (place / "trialog-environment.json").write_text("{", encoding="utf-8")
    assert made(project).is_new
    assert not made(project).is_new


@pytest.mark.skipif(find_uv() is None, reason="uv is not installed")
def test_what_cannot_be_installed_is_told_and_leaves_nothing(project: Path, cache: Path) -> None:
    (project / "wheels" / "tiny-1.0-py3-none-any.whl").write_bytes(b"no wheel")
    with pytest.raises(ConfigurationError, match=r"(?s)could not be made.*ended with exit code.*tiny"):
        made(project)
    assert not [path for path in cache.iterdir() if path.is_dir()]


@pytest.mark.skipif(find_uv() is None, reason="uv is not installed")
def test_a_python_that_cannot_be_had_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    wheel = "dependencies: [./wheels/tiny-1.0-py3-none-any.whl]\n"
    said: list[str] = []
    (project / "python_env.yaml").write_text(f"python: '{here}.99'\n{wheel}", encoding="utf-8")
    assert made(project, said).is_new
    assert f"Python {here}.99 is not here and could not be downloaded; the environment has another {here}." in said
    (project / "python_env.yaml").write_text("python: '3.4'\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"Python 3\.4, which the project wants, is not here"):
        made(project)


def test_a_version_of_python_that_venv_has_not(project: Path) -> None:
    (project / "python_env.yaml").write_text("python: '3.4'\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"There is no python3\.4 on the path"):
        made(project, manager="virtualenv")


def test_the_local_environment_is_this_one(tmp_path: Path) -> None:
    environment = made(tmp_path)
    assert (environment.folder, environment.is_new) == (None, False)
    assert answer(environment, "python", "-c", "import sys; print(sys.prefix)") == sys.prefix
    assert environment.variables({}) == {"PATH": str(Path(sys.executable).parent)}


@needs_posix
@pytest.mark.parametrize("name", ["conda", "micromamba"])
def test_conda_makes_it_and_runs_commands_in_it(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / name
    # Does what conda does as far as it can be seen from here: makes the prefix, runs within it.
    program.write_text(
        "#!/bin/sh\n"
        'case "$1" in run) echo "within: $*"; exit 0;; esac\n'
        'while [ "$1" != --prefix ]; do shift; done\n'
        'mkdir -p "$2/bin" && : > "$2/bin/python" && cp "$4" "$2/made-of"\n'
        'grep -q broken "$4" && { echo "no such package"; exit 9; }\n'
        "exit 0\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    for variable in ("CONDA_EXE", "MLFLOW_CONDA_HOME", "MLFLOW_CONDA_CREATE_ENV_CMD"):
        monkeypatch.delenv(variable, raising=False)
    file = tmp_path / "conda.yaml"
    file.write_text("dependencies: [python=3.11, gdal]\n", encoding="utf-8")
    environment = made(tmp_path)
    place = environment.folder
    assert place is not None
    assert (place / "made-of").read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
    assert not made(tmp_path).is_new
    assert "VIRTUAL_ENV" not in environment.variables({"VIRTUAL_ENV": "x"})
    said = answer(environment, "python", "train.py")
    assert said.startswith("within: run")
    assert said.endswith(f"--prefix {place} python train.py")

    file.write_text("dependencies: [python=3.11, broken]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"(?s)ended with exit code 9.*no such package"):
        made(tmp_path)
    assert [path for path in cache.iterdir() if path.is_dir()] == [place]
    program.unlink()
    with pytest.raises(ConfigurationError, match="no conda, mamba or micromamba is installed here"):
        made(tmp_path)


def test_what_nobody_has_wanted_for_long_is_removed(cache: Path) -> None:
    long_ago = time.time() - 40 * 24 * 60 * 60
    for name in ("old", "broken", "held", "new"):
        (cache / name).mkdir(parents=True)
        if name != "broken":
            (cache / name / "trialog-environment.json").touch()
        for path in (cache / name / "trialog-environment.json", cache / name):
            if name != "new" and path.exists():
                os.utime(path, (long_ago, long_ago))
    with held(cache / "held", pytest.fail):
        remove_unused(cache)
    assert sorted(path.name for path in cache.iterdir() if path.is_dir()) == ["held", "new"]


@needs_posix
def test_a_home_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "below"))
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert environments_folder().is_relative_to(tmp_path)
    assert not environments_folder().is_relative_to(tmp_path / "file")
    place = environments_folder().parent
    assert place.stat().st_mode & 0o077 == 0
    # There others could have put what is run then.
    place.chmod(0o777)
    with pytest.raises(ConfigurationError, match=r"others than you may write to it"):
        environments_folder()
    place.rmdir()
    place.symlink_to(tmp_path / "file")
    with pytest.raises(ConfigurationError, match=r"others than you may write to it"):
        environments_folder()
