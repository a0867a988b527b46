from pathlib import Path

import pytest

from trialog.errors import InvalidParameter
from trialog.projects.requirement_lines import Requirements, resolve_requirements


def test_files_are_read_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "first.txt").write_text(
        "# said\na==1 \\\n  --hash=sha256:x  # why\n-r more/second.txt\n", encoding="utf-8"
    )
    (tmp_path / "more" / "second.txt").write_text("b\n--requirement=third.txt\n-c bounds.txt\n", encoding="utf-8")
    (tmp_path / "more" / "third.txt").write_text("c @ https://example.org/c.whl\n--find-links wheels", encoding="utf-8")
    (tmp_path / "more" / "bounds.txt").write_text("b<2\n", encoding="utf-8")
    assert resolve_requirements(["-r first.txt", "d"], tmp_path) == Requirements(
        ("a==1    --hash=sha256:x", "b", "c @ https://example.org/c.whl", "--find-links wheels", "d"), ("b<2",)
    )


def test_packages_of_the_project_are_found(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    lines = ["-e .", "./lib[extra]", "-e git+https://example.org/x.git#egg=x", "lib", "-e 'lib/../lib'"]
    assert resolve_requirements(lines, tmp_path) == Requirements(
        ("-e git+https://example.org/x.git#egg=x", "lib"), (), (".", "./lib[extra]", "lib/../lib")
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("-r none.txt", r"none\.txt cannot be used: No such file"),
        ("-r circle.txt", "in a circle"),
        ("-r binary.txt", "no text in UTF-8"),
        ("./none", "it is not there"),
    ],
)
def test_what_is_not_there(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "circle.txt").write_text("-r circle.txt", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidParameter, match=fault):
        resolve_requirements([line], tmp_path)


def test_the_digest_tells_content(tmp_path: Path) -> None:
    package = tmp_path / "lib"
    (package / "__pycache__").mkdir(parents=True)
    source = package / "code.py"

    def digest(text: str) -> str:
        source.write_text(text, encoding="utf-8")
        return resolve_requirements(["./lib"], tmp_path).digest(tmp_path)

    first = digest("a = 1")
    assert digest("a = 2") != first
    # What is made of the source does not count.
    (package / "__pycache__" / "code.pyc").write_bytes(b"x")
    (package / "lib.egg-info").mkdir()
    (package / "lib.egg-info" / "PKG-INFO").write_bytes(b"x")
    assert digest("a = 1") == first
    (package / "more.py").touch()
    assert digest("a = 1") != first
    assert Requirements(("a",)).digest(tmp_path) != Requirements((), ("a",)).digest(tmp_path)
