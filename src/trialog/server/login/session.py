"""The beginning of a login: a new secret in a cookie, a record of it, and the way to where somebody wanted to go."""

from trialog.access import SESSION_COOKIE
from trialog.entities import Identity
from trialog.errors import PermissionDenied, TrialogError
from trialog.server.access import Access
from trialog.server.audit_records import NOBODY, new_record
from trialog.server.login.forms import FORM_COOKIE, own_cookie, set_cookie
from trialog.web import Request, Response
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

        Whatever login the browser had ends, and its new one has a secret that nobody can have known before. It is
        recorded with what she showed, a password or the word of an identity provider; what follows is by `session`.

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

    async def note(self, request: Request, identity: Identity, operation: str) -> None:
        """Record something that was done; when this returns, the record is kept.

        Args:
            request: What was sent.
            identity: Who did it.
            operation: `login`, `logout` or `create_first_administrator`.
        """
        await self._access.audit.note(new_record(identity, operation, address=request.address))

    def note_refusal(self, request: Request, operation: str, error: TrialogError) -> None:
        """Record something that was refused to somebody of whom nothing is known.

        Args:
            request: What was sent.
            operation: As for `note`.
            error: Why it was refused.
        """
        # Not the name that was given: many a password stands there by mistake.
        self._access.audit.note_refusal(new_record(NOBODY, operation, address=request.address, error=error))


def redirect(path: str, headers: Headers = ()) -> Response:
    """Return an answer that leads a browser on.

    Args:
        path: Where to.
        headers: Further headers.
    """
    return Response(status=303, headers=((b"location", path.encode("ascii")), _NOT_KEPT, *headers))


def foreign_form() -> PermissionDenied:
    """Return the refusal of a form that is not shown to have come from the server's own page, for the record of it."""
    return PermissionDenied("auth.csrf", "The form came without the token of the page that shows it.")
