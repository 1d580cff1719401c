"""A city that knows people: an OpenID Connect provider of its own on a free port, with real signatures, strict where a
provider is (PKCE, secret, address, a code once), and honest or not as a test says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "hall-1", "hall's own secret: with colon"

Json = dict[str, Any]


@cache
def made_key(n: int) -> RSAKey:
    """The same for the same `n`: making one takes a while."""
    return RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class City:
    """`person`: claims of whoever logs in there, without asking. `claim` changes the claims of the next tokens, `sign`
    how they are signed, `about` what the provider says of itself."""

    person: Json = field(default_factory=lambda: {"preferred_username": "1024"})
    claim: Callable[[Json], Json] = lambda claims: claims
    sign: Callable[[Json], str] | None = None
    about: Json = field(default_factory=dict)
    url: str = ""
    key: RSAKey = field(default_factory=lambda: made_key(0))
    codes: dict[str, Json] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: bool = False

    def rotate(self) -> None:
        self.key = made_key(1)

    def signed(self, claims: Json, key: RSAKey | None = None, **header: str) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid or "", **header}, claims, key)

    # -- what it answers ----------------------------------------------------------------------------

    def metadata(self) -> Json:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            "authorization_response_iss_parameter_supported": True, **self.about,
        }

    def keys(self) -> Json:
        return dict(KeySet([self.key]).as_dict(private=False))

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?" + urlencode({"code": code, "state": asked["state"], "iss": self.url})

    def token(self, form: dict[str, str], authorization: str) -> Json:
        told = "{}:{}".format(*(urlencode({"": each})[1:] for each in (CLIENT, SECRET)))
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization not in (f"Basic {base64.b64encode(told.encode()).decode()}", f"Basic {plain}"):
            return {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if asked is None or asked["code_challenge"] != challenge.rstrip("="):
            return {"error": "invalid_grant"}
        if asked["redirect_uri"] != form["redirect_uri"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = self.claim({
            "iss": self.url, "aud": CLIENT, "sub": "u-7", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            **self.person,
        })
        return {
            "access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300,
            "id_token": (self.sign or self.signed)(claims),
        }


def unsigned(claims: Json) -> str:
    """alg none."""
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def with_the_public_key(city: City) -> Callable[[Json], str]:
    """HS256, its secret the key that everybody knows (CVE-2015-9235 and its kin)."""

    def sign(claims: Json) -> str:
        said = f"{_part({'alg': 'HS256', 'kid': city.key.kid})}.{_part(claims)}"
        mac = hmac.digest(city.key.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    return sign


def _part(value: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@contextmanager
def running(city: City) -> Iterator[City]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            city.asked.append(parts.path)
            if parts.path == "/authorize":
                self.send_response(302)
                query = {name: found[0] for name, found in parse_qs(parts.query).items()}
                self.send_header("location", city.authorize(query))
                self.send_header("content-length", "0")
                self.end_headers()
            else:
                self._say(city.keys() if parts.path == "/keys" else city.metadata())

        def do_POST(self) -> None:
            city.asked.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: found[0] for name, found in parse_qs(body).items()}
            said = city.token(form, self.headers.get("authorization", ""))
            self._say(said, 400 if "error" in said else 200)

        def _say(self, said: Json, status: int = 200) -> None:
            body = b"<html>gateway" if city.broken else json.dumps(said).encode()
            self.send_response(502 if city.broken else status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    city.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield city
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
