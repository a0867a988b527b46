"""The error envelope."""

import msgspec

from trialog.errors import ResourceNotFound, TrialogError
from trialog.wire.errors import error_message


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
