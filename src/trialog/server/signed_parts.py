"""Parts of uploads: their addresses, and who sends what comes there."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace

from trialog.access import Authenticator, grant_text, read_part, sign_part
from trialog.contracts.artifact_store import ArtifactStore
from trialog.entities import Identity
from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter, TrialogError
from trialog.web import Request
from trialog.web.messages import query_pairs

PARTS: Final = "/api/2.0/mlflow-artifacts/mpu/part"
"""Where parts of uploads are sent."""

_FIELD: Final = "signature"
_PART: Final = re.compile(rb"/(?:ajax-)?api/2\.0/mlflow-artifacts/mpu/part/([0-9a-f]{32})/([1-9][0-9]{0,9})")


async def part_addresses(
    store: ArtifactStore, request: Request, upload_id: str, count: int, *, prefix: str
) -> Sequence[str]:
    """Return where to send the parts of an upload, for a client that sends them without credentials.

    Args:
        store: Where the upload is.
        request: The one that began it.
        upload_id: The upload.
        count: How many parts there are.
        prefix: Prefix of all paths of the server.
    """
    host = request.headers.get(b"host", b"").decode("latin-1")
    parts = f"{request.scheme}://{host}{prefix}{PARTS}/{upload_id}"
    numbers = range(1, count + 1)
    text = grant_text(request.identity, now_milliseconds())
    if not text:
        return [f"{parts}/{number}" for number in numbers]
    key = await store.multipart_upload_key(upload_id)
    return [f"{parts}/{number}?{_FIELD}={sign_part(key, upload_id, number, text)}" for number in numbers]


class SignedParts:
    """Knows who sends a part by its address, which shows nothing but that.

    Args:
        store: All artifacts that clients reach through the server.
        authenticator: Knows users.
        prefix: Prefix of all paths of the server.
        now: Tells the time in milliseconds since 1970.
    """

    def __init__(
        self,
        store: ArtifactStore,
        authenticator: Authenticator,
        prefix: str,
        now: Callable[[], int] = now_milliseconds,
    ) -> None:
        self._store = store
        self._authenticator = authenticator
        self._prefix = prefix.encode("utf-8")
        self._now = now

    async def sender(self, request: Request) -> Identity | None:
        """Return who sends a part; None if the address does not show it.

        Args:
            request: A request of any kind, of which nothing else is looked at.
        """
        # As it stands on the wire: what is spelled otherwise might be routed otherwise.
        raw = request.raw_path
        found = _PART.fullmatch(raw[len(self._prefix) :]) if raw.startswith(self._prefix) else None
        if found is None or request.method != "PUT":
            return None
        try:
            values = [value for name, value in query_pairs(request.query_string) if name == _FIELD]
        except InvalidParameter:
            return None
        presented = read_part(values[0]) if len(values) == 1 else None
        if presented is None or self._now() >= presented.grant.expires_at:
            return None
        upload_id, number = found[1].decode("ascii"), int(found[2])
        try:
            key = await self._store.multipart_upload_key(upload_id)
        except TrialogError:
            # Whether there is such an upload is nobody's business.
            return None
        if not presented.fits(key, upload_id, number):
            return None
        user = await self._authenticator.named(presented.grant.username)
        if user is None or user.user_id != presented.grant.user_id:
            # Somebody else has the name now.
            return None
        return replace(user, scope=presented.grant.scope, via="part")
