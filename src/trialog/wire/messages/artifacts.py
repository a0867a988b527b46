"""Messages about artifacts: what stands in path, query or JSON; the bytes themselves flow beside them."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from trialog.entities import Int64, RequiredText
from trialog.wire.messages.base import RequestMessage, ResponseMessage

PositiveInt64 = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class ListArtifacts(RequestMessage, frozen=True):
    """List a directory of a run's artifacts."""

    run_id: RequiredText
    path: str | None = None
    page_token: str | None = None
    run_uuid: str | None = None


class ListLoggedModelArtifacts(RequestMessage, frozen=True):
    """List a directory of a logged model's artifacts."""

    model_id: RequiredText
    artifact_directory_path: str | None = None
    page_token: str | None = None


class ListProxiedArtifacts(RequestMessage, frozen=True):
    """List a directory under the server's artifact root."""

    path: str | None = None


class ArtifactPath(RequestMessage, frozen=True):
    """Name a file or directory under the server's artifact root."""

    path: RequiredText


class GetRunArtifact(RequestMessage, frozen=True):
    """Name a file among a run's artifacts.

    Args:
        run_id: The run.
        path: The file.
        run_uuid: Old name of `run_id`.
        workspace: The workspace that it is in, for links, which send no headers.
    """

    run_id: RequiredText
    path: RequiredText
    run_uuid: str | None = None
    workspace: str = ""


class UploadRunArtifact(RequestMessage, frozen=True):
    """Name a file to put among a run's artifacts; the page that sends it knows only the run's old name."""

    run_uuid: RequiredText
    path: RequiredText


class GetLoggedModelArtifactFile(RequestMessage, frozen=True):
    """Name a file among a logged model's artifacts.

    Args:
        model_id: The logged model.
        artifact_file_path: The file.
        workspace: The workspace that it is in, for links, which send no headers.
    """

    model_id: RequiredText
    artifact_file_path: RequiredText
    workspace: str = ""


class CreateMultipartUpload(RequestMessage, frozen=True):
    """Begin an upload in parts.

    Args:
        artifact_path: Directory under the server's artifact root.
        path: Path of the file on the client's side; its last part names the artifact.
        num_parts: How many parts will be sent.
    """

    artifact_path: RequiredText
    path: RequiredText
    num_parts: PositiveInt64 = 1


class MultipartUploadPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A part that was sent.

    Args:
        part_number: Its number, from 1.
        etag: What the answer to it said in `ETag`.
        url: Where it was sent.
    """

    part_number: PositiveInt64
    etag: str = ""
    url: str = ""


class CompleteMultipartUpload(RequestMessage, frozen=True):
    """End an upload in parts: all are there."""

    artifact_path: RequiredText
    path: RequiredText
    parts: list[MultipartUploadPart]
    upload_id: str = ""


class AbortMultipartUpload(RequestMessage, frozen=True):
    """Give up an upload in parts."""

    artifact_path: RequiredText
    path: RequiredText
    upload_id: str = ""


class UploadPart(RequestMessage, frozen=True):
    """Name the part whose bytes follow."""

    upload_id: RequiredText
    part_number: PositiveInt64


class CreatePresignedUploadUrl(RequestMessage, frozen=True):
    """Ask for an address to upload to without the server; for a run or for a logged model."""

    path: RequiredText
    run_id: str | None = None
    model_id: str | None = None
    expiration: Int64 | UnsetType = UNSET


class CreatePresignedDownloadUrl(RequestMessage, frozen=True):
    """Ask for an address to download from without the server."""

    run_id: RequiredText
    path: RequiredText
    expiration: Int64 | UnsetType = UNSET


class FileInfo(ResponseMessage, frozen=True):
    """A file or directory in a listing; a directory has no size."""

    path: str
    is_dir: bool
    file_size: int | UnsetType = UNSET


class ListArtifactsResponse(ResponseMessage, frozen=True):
    """A listing of a run's or a logged model's artifacts."""

    root_uri: str
    files: list[FileInfo] = field(default_factory=list)
    next_page_token: str | None = None


class ListProxiedArtifactsResponse(ResponseMessage, frozen=True):
    """A listing of a directory under the server's artifact root."""

    files: list[FileInfo] = field(default_factory=list)


class MultipartUploadCredential(ResponseMessage, frozen=True):
    """Where to send one part, and with which headers; clients send it there without their own credentials."""

    url: str
    part_number: int
    headers: dict[str, str] = field(default_factory=dict)


class CreateMultipartUploadResponse(ResponseMessage, frozen=True):
    """The upload's id and where to send its parts."""

    upload_id: str
    credentials: list[MultipartUploadCredential] = field(default_factory=list)


class GetPresignedDownloadResponse(ResponseMessage, frozen=True):
    """An address to download from."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    file_size: int | UnsetType = UNSET


class CreatePresignedUploadUrlResponse(ResponseMessage, frozen=True):
    """An address to upload to."""

    presigned_url: str
    headers: dict[str, str] = field(default_factory=dict)


class CreatePresignedDownloadUrlResponse(ResponseMessage, frozen=True):
    """An address to download from."""

    presigned_url: str
    headers: dict[str, str] = field(default_factory=dict)
    file_size: int | UnsetType = UNSET
