"""`/docs`: the API for people, by Swagger UI from our own files; and `/openapi.json`, the document behind it."""

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from trialog.server.openapi import openapi_document
from trialog.server.start_page import OPEN_BANNER
from trialog.web import Endpoint, Request, Response
from trialog.web.response import encode_json
from trialog.wire.routes.table import ROUTE_GROUPS

PAGE: Final = "/docs"
DOCUMENT: Final = "/openapi.json"

_FILES: Final = Path(__file__).with_name("docs_files")
_HTML: Final = b"text/html; charset=utf-8"
_KINDS: Final = {
    "docs.js": b"text/javascript; charset=utf-8",
    "swagger-ui-bundle.js": b"text/javascript; charset=utf-8",
    "swagger-ui.css": b"text/css; charset=utf-8",
}
# Swagger UI sets styles by script, which needs no leave, and draws its icons from data in its own style sheet.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    b" form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


def docs_endpoints(prefix: str, *, is_open: bool = False) -> Iterator[tuple[str, Endpoint]]:
    """Yield the paths of page, files and document, each with what answers a GET of it.

    They tell of the API alone, which is the same on every server, and so are open to everybody.

    Args:
        prefix: Prefix of all paths of the server.
        is_open: Whether the page says that everybody may do everything.
    """

    def page() -> bytes:
        text = (_FILES / "docs.html").read_text(encoding="utf-8")
        text = text.replace("@BANNER@\n", f"{OPEN_BANNER}\n" if is_open else "")
        return text.replace("@FILES@", prefix + PAGE).replace("@DOCUMENT@", prefix + DOCUMENT).encode()

    def document() -> bytes:
        return encode_json(openapi_document(ROUTE_GROUPS, prefix))

    yield PAGE, _endpoint(page, _HTML)
    yield DOCUMENT, _endpoint(document, b"application/json")
    for name, kind in _KINDS.items():
        yield f"{PAGE}/{name}", _endpoint((_FILES / name).read_bytes, kind)


def _endpoint(make: Callable[[], bytes], kind: bytes) -> Endpoint:
    @cache
    def content() -> tuple[bytes, bytes]:
        made = make()
        return made, f'"{sha256(made).hexdigest()[:32]}"'.encode("ascii")

    async def answer(request: Request) -> Response:
        # The first time it is read or made, which takes a moment; most servers are never asked.
        body, tag = await asyncio.to_thread(content)
        headers = (
            (b"content-type", kind),
            (b"content-security-policy", _POLICY),
            (b"cache-control", b"no-cache"),
            (b"etag", tag),
            (b"referrer-policy", b"no-referrer"),
        )
        if request.headers.get(b"if-none-match") == tag:
            return Response(status=304, headers=headers)
        return Response(body, headers=headers)

    return answer
