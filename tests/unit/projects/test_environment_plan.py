from pathlib import Path

import pytest

from trialog.errors import InvalidParameter
from trialog.projects.environment_plan import plan_environment

PYTHON = "python: '3.11'\ndependencies: [a]\n"
CONDA = "dependencies: [python=3.11, {pip: [a]}]\n"
CONDA_ALONE = "dependencies: [python=3.11, gdal, {pip: [a]}]\n"


@pytest.fixture(autouse=True)
def no_conda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("CONDA_EXE", "MLFLOW_CONDA_HOME", "MLFLOW_CONDA_CREATE_ENV_CMD"):
        monkeypatch.delenv(name, raising=False)


def give_conda(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("mamba", "mamba.exe"):
        (tmp_path / "bin" / name).touch(mode=0o755)


@pytest.mark.parametrize(
    ("files", "has_conda", "manager"),
    [
        ({}, True, "local"),
        ({"python_env.yaml": PYTHON}, True, "uv"),
        ({"python_env.yaml": PYTHON, "conda.yaml": CONDA_ALONE}, True, "uv"),
        ({"conda.yaml": CONDA}, True, "conda"),
        ({"conda.yaml": CONDA}, False, "uv"),
        ({"conda.yaml": CONDA_ALONE}, False, "conda"),
    ],
)
def test_the_project_says_what_makes_it(tmp_path: Path, files: dict[str, str], has_conda: bool, manager: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    if has_conda:
        give_conda(tmp_path)
    plan = plan_environment(tmp_path)
    assert plan.manager == manager
    assert bool(plan.digest) == (manager != "local")
    assert [note for note in plan.notes if "no conda here" in note] == list(plan.notes)
    assert bool(plan.notes) == (manager == "uv" and not has_conda)
    assert plan_environment(tmp_path, manager="local").manager == "local"


def test_a_file_that_the_project_names(tmp_path: Path) -> None:
    (tmp_path / "conda.yaml").write_text(CONDA_ALONE, encoding="utf-8")
    (tmp_path / "own.yaml").write_text(PYTHON, encoding="utf-8")
    plan = plan_environment(tmp_path, python_env="own.yaml", manager="virtualenv")
    assert (plan.manager, plan.python, plan.requirements.lines) == ("virtualenv", "3.11", ("a",))


def test_python_and_pip_alone_need_no_conda(tmp_path: Path) -> None:
    (tmp_path / "conda.yaml").write_text(CONDA, encoding="utf-8")
    plan = plan_environment(tmp_path, manager="uv")
    assert (plan.manager, plan.python, plan.requirements.lines, plan.notes) == ("uv", "3.11", ("a",), ())


def test_what_a_manager_cannot_make(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="no environment manager 'poetry'; there are local, uv"):
        plan_environment(tmp_path, manager="poetry")
    with pytest.raises(InvalidParameter, match=r"has no conda\.yaml"):
        plan_environment(tmp_path, manager="conda")
    (tmp_path / "conda.yaml").write_text(CONDA_ALONE, encoding="utf-8")
    with pytest.raises(InvalidParameter, match=r"wants what conda alone installs: gdal\. Use --env-manager conda"):
        plan_environment(tmp_path, manager="uv")


def test_the_digest_tells_all_that_is_installed(tmp_path: Path) -> None:
    def digest(content: str, requirements: str = "b\n", manager: str | None = None) -> str:
        (tmp_path / "python_env.yaml").write_text(content, encoding="utf-8")
        (tmp_path / "requirements.txt").write_text(requirements, encoding="utf-8")
        return plan_environment(tmp_path, manager=manager).digest

    wanted = "python: '3.11'\ndependencies: [-r requirements.txt]\n"
    first = digest(wanted)
    others = {
        digest(wanted, "b==2\n"),
        digest(wanted.replace("3.11", "3.12")),
        digest(wanted.replace("dependencies", "build_dependencies")),
        digest(wanted, manager="virtualenv"),
    }
    assert len(others | {first}) == 5
    assert digest("# said\n" + wanted, "# said\nb  # too\n") == first
