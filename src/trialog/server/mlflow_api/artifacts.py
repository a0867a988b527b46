"""Answers requests about artifacts: listings, and bytes that flow through without being held."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from trialog.artifacts import ArtifactLocation, ArtifactRoots, parse_artifact_path
from trialog.contracts import Store
from trialog.contracts.artifact_store import ArtifactPath, ArtifactStore, UploadedPart
from trialog.errors import InvalidParameter, NotImplementedHere, RequestTooLarge, TemporarilyUnavailable
from trialog.registry.content import locate_files
from trialog.registry.naming import numbered_or_labelled_version
from trialog.server.mlflow_api.downloads import download
from trialog.server.signed_parts import part_addresses
from trialog.server.workspaces import WORKSPACE_HEADER
from trialog.web import Answer, Request, json_response
from trialog.wire.messages import artifacts as messages
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.model_versions import GetModelVersionArtifact

ArtifactHandler: TypeAlias = Callable[[Request, Any], Awaitable[Answer]]

MAXIMUM_UPLOAD_BY_RUN_BYTES: Final = 10 * 1024 * 1024
_SEPARATORS = re.compile(r"[/\\]")
_DONE = EmptyResponse()


class ProxiedArtifacts:
    """What is asked under `/mlflow-artifacts`: files under the server's own root.

    Args:
        store: Where they are; None if this server does not serve them.
        prefix: Prefix of all paths of the server.
    """

    def __init__(self, store: ArtifactStore | None, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    def handlers(self) -> Mapping[str, ArtifactHandler]:
        """Return the handlers by operation."""
        return {
            "list_proxied_artifacts": self.list_artifacts,
            "download_artifact": self.download,
            "upload_artifact": self.upload,
            "delete_artifact": self.delete,
            "create_multipart_upload": self.create_multipart_upload,
            "upload_part": self.upload_part,
            "complete_multipart_upload": self.complete_multipart_upload,
            "abort_multipart_upload": self.abort_multipart_upload,
            "get_presigned_download": presigned,
        }

    async def list_artifacts(self, _request: Request, message: messages.ListProxiedArtifacts) -> Answer:
        """List a folder; entries have their last name only."""
        files = await listing(self._serving(), parse_artifact_path(message.path or ""), "")
        return json_response(messages.ListProxiedArtifactsResponse(files))

    async def download(self, request: Request, message: messages.ArtifactPath) -> Answer:
        """Send a file, or the part of it that is asked for."""
        return await download(request, self._serving(), parse_artifact_path(message.path))

    async def upload(self, request: Request, message: messages.ArtifactPath) -> Answer:
        """Store a file as it comes in."""
        await self._serving().write(file_path(message.path), request.stream())
        return json_response(_DONE)

    async def delete(self, _request: Request, message: messages.ArtifactPath) -> Answer:
        """Delete a file or a folder."""
        await self._serving().delete(parse_artifact_path(message.path))
        return json_response(_DONE)

    async def create_multipart_upload(self, request: Request, message: messages.CreateMultipartUpload) -> Answer:
        """Begin a file that comes in parts, and say where to send them."""
        store, count = self._serving(), message.num_parts
        upload_id = await store.create_multipart_upload(_multipart_path(message), count)
        addresses = await part_addresses(store, request, upload_id, count, prefix=self._prefix)
        headers = {}
        if WORKSPACE_HEADER in request.headers:
            # Clients send with a part what is given here, and nothing of their own.
            headers["X-MLFLOW-WORKSPACE"] = request.headers[WORKSPACE_HEADER].decode("latin-1")
        credentials = [
            messages.MultipartUploadCredential(address, number, headers) for number, address in enumerate(addresses, 1)
        ]
        return json_response(messages.CreateMultipartUploadResponse(upload_id, credentials))

    async def upload_part(self, request: Request, message: messages.UploadPart) -> Answer:
        """Store one part as it comes in."""
        etag = await self._serving().write_part(message.upload_id, message.part_number, request.stream())
        answer = json_response(_DONE)
        answer.headers = (*answer.headers, (b"etag", f'"{etag}"'.encode("ascii")))
        return answer

    async def complete_multipart_upload(self, _request: Request, message: messages.CompleteMultipartUpload) -> Answer:
        """Make the file of its parts."""
        parts = [UploadedPart(part.part_number, part.etag.strip('"')) for part in message.parts]
        await self._serving().complete_multipart_upload(_multipart_path(message), message.upload_id, parts)
        return json_response(_DONE)

    async def abort_multipart_upload(self, _request: Request, message: messages.AbortMultipartUpload) -> Answer:
        """Give up a file that came in parts."""
        await self._serving().abort_multipart_upload(_multipart_path(message), message.upload_id)
        return json_response(_DONE)

    def _serving(self) -> ArtifactStore:
        if self._store is None:
            raise TemporarilyUnavailable(
                "artifact.serving_disabled",
                "Artifact serving is disabled: the server runs with --no-serve-artifacts. Start it with "
                "--serve-artifacts to enable it.",
            )
        return self._store


class ArtifactsByOwner:
    """What is asked by run or logged model: files where the artifact URI of that says, if it is served here.

    Args:
        store: Knows runs and logged models.
        roots: Knows which URIs are served.
    """

    def __init__(self, store: Store, roots: ArtifactRoots) -> None:
        self._store = store
        self._roots = roots

    def handlers(self) -> Mapping[str, ArtifactHandler]:
        """Return the handlers by operation."""
        return {
            "list_artifacts": self.list_of_run,
            "get_run_artifact": self.download_of_run,
            "upload_run_artifact": self.upload_to_run,
            "list_logged_model_artifacts": self.list_of_logged_model,
            "get_logged_model_artifact_file": self.download_of_logged_model,
            "get_model_version_artifact": self.download_of_model_version,
            "create_presigned_upload_url": presigned,
            "create_presigned_download_url": presigned,
        }

    async def list_of_run(self, _request: Request, message: messages.ListArtifacts) -> Answer:
        """List a folder of a run."""
        return await self._list(await self._uri_of_run(message.run_id), message.path or "")

    async def list_of_logged_model(self, _request: Request, message: messages.ListLoggedModelArtifacts) -> Answer:
        """List a folder of a logged model."""
        model = await self._store.logged_models.get(message.model_id)
        return await self._list(model.artifact_uri, message.artifact_directory_path or "")

    async def download_of_run(self, request: Request, message: messages.GetRunArtifact) -> Answer:
        """Send a file of a run."""
        return await self._download(request, await self._uri_of_run(message.run_id), message.path)

    async def download_of_logged_model(self, request: Request, message: messages.GetLoggedModelArtifactFile) -> Answer:
        """Send a file of a logged model."""
        model = await self._store.logged_models.get(message.model_id)
        return await self._download(request, model.artifact_uri, message.artifact_file_path)

    async def download_of_model_version(self, request: Request, message: GetModelVersionArtifact) -> Answer:
        """Send a file of a version of a registered model."""
        version = await numbered_or_labelled_version(self._store, message.name, message.version)
        location = await locate_files(self._store, self._roots, version.storage_location)
        if location is None:
            # Says which location this server does not open.
            location = self._roots.locate(version.storage_location)
        return await download(request, location.store, location.path(message.path))

    async def upload_to_run(self, request: Request, message: messages.UploadRunArtifact) -> Answer:
        """Store a small file of a run."""
        if not request.content_length and not request.has_body:
            raise InvalidParameter("artifact.no_data", "Request must specify data.")
        if (request.content_length or 0) > MAXIMUM_UPLOAD_BY_RUN_BYTES:
            raise _too_large()
        path = file_path(message.path)
        location = self._roots.locate(await self._uri_of_run(message.run_uuid))
        await location.store.write((*location.prefix, *path), _at_most(request, MAXIMUM_UPLOAD_BY_RUN_BYTES))
        return json_response(_DONE)

    async def _uri_of_run(self, run_id: str) -> str:
        return (await self._store.runs.get(run_id)).info.artifact_uri

    async def _list(self, uri: str, path: str) -> Answer:
        location: ArtifactLocation = self._roots.locate(uri)
        names = parse_artifact_path(path)
        files = await listing(location.store, (*location.prefix, *names), "".join(f"{name}/" for name in names))
        return json_response(messages.ListArtifactsResponse(uri, files))

    async def _download(self, request: Request, uri: str, path: str) -> Answer:
        location = self._roots.locate(uri)
        return await download(request, location.store, location.path(path))


async def presigned(_request: Request, _message: object) -> Answer:
    """Refuse to sign an address for a storage that the client could reach by itself.

    Raises:
        NotImplementedHere: Always.
    """
    raise NotImplementedHere(
        "artifact.no_presigned_urls",
        "Presigned URLs are not supported: artifacts are on this server's own disk. Send and fetch them through it.",
    )


async def listing(store: ArtifactStore, path: ArtifactPath, beginning: str) -> list[messages.FileInfo]:
    """Return what a folder holds, as answers show it.

    Args:
        store: Where it is.
        path: The folder.
        beginning: What the paths that are answered begin with.
    """
    return [
        messages.FileInfo(f"{beginning}{entry.name}", is_dir=True)
        if entry.size is None
        else messages.FileInfo(f"{beginning}{entry.name}", is_dir=False, file_size=entry.size)
        for entry in await store.list_directory(path)
    ]


def file_path(text: str) -> ArtifactPath:
    """Return the path of a file that a client names.

    Raises:
        InvalidParameter: It names a folder (`artifact.no_file_name`), or leads elsewhere (`artifact.invalid_path`).
    """
    if text.endswith("/"):
        raise InvalidParameter(
            "artifact.no_file_name", f"Invalid path {text[:200]!r}: it must end with the name of a file, not with '/'."
        )
    return parse_artifact_path(text)


def _multipart_path(
    message: messages.CreateMultipartUpload | messages.CompleteMultipartUpload | messages.AbortMultipartUpload,
) -> ArtifactPath:
    # The body holds the file's path on the client's machine, whatever that runs on.
    name = _SEPARATORS.split(message.path)[-1]
    folder = parse_artifact_path(message.artifact_path)
    return (*folder, *file_path(name or message.path))


async def _at_most(request: Request, limit: int) -> AsyncIterator[bytes]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise _too_large()
        yield piece


def _too_large() -> RequestTooLarge:
    return RequestTooLarge(
        "artifact.too_large",
        f"Artifact size is too large. Max size is {MAXIMUM_UPLOAD_BY_RUN_BYTES // 1024**2}MB.",
        limit=MAXIMUM_UPLOAD_BY_RUN_BYTES,
    )
