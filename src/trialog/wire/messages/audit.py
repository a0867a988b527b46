"""Messages about the record of who did what. Times are milliseconds since 1970 UTC."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from trialog.entities import Int64
from trialog.wire.messages.base import ResponseMessage, StrictRequestMessage


class SearchAuditRecords(StrictRequestMessage, frozen=True):
    """Read the record of who did what, the newest first.

    Args:
        actor: What one user did alone.
        operation: One kind of thing alone, such as `delete_run`.
        since: Not before this.
        until: Before this.
        max_results: Largest page wanted.
        page_token: Where to go on, from the page before.
    """

    actor: str | None = None
    operation: str | None = None
    since: Int64 | UnsetType = UNSET
    until: Int64 | UnsetType = UNSET
    max_results: Annotated[int, Meta(ge=1, le=1000)] = 100
    page_token: str | None = None


class ExportAuditRecords(StrictRequestMessage, frozen=True):
    """Read the whole record of who did what, the oldest first, as JSON lines."""


class AuditRecordMessage(ResponseMessage, frozen=True):
    """What somebody did, or was refused.

    Args:
        record_id: Its number; later ones are greater.
        timestamp: When.
        actor: Who: the name of a user, or `anybody`.
        via: How she had shown who she is: `password`, `session`, `token:<id>`, or `oidc` as a login of an identity
            provider begins; `command:<name>` of the operating system's user who opened the store itself or started the
            server; empty where nobody was let in.
        address: From which IP address; or the network, where several of it were refused.
        operation: What: the operation of a route, or one of `start`, `authenticate` (by whom the server did not let
            in), `login`, `logout`, `create_first_administrator`, `prune_audit_records` and `drop_audit_records`.
        resource: On what, such as `experiment:3`; empty if on nothing in particular.
        status: The HTTP status it was answered with.
        code: Of the refusal; empty if it was done.
        times: How often; more than once only for refusals, which are counted by the minute.
    """

    record_id: int
    timestamp: int
    actor: str
    via: str
    address: str
    operation: str
    resource: str
    status: int
    code: str
    times: int


class AuditRecordsResponse(ResponseMessage, frozen=True):
    """One page of records, the newest first."""

    records: list[AuditRecordMessage]
    next_page_token: str | None = None
