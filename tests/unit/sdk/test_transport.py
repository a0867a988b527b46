"""Speaking with servers that are slow, broken, elsewhere or something else."""

import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.certificates import write_certificates
from tests.servers import start_trialog
from tests.unit.cli.processes import started_server
from tests.unit.sdk.answering import CUT, answer, answering
from trialog import errors
from trialog.errors import ConnectionFailed, TrialogError
from trialog.remote.settings import Patience, connection_settings
from trialog.sdk.experiments import Experiments
from trialog.sdk.models import Models
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport
from trialog.web.failures import failure_response
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.experiments import CreateExperimentResponse, SearchExperimentsResponse
from trialog.wire.messages.registered_models import SearchRegisteredModelsResponse

QUICK = Patience(timeout_seconds=5.0, attempts=3, first_pause_seconds=0.001, longest_pause_seconds=3.0)
MADE = answer(200, b'{"experiment_id": "7"}')
FOUND = answer(200, b'{"experiments": []}')
BUSY = answer(503, b'{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "Busy.", "code": "store.busy"}')


@contextmanager
def transport_to(url: str, patience: Patience = QUICK, **variables: str) -> Iterator[Transport]:
    with closing(Transport(connection_settings(url, variables, patience))) as transport:
        yield transport


def test_a_connection_is_used_again() -> None:
    with answering([FOUND]) as server, transport_to(server.url) as transport:
        for _ in range(3):
            Experiments(transport).search()
    assert len(server.requests) == 3
    assert server.connections == 1


def test_a_connection_that_the_server_closed_meanwhile_is_not_noticed() -> None:
    with answering([MADE], closes_after_each=True) as server, transport_to(server.url) as transport:
        for number in range(3):
            assert Experiments(transport).create(f"e{number}") == "7"
            assert server.ended.acquire(timeout=QUICK.timeout_seconds)
    assert len(server.requests) == server.connections == 3


def test_reads_are_repeated_and_writes_that_make_something_are_not() -> None:
    with answering([CUT, BUSY, FOUND]) as server, transport_to(server.url) as transport:
        transport.call("search_experiments", SearchExperimentsResponse, max_results=1)
        assert len(server.requests) == 3
    for fault in (CUT, BUSY):
        with answering([fault, MADE]) as server, transport_to(server.url) as transport:
            with pytest.raises(TrialogError, match=r"Busy|gave no whole answer"):
                transport.call("create_experiment", CreateExperimentResponse, name="e")
            assert len(server.requests) == 1


def test_what_moves_a_stage_or_an_alias_is_not_repeated_since_others_may_have_moved_it_meanwhile() -> None:
    with answering([CUT]) as server, transport_to(server.url) as transport:
        models = Models(transport)
        asked: list[Callable[[], object]] = [
            lambda: models.promote("m", "1", stage="Production"),
            lambda: models.promote("m", "1", stage="Production", expected_version=2),
            lambda: models.roll_back("m", stage="Production"),
            lambda: models.set_alias("m", "champion", "1"),
        ]
        for number, ask in enumerate(asked):
            with pytest.raises(ConnectionFailed, match="look whether it did"):
                ask()
            assert len(server.requests) == number + 1


def test_too_many_requests_are_repeated_whatever_they_are() -> None:
    with answering([answer(429, b"{}", "Retry-After: 0"), MADE]) as server, transport_to(server.url) as transport:
        assert Experiments(transport).create("e") == "7"


@pytest.mark.parametrize(
    "wait",
    ["Retry-After: 60", "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\nRetry-After: Sat, 21 Nov 2026 11:00:00 GMT"],
    ids=["seconds", "date"],
)
def test_a_server_that_asks_for_more_patience_than_there_is_is_not_asked_again(wait: str) -> None:
    busy = answer(503, b'{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "Busy."}', wait)
    with answering([busy, FOUND]) as server, transport_to(server.url) as transport:
        with pytest.raises(errors.TemporarilyUnavailable, match="Busy"):
            Experiments(transport).search()
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "error",
    [
        errors.ResourceNotFound("run.not_found", "Run 'x' is not here.", run_id="x"),
        errors.RequestTooLarge("body.too_large", "Too large.", limit=7),
        errors.InvalidParameter("filter.bad", "Wrong at 3.", position=3),
        errors.MethodNotAllowed("request.method", "Not so.", allowed="GET"),
        errors.RangeNotSatisfiable("range.outside", "Outside.", size=3),
        errors.Conflict("registry.stage_moved", "Somebody was faster."),
        errors.ResourceAlreadyExists("experiment.exists", "Taken."),
        errors.PermissionDenied("access.denied", "Not you."),
        errors.NotImplementedHere("run.x", "Not here."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_arrives_as_it_was_raised(error: TrialogError) -> None:
    response = failure_response(error)
    with (
        answering([answer(response.status, bytes(response.body))]) as server,
        transport_to(server.url) as transport,
        pytest.raises(type(error), match=error.message) as caught,
    ):
        Experiments(transport).search()
    assert type(caught.value) is type(error)
    assert (caught.value.code, caught.value.values) == (error.code, error.values)


def test_an_error_of_an_unknown_kind_keeps_its_sentence() -> None:
    with (
        answering([answer(418, b'{"error_code": "TEAPOT", "message": "Short and stout."}')]) as server,
        transport_to(server.url) as transport,
        pytest.raises(TrialogError, match=r"Short and stout\.") as caught,
    ):
        Experiments(transport).search()
    assert type(caught.value) is TrialogError
    assert caught.value.code == "server.teapot"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (answer(200, b"<html>", "Content-Type: text/html"), "is no Trialog server, or not one of this release"),
        (answer(404, b"<html>", "Content-Type: text/html"), r"HTTP 404 with 'text/html'"),
        (answer(200, b'{"experiments": 1}'), "is no Trialog server"),
        (answer(200, b'{"experiments": ["\xff"]}'), "is no Trialog server"),
        (answer(502, b"", "Content-Type: text/html"), "reaches no server behind it"),
        (answer(401, b"Log in.", "Content-Type: text/plain"), "MLFLOW_TRACKING_TOKEN"),
        (answer(302, b"", "Location: https://login.example.org/"), "sends its callers to 'https://login"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "gave no whole answer"),
    ],
    ids=["html", "404", "other-json", "no-unicode", "gateway", "login", "redirect", "no-http"],
)
def test_what_is_no_answer_of_a_server_is_explained(said: bytes, sentence: str) -> None:
    with (
        answering([said]) as server,
        transport_to(server.url) as transport,
        pytest.raises(TrialogError, match=sentence) as caught,
    ):
        Experiments(transport).search()
    assert server.url in caught.value.message


def test_nobody_there_is_explained() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    sentence = rf"No server answers at http://127\.0\.0\.1:{port} .*`trialog server`"
    with (
        transport_to(f"http://127.0.0.1:{port}") as transport,
        pytest.raises(ConnectionFailed, match=sentence),
    ):
        Experiments(transport).search()


def test_addresses_and_bodies_are_written_from_the_route_table() -> None:
    with answering([answer(200)]) as server, transport_to(f"{server.url}/base") as transport:
        transport.call("delete_logged_model_tag", EmptyResponse, model_id="m", tag_key="a/b c?")
        transport.call("search_registered_models", SearchRegisteredModelsResponse, order_by=["a", "б"])
        transport.call("delete_registered_model", EmptyResponse, name="x", force=True)
    assert server.requests == [
        ("DELETE /base/api/2.0/mlflow/logged-models/m/tags/a/b%20c%3F HTTP/1.1", b"{}"),
        ("GET /base/api/2.0/mlflow/registered-models/search?order_by=a&order_by=%D0%B1 HTTP/1.1", b""),
        ("DELETE /base/api/2.0/mlflow/registered-models/delete HTTP/1.1", b'{"name":"x","force":true}'),
    ]


def test_a_text_that_is_no_unicode_is_refused_before_it_is_sent() -> None:
    with answering([answer(200)]) as server, transport_to(server.url) as transport:
        with pytest.raises(errors.InvalidParameter, match="not Unicode"):
            Experiments(transport).get_by_name("\udcff")
        assert server.requests == []


def test_who_asks_is_said_to_this_server() -> None:
    with answering([FOUND]) as server, transport_to(server.url, MLFLOW_TRACKING_TOKEN="t-1") as transport:
        Experiments(transport).search()
    assert server.headers[0]["authorization"] == "Bearer t-1"
    assert server.headers[0]["user-agent"].startswith("trialog/")


def test_closing_ends_what_waits() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    transport = Transport(connection_settings(f"http://127.0.0.1:{listener.getsockname()[1]}", {}, QUICK))
    raised: list[TrialogError] = []

    def ask() -> None:
        try:
            Experiments(transport).search()
        except TrialogError as error:
            raised.append(error)

    with listener:
        thread = threading.Thread(target=ask)
        thread.start()
        connection, _ = listener.accept()
        with connection:
            assert connection.recv(1)
            transport.close()
            thread.join(QUICK.timeout_seconds / 2)
            assert not thread.is_alive(), "it waited for the answer"
    assert raised[0].code in {"connection.lost", "connection.closed"}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("certificates")
    write_certificates(directory)
    return directory


def test_numbers_that_json_lacks_go_there_and_back_through_https(tmp_path: Path, certificates: Path) -> None:
    values = {"nan": math.nan, "inf": math.inf, "minus": -math.inf, "zero": -0.0, "small": 5e-324}
    tls = {"MLFLOW_TRACKING_SERVER_CERT_PATH": str(certificates / "good")}
    options = ["--ssl-certfile", str(certificates / "good"), "--ssl-keyfile", str(certificates / "key")]
    with (
        start_https(tmp_path, *options) as url,
        closing(Transport(connection_settings(url, tls, QUICK))) as transport,
    ):
        runs = Runs(transport)
        run_id = runs.create("0", run_name="r", start_time=1, tags={}).info.run_id
        runs.log(run_id, timestamp=1, metrics=values, params={f"p{number}": number for number in range(250)})
        kept = runs.get(run_id).data
        assert {metric.key: str(metric.value) for metric in kept.metrics} == {k: str(v) for k, v in values.items()}
        assert len(kept.params) == 250
        with transport_to(url) as distrusting, pytest.raises(ConnectionFailed, match="MLFLOW_TRACKING_SERVER_CERT_PAT"):
            Experiments(distrusting).search()
        with transport_to(url, MLFLOW_TRACKING_INSECURE_TLS="true") as trusting:
            assert Experiments(trusting).get("0").name == "Default"


@contextmanager
def start_https(directory: Path, *options: str) -> Iterator[str]:
    """A server whose health the usual way of starting one cannot ask for."""
    with started_server(directory, "--port", "0", *options) as server:
        yield server.url


def test_a_certificate_that_is_none_is_named(certificates: Path) -> None:
    settings = connection_settings(
        "https://127.0.0.1:1", {"MLFLOW_TRACKING_SERVER_CERT_PATH": str(certificates / "garbage")}
    )
    with pytest.raises(errors.ConfigurationError, match=r"garbage' cannot be used"):
        Transport(settings)


def test_a_server_that_is_killed_is_found_again(tmp_path: Path) -> None:
    with start_trialog(tmp_path) as first, transport_to(first.url) as transport:
        experiments = Experiments(transport)
        experiment_id = experiments.create("e")
        port = int(first.url.rpartition(":")[2])
        first.process.kill()
        first.process.wait()
        with start_trialog(tmp_path, port=port):
            assert experiments.find("e").experiment_id == experiment_id


@pytest.mark.parametrize("tokens", [["t", "t"], ["a", "b", "a"]], ids=["the same one", "in a circle"])
def test_a_server_whose_pages_never_end_is_left(tokens: list[str]) -> None:
    pages = [answer(200, f'{{"experiments": [], "next_page_token": "{token}"}}'.encode()) for token in tokens]
    endless = pytest.raises(ConnectionFailed, match="twice, so that its pages have no end")
    with answering(pages) as server, transport_to(server.url) as transport, endless:
        Experiments(transport).search()
    assert len(server.requests) == len(tokens)


@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_is_nested_without_end_is_none(status: int) -> None:
    nested = answer(status, b'{"values":' * 100_000)
    with (
        answering([nested]) as server,
        transport_to(server.url) as transport,
        pytest.raises(ConnectionFailed, match="is no Trialog server"),
    ):
        transport.call("search_experiments", SearchExperimentsResponse, max_results=1)


def test_an_answer_that_is_too_long_is_not_taken_nor_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialog.sdk.transport._MOST_ANSWER_BYTES", 1000)
    with answering([answer(200, b" " * 1001)]) as server, transport_to(server.url) as transport:
        with pytest.raises(ConnectionFailed, match="longer than 1000 bytes"):
            transport.call("search_experiments", SearchExperimentsResponse, max_results=1)
        with pytest.raises(ConnectionFailed, match="longer than 1000 bytes"):
            transport.send(
                "write_run_artifact", EmptyResponse, b"x", "application/octet-stream", run_id="a" * 32, path="x"
            )
    assert len(server.requests) == 2
