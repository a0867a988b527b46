"""What the record of what was done holds of one request, or of one thing that the server or a command did."""

import getpass
from typing import Final

from msgspec import Struct

from trialog.entities import ANYBODY, DEFAULT_WORKSPACE, AuditRecord, Identity
from trialog.entities.clock import now_milliseconds
from trialog.errors import TrialogError
from trialog.web.failures import status_of
from trialog.wire.routes import Route

NOBODY: Final = Identity(actor=ANYBODY, via="")
"""Of whom nothing is known: somebody who was not let in."""

_MOST_NAMES_SHOWN: Final = 10
_LONGEST_RESOURCE: Final = 500
_LONGEST_NAME: Final = 64


def command_identity() -> Identity:
    """Return who opens the store itself: she may do everything, and is known to the operating system alone."""
    try:
        via = f"command:{getpass.getuser()[:_LONGEST_NAME]}"
    except (ImportError, KeyError, OSError):
        # The operating system has no name for her, as in many a container.
        via = "command"
    return Identity(ANYBODY, is_admin=True, via=via)


def new_record(
    identity: Identity, operation: str, resource: str = "", *, address: str = "", error: TrialogError | None = None
) -> AuditRecord:
    """Return the record of something that was just done or refused.

    Args:
        identity: Who did it, as far as that is known.
        operation: What, as in `AuditRecord`.
        resource: On what.
        address: Where from: the IP address of the client.
        error: Why it was refused; None if it was done.
    """
    return AuditRecord(
        record_id=0,
        timestamp=now_milliseconds(),
        actor=identity.actor,
        via=identity.via,
        address=address,
        operation=operation,
        resource=resource[:_LONGEST_RESOURCE],
        status=200 if error is None else status_of(error),
        code="" if error is None else error.code,
    )


def resource_of(route: Route, message: Struct | None, workspace: str = DEFAULT_WORKSPACE) -> str:
    """Return what a request is about, as the record of what was done shows it.

    Args:
        route: Says in which fields that stands.
        message: The request.
        workspace: In which workspace it is made.
    """
    shown = [] if workspace == DEFAULT_WORKSPACE else [f"workspace:{workspace}"]
    for target in route.targets:
        label = target.kind.name.lower().removeprefix("new_")
        shown += [f"{label}:{name}" for name in names_in(message, target.field)[:_MOST_NAMES_SHOWN] if target.field]
    return ",".join(shown[:_MOST_NAMES_SHOWN])


def names_in(message: Struct | None, field: str) -> list[str]:
    """Return the names that stand in a field of a request, each once.

    Args:
        message: The request.
        field: Name of the field; `field.inner` for one of each item of a list.
    """
    name, _, inner = field.partition(".")
    value = getattr(message, name, None)
    # That of most routes.
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, int):
        return [str(value)]
    if not isinstance(value, list):
        return []
    items = value if not inner else [getattr(item, inner) for item in value]
    return list(dict.fromkeys(item for item in items if item))
