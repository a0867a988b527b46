"""The web page: its files as they were built, and the page itself at every address that it knows."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from trialog.errors import EndpointNotFound
from trialog.web import Endpoint, Request, Response, is_navigation

FILES: Final = Path(__file__).with_name("ui_files")
"""Where the build puts them; not there in a checkout that never built them."""

ADDRESSES: Final = (
    "/",
    "/experiments",
    "/experiments/{experiment_ids}",
    "/runs/{run_id}",
    "/runs/{run_id}/{tab}",
    "/models",
    "/models/{name}",
    "/models/{name}/versions/{version}",
    "/bin",
    "/settings",
    "/settings/{part}",
)
"""The addresses of the page; `ui/src/app/rooms.ts` says what it shows there."""

# What programs ask stays an answer to programs, whoever opens it.
_OF_PROGRAMS: Final = ("/api/", "/ajax-api/", "/mlflow/", "/assets/")
_INDEX: Final = "index.html"
# Names of the files in it hold a digest of their content.
_HASHED: Final = "assets/"
_ENCODINGS: Final[Mapping[str, str]] = MappingProxyType({"br": ".br", "gzip": ".gz"})
_KINDS: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        ".css": b"text/css; charset=utf-8",
        ".js": b"text/javascript; charset=utf-8",
        ".json": b"application/json",
        ".png": b"image/png",
        ".svg": b"image/svg+xml",
        ".woff2": b"font/woff2",
    }
)
_OTHER_KIND: Final = b"application/octet-stream"
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
    b" connect-src 'self'; font-src 'self'; frame-src 'self' blob:; base-uri 'self'; form-action 'self';"
    b" frame-ancestors 'self'"
)
_BASE: Final = '<base href="/" />'
_ACCOUNTS: Final = '<meta name="trialog-accounts" content="no" />'
_NO_SCRIPT: Final = re.compile("(?<=<noscript>).*(?=</noscript>)", re.DOTALL)


class UiPages:
    """Serves the web page.

    Args:
        prefix: Prefix of all paths of the server.
        start: What a browser that runs no scripts is shown, as HTML.
        has_accounts: Whether people log in here.
        folder: Where the files are.

    Raises:
        ValueError: The page has no place for what the server writes into it.
    """

    def __init__(
        self, prefix: str, start: Callable[[Request], str], *, has_accounts: bool, folder: Path = FILES
    ) -> None:
        self._folder = folder
        self._prefix = prefix
        self._start = start
        index = (folder / _INDEX).read_text(encoding="utf-8")
        if _BASE not in index or _ACCOUNTS not in index or _NO_SCRIPT.search(index) is None:
            raise ValueError(f"{folder / _INDEX} is not the page that this server knows; build it anew")
        index = index.replace(_BASE, f'<base href="{escape(prefix)}/" />')
        self._index = index.replace(_ACCOUNTS, _ACCOUNTS.replace('"no"', '"yes"')) if has_accounts else index

    @staticmethod
    def are_built(folder: Path = FILES) -> bool:
        """Tell whether there is a page to serve."""
        return (folder / _INDEX).is_file()

    def pages(self) -> Iterator[tuple[str, Endpoint]]:
        """Yield the addresses of the page, each with what answers a GET of it."""
        for address in ADDRESSES:
            yield address, self._answer_page

    def files(self) -> Iterator[tuple[str, Endpoint]]:
        """Yield the paths of the files, which say nothing of what is on the server, each with what answers a GET."""
        yield from _file_endpoints(self._folder)

    def for_unknown(self, request: Request) -> Endpoint | None:
        """Return what shows somebody who opens an address that leads nowhere that it does; None to a program."""
        is_of_programs = request.path.removeprefix(self._prefix).startswith(_OF_PROGRAMS)
        return None if is_of_programs or not is_navigation(request) else self._answer_unknown

    async def _answer_unknown(self, request: Request) -> Response:
        page = await self._answer_page(request)
        headers = tuple(header for header in page.headers if header[0] != b"etag")
        return Response(page.body, 404, headers)

    async def _answer_page(self, request: Request) -> Response:
        start = self._start(request)
        # Not as a pattern: what stands there is to be taken as it is.
        body = _NO_SCRIPT.sub(lambda _match: start, self._index).encode()
        headers = (
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", _POLICY),
            (b"cache-control", b"no-cache"),
            (b"etag", _tag(body)),
            (b"referrer-policy", b"same-origin"),
        )
        return _unless_known(request, Response(body, headers=headers))


@cache
def _file_endpoints(folder: Path) -> tuple[tuple[str, Endpoint], ...]:
    """Look through a folder once for all applications of this process: what is built stays as it is."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_served = name != _INDEX and not path.name.startswith(".") and path.suffix not in _ENCODINGS.values()
        if is_served and path.is_file():
            found.append((f"/{name}", _file_endpoint(path, name)))
    return tuple(found)


def _file_endpoint(path: Path, name: str) -> Endpoint:
    kind = _KINDS.get(PurePosixPath(name).suffix, _OTHER_KIND)
    caching = b"public, max-age=31536000, immutable" if name.startswith(_HASHED) else b"no-cache"
    encodings = [coding for coding, suffix in _ENCODINGS.items() if path.with_name(path.name + suffix).is_file()]

    @cache
    def content(coding: str | None) -> tuple[bytes, bytes]:
        body = (path if coding is None else path.with_name(path.name + _ENCODINGS[coding])).read_bytes()
        return body, _tag(body)

    async def answer(request: Request) -> Response:
        coding = _accepted(request, encodings)
        try:
            body, tag = await asyncio.to_thread(content, coding)
        except FileNotFoundError as error:
            raise EndpointNotFound(
                "request.endpoint_not_found",
                f"The file '/{name}' of the page was replaced by one of another version. Load the page anew; if that"
                " does not help, the server has to be started anew.",
                path=f"/{name}",
            ) from error
        headers = [
            (b"content-type", kind),
            (b"content-security-policy", b"default-src 'none'"),
            (b"cache-control", caching),
            (b"etag", tag),
        ]
        if encodings:
            headers.append((b"vary", b"accept-encoding"))
        if coding is not None:
            headers.append((b"content-encoding", coding.encode("ascii")))
        return _unless_known(request, Response(body, headers=headers))

    return answer


def _accepted(request: Request, encodings: list[str]) -> str | None:
    """Return the first of the encodings that the client takes; None for the file as it is."""
    header = request.headers.get(b"accept-encoding", b"").decode("latin-1").lower()
    weights: dict[str, str] = {}
    for part in header.split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    return next((coding for coding in encodings if coding in weights and not _is_refused(weights[coding])), None)


def _is_refused(weight: str) -> bool:
    return re.fullmatch(r"q=0(?:\.0*)?", weight) is not None


def _tag(body: bytes) -> bytes:
    return f'"{sha256(body).hexdigest()[:32]}"'.encode("ascii")


def _unless_known(request: Request, response: Response) -> Response:
    """Return no more than the headers of what the client has already."""
    # A proxy that compresses marks a tag as that of something merely alike.
    known = {tag.strip().removeprefix(b"W/") for tag in request.headers.get(b"if-none-match", b"").split(b",")}
    if dict(response.headers)[b"etag"] in known:
        return Response(status=304, headers=response.headers)
    return response
