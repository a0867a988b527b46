"""An identity provider on this machine: OpenID Connect over real sockets, with real keys, for one client."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "trialog", "the client's secret"


class OidcProvider:
    """Logs in whoever comes, as the one user it knows; the attributes say what it does otherwise when asked to.

    Attributes:
        issuer: Its address.
        claims: What it says of the user, over what belongs there; None takes a claim away.
        metadata: What it says of itself, over what belongs there.
        signing_key: What it signs with; it publishes `key` whatever that is.
        agrees: Whether the user lets the client know who she is.
        asked: Paths that it was asked for.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.key = _key()
        self.signing_key = self.key
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.agrees = True
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def answer_get(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        parts = urlsplit(target)
        self.asked.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            usual = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            return _json(200, usual | self.metadata)
        if parts.path == "/keys":
            return _json(200, {"keys": [self.key.as_dict(private=False)]})
        if parts.path == "/authorize":
            return self._authorize(dict(parse_qsl(parts.query)))
        return 404, {}, b"<html>not here</html>"

    def answer_post(self, target: str, authorization: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        self.asked.append(target)
        form = dict(parse_qsl(body.decode()))
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = authorization == f"Basic {expected}"
        if asked is None or not is_client or challenge != asked["code_challenge"]:
            return _json(400, {"error": "invalid_grant"})
        id_token = jwt.encode({"alg": "RS256", "kid": "1"}, self._all_claims(asked["nonce"]), self.signing_key)
        return _json(200, {"access_token": "opaque", "token_type": "Bearer", "id_token": id_token})

    def _authorize(self, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if not self.agrees:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self._codes[code] = asked
            answer = {"code": code, "state": asked["state"]}
        return 302, {"location": f"{asked['redirect_uri']}?{urlencode(answer)}"}, b""

    def _all_claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "sub": "248289761001",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "preferred_username": "carol",
        }
        return {name: value for name, value in (usual | self.claims).items() if value is not None}


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, provider: OidcProvider, *arguments: Any) -> None:
        self._provider = provider
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._send(*self._provider.answer_get(self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self._send(*self._provider.answer_post(self.path, self.headers.get("authorization", ""), body))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name that the base class gives it
        """Write nothing: what is asked is noted by the provider."""

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """Run a provider on a free port of this machine until the block ends."""
    provider = OidcProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@cache
def _key() -> RSAKey:
    # Making one takes a while.
    return RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})


def _json(status: int, value: object) -> tuple[int, dict[str, str], bytes]:
    return status, {"content-type": "application/json"}, json.dumps(value).encode()
