"""What every artifact store has to do, whatever it keeps the files in.

A backend's test module makes a class of `ArtifactStoreContract` and gives it the fixture `store`.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from trialog.contracts.artifact_store import ArtifactStore, ByteRange, UploadedPart
from trialog.errors import InvalidParameter, RangeNotSatisfiable, ResourceNotFound

MEBIBYTE = 1024 * 1024


async def pieces_of(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def put(store: ArtifactStore, text: str, content: bytes) -> None:
    await store.write(tuple(text.split("/")), pieces_of(content))


async def get(store: ArtifactStore, text: str, byte_range: ByteRange | None = None) -> bytes:
    async with await store.open(tuple(text.split("/")), byte_range) as reader:
        content = b"".join([piece async for piece in reader])
        assert len(content) == reader.length
        return content


async def tree(store: ArtifactStore, path: tuple[str, ...] = ()) -> list[str]:
    """Every file in the store, as a visitor who lists folder after folder finds them."""
    found: list[str] = []
    for entry in await store.list_directory(path):
        below = (*path, entry.name)
        found += await tree(store, below) if entry.is_directory else ["/".join(below)]
    return found


class _BrokenUpload(Exception):
    """The client went away."""


async def broken(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise _BrokenUpload("the client went away")


class ArtifactStoreContract:
    """Subclass this and provide the fixture `store`."""

    @pytest.mark.parametrize(
        "pieces",
        [
            [],
            [b""],
            [b"short"],
            [b"a" * MEBIBYTE],
            [b"0123456789abcdef" * 4096] * 40,
            [b"x" * (3 * MEBIBYTE), b"", b"y" * 5, b"z" * (MEBIBYTE - 1)],
        ],
        ids=["no piece", "empty piece", "short", "one MiB", "many pieces", "uneven pieces"],
    )
    async def test_what_is_written_is_read_back_with_its_size_and_digest(
        self, store: ArtifactStore, pieces: Sequence[bytes]
    ) -> None:
        content = b"".join(pieces)
        written = await store.write(("0", "run", "artifacts", "file.bin"), pieces_of(*pieces))
        assert written.size == len(content)
        assert written.sha256 == hashlib.sha256(content).hexdigest()
        assert await get(store, "0/run/artifacts/file.bin") == content
        assert (await store.stat(("0", "run", "artifacts", "file.bin"))).size == len(content)

    @pytest.mark.parametrize(
        ("byte_range", "expected"),
        [
            (ByteRange(0, 4), slice(0, 4)),
            (ByteRange(5), slice(5, None)),
            (ByteRange(-3), slice(-3, None)),
            (ByteRange(-3, 2), slice(-3, -1)),
            (ByteRange(3 * MEBIBYTE - 2, 100), slice(3 * MEBIBYTE - 2, None)),
            (ByteRange(-100 * MEBIBYTE), slice(None)),
            (ByteRange(MEBIBYTE - 1, MEBIBYTE + 2), slice(MEBIBYTE - 1, 2 * MEBIBYTE + 1)),
        ],
    )
    async def test_a_range_is_read(self, store: ArtifactStore, byte_range: ByteRange, expected: slice) -> None:
        content = bytes(range(256)) * (3 * MEBIBYTE // 256)
        await put(store, "data.bin", content)
        async with await store.open(("data.bin",), byte_range) as reader:
            assert (reader.info.size, reader.start) == (len(content), expected.indices(len(content))[0])
        assert await get(store, "data.bin", byte_range) == content[expected]

    @pytest.mark.parametrize("byte_range", [ByteRange(6), ByteRange(600, 10), ByteRange(0, 0)])
    async def test_a_range_without_a_byte_is_refused(self, store: ArtifactStore, byte_range: ByteRange) -> None:
        await put(store, "six", b"sixsix")
        with pytest.raises(RangeNotSatisfiable, match="holds no byte of its 6") as caught:
            await store.open(("six",), byte_range)
        assert caught.value.values["size"] == 6

    async def test_listing_is_sorted_and_knows_folders_and_sizes(self, store: ArtifactStore) -> None:
        for text in ("run/b.txt", "run/a/deep/x", "run/B.txt", "run/ä", "run/a.txt", "other/y"):
            await put(store, text, text.encode())
        entries = await store.list_directory(("run",))
        assert [(entry.name, entry.is_directory, entry.size) for entry in entries] == [
            ("B.txt", False, 9),
            ("a", True, None),
            ("a.txt", False, 9),
            ("b.txt", False, 9),
            ("ä", False, 6),
        ]
        assert [entry.name for entry in await store.list_directory(())] == ["other", "run"]

    async def test_listing_of_nothing_and_of_a_file_is_empty(self, store: ArtifactStore) -> None:
        await put(store, "run/file", b"1")
        for path in [("run", "file"), ("run", "file", "below"), ("missing",), ("missing", "too")]:
            assert await store.list_directory(path) == []

    async def test_a_missing_file_is_not_found(self, store: ArtifactStore) -> None:
        await put(store, "run/file", b"1")
        for path in [("run", "other"), ("nowhere", "other"), ("run", "file", "below")]:
            with pytest.raises(ResourceNotFound, match=f"No such artifact: '{'/'.join(path)}'"):
                await store.open(path)
            with pytest.raises(ResourceNotFound, match="No such artifact") as caught:
                await store.stat(path)
            assert caught.value.code == "artifact.not_found"

    async def test_a_folder_cannot_be_read(self, store: ArtifactStore) -> None:
        await put(store, "run/file", b"1")
        for path in [("run",), ()]:
            with pytest.raises(ResourceNotFound, match="is a directory"):
                await store.open(path)
            with pytest.raises(ResourceNotFound, match="is a directory"):
                await store.stat(path)

    async def test_a_file_cannot_stand_where_a_folder_is_or_below_a_file(self, store: ArtifactStore) -> None:
        await put(store, "run/file", b"1")

        was_asked: list[str] = []

        async def never_asked() -> AsyncIterator[bytes]:
            was_asked.append("for the content of a path that cannot be written")
            yield b""

        with pytest.raises(InvalidParameter, match="a directory of this name"):
            await store.write(("run",), never_asked())
        with pytest.raises(InvalidParameter, match="on the way to it is a file"):
            await store.write(("run", "file", "below"), never_asked())
        with pytest.raises(InvalidParameter, match="below the artifact root"):
            await store.write((), never_asked())
        assert was_asked == []
        assert await tree(store) == ["run/file"]

    async def test_writing_again_replaces_the_whole(self, store: ArtifactStore) -> None:
        await put(store, "f", b"long content")
        before = await store.stat(("f",))
        await put(store, "f", b"short")
        after = await store.stat(("f",))
        assert await get(store, "f") == b"short"
        assert after.etag != before.etag
        assert after.modified_time >= before.modified_time > 1_600_000_000_000

    async def test_a_reader_keeps_the_content_it_opened(self, store: ArtifactStore) -> None:
        old = b"old" * MEBIBYTE
        await put(store, "f", old)
        async with await store.open(("f",)) as reader:
            pieces = aiter(reader)
            start = await anext(pieces)
            await put(store, "f", b"new")
            assert start + b"".join([piece async for piece in pieces]) == old
        assert await get(store, "f") == b"new"

    async def test_closing_in_the_middle_of_reading_ends_it(self, store: ArtifactStore) -> None:
        await put(store, "f", b"x" * (4 * MEBIBYTE))
        reader = await store.open(("f",))
        assert await anext(aiter(reader))
        await reader.close()
        await reader.close()

    @pytest.mark.parametrize("sent", [[], [b"short"], [b"x" * MEBIBYTE] * 3], ids=["none", "short", "long"])
    async def test_a_broken_upload_leaves_nothing(self, store: ArtifactStore, sent: Sequence[bytes]) -> None:
        with pytest.raises(_BrokenUpload, match="the client went away"):
            await store.write(("new", "folder", "f"), broken(*sent))
        assert await store.list_directory(()) == []

    async def test_a_broken_upload_keeps_what_was_there(self, store: ArtifactStore) -> None:
        await put(store, "run/f", b"former")
        with pytest.raises(_BrokenUpload, match="the client went away"):
            await store.write(("run", "f"), broken(b"x" * (2 * MEBIBYTE)))
        assert await get(store, "run/f") == b"former"
        assert await tree(store) == ["run/f"]

    async def test_a_cancelled_upload_leaves_nothing(self, store: ArtifactStore) -> None:
        is_waiting = asyncio.Event()

        async def stalls() -> AsyncIterator[bytes]:
            yield b"x" * (2 * MEBIBYTE)
            is_waiting.set()
            await asyncio.Event().wait()

        upload = asyncio.create_task(store.write(("run", "f"), stalls()))
        await is_waiting.wait()
        assert await tree(store) == []
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        assert await store.list_directory(()) == []

    async def test_of_uploads_to_one_path_one_stays_whole(self, store: ArtifactStore) -> None:
        contents = [bytes([number]) * (MEBIBYTE // 4 * 9 + number) for number in range(8)]

        async def slowly(content: bytes) -> AsyncIterator[bytes]:
            for start in range(0, len(content), 100_000):
                yield content[start : start + 100_000]
                await asyncio.sleep(0)

        async def read_all_the_time() -> None:
            while not uploads.done():
                if await tree(store):
                    assert await get(store, "run/same") in contents

        uploads = asyncio.gather(*(store.write(("run", "same"), slowly(content)) for content in contents))
        reading = asyncio.create_task(read_all_the_time())
        await uploads
        await reading
        assert await get(store, "run/same") in contents
        assert await tree(store) == ["run/same"]

    async def test_uploads_into_one_new_folder_at_once_all_stay(self, store: ArtifactStore) -> None:
        await asyncio.gather(*(put(store, f"run/new/deep/{number}", b"1") for number in range(30)))
        assert len(await store.list_directory(("run", "new", "deep"))) == 30

    async def test_a_file_is_deleted(self, store: ArtifactStore) -> None:
        await put(store, "run/a", b"1")
        await put(store, "run/b", b"2")
        await store.delete(("run", "a"))
        assert await tree(store) == ["run/b"]

    async def test_a_folder_is_deleted_with_all_under_it(self, store: ArtifactStore) -> None:
        for text in ("run/x/1", "run/x/2/3", "run/xy", "other/x"):
            await put(store, text, b"1")
        await store.delete(("run", "x"))
        assert await tree(store) == ["other/x", "run/xy"]
        await put(store, "run/x", b"a file now")
        assert await get(store, "run/x") == b"a file now"

    async def test_deleting_what_is_not_there_is_no_error(self, store: ArtifactStore) -> None:
        await put(store, "run/a", b"1")
        for path in [("run", "b"), ("missing", "b"), ("run", "a", "below")]:
            await store.delete(path)
        assert await tree(store) == ["run/a"]

    async def test_the_root_cannot_be_deleted(self, store: ArtifactStore) -> None:
        await put(store, "run/a", b"1")
        with pytest.raises(InvalidParameter, match="root itself cannot be deleted"):
            await store.delete(())
        assert await tree(store) == ["run/a"]

    async def test_deleting_a_folder_while_files_arrive_in_it_breaks_no_upload(self, store: ArtifactStore) -> None:
        async def delete_again_and_again() -> None:
            for _ in range(30):
                await store.delete(("run",))

        await asyncio.gather(delete_again_and_again(), *(put(store, f"run/a/{number}", b"1") for number in range(30)))
        await put(store, "run/a/last", b"1")
        assert "run/a/last" in await tree(store)

    @pytest.mark.parametrize(
        "name", ["a b", "ä", "a\u0308", "данные", "数据集", "📈.png", "a%20b", "100%", "it's;ok=1"]
    )
    async def test_ordinary_names_are_kept_as_they_are(self, store: ArtifactStore, name: str) -> None:
        await put(store, f"{name}/{name}", name.encode())
        assert await tree(store) == [f"{name}/{name}"]
        assert await get(store, f"{name}/{name}") == name.encode()


class MultipartUploadContract:
    """Subclass this too where the store takes uploads in parts."""

    async def test_parts_make_the_file_in_the_order_of_their_numbers(self, store: ArtifactStore) -> None:
        contents = {1: b"a" * (2 * MEBIBYTE), 2: b"", 3: b"c" * 7}
        upload_id = await store.create_multipart_upload(("run", "big"), 3)
        parts = [
            UploadedPart(number, await store.write_part(upload_id, number, pieces_of(contents[number])))
            for number in (3, 1, 2)
        ]
        assert await store.list_directory(()) == []
        written = await store.complete_multipart_upload(("run", "big"), upload_id, parts)
        whole = b"".join(contents[number] for number in (1, 2, 3))
        assert (written.size, written.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
        assert await get(store, "run/big") == whole
        assert await tree(store) == ["run/big"]

    async def test_a_completion_whose_answer_was_lost_can_be_repeated(self, store: ArtifactStore) -> None:
        upload_id = await store.create_multipart_upload(("big",), 1)
        parts = [UploadedPart(1, await store.write_part(upload_id, 1, pieces_of(b"content")))]
        written = await store.complete_multipart_upload(("big",), upload_id, parts)
        assert await store.complete_multipart_upload(("big",), upload_id, parts) == written
        with pytest.raises(ResourceNotFound, match="There is no multipart upload"):
            await store.write_part(upload_id, 1, pieces_of(b"late"))

    async def test_a_part_can_be_sent_again(self, store: ArtifactStore) -> None:
        upload_id = await store.create_multipart_upload(("big",), 1)
        await store.write_part(upload_id, 1, pieces_of(b"first try"))
        with pytest.raises(_BrokenUpload, match="the client went away"):
            await store.write_part(upload_id, 1, broken(b"x"))
        etag = await store.write_part(upload_id, 1, pieces_of(b"second try"))
        await store.complete_multipart_upload(("big",), upload_id, [UploadedPart(1, etag)])
        assert await get(store, "big") == b"second try"

    @pytest.mark.parametrize(
        "name_parts",
        [
            lambda etags: [],
            lambda etags: [UploadedPart(1, etags[0])],
            lambda etags: [UploadedPart(1, etags[0]), UploadedPart(1, etags[0])],
            lambda etags: [UploadedPart(1, etags[1]), UploadedPart(2, etags[0])],
            lambda etags: [UploadedPart(1, etags[0]), UploadedPart(2, "../../manifest.json")],
            lambda etags: [UploadedPart(1, etags[0]), UploadedPart(2, etags[1]), UploadedPart(3, etags[1])],
        ],
        ids=["none", "one missing", "one twice", "etags swapped", "strange etag", "one too many"],
    )
    async def test_wrong_parts_are_refused_and_the_upload_can_still_complete(
        self, store: ArtifactStore, name_parts: Callable[[list[str]], list[UploadedPart]]
    ) -> None:
        upload_id = await store.create_multipart_upload(("big",), 2)
        etags = [await store.write_part(upload_id, number, pieces_of(b"%d" % number)) for number in (1, 2)]
        with pytest.raises(InvalidParameter, match=f"pload '{upload_id}'"):
            await store.complete_multipart_upload(("big",), upload_id, name_parts(etags))
        assert await tree(store) == []
        right = [UploadedPart(1, etags[0]), UploadedPart(2, etags[1])]
        await store.complete_multipart_upload(("big",), upload_id, right)
        assert await get(store, "big") == b"12"

    async def test_part_numbers_outside_the_upload_are_refused(self, store: ArtifactStore) -> None:
        upload_id = await store.create_multipart_upload(("big",), 2)
        for number in (0, -1, 3):
            with pytest.raises(InvalidParameter, match=f"Part {number} is not one of the 2 parts"):
                await store.write_part(upload_id, number, pieces_of(b"x"))
        for count in (0, -1, 10_001):
            with pytest.raises(InvalidParameter, match="1 to 10000 parts"):
                await store.create_multipart_upload(("big",), count)

    async def test_an_upload_belongs_to_its_path(self, store: ArtifactStore) -> None:
        upload_id = await store.create_multipart_upload(("mine",), 1)
        part = UploadedPart(1, await store.write_part(upload_id, 1, pieces_of(b"x")))
        with pytest.raises(ResourceNotFound, match="for this path"):
            await store.complete_multipart_upload(("yours",), upload_id, [part])
        await store.abort_multipart_upload(("yours",), upload_id)
        await store.complete_multipart_upload(("mine",), upload_id, [part])
        assert await tree(store) == ["mine"]

    async def test_each_upload_has_a_secret_of_its_own(self, store: ArtifactStore) -> None:
        uploads = [await store.create_multipart_upload(("big",), 1) for _ in range(3)]
        keys = [await store.multipart_upload_key(upload_id) for upload_id in uploads]
        assert [len(key) for key in keys] == [32, 32, 32]
        assert len(set(keys)) == 3
        part = UploadedPart(1, await store.write_part(uploads[0], 1, pieces_of(b"x")))
        assert await store.multipart_upload_key(uploads[0]) == keys[0]
        await store.complete_multipart_upload(("big",), uploads[0], [part])
        await store.abort_multipart_upload(("big",), uploads[1])
        with pytest.raises(ResourceNotFound, match="There is no multipart upload"):
            await store.multipart_upload_key(uploads[1])

    @pytest.mark.parametrize("upload_id", ["", "0" * 32, "..", "../..", "a/b", "x" * 500, "%2e%2e", "\0"])
    async def test_an_unknown_upload_is_not_found(self, store: ArtifactStore, upload_id: str) -> None:
        with pytest.raises(ResourceNotFound, match="There is no multipart upload"):
            await store.write_part(upload_id, 1, pieces_of(b"x"))
        with pytest.raises(ResourceNotFound, match="There is no multipart upload"):
            await store.complete_multipart_upload(("f",), upload_id, [])
        with pytest.raises(ResourceNotFound, match="There is no multipart upload"):
            await store.multipart_upload_key(upload_id)
        await store.abort_multipart_upload(("f",), upload_id)

    async def test_an_aborted_upload_is_gone(self, store: ArtifactStore) -> None:
        upload_id = await store.create_multipart_upload(("big",), 1)
        part = UploadedPart(1, await store.write_part(upload_id, 1, pieces_of(b"x")))
        await store.abort_multipart_upload(("big",), upload_id)
        await store.abort_multipart_upload(("big",), upload_id)
        with pytest.raises(ResourceNotFound, match="There is no multipart upload"):
            await store.complete_multipart_upload(("big",), upload_id, [part])
        assert await tree(store) == []

    async def test_an_upload_to_a_folder_is_refused_at_its_beginning(self, store: ArtifactStore) -> None:
        await put(store, "run/file", b"1")
        with pytest.raises(InvalidParameter, match="a directory of this name"):
            await store.create_multipart_upload(("run",), 1)
