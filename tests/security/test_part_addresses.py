"""Addresses of parts of uploads: clients send parts without credentials, so each address is signed, for that alone."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest

from tests.account_api import Caller, caller, new_caller
from tests.in_process import ADDRESS, HOST, ask, error_of
from tests.with_accounts import GuardedServer, guarded_server
from trialog.access.part_signatures import PART_SECONDS
from trialog.entities import NewRun, PermissionLevel, ResourceType
from trialog.server.signed_parts import SignedParts
from trialog.web import BodyLimits, Request

pytestmark = pytest.mark.anyio

MPU: Final = "/api/2.0/mlflow-artifacts/mpu"


@dataclass
class Upload:
    """An upload that somebody began, and a server that has another one.

    Attributes:
        server: The server.
        owner: Who began it.
        folder: Where it leads to.
        upload_id: Its id.
        addresses: Where its parts are sent: path and query.
        other: The same of an upload of somebody else.
    """

    server: GuardedServer
    owner: Caller
    folder: str
    upload_id: str
    addresses: list[str]
    other: list[str] = field(default_factory=list)

    async def send(self, target: str, body: bytes = b"part", method: str = "PUT", **headers: str) -> int:
        """Send a part without credentials, and return the status of the answer."""
        sent = [HOST, *headers.items()]
        return (await ask(self.server.app, method, target, sent, body)).status

    async def complete(self, etags: list[str]) -> httpx.Response:
        parts = [{"part_number": number, "etag": etag} for number, etag in enumerate(etags, 1)]
        content = {"path": "model.pkl", "upload_id": self.upload_id, "parts": parts}
        return await self.owner.client.post(f"{MPU}/complete/{self.folder}", json=content)


async def begin(server: GuardedServer, owner: Caller, username: str) -> Upload:
    user = (await server.store.accounts.users.get(username)).user_id
    experiment = await server.store.experiments.create(f"of {username}", owner=user)
    run = await server.store.runs.create(NewRun(experiment.experiment_id))
    server.authenticator.accounts_changed()
    folder = f"{experiment.experiment_id}/{run.info.run_id}/artifacts"
    made = await owner.ask("POST", f"{MPU}/create/{folder}", json={"path": "model.pkl", "num_parts": 2})
    targets = []
    for credential in made["credentials"]:
        assert credential["url"].startswith(f"{ADDRESS}{MPU}/part/")
        parts = urlsplit(credential["url"])
        targets.append(f"{parts.path}?{parts.query}")
    return Upload(server, owner, folder, made["upload_id"], targets)


@pytest.fixture
async def upload(tmp_path: Path) -> AsyncIterator[Upload]:
    async with guarded_server(tmp_path, default_permission=PermissionLevel.NO_PERMISSIONS) as server:
        begun = await begin(server, await new_caller(server, "ada"), "ada")
        begun.other = (await begin(server, await new_caller(server, "eve"), "eve")).addresses
        yield begun


async def test_parts_come_without_credentials_and_make_the_file(upload: Upload) -> None:
    etags = []
    for target, body in zip(upload.addresses, (b"first ", b"second"), strict=True):
        answer = await ask(upload.server.app, "PUT", target, [HOST], body)
        assert answer.status == 200, answer
        etags.append(answer.headers["etag"])
    # A part may be sent again.
    assert await upload.send(upload.addresses[0], b"first ") == 200
    assert (await upload.complete(etags)).status_code == 200
    read = await upload.owner.client.get(f"/api/2.0/mlflow-artifacts/artifacts/{upload.folder}/model.pkl")
    assert read.content == b"first second"
    # Afterwards the addresses are of no more use.
    assert await upload.send(upload.addresses[0], b"other ") in (403, 404)


def _signature(target: str) -> str:
    return target.partition("?signature=")[2]


def _changed(target: str, change: Callable[[bytes], bytes]) -> str:
    """Return an address that says something else, with the signature that it had."""
    text, _, signature = _signature(target).partition(".")
    said = change(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return f"{target.partition('?')[0]}?signature={urlsafe_b64encode(said).decode().rstrip('=')}.{signature}"


# What an address of part 1 is made into, given that of part 2 and one of somebody else's upload.
FORGED: Final[dict[str, Callable[[str, str, str], str]]] = {
    "no signature": lambda own, _second, _other: own.partition("?")[0],
    "an empty one": lambda own, _second, _other: f"{own.partition('?')[0]}?signature=",
    "half of one": lambda own, _second, _other: own[:-32],
    "one digit more": lambda own, _second, _other: f"{own}0",
    "in capitals": lambda own, _second, _other: f"{own[:-64]}{own[-64:].upper()}A",
    "none behind the text": lambda own, _second, _other: own.rpartition(".")[0] + ".",
    "twice": lambda own, _second, _other: f"{own}&signature={_signature(own)}",
    "that of another part": lambda own, second, _other: f"{own.partition('?')[0]}?signature={_signature(second)}",
    "for another part": lambda own, second, _other: f"{second.partition('?')[0]}?signature={_signature(own)}",
    "that of another upload": lambda own, _second, other: f"{own.partition('?')[0]}?signature={_signature(other)}",
    "for another upload": lambda own, _second, other: f"{other.partition('?')[0]}?signature={_signature(own)}",
    "another user": lambda own, _second, _other: _changed(own, lambda said: said.replace(b"ada", b"eve")),
    "an administrator": lambda own, _second, _other: _changed(own, lambda said: said.replace(b"ada", b"admin")),
    "a later end": lambda own, _second, _other: _changed(own, lambda said: said[:-1] + b"0]"),
    "no JSON": lambda own, _second, _other: _changed(own, lambda _said: b"\xff"),
    "a list in it": lambda own, _second, _other: _changed(own, lambda _said: b"[" * 900),
    "no text in it": lambda own, _second, _other: _changed(own, lambda _said: b""),
    "without end": lambda own, _second, _other: own + "0" * 5000,
    "no ASCII": lambda own, _second, _other: own[:-1] + "%C3%A9",
    "a part that is none": lambda own, _second, _other: own.replace("/1?", "/3?"),
    "a number written otherwise": lambda own, _second, _other: own.replace("/1?", "/01?"),
    "an escaped slash": lambda own, _second, _other: own.replace("/1?", "%2f1?"),
    "an escaped digit": lambda own, _second, _other: own.replace("/1?", "/%31?"),
    "a slash more": lambda own, _second, _other: own.replace("/1?", "/1/?"),
    "for what else there is": lambda own, _second, _other: (
        f"/api/2.0/mlflow-artifacts/artifacts/0/x?signature={_signature(own)}"
    ),
    "for another method": lambda own, _second, _other: (
        f"/api/2.0/mlflow/experiments/search?max_results=1&signature={_signature(own)}"
    ),
}


@pytest.mark.parametrize("forged", FORGED)
async def test_a_part_is_taken_at_its_own_address_alone(upload: Upload, forged: str) -> None:
    own, second = upload.addresses
    target = FORGED[forged](own, second, upload.other[0])
    assert await upload.send(target) == 401
    # Nor does it help to be somebody who may do nothing here.
    mallory = await upload.server.new_user("mallory")
    assert await upload.send(target, authorization=mallory) in (400, 403, 404, 405)
    assert (await upload.complete(["0" * 64, "0" * 64])).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "HEAD"])
async def test_an_address_of_a_part_is_for_sending_it(upload: Upload, method: str) -> None:
    assert await upload.send(upload.addresses[0], method=method) == 401


async def test_an_address_counts_as_long_as_its_user_may(upload: Upload) -> None:
    accounts = upload.server.store.accounts
    experiment_id = upload.folder.partition("/")[0]
    await accounts.permissions.revoke("ada", "default", ResourceType.EXPERIMENT, experiment_id)
    upload.server.authenticator.accounts_changed()
    assert await upload.send(upload.addresses[0]) == 403
    await accounts.permissions.grant("ada", "default", ResourceType.EXPERIMENT, experiment_id, PermissionLevel.EDIT)
    upload.server.authenticator.accounts_changed()
    assert await upload.send(upload.addresses[0]) == 200
    await accounts.users.delete("ada")
    upload.server.authenticator.accounts_changed()
    assert await upload.send(upload.addresses[0]) == 401
    # Whoever has the name then is somebody else.
    await upload.server.new_user("ada", is_admin=True)
    upload.server.authenticator.accounts_changed()
    assert await upload.send(upload.addresses[0]) == 401


async def test_an_address_has_an_end(upload: Upload) -> None:
    target = upload.addresses[0]
    said = urlsafe_b64decode(_signature(target).partition(".")[0] + "==")
    end = int(said.rpartition(b",")[2].rstrip(b"]"))
    path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "method": "PUT",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [],
    }

    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing is read")

    assert upload.server.roots.proxied is not None
    times = [end - PART_SECONDS * 1000, end - 1, end, end + 1]
    told = iter(times)
    parts = SignedParts(upload.server.roots.proxied, upload.server.authenticator, "", lambda: next(told))
    for now in times:
        sender = await parts.sender(Request(scope, receive, BodyLimits(1, 1.0)))
        assert (sender is not None) is (now < end)
        assert sender is None or (sender.actor, sender.via) == ("ada", "part")


async def test_an_address_permits_no_more_than_the_token_that_made_it(upload: Upload) -> None:
    reader = caller(upload.server, await upload.server.token_of("ada", PermissionLevel.READ))
    wanted = {"path": "model.pkl", "num_parts": 1}
    refused = await reader.client.post(f"{MPU}/create/{upload.folder}", json=wanted)
    assert error_of(refused)[:2] == (403, "PERMISSION_DENIED")
    editor = caller(upload.server, await upload.server.token_of("ada", PermissionLevel.EDIT))
    made = await editor.ask("POST", f"{MPU}/create/{upload.folder}", json=wanted)
    said = urlsafe_b64decode(_signature(made["credentials"][0]["url"]).partition(".")[0] + "==")
    assert b'"EDIT"' in said


async def test_no_answer_shows_what_addresses_are_signed_with(upload: Upload) -> None:
    assert upload.server.roots.proxied is not None
    key = await upload.server.roots.proxied.multipart_upload_key(upload.upload_id)
    admin = await new_caller(upload.server, "root", is_admin=True)
    for path in (".trialog-staging", f".trialog-staging/uploads/{upload.upload_id}/manifest.json", ""):
        answer = await admin.client.get(f"/api/2.0/mlflow-artifacts/artifacts/{path}")
        assert key.hex() not in answer.text
        listing = await admin.client.get("/api/2.0/mlflow-artifacts/artifacts", params={"path": path})
        assert "staging" not in listing.text or listing.status_code == 400
