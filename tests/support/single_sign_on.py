"""An OpenID Connect issuer that answers without a network."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import requests

from homeward.config.settings import security

ISSUER = "https://issuer.example"
CLIENT_ID, CLIENT_SECRET = "homeward", "a-long-enough-secret-for-the-tests"
ENVIRONMENT = {
    "HOMEWARD_OIDC_ISSUER": ISSUER,
    "HOMEWARD_OIDC_CLIENT_ID": CLIENT_ID,
    "HOMEWARD_OIDC_CLIENT_SECRET": CLIENT_SECRET,
    "HOMEWARD_OIDC_NAME": "Test Identity",
}


def security_settings() -> ModuleType:
    """settings/security.py as the environment of this moment makes it."""
    assert security.__file__ is not None
    spec = importlib.util.spec_from_file_location("fresh_security", Path(security.__file__))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Issuer:
    """Says that one person signed in, and checks what the client sends for it."""

    now: float
    claims: dict[str, Any] = field(default_factory=dict)
    challenge: str = ""
    refuse_token: bool = False
    asked: list[str] = field(default_factory=list)

    def sign_in(self, redirect_url: str) -> dict[str, str]:
        """The person's visit to the issuer: gives the parameters of the callback."""
        query = dict(parse_qsl(urlsplit(redirect_url).query))
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        self.challenge = query["code_challenge"]
        return {"code": "a-code", "state": query["state"]}

    def request(
        self, session: requests.Session, method: str, url: str, **options: Any
    ) -> requests.Response:
        """In place of requests.Session.request."""
        self.asked.append(url)
        if url.endswith("/.well-known/openid-configuration"):
            return _answer(self._configuration())
        if url == f"{ISSUER}/token":
            return self._token(options["data"])
        if url == f"{ISSUER}/userinfo":
            return _answer(self.claims)
        raise AssertionError(f"nothing else is asked of the network, but {url} was")

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "jwks_uri": f"{ISSUER}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _token(self, data: Any) -> requests.Response:
        sent = {k: v[0] for k, v in parse_qs(data).items()} if isinstance(data, str) else dict(data)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        assert sent["client_secret"] == CLIENT_SECRET
        if self.refuse_token:
            return _answer({"error": "invalid_grant"}, 400)
        claims = self.claims | {"iss": ISSUER, "aud": CLIENT_ID, "exp": self.now + 300}
        token = jwt.encode(claims, CLIENT_SECRET, "HS256")
        return _answer({"access_token": "t", "id_token": token, "token_type": "Bearer"})


def _answer(body: dict[str, Any], status: int = 200) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers["content-type"] = "application/json"
    response._content = json.dumps(body).encode()
    return response
