"""Where projects come from."""

import sys
from pathlib import Path

import pytest

from tests.unit.sdk.source.repositories import commit, git, new_repository
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.projects.git_fetching import local_address, remote_address
from trialog.projects.source import fetch_project

FILES = {"MLproject": "name: first", "inner/deep/MLproject": "name: inner", "inner/train.py": ""}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "origin"
    new_repository(root, FILES)
    return root


def test_a_folder_is_run_where_it_is(tmp_path: Path) -> None:
    with fetch_project(str(tmp_path)) as project:
        assert (project.folder, project.name, project.is_fetched) == (tmp_path, str(tmp_path), False)
        assert (project.commit, project.branch, project.repository) == (None, None, None)
    assert tmp_path.is_dir()


def test_a_folder_is_named_in_many_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b" / "inner").mkdir(parents=True)
    (tmp_path / "a#b").mkdir()
    monkeypatch.chdir(tmp_path)
    assert fetch_project("'a b#inner'").folder == tmp_path / "a b" / "inner"
    for uri in ("a b", (tmp_path / "a b").as_uri()):
        assert fetch_project(uri).folder == tmp_path / "a b"
        assert fetch_project(f"{uri}#inner").folder == tmp_path / "a b" / "inner"
    assert fetch_project("a#b").folder == tmp_path / "a#b"


def test_a_folder_in_a_repository_is_known_by_it(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://ann:secret@example.org/wine.git")
    with fetch_project(f"{repository}#inner/deep") as project:
        assert project.name == "https://example.org/wine.git#inner/deep"
        assert project.commit == git(repository, "rev-parse", "HEAD")
        assert (project.branch, project.repository) == ("main", "https://example.org/wine.git")


def test_a_version_of_a_folder_is_a_copy_and_the_folder_stays(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "tag", "v1.0")
    git(repository, "checkout", "--quiet", "-b", "feature/two")
    second = commit(repository, {"MLproject": "name: second"})
    git(repository, "checkout", "--quiet", "main")
    (repository / "MLproject").write_text("name: changed", encoding="utf-8")
    for version, expected, branch, name in (
        ("main", first, "main", "first"),
        ("v1.0", first, None, "first"),
        ("feature/two", second, "feature/two", "second"),
        (second, second, None, "second"),
        (second[:8], second, None, "second"),
    ):
        with fetch_project(str(repository), version) as project:
            assert (project.commit, project.branch, project.is_fetched) == (expected, branch, True)
            assert (project.folder / "MLproject").read_text(encoding="utf-8") == f"name: {name}"
            assert project.folder != repository
        assert not project.folder.exists()
    assert (repository / "MLproject").read_text(encoding="utf-8") == "name: changed"


def test_a_version_of_a_folder_within_a_repository(repository: Path) -> None:
    with fetch_project(str(repository / "inner"), "main") as project:
        assert (project.folder / "train.py").is_file()
        assert project.name.endswith("#inner")


def test_a_bare_repository_is_fetched(repository: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(repository, "clone", "--quiet", "--bare", str(repository), str(bare))
    with fetch_project(f"{bare.as_uri()}#inner/deep") as project:
        assert (project.folder / "MLproject").read_text(encoding="utf-8") == "name: inner"


@pytest.mark.parametrize("version", ["gone", "0" * 40, "--upload-pack=touch pwned", "main..v1", "@{-1}", "a b", ""])
def test_a_version_that_is_not_there_is_told(repository: Path, version: str) -> None:
    with pytest.raises(InvalidParameter, match="has no commit, branch or tag") as raised:
        fetch_project(str(repository), version)
    assert raised.value.code == "project.no_version"


def test_a_version_of_what_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=r"is in no git repository. Leave --version out"):
        fetch_project(str(tmp_path), "main")


@pytest.mark.parametrize(
    "uri",
    [
        "ext::sh -c 'touch pwned'",
        "--upload-pack=touch@pwned",
        "-u@host:path",
        "ssh://-oProxyCommand=touch pwned/x",
        "git@-oProxyCommand=x:y",
        "http://example.org/x.git",
        "git://example.org/x.git",
        "ftp://example.org/x.git",
        "fd::17/foo",
        "https://ann:secret@example.org/x.git",
        "https://example.org/\n-x",
    ],
)
def test_an_address_that_does_harm_is_refused(uri: str) -> None:
    with pytest.raises(InvalidParameter, match="no address that a project is fetched from") as raised:
        fetch_project(uri)
    assert raised.value.code == "project.unsafe_address"
    assert "secret" not in raised.value.message


@pytest.mark.parametrize(
    "uri",
    ["https://example.org/x.git", "https://token@example.org/x", "ssh://git@example.org:22/x", "git@example.org:x/y"],
)
def test_addresses_of_repositories_elsewhere(uri: str) -> None:
    assert remote_address(uri).text == uri
    assert remote_address(uri).protocols == ("https", "ssh")


def test_a_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(ResourceNotFound, match=r"There is no folder 'nowhere'. A project is a folder, or a git"):
        fetch_project("nowhere")
    with pytest.raises(ResourceNotFound, match="There is no folder"):
        fetch_project("file:///nowhere/at/all")
    for name in ("a" * 5000, "a\0b"):
        with pytest.raises(ResourceNotFound, match="There is no folder"):
            fetch_project(name)


@pytest.mark.parametrize("subfolder", ["..", "inner/../..", "/etc", "inner//deep", ".git", "C:\\x", "..\\x", "inner/."])
def test_a_subfolder_that_leads_elsewhere_is_refused(repository: Path, subfolder: str) -> None:
    for version in (None, "main"):
        with pytest.raises(InvalidParameter, match="is no folder of the project") as raised:
            fetch_project(f"{repository}#{subfolder}", version)
        assert raised.value.code == "project.unsafe_subfolder"


@pytest.mark.skipif(sys.platform == "win32", reason="there not everybody may make links")
def test_a_link_that_leads_elsewhere_is_refused(repository: Path, tmp_path: Path) -> None:
    (repository / "out").symlink_to(tmp_path)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "a link")
    for version in (None, "main"):
        with pytest.raises(InvalidParameter, match="is no folder of the project"):
            fetch_project(f"{repository}#out", version)


def test_a_subfolder_that_is_not_there_is_told(repository: Path) -> None:
    with pytest.raises(ResourceNotFound, match="has no folder 'gone'"):
        fetch_project(f"{repository}#gone")


def test_nothing_of_a_repository_runs_when_it_is_fetched(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pwned = tmp_path / "pwned"
    commit(
        repository,
        {
            ".gitattributes": "* filter=evil",
            ".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch {pwned.as_posix()}"\n',
        },
    )
    templates = tmp_path / "templates" / "hooks"
    templates.mkdir(parents=True)
    hook = templates / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch '{pwned.as_posix()}'\n", encoding="utf-8")
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(templates.parent))
    with fetch_project(str(repository), "main") as project:
        assert (project.folder / ".gitmodules").is_file()
    assert not pwned.exists()


def test_what_git_says_is_told_without_a_trace_of_what_was_fetched(tmp_path: Path) -> None:
    broken = tmp_path / "broken.git"
    for name in ("objects", "refs"):
        (broken / name).mkdir(parents=True)
    (broken / "HEAD").write_text("nonsense", encoding="utf-8")
    with pytest.raises(
        InvalidParameter, match=r"git cannot fetch .*broken.git.* clone the repository yourself"
    ) as raised:
        fetch_project(str(broken))
    assert raised.value.code == "project.git_failed"
    assert local_address(broken).shown == broken.as_uri()
