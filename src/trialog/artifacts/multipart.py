"""Multipart uploads on local disk: parts are files in staging, told apart by number and digest.

Everything about an upload is in its folder, so it survives a restart and is shared by all processes. A part that is
sent again with another content lies beside the first; completing picks the one whose etag the client names.
"""

import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from trialog.artifacts.rooted import RootedFolder
from trialog.artifacts.staging import UPLOADS, StagingArea
from trialog.artifacts.transfer import IncomingFile, OutgoingFile
from trialog.contracts.artifact_store import ArtifactPath, UploadedPart, WrittenArtifact
from trialog.errors import InvalidParameter, ResourceNotFound

MAXIMUM_PARTS = 10_000
_MANIFEST = "manifest.json"
_KEY_BYTES = 32
_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_SWEEP_EVERY_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What is known of an upload; `written` once it is complete."""

    path: ArtifactPath
    part_count: int
    key: str = field(repr=False)
    written: WrittenArtifact | None = None


class MultipartUploads:
    """The multipart uploads of one root; methods block.

    Args:
        folder: The root.
        staging: The staging area in it.
    """

    def __init__(self, folder: RootedFolder, staging: StagingArea) -> None:
        self._folder = folder
        self._staging = staging
        self._swept_at = time.monotonic()

    def create(self, path: ArtifactPath, part_count: int) -> str:
        """Begin an upload and return its id."""
        if not 1 <= part_count <= MAXIMUM_PARTS:
            raise InvalidParameter(
                "artifact.invalid_part",
                f"A multipart upload has 1 to {MAXIMUM_PARTS} parts, not {part_count}.",
                part_count=part_count,
            )
        if time.monotonic() - self._swept_at > _SWEEP_EVERY_SECONDS:
            self._swept_at = time.monotonic()
            self._staging.sweep_uploads()
        upload_id = secrets.token_hex(16)
        self._write_manifest(upload_id, _Manifest(path, part_count, secrets.token_hex(_KEY_BYTES)))
        return upload_id

    def path_of(self, upload_id: str) -> ArtifactPath:
        """Return the path that an upload is for."""
        return self._manifest(upload_id).path

    def key_of(self, upload_id: str) -> bytes:
        """Return the secret of an upload."""
        key = self._manifest(upload_id).key
        if not key:
            # It was begun by a release that gave it none.
            raise upload_not_found(upload_id)
        return bytes.fromhex(key)

    def check_part(self, upload_id: str, number: int) -> None:
        """Raise unless the upload is under way and has a part of this number."""
        manifest = self._manifest(upload_id)
        if manifest.written is not None:
            raise upload_not_found(upload_id)
        if not 1 <= number <= manifest.part_count:
            raise InvalidParameter(
                "artifact.invalid_part",
                f"Part {number} is not one of the {manifest.part_count} parts of upload {upload_id!r}.",
                upload_id=upload_id,
                number=number,
            )

    def complete(self, path: ArtifactPath, upload_id: str, parts: Sequence[UploadedPart]) -> WrittenArtifact:
        """Make the file of its parts and forget them."""
        manifest = self._manifest(upload_id, path)
        if manifest.written is not None:
            return manifest.written  # the client repeats a request whose answer was lost
        try:
            written = self._join(self._sources(upload_id, manifest, parts), path)
        except (InvalidParameter, FileNotFoundError):
            # Such a request may run at the same time, and be the one that removed the parts.
            repeated = self._manifest(upload_id, path).written
            if repeated is None:
                raise
            return repeated
        self._write_manifest(upload_id, replace(manifest, written=written))
        for entry in self._folder.scan((*UPLOADS, upload_id)):
            if entry.name != _MANIFEST:
                self._staging.discard((*UPLOADS, upload_id, entry.name))
        return written

    def abort(self, path: ArtifactPath, upload_id: str) -> None:
        """Remove an upload and its parts, if it is there."""
        try:
            self._manifest(upload_id, path)
        except ResourceNotFound:
            return
        self._staging.discard((*UPLOADS, upload_id))

    def _join(self, sources: Sequence[ArtifactPath], path: ArtifactPath) -> WrittenArtifact:
        """Make a file of others."""
        incoming = IncomingFile(self._folder, self._staging)
        try:
            for source in sources:
                part = OutgoingFile(self._folder, source, None)
                try:
                    piece = part.take_first()
                    while piece := piece or part.read():
                        incoming.append([piece])
                        piece = b""
                finally:
                    part.close()
            return incoming.publish([], lambda _: path)
        finally:
            incoming.discard()

    def _sources(self, upload_id: str, manifest: _Manifest, parts: Sequence[UploadedPart]) -> list[ArtifactPath]:
        """Return the files of the parts in order, after checking that exactly these make the upload."""
        ordered = sorted(parts, key=lambda part: part.number)
        if [part.number for part in ordered] != list(range(1, manifest.part_count + 1)):
            raise InvalidParameter(
                "artifact.invalid_part",
                f"Upload {upload_id!r} is made of parts 1 to {manifest.part_count}; name each of them once.",
                upload_id=upload_id,
                part_count=manifest.part_count,
            )
        stored = {entry.name for entry in self._folder.scan((*UPLOADS, upload_id))}
        for part in ordered:
            if part_path(upload_id, part.number, part.etag)[-1] not in stored:
                raise InvalidParameter(
                    "artifact.invalid_part",
                    f"Part {part.number} of upload {upload_id!r} was not received with the ETag {part.etag!r}. "
                    "Send the part again and name the ETag of its answer.",
                    upload_id=upload_id,
                    number=part.number,
                )
        return [part_path(upload_id, part.number, part.etag) for part in ordered]

    def _manifest(self, upload_id: str, path: ArtifactPath | None = None) -> _Manifest:
        """Return what is known of an upload, for this path if one is given."""
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise upload_not_found(upload_id)
        try:
            stored = OutgoingFile(self._folder, (*UPLOADS, upload_id, _MANIFEST), None)
        except FileNotFoundError:
            raise upload_not_found(upload_id) from None
        fields = json.loads(stored.take_first())
        written = WrittenArtifact(**fields["written"]) if fields["written"] else None
        manifest = _Manifest(tuple(fields["path"]), fields["part_count"], fields.get("key", ""), written)
        if path is not None and manifest.path != path:
            raise upload_not_found(upload_id)
        return manifest

    def _write_manifest(self, upload_id: str, manifest: _Manifest) -> None:
        written = manifest.written and {"size": manifest.written.size, "sha256": manifest.written.sha256}
        fields = {
            "path": manifest.path,
            "part_count": manifest.part_count,
            "key": manifest.key,
            "written": written,
        }
        incoming = IncomingFile(self._folder, self._staging)
        try:
            incoming.publish([json.dumps(fields).encode()], lambda _: (*UPLOADS, upload_id, _MANIFEST))
        finally:
            incoming.discard()


def part_path(upload_id: str, number: int, etag: str) -> ArtifactPath:
    """Return where a part of an upload lies."""
    return (*UPLOADS, upload_id, f"{number:05}-{etag}")


def upload_not_found(upload_id: str) -> ResourceNotFound:
    """Return the error for an upload that is not there, or not for the path that is named."""
    return ResourceNotFound(
        "artifact.upload_not_found",
        f"There is no multipart upload {upload_id!r} for this path. It may be aborted, complete, or given up after a "
        "day without parts; create a new one.",
        upload_id=upload_id,
    )
