"""The beginning of a login: a new secret in a cookie, a record of it, and the way to where somebody wanted to go."""

import time

from trialog.access import SESSION_COOKIE
from trialog.entities import ANYBODY, AuditRecord, Identity
from trialog.errors import TrialogError
from trialog.server.access import Access
from trialog.server.login.forms import FORM_COOKIE, own_cookie, set_cookie
from trialog.web import Request, Response
from trialog.web.failures import status_of
from trialog.web.response import Headers

_NOT_KEPT = (b"cache-control", b"no-store")


class LoginSessions:
    """Begins logins and keeps the record of them.

    Args:
        access: Knows who somebody is.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    async def begin(self, request: Request, identity: Identity, next_path: str, headers: Headers = ()) -> Response:
        """Log somebody in who just showed who she is.

        Whatever login the browser had ends, and its new one has a secret that nobody can have known before.

        Args:
            request: What she sent.
            identity: Who she is.
            next_path: Where she wants to go: a path of this server.
            headers: Further headers of the answer.
        """
        begun = await self._access.authenticator.begin_session(identity, own_cookie(request, SESSION_COOKIE))
        await self.note(request, identity, "login")
        seconds = (begun.session.expires_at - begun.session.created_at) // 1000
        return redirect(
            next_path,
            (
                set_cookie(request, SESSION_COOKIE, begun.secret, seconds),
                set_cookie(request, FORM_COOKIE, "", 0, same_site="Strict"),
                *headers,
            ),
        )

    async def note(
        self, request: Request, identity: Identity, operation: str, error: TrialogError | None = None
    ) -> None:
        """Keep a record of what was done or refused.

        Args:
            request: What was sent.
            identity: Who did it, as far as that is known.
            operation: `login` or `logout`.
            error: Why it was refused; None if it was done.
        """
        await self._access.audit(
            AuditRecord(
                record_id=0,
                timestamp=time.time_ns() // 1_000_000,
                actor=identity.actor,
                via=identity.via,
                address=request.address,
                operation=operation,
                # Not the name that was given: many a password stands there by mistake.
                resource="",
                status=200 if error is None else status_of(error),
                code="" if error is None else error.code,
            )
        )


def redirect(path: str, headers: Headers = ()) -> Response:
    """Return an answer that leads a browser on.

    Args:
        path: Where to.
        headers: Further headers.
    """
    return Response(status=303, headers=((b"location", path.encode("ascii")), _NOT_KEPT, *headers))


NOBODY = Identity(actor=ANYBODY, via="")
"""Of whom nothing is known."""
