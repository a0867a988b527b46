"""Ranges, conditions and headers of files."""

import pytest

from tests.unit.web.scopes import request_of
from trialog.contracts.artifact_store import ArtifactInfo, ByteRange
from trialog.web.files import (
    content_headers,
    content_type,
    is_known_to_client,
    is_range_current,
    requested_range,
    version_headers,
)

INFO = ArtifactInfo(size=100, modified_time=1_700_000_000_500, etag="abc")
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", ByteRange(0, 10)),
        ("bytes=5-", ByteRange(5)),
        ("bytes=-7", ByteRange(-7)),
        ("bytes= 5 - 6 ", ByteRange(5, 2)),
        ("bytes=-0", ByteRange(0, 0)),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=99999999999999999999-", None),
        ("bytes=\u0661-", None),
    ],
)
def test_what_a_range_asks_for(header: str, expected: ByteRange | None) -> None:
    assert requested_range(request_of(headers={"Range": header})) == expected


def test_without_a_range_the_whole_is_asked_for() -> None:
    assert requested_range(request_of()) is None


@pytest.mark.parametrize(
    ("header", "is_current"), [(None, True), ('"abc"', True), (DATE, True), ('"other"', False), ('W/"abc"', False)]
)
def test_a_part_fits_only_the_content_it_was_begun_with(header: str | None, is_current: bool) -> None:
    headers = {} if header is None else {"If-Range": header}
    assert is_range_current(request_of(headers=headers), INFO) is is_current


@pytest.mark.parametrize(
    ("headers", "is_known"),
    [
        ({}, False),
        ({"If-None-Match": '"abc"'}, True),
        ({"If-None-Match": '"x", W/"abc"'}, True),
        ({"If-None-Match": "*"}, True),
        ({"If-None-Match": '"x"', "If-Modified-Since": DATE}, False),
        ({"If-Modified-Since": DATE}, True),
        ({"If-Modified-Since": "Tue, 14 Nov 2023 22:13:19 GMT"}, False),
        ({"If-Modified-Since": "yesterday"}, False),
    ],
)
def test_what_the_client_has_already_is_not_sent_again(headers: dict[str, str], is_known: bool) -> None:
    assert is_known_to_client(request_of(headers=headers), INFO) is is_known


def test_a_file_says_which_content_it_has() -> None:
    headers = dict(version_headers(INFO))
    assert headers[b"etag"] == b'"abc"'
    assert headers[b"last-modified"] == DATE.encode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MLmodel", "text/plain; charset=utf-8"),
        ("train.py", "text/plain; charset=utf-8"),
        ("conda.yaml", "text/plain; charset=utf-8"),
        ("run.log", "text/plain; charset=utf-8"),
        ("page.html", "text/html"),
        ("plot.png", "image/png"),
        ("model.pkl", "application/octet-stream"),
        ("noending", "application/octet-stream"),
    ],
)
def test_the_media_type_is_guessed_from_the_name(name: str, expected: str) -> None:
    assert content_type(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
        ('a";x="y.txt', "attachment; filename=\"a__x__y.txt\"; filename*=UTF-8''a%22%3Bx%3D%22y.txt"),
        ("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie_ x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x"),
        (
            "модель.txt",
            "attachment; filename=\"______.txt\"; filename*=UTF-8''%D0%BC%D0%BE%D0%B4%D0%B5%D0%BB%D1%8C.txt",
        ),
    ],
)
def test_no_file_name_breaks_out_of_its_header(name: str, expected: str) -> None:
    assert dict(content_headers(name))[b"content-disposition"].decode() == expected


def test_a_browser_runs_nothing_that_stands_in_a_file() -> None:
    assert dict(content_headers("page.html"))[b"content-security-policy"] == b"sandbox"
