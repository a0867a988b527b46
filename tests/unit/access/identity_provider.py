"""An identity provider as OpenID Connect describes it, answering in the same process: real keys, real signatures."""

import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from trialog.access import ProviderAnswer, ProviderRequest

ISSUER = "https://login.example.com/realm"
CLIENT_ID, CLIENT_SECRET = "trialog", "client-secret"
REDIRECT_URI = "https://ml.example.com/login/oidc"
NOW = 1_700_000_000


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})


class IdentityProvider:
    """Knows one client and whoever logs in; the attributes say what it does wrong when asked to.

    Attributes:
        metadata: What it says of itself.
        claims: What it says of the user, over what belongs there.
        key: What it signs with.
        published: Which keys it says it has.
        requests: What it was asked for.
    """

    def __init__(self) -> None:
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.claims: dict[str, Any] = {}
        self.key = new_key()
        self.published = [self.key]
        self.requests: list[ProviderRequest] = []
        self.id_token: str | None = None
        self._codes: dict[str, dict[str, str]] = {}

    def log_in(self, url: str) -> dict[str, str]:
        """Do what the user does in her browser; return what she is sent back with."""
        asked = dict(parse_qsl(urlsplit(url).query, strict_parsing=True))
        assert asked["client_id"] == CLIENT_ID
        assert asked["redirect_uri"] == REDIRECT_URI
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    async def fetch(self, request: ProviderRequest) -> ProviderAnswer:
        """Answer a request to one of the endpoints."""
        self.requests.append(request)
        if request.url == f"{ISSUER}/.well-known/openid-configuration":
            return self._json(200, self.metadata)
        if request.url == self.metadata["jwks_uri"]:
            return self._json(200, {"keys": [key.as_dict(private=False) for key in self.published]})
        if request.url == self.metadata["token_endpoint"] and request.method == "POST":
            return self._token(request)
        return ProviderAnswer(404, b"<html>not here</html>")

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a token as this provider makes it."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def all_claims(self, nonce: str) -> dict[str, Any]:
        """Return what belongs into a token, with what was said otherwise; None takes a claim away."""
        usual = {
            "iss": ISSUER,
            "sub": "248289761001",
            "aud": CLIENT_ID,
            "exp": NOW + 300,
            "iat": NOW,
            "nonce": nonce,
            "preferred_username": "ada",
        }
        return {name: value for name, value in (usual | self.claims).items() if value is not None}

    def _token(self, request: ProviderRequest) -> ProviderAnswer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        asked = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if not self._is_client(request, form):
            return self._json(401, {"error": "invalid_client"})
        if (
            asked is None
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge.decode() != asked["code_challenge"]
        ):
            return self._json(400, {"error": "invalid_grant"})
        id_token = self.id_token or self.sign(self.all_claims(asked["nonce"]))
        return self._json(200, {"access_token": "opaque", "token_type": "Bearer", "id_token": id_token})

    def _is_client(self, request: ProviderRequest, form: dict[str, str]) -> bool:
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        shown = request.headers.get("Authorization") == f"Basic {expected}"
        return shown or form.get("client_secret") == CLIENT_SECRET

    def _json(self, status: int, value: object) -> ProviderAnswer:
        return ProviderAnswer(status, json.dumps(value).encode())
