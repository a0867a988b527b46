from pathlib import Path

import pytest

from trialog.errors import InvalidParameter
from trialog.projects.environment_files import (
    PythonEnvironment,
    read_conda_environment,
    read_python_environment,
)


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "environment.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_an_environment_of_python(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "python: 3.10\nbuild_dependencies:\n- pip==23.0\ndependencies:\n- -r requirements.txt\n"
        '- a>=1 ; python_version > "3"\n',
    )
    assert read_python_environment(path) == PythonEnvironment(
        "3.10", ("pip==23.0",), ("-r requirements.txt", 'a>=1 ; python_version > "3"')
    )
    assert read_python_environment(written(tmp_path, "dependencies:\n")) == PythonEnvironment()


@pytest.mark.parametrize("python", ["3", "3.11.7", ">=3.10,<3.13", "==3.11.*", "3.13t"])
def test_versions_of_python(tmp_path: Path, python: str) -> None:
    assert read_python_environment(written(tmp_path, f"python: '{python}'")).python == python


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("python: --seed", "is no version"),
        ("python: /usr/bin/python", "is no version"),
        ("python: [3]", "is no version"),
        ("dependencies: numpy", "no list of requirements"),
        ("dependencies: [{a: b}]", "no list of requirements"),
        ("dependencies:\n- |\n  a\n  --index-url x\n", "no list of requirements"),
        ("name: x", "has the field 'name'"),
    ],
)
def test_what_names_no_environment(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(InvalidParameter, match=fault):
        read_python_environment(written(tmp_path, content))


def test_an_environment_of_conda(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "name: x\nchannels: [conda-forge]\ndependencies:\n- conda-forge::python=3.8.5=h1_0\n- pip<=20.1\n"
        "- setuptools=40\n- pip: [mlflow, -r more.txt]\n",
    )
    read = read_conda_environment(path)
    assert read.python == PythonEnvironment("3.8.5", ("pip<=20.1", "setuptools==40"), ("mlflow", "-r more.txt"))
    assert read.only_conda == ()


@pytest.mark.parametrize(
    ("python", "read"), [("python", None), ("python=3.8.*", "3.8"), ("python 3.9", "3.9"), ("python>=3.8", ">=3.8")]
)
def test_the_python_of_conda(tmp_path: Path, python: str, read: str | None) -> None:
    assert read_conda_environment(written(tmp_path, f"dependencies: ['{python}']")).python.python == read


def test_what_conda_alone_installs_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "dependencies: [python=3.11, cudatoolkit=11.8, 'conda-forge::gdal']")
    assert read_conda_environment(path).only_conda == ("cudatoolkit=11.8", "conda-forge::gdal")


@pytest.mark.parametrize("content", ["dependencies: {a: b}", "dependencies: [[a]]", "dependencies: [{npm: [a]}]"])
def test_what_is_no_environment_of_conda(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidParameter, match="names no environment"):
        read_conda_environment(written(tmp_path, content))
