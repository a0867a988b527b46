"""What goes wrong with another server, said with a stable code; nothing of it is followed or believed."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from tests.unit.sdk.answering import CUT, AnsweringServer, answer, answering
from trialog.errors import ConnectionFailed, InvalidParameter, PermissionDenied, ResourceNotFound, TrialogError
from trialog.remote import messages
from trialog.remote.server import RemoteServer, ServerKind
from trialog.remote.settings import Patience, connection_settings

QUICK = Patience(timeout_seconds=0.3, connect_seconds=0.3)
HTML = "Content-Type: text/html"


def ask(url: str, environment: dict[str, str] | None = None) -> messages.ExperimentAnswer:
    """Ask for an experiment."""

    async def once() -> messages.ExperimentAnswer:
        server = RemoteServer(connection_settings(url, environment or {}, QUICK))
        try:
            return await server.ask("get_experiment", messages.ExperimentAnswer, experiment_id="1")
        finally:
            await server.close()

    return asyncio.run(once())


def find_kind(answers: Sequence[bytes]) -> tuple[ServerKind, str | None]:
    """Find out what a server is."""

    async def once(url: str) -> tuple[ServerKind, str | None]:
        server = RemoteServer(connection_settings(url, {}, QUICK))
        try:
            return await server.kind(), server.version
        finally:
            await server.close()

    with answering(answers) as other:
        return asyncio.run(once(other.url))


def fault_of(*answers: bytes) -> TrialogError:
    """Return what asking a server comes to that answers so."""
    with answering(answers) as server, pytest.raises(TrialogError, match=r".") as caught:
        ask(server.url)
    return caught.value


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (answer(401, b"Who?", HTML), "remote.not_admitted"),
        (answer(401, b'{"error_code": "UNAUTHENTICATED", "message": "no"}'), "remote.not_admitted"),
        (answer(500, b"<h1>Oops</h1>", HTML), "remote.failed"),
        (answer(500, b'{"error_code": "INTERNAL_ERROR", "message": "oops"}'), "remote.failed"),
        (answer(503, b'{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "busy"}'), "remote.failed"),
        (answer(302, b"", "Location: http://elsewhere.example/"), "remote.moved"),
        (answer(200, b"<h1>Hello</h1>", HTML), "remote.not_mlflow"),
        (answer(200, b"[]"), "remote.not_mlflow"),
        (answer(404, b"<h1>Not here</h1>", HTML), "remote.not_mlflow"),
        (CUT, "remote.broke_off"),
    ],
)
def test_a_fault_has_a_code(said: bytes, code: str) -> None:
    fault = fault_of(said)
    assert isinstance(fault, ConnectionFailed)
    assert fault.code == code


def test_an_address_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectionFailed, match="No server answers") as caught:
        ask(f"http://127.0.0.1:{port}")
    assert caught.value.code == "remote.unreachable"


def test_a_server_that_says_nothing_is_too_slow() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ConnectionFailed, match="did not answer within") as caught:
            ask(url)
    assert caught.value.code == "remote.too_slow"


def test_what_the_server_refuses_stays_a_refusal() -> None:
    wrong = fault_of(answer(400, b'{"error_code": "INVALID_PARAMETER_VALUE", "message": "Bad filter."}'))
    assert isinstance(wrong, InvalidParameter)
    assert wrong.message == "Bad filter."
    missing = fault_of(answer(404, b'{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "No such."}'))
    assert isinstance(missing, ResourceNotFound)
    assert missing.code == "experiment.not_found"
    forbidden = fault_of(answer(403, b"Permission denied", HTML))
    assert isinstance(forbidden, PermissionDenied)
    assert forbidden.code == "remote.not_permitted"


def test_credentials_go_to_the_server_and_into_no_message() -> None:
    environment = {"MLFLOW_TRACKING_USERNAME": "ada", "MLFLOW_TRACKING_PASSWORD": "s3cret"}
    with answering([answer(401, b"", HTML)]) as server, pytest.raises(ConnectionFailed, match="admit") as caught:
        ask(server.url, environment)
    assert _sent(server) == "Basic YWRhOnMzY3JldA=="
    assert "s3cret" not in f"{caught.value!r} {caught.value.values}"


def test_a_redirect_is_not_followed() -> None:
    with answering([answer(200)]) as elsewhere:
        moved = answer(307, b"", f"Location: {elsewhere.url}/api/2.0/mlflow/experiments/get?experiment_id=1")
        with answering([moved]) as server, pytest.raises(ConnectionFailed, match="not followed"):
            ask(server.url, {"MLFLOW_TRACKING_TOKEN": "t0ken"})
        assert elsewhere.connections == 0


def test_unknown_fields_and_words_do_no_harm() -> None:
    body = b'{"experiment": {"experiment_id": "1", "name": "a", "lifecycle_stage": "frozen", "of_tomorrow": {}}}'
    with answering([answer(200, body)]) as server:
        assert ask(server.url).experiment.name == "a"


def test_servers_of_mlflow_and_of_trialog_are_told_apart() -> None:
    assert find_kind([answer(404, b"", HTML), answer(200, b"3.17.2", HTML)]) == (ServerKind.MLFLOW, "3.17.2")
    assert find_kind([answer(404, b"", HTML), answer(404, b"", HTML)]) == (ServerKind.MLFLOW, None)
    status = b'{"version": "0.1.0", "mlflow_version": "3.17.2"}'
    assert find_kind([answer(200, status)]) == (ServerKind.TRIALOG, "3.17.2")


def _sent(server: AnsweringServer) -> str:
    return server.headers[0]["authorization"]
