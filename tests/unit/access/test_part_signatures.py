"""Signatures of the addresses that parts of uploads are sent to."""

import pytest

from trialog.access import grant_text, read_part, sign_part
from trialog.access.part_signatures import PART_SECONDS, PartGrant
from trialog.entities import EVERYBODY_IS_ADMIN, Identity, PermissionLevel

KEY, OTHER = bytes(32), bytes(31) + b"\x01"
UPLOAD = "0" * 32
ADA = Identity("ada", 7, scope=PermissionLevel.EDIT, via="token:x")


def test_an_address_says_who_sends_and_until_when() -> None:
    presented = read_part(sign_part(KEY, UPLOAD, 3, grant_text(ADA, 1_000)))
    assert presented is not None
    assert presented.grant == PartGrant(7, "ada", PermissionLevel.EDIT, 1_000 + PART_SECONDS * 1000)
    assert presented.fits(KEY, UPLOAD, 3)
    for key, upload_id, number in ((OTHER, UPLOAD, 3), (KEY, "1" * 32, 3), (KEY, UPLOAD, 2), (KEY, UPLOAD, 33)):
        assert not presented.fits(key, upload_id, number)


@pytest.mark.parametrize("name", ["a" * 256, "имя" * 80, "\U0001f600" * 256, 'a"b\\c.d', "a.b"])
def test_any_name_can_stand_in_an_address(name: str) -> None:
    text = sign_part(KEY, UPLOAD, 1, grant_text(Identity(name, 1), 0))
    assert text.isascii()
    presented = read_part(text)
    assert presented is not None
    assert presented.grant.username == name
    assert presented.fits(KEY, UPLOAD, 1)


def test_where_nobody_logs_in_nothing_is_signed() -> None:
    assert grant_text(EVERYBODY_IS_ADMIN, 0) == ""


@pytest.mark.parametrize(
    "text",
    ["", ".", "x", ".x", "é.x", "W10.x", "e30.x", "bnVsbA.x", "A.x", "=.x", "W1" * 2000, "W1tbW1tb.x", "\ud800.x"],
)
def test_what_cannot_have_been_signed_is_not_looked_at(text: str) -> None:
    assert read_part(text) is None
