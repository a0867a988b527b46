"""Artifacts as a tree."""

from trialog.cli.artifact_tree import tree_lines
from trialog.wire.messages.artifacts import FileInfo


def folder(path: str) -> FileInfo:
    return FileInfo(path, is_dir=True)


def file(path: str, size: int = 1) -> FileInfo:
    return FileInfo(path, is_dir=False, file_size=size)


def test_a_tree_shows_what_lies_in_what() -> None:
    files = [folder("a"), folder("a/b"), file("a/b/c", 2048), file("a/d"), folder("e"), file("f")]
    assert list(tree_lines(files, "utf-8")) == [
        "├── a/",
        "│   ├── b/",
        "│   │   └── c  (2.0 KiB)",
        "│   └── d  (1 B)",
        "├── e/",
        "└── f  (1 B)",
    ]
    assert list(tree_lines([folder("a"), file("a/b")], "ascii")) == ["`-- a/", "    `-- b  (1 B)"]


def test_a_folder_far_down_is_a_tree_of_its_own() -> None:
    assert list(tree_lines([folder("x/y/a"), file("x/y/a/b"), file("x/y/c")], "utf-8")) == [
        "├── a/",
        "│   └── b  (1 B)",
        "└── c  (1 B)",
    ]


def test_names_command_no_terminal_and_depth_ends_nothing() -> None:
    path = "/".join("d" * 3000)
    files = [folder(path[: 2 * depth + 1]) for depth in range(3000)]
    assert len(list(tree_lines(files, "utf-8"))) == 3000
    assert list(tree_lines([file("a\x1b[2J")], "utf-8")) == [r"└── a\x1b[2J  (1 B)"]
