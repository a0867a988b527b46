"""Where one request ends and the next begins is never in doubt: what can be read in two ways is refused and closed.

A proxy in front that reads it the other way would take the second request for part of the first, and somebody's next
request for the answer to it.
"""

import re
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.effort import EFFORT
from tests.servers import RunningServer, start_trialog

PATIENCE = 60
SECOND = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = (
    b"POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nConnection: keep-alive\r\n"
)
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
ALL = b'{"max_results": 1}'

AMBIGUOUS: dict[str, bytes] = {
    "CL.TE": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + END,
    "TE.CL": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + END,
    "TE.0": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n" + END,
    **{
        f"TE.TE {coding!r}": POST + b"Transfer-Encoding:" + coding + b"\r\n\r\n" + END
        for coding in (
            b" xchunked",
            b" \x0bchunked",
            b" \x0cchunked",
            b"\r\n chunked",
            b"\n\tchunked",
            b" chunked, identity",
            b" identity, chunked;q=0.5",
            b" identity",
            b' "chunked"',
            b" chunked\0",
            b" chunkedx",
            b" chunked chunked",
            b" ,",
            b" chun\xe9ked",
            b"",
        )
    },
    "a space behind the name": POST + b"Transfer-Encoding : chunked\r\n\r\n" + END,
    "a tab behind the name": POST + b"Content-Length\t: 2\r\n\r\n{}",
    "two codings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + END,
    "the coding twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + END,
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 45\r\n\r\n{}",
    "the length twice": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    **{
        f"length {length!r}": POST + b"Content-Length:" + length + b"\r\n\r\n{}"
        for length in (
            b" 2, 2",
            b" +2",
            b" -2",
            b" 0x2",
            b" 2 2",
            b" 2abc",
            b" 1_0",
            b" 2.0",
            b" 2e0",
            b" 18446744073709551618",
            b" \xd9\xa2",
            b"\r\n 2",
            b" 2\0",
            b'"2"',
            b"",
        )
    },
    "obs-fold": POST + b"X-A: b\r\n Content-Length: 2\r\n\r\n{}",
    "a folded first line": b"GET /health HTTP/1.1\r\n Host: x\r\nHost: localhost\r\n\r\n",
    "bare line feeds": POST.replace(b"\r\n", b"\n") + b"Content-Length: 2\n\n{}",
    "a bare line feed at the end": POST + b"Content-Length: 2\r\n\n{}",
    "a bare carriage return": POST + b"X-A: b\rContent-Length: 2\r\n\r\n{}",
    "two carriage returns": POST + b"Content-Length: 2\r\r\n\r\n{}",
    "NUL in a value": POST + b"X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}",
    "NUL in a name": POST + b"X\0A: b\r\nContent-Length: 2\r\n\r\n{}",
    "no colon": POST + b"X-A\r\nContent-Length: 2\r\n\r\n{}",
    "no name": POST + b": b\r\nContent-Length: 2\r\n\r\n{}",
    "a bracket in a name": POST + b"X(A): b\r\nContent-Length: 2\r\n\r\n{}",
    **{
        f"chunk {chunk!r}": CHUNKED + chunk + END
        for chunk in (
            b"0x2\r\n{}\r\n",
            b"+2\r\n{}\r\n",
            b"-2\r\n{}\r\n",
            b" 2\r\n{}\r\n",
            b"2 \r\n{}\r\n",
            b"2;\n{}\r\n",
            b"2\n{}\n",
            b"2\r{}\r\n",
            b"10000000000000002\r\n{}\r\n",
            b"ffffffffffffffffff\r\n{}\r\n",
            b"\r\n{}\r\n",
            b"2\r\n{}XX",
            b"1\r\n{}\r\n",
            b"2_\r\n{}\r\n",
            b'2;a="\r\n{}\r\n',
            b"2;a=\0\r\n{}\r\n",
        )
    },
    "two hosts": b"GET /version HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "an unknown version": b"GET /health HTTP/1.2\r\nHost: localhost\r\n\r\n",
    "version 9.9": b"GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "HTTP/2 without leave": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a space in the address": b"GET /health /x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tabs": b"GET\t/health\tHTTP/1.1\r\nHost: localhost\r\n\r\n",
    "bytes that are no ASCII": b"GET /health\xc3\xa4 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "NUL in the address": b"GET /health\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a method in small letters": b"get /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
}

# One way to read it, and so many answers as there are requests.
PLAIN: dict[str, tuple[bytes, list[int]]] = {
    "a length": (POST + b"Content-Length: 18\r\n\r\n" + ALL, [200]),
    "chunks": (CHUNKED + b"12;a=b\r\n" + ALL + b"\r\n" + END, [200]),
    "chunks of 1": (CHUNKED + b"".join(b"1\r\n%c\r\n" % one for one in ALL) + END, [200]),
    "a body that looks like a request": (
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (len(SECOND), SECOND),
        [200],
    ),
    "two after each other": (POST + b"Content-Length: 18\r\n\r\n" + ALL + SECOND, [200, 404]),
    "empty lines in front": (b"\r\n\r\n" + POST + b"Content-Length: 18\r\n\r\n" + ALL, [200]),
    "a name that only looks like it": (POST + b"Transfer_Encoding: chunked\r\nContent-Length: 18\r\n\r\n" + ALL, [200]),
    "another method in a header": (
        b"POST /health HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n\r\n",
        [405],
    ),
    "a host of its own in the address": (b"GET //evil.example/%2e%2e HTTP/1.1\r\nHost: localhost\r\n\r\n", [404]),
    "lines in the address": (b"GET /%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: localhost\r\n\r\n", [404]),
    "a trace": (b"TRACE /health HTTP/1.1\r\nHost: localhost\r\nCookie: a=secret\r\n\r\n", [405]),
    "an asterisk": (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", [404]),
}
CLOSING = b"GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server"), environment={"TRIALOG_LOG_LEVEL": "debug"}) as started:
        yield started


def exchange(server: RunningServer, sent: bytes, *, half_close: bool = False) -> bytes:
    """Send on a connection of its own and return all that comes until the server closes it.

    Args:
        server: The server.
        sent: What to send.
        half_close: Whether to say that nothing more comes.
    """
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        pieces = []
        try:
            client.sendall(sent)
            if half_close:
                client.shutdown(socket.SHUT_WR)
            while piece := client.recv(65536):
                pieces.append(piece)
        except OSError:
            # It closed while more was coming: what it had said is here.
            pass
        return b"".join(pieces)


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_answered(
    server: RunningServer, name: str
) -> None:
    answer = exchange(server, AMBIGUOUS[name] + (b"" if name == "two hosts" else SECOND))
    assert statuses(answer) == [400], answer
    assert b"/smuggled" not in answer


@pytest.mark.parametrize("name", PLAIN)
def test_what_can_be_read_in_one_way_is_answered_once(server: RunningServer, name: str) -> None:
    sent, expected = PLAIN[name]
    answer = exchange(server, sent + CLOSING)
    assert statuses(answer) == [*expected, 200], answer
    assert b"secret" not in answer
    assert not re.search(rb"\r\nX-Injected", answer)


PIECES = [
    piece
    for sent in (*AMBIGUOUS.values(), *(sent for sent, _ in PLAIN.values()))
    for piece in sent.splitlines(keepends=True)
]


@settings(
    max_examples=25 * EFFORT,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=12))
def test_any_bytes_are_answered_by_rule_and_the_server_goes_on(server: RunningServer, pieces: list[bytes]) -> None:
    answer = exchange(server, b"".join(pieces), half_close=True)
    assert set(statuses(answer)) <= {100, 200, 400, 403, 404, 405, 413, 431}, answer
    assert statuses(exchange(server, CLOSING)) == [200]


def test_version_1_0_gets_one_answer_and_the_end(server: RunningServer) -> None:
    for sent in (b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n", b"GET /health\r\n\r\n"):
        assert statuses(exchange(server, sent + SECOND)) == [200]


def test_without_a_host_nothing_but_its_health_is_told(server: RunningServer) -> None:
    for version in (b"1.0", b"1.1"):
        request = b"GET /api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/%b\r\nConnection: close\r\n\r\n" % version
        assert statuses(exchange(server, request)) == [403]


def test_none_of_it_is_a_fault_of_the_server(server: RunningServer) -> None:
    assert " ERROR " not in server.log
    assert "Traceback" not in server.log
