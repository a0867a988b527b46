"""Addresses to which one part of an upload may be sent by whoever has them: clients send parts without credentials.

Each is signed with a secret of its upload, which lies beside the parts where no client reads it. So it counts for that
part of that upload alone, with every process that serves the artifacts, and for a time. What she who began the upload
may do is asked again with each part.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as MalformedBase64

import msgspec
from msgspec import Struct

from trialog.entities import Identity, PermissionLevel

PART_SECONDS = 12 * 60 * 60
"""How long an address counts: as long as a large file may take on a slow line."""

_LONGEST_TEXT = 2048


class PartGrant(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Who sends a part, as its address says.

    Args:
        user_id: Her number.
        username: Her name.
        scope: At most this, of what she may do: as when she began the upload.
        expires_at: When it ends to count, in milliseconds since 1970.
    """

    user_id: int
    username: str
    scope: PermissionLevel
    expires_at: int


class PresentedPart(Struct, frozen=True):
    """What stands in an address to which a part was sent.

    Args:
        grant: What it says.
        text: The same as it was written, which is what was signed.
        signature: The signature as it came.
    """

    grant: PartGrant
    text: str
    signature: str

    def fits(self, key: bytes, upload_id: str, number: int) -> bool:
        """Say whether it was signed for a part.

        Args:
            key: The secret of the upload.
            upload_id: The upload.
            number: Number of the part.
        """
        return hmac.compare_digest(_signature(key, upload_id, number, self.text), self.signature)


def grant_text(identity: Identity, now: int) -> str:
    """Return what the addresses of an upload say of who began it; empty where nobody logs in.

    Args:
        identity: Who she is.
        now: The time, in milliseconds since 1970.
    """
    if identity.user_id is None:
        return ""
    grant = PartGrant(identity.user_id, identity.actor, identity.scope, now + PART_SECONDS * 1000)
    return urlsafe_b64encode(msgspec.json.encode(grant)).decode("ascii").rstrip("=")


def sign_part(key: bytes, upload_id: str, number: int, text: str) -> str:
    """Return what stands in the address of a part.

    Args:
        key: The secret of the upload.
        upload_id: The upload.
        number: Number of the part.
        text: What the address says, by `grant_text`.
    """
    return f"{text}.{_signature(key, upload_id, number, text)}"


def read_part(presented: str) -> PresentedPart | None:
    """Read what stands in the address of a part; None if it cannot have been signed.

    Args:
        presented: As it came.
    """
    text, _, signature = presented.partition(".")
    if not text or len(presented) > _LONGEST_TEXT or not presented.isascii():
        return None
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        grant = msgspec.json.decode(content, type=PartGrant)
    except (MalformedBase64, ValueError):
        return None
    return PresentedPart(grant, text, signature)


def _signature(key: bytes, upload_id: str, number: int, text: str) -> str:
    return hmac.digest(key, f"{upload_id}/{number}/{text}".encode(), "sha256").hex()
