"""Answers requests about the record of who did what."""

from collections.abc import AsyncIterator

from trialog.server.call import Call
from trialog.web import Answer, StreamedResponse
from trialog.wire.account_conversions import audit_record_message
from trialog.wire.messages.audit import AuditRecordsResponse, ExportAuditRecords, SearchAuditRecords
from trialog.wire.messages.base import none_if_unset

_HEADERS = (
    (b"content-type", b"application/x-ndjson"),
    (b"content-disposition", b'attachment; filename="audit.jsonl"'),
)


async def search_audit_records(call: Call, request: SearchAuditRecords) -> AuditRecordsResponse:
    """Read the record, the newest first."""
    page = await call.access.audit_log.search(
        max_results=request.max_results,
        page_token=request.page_token or None,
        actor=request.actor or None,
        operation=request.operation or None,
        since=none_if_unset(request.since),
        until=none_if_unset(request.until),
    )
    return AuditRecordsResponse([audit_record_message(record) for record in page.items], page.next_page_token)


async def export_audit_records(call: Call, _request: ExportAuditRecords) -> Answer:
    """Read the whole record, the oldest first, as it comes."""
    records = call.access.audit_log.export()
    # What cannot be read at all is refused before the answer begins.
    first = await anext(records, b"")

    async def chunks() -> AsyncIterator[bytes]:
        yield first
        async for some in records:
            yield some

    return StreamedResponse(chunks(), _nothing_to_close, length=None, headers=_HEADERS)


async def _nothing_to_close() -> None:
    """Each part is read by itself: nothing is held between them."""
