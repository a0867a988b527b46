"""Requests that schemathesis makes of our own OpenAPI document, fitting and not: each is answered as the document says.

A few of each operation with every run of the tests; `make security` makes many more of them.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, SerializationContext, openapi, serializer
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.security.effort import EFFORT
from tests.servers import RunningServer, start_trialog
from trialog.server.openapi import openapi_document
from trialog.wire.log_stream_format import LOG_STREAM_TYPE
from trialog.wire.routes.table import ROUTE_GROUPS


@serializer(LOG_STREAM_TYPE)
def as_bytes(_context: SerializationContext, value: Any) -> bytes:
    """Send whatever was made up in place of a stream."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


DOCUMENT: Final[dict[str, Any]] = openapi_document(ROUTE_GROUPS)
OPERATIONS: Final = {
    operation.label: operation
    for found in openapi.from_dict(DOCUMENT).get_all_operations()
    if (operation := found.ok() if isinstance(found, Ok) else None) is not None
}
# They are there to say that there is no such thing.
NOT_IMPLEMENTED: Final = {
    "POST /v1/traces",
    "GET /api/2.0/mlflow-artifacts/presigned/{path}",
    "POST /api/2.0/mlflow/artifacts/presigned-upload-url",
    "POST /api/2.0/mlflow/artifacts/presigned-download-url",
}
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start_trialog(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def can_be_wrong(label: str) -> bool:
    """Whether a request to an operation can fail to fit: a text in a path is always one."""
    operation = OPERATIONS[label]
    return bool(operation.body) or any(parameter.location != "path" for parameter in operation.iter_parameters())


def ask_some(label: str, mode: GenerationMode, server: RunningServer, session: requests.Session) -> None:
    # The server is one for all: what one request made, the next may meet.
    @settings(
        max_examples=2 * EFFORT,
        deadline=None,
        database=None,
        derandomize=EFFORT == 1,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        answer = case.call(base_url=server.url, session=session)
        if label in NOT_IMPLEMENTED and answer.status_code == 501:
            return
        case.validate_response(answer, checks=CHECKS)

    ask()


@pytest.mark.parametrize("label", OPERATIONS)
def test_a_request_that_fits_is_answered_as_the_document_says(
    server: RunningServer, session: requests.Session, label: str
) -> None:
    ask_some(label, GenerationMode.POSITIVE, server, session)


@pytest.mark.parametrize("label", [label for label in OPERATIONS if can_be_wrong(label)])
def test_a_request_that_does_not_fit_is_refused_as_the_document_says(
    server: RunningServer, session: requests.Session, label: str
) -> None:
    try:
        ask_some(label, GenerationMode.NEGATIVE, server, session)
    except Unsatisfiable:
        assert "parameters" in DOCUMENT["paths"][label.split()[1]][label.split()[0].lower()], label


def test_every_operation_is_asked() -> None:
    assert len(OPERATIONS) == sum(len(routes) for routes in ROUTE_GROUPS.values())
