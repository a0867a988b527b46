"""URLs that users name."""

import pytest

from trialog.errors import InvalidParameter
from trialog.outbound import Target, parse_target


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://Example.com", Target("https", "example.com", 443, "/", "example.com")),
        ("HTTPS://example.com:443/a/b?c=d&e", Target("https", "example.com", 443, "/a/b?c=d&e", "example.com")),
        ("https://example.com:8443/", Target("https", "example.com", 8443, "/", "example.com:8443")),
        ("https://93.184.216.34/x", Target("https", "93.184.216.34", 443, "/x", "93.184.216.34")),
        ("https://[2606:4700::1]:8443/x", Target("https", "2606:4700::1", 8443, "/x", "[2606:4700::1]:8443")),
        ("https://[::ffff:7f00:1]/", Target("https", "::ffff:7f00:1", 443, "/", "[::ffff:7f00:1]")),
        (
            "https://xn--bcher-kva.example/%20",
            Target("https", "xn--bcher-kva.example", 443, "/%20", "xn--bcher-kva.example"),
        ),
    ],
)
def test_a_plain_url_is_taken_apart(url: str, target: Target) -> None:
    assert parse_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "https://",
        "https:///path",
        "https:example.com",
        "//example.com",
        "example.com",
        " https://example.com",
        "https://example.com\n",
        "https://example.com/\r\nHost: inside",
        "https://example.com/\ta",
        "https://exa mple.com",
        "https://example.com\\@127.0.0.1/",
        "https://user@example.com",
        "https://user:password@example.com",
        "https://@example.com",
        "https://example.com#@127.0.0.1",
        "https://example.com/#",
        "https://example.com:0",
        "https://example.com:",
        "https://example.com:65536",
        "https://example.com:8o",
        "https://example.com.",
        "https://127.0.0.1.",
        "https://127.1",
        "https://127.0.1",
        "https://2130706433",
        "https://0x7f000001",
        "https://0x7f.0.0.1",
        "https://0177.0.0.1",
        "https://127.0.0.01",
        "https://1.2.3.4.5",
        "https://256.1.1.1",
        "https://１２７.0.0.1",
        "https://①②⑦.0.0.1",
        "https://bücher.example",
        "https://%31%32%37.0.0.1",
        "https://127.0.0.1%2f@example.com",
        "https://[fe80::1%eth0]/",
        "https://[fe80::1%25eth0]/",
        "https://[127.0.0.1]/",
        "https://[v1.x]/",
        "https://[::1/",
        "https://[2606:4700::1]evil.com/",
        "https://[2606:4700::1]x:443/",
        "https://[2606:4700::1]443/",
        "https://x[2606:4700::1]/",
        "https://[2606:4700::1]:443:80/",
        "https://[[2606:4700::1]]/",
        "https://-example.com",
        "https://exam..ple.com",
        f"https://{'a' * 64}.com",
        f"https://example.com/{'a' * 2048}",
    ],
)
def test_a_url_that_could_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid webhook URL"):
        parse_target(url)


@pytest.mark.parametrize("url", ["http://example.com", "ftp://example.com", "file:///etc/passwd", "gopher://x/1"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid webhook URL scheme"):
        parse_target(url)


def test_a_scheme_the_operator_allows_is_taken() -> None:
    assert parse_target("http://example.com/", ["https", "http"]).port == 80


def test_a_refusal_does_not_repeat_the_url() -> None:
    with pytest.raises(InvalidParameter, match="no user name") as refused:
        parse_target("https://user:hidden@example.com/token")
    assert "hidden" not in refused.value.message
    assert "token" not in refused.value.message
