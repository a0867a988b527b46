"""Runs are done again from what was recorded of them, on a real server with real repositories and processes."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.servers import start_trialog
from tests.unit.cli.processes import environment_with
from tests.unit.sdk.source.repositories import commit, git, new_repository
from trialog.cli import trialog
from trialog.errors import TrialogError
from trialog.remote.settings import connection_settings
from trialog.sdk.artifacts import Artifacts
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport
from trialog.wire.messages.runs import RunMessage

TRAIN = """
import sys
import trialog
from setting import FACTOR

with trialog.start_run(run_name="trained") as run:
    trialog.log_metric("result", FACTOR * float(sys.argv[-1]))
print(run.info.run_id)
"""
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture
def transport(url: str) -> Iterator[Transport]:
    with closing(Transport(connection_settings(url, {}))) as opened:
        yield opened


@pytest.fixture
def runs(transport: Transport) -> Runs:
    return Runs(transport)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    new_repository(root, {".gitignore": "spool\n", "jobs/train.py": TRAIN, "jobs/setting.py": "FACTOR = 1\n"})
    return root


@pytest.fixture
def call(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls `trialog runs reproduce`; one that fails raises, unless it was to fail with a code."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    monkeypatch.setenv("TRIALOG_SPOOL_FOLDER", str(tmp_path / "spool"))
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, answers: str = "", code: int = 0, within: Path | None = None) -> Result:
        monkeypatch.chdir(within or tmp_path)
        result = CliRunner().invoke(trialog, ["runs", "reproduce", *arguments], input=answers)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


def train(url: str, folder: Path, *arguments: str, extra: Mapping[str, str] | None = None) -> str:
    spool = str(folder.parent / "spool")
    said = environment_with(
        {"MLFLOW_TRACKING_URI": url, "TRIALOG_SPOOL_FOLDER": spool, "PYTHONDONTWRITEBYTECODE": "1", **(extra or {})}
    )
    done = subprocess.run(
        [sys.executable, "train.py", *arguments], cwd=folder, env=said, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def tags_of(run: RunMessage) -> dict[str, str]:
    return {tag.key: tag.value for tag in run.data.tags}


def metrics_of(run: RunMessage) -> dict[str, float]:
    return {metric.key: float(metric.value) for metric in run.data.metrics}


def reproduced(runs: Runs, run_id: str) -> RunMessage:
    (found,) = runs.search(["0"], f"tags.`trialog.reproduces` = '{run_id}'")
    return found


def test_a_run_with_uncommitted_changes_is_done_again(
    url: str, repository: Path, call: Call, runs: Runs, transport: Transport, tmp_path: Path
) -> None:
    (repository / "jobs" / "setting.py").write_text("from extra import FACTOR\n")
    (repository / "jobs" / "extra.py").write_text("FACTOR = 7\n")
    run_id = train(url, repository / "jobs", "--lr", "0.1", "6")
    first = runs.get(run_id)
    assert metrics_of(first) == {"result": 42.0}
    # The repository goes on.
    git(repository, "checkout", "--quiet", "--", ".")
    (repository / "jobs" / "extra.py").unlink()
    commit(repository, {"jobs/setting.py": "FACTOR = 1000\n"})
    result = call(run_id, "--no-venv", "--run", "--yes", "--into", str(tmp_path / "again"), within=repository)
    assert f"Commit:   {tags_of(first)['mlflow.source.git.commit']}" in result.output
    assert "Changes:  2 files" in result.output
    assert "Command:  python train.py --lr 0.1 6" in result.output
    assert "Nothing that is known." in result.output
    second = reproduced(runs, run_id)
    assert metrics_of(second) == {"result": 42.0}
    same = ("mlflow.source.git.commit", "trialog.source.command", "trialog.source.folder", "trialog.source.git.dirty")
    assert {key: tags_of(second)[key] for key in same} == {key: tags_of(first)[key] for key in same}
    artifacts = Artifacts(transport)
    for path in ("source/uncommitted.diff", "source/requirements.txt"):
        contents = [b"".join(artifacts.open(one, path)) for one in (run_id, second.info.run_id)]
        assert contents[0] == contents[1]


def test_nothing_is_made_without_consent_and_nothing_run(
    url: str, repository: Path, call: Call, runs: Runs, tmp_path: Path
) -> None:
    run_id = train(url, repository / "jobs", "1")
    assert "Make " in call(run_id, "--into", "made", answers="n\n", code=1, within=repository).output
    assert not (repository / "made").exists()
    # No answer is no consent.
    call(run_id, "--into", "made", code=1, within=repository)
    assert not (repository / "made").exists()
    shown = call(
        run_id, "--no-venv", "--into", str(tmp_path / "made"), "--run", answers="y\nn\n", code=1, within=repository
    )
    assert "Run this command?" in shown.output
    assert (tmp_path / "made" / "jobs" / "train.py").is_file()
    assert runs.search(["0"], f"tags.`trialog.reproduces` = '{run_id}'") == []
    # A folder that holds something is not touched.
    with pytest.raises(TrialogError, match="There is something in"):
        call(run_id, "--no-venv", "--yes", "--into", str(tmp_path / "made"), within=repository)


def test_the_commit_comes_from_a_clone_that_is_named(url: str, repository: Path, call: Call, tmp_path: Path) -> None:
    run_id = train(url, repository / "jobs", "1")
    with pytest.raises(TrialogError, match=r"No repository is known .* --repository"):
        call(run_id, "--yes")
    made = json.loads(call(run_id, "--yes", "--no-venv", "--json", "--repository", str(repository)).stdout)
    assert made["folder"] == str(tmp_path / f"reproduced-{run_id}")
    assert made["command"] == [sys.executable, "train.py", "1"]
    assert made["differences"] == []
    assert made["variables"]["MLFLOW_TRACKING_URI"] == url
    # The user's own repository is as it was.
    assert git(repository, "status", "--short") == ""
    assert git(repository, "rev-parse", "--abbrev-ref", "HEAD") == "main"


def test_a_folder_of_this_machine_that_a_run_names_is_cloned_after_asking_only(
    url: str, repository: Path, call: Call, tmp_path: Path
) -> None:
    far = tmp_path / "far.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(far))
    git(repository, "remote", "add", "origin", far.as_uri())
    run_id = train(url, repository / "jobs", "1")
    assert "of this machine" in call(run_id, "--yes", "--no-venv", code=1).output
    assert not (tmp_path / f"reproduced-{run_id}").exists()
    call(run_id, "--yes", "--no-venv", answers="y\n")
    assert (tmp_path / f"reproduced-{run_id}" / "jobs" / "train.py").is_file()


def test_a_script_in_no_repository_is_done_again(url: str, call: Call, runs: Runs, tmp_path: Path) -> None:
    folder = tmp_path / "loose"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN.replace("from setting import FACTOR", "FACTOR = 2"))
    run_id = train(url, folder, "4")
    result = call(run_id, "--no-venv", "--run", "--yes")
    assert "its script alone is here" in result.output
    assert metrics_of(reproduced(runs, run_id)) == {"result": 8.0}


def test_a_command_with_a_secret_is_shown_and_not_run(url: str, repository: Path, call: Call) -> None:
    run_id = train(url, repository / "jobs", "--password", "hunter2", "1")
    with pytest.raises(TrialogError, match="held secrets"):
        call(run_id, "--no-venv", "--run", "--yes", within=repository)
    shown = call(run_id, "--no-venv", "--yes", "--into", "other", within=repository).output
    assert "held secrets" in shown
    assert "hunter2" not in shown


def test_a_run_within_another_one_takes_what_was_recorded_of_that(
    url: str, repository: Path, call: Call, runs: Runs
) -> None:
    (repository / "jobs" / "setting.py").write_text("FACTOR = 3\n")
    outer = train(url, repository / "jobs", "1")
    tags = {**tags_of(runs.get(outer)), "mlflow.parentRunId": outer}
    tags.pop("mlflow.runName", None)
    inner = runs.create("0", run_name="inner", start_time=1, tags=tags).info.run_id
    made = json.loads(call(inner, "--no-venv", "--yes", "--json", within=repository).stdout)
    assert (Path(made["working_folder"]) / "setting.py").read_text() == "FACTOR = 3\n"


def test_a_command_that_fails_is_told(url: str, repository: Path, call: Call, runs: Runs) -> None:
    run_id = train(url, repository / "jobs", "1")
    tags = tags_of(runs.get(run_id)) | {"trialog.source.command": "python train.py no-number"}
    tags.pop("mlflow.runName", None)
    broken = runs.create("0", run_name="broken", start_time=1, tags=tags).info.run_id
    with pytest.raises(TrialogError, match="ended with code 1"):
        call(broken, "--no-venv", "--run", "--yes", within=repository)


def hostile_run(
    runs: Runs, transport: Transport, tags: Mapping[str, str], files: Mapping[str, bytes] | None = None
) -> str:
    run_id = runs.create("0", run_name="hostile", start_time=1, tags=tags).info.run_id
    for path, content in (files or {}).items():
        Artifacts(transport).upload_content(run_id, content, path)
    return run_id


@pytest.mark.parametrize(
    ("tags", "fault"),
    [
        ({"mlflow.source.git.commit": "--upload-pack=touch proof"}, "as its commit"),
        ({"mlflow.source.git.commit": "main"}, "as its commit"),
        ({"mlflow.source.git.commit": "HEAD"}, "as its commit"),
        ({"mlflow.source.git.repoURL": "ext::sh -c 'touch proof'"}, "nothing is fetched"),
        ({"mlflow.source.git.repoURL": "--upload-pack=touch proof"}, "nothing is fetched"),
        ({"mlflow.source.git.repoURL": "ssh://-oProxyCommand=touch proof/x"}, "nothing is fetched"),
        ({"trialog.source.folder": "../.."}, "as its folder"),
        ({"trialog.source.folder": "/etc"}, "as its folder"),
        ({"trialog.source.command": "/bin/sh -c 'touch proof'"}, "as its command"),
        ({"trialog.source.command": "python 'unended"}, "as its command"),
        ({"trialog.source.command": "--version"}, "as its command"),
    ],
)
def test_what_a_hostile_server_says_is_refused(
    repository: Path, call: Call, runs: Runs, transport: Transport, tags: dict[str, str], fault: str
) -> None:
    usual = {
        "mlflow.source.git.commit": git(repository, "rev-parse", "HEAD"),
        "trialog.source.command": "python train.py",
    }
    run_id = hostile_run(runs, transport, usual | tags)
    with pytest.raises(TrialogError, match=fault):
        call(run_id, "--no-venv", "--run", "--yes", "--into", "made", within=repository)
    assert not (repository / "made").exists()
    assert not list(repository.rglob("proof"))


LINK = b"""diff --git a/out b/out
new file mode 120000
--- /dev/null
+++ b/out
@@ -0,0 +1 @@
+%s
\\ No newline at end of file
"""
NEW = b"""diff --git a/%(path)s b/%(path)s
new file mode 100644
--- /dev/null
+++ b/%(path)s
@@ -0,0 +1 @@
+proof
"""


@pytest.mark.parametrize("path", ["../proof", "ELSEWHERE/proof", ".git/hooks/proof", ".git/proof", "out/proof"])
def test_changes_that_would_write_elsewhere_are_refused(
    repository: Path, call: Call, runs: Runs, transport: Transport, tmp_path: Path, path: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    changes = LINK % str(elsewhere).encode() + NEW % {b"path": path.replace("ELSEWHERE", str(elsewhere)).encode()}
    run_id = hostile_run(
        runs,
        transport,
        {"mlflow.source.git.commit": git(repository, "rev-parse", "HEAD"), "trialog.source.command": "python a.py"},
        {"source/uncommitted.diff": changes},
    )
    with pytest.raises(TrialogError, match="git apply failed"):
        call(run_id, "--no-venv", "--yes", within=repository)
    assert list(elsewhere.iterdir()) == []
    assert not list(tmp_path.rglob("proof"))


def test_links_among_the_files_lead_neither_the_command_nor_the_environment_elsewhere(
    repository: Path, call: Call, runs: Runs, transport: Transport, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    tags = {
        "mlflow.source.git.commit": git(repository, "rev-parse", "HEAD"),
        "trialog.source.command": "python train.py",
        "trialog.source.folder": "out",
    }
    link = LINK % str(elsewhere).encode()
    run_id = hostile_run(runs, transport, tags, {"source/uncommitted.diff": link})
    with pytest.raises(TrialogError, match="which its files do not have"):
        call(run_id, "--no-venv", "--run", "--yes", within=repository)
    taken = link.replace(b"a/out b/out", b"a/.venv b/.venv").replace(b"+++ b/out", b"+++ b/.venv")
    run_id = hostile_run(runs, transport, tags, {"source/uncommitted.diff": taken})
    with pytest.raises(TrialogError, match=r"hold '\.venv' themselves"):
        call(run_id, "--yes", within=repository)
    assert list(elsewhere.iterdir()) == []


def test_what_commands_a_terminal_is_shown_written_out(
    repository: Path, call: Call, runs: Runs, transport: Transport
) -> None:
    tags = {
        "mlflow.source.git.commit": git(repository, "rev-parse", "HEAD"),
        "trialog.source.command": "python 'a\x1b[2Jb'",
    }
    run_id = hostile_run(runs, transport, tags)
    shown = call(run_id, "--no-venv", "--yes", within=repository).output
    assert "\x1b" not in shown
    assert "\\x1b[2J" in shown


def wheel(folder: Path, name: str, version: str) -> None:
    """Make a package that can be installed without an index."""
    folder.mkdir(exist_ok=True)
    base = f"{name}-{version}"
    with zipfile.ZipFile(folder / f"{base}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = '{version}'\n")
        archive.writestr(f"{base}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{base}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{base}.dist-info/RECORD", "")


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_packages_are_installed_and_those_that_cannot_be_had_are_named(
    call: Call, runs: Runs, transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installer: str
) -> None:
    if installer == "uv" and shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    wheels = tmp_path / "wheels"
    wheel(wheels, "alpha", "1.5")
    wheel(wheels, "beta", "2.0")
    for name, value in {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(wheels),
        "UV_OFFLINE": "1",
    }.items():
        monkeypatch.setenv(name, value)
    if installer == "pip":
        found = shutil.which("git")
        assert found is not None
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "git").symlink_to(found)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        # Nor is it a module of this Python.
        (tmp_path / "without" / "uv").mkdir(parents=True)
        (tmp_path / "without" / "uv" / "__init__.py").write_text("raise ImportError\n")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "without"), prepend=os.pathsep)
    root = tmp_path / "r"
    made_commit = new_repository(root, {"show.py": "import alpha; open('proof', 'w').write(alpha.VERSION)\n"})
    # Settings in the files of the run must not say where packages come from.
    (root / "uv.toml").write_text("no-index = false\nfind-links = ['/nowhere']\n")
    version = ".".join(map(str, sys.version_info[:3]))
    run_id = hostile_run(
        runs,
        transport,
        {
            "mlflow.source.git.commit": made_commit,
            "trialog.source.command": "python show.py",
            "trialog.source.python": version,
            "trialog.source.platform": "plan9-mips",
            "trialog.source.git.dirty": "false",
        },
        {"source/requirements.txt": b"alpha==1.5\nbeta==9.9\n-e ./lib\n--index-url https://evil.invalid\n"},
    )
    result = call(run_id, "--run", "--yes", "--into", str(tmp_path / "made"), within=root)
    assert (tmp_path / "made" / "proof").read_text() == "1.5"
    is_by_uv = "\nuv = " in (tmp_path / "made" / ".venv" / "pyvenv.cfg").read_text()
    assert is_by_uv == (installer == "uv")
    assert "Packages are missing: beta==9.9." in result.output
    assert "and was plan9-mips." in result.output
    assert "Packages are not installed as they were: --index-url https://evil.invalid." in result.output
    assert "Python is" not in result.output
    assert "Packages of the repository are not installed: ./lib." in result.output
    # The environment is no change of the files.
    assert git(tmp_path / "made", "status", "--short") == "?? proof"


def test_a_run_of_which_nothing_was_recorded_is_told_so(call: Call, runs: Runs) -> None:
    run_id = runs.create("0", run_name="bare", start_time=1, tags={}).info.run_id
    with pytest.raises(TrialogError, match="neither a commit nor a script"):
        call(run_id, "--yes")
