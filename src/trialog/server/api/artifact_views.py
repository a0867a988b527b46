"""Answers requests for artifacts as pages open them, an archive, a view, a listing, and those for files of any size."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from trialog.artifacts import ArtifactLocation, ArtifactRoots, parse_artifact_path
from trialog.contracts import Store
from trialog.registry.content import locate_files
from trialog.registry.naming import numbered_or_labelled_version
from trialog.server.mlflow_api.artifacts import file_path, listing
from trialog.server.mlflow_api.downloads import download
from trialog.web import Answer, Request, StreamedResponse, json_response
from trialog.web.archives import archive_chunks, archive_name, list_files
from trialog.web.files import attachment_header, view_headers
from trialog.wire.messages import artifact_views as messages
from trialog.wire.messages.artifacts import ListArtifactsResponse
from trialog.wire.messages.base import EmptyResponse

ArtifactHandler: TypeAlias = Callable[[Request, Any], Awaitable[Answer]]

_ZIP = (b"content-type", b"application/zip")


class ArtifactViews:
    """What pages ask of the artifacts of a run, a logged model or a version.

    Args:
        store: Knows runs, logged models and versions.
        roots: Knows which URIs are served.
    """

    def __init__(self, store: Store, roots: ArtifactRoots) -> None:
        self._store = store
        self._roots = roots

    def handlers(self) -> Mapping[str, ArtifactHandler]:
        """Return the handlers by operation."""
        return {
            "get_run_artifact_archive": self.archive_of_run,
            "get_logged_model_artifact_archive": self.archive_of_logged_model,
            "get_model_version_artifact_archive": self.archive_of_version,
            "view_run_artifact": self.view_of_run,
            "view_logged_model_artifact": self.view_of_logged_model,
            "view_model_version_artifact": self.view_of_version,
            "list_model_version_artifacts": self.list_of_version,
            "write_run_artifact": self.write_to_run,
            "write_logged_model_artifact": self.write_to_logged_model,
        }

    async def archive_of_run(self, _request: Request, message: messages.GetRunArtifactArchive) -> Answer:
        """Send a folder of a run as an archive."""
        return await _archive(await self._of_run(message.run_id), message.path, message.run_id)

    async def archive_of_logged_model(
        self, _request: Request, message: messages.GetLoggedModelArtifactArchive
    ) -> Answer:
        """Send a folder of a logged model as an archive."""
        return await _archive(await self._of_logged_model(message.model_id), message.path, message.model_id)

    async def archive_of_version(self, _request: Request, message: messages.GetModelVersionArtifactArchive) -> Answer:
        """Send a folder of a version as an archive."""
        location, _ = await self._of_version(message.name, message.version)
        return await _archive(location, message.path, f"{message.name}-{message.version}")

    async def view_of_run(self, request: Request, message: messages.ViewRunArtifact) -> Answer:
        """Show a file of a run."""
        location = await self._of_run(message.run_id)
        return await _view(request, location, message.path, allow_scripts=message.allow_scripts)

    async def view_of_logged_model(self, request: Request, message: messages.ViewLoggedModelArtifact) -> Answer:
        """Show a file of a logged model."""
        location = await self._of_logged_model(message.model_id)
        return await _view(request, location, message.path, allow_scripts=message.allow_scripts)

    async def view_of_version(self, request: Request, message: messages.ViewModelVersionArtifact) -> Answer:
        """Show a file of a version."""
        location, _ = await self._of_version(message.name, message.version)
        return await _view(request, location, message.path, allow_scripts=message.allow_scripts)

    async def list_of_version(self, _request: Request, message: messages.ListModelVersionArtifacts) -> Answer:
        """List a folder of a version."""
        location, uri = await self._of_version(message.name, message.version)
        names = parse_artifact_path(message.path)
        beginning = "".join(f"{name}/" for name in names)
        files = await listing(location.store, (*location.prefix, *names), beginning)
        return json_response(ListArtifactsResponse(uri, files))

    async def write_to_run(self, request: Request, message: messages.WriteRunArtifact) -> Answer:
        """Store a file of a run as it comes in."""
        return await _write(request, await self._of_run(message.run_id), message.path)

    async def write_to_logged_model(self, request: Request, message: messages.WriteLoggedModelArtifact) -> Answer:
        """Store a file of a logged model as it comes in."""
        return await _write(request, await self._of_logged_model(message.model_id), message.path)

    async def _of_run(self, run_id: str) -> ArtifactLocation:
        return self._roots.locate((await self._store.runs.get(run_id)).info.artifact_uri)

    async def _of_logged_model(self, model_id: str) -> ArtifactLocation:
        return self._roots.locate((await self._store.logged_models.get(model_id)).artifact_uri)

    async def _of_version(self, name: str, version: str) -> tuple[ArtifactLocation, str]:
        found = await numbered_or_labelled_version(self._store, name, version)
        location = await locate_files(self._store, self._roots, found.storage_location)
        # Where this server opens nothing, it says which location that is.
        return location or self._roots.locate(found.storage_location), found.storage_location


async def _write(request: Request, location: ArtifactLocation, text: str) -> Answer:
    await location.store.write((*location.prefix, *file_path(text)), request.stream())
    return json_response(EmptyResponse())


async def _view(request: Request, location: ArtifactLocation, text: str, *, allow_scripts: bool) -> Answer:
    path = location.path(text)
    about = view_headers(path[-1], allow_scripts=allow_scripts and _is_framed(request))
    if allow_scripts:
        # What a browser keeps of the frame it would show alone as well, with what was allowed there.
        about = (*about, (b"cache-control", b"no-store"))
    return await download(request, location.store, path, about)


def _is_framed(request: Request) -> bool:
    """Tell whether a file is shown in a frame of our page.

    By itself a page with scripts could pass for one of ours, ask for a password and take it along to another site.
    """
    shown_in = request.headers.get(b"sec-fetch-dest")
    if shown_in is not None:
        return shown_in != b"document"
    # Over plain HTTP browsers do not say it. A link that somebody sent comes from no page of ours.
    origin = b"/".join(request.headers.get(b"referer", b"").split(b"/")[:3]).lower()
    host = request.headers.get(b"host", b"").lower()
    authority = origin.partition(b"://")[2]
    return bool(authority) and (authority == host or origin == request.public_origin)


async def _archive(location: ArtifactLocation, text: str, whole: str) -> Answer:
    names = parse_artifact_path(text)
    name = archive_name(names[-1] if names else whole)
    # What is not there is told before the answer begins.
    files = await list_files(location.store, (*location.prefix, *names), name)
    chunks = archive_chunks(location.store, files)
    headers = (_ZIP, attachment_header(f"{name}.zip"), (b"cache-control", b"no-cache"))
    return StreamedResponse(chunks, chunks.aclose, None, 200, headers)
