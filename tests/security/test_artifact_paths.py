"""No path that a client writes leads out of the artifact root: MLflow's published attacks, in every spelling.

Beside each payload stands the attack it belongs to. Text is as a handler receives it, decoded once by the web
framework.
"""
# ruff: noqa: ASYNC240  the tests look at the disk between two calls; nothing else runs on their loop

import contextlib
import os
import shutil
import socket
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialog.artifacts import ArtifactRoots, LocalArtifactStore, LocalRoot, parse_artifact_path
from trialog.artifacts.rooted import DescriptorFolder, ResolvingFolder
from trialog.artifacts.staging import UPLOADS
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = pytest.mark.anyio

TRAVERSALS = {
    "parent folder (CVE-2023-1177, CVE-2023-6909, CVE-2025-11201, CVE-2026-2033)": [
        "..",
        "../etc/passwd",
        "../../../../../../../../etc/passwd",
        "model/../../../etc/passwd",
        "a/..",
        "a/../b",
        "a/b/../../../c",
        "../",
        "a/../",
        "./../x",
    ],
    "the folder itself": [".", "./x", "a/./b", "a/.", "././"],
    "what is left after `../` is cut out once": ["....//etc/passwd", "....//....//x", "..././x", ".../x", "a/.../b"],
    "path parameters": ["..;/etc/passwd", "a/..;x=y/b", "..;", ".;/x", ";/x", "a/;v=1/b"],
    "spaces and dots": [".. /x", " ../x", "a/.. /b", ". ./x", " /x", "a/ /b", "..\u00a0/x", "..\u200b/x", ".\u200d./x"],
    "absolute (CVE-2023-3765, CVE-2024-1558)": ["/", "/etc/passwd", "//etc/passwd", "///", "//server/share", "/."],
    "empty names": ["a//b", "a//", "a/b//c"],
    "back-slashes (CVE-2023-6831, CVE-2023-6909)": [
        "..\\..\\windows\\win.ini",
        "a\\b",
        "\\",
        "\\\\server\\share",
        "a/..\\..\\b",
        "\\..\\",
        "\\\\?\\C:\\x",
        "\\\\.\\pipe\\x",
    ],
    "drive letters (CVE-2023-3765)": ["C:", "C:/Windows/win.ini", "c:x", "z:/", "a/C:/x", "C:\\x", "a/b/d:"],
    "schemes (CVE-2024-1558, CVE-2024-1560, CVE-2024-3848)": [
        "file:",
        "file:x",
        "file:/etc/passwd",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "http://evil.example/x",
        "http:/x",
        "s3://bucket/key",
        "runs:/0/x",
        "mlflow-artifacts:/0/x",
        "local:///etc",
    ],
    "fragments and queries (CVE-2023-1177 by-pass, CVE-2024-1483, CVE-2024-1594, CVE-2024-2928, CVE-2024-3848)": [
        "#/../../etc/passwd",
        "#",
        "a#b",
        "a/#../x",
        "?/../../etc/passwd",
        "?",
        "a?b",
        "a/x?../..",
        "%23/../x",
    ],
    "control characters": [
        "\0",
        "a\0b",
        "a\0/../b",
        "..\0/x",
        "a\nb",
        "a\rb",
        "a\tb",
        "\x7f",
        "a\x1fb",
        "a\x85b",
        "\x1b[2J",
    ],
    "no UTF-8": ["\ufffd\ufffd\ufffd/x", "a\ud800b", "\udc2e\udc2e/x"],
    "full-width and one-character dots": [
        "．．/x",
        "．．／x",
        "‥/x",
        "a/‥",
        "．./x",
        "。．".replace("。", "．"),
        "..／..／x",
    ],
    "the store's own folder": [
        ".trialog-staging",
        ".trialog-staging/uploads/x",
        "a/.trialog-staging/b",
        ".TRIALOG-Staging/x",
        ".trialog-staging./x",
        ".trialog\u200b-staging",
        "．trialog-staging/x",
    ],
    "too long": ["a" * 256, "ä" * 128, "/".join("a" * 65), "/".join(["a" * 100] * 11), "a" * 100_000, "../" * 50_000],
}

ESCAPED = [
    "%2e%2e/etc/passwd",
    "%2E%2E/x",
    "..%2fetc",
    "..%2Fetc",
    "%2e%2e%2fetc",
    ".%2e/x",
    "%2e./x",
    "a%2f..%2fb",
    "a/%2e%2e/b",
    "%2fetc%2fpasswd",
    "%2f",
    "%5c..%5c",
    "..%5c..%5cx",
    "a%5cb",
    "%43%3a/x",
    "C%3A/x",
    "file%3a///etc",
    "file%3A%2F%2F%2Fetc",
    "%00",
    "a%00b",
    "a%0ab",
    "%23",
    "a%3fb",
    "%3Bx/..%3b/y",
    "%2e",
    "a%2f%2fb",
    "....%2f%2fx",
    # Overlong UTF-8 and other forms that lenient decoders take for dots, slashes and back-slashes.
    "%c0%ae%c0%ae/x",
    "%C0%AE%C0%AE%C0%AFx",
    "..%c0%afx",
    "..%c1%9cx",
    "%e0%80%ae%e0%80%ae%e0%80%afx",
    "%f0%80%80%ae%f0%80%80%ae/x",
    "%u002e%u002e/x",
    "..%u2215..%u002fx",
    "%uff0e%uff0e/x",
    "%ef%bc%8e%ef%bc%8e/x",
    "％2e％2e/x",
]

HARMLESS = [
    "model/MLmodel",
    "a%20b/c.txt",
    "100%.csv",
    "50%ab.txt",
    "100%25.txt",
    "a%2fb",
    "%41.txt",
    "..a",
    "a..",
    "a..b/..c",
    ".hidden/.gitignore",
    "...a",
    "report (1).pdf",
    "a;b",
    "ключ/значение.txt",
    "数据？.txt",
    "val：1／2.png",
    "x…y",
    "e\u0301",
    "2026-11-21T10:00:00.log",
    "lr=0.1,depth=3.json",
    "aux.py",
    "folder/",
    "a" * 255,
    "/".join(["a" * 9] * 64),
    "images/loss+step+0+timestamp+1712345678901+8f14e45f-ceea-467f-a0f7-3b1d5e5c2f00.png",
    # Clients before 3.x put % between the parts: %17, %5c and %00 here are no escapes.
    "images/loss%step%0%timestamp%1712345678901%5c14e45f-ceea-467f-a0f7-3b1d5e5c2f00.png",
    "images/loss%step%-3%timestamp%1712345678901%00z4e45f-ceea-467f-a0f7-3b1d5e5c2f00%compressed.webp",
]

FOREIGN_URIS = r"""
/ /etc //etc etc ./art ../art file: file:/ file:/// file:///etc/passwd file://localhost/etc
file://evil.example/share file:etc file:../../etc \\server\share //server/share C:\Windows C:/Windows
http://evil.example/x https://evil.example/api/2.0/mlflow-artifacts/artifacts/0 s3://bucket/key
ftp://evil.example/x ftp+sftp://x/y dbfs:/x runs:/0/x models:/m/1 mlflow-artifacts:0
mlflow-artifacts:/0?x=/../.. mlflow-artifacts:/0#/../.. mlflow-artifacts://host?/../../etc
mlflow-artifacts://a\..\b/x jar:file:///x data:text/plain,x
"""

PIECES = r".. . / \ %2e %2f %5c %25 %00 a Ä C: file: ; # ? ~ ％ ． % 2e z.txt con link outside uploads"


@pytest.fixture(params=[DescriptorFolder, ResolvingFolder])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LocalArtifactStore]:
    store = LocalArtifactStore(tmp_path / "root", open_folder=request.param)
    yield store
    await store.close()


async def one_piece(content: bytes = b"content") -> AsyncIterator[bytes]:
    yield content


async def read(store: LocalArtifactStore, *path: str) -> bytes:
    async with await store.open(path) as reader:
        return b"".join([piece async for piece in reader])


def times_escaped(text: str) -> list[str]:
    """The text as it is, and with every character that can be escaped once more, up to three times over."""
    once = "".join(f"%{byte:02x}" for byte in text.encode())
    return [text, once, quote(once, safe=""), quote(quote(once, safe=""), safe=""), quote(text, safe="")]


@pytest.mark.parametrize("attack", TRAVERSALS)
async def test_published_attacks_are_refused(attack: str) -> None:
    for text in TRAVERSALS[attack]:
        with pytest.raises(InvalidParameter, match="Invalid path") as caught:
            parse_artifact_path(text)
        assert caught.value.code == "artifact.invalid_path"
        assert len(caught.value.message) < 2000


@pytest.mark.parametrize(
    "attack", [name for name in TRAVERSALS if not name.startswith(("too long", "no UTF-8", "the store's own"))]
)
async def test_published_attacks_are_refused_however_often_they_are_escaped(attack: str) -> None:
    for text in TRAVERSALS[attack]:
        for spelling in times_escaped(text):
            with pytest.raises(InvalidParameter, match="Invalid path"):
                parse_artifact_path(spelling)


@pytest.mark.parametrize("text", ESCAPED)
async def test_escaped_attacks_are_refused_on_every_layer(text: str) -> None:
    for spelling in (text, text.replace("%", "%25"), text.replace("%", "%2525"), text.replace("%", "%252525")):
        with pytest.raises(InvalidParameter, match="Invalid path"):
            parse_artifact_path(spelling)


@pytest.mark.parametrize("text", HARMLESS)
async def test_ordinary_names_pass_unchanged(text: str) -> None:
    assert "/".join(parse_artifact_path(text, windows=False)) == text.removesuffix("/")


@pytest.mark.parametrize(
    "text",
    ["con", "NUL.txt", "a/aux.py", "com1", "LPT9.log", "COM¹", "a.", "a ", "a/b. ", "xy:stream", "a*b", "<x>", "a|b"],
)
async def test_names_that_windows_treats_in_a_special_way_are_refused_there(text: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid path"):
        parse_artifact_path(text, windows=True)
    assert parse_artifact_path(text, windows=False) == tuple(text.split("/"))


TEXT = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                *PIECES.split(),
                *(".trialog-staging", " ", "\0", "\n", "\ud800", "\u200b"),
            ]
        ),
        max_size=12,
    ).map("".join),
)


@given(text=TEXT)
@settings(max_examples=200, deadline=None)
@example(text="link/x")
@example(text="a%20b/ä")
async def test_any_text_is_refused_or_names_a_file_strictly_inside_the_root(text: str) -> None:
    with TemporaryDirectory() as place:
        outside = Path(place, "outside")
        outside.mkdir()
        store = LocalArtifactStore(Path(place, "root"))
        if sys.platform != "win32":
            Path(place, "root", "link").symlink_to(outside)
        try:
            try:
                path = parse_artifact_path(text)
                await store.write(path, one_piece())
            except InvalidParameter:
                files = [file for file in Path(place, "root").rglob("*") if file.is_file() and file.suffix != ".lock"]
                assert files == []
            else:
                assert "/".join(path) == text.removesuffix("/")
                assert Path(place, "root", *path).resolve().is_relative_to(Path(place, "root").resolve())
                assert await read(store, *path) == b"content"
                assert [entry.name for entry in await store.list_directory(path[:-1])] == [path[-1]]
            assert list(outside.iterdir()) == []
            assert {file.name for file in Path(place).iterdir()} == {"root", "outside"}
        finally:
            await store.close()


@pytest.mark.parametrize(
    "path",
    [
        ("..",),
        ("..", "outside", "f"),
        ("a", "..", "..", "f"),
        (".",),
        ("",),
        ("a/../../f",),
        ("a\\f",),
        ("/etc/passwd",),
        ("a\0",),
    ],
)
async def test_the_store_refuses_names_that_were_never_parsed(
    store: LocalArtifactStore, tmp_path: Path, path: tuple[str, ...]
) -> None:
    (tmp_path / "f").write_text("secret")
    for attempt in (
        store.open(path),
        store.stat(path),
        store.list_directory(path),
        store.delete(path),
        store.write(path, one_piece()),
        store.create_multipart_upload(path, 1),
    ):
        with pytest.raises(InvalidParameter, match="Invalid path"):
            await attempt
    assert (tmp_path / "f").read_text() == "secret"
    assert {file.name for file in tmp_path.iterdir()} == {"f", "root"}


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights there that tests lack")
class TestSymbolicLinks:
    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        outside = tmp_path / "outside"
        (outside / "folder").mkdir(parents=True)
        (outside / "secret").write_text("secret")
        (outside / "folder" / "secret").write_text("secret")
        return outside

    @pytest.fixture(params=["outside", "inside", "dangling", "relative", "itself"])
    def run(self, request: pytest.FixtureRequest, tmp_path: Path, outside: Path) -> Path:
        """A run's folder in which somebody planted links."""
        run = tmp_path / "root" / "run"
        run.mkdir(parents=True)
        (run / "kept").write_text("kept")
        (run / "inner").mkdir()
        (run / "inner" / "secret").write_text("inner")
        folder = {
            "outside": outside / "folder",
            "inside": run / "inner",
            "dangling": outside / "missing",
            "relative": Path("../../outside/folder"),
            "itself": Path("folder_link"),
        }[request.param]
        (run / "folder_link").symlink_to(folder)
        (run / "file_link").symlink_to(folder / "secret")
        return run

    async def test_are_followed_by_no_operation(self, store: LocalArtifactStore, run: Path, outside: Path) -> None:
        before = sorted(str(file) for file in run.parent.parent.rglob("*"))
        for path in [
            ("run", "folder_link"),
            ("run", "file_link"),
            ("run", "folder_link", "secret"),
            ("run", "folder_link", "new"),
        ]:
            for attempt in (
                store.open(path),
                store.stat(path),
                store.delete(path),
                store.write(path, one_piece()),
                store.create_multipart_upload(path, 1),
            ):
                with pytest.raises(InvalidParameter, match="symbolic link") as caught:
                    await attempt
                assert caught.value.code == "artifact.symbolic_link"
        with pytest.raises(InvalidParameter, match="symbolic link"):
            await store.list_directory(("run", "folder_link"))
        assert sorted(str(file) for file in run.parent.parent.rglob("*")) == before
        assert (outside / "secret").read_text() == "secret"

    async def test_are_in_no_listing(self, store: LocalArtifactStore, run: Path) -> None:
        assert [entry.name for entry in await store.list_directory(("run",))] == ["inner", "kept"]

    async def test_are_deleted_with_their_folder_but_not_what_they_lead_to(
        self, store: LocalArtifactStore, run: Path, outside: Path
    ) -> None:
        await store.delete(("run",))
        assert not run.exists()
        assert (outside / "folder" / "secret").read_text() == "secret"
        assert (outside / "secret").read_text() == "secret"

    async def test_a_link_in_place_of_the_staging_folder_gets_no_upload(
        self, store: LocalArtifactStore, run: Path, outside: Path
    ) -> None:
        staging = run.parent / ".trialog-staging"
        staging.rename(run.parent / "former")
        staging.symlink_to(outside)
        with pytest.raises(InvalidParameter, match="symbolic link"):
            await store.write(("run", "f"), one_piece())
        staging.unlink()
        (run.parent / "former").rename(staging)
        assert sorted(file.name for file in outside.iterdir()) == ["folder", "secret"]

    async def test_a_planted_part_of_an_upload_is_not_followed(
        self, store: LocalArtifactStore, run: Path, outside: Path
    ) -> None:
        upload_id = await store.create_multipart_upload(("run", "f"), 1)
        manifest = run.parent.joinpath(*UPLOADS, upload_id, "manifest.json")
        manifest.unlink()
        manifest.symlink_to(outside / "secret")
        with pytest.raises(InvalidParameter, match="symbolic link"):
            await store.write_part(upload_id, 1, one_piece())

    async def test_pipes_and_sockets_are_neither_read_nor_listed(
        self, store: LocalArtifactStore, run: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(run / "pipe")
        monkeypatch.chdir(run)  # a socket's address is short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket")
            for name in ("pipe", "socket"):
                with pytest.raises(ResourceNotFound, match="No such artifact"):
                    await store.open(("run", name))
                with pytest.raises(ResourceNotFound, match="No such artifact"):
                    await store.stat(("run", name))
        assert [entry.name for entry in await store.list_directory(("run",))] == ["inner", "kept"]

    async def test_a_folder_swapped_for_a_link_all_the_time_lets_nothing_out(
        self, tmp_path: Path, outside: Path
    ) -> None:
        """The race between looking at a name and opening it."""
        folder = DescriptorFolder(_made(tmp_path / "root"))
        place, link, aside = tmp_path / "root" / "swap", tmp_path / "link", tmp_path / "aside"
        _made(place)
        (place / "secret").write_text("inside")
        link.symlink_to(outside / "folder")
        is_over = threading.Event()

        def rename(source: Path, target: Path) -> None:
            while True:
                try:
                    source.rename(target)
                except OSError:  # an upload made a folder of that name in the meantime
                    shutil.rmtree(target, ignore_errors=True)
                else:
                    return

        def swap() -> None:
            while not is_over.is_set():
                rename(place, aside)
                rename(link, place)
                rename(place, link)
                rename(aside, place)

        swapping = threading.Thread(target=swap)
        swapping.start()
        read_count = 0
        try:
            for attempt in range(2000):
                with contextlib.suppress(OSError, InvalidParameter):
                    with os.fdopen(folder.open_file(("swap", "secret")), "rb") as file:
                        assert file.read() == b"inside"
                    read_count += 1
                with contextlib.suppress(OSError, InvalidParameter):
                    os.close(folder.create_file(("swap", f"new{attempt}")))
        finally:
            is_over.set()
            swapping.join()
        assert read_count > 0
        assert [file.name for file in (outside / "folder").iterdir()] == ["secret"]


class TestArtifactUris:
    """Clients choose an experiment's artifact location; the server opens only what its operator configured."""

    @pytest.fixture
    async def roots(self, tmp_path: Path) -> AsyncIterator[ArtifactRoots]:
        local = _made(tmp_path / "art")
        roots = ArtifactRoots(LocalArtifactStore(tmp_path / "root"), [LocalRoot(local, LocalArtifactStore(local))])
        yield roots
        await roots.close()

    @pytest.mark.parametrize(
        "uri",
        ["", *FOREIGN_URIS.split()],
    )
    async def test_other_places_are_not_served(self, roots: ArtifactRoots, uri: str) -> None:
        with pytest.raises(InvalidParameter, match="is not served here") as caught:
            roots.locate(uri)
        assert caught.value.code == "artifact.not_served_here"

    @pytest.mark.parametrize(
        "below",
        [
            "../x",
            "0/../../x",
            "0/%2e%2e/%2e%2e/x",
            "0/%252e%252e/x",
            "..%2f..%2fx",
            "0//x",
            "0/.trialog-staging",
            "0/\\..\\x",
        ],
    )
    async def test_no_uri_leads_upwards_from_a_root(self, roots: ArtifactRoots, tmp_path: Path, below: str) -> None:
        beginnings = ["mlflow-artifacts:/", "mlflow-artifacts://host/", f"{tmp_path.as_posix()}/art/"]
        for beginning in [*beginnings, (tmp_path / "art").as_uri() + "/"]:
            with pytest.raises(InvalidParameter, match=r"Invalid path|is not served here"):
                roots.locate(beginning + below)

    async def test_a_folder_whose_name_begins_like_the_root_is_not_served(
        self, roots: ArtifactRoots, tmp_path: Path
    ) -> None:
        for uri in (
            f"{tmp_path}/art2",
            f"{tmp_path}/art-x/y",
            f"{tmp_path}/ar",
            f"{tmp_path}",
            f"{tmp_path}/x/../art/y",
        ):
            with pytest.raises(InvalidParameter, match="is not served here"):
                roots.locate(uri)

    async def test_a_query_or_fragment_behind_a_local_root_is_refused(
        self, roots: ArtifactRoots, tmp_path: Path
    ) -> None:
        for end in ("?x", "#x", "/a?b/../../..", "/a#b"):
            for beginning in (f"{tmp_path}/art", (tmp_path / "art").as_uri()):
                with pytest.raises(InvalidParameter, match=r"is not served here|Invalid path"):
                    roots.locate(beginning + end)

    async def test_a_password_in_a_refused_uri_is_not_repeated(self, roots: ArtifactRoots) -> None:
        with pytest.raises(InvalidParameter, match="is not served here") as caught:
            roots.locate("ftp://user:hunter2@evil.example/x")
        assert "hunter2" not in caught.value.message
        assert "hunter2" not in str(caught.value.values)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
