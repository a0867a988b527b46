"""The packages of an environment, from what installers leave."""

import json
import sys
from importlib.metadata import distributions
from pathlib import Path

from trialog.sdk.source.packages import requirements


def install(place: Path, entry: str, **files: str) -> None:
    folder = place / entry
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / (f"{name}.json" if name == "direct_url" else name)).write_text(content, encoding="utf-8")


def lines(*places: Path, root: Path | None = None) -> list[str]:
    return requirements(root, [str(place) for place in places]).decode().splitlines()[1:]


def test_names_and_versions_are_those_that_the_library_says() -> None:
    ours = {line.split("==")[0]: line for line in requirements().decode().splitlines() if "==" in line}
    theirs = {
        distribution.name.lower().replace("_", "-").replace(".", "-"): distribution.version
        for distribution in distributions()
    }
    assert len(ours) > 20
    for name in ("pytest", "msgspec", "sqlalchemy"):
        assert ours[name] == f"{name}=={theirs[name]}"
    assert requirements().decode().startswith(f"# Packages of Python {sys.version_info.major}.")


def test_each_kind_of_installation_has_its_line(tmp_path: Path) -> None:
    place, root = tmp_path / "site", tmp_path / "repository"
    root.mkdir()
    install(place, "Plain_Name-1.0+cu121.dist-info")
    install(place, "old-2.0-py3.11.egg-info")
    install(place, "bare.egg-info", **{"PKG-INFO": "Metadata-Version: 2.1\nName: bare\nVersion: 3.1\n"})
    install(place, "nameless.egg-info")
    of_git = {"url": "https://ann:secret@example.com/g.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    install(place, "fromgit-1.dist-info", direct_url=json.dumps(of_git))
    install(place, "archive-1.dist-info", direct_url=json.dumps({"url": "https://example.com/a.whl?sig=x"}))
    inside = {"url": (root / "lib").as_uri(), "dir_info": {"editable": True}}
    install(place, "inside-1.dist-info", direct_url=json.dumps(inside))
    whole = {"url": root.as_uri(), "dir_info": {"editable": True}}
    install(place, "whole-1.dist-info", direct_url=json.dumps(whole))
    outside = {"url": (tmp_path / "private-place").as_uri(), "dir_info": {"editable": True}}
    install(place, "outside-1.dist-info", direct_url=json.dumps(outside))
    install(place, "broken-1.dist-info", direct_url="{")
    assert lines(place, root=root.resolve()) == [
        "archive @ https://example.com/a.whl",
        "bare==3.1",
        "broken==1",
        "fromgit @ git+https://example.com/g.git@abc",
        "-e ./lib",
        "old==2.0",
        "# outside==1 was installed from a folder of that machine",
        "plain-name==1.0+cu121",
        "-e .",
    ]


def test_what_is_imported_first_counts(tmp_path: Path) -> None:
    install(tmp_path / "first", "a-2.dist-info")
    install(tmp_path / "second", "a-1.dist-info")
    install(tmp_path / "second", "b-1.dist-info")
    assert lines(tmp_path / "first", tmp_path / "missing", tmp_path / "second") == ["a==2", "b==1"]


def test_a_name_that_is_none_is_left_out(tmp_path: Path) -> None:
    install(tmp_path, "~orch-1.0.dist-info")
    install(tmp_path, "-1.0.dist-info")
    assert lines(tmp_path) == []
