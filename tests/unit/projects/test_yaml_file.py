from pathlib import Path

import pytest

from trialog.errors import InvalidParameter
from trialog.projects.yaml_file import read_yaml


def test_text_stays_as_it_is_written_unless_types_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("python: 3.10\nyes: true\nnothing:\n", encoding="utf-8")
    assert read_yaml(path) == {"python": "3.10", "yes": "true", "nothing": ""}
    assert read_yaml(path, is_typed=True) == {"python": 3.1, "True": True, "nothing": None}
    path.write_text("", encoding="utf-8")
    assert read_yaml(path) == read_yaml(path, is_typed=True) == {}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a: [", "line 2"),
        (b"\xff", "no YAML"),
        (b"- 1", "no mapping"),
        (b"a: &x 1\nb: *x", "anchors"),
        (b"a: " + b"x" * 2_000_000, "larger than"),
        (b"a: !!python/object/apply:os.system [x]", "no YAML"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidParameter, match=f"file.yaml cannot be read: .*{fault}"):
        read_yaml(path, is_typed=True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=r"none\.yaml cannot be read: No such file"):
        read_yaml(tmp_path / "none.yaml")
