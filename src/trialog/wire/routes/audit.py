"""Trialog's own routes of the record of who did what."""

from trialog.wire.messages import audit
from trialog.wire.routes.route import Route
from trialog.wire.routes.target import SERVER, Permission

_AUDIT = "/api/trialog/v1/audit"

AUDIT_ROUTES: tuple[Route, ...] = (
    Route(
        "search_audit_records",
        "GET",
        _AUDIT,
        audit.SearchAuditRecords,
        audit.AuditRecordsResponse,
        Permission.ADMIN,
        (SERVER,),
    ),
    Route(
        "export_audit_records",
        "GET",
        f"{_AUDIT}/export",
        audit.ExportAuditRecords,
        None,
        Permission.ADMIN,
        (SERVER,),
        bytes_flow=True,
        binary="application/x-ndjson",
    ),
)
