"""The file `MLproject`."""

from pathlib import Path

import pytest

from trialog.errors import InvalidParameter, NotImplementedHere, ResourceNotFound
from trialog.projects.parameters import Parameter
from trialog.projects.project_file import Project, read_project


def project(folder: Path, text: str, *files: str) -> Project:
    (folder / "MLproject").write_text(text, encoding="utf-8")
    for name in files:
        (folder / name).write_text("", encoding="utf-8")
    return read_project(folder)


def test_all_that_a_file_says(tmp_path: Path) -> None:
    read = project(
        tmp_path,
        """
name: Wine
python_env: env.yaml
entry_points:
  main:
    parameters:
      data: path
      alpha: {type: float, default: 0.10}
      verbose: {type: bool, default: true}
      label: {default: ""}
      seed: {type: int, default: null}
      strange: {type str, description: told}
    command: |
      python train.py \\
        --alpha {alpha} \\

  7:
    command: python check.py
""",
        "env.yaml",
    )
    assert (read.name, read.python_env, read.conda_env) == ("Wine", "env.yaml", None)
    assert list(read.entry_points) == ["main", "7"]
    main = read.entry_point("main")
    assert main.command == "python train.py \\\n  --alpha {alpha}"
    assert list(main.parameters.values()) == [
        Parameter("data", "path"),
        Parameter("alpha", "float", "0.1"),
        Parameter("verbose", "bool", "True"),
        Parameter("label", "string", ""),
        Parameter("seed", "int", None),
        Parameter("strange", "string", None),
    ]


@pytest.mark.parametrize("name", ["MLproject", "mlproject", "MLProject"])
def test_the_name_of_the_file_is_taken_in_any_case(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("name: a", encoding="utf-8")
    assert read_project(tmp_path).name == "a"


def test_files_can_be_run_without_an_entry_point(tmp_path: Path) -> None:
    for name in ("train it.py", "all.sh", "a{b}.py"):
        (tmp_path / name).write_text("", encoding="utf-8")
    read = read_project(tmp_path)
    assert read.entry_points == {}
    assert read.entry_point("train it.py").command == "python 'train it.py'"
    assert read.entry_point("all.sh").command == "bash all.sh"
    assert read.entry_point("a{b}.py").command == "python 'a{{b}}.py'"


@pytest.mark.parametrize(
    "name", ["main", "gone.py", "data.csv", "../outside.py", "/etc/passwd", "a\0.py", "a" * 5000 + ".py"]
)
def test_an_entry_point_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.py").write_text("", encoding="utf-8")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "data.csv").write_text("", encoding="utf-8")
    read = project(folder, "entry_points: {train: {command: python a.py}}")
    with pytest.raises(ResourceNotFound, match=r"has no entry point .* Its entry points are: train") as raised:
        read.entry_point(name)
    assert raised.value.code == "project.no_entry_point"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("entry_points: [a]", "its entry_points are no mapping"),
        ("entry_points: {main: python a.py}", "its entry point 'main' is no mapping"),
        ("entry_points: {main: {}}", "its entry point 'main' has no command"),
        ("entry_points: {main: {command: [a]}}", "its entry point 'main' has no command"),
        ("entry_points: {main: {command: a, parameters: [x]}}", "the parameters of its entry point 'main'"),
        ("entry_points: {main: {command: a, parameters: {x: 3}}}", "the parameter 'x' of its entry point 'main'"),
        ("entry_points: {main: {command: a, parameters: {x: {type: [a]}}}}", "the type of the parameter 'x'"),
        ("entry_points: {main: {command: a, parameters: {x: {default: [1]}}}}", "the default of the parameter 'x'"),
        ("name: [a]", "its name is no text"),
        ("python_env: gone.yaml", "its python_env names the file 'gone.yaml', which is not there"),
        ("conda_env: ../conda.yaml", "its conda_env '../conda.yaml' lies outside"),
        ("python_env: a\nconda_env: b", "it names python_env and conda_env"),
    ],
)
def test_what_a_file_says_wrongly_is_told_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InvalidParameter, match=fault) as raised:
        project(tmp_path, text)
    assert raised.value.code == "project.file_invalid"
    assert str(tmp_path / "MLproject") in raised.value.message


@pytest.mark.parametrize("text", ["a: [", "- a", "a: !!python/object/apply:os.system [id]", "a: &x [*x]"])
def test_a_file_that_is_no_mapping_or_does_harm_is_not_read(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidParameter, match="MLproject cannot be read") as raised:
        project(tmp_path, text)
    assert raised.value.code == "project.file_unreadable"


def test_an_endless_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="larger than 1048576 bytes"):
        project(tmp_path, "#" * 2**20 + "\n")


def test_a_container_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedHere, match=r"wants a container .* python_env or conda_env"):
        project(tmp_path, "docker_env: {image: a}")
