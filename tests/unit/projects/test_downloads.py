"""Fetching a file from a web server."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from trialog.errors import ConnectionFailed, InvalidParameter
from trialog.projects.downloads import fetch_http


class Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
            return
        is_there = not self.path.startswith("/gone")
        self.send_response(200 if is_there else 404)
        self.end_headers()
        self.wfile.write(b"a,b\n1,2\n")

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/a%20b.csv?token=x", "a_b.csv"),
        ("/", "download"),
        ("/..", "download"),
        ("/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "_.._etc_passwd"),
        ("/moved.csv?/other.csv", "moved.csv"),
    ],
)
def test_a_file_lies_in_the_folder_under_its_last_name(url: str, tmp_path: Path, path: str, name: str) -> None:
    assert fetch_http(f"{url}{path}", tmp_path) == tmp_path / name
    assert (tmp_path / name).read_bytes() == b"a,b\n1,2\n"


def test_a_file_that_is_too_large_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=r"is larger than 4 bytes. Fetch it yourself"):
        fetch_http(f"{url}/a.csv", tmp_path, most_bytes=4)


@pytest.mark.parametrize("path", ["/gone.csv", "/moved?ftp://127.0.0.1/x", "/moved?file:///etc/passwd"])
def test_what_cannot_be_had_is_told_without_its_token(url: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(ConnectionFailed, match="cannot be fetched") as raised:
        fetch_http(f"{url}{path}", tmp_path)
    assert raised.value.code == "project.download_failed"
    assert "?" not in raised.value.message.partition("cannot")[0]
