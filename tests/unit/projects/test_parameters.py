"""Parameters of a project."""

from pathlib import Path

import pytest

from trialog.errors import InvalidParameter
from trialog.projects.parameters import Parameter, complete, local_values


def known(*parameters: Parameter) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in parameters}


def fetch(uri: str, folder: Path) -> Path:
    path = folder / "fetched"
    path.write_text(uri, encoding="utf-8")
    return path


def test_defaults_and_extra_parameters() -> None:
    said = known(Parameter("alpha", "float", "0.5"), Parameter("data"))
    given = complete(said, {"data": "a", "seed": 3}, "The entry point 'main'")
    assert (given.known, given.extra) == ({"alpha": "0.5", "data": "a"}, {"seed": "3"})
    assert given.all == {"alpha": "0.5", "data": "a", "seed": "3"}


def test_what_is_missing_is_told_all_at_once() -> None:
    with pytest.raises(InvalidParameter, match=r"'main' has no value for 'a', 'b'. Give one with -P a=VALUE") as raised:
        complete(known(Parameter("a"), Parameter("b"), Parameter("c", default="")), {}, "The entry point 'main'")
    assert raised.value.code == "project.parameter_missing"


@pytest.mark.parametrize(("kind", "value"), [("float", "high"), ("float", ""), ("int", "1.5"), ("integer", "many")])
def test_what_is_no_number_is_told(kind: str, value: str) -> None:
    with pytest.raises(InvalidParameter, match=f"'main' takes a number .{kind}. as 'a', and '{value}' is none"):
        complete(known(Parameter("a", kind)), {"a": value}, "The entry point 'main'")


@pytest.mark.parametrize(
    ("kind", "value"), [("float", "1e-3"), ("float", 2), ("int", -7), ("str", "x"), ("epochs", "x")]
)
def test_numbers_and_types_that_others_made_up_pass(kind: str, value: object) -> None:
    assert complete(known(Parameter("a", kind)), {"a": value}, "main").known == {"a": str(value)}


def test_a_default_is_right_whatever_its_type() -> None:
    assert complete(known(Parameter("devices", "int", "None")), {}, "main").known == {"devices": "None"}


@pytest.mark.parametrize("kind", ["path", "uri"])
def test_files_are_looked_for_here_and_in_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    here, project = tmp_path / "here", tmp_path / "project"
    for folder, name in ((here, "mine.csv"), (project, "its.csv")):
        folder.mkdir()
        (folder / name).write_text("", encoding="utf-8")
    monkeypatch.chdir(here)
    said = known(Parameter("a", kind), Parameter("b", kind))
    found = local_values(said, {"a": "mine.csv", "b": "its.csv"}, project, tmp_path, fetch)
    assert found == {"a": str(here / "mine.csv"), "b": str(project / "its.csv")}


@pytest.mark.parametrize("kind", ["path", "uri"])
def test_what_names_no_file_is_told(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InvalidParameter, match=f"'a' is of type {kind}, and 'gone.csv' is neither a URI nor a file"):
        local_values(known(Parameter("a", kind)), {"a": "gone.csv"}, tmp_path, tmp_path, fetch)
    with pytest.raises(InvalidParameter, match="neither a URI nor a file"):
        local_values(known(Parameter("a", kind)), {"a": "x" * 5000}, tmp_path, tmp_path, fetch)


def test_a_path_elsewhere_is_fetched_and_a_uri_stays(tmp_path: Path) -> None:
    said = known(Parameter("text"), Parameter("a", "path"), Parameter("b", "uri"))
    given = {"text": "runs:/1/x", "a": "runs:/1/x", "b": "s3://bucket/x"}
    found = local_values(said, given, tmp_path, tmp_path / "storage", fetch)
    assert found["text"] == "runs:/1/x"
    assert found["b"] == "s3://bucket/x"
    assert Path(found["a"]) == tmp_path / "storage" / "param_1" / "fetched"


def test_a_file_uri_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a b.csv"
    path.write_text("", encoding="utf-8")
    found = local_values(known(Parameter("a", "path")), {"a": path.as_uri()}, tmp_path, tmp_path, fetch)
    assert found == {"a": str(path)}
