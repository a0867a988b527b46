"""The error envelope."""

import msgspec
import pytest

import trialog.errors
from trialog.errors import ResourceNotFound, TrialogError
from trialog.wire.errors import HTTP_STATUS_BY_ERROR_CODE, error_message

ERROR_CLASSES = [
    one for one in vars(trialog.errors).values() if isinstance(one, type) and issubclass(one, TrialogError)
]


def test_the_envelope_has_what_clients_and_pages_read() -> None:
    error = ResourceNotFound("run.not_found", "Run with id=x not found", run_id="x")

    assert msgspec.to_builtins(error_message(error)) == {
        "error_code": "RESOURCE_DOES_NOT_EXIST",
        "message": "Run with id=x not found",
        "code": "run.not_found",
        "values": {"run_id": "x"},
    }


def test_an_envelope_without_values_leaves_them_out() -> None:
    assert "values" not in msgspec.to_builtins(error_message(TrialogError("a.b", "c")))


@pytest.mark.parametrize("error_class", ERROR_CLASSES)
def test_every_error_has_a_status(error_class: type[TrialogError]) -> None:
    assert error_class.error_code in HTTP_STATUS_BY_ERROR_CODE


@pytest.mark.parametrize(
    ("error_code", "status"),
    [("RESOURCE_ALREADY_EXISTS", 400), ("RESOURCE_CONFLICT", 409), ("ENDPOINT_NOT_FOUND", 404), ("INVALID_STATE", 500)],
)
def test_statuses_are_those_of_mlflow(error_code: str, status: int) -> None:
    assert HTTP_STATUS_BY_ERROR_CODE[error_code] == status
