"""Downloads from servers that refuse, answer whole, and break off."""

import pytest

from tests.unit.sdk.answering import CUT, answer, answering
from tests.unit.sdk.test_transport import transport_to
from trialog.errors import ConnectionFailed, PermissionDenied

EXPORT = "export_audit_records"
LINES = b'{"record_id": 1}\n' * 20_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


@pytest.mark.parametrize(
    "said", [answer(200, LINES), CHUNKED + chunk(LINES[:5]) + chunk(LINES[5:]) + b"0\r\n\r\n"], ids=["whole", "chunked"]
)
def test_what_comes_is_handed_out(said: bytes) -> None:
    with answering([said]) as server, transport_to(server.url, MLFLOW_TRACKING_TOKEN="secret") as transport:
        assert b"".join(transport.download(EXPORT)) == LINES
        assert server.requests[0][0] == "GET /api/trialog/v1/audit/export HTTP/1.1"
        assert server.headers[0]["authorization"] == "Bearer secret"


def test_what_nobody_wants_is_let_go() -> None:
    with answering([answer(200, LINES[:17])]) as server, transport_to(server.url) as transport:
        transport.download(EXPORT)
        assert server.ended.acquire(timeout=5)


def test_a_refusal_is_told_at_once() -> None:
    refused = answer(403, b'{"error_code": "PERMISSION_DENIED", "message": "No.", "code": "auth.permission_denied"}')
    with (
        answering([refused]) as server,
        transport_to(server.url) as transport,
        pytest.raises(PermissionDenied, match="No"),
    ):
        transport.download(EXPORT)


@pytest.mark.parametrize(
    "said",
    [CUT, CHUNKED + chunk(LINES), HEAD + b"Content-Length: 1000000\r\n\r\n" + LINES],
    ids=["nothing", "chunked", "of a length"],
)
def test_what_breaks_off_is_never_taken_for_whole(said: bytes) -> None:
    with (
        answering([said], closes_after_each=True) as server,
        transport_to(server.url) as transport,
        pytest.raises(ConnectionFailed, match="no whole answer"),
    ):
        list(transport.download(EXPORT))
