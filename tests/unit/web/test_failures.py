"""Every error has a status and MLflow's envelope."""

import msgspec
import pytest

from trialog import errors
from trialog.errors import MethodNotAllowed, RangeNotSatisfiable, TrialogError
from trialog.web.failures import failure_response, internal_failure_response, status_of, timeout_response

STATUS = {
    "InvalidParameter": 400,
    "UnreadableInput": 400,
    "RequestTooLarge": 413,
    "Unauthenticated": 401,
    "PermissionDenied": 403,
    "ResourceNotFound": 404,
    "EndpointNotFound": 404,
    "MethodNotAllowed": 405,
    "ResourceAlreadyExists": 400,
    "Conflict": 409,
    "DamagedData": 500,
    "RangeNotSatisfiable": 416,
    "UnsupportedContentType": 415,
    "NotImplementedHere": 501,
    "FeatureDisabled": 400,
    "TooManyRequests": 429,
    "TemporarilyUnavailable": 503,
    "DeadlineExceeded": 504,
    "ConnectionFailed": 503,
    "ConfigurationError": 500,
    "StoreVersionError": 500,
    "MissingDependency": 500,
    "TrialogError": 500,
}
ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TrialogError)]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_status(kind: type[TrialogError]) -> None:
    assert status_of(kind("some.code", "A sentence.")) == STATUS[kind.__name__]


def test_an_answer_tells_code_sentence_and_values() -> None:
    answer = failure_response(errors.ResourceNotFound("run.not_found", "Run with id=x not found", run_id="x"))
    assert answer.status == 404
    assert msgspec.json.decode(answer.body) == {
        "error_code": "RESOURCE_DOES_NOT_EXIST",
        "message": "Run with id=x not found",
        "code": "run.not_found",
        "values": {"run_id": "x"},
    }


def test_a_wrong_method_is_told_the_right_ones() -> None:
    answer = failure_response(MethodNotAllowed("request.method_not_allowed", "No.", allowed="GET, HEAD"))
    assert (b"allow", b"GET, HEAD") in answer.headers


def test_a_wrong_range_is_told_the_size() -> None:
    answer = failure_response(RangeNotSatisfiable("artifact.range_not_satisfiable", "No.", size=7))
    assert (b"content-range", b"bytes */7") in answer.headers


def test_who_is_not_known_is_asked_for_a_password() -> None:
    answer = failure_response(errors.Unauthenticated("auth.unauthenticated", "Log in."))
    assert answer.status == 401
    assert (b"www-authenticate", b'Basic realm="trialog", charset="UTF-8"') in answer.headers


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    answer = failure_response(errors.TooManyRequests("auth.throttled", "Wait.", retry_after_seconds=7))
    assert answer.status == 429
    assert (b"retry-after", b"7") in answer.headers


@pytest.mark.parametrize(("code", "seconds"), [("store.full", b"20"), ("store.closing", b"2")])
def test_who_is_told_to_try_again_is_told_when(code: str, seconds: bytes) -> None:
    answer = failure_response(errors.TemporarilyUnavailable(code, "Not now."))
    assert (b"retry-after", seconds) in answer.headers


def test_faults_of_the_server_and_slow_clients_have_the_same_shape() -> None:
    for answer, status in ((internal_failure_response("ab12"), 500), (timeout_response(), 408)):
        assert answer.status == status
        assert {"error_code", "message", "code"} <= msgspec.json.decode(answer.body).keys()
