"""Sends one file of an artifact store as HTTP asks for it: whole, in part, or not at all if the client has it."""

from trialog.contracts.artifact_store import ArtifactPath, ArtifactReader, ArtifactStore, ByteRange
from trialog.errors import RangeNotSatisfiable
from trialog.web import Answer, Request, Response, StreamedResponse
from trialog.web.files import content_headers, is_known_to_client, is_range_current, requested_range, version_headers
from trialog.web.response import Headers


async def download(request: Request, store: ArtifactStore, path: ArtifactPath, about: Headers | None = None) -> Answer:
    """Return the answer that sends a file.

    Args:
        request: May ask for a part, or name the content that the client has already.
        store: Where the file is.
        path: The file.
        about: Says what it is and what a browser may do with it; that it is to be saved if None.

    Raises:
        ResourceNotFound: There is no such file.
        RangeNotSatisfiable: The part that is asked for lies outside of it.
    """
    byte_range = requested_range(request)
    reader = await _open(request, store, path, byte_range)
    info = reader.info
    if is_known_to_client(request, info):
        await reader.close()
        return Response(status=304, headers=version_headers(info))
    headers = [*version_headers(info), *(content_headers(path[-1]) if about is None else about)]
    if reader.length == info.size and (byte_range is None or not is_range_current(request, info)):
        return StreamedResponse(reader, reader.close, reader.length, 200, headers)
    part = f"bytes {reader.start}-{reader.start + reader.length - 1}/{info.size}"
    headers.append((b"content-range", part.encode("ascii")))
    return StreamedResponse(reader, reader.close, reader.length, 206, headers)


async def _open(
    request: Request, store: ArtifactStore, path: ArtifactPath, byte_range: ByteRange | None
) -> ArtifactReader:
    try:
        reader = await store.open(path, byte_range)
    except RangeNotSatisfiable:
        # Asked of another content than there is now, the part means nothing.
        if is_range_current(request, await store.stat(path)):
            raise
        return await store.open(path)
    if byte_range is None or is_range_current(request, reader.info):
        return reader
    await reader.close()
    return await store.open(path)
